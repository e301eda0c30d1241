"""A report document made of the record, for where the document as received does not travel: so that the same stages read it.

It is of the form `tipline-json`, says only what the record says, and names nothing that is masked: a mask is no identifier. A child stands in
it as a person without a name, so that the report counts as one that names a child.
"""

from __future__ import annotations

import hashlib
from typing import Any

import rfc8785

from tipline.exchange.record.model import Hashed, Named, ReportRecord
from tipline.intake.cybertipline.document import header_of, parse_report
from tipline.intake.forms import form_named, source_of
from tipline.reports.filing import Filing
from tipline.reports.models import IdentifierKind, PersonRole
from tipline.reports.received import ReceivedDocument

_STATED = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "pdq": "PDQ"}
# whose part of a report an identifier stands in; what is nobody's stands in the part of the one reported
_PARTS = {PersonRole.RECIPIENT: "intendedRecipient", PersonRole.VICTIM: "victim"}


def report_document(report: ReportRecord, request_id: str) -> Filing:
    """The filing of a report that comes as its record alone."""
    form = form_named("tipline-json")
    body = rfc8785.dumps(as_json(report))
    converted = form.convert(body)
    xml = converted.report_xml
    document = ReceivedDocument(
        xml, hashlib.sha256(xml).hexdigest(), form.media_types[0], request_id, source_of(form, body)
    )
    return Filing(document, header_of(parse_report(xml)), tuple(one.stated() for one in converted.files), report.uid)


def as_json(report: ReportRecord) -> dict[str, Any]:
    """The report as `tipline-json` says it."""
    summary: dict[str, Any] = {"incidentType": report.incident_type, "incidentDateTime": report.incident_at_text}
    if report.platform:
        summary["platform"] = report.platform
    if report.escalated:
        summary["escalateToHighPriority"] = "the provider asked for urgency; its reason does not travel"
    made: dict[str, Any] = {
        "incidentSummary": summary,
        "reporter": {"reportingPerson": {"firstName": report.reporter[:100] or "not stated"}},
        "personOrUserReported": _part([one for one in report.identifiers if one.role not in _NOT_REPORTED]),
    }
    recipients = [one for one in report.identifiers if one.role == PersonRole.RECIPIENT and not one.masked]
    made["intendedRecipient"] = [_part([one], "intendedRecipientPerson") for one in recipients]
    ages = {one.child: one.age for one in report.persons if one.child is not None and one.age is not None}
    children = ({"age": ages[number]} if number in ages else {} for number in range(1, report.children + 1))
    made["victim"] = [{"victimPerson": said} for said in children]
    urls = [
        one
        for one in report.identifiers
        if one.kind == IdentifierKind.URL and one.role == PersonRole.INCIDENT and not one.masked
    ]
    made["internetDetails"] = (
        [{"webPageIncident": {"url": [one.seen[0].original if one.seen else one.value for one in urls]}}]
        if urls
        else []
    )
    made["files"] = [_file(one) for one in report.files]
    return {name: value for name, value in made.items() if value}


_NOT_REPORTED = {*_PARTS, PersonRole.REPORTER, PersonRole.OFFICER}


def _part(found: list[Named], named: str = "personOrUserReportedPerson") -> dict[str, Any]:
    """One part of a report with the identifiers that stand in it. What the form has room for once, and comes again, becomes an associated account."""
    part: dict[str, Any] = {}
    person: dict[str, Any] = {}
    for one in found:
        if one.masked:
            continue
        text = one.seen[0].original if one.seen else one.value
        match one.kind:
            case IdentifierKind.EMAIL:
                person.setdefault("email", []).append(text)
            case IdentifierKind.PHONE:
                person.setdefault("phone", []).append(text)
            case IdentifierKind.URL if one.role != PersonRole.INCIDENT:
                part.setdefault("profileUrl", []).append(text)
            case IdentifierKind.HANDLE:
                _account(part, "screenName", one, text)
            case IdentifierKind.ACCOUNT_ID:
                _account(part, "espIdentifier", one, text)
            case IdentifierKind.IP:
                part.setdefault("ipCaptureEvent", []).extend(_address(seen) for seen in one.seen)
            case IdentifierKind.DEVICE:
                part.setdefault("deviceId", []).append({"idType": one.scope or "not stated", "idValue": text})
    if person:
        part[named] = person
    return part


def _account(part: dict[str, Any], name: str, one: Named, text: str) -> None:
    target = part
    if name in part or (part.get("espService") or one.scope) != one.scope:
        target = {}
        part.setdefault("associatedAccount", []).append(target)
    target[name] = text
    if one.scope:
        target["espService"] = one.scope


def _address(seen: Any) -> dict[str, Any]:
    said = {
        "ipAddress": seen.original,
        "eventName": seen.event,
        "dateTime": seen.at_text,
        "port": seen.port,
        "possibleProxy": seen.possible_proxy,
    }
    return {name: value for name, value in said.items() if value not in ("", None)}


def _file(one: Hashed) -> dict[str, Any]:
    said: dict[str, Any] = {"sizeBytes": one.size_bytes}
    if one.viewed_by_provider is not None:
        said["fileViewedByEsp"] = one.viewed_by_provider
    if one.classification:
        said["industryClassification"] = one.classification
    own = [(name, getattr(one, key)) for key, name in _STATED.items() if getattr(one, key)]
    hashes = dict.fromkeys([*own, *one.stated])
    if hashes:
        said["originalFileHash"] = [{"hashType": kind, "value": value} for kind, value in hashes]
    return said
