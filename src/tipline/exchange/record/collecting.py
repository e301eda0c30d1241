"""Making the record of a referral out of what the sender may show: masked, in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.exchange.parties.ourselves import our_name
from tipline.exchange.record.model import (
    MOST_REPORTS,
    DataKind,
    Happened,
    Hashed,
    HopMade,
    Named,
    Party,
    Placed,
    Point,
    Received,
    Record,
    ReportRecord,
    Scored,
    Seen,
    Someone,
    Terms,
    uid,
)
from tipline.exchange.record.models import HopOrigin, ReportOrigin
from tipline.investigation.chain import chains
from tipline.referrals.models import LIVE, Referral
from tipline.reports.models import Document
from tipline.reports.queries import visible_reports
from tipline.trust.visibility import Scope

GOOD_FOR = timedelta(days=30)


def document_path(report: str, number: int, ending: str) -> str:
    """Where the bytes of a report's document stand in a package."""
    return f"data/documents/{report.rpartition(':report:')[0].rpartition(':')[2]}-{report.rpartition(':')[2]}-{number}.{ending}"


def collect(
    scope: Scope,
    referral_ids: Sequence[int],
    terms: Terms,
    *,
    receiver_installation: str = "",
    language: str = "en",
    note: str = "",
    good_for: timedelta = GOOD_FOR,
    record_uid: UUID | None = None,
) -> Record:
    """The record of hops that one agency made to another, one a report.

    Parameters
    ----------
    terms
        what the hand-over rests on. Where its kinds of data hold `document`, each document has the path at which its bytes are to stand.
    record_uid
        the name of the hand-over; by default a new one.

    Raises
    ------
    NotFoundError
        when a referral does not exist, or is not in scope.
    InvalidInputError
        when they are none, too many, between different agencies, or two of one report.
    ConflictError
        when one is not on the other desk: it was returned, recalled or handed on, or its report is destroyed.
    """
    referrals = _referrals(scope, referral_ids)
    sender, receiver = referrals[0].from_agency, referrals[0].to_agency
    here, at = our_name(), now()
    reports = chains(scope, [one.report_id for one in referrals])
    names = _Names(here, reports)
    documents = _documents(reports) if DataKind.DOCUMENT in terms.data else {}
    return Record(
        uid=str(record_uid or uuid4()),
        made_at=at,
        expires_at=at + good_for,
        language=language,
        sender=Party(agency=sender.code, name=sender.name, installation=here),
        receiver=Party(agency=receiver.code, name=receiver.name, installation=receiver_installation),
        terms=terms,
        note=note,
        hops=tuple(names.hop(one.pk) for one in referrals),
        reports=tuple(_report(found, names, documents.get(found["id"])) for found in reports),
    )


def _referrals(scope: Scope, referral_ids: Sequence[int]) -> list[Referral]:
    wanted = sorted(set(referral_ids))
    if not 0 < len(wanted) <= MOST_REPORTS:
        raise InvalidInputError(f"name 1 to {MOST_REPORTS:,} referrals")
    found = list(
        Referral.objects.filter(pk__in=wanted, report__in=visible_reports(scope))
        .select_related("from_agency", "to_agency", "report")
        .order_by("report_id")
    )
    if len(found) < len(wanted):
        missing = set(wanted) - {one.pk for one in found}
        raise NotFoundError(f"referral {min(missing)} does not exist")
    if len({(one.from_agency_id, one.to_agency_id) for one in found}) > 1:
        raise InvalidInputError("a package goes from one agency to one other: make one for each of them")
    if len({one.report_id for one in found}) < len(found):
        raise InvalidInputError("two of these referrals are of the same report: name the one that is handed over")
    for one in found:
        if one.state not in LIVE or one.report.destroyed_at is not None:
            raise ConflictError(
                f"referral {one.pk} is {one.get_state_display().lower()}: what is no longer with {one.to_agency.code} is not handed over"
            )
    return found


class _Names:
    """What reports and hops are called everywhere: by the installation where they were made."""

    def __init__(self, here: str, reports: Sequence[Mapping[str, Any]]) -> None:
        self._here = here
        ids = [found["id"] for found in reports]
        hops = [hop["id"] for found in reports for hop in found["referrals"]]
        self._of: dict[tuple[str, int], str] = {}
        for number, name in ReportOrigin.objects.filter(report__in=ids).values_list("report_id", "uid"):
            self._of["report", number] = name
        for number, name in HopOrigin.objects.filter(referral__in=hops).values_list("referral_id", "uid"):
            self._of["hop", number] = name

    def report(self, number: int) -> str:
        return self._of.get(("report", number)) or uid(self._here, "report", number)

    def hop(self, number: int) -> str:
        return self._of.get(("hop", number)) or uid(self._here, "hop", number)


def _documents(reports: Sequence[Mapping[str, Any]]) -> dict[int, list[Document]]:
    """What is said of the documents of reports that were let through; not their bytes."""
    found: dict[int, list[Document]] = defaultdict(list)
    rows = (
        Document.objects.filter(report__in=[one["id"] for one in reports])
        .select_related("reported_file")
        .defer("body", "source")
    )
    for row in rows.order_by("id"):
        found[row.report_id].append(row)
    return found


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _report(found: Mapping[str, Any], names: _Names, documents: Sequence[Document] | None) -> ReportRecord:
    incident, name = found["incident"], names.report(found["id"])
    return ReportRecord(
        uid=name,
        reporter=found["reporter"],
        receiving_agency=found["receiving_agency"],
        channel=found["channel"],
        state=found["state"],
        version=found["version"],
        received_at=found["received_at"],
        finished_at=found["finished_at"],
        incident_type=incident["type"],
        incident_at=incident["at"],
        incident_at_text=incident["at_text"],
        platform=incident["platform"],
        escalated=incident["escalated"],
        annotations=incident["annotations"],
        children=found["children"],
        documents=tuple(_travelling(name, documents) if documents is not None else _staying(found["documents"])),
        persons=tuple(
            Someone(
                **{
                    key: one[key]
                    for key in (
                        "role",
                        "child",
                        "masked",
                        "first_name",
                        "last_name",
                        "display_names",
                        "platform",
                        "age",
                    )
                }
            )
            for one in found["persons"]
        ),
        identifiers=tuple(_named(one) for one in found["identifiers"]),
        files=tuple(_file(one) for one in found["files"]),
        places=tuple(_placed(one) for one in found["attributions"]),
        scores=tuple(_scored(kind, one) for kind, one in found["triage"].items()),
        hops=tuple(_hop(one, names) for one in found["referrals"]),
    )


def _staying(documents: Sequence[Mapping[str, Any]]) -> list[Received]:
    return [Received(kind=one["kind"], sha256=one["sha256"], received_at=one["received_at"]) for one in documents]


def _travelling(report: str, documents: Sequence[Document]) -> list[Received]:
    return [
        Received(
            kind=one.kind,
            sha256=one.sha256,
            content_type=one.content_type,
            received_at=one.received_at,
            path=document_path(report, number, "xml"),
            file=one.reported_file.wire_id if one.reported_file else "",
            source_form=one.source_format,
            source_sha256=one.source_sha256 or None,
            source_path=document_path(report, number, "source") if one.source_format else "",
        )
        for number, one in enumerate(documents, 1)
    ]


def _named(one: Mapping[str, Any]) -> Named:
    return Named(
        kind=one["kind"], value=one["value"], scope=one["scope"], role=one["role"], child=one["child"], masked=one["masked"],
        seen=tuple(
            Seen(
                original=s["original"], event=s["event"] or "", at=s["at"], at_text=s["at_text"] or "", zone_stated=s["at_zone_stated"],
                port=s["port"], possible_proxy=s["possible_proxy"], verified=s["verified"],
            )
            for s in one["sightings"]
        ),
    )  # fmt: skip


def _file(one: Mapping[str, Any]) -> Hashed:
    return Hashed(
        uid=one["id"], size_bytes=one["size_bytes"], md5=one["md5"], sha1=one["sha1"], sha256=one["sha256"], pdq=one["pdq"] or "",
        viewed_by_provider=one["viewed_by_provider"], classification=one["classification"] or "", annotations=one["annotations"],
        stated=one["stated_hashes"],
    )  # fmt: skip


def _placed(one: Mapping[str, Any]) -> Placed:
    return Placed(
        **{key: one[key] for key in ("ip", "port", "at", "country", "state", "district", "owner", "asn", "flags", "confidence", "abstained", "explanation", "model", "masked")},
        log_likely_gone_at=one["log"]["likely_gone_at"] if one["log"] else None,
    )  # fmt: skip


def _scored(kind: str, one: Mapping[str, Any]) -> Scored:
    reasons = (Point(rule=reason["rule"], points=reason["points"], text=reason["title"]) for reason in one["reasons"])
    return Scored(kind=kind, score=one["score"], rules_version=one["rules_version"], reasons=tuple(reasons))  # type: ignore[arg-type]  # pydantic checks it


def _hop(one: Mapping[str, Any], names: _Names) -> HopMade:
    return HopMade(
        uid=names.hop(one["id"]), from_agency=one["from"], to_agency=one["to"], state=one["state"], at=one["at"], zero_fir=one["zero_fir"],
        urgent=one["urgent"], due_at=one["due_at"], return_reason=one["return_reason"] or "",
        history=tuple(Happened(act=h["act"], at=h["at"], by=h["by"], agency=h["agency"], reason=h["reason"] or "") for h in one["history"]),
    )  # fmt: skip
