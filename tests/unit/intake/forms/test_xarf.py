"""XARF 3 and 4, and XARF by e-mail. The samples are shaped as the specification's own (xarf-spec, MIT: samples/v4, samples/v3)."""

from __future__ import annotations

import base64
import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tipline.intake.cybertipline.document import parse_file_details, parse_report
from tipline.intake.forms import CarriesMediaError, FormError, detect_form, form_named, form_of_media_type
from tipline.intake.forms.feedback_report import FORM as MAIL
from tipline.intake.forms.tipline_json import report_json
from tipline.intake.forms.xarf import FORM as XARF

WHO = {"org": "Hotline of Somewhere", "contact": "desk@hotline.example", "domain": "hotline.example"}
CSAM: dict[str, Any] = {
    "xarf_version": "4.2.0", "report_id": "40daae21-fbe5-4b5d-bfb3-7ea6c2f82cae", "timestamp": "2026-01-20T10:30:00Z",
    "reporter": WHO, "sender": WHO, "source_identifier": "198.51.100.42", "source_port": 443, "category": "content", "type": "csam",
    "url": "https://pictogram.example/p/1", "classification": "B2", "detection_method": "hash_match", "media_type": "image",
    "hash_values": {"md5": "D4" * 16, "sha256": "e3" * 32, "photodna": "1,2,3"}, "ncmec_report_id": "12345678", "content_removed": True,
    "evidence": [{"content_type": "text/plain", "payload": base64.b64encode(b"a note").decode()}], "tags": ["csam:detected"],
}  # fmt: skip
CSEM: dict[str, Any] = {
    "xarf_version": "4.0.0", "report_id": "550e8400-e29b-41d4-a716-446655440000", "timestamp": "2026-01-20T14:20:00+05:30",
    "reporter": WHO, "sender": {**WHO, "contact": "gateway@relay.example"}, "source_identifier": "pictogram.example", "category": "content",
    "type": "csem", "url": "https://pictogram.example/u/kite", "exploitation_type": "sextortion", "detection_method": "user_report",
    "perpetrator_indicators": {"account_id": "monsoon_kite_07", "ip_addresses": ["203.0.113.55", "2001:db8::7"], "pattern_of_behavior": "writes at night"},
}  # fmt: skip
V3: dict[str, Any] = {
    "Version": "3", "Disclosure": True,
    "ReporterInfo": {
        "ReporterOrg": "Hotline", "ReporterOrgDomain": "hotline.example", "ReporterOrgEmail": "desk@hotline.example",
        "ReporterContactEmail": "person@hotline.example", "ReporterContactName": "Somebody", "ReporterContactPhone": "+ 01 000 1234567",
    },
    "Report": {
        "ReportClass": "Content", "ReportType": "ChildAbuse", "Date": "2026-02-05T14:17:10Z", "SourceIp": "192.0.2.55", "SourcePort": 80,
        "SourceUrl": "http://pictogram.example/p/1",
    },
}  # fmt: skip


def converted(value: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    body = json.dumps(value).encode()
    assert detect_form(body) is XARF
    made = XARF.convert(body)
    assert XARF.convert(body) == made
    return report_json(parse_report(made.report_xml)), made


def test_material_becomes_an_incident_with_a_stated_file() -> None:
    said, made = converted(CSAM)
    assert said["incidentSummary"]["incidentType"].startswith("Child Pornography")
    assert said["incidentSummary"]["incidentDateTime"] == CSAM["timestamp"]
    assert said["internetDetails"] == [{"webPageIncident": {"url": [CSAM["url"]]}}]
    assert said["reporter"]["reportingPerson"]["email"] == [{"value": WHO["contact"], "type": "Business"}]
    (draft,) = made.files
    assert (draft.md5, draft.sha1, draft.sha256) == ("d4" * 16, "", "e3" * 32)
    details = parse_file_details(draft.details(5, "f" * 32))
    assert details.findtext("industryClassification") == "B2" and details.findtext("locationOfFile") == CSAM["url"]
    assert [one.get("hashType") for one in details.findall("originalFileHash")] == ["MD5", "SHA256", "PhotoDNA"]


def test_where_it_is_hosted_is_never_the_address_of_a_person() -> None:
    for value in (CSAM, V3):
        said, made = converted(value)
        assert "personOrUserReported" not in said
        assert not etree.fromstring(made.report_xml).findall(".//ipCaptureEvent")
        host = value.get("source_identifier") or value["Report"]["SourceIp"]
        assert host in said["additionalInfo"]


def test_nothing_that_is_said_is_dropped_in_silence() -> None:
    for value in (CSAM, CSEM, V3):
        said, made = converted({**value, "something_new": {"nested": [1, "zwei"]}, "_internal": {"ticket": "T-1"}})
        whole = json.dumps(said, ensure_ascii=False) + " ".join(
            etree.tostring(etree.fromstring(one.details(1, "f")), encoding="unicode") for one in made.files
        )
        for text in _texts(
            {
                k: v
                for k, v in value.items()
                if k not in {"evidence", "xarf_version", "category", "type", "exploitation_type"}
            }
        ):
            if text not in {"Content", "ChildAbuse"}:
                assert text in whole or text.lower() in whole, text
        assert "zwei" in whole
    assert any("evidence[0]" in line for line in converted(CSAM)[1].lost)
    assert any("_internal" in line for line in converted({**CSAM, "_internal": {}})[1].lost)


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [value] if isinstance(value, str) else []


def test_exploitation_becomes_an_account_with_its_addresses() -> None:
    said, _ = converted(CSEM)
    assert said["incidentSummary"]["incidentType"] == "Online Enticement of Children for Sexual Acts"
    assert said["incidentSummary"]["reportAnnotations"] == {"sextortion": True}
    reported = said["personOrUserReported"]
    assert reported["espIdentifier"] == "monsoon_kite_07"
    assert [event["ipAddress"] for event in reported["ipCaptureEvent"]] == ["203.0.113.55", "2001:db8::7"]
    assert said["reporter"]["contactPerson"]["email"][0]["value"] == "gateway@relay.example"


@pytest.mark.parametrize(
    ("base", "change", "path"),
    [
        (CSAM, {"type": "phishing"}, "$.type"), (CSAM, {"category": "messaging"}, "$.type"), (CSAM, {"xarf_version": "5.0.0"}, "$.xarf_version"),
        (CSAM, {"timestamp": "yesterday"}, "$.timestamp"), (CSAM, {"reporter": {}}, "$.reporter.contact"), (CSAM, {"url": 5}, "$.url"),
        (CSAM, {"hash_values": {"md5": 5}}, "$.hash_values"), (CSEM, {"exploitation_type": "other"}, "$.exploitation_type"),
        (CSEM, {"perpetrator_indicators": {"ip_addresses": ["x" * 65]}}, "$.perpetrator_indicators.ip_addresses"),
        (V3, {"Report": {"ReportClass": "Content", "ReportType": "Phishing"}}, "$.Report.ReportType"),
    ],
)  # fmt: skip
def test_faults_are_named_by_their_place_in_what_came(base: dict[str, Any], change: dict[str, Any], path: str) -> None:
    with pytest.raises(FormError) as refused:
        XARF.convert(json.dumps({**base, **change}).encode())
    assert path in [fault.path for fault in refused.value.faults]


@pytest.mark.parametrize(
    "kind", ["image/png", "video/mp4", "application/octet-stream", "message/rfc822", "", "TEXT/HTML"]
)
def test_what_may_be_a_picture_is_refused_and_may_not_be_kept(kind: str) -> None:
    told = copy.deepcopy(CSAM)
    told["evidence"].append({"content_type": kind, "payload": "AAAA"})
    with pytest.raises(CarriesMediaError) as refused:
        XARF.convert(json.dumps(told).encode())
    assert not refused.value.may_be_kept and refused.value.faults[0].path == "$.evidence[1]"


def mail(document: bytes, *more: str, feedback: str = "xarf") -> bytes:
    parts = [
        "Content-Type: text/plain\r\n\r\nA report is attached.",
        f"Content-Type: message/feedback-report\r\n\r\nFeedback-Type: {feedback}\r\nUser-Agent: Hotline/1\r\nVersion: 1",
        *([f"Content-Type: application/json; name=xarf.json\r\nContent-Transfer-Encoding: base64\r\n\r\n{base64.encodebytes(document).decode()}"] if document else []),
        *more,
    ]  # fmt: skip
    head = 'From: desk@hotline.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
    return (head + "".join(f"--b\r\n{part}\r\n" for part in parts) + "--b--\r\n").encode()


def test_an_e_mail_is_what_it_carries() -> None:
    document = json.dumps(CSAM).encode()
    assert detect_form(mail(document)) is MAIL and form_of_media_type("message/rfc822; x=y") is MAIL
    made, bare = MAIL.convert(mail(document)), XARF.convert(document)
    assert (made.report_xml, made.files) == (bare.report_xml, bare.files)
    assert [line.partition(" (")[0] for line in made.lost if line.startswith("part")] == ["part 1", "part 2"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (mail(b"", feedback="abuse"), "one part of application/json"), (b"hello", "multipart/report"), (b"", "multipart/report"),
        (mail(b'{"a": 1}'), "no form that is known"), (mail(json.dumps({**CSAM, "type": "phishing"}).encode()), "part 3: $.type"),
        (mail(json.dumps(CSAM).encode(), "Content-Type: image/png\r\n\r\nxx"), "part 4"),
        (mail(json.dumps(CSAM).encode(), "Content-Type: multipart/mixed; boundary=c\r\n\r\n--c--"), "part 4"),
        (mail(b"", *["Content-Type: text/plain\r\n\r\nx"] * 30), "more than 20 parts"),
    ],
)  # fmt: skip
def test_other_e_mails_are_refused(body: bytes, words: str) -> None:
    with pytest.raises(FormError, match=r"part|form") as refused:
        MAIL.convert(body)
    assert words in str(refused.value)


@given(
    st.binary(max_size=400)
    | st.binary(max_size=200).map(lambda b: mail(b))
    | st.binary(max_size=200).map(lambda b: mail(b"{}", b.decode("latin-1")))
)
def test_no_bytes_break_the_forms(body: bytes) -> None:
    for name in ("xarf", "feedback-report"):
        with pytest.raises(FormError):
            form_named(name).convert(body)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda s: st.lists(s) | st.dictionaries(st.text(), s)
    ),
    st.sampled_from(sorted(CSAM | CSEM)),
)
def test_no_value_breaks_the_form(value: Any, key: str) -> None:
    for base in (CSAM, CSEM):
        try:
            made = XARF.convert(json.dumps({**base, key: value}).encode("utf-8", "surrogatepass"))
        except FormError:
            continue
        parse_report(made.report_xml)
