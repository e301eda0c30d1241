"""CyberTipline XML out: what it can say comes back through the stage that reads providers' documents; a document that travels is that document."""

from __future__ import annotations

import hashlib
import io
import json
import random
import zipfile

import pytest

from tests.exchange_records import record_of, records
from tipline.core.errors import InvalidInputError
from tipline.exchange.forms import NO_BODIES, Bodies, form_named, of_child
from tipline.exchange.record.model import Record, ReportRecord
from tipline.intake.cybertipline.document import parse_file_details, parse_report
from tipline.pipeline.extraction.kinds import Normal, normal
from tipline.pipeline.extraction.reading import Extract, read
from tipline.reports.models import IdentifierKind


def archive(record: Record, bodies: Bodies = NO_BODIES) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(form_named("cybertipline").write(record, bodies))))


def folder(report: ReportRecord) -> str:
    return report.uid.removeprefix("urn:tipline:").replace(":", "-")


def extracted(made: zipfile.ZipFile, report: ReportRecord) -> Extract:
    details = [
        (one.uid, made.read(f"{folder(report)}/{n:05d}-fileDetails.xml")) for n, one in enumerate(report.files, 1)
    ]
    return read(made.read(f"{folder(report)}/report.xml"), details, report.reporter)


def sayable(report: ReportRecord) -> dict[tuple[Normal, str], str]:
    """What of a record's identifiers the extraction would find, with its value."""
    found = {}
    for one in report.identifiers:
        form = None if of_child(one) else normal(IdentifierKind(one.kind), one.value, one.scope)
        if form is not None:
            found[form, one.role] = one.value
    return found


@pytest.mark.timeout(300)
def test_two_hundred_records_fit_the_doors_schema_and_lose_nothing_silently() -> None:
    elements = words = 0
    for record in records():
        made = archive(record)
        for report in record.reports:
            root = parse_report(made.read(f"{folder(report)}/report.xml"))
            for n in range(1, len(report.files) + 1):
                parse_file_details(made.read(f"{folder(report)}/{n:05d}-fileDetails.xml"))
            got = {(one.identifier, one.role.value) for one in extracted(made, report).sightings}
            wanted = sayable(report)
            assert got <= set(wanted), report.uid
            said = root.findtext("additionalInfo") or ""
            for (form, role), value in wanted.items():
                if (form, role) not in got:
                    assert role in said
                    assert form.kind.value in said, (value, said)
            elements, words = elements + len(got), words + len(wanted) - len(got)
    # most of these records are hostile; of usual ones nothing is left to words (below)
    assert elements > words


def test_a_usual_report_comes_back_equal() -> None:
    at = "2026-03-04T10:11:12+05:30"
    report = json.loads(record_of(random.Random(1), 1, reports=1).reports[0].model_dump_json()) | {
        "reporter": "Pixhaven Inc.", "platform": "Pixhaven", "incident_at_text": at, "annotations": ["sextortion", "spam"], "children": 2,
        "persons": [{"role": "reported", "first_name": "Asha", "last_name": "Fictional", "display_names": ["fern", "फ़र्न"], "age": 31}],
        "identifiers": [
            {"kind": "handle", "value": "fern.1", "scope": "pixhaven", "role": "reported", "seen": [{"original": "Fern.1"}]},
            {"kind": "account_id", "value": "778812", "scope": "pixhaven", "role": "reported"},
            {"kind": "email", "value": "fern@mail.example", "role": "reported", "seen": [{"original": "fern@mail.example", "verified": True}]},
            {"kind": "phone", "value": "+910000012345", "role": "reported"},
            {"kind": "url", "value": "https://pixhaven.example/fern?a=1&b=<2>", "role": "reported"},
            {"kind": "ip", "value": "203.0.113.9", "role": "reported", "seen": [
                {"original": "203.0.113.9", "event": "Login", "at": "2026-03-04T04:41:12Z", "at_text": at, "zone_stated": True, "port": 51234, "possible_proxy": False},
                {"original": "203.0.113.9", "event": "Upload", "at": "2026-03-05T04:41:12Z", "at_text": "2026-03-05T04:41:12Z", "zone_stated": True, "port": 443},
            ]},
            {"kind": "device", "value": "001122", "scope": "imei", "role": "reported", "seen": [{"original": "00-11-22"}]},
            {"kind": "handle", "value": "moss", "scope": "othersite", "role": "associated"},
            {"kind": "handle", "value": "reed", "scope": "pixhaven", "role": "recipient"},
            {"kind": "handle", "value": "rush", "scope": "pixhaven", "role": "recipient"},
            {"kind": "url", "value": "https://cdn.example/1", "role": "incident"},
            {"kind": "email", "value": "safety@pixhaven.example", "role": "reporter"},
        ],
        "files": [{"uid": "f-1", "size_bytes": 5, "md5": "a" * 32, "viewed_by_provider": True, "classification": "A1", "annotations": ["viral"], "stated": [["MD5", "a" * 32], ["PhotoDNA", "AAECAwQ="]]}],
    }  # fmt: skip
    record = record_of(random.Random(1), 1, reports=1)
    record = record.model_copy(update={"reports": (ReportRecord.model_validate(report),)})
    (one,) = record.reports
    found = extracted(archive(record), one)
    assert {(s.identifier, s.role.value) for s in found.sightings} == set(sayable(one))
    addresses = [s for s in found.sightings if s.identifier.kind is IdentifierKind.IP]
    assert [(s.original, s.event, s.at, s.at_text, s.at_zone_stated, s.port, s.possible_proxy) for s in addresses] == [
        (s.original, s.event, s.at, s.at_text, s.zone_stated, s.port, s.possible_proxy) for s in one.identifiers[5].seen
    ]
    reported = next(person for person in found.persons if person.role.value == "reported")
    assert (reported.first_name, reported.last_name, reported.display_names, reported.age) == (
        "Asha",
        "Fictional",
        ("fern", "फ़र्न"),
        31,
    )
    assert found.annotations == one.annotations
    assert sum(person.role.value == "victim" for person in found.persons) == 2
    (file,) = found.files
    assert (file.wire_id, file.viewed, file.classification, file.annotations, file.stated_hashes) == (
        "f-1",
        True,
        "A1",
        ("viral",),
        one.files[0].stated,
    )


def test_a_document_that_travels_is_that_document() -> None:
    body = b'<?xml version="1.0"?>\n<report><!-- as it came --></report>'
    record = record_of(random.Random(2), 2, reports=1)
    (report,) = record.reports
    (document,) = report.documents
    document = document.model_copy(update={"sha256": hashlib.sha256(body).hexdigest()})
    record = record.model_copy(update={"reports": (report.model_copy(update={"documents": (document,)}),)})
    made = archive(record, {document.sha256: body})
    assert made.read(f"{folder(report)}/00000-report.xml") == body
    (told,) = json.loads(made.read("contents.json"))["documents"]
    assert (told["as_received"], told["sha256"]) == (True, document.sha256)
    with pytest.raises(InvalidInputError, match="its SHA-256 is another"):
        archive(record, {document.sha256: body + b" "})


def test_a_kind_of_incident_that_the_wire_does_not_know_is_refused_by_name() -> None:
    record = record_of(random.Random(2), 2, reports=1)
    wrong = record.reports[0].model_copy(update={"incident_type": "Something else"})
    with pytest.raises(InvalidInputError, match=rf"{wrong.uid} cannot be said as CyberTipline XML: .*incidentType"):
        archive(record.model_copy(update={"reports": (wrong,)}))
