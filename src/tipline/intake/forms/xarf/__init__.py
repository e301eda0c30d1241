"""XARF, the eXtended Abuse Reporting Format: what abuse desks, hotlines and hosts exchange.

Version 4 (xarf.org/docs/specification, schemas `content-csam` and `content-csem`) and version 3 (`Content`, `ChildAbuse`). Other kinds
of abuse are refused. The mapping is in docs/explanation/forms.md. XARF's `source_identifier` is where the content is hosted: it is
written down as text, and never becomes the address of a person.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from tipline.core.text import visible
from tipline.intake.doors.calls import Fault
from tipline.intake.forms import CarriesMediaError, Converted, Form, FormError
from tipline.intake.forms.strict_json import read_object
from tipline.intake.forms.tipline_json import convert_value

_LOOKS = re.compile(rb'\s*\{.{0,8000}?(?:"xarf_version"\s*:|"ReporterInfo"\s*:)', re.DOTALL)
# The incident types of the wire, of which XARF's are the nearest. The first is the wire's name for possession and distribution.
_MATERIAL = "Child Pornography (possession, manufacture, and distribution)"
_ENTICEMENT = "Online Enticement of Children for Sexual Acts"
_BY_EXPLOITATION = {
    "grooming": _ENTICEMENT, "solicitation": _ENTICEMENT, "sextortion": _ENTICEMENT, "trafficking": "Child Sex Trafficking",
    "distribution": _MATERIAL, "production": _MATERIAL, "possession": _MATERIAL,
}  # fmt: skip
_CLASSES = {"A1", "A2", "B1", "B2"}
_HASHES = {"md5": "MD5", "sha1": "SHA1", "sha256": "SHA256", "photodna": "PhotoDNA"}
# evidence that is text cannot be a picture; an e-mail can hold one
_TEXT = frozenset({"text/plain", "text/csv", "application/json"})
# keys of version 4 that have a place of their own
_PLACED = frozenset({
    "xarf_version", "timestamp", "reporter", "sender", "category", "type", "url", "hash_values", "file_hash", "perpetrator_indicators", "evidence",
    "_internal",
})  # fmt: skip
# where in the source a place of the report comes from
_CAME_FROM_4 = {
    "$.incidentSummary.incidentDateTime": "$.timestamp",
    "$.reporter.reportingPerson": "$.reporter.contact",
    "$.reporter.contactPerson": "$.sender.contact",
    "$.personOrUserReported.espIdentifier": "$.perpetrator_indicators.account_id",
    "$.personOrUserReported.ipCaptureEvent": "$.perpetrator_indicators.ip_addresses",
    "$.internetDetails": "$.url",
    "$.files[0].originalFileHash": "$.hash_values",
    "$.files[0].locationOfFile": "$.url",
}
_CAME_FROM_3 = {
    "$.incidentSummary.incidentDateTime": "$.Report.Date",
    "$.reporter.reportingPerson": "$.ReporterInfo",
    "$.internetDetails": "$.Report.SourceUrl",
}


class Xarf:
    """The form `xarf`."""

    name = "xarf"
    version = "1"
    title = "XARF 3 and 4: child sexual abuse and exploitation material"
    media_types: tuple[str, ...] = ("application/vnd.xarf+json", "application/xarf+json")

    def detect(self, body: bytes) -> bool:
        """Whether it is an object with XARF's own keys near its beginning."""
        return _LOOKS.match(body.removeprefix(b"\xef\xbb\xbf")) is not None

    def convert(self, body: bytes) -> Converted:
        """One XARF report as CyberTipline XML."""
        value = read_object(body)
        if "xarf_version" in value:
            return _converted(*_version_4(value), came_from=_CAME_FROM_4)
        if "ReporterInfo" in value or "Report" in value:
            return _converted(*_version_3(value), came_from=_CAME_FROM_3)
        raise FormError([Fault("$.xarf_version", 0, "is missing")])


def _converted(report: dict[str, Any], lost: list[str], *, came_from: Mapping[str, str]) -> Converted:
    try:
        made = convert_value(report)
    except FormError as refusal:
        raise FormError([Fault(_source(f.path, came_from), 0, f.rule, f.kind) for f in refusal.faults]) from refusal
    return Converted(made.report_xml, made.files, (*made.lost, *lost))


def _source(path: str, came_from: Mapping[str, str]) -> str:
    return next((source for place, source in came_from.items() if path.startswith(place)), "$")


def _version_4(value: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    version, kind = _text(value, "xarf_version"), _text(value, "type")
    if not version.startswith("4."):
        raise FormError([Fault("$.xarf_version", 0, "versions 3 and 4 are taken")])
    if _text(value, "category") != "content" or kind not in {"csam", "csem"}:
        raise FormError([Fault("$.type", 0, "only csam and csem of the category content are taken")])
    lost: list[str] = []
    _evidence(value.get("evidence", []), "$.evidence", "content_type", lost)
    if "_internal" in value:
        lost.append("$._internal is the sender's own and is not read")
    exploitation = _text(value, "exploitation_type") if kind == "csem" else ""
    if exploitation and exploitation not in _BY_EXPLOITATION:
        raise FormError([Fault("$.exploitation_type", 0, f"is not one of {', '.join(_BY_EXPLOITATION)}")])
    summary: dict[str, Any] = {
        "incidentType": _BY_EXPLOITATION.get(exploitation, _MATERIAL),
        "incidentDateTime": _text(value, "timestamp"),
        "incidentDateTimeDescription": "XARF timestamp: when the abuse occurred",
    }
    if exploitation == "sextortion":
        summary["reportAnnotations"] = {"sextortion": True}
    reporter, sender = _object(value, "reporter"), _object(value, "sender")
    told: dict[str, Any] = {
        "incidentSummary": summary,
        "internetDetails": [{"webPageIncident": {"url": [_text(value, "url")]}}],
        "reporter": {
            "reportingPerson": {"email": [{"value": _text(reporter, "contact", "$.reporter"), "type": "Business"}]},
            "companyTemplate": _company(reporter),
        },
        "additionalInfo": _lines("XARF", {k: v for k, v in value.items() if k not in _PLACED}),
    }
    if sender and sender != reporter:
        told["reporter"]["contactPerson"] = {
            "email": [{"value": _text(sender, "contact", "$.sender"), "type": "Business"}]
        }
        told["additionalInfo"] += f"\nXARF sender: {_company(sender)}"
    if reported := _reported(_object(value, "perpetrator_indicators"), told):
        told["personOrUserReported"] = reported
    if kind == "csam" or value.get("hash_values") or value.get("file_hash"):
        told["files"] = [_file(value)]
    return told, lost


def _reported(indicators: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """The account that a csem report is about."""
    reported: dict[str, Any] = {}
    if "account_id" in indicators:
        reported["espIdentifier"] = indicators["account_id"]
    if addresses := indicators.get("ip_addresses"):
        if not isinstance(addresses, list):
            raise FormError([Fault("$.perpetrator_indicators.ip_addresses", 0, "a list is expected")])
        reported["ipCaptureEvent"] = [{"ipAddress": one, "eventName": "Unknown"} for one in addresses]
    more = {k: v for k, v in indicators.items() if k not in {"account_id", "ip_addresses"}}
    if more:
        told["additionalInfo"] += "\n" + _lines("XARF perpetrator_indicators", more)
    return reported


def _file(value: dict[str, Any]) -> dict[str, Any]:
    """The one file that a report of material is about: its hashes, and where it was."""
    hashes = {**_object(value, "file_hash"), **_object(value, "hash_values")}
    said: dict[str, Any] = {
        "locationOfFile": _text(value, "url"),
        "fileRelevance": "Reported",
        "originalFileHash": [{"value": text, "hashType": _HASHES.get(kind, kind)} for kind, text in hashes.items()],
    }
    graded = value.get("classification")
    if isinstance(graded, str) and graded in _CLASSES:
        said["industryClassification"] = graded
    return said


def _version_3(value: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    info, report = _object(value, "ReporterInfo"), _object(value, "Report")
    if _text(report, "ReportClass", "$.Report") != "Content" or _text(report, "ReportType", "$.Report") != "ChildAbuse":
        raise FormError([Fault("$.Report.ReportType", 0, "only ChildAbuse of the class Content is taken")])
    lost: list[str] = []
    _evidence(report.get("Samples", []), "$.Report.Samples", "ContentType", lost)
    person: dict[str, Any] = {
        "email": [{"value": _text(info, "ReporterOrgEmail", "$.ReporterInfo"), "type": "Business"}],
    }
    contact: dict[str, Any] = {}
    if "ReporterContactName" in info:
        contact["lastName"] = info["ReporterContactName"]
    if "ReporterContactPhone" in info:
        contact["phone"] = [info["ReporterContactPhone"]]
    if "ReporterContactEmail" in info:
        contact["email"] = [info["ReporterContactEmail"]]
    placed = {"ReportClass", "ReportType", "Date", "SourceUrl", "Samples"}
    told: dict[str, Any] = {
        "incidentSummary": {
            "incidentType": _MATERIAL,
            "incidentDateTime": _text(report, "Date", "$.Report"),
            "incidentDateTimeDescription": "XARF Date: when the abuse was seen",
        },
        "internetDetails": [{"webPageIncident": {"url": [_text(report, "SourceUrl", "$.Report")]}}],
        "reporter": {
            "reportingPerson": person,
            **({"contactPerson": contact} if contact else {}),
            "companyTemplate": f"{info.get('ReporterOrg', '')} ({info.get('ReporterOrgDomain', '')})",
        },
        "additionalInfo": _lines("XARF 3", {k: v for k, v in report.items() if k not in placed}),
    }
    more = {k: v for k, v in value.items() if k not in {"ReporterInfo", "Report"}}
    if more:
        told["additionalInfo"] += "\n" + _lines("XARF 3", more)
    return told, lost


def _evidence(items: Any, at: str, kind: str, lost: list[str]) -> None:
    """What is attached is not read; what might be a picture is not even kept."""
    if not isinstance(items, list):
        raise FormError([Fault(at, 0, "a list is expected")])
    for index, item in enumerate(items):
        media_type = str(item.get(kind, "")) if isinstance(item, dict) else ""
        if media_type.partition(";")[0].strip().lower() not in _TEXT:
            raise CarriesMediaError(f"{at}[{index}]", f"{visible(media_type, 60) or 'something unnamed'}")
        lost.append(f"{at}[{index}] ({media_type}) is kept as it came, and not read")


def _object(value: dict[str, Any], key: str) -> dict[str, Any]:
    found = value.get(key, {})
    if not isinstance(found, dict):
        raise FormError([Fault(f"$.{key}", 0, "an object is expected")])
    return found


def _text(value: dict[str, Any], key: str, at: str = "$") -> str:
    found = value.get(key)
    if type(found) is not str:
        raise FormError([Fault(f"{at}.{key}", 0, "is missing" if found is None else "a text in quotes is expected")])
    return found


def _company(said: dict[str, Any]) -> str:
    return f"{said.get('org', '')} ({said.get('domain', '')})"


def _lines(form: str, value: dict[str, Any]) -> str:
    """What has no place of its own, a line each."""
    told = (
        f"{form} {key}: {one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)}"
        for key, one in value.items()
    )
    return "\n".join(told)


FORM: Form = Xarf()
