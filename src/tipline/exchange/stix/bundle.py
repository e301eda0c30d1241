"""The objects of a STIX bundle that a record becomes."""

from __future__ import annotations

import ipaddress
import re
import uuid
from datetime import UTC, datetime
from typing import Any

import rfc8785

from tipline.exchange.forms import named, of_child
from tipline.exchange.record.model import Hashed, Named, Party, Placed, Record, ReportRecord, Scored, Seen

# of the names of observables (STIX 2.1, section 2.9)
_OBSERVABLES = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
# the published objects of TLP 2.0 (oasis-open/cti-stix-common-objects, extension-definition-specifications/tlp-2.0)
_TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
TLP_AMBER_STRICT = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"
# Tipline's own, for what the standard has no property for: a random UUID, drawn once
EXTENSION = "extension-definition--b1d8c1ee-9f5a-4d8e-8f0a-6f3f2f6b7d10"
_EXTENSION_SCHEMA = "docs/reference/forms-out/stix.md"
_SINCE = "2026-11-28T00:00:00.000Z"

_HASHES = {"md5": ("MD5", 32), "sha1": ("SHA-1", 40), "sha256": ("SHA-256", 64)}
_E_MAIL = re.compile(r"[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9-.]+")
# RFC 3986: nothing else may stand in a URI
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")
_COUNTRY = re.compile(r"[A-Z]{2}")

Thing = dict[str, Any]


class Bundle:
    """Made for one record and read once."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._made_at = _time(record.made_at)
        self._things: dict[str, Thing] = {}
        self._by = ""
        self._markings = [TLP_AMBER_STRICT]

    def document(self) -> Thing:
        """The bundle."""
        self._put(_TLP)
        self._by = _name("identity", "agency", self._record.sender.agency)
        self._markings.append(self._statement())
        self._put(self._extension())
        self._agency(self._record.sender)
        receiver = self._agency(self._record.receiver)
        reports = [self._report(report) for report in self._record.reports]
        self._domain("grouping", self._record.uid, {
            "name": f"Referral {self._record.uid}", "context": "unspecified", **({"description": self._record.note} if self._record.note else {}),
            "object_refs": [self._by, receiver, *reports],
            **_extended({"expires_at": _time(self._record.expires_at), "language": self._record.language, "sender": self._record.sender.model_dump(mode="json"),
                         "receiver": self._record.receiver.model_dump(mode="json"), "hops": list(self._record.hops)}),
        })  # fmt: skip
        return {"type": "bundle", "id": f"bundle--{self._record.uid}", "objects": list(self._things.values())}

    # -- objects --------------------------------------------------------------------------------------------------------

    def _put(self, thing: Thing) -> str:
        self._things.setdefault(thing["id"], thing)
        return str(thing["id"])

    def _domain(self, kind: str, name: object, said: Thing, *more: object) -> str:
        """A domain or relationship object, made by the sender and marked."""
        return self._put({
            "type": kind, "spec_version": "2.1", "id": _name(kind, name, *more), "created_by_ref": self._by, "created": self._made_at, "modified": self._made_at,
            **said, "object_marking_refs": self._markings,
        })  # fmt: skip

    def _observable(self, kind: str, contributing: Thing, more: Thing | None = None) -> str:
        """An observable, named after the properties that the standard says."""
        name = f"{kind}--{uuid.uuid5(_OBSERVABLES, rfc8785.dumps(contributing).decode())}"
        return self._put({"type": kind, "spec_version": "2.1", "id": name, **contributing, **(more or {}), "object_marking_refs": self._markings})  # fmt: skip

    def _agency(self, party: Party) -> str:
        return self._domain(
            "identity", "agency", {"name": party.name or party.agency, "identity_class": "organization"}, party.agency
        )

    def _statement(self) -> str:
        terms = self._record.terms
        told = [
            f"Handed over under {terms.reference}.", terms.law and f"Law: {terms.law}.", terms.purposes and f"For: {'; '.join(terms.purposes)}.",
            f"Data: {', '.join(terms.data)}.", terms.retention_days and f"Kept for at most {terms.retention_days} days.",
            terms.until and f"Until {_time(terms.until)}.", "A report accuses nobody.",
        ]  # fmt: skip
        return self._put({
            "type": "marking-definition", "spec_version": "2.1", "id": _name("marking-definition", self._record.uid), "created_by_ref": self._by,
            "created": self._made_at, "definition_type": "statement", "definition": {"statement": " ".join(str(one) for one in told if one)},
        })  # fmt: skip

    def _extension(self) -> Thing:
        return {
            "type": "extension-definition", "spec_version": "2.1", "id": EXTENSION, "created_by_ref": self._by, "created": _SINCE, "modified": _SINCE,
            "name": "Tipline referral", "description": "What a report of a platform says that STIX has no property for.", "schema": _EXTENSION_SCHEMA,
            "version": "1.0.0", "extension_types": ["property-extension"],
        }  # fmt: skip

    def _report(self, report: ReportRecord) -> str:
        reporter = self._domain(
            "identity", "reporter", {"name": report.reporter or "?", "identity_class": "organization"}, report.reporter
        )
        refs, unsaid = [reporter], []
        for one in report.identifiers:
            if of_child(one):
                continue
            observable = self._identifier(one)
            if observable is None:
                unsaid.append(one.model_dump(mode="json", include={"kind", "value", "scope", "role"}))
                continue
            refs += [
                observable,
                *[
                    self._seen(index, seen, seen.at, one, observable, report)
                    for index, seen in enumerate(one.seen)
                    if seen.at
                ],
            ]
        refs += [made for index in range(len(report.persons)) if (made := self._person(index, report))]
        refs += [made for one in report.files if (made := self._file(one))]
        refs += [made for index, one in enumerate(report.places) for made in self._place(index, one, report)]
        said = {
            "name": report.uid,
            "description": report.incident_type,
            "published": _time(report.received_at),
            "object_refs": list(dict.fromkeys(refs)),
            **({"labels": list(dict.fromkeys(report.annotations))} if report.annotations else {}),
            **_extended({
                "uid": report.uid, "state": report.state, "channel": report.channel, "version": report.version, "receiving_agency": report.receiving_agency,
                "incident_at": report.incident_at and _time(report.incident_at), "incident_at_text": report.incident_at_text, "platform": report.platform,
                "escalated": report.escalated, "finished_at": report.finished_at and _time(report.finished_at), "documents": [one.sha256 for one in report.documents],
                "hops": [one.model_dump(mode="json") for one in report.hops], "identifiers_without_an_object": unsaid,
                "files_without_hashes": sum(1 for one in report.files if not _hashes(one)),
            }),
        }  # fmt: skip
        name = self._domain("report", report.uid, said)
        for scored in report.scores:
            self._score(scored, report, name)
        return name

    def _score(self, scored: Scored, report: ReportRecord, about: str) -> str:
        lines = [f"{point.points:+g} {point.rule}: {point.text}" for point in scored.reasons]
        return self._domain("note", report.uid, {
            "abstract": f"{scored.kind}: {scored.score} (rules {scored.rules_version})", "content": "\n".join(lines) or "No reasons.", "object_refs": [about],
        }, scored.kind)  # fmt: skip

    # -- what a report tells of -----------------------------------------------------------------------------------------

    def _identifier(self, one: Named) -> str | None:
        """The observable of an identifier; None for what STIX has no object for, or refuses."""
        match one.kind:
            case "handle" | "account_id" | "phone" if one.value:
                kind = one.scope if one.kind != "phone" else "phone"
                key = "account_login" if one.kind == "handle" else "user_id"
                return self._observable("user-account", {**({"account_type": kind} if kind else {}), key: one.value})
            case "email" if _E_MAIL.fullmatch(one.value):
                return self._observable("email-addr", {"value": one.value})
            case "url" if _URI.fullmatch(one.value):
                return self._observable("url", {"value": one.value})
            case "ip":
                return self._address(one.value)
        return None

    def _address(self, value: str) -> str | None:
        try:
            version = ipaddress.ip_address(value).version
        except ValueError:
            return None
        return self._observable(f"ipv{version}-addr", {"value": value})

    def _seen(
        self, index: int, seen: Seen, used_at: datetime, one: Named, observable: str, report: ReportRecord
    ) -> str:
        at = _time(used_at)
        said = seen.model_dump(mode="json", exclude={"at"}, exclude_defaults=True) | {"role": one.role}
        return self._domain("observed-data", report.uid, {
            "first_observed": at, "last_observed": at, "number_observed": 1, "object_refs": [observable], **_extended(said),
        }, one.kind, one.scope, one.value, one.role, index)  # fmt: skip

    def _person(self, index: int, report: ReportRecord) -> str | None:
        one = report.persons[index]
        if of_child(one):
            return None
        name = " ".join(part for part in (one.first_name, one.last_name) if part) or next(
            (name for name in one.display_names if name), ""
        )
        said = one.model_dump(mode="json", include={"display_names", "platform", "age"}, exclude_defaults=True)
        return self._domain("identity", report.uid, {
            "name": name or "not named", "identity_class": "individual", "roles": [one.role], **(_extended(said) if said else {}),
        }, "person", index)  # fmt: skip

    def _file(self, one: Hashed) -> str | None:
        hashes = _hashes(one)
        if not hashes:
            return None
        # the name is made of one hash, the first of these that there is (section 2.9)
        first = next(kind for kind in ("MD5", "SHA-1", "SHA-256") if kind in hashes)
        name = f"file--{uuid.uuid5(_OBSERVABLES, rfc8785.dumps({'hashes': {first: hashes[first]}}).decode())}"
        said = one.model_dump(
            mode="json",
            include={"pdq", "viewed_by_provider", "classification", "annotations", "stated"},
            exclude_defaults=True,
        )
        return self._put({
            "type": "file", "spec_version": "2.1", "id": name, "hashes": hashes, "size": one.size_bytes, **(_extended(said) if said else {}),
            "object_marking_refs": self._markings,
        })  # fmt: skip

    def _place(self, index: int, one: Placed, report: ReportRecord) -> list[str]:
        address = None if one.masked else self._address(one.ip)
        if address is None:
            return []
        said = one.model_dump(
            mode="json",
            exclude={"ip", "at", "country", "state", "district", "confidence", "masked"},
            exclude_defaults=True,
        )
        said |= {"used_at": _time(one.at)} if one.at else {}
        if one.abstained or not _COUNTRY.fullmatch(one.country):
            note = {
                "abstract": "not placed",
                "content": one.explanation or "The sender did not place this address.",
                "object_refs": [address],
            }
            return [address, self._domain("note", report.uid, note | _extended(said), "place", index)]
        parts = {"country": one.country, "administrative_area": one.state, "city": one.district}
        place = self._domain(
            "location", "place", {key: value for key, value in parts.items() if value}, *parts.values()
        )
        link = {
            "relationship_type": "related-to", "source_ref": address, "target_ref": place, "confidence": round(one.confidence * 100),
            **({"description": one.explanation} if one.explanation else {}),
        }  # fmt: skip
        return [
            address,
            place,
            self._domain("relationship", report.uid, link | (_extended(said) if said else {}), "place", index),
        ]


_TLP: Thing = {
    "type": "marking-definition", "spec_version": "2.1", "id": TLP_AMBER_STRICT, "created": "2022-10-01T00:00:00.000Z", "name": "TLP:AMBER+STRICT",
    "extensions": {_TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": "amber+strict"}},
}  # fmt: skip


def _name(kind: str, *parts: object) -> str:
    return f"{kind}--{named('stix', kind, *parts)}"


def _hashes(one: Hashed) -> dict[str, str]:
    found = {name: getattr(one, key) for key, (name, _) in _HASHES.items()}
    return {name: value for (name, value), (_, length) in zip(found.items(), _HASHES.values(), strict=True) if re.fullmatch(rf"[0-9a-f]{{{length}}}", value)}  # fmt: skip


def _extended(said: Thing) -> Thing:
    """What the standard has no property for. No property of it is null or an empty list (section 3.1)."""
    kept = {key: value for key, value in said.items() if value is not None and value != [] and value != ""}
    return {"extensions": {EXTENSION: {"extension_type": "property-extension", **_without_gaps(kept)}}}


def _without_gaps(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_gaps(inner) for key, inner in value.items() if inner is not None and inner != []}
    return [_without_gaps(inner) for inner in value] if isinstance(value, list) else value


def _time(at: datetime) -> str:
    """As the standard wants it: UTC, with a Z."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
