"""The JSON form and the XML say the same: each way and back."""

from __future__ import annotations

import copy
import json
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.strategies_cybertipline import canonical, documents, fullest
from tipline.intake.cybertipline.document import parse_report
from tipline.intake.forms import FormError, UnreadableError, detect_form, form_named, forms
from tipline.intake.forms.mapping import to_json, to_xml
from tipline.intake.forms.model import Shape, Simple, root_shape
from tipline.intake.forms.strict_json import read_json
from tipline.intake.forms.tipline_json import FORM, convert_value, details_json, report_json
from tipline.intake.forms.tipline_json.schema import definitions, report_schema

UNHURRIED = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], max_examples=60)
LEAST: dict[str, Any] = {
    "incidentSummary": {"incidentType": "Child Sex Tourism", "incidentDateTime": "2026-01-05T10:15:00Z"},
    "reporter": {"reportingPerson": {}},
}


@pytest.mark.parametrize("root", ["report", "fileDetails"])
def test_the_model_knows_every_element_and_attribute_of_the_schema(root: str) -> None:
    tree = fullest(root)
    shape = root_shape(root)
    assert canonical(to_xml(read_json(json.dumps(to_json(tree, shape)).encode()), root, shape)) == canonical(tree)


@pytest.mark.parametrize("root", ["report", "fileDetails"])
@UNHURRIED
@given(data=st.data())
def test_xml_to_json_to_xml_is_the_same(root: str, data: st.DataObject) -> None:
    tree = data.draw(documents(root))
    shape = root_shape(root)
    said = to_json(tree, shape)
    again = to_xml(read_json(json.dumps(said).encode()), root, shape)
    assert canonical(again) == canonical(tree)
    assert to_json(again, shape) == said


@UNHURRIED
@given(documents("report"))
def test_what_is_a_report_is_one_by_the_json_schema_and_in_any_order_of_keys(tree: etree._Element) -> None:
    said = report_json(tree)
    found = FORM.convert(json.dumps(_backwards(said)).encode())
    assert canonical(parse_report(found.report_xml)) == canonical(tree)
    assert _VALIDATOR.is_valid(_lenient(said))


_VALIDATOR = jsonschema_rs.validator_for(report_schema())


def _backwards(value: Any) -> Any:
    """The same with the keys of every object in the opposite order."""
    if isinstance(value, dict):
        return {key: _backwards(value[key]) for key in reversed(value)}
    return [_backwards(one) for one in value] if isinstance(value, list) else value


def _lenient(value: Any) -> Any:
    """Texts of times and numbers that are odd and that XML Schema allows, which the JSON Schema does not tell: made plain."""
    plain = {
        "incidentDateTime": "2026-01-05T10:15:00Z", "dateTime": "2026-01-05T10:15:00Z", "verificationDate": "2026-01-05T10:15:00Z", "timestamp": "2026-01-05T10:15:00Z",
        "disabledDate": "2026-01-05T10:15:00Z", "reenabledDate": "2026-01-05T10:15:00Z", "dateOfBirth": "2010-01-31", "port": 1, "age": 1, "approximateAge": 1,
        "latitude": 1.5, "longitude": 1.5, "priorCTReports": [1],
    }  # fmt: skip
    flags = {
        "verified",
        "possibleProxy",
        "thirdPartyUser",
        "thirdPartyHostedContent",
        "compromisedAccount",
        "ageAssertionDiscrepancy",
    }
    flags |= {"allEmailsReported", "thirdPartyUserReported", "reportedToLe", "servedLegalProcessDomestic"}
    if isinstance(value, dict):
        return {
            key: plain[key] if key in plain else True if key in flags else _disabled(key, one)
            for key, one in value.items()
        }
    return [_lenient(one) for one in value] if isinstance(value, list) else value


def _disabled(key: str, value: Any) -> Any:
    if key in {"accountTemporarilyDisabled", "accountPermanentlyDisabled", "servedLegalProcessInternational"}:
        return {**_lenient(value), "value": True} if isinstance(value, dict) else True
    return _lenient(value)


def test_numbers_and_flags_are_native_or_text_and_keep_their_digits() -> None:
    told = copy.deepcopy(LEAST)
    told["personOrUserReported"] = {"ipCaptureEvent": [{"ipAddress": "192.0.2.1", "port": "443", "possibleProxy": "1"}]}
    told["internetDetails"] = [{"cellPhoneIncident": {"latitude": 18.50, "longitude": "73.90"}}]
    told["incidentSummary"]["reportAnnotations"] = {"spam": True, "sextortion": False}
    told["victim"] = [{"victimPerson": {"age": 12.0}}]
    told["files"] = [{"sizeBytes": 5.0}]
    body = json.dumps(told).replace("18.5", "18.500").encode()
    assert FORM.convert(body).files[0].size_bytes == 5
    xml = FORM.convert(body).report_xml
    for part in (
        b"<port>443</port>",
        b"<possibleProxy>1<",
        b"<latitude>18.500<",
        b"<longitude>73.90<",
        b"<spam/>",
        b"<age>12</age>",
    ):
        assert part in xml
    assert b"sextortion" not in xml


@pytest.mark.parametrize(
    ("change", "path", "rule"),
    [
        ({"nosuch": 1}, "$.nosuch", "unknown key"),
        ({"a b": 1}, '$["a b"]', "unknown key"),
        ({"incidentSummary": {}}, "$.incidentSummary.incidentType", "is missing"),
        ({"incidentSummary": "x"}, "$.incidentSummary", "an object is expected"),
        ({"victim": {}}, "$.victim", "a list is expected"),
        ({"victim": [{"victimPerson": {"age": 151}}]}, "$.victim[0].victimPerson.age", "out of range"),
        ({"victim": [{"victimPerson": {"age": True}}]}, "$.victim[0].victimPerson.age", "a whole number is expected"),
        ({"internetDetails": [{}]}, "$.internetDetails[0]", "exactly one key"),
        ({"internetDetails": [{"chatImIncident": {}, "emailIncident": {}}]}, "$.internetDetails[0]", "exactly one key"),
        ({"additionalInfo": 5}, "$.additionalInfo", "a text in quotes is expected"),
        ({"additionalInfo": None}, "$.additionalInfo", "a text in quotes is expected"),
        ({"additionalInfo": "\x07"}, "$.additionalInfo", "U+0007 cannot be kept"),
        ({"reporter": {"reportingPerson": {"email": [{"type": "Home"}]}}}, "$.reporter.reportingPerson.email[0].value", "is missing"),
        ({"reporter": {"reportingPerson": {"email": [{"value": "x" * 256}]}}}, "$.reporter.reportingPerson.email[0].value", "too long"),
        ({"reporter": {"reportingPerson": {"email": ["a", "x" * 256]}}}, "$.reporter.reportingPerson.email[1]", "too long"),
        ({"reporter": {"reportingPerson": {"phone": [{"value": "1", "extension": "x"}]}}}, "$.reporter.reportingPerson.phone[0].extension", "form wanted"),
        ({"files": {}}, "$.files", "a list"), ({"files": [1]}, "$.files[0]", "an object"),
        ({"files": [{}, {"reportId": 5}]}, "$.files[1].reportId", "not here"),
        ({"files": [{"sizeBytes": -1}]}, "$.files[0].sizeBytes", "whole number"),
        ({"files": [{"industryClassification": "C1"}]}, "$.files[0].industryClassification", "not one of"),
        ({"files": [{"originalFileHash": [{"value": "x"}]}]}, "$.files[0].originalFileHash[0].hashType", "is missing"),
        ({"files": [{"fileRelevance": "Supplemental Reported", "industryClassification": "A1"}]}, "$.files[0].industryClassification", "no classification"),
        ({"idempotencyKey": 5}, "$.idempotencyKey", "printable"),
    ],
)  # fmt: skip
def test_each_fault_has_its_place(change: dict[str, Any], path: str, rule: str) -> None:
    with pytest.raises(FormError) as refused:
        FORM.convert(json.dumps({**LEAST, **change}).encode())
    places = {fault.path: fault.rule for fault in refused.value.faults}
    assert rule in places[path], places


def test_hashes_are_matched_by_when_they_are_hashes() -> None:
    hashes = [
        {"value": "AB" * 16, "hashType": "MD5"},
        {"value": "zz", "hashType": "SHA-1"},
        {"value": "p", "hashType": "PhotoDNA"},
    ]
    made = convert_value({**LEAST, "files": [{"originalFileHash": hashes}]})
    (draft,) = made.files
    assert (draft.md5, draft.sha1, draft.sha256) == ("ab" * 16, "", "")
    assert [line for line in made.lost if "originalFileHash[1]" in line] and len(made.lost) == 1
    root = etree.fromstring(draft.details(7, "f" * 32))
    assert (root.findtext("reportId"), root.findtext("fileId"), len(root.findall("originalFileHash"))) == (
        "7",
        "f" * 32,
        3,
    )
    assert details_json(root)["originalFileHash"] == hashes


@given(st.binary(max_size=200))
def test_no_bytes_break_it(body: bytes) -> None:
    with pytest.raises(FormError):
        FORM.convert(body)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text() | st.integers(),
        lambda s: st.lists(s) | st.dictionaries(st.text(), s),
    )
)
def test_no_json_breaks_it(value: Any) -> None:
    with pytest.raises(FormError):
        FORM.convert(json.dumps({**LEAST, "personOrUserReported": [value]}).encode("utf-8", "surrogatepass"))


def test_json_that_two_readers_would_understand_differently_is_not_json_here() -> None:
    for body in (
        b'{"a":1,"a":2}',
        b"[NaN]",
        b"[1e5, Infinity]",
        b"\xef\xbb\xbf",
        b'"\xed\xa0\x80"',
        b"{}{}",
        b"'a'",
        b"[01]",
    ):
        with pytest.raises(UnreadableError):
            read_json(body)
    assert read_json(b'\xef\xbb\xbf{"a": [1.50, -0]}') == {"a": ["1.50", "-0"]}


def test_the_schema_defines_what_it_refers_to_and_nothing_else() -> None:
    found = definitions()
    referred = {ref.rpartition("/")[2] for ref in _references(found)}
    assert referred <= set(found)
    assert set(found) - referred == {"CyberTiplineReport", "FileDetails"}


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [value["$ref"]] if "$ref" in value else [ref for one in value.values() for ref in _references(one)]
    return [ref for one in value for ref in _references(one)] if isinstance(value, list) else []


def test_a_name_that_would_be_two_things_stops_the_model() -> None:
    assert isinstance(root_shape("report"), Shape)
    assert isinstance(root_shape("fileDetails").children["reportId"].type, Simple)


def test_forms_are_found_by_being_there() -> None:
    assert [form.name for form in forms()] == ["feedback-report", "tipline-json", "xarf"]
    assert form_named("tipline-json") is FORM
    found = detect_form(json.dumps(LEAST).encode())
    assert found is FORM and detect_form(b"{}") is None and detect_form(b"<report/>") is None
