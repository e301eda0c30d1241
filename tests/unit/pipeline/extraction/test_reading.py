from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tipline.core.errors import InvalidInputError
from tipline.pipeline.extraction.kinds import UNREADABLE
from tipline.pipeline.extraction.reading import Extract, FileDraft, SightingDraft, flag_value, parse, read
from tipline.reports.models import IdentifierKind, PersonRole

REPORT = """<report>
  <incidentSummary>
    <incidentType>Child Sex Trafficking</incidentType>
    <platform>Pictogram</platform>
    <reportAnnotations><sextortion/><informational/></reportAnnotations>
    <incidentDateTime>2026-01-05T10:15:00Z</incidentDateTime>
  </incidentSummary>
  <internetDetails><webPageIncident>
    <url>https://Pictogram.example/post/1</url><url>https://pictogram.example/post/2</url>
  </webPageIncident></internetDetails>
  <reporter>
    <reportingPerson><firstName>Trust</firstName><email>safety@pictogram.example</email></reportingPerson>
  </reporter>
  <personOrUserReported>
    <personOrUserReportedPerson>
      <firstName>Ravi</firstName><lastName>K</lastName>
      <phone countryCallingCode="+91" verified="true">98200 00000</phone>
      <email verified="0">Monsoon@Mail.example</email>
      <age>41</age>
    </personOrUserReportedPerson>
    <espIdentifier>0042</espIdentifier>
    <screenName>@Monsoon_Kite</screenName>
    <displayName>Kite</displayName><displayName>पतंग</displayName>
    <ipCaptureEvent>
      <ipAddress>192.0.2.11</ipAddress><eventName>Upload</eventName><dateTime>2026-01-05T02:15:00+05:30</dateTime>
      <possibleProxy>true</possibleProxy><port>50112</port>
    </ipCaptureEvent>
    <ipCaptureEvent><ipAddress>not an address</ipAddress></ipCaptureEvent>
    <deviceId><idType>IMEI</idType><idValue>35-209900-176148-1</idValue><eventName>Login</eventName></deviceId>
    <associatedAccount accountType="Linked">
      <platform>Clipwave</platform><lastName>K</lastName><approximateAge>40</approximateAge>
      <espIdentifier>77</espIdentifier><screenName>monsoon_kite</screenName>
    </associatedAccount>
  </personOrUserReported>
  <victim><victimPerson><firstName>V</firstName><age>9</age></victimPerson><screenName>someone</screenName></victim>
</report>"""
DETAILS = """<fileDetails>
  <reportId>1</reportId><fileId>f1</fileId><originalFileName>a.png</originalFileName>
  <uploadedToEspTimestamp>2026-01-05T10:00:00</uploadedToEspTimestamp>
  <fileViewedByEsp>true</fileViewedByEsp><fileRelevance>Reported</fileRelevance>
  <fileAnnotations><infant/></fileAnnotations><industryClassification>A1</industryClassification>
  <originalFileHash hashType="PDQ">{pdq}</originalFileHash>
  <ipCaptureEvent><ipAddress>::ffff:192.0.2.12</ipAddress></ipCaptureEvent>
</fileDetails>""".format(pdq="AB" * 32)


@pytest.fixture(scope="module")
def extract() -> Extract:
    return read(REPORT.encode(), [("f1", DETAILS.encode())], "Reporter Name")


def of(extract: Extract, kind: IdentifierKind) -> list[SightingDraft]:
    return [s for s in extract.sightings if s.identifier.kind is kind]


def test_the_flags_of_the_report_are_its_annotations(extract: Extract) -> None:
    assert extract.annotations == ("sextortion", "informational")
    assert extract.batch_reason == ""


def test_each_account_is_a_person_in_its_role_below_the_one_it_belongs_to(extract: Extract) -> None:
    assert [(p.position, p.role, p.parent, p.path) for p in extract.persons] == [
        (0, PersonRole.REPORTER, None, "/report/reporter/reportingPerson"),
        (1, PersonRole.REPORTED, None, "/report/personOrUserReported"),
        (2, PersonRole.ASSOCIATED, 1, "/report/personOrUserReported/associatedAccount"),
        (3, PersonRole.VICTIM, None, "/report/victim"),
    ]
    _, reported, associated, victim = extract.persons
    assert (reported.first_name, reported.last_name, reported.age) == ("Ravi", "K", 41)
    assert reported.display_names == ("Kite", "पतंग")
    assert (associated.platform, associated.last_name, associated.age) == ("Clipwave", "K", 40)
    assert (victim.first_name, victim.age) == ("V", 9)
    assert "associatedAccount" not in reported.details
    assert reported.details["screenName"] == ["@Monsoon_Kite"]


def test_a_handle_belongs_to_the_platform_of_the_account_it_stands_in(extract: Extract) -> None:
    assert [(s.identifier.scope, s.identifier.value, s.person) for s in of(extract, IdentifierKind.HANDLE)] == [
        ("pictogram", "monsoon_kite", 1),
        ("clipwave", "monsoon_kite", 2),
        ("pictogram", "someone", 3),
    ]
    assert [(s.identifier.scope, s.identifier.value) for s in of(extract, IdentifierKind.ACCOUNT_ID)] == [
        ("pictogram", "0042"),
        ("clipwave", "77"),
    ]


def test_an_address_comes_with_its_port_its_time_in_utc_and_the_words_it_was_stated_in(extract: Extract) -> None:
    first, unreadable, of_file = of(extract, IdentifierKind.IP)
    assert (first.ip, first.port, first.event, first.possible_proxy) == ("192.0.2.11", 50112, "Upload", True)
    assert first.at == datetime(2026, 1, 4, 20, 45, tzinfo=UTC)
    assert (first.at_text, first.at_zone_stated) == ("2026-01-05T02:15:00+05:30", True)
    assert first.path == "/report/personOrUserReported/ipCaptureEvent[1]"
    assert (unreadable.ip, unreadable.identifier.scope, unreadable.original) == (None, UNREADABLE, "not an address")
    assert unreadable.path == "/report/personOrUserReported/ipCaptureEvent[2]"
    assert (of_file.ip, of_file.original, of_file.file) == ("192.0.2.12", "::ffff:192.0.2.12", "f1")
    assert (of_file.role, of_file.path) == (PersonRole.FILE, "/fileDetails/ipCaptureEvent")


def test_a_national_number_gets_the_calling_code_that_stands_beside_it(extract: Extract) -> None:
    (number,) = of(extract, IdentifierKind.PHONE)
    assert (number.identifier.value, number.original, number.verified) == ("+919820000000", "98200 00000", True)


def test_a_number_with_its_country_keeps_it_over_the_attribute() -> None:
    report = REPORT.replace(">98200 00000<", ">+1 202 555 0123<")
    (number,) = of(read(report.encode(), [], ""), IdentifierKind.PHONE)
    assert number.identifier.value == "+12025550123"


def test_the_original_text_stands_beside_every_normal_form(extract: Extract) -> None:
    reporting, reported = of(extract, IdentifierKind.EMAIL)
    assert (reporting.role, reporting.verified) == (PersonRole.REPORTER, None)
    assert (reported.identifier.value, reported.original, reported.verified) == (
        "monsoon@mail.example",
        "Monsoon@Mail.example",
        False,
    )


def test_what_names_no_account_belongs_to_the_incident(extract: Extract) -> None:
    urls = of(extract, IdentifierKind.URL)
    assert [(u.role, u.person, u.path) for u in urls] == [
        (PersonRole.INCIDENT, None, "/report/internetDetails/webPageIncident/url[1]"),
        (PersonRole.INCIDENT, None, "/report/internetDetails/webPageIncident/url[2]"),
    ]


def test_a_device_is_told_apart_by_its_type(extract: Extract) -> None:
    (device,) = of(extract, IdentifierKind.DEVICE)
    assert (device.identifier.scope, device.identifier.value) == ("imei", "352099001761481")
    assert (device.event, device.at, device.at_text) == ("Login", None, "")


def test_a_files_details_are_read(extract: Extract) -> None:
    assert extract.files == (
        FileDraft(
            wire_id="f1",
            original_name="a.png",
            viewed=True,
            relevance="Reported",
            classification="A1",
            annotations=("infant",),
            uploaded_at=datetime(2026, 1, 5, 10, tzinfo=UTC),
            uploaded_at_text="2026-01-05T10:00:00",
            pdq="ab" * 32,
            stated_hashes=(("PDQ", "AB" * 32),),
        ),
    )


def test_a_later_document_adds_to_a_file_and_overwrites_only_what_it_says() -> None:
    later = """<fileDetails><reportId>1</reportId><fileId>f1</fileId><fileViewedByEsp>false</fileViewedByEsp>
        <publiclyAvailable>true</publiclyAvailable><originalFileHash hashType="MD5">00</originalFileHash></fileDetails>"""
    (file,) = read(REPORT.encode(), [("f1", DETAILS.encode()), ("f1", later.encode())], "").files
    assert (file.viewed, file.publicly_available, file.original_name, file.classification) == (
        False,
        True,
        "a.png",
        "A1",
    )
    assert file.annotations == ("infant",)
    assert file.stated_hashes == (("PDQ", "AB" * 32), ("MD5", "00"))


def test_the_reporters_name_stands_in_for_a_platform_that_is_not_named() -> None:
    read_it = read(REPORT.replace("<platform>Pictogram</platform>", "").encode(), [], "Reporter Name")
    assert read_it.persons[1].platform == "Reporter Name"
    assert of(read_it, IdentifierKind.HANDLE)[0].identifier.scope == "reporter name"


def test_people_are_not_repeated_in_the_further_details_of_the_report(extract: Extract) -> None:
    assert set(extract.details) == {"incidentSummary", "internetDetails"}


def test_why_a_batch_was_filed_is_read() -> None:
    batched = REPORT.replace("<report>", '<report><batchedReport reason="VIRAL_POTENTIAL_MEME"/>', 1)
    assert read(batched.encode(), [], "").batch_reason == "VIRAL_POTENTIAL_MEME"


@pytest.mark.parametrize(
    ("port", "value"),
    [("0", None), ("65536", None), ("-1", None), ("٥٠", None), ("1", 1), (" 443 ", 443), ("65535", 65535)],
)
def test_a_port_out_of_range_is_no_port(port: str, value: int | None) -> None:
    sighting = of(read(REPORT.replace(">50112<", f">{port}<").encode(), [], ""), IdentifierKind.IP)[0]
    assert sighting.port == value


@pytest.mark.parametrize(("age", "value"), [("150", 150), ("151", None), ("-3", None), ("nine", None), ("", None)])
def test_an_age_that_cannot_be_is_none(age: str, value: int | None) -> None:
    report = REPORT.replace("<age>41</age>", f"<age>{age}</age>")
    assert read(report.encode(), [], "").persons[1].age == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("1", True),
        (" TRUE ", True),
        ("false", False),
        ("0", False),
        ("yes", None),
        ("", None),
        (None, None),
    ],
)
def test_a_flag_has_three_values(text: str | None, value: bool | None) -> None:
    assert flag_value(text) is value


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<report>",
        b'<!DOCTYPE r [<!ENTITY a "b">]><report>&a;</report>',
        b'<!DOCTYPE report SYSTEM "http://collector.example/x.dtd"><report/>',
    ],
)
def test_a_stored_document_is_no_more_trusted_than_an_incoming_one(body: bytes) -> None:
    with pytest.raises(InvalidInputError, match="stored document"):
        parse(body)


@settings(deadline=None)
@given(
    st.sampled_from(
        ["98200 00000", "Monsoon@Mail.example", "0042", "@Monsoon_Kite", "192.0.2.11", "35-209900-176148-1", "50112"]
    ),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<>&\ufffe\uffff"), max_size=80),
)
def test_whatever_a_text_holds_the_report_is_read_and_everything_else_with_it(old: str, new: str) -> None:
    read_it = read(REPORT.replace(f">{old}<", f">{new}<").encode(), [], "")
    assert len(read_it.persons) == 4
    assert {"pictogram", "clipwave"} <= {p.platform.casefold() for p in read_it.persons}
    assert len(read_it.sightings) >= len(read(REPORT.encode(), [], "").sightings) - 1  # a blank text is no sighting
