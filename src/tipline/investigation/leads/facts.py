"""Facts of a report: numbers with a name, which the sentences and the steps of the data files ask for. Pure: a chain in, numbers out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tipline.referrals.models import LIVE
from tipline.reports.models import IdentifierKind, PersonRole, ReportState
from tipline.trust.agencies.models import AgencyKind

SOON = timedelta(days=7)
# What makes an address one of many subscribers': without the port it leads to nobody.
_SHARED = {"cgnat", "mobile", "shared"}
_HIDING = {"anonymous", "tor", "relay", "proxy", "vpn", "hosting"}
# A hop that nobody at the desk has taken up yet.
_UNTOUCHED = {"sent", "received"}

# name → what it counts. A condition or a sentence that asks for another name does not load.
FACTS: dict[str, str] = {
    "addresses": "IP addresses that may be shown",
    "addresses_whole": "of them, with port and time",
    "addresses_port_missing": "of them, without a port in a network whose subscribers share addresses",
    "addresses_shared_whole": "of them, with a port in such a network",
    "addresses_time_missing": "of them, without a time",
    "addresses_zone_missing": "of them, with a time whose zone is not stated",
    "addresses_hidden": "of them, of a service that hides its users, or of a server",
    "addresses_withheld": "IP addresses of a child, withheld",
    "addresses_none": "1 when the report names no IP address that can be read",
    "logs_running": "addresses whose log is likely still there and not preserved",
    "logs_soon": "of them, likely gone within 7 days",
    "logs_unasked": "of them, with no note that preservation was asked for",
    "logs_gone": "addresses whose log is likely gone and was not preserved",
    "logs_kept_by_rule": "of them, which a rule wants kept longer",
    "logs_preserved": "addresses whose log its holder keeps",
    "logs_holder_unknown": "addresses whose network no directory knows",
    "handles": "handles of the account reported",
    "handles_alone": "handles of the account reported on a platform for which no account number is given",
    "account_numbers": "account numbers of the account reported",
    "emails_verified": "e-mail addresses that the provider verified",
    "emails_unverified": "e-mail addresses of which nobody says that they were verified",
    "phones": "telephone numbers",
    "devices": "devices",
    "urls": "URLs",
    "identifiers_none": "1 when there is no handle, account number, e-mail address, telephone number or device",
    "names": "names given for the account reported",
    "incident_time": "1 when the time of the incident can be read",
    "incident_time_missing": "1 when it is not stated, or cannot be read",
    "files": "files of the report",
    "files_viewed": "of them, viewed by the provider",
    "files_not_viewed": "of them, not viewed by the provider",
    "files_view_unknown": "of them, with no word whether anybody viewed them",
    "files_unhashed": "of them, without a SHA-256",
    "files_none": "1 when there are none",
    "place_district": "1 when the place is known as far as the district",
    "place_state": "1 when it is known as far as the state and no further",
    "place_country": "1 when it is known as far as the country and no further",
    "place_none": "1 when software abstains, or has no place",
    "urgent": "1 when the provider or routing calls the report urgent",
    "children": "children whom the report names",
    "texts": "texts that the provider wrote freely, which are folded",
    "repeat": "1 when it is a probable repeat of another report",
    "related": "reports that share an identifier with it and are visible",
    "related_elsewhere": "such reports of other desks, of which only the fact is told",
    "held": "1 when it lies at the desk that asks",
    "waiting": "1 when it lies there and nobody has taken it up",
    "acknowledged": "1 when it lies there and somebody has taken it up",
    "in_case": "1 when it is in a case",
    "investigates": "1 when the desk that asks investigates by itself",
    "hands_down": "1 when the desk that asks hands reports down",
    "by_public": "1 when a person filed it by the public form",
}  # fmt: skip
# Texts that a sentence may name beside its number.
VALUES = frozenset({"place", "holder", "date", "case"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a report: `numbers` for every name of FACTS, and the texts of VALUES where there are such."""

    numbers: Mapping[str, int]
    values: Mapping[str, str]


def facts_of(found: Mapping[str, Any], at: datetime, desk: str = "", kind: str = "") -> Facts:
    """The facts of a chain.

    Parameters
    ----------
    at
        now.
    desk, kind
        code and level of the agency that asks; empty: none does, and nothing is held by it.
    """
    numbers = {
        **_addresses(found), **_logs(found, at), **_identifiers(found), **_incident(found), **_files(found), **_place(found),
        **_desk(found, desk, kind),
    }  # fmt: skip
    return Facts({name: int(numbers[name]) for name in FACTS}, _values(found, at))


def held_by(agency: str, found: Mapping[str, Any]) -> bool:
    """Whether the report lies with this agency now, accepted or not."""
    live = [hop["to"] for hop in found["referrals"] if hop["state"] in LIVE]
    return bool(found["state"] == ReportState.FINISHED and agency in (live or [found["receiving_agency"]]))


def _addresses(found: Mapping[str, Any]) -> dict[str, int]:
    all_of = found["attributions"]
    shown = [a for a in all_of if not a["masked"]]
    shared = [a for a in shown if _SHARED & set(a["flags"]) or ((a["log"] or {}).get("next") or {}).get("port_needed")]
    return {
        "addresses": len(shown),
        "addresses_whole": sum(1 for a in shown if a["port"] and a["at"]),
        "addresses_port_missing": sum(1 for a in shared if not a["port"]),
        "addresses_shared_whole": sum(1 for a in shared if a["port"] and a["at"]),
        "addresses_time_missing": sum(1 for a in shown if not a["at"]),
        "addresses_zone_missing": sum(1 for a in shown if a["at_text"] and not a["at_zone_stated"]),
        "addresses_hidden": sum(1 for a in shown if _HIDING & set(a["flags"])),
        "addresses_withheld": len(all_of) - len(shown),
        "addresses_none": not all_of,
    }


def _logs(found: Mapping[str, Any], at: datetime) -> dict[str, int]:
    logs = [log for a in found["attributions"] if (log := a["log"]) and log["likely_gone_at"]]
    open_ = [log for log in logs if not log["preserved"]]
    running = [log for log in open_ if _time(log["likely_gone_at"]) > at]
    gone = [log for log in open_ if _time(log["likely_gone_at"]) <= at]
    return {
        "logs_running": len(running),
        "logs_soon": sum(1 for log in running if _time(log["likely_gone_at"]) - at <= SOON),
        "logs_unasked": sum(1 for log in running if not log["preservation"]),
        "logs_gone": len(gone),
        "logs_kept_by_rule": sum(1 for log in gone if (rule := log["kept_until_by_rule_at"]) and _time(rule) > at),
        "logs_preserved": sum(1 for log in logs if log["preserved"]),
        "logs_holder_unknown": sum(1 for log in logs if log.get("holder_known") is False),
    }


def _identifiers(found: Mapping[str, Any]) -> dict[str, int]:
    shown = [i for i in found["identifiers"] if not i["masked"]]
    of = {kind: [i for i in shown if i["kind"] == kind.value] for kind in IdentifierKind}
    reported = {kind: [i for i in of[kind] if i["role"] == PersonRole.REPORTED] for kind in IdentifierKind}
    numbered = {i["scope"] for i in reported[IdentifierKind.ACCOUNT_ID]}
    verified = [i for i in of[IdentifierKind.EMAIL] if any(s["verified"] for s in i["sightings"])]
    leads = (
        IdentifierKind.HANDLE, IdentifierKind.ACCOUNT_ID, IdentifierKind.EMAIL, IdentifierKind.PHONE, IdentifierKind.DEVICE,
    )  # fmt: skip
    return {
        "handles": len(reported[IdentifierKind.HANDLE]),
        "handles_alone": sum(1 for i in reported[IdentifierKind.HANDLE] if i["scope"] not in numbered),
        "account_numbers": len(reported[IdentifierKind.ACCOUNT_ID]),
        "emails_verified": len(verified),
        "emails_unverified": len(of[IdentifierKind.EMAIL]) - len(verified),
        "phones": len(of[IdentifierKind.PHONE]),
        "devices": len(of[IdentifierKind.DEVICE]),
        "urls": len(of[IdentifierKind.URL]),
        "identifiers_none": not any(of[kind] for kind in leads),
        "names": sum(
            1 for p in found["persons"]
            if p["role"] == PersonRole.REPORTED and not p["masked"] and (p["first_name"] or p["last_name"] or p["display_names"])
        ),
    }  # fmt: skip


def _incident(found: Mapping[str, Any]) -> dict[str, int]:
    links: Sequence[Mapping[str, Any]] = [
        link for link in found["links"] if not link.get("hub") and not link.get("cut")
    ]
    routing = found["routing"] or {}
    return {
        "incident_time": bool(found["incident"]["at"]),
        "incident_time_missing": not found["incident"]["at"],
        "urgent": bool(found["incident"]["escalated"] or routing.get("urgent")),
        "children": found["children"],
        "texts": len(found["texts"]),
        "repeat": bool(found["probable_repeat_of"]),
        "related": len({link["report"] for link in links if link["visible"]}),
        "related_elsewhere": sum(1 for link in links if not link["visible"]),
        "by_public": found["channel"] == "public",
    }


def _files(found: Mapping[str, Any]) -> dict[str, int]:
    files = found["files"]
    return {
        "files": len(files),
        "files_viewed": sum(1 for f in files if f["viewed_by_provider"] is True),
        "files_not_viewed": sum(1 for f in files if f["viewed_by_provider"] is False),
        "files_view_unknown": sum(1 for f in files if f["viewed_by_provider"] is None),
        "files_unhashed": sum(1 for f in files if not f["sha256"]),
        "files_none": not files,
    }


def _place(found: Mapping[str, Any]) -> dict[str, int]:
    where = found["whereabouts"]
    level = "" if where is None or where["abstained"] else where["level"]
    return {
        "place_district": level == "district",
        "place_state": level == "state",
        "place_country": level == "country",
        "place_none": not level,
    }


def _desk(found: Mapping[str, Any], desk: str, kind: str) -> dict[str, int]:
    held = bool(desk) and held_by(desk, found)
    states = [hop["state"] for hop in found["referrals"] if hop["to"] == desk and hop["state"] in LIVE]
    return {
        "held": held,
        "waiting": held and any(state in _UNTOUCHED for state in states),
        "acknowledged": held and any(state not in _UNTOUCHED for state in states),
        "in_case": found["case"] is not None,
        "investigates": kind == AgencyKind.DISTRICT,
        "hands_down": bool(kind) and kind != AgencyKind.DISTRICT,
    }


def _values(found: Mapping[str, Any], at: datetime) -> dict[str, str]:
    where, case = found["whereabouts"] or {}, found["case"]
    soonest = next_log(found, at)
    return {
        "place": ", ".join(part for part in (where.get("district"), where.get("state"), where.get("country")) if part),
        "holder": (soonest["holder"] or "") if soonest else "",
        "date": soonest["likely_gone_at"] if soonest else "",
        "case": case["number"] if case else "",
    }


def next_log(found: Mapping[str, Any], at: datetime) -> Mapping[str, Any] | None:
    """The next log to go that is likely still there and that nobody confirmed to keep; None when there is none."""
    logs = [
        log
        for a in found["attributions"]
        if (log := a["log"]) and log["likely_gone_at"] and not log["preserved"] and _time(log["likely_gone_at"]) > at
    ]
    return min(logs, key=lambda log: _time(log["likely_gone_at"]), default=None)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
