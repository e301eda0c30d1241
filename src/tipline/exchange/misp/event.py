"""The event that a record becomes."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from tipline.core.text import visible
from tipline.exchange.forms import named, of_child
from tipline.exchange.record.model import Hashed, Named, Placed, Record, ReportRecord

# "Your organisation only", and what is below takes over what is above it
_OWN = "0"
_INHERIT = "5"
TAGS = ("tlp:amber+strict", "PAP:RED", 'rsit:abusive-content="violence"')
# the templates of misp-objects that are used: uuid, version, meta-category
_TEMPLATES = {
    "file": ("688c46fb-5edb-40a3-8273-1af7923e2215", "25", "file"),
    "url": ("60efb77b-40b5-4c46-871b-ed1ed999fce5", "10", "network"),
    "user-account": ("49606b06-22f0-4ac8-8eee-2f12ad46f3d3", "6", "misc"),
    "ip-port": ("9f8cea74-16fe-4968-a2b4-026676949ac6", "10", "network"),
    "phone-number": ("c4b5a67c-63d2-11ec-90d6-0242ac120003", "1", "mobile"),
    "device": ("0c64b41a-e583-4f4d-ac92-d484163b9e52", "10", "misc"),
    "internal-reference": ("a3984dc5-5f70-4776-9262-c19641c0ff6a", "2", "misc"),
    "geolocation": ("cd6f2238-ba55-4888-82c4-104e6e1acf21", "8", "misc"),
}
_CATEGORIES = {
    "md5": "Payload delivery", "sha1": "Payload delivery", "sha256": "Payload delivery", "url": "Network activity", "ip-dst": "Network activity",
    "ip-src": "Network activity", "email": "Social network", "email-src": "Social network", "phone-number": "Person", "port": "Network activity", "AS": "Network activity",
}  # fmt: skip
_HASHES = {"md5": 32, "sha1": 40, "sha256": 64}
_E_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NAME_OF_KIND = {"handle": "username", "account_id": "user-id"}

Said = dict[str, Any]
# relation, type, value
Part = tuple[str, str, str]


def event(record: Record) -> Said:
    """The event, with one object for each thing that a report tells of."""
    objects = {one["uuid"]: one for report in record.reports for one in _objects(record, report)}
    terms = record.terms
    return {
        "uuid": record.uid,
        "info": visible(f"Referral from {record.sender.name or record.sender.agency}: reports of CSAM ({len(record.reports)})"),
        "date": record.made_at.astimezone(UTC).date().isoformat(),
        "timestamp": _stamp(record.made_at),
        "published": False,
        "analysis": "0",
        # undefined: the scores are of reports, not of events
        "threat_level_id": "4",
        "distribution": _OWN,
        "Orgc": {"name": visible(record.sender.name or record.sender.agency, 200), "uuid": str(named("misp", "agency", record.sender.agency))},
        "Tag": [{"name": name} for name in TAGS],
        "Attribute": [
            _attribute(record, "comment", "Other", text, ("terms", key))
            for key, text in (
                ("terms", f"Handed over under {terms.reference}"), ("law", terms.law), ("purposes", "; ".join(terms.purposes)), ("note", record.note),
                ("expires", f"Not to be taken after {record.expires_at.isoformat()}"), ("until", f"Until {terms.until.isoformat()}" if terms.until else ""),
                ("retention", f"Kept for at most {terms.retention_days} days" if terms.retention_days else ""),
            )
            if text.strip()
        ],
        "Object": list(objects.values()),
    }  # fmt: skip


def _objects(record: Record, report: ReportRecord) -> Iterator[Said]:
    reference = f"{report.incident_type}; {report.reporter}; {report.state}; received {report.received_at.isoformat()}"
    parts = [
        ("identifier", "text", report.uid),
        ("type", "text", "report of a provider"),
        ("comment", "comment", reference),
    ]
    yield _object(record, "internal-reference", parts, "", report.uid)
    for one in report.identifiers:
        if not of_child(one):
            yield from _identifier(record, one, report)
    for file in report.files:
        yield from _file(record, file, report)
    for index, place in enumerate(report.places):
        yield from _place(record, index, place, report)


def _identifier(record: Record, one: Named, report: ReportRecord) -> Iterator[Said]:
    comment = f"{report.uid}: {one.role}"
    name = (one.kind, one.scope, one.value, one.role, report.uid)
    match one.kind:
        case "handle" | "account_id":
            parts = [(_NAME_OF_KIND[one.kind], "text", one.value)]
            yield _object(record, "user-account", [*parts, ("account-type", "text", one.scope)], comment, *name)
        case "email" if _E_MAIL.fullmatch(one.value):
            yield _object(
                record, "user-account", [("username", "text", one.value), ("email", "email", one.value)], comment, *name
            )
        case "phone":
            yield _object(record, "phone-number", [("phone-number", "phone-number", one.value)], comment, *name)
        case "url":
            yield _object(record, "url", [("url", "url", one.value)], comment, *name)
        case "ip" if _is_address(one.value):
            yield from _address(record, one, comment, name)
        case "device":
            yield _object(record, "device", [("name", "text", one.value)], comment, *name)


def _address(record: Record, one: Named, comment: str, name: tuple[str, ...]) -> Iterator[Said]:
    """An address once for each time and port: which of them belong together is what an internet provider is asked."""
    for index, seen in enumerate(one.seen):
        at = seen.at.astimezone(UTC).isoformat() if seen.at else ""
        parts: list[Part] = [
            ("ip-src", "ip-src", one.value),
            ("src-port", "port", "" if seen.port is None else str(seen.port)),
        ]
        told = "; ".join(text for text in (seen.event, seen.at_text) if text)
        yield _object(
            record, "ip-port", [*parts, ("first-seen", "datetime", at), ("last-seen", "datetime", at), ("text", "text", told)], comment, *name, index
        )  # fmt: skip
    if not one.seen:
        yield _object(record, "ip-port", [("ip-src", "ip-src", one.value)], comment, *name)


def _file(record: Record, one: Hashed, report: ReportRecord) -> Iterator[Said]:
    hashes = [
        (kind, kind, getattr(one, kind))
        for kind, length in _HASHES.items()
        if re.fullmatch(rf"[0-9a-f]{{{length}}}", getattr(one, kind))
    ]
    if hashes:
        viewed = {None: "not said", True: "yes", False: "no"}[one.viewed_by_provider]
        parts = [
            *hashes,
            ("size-in-bytes", "size-in-bytes", str(one.size_bytes)),
            ("text", "text", f"Viewed by the provider: {viewed}"),
        ]
        yield _object(record, "file", parts, report.uid, report.uid, one.uid)


def _place(record: Record, index: int, one: Placed, report: ReportRecord) -> Iterator[Said]:
    if one.masked or one.abstained or not (one.country or one.state or one.district):
        return
    told = f"{one.ip}: {one.explanation} (confidence {one.confidence:g})"
    parts = [
        ("countrycode", "text", one.country),
        ("region", "text", one.state),
        ("city", "text", one.district),
        ("text", "text", told),
    ]
    yield _object(record, "geolocation", parts, report.uid, report.uid, "place", index)


def _object(record: Record, template: str, parts: list[Part], comment: str, *name: object) -> Said:
    uuid, version, category = _TEMPLATES[template]
    own = str(named("misp", record.uid, template, *name))
    return {
        "uuid": own, "name": template, "meta-category": category, "template_uuid": uuid, "template_version": version, "timestamp": _stamp(record.made_at),
        "distribution": _INHERIT, "comment": visible(comment, 500),
        "Attribute": [
            _attribute(record, kind, _CATEGORIES.get(kind, "Other"), value, (own, relation)) | {"object_relation": relation}
            for relation, kind, value in parts if value.strip()
        ] or [_attribute(record, parts[0][1], "Other", "(empty)", (own, parts[0][0])) | {"object_relation": parts[0][0]}],
    }  # fmt: skip


def _attribute(record: Record, kind: str, category: str, value: str, name: tuple[str, str]) -> Said:
    # MISP takes line ends and blanks at the ends away, and so would say something else
    written = value if kind in {"url", "datetime"} and value.isprintable() else visible(value)
    return {
        "uuid": str(named("misp", record.uid, *name)), "type": kind, "category": category, "value": written.strip(), "to_ids": False,
        "disable_correlation": kind in {"text", "comment", "datetime", "port", "size-in-bytes"}, "distribution": _INHERIT, "timestamp": _stamp(record.made_at),
    }  # fmt: skip


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def _stamp(at: datetime) -> str:
    return str(int(at.timestamp()))
