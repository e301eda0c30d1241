from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tipline.core.text import visible
from tipline.intake.cybertipline.document import (
    DEEPEST,
    LONGEST_ATTRIBUTE,
    MOST_ELEMENTS,
    MOST_FAULTS_TOLD,
    Reading,
    parse_file_details,
    parse_report,
)
from tipline.intake.cybertipline.errors import MalformedXmlError, ValidationFailedError, WireError

REPORT = """<?xml version="1.0" encoding="UTF-8"?>
<report xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="https://schema.example/xsd">
  <incidentSummary>
    <incidentType>Child Sex Trafficking</incidentType>
    <platform>Pictogram</platform>
    <incidentDateTime>2026-01-05T10:15:00Z</incidentDateTime>
  </incidentSummary>
  <reporter>
    <reportingPerson>
      <firstName>Trust and Safety</firstName>
      <phone countryCallingCode="+91" verified="true">9820000000</phone>
      <email type="Business">safety@pictogram.example</email>
    </reportingPerson>
  </reporter>
  <personOrUserReported>
    <espIdentifier>0042</espIdentifier>
    <ipCaptureEvent>
      <ipAddress>192.0.2.11</ipAddress>
      <eventName>Upload</eventName>
      <possibleProxy>false</possibleProxy>
      <port>50112</port>
    </ipCaptureEvent>
    <additionalInfo>words</additionalInfo>
  </personOrUserReported>
</report>
"""
DETAILS = """<fileDetails>
  <reportId>1</reportId>
  <fileId>f1</fileId>
  <fileRelevance>Supplemental Reported</fileRelevance>
</fileDetails>"""
BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def body(old: str = "", new: str = "") -> bytes:
    assert old in REPORT
    return REPORT.replace(old, new, 1).encode()


def told(document: bytes, kind: type[WireError] = ValidationFailedError) -> str:
    with pytest.raises(WireError) as caught:
        parse_report(document)
    assert type(caught.value) is kind, caught.value
    return str(caught.value)


def test_a_valid_report_is_read_as_it_stands() -> None:
    root = parse_report(REPORT.encode())
    assert root.tag == "report"
    assert root.findtext("incidentSummary/platform") == "Pictogram"
    assert root.findtext("personOrUserReported/ipCaptureEvent/port") == "50112"


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(b"\xef\xbb\xbf" + body(), id="byte order mark"),
        pytest.param(body('<?xml version="1.0" encoding="UTF-8"?>\n'), id="no declaration"),
        pytest.param(body('encoding="UTF-8"', "encoding='utf-8'"), id="single quotes"),
        pytest.param(body('encoding="UTF-8"', 'encoding="US-ASCII"'), id="ascii"),
        pytest.param(body("<platform>", "<!-- DOCTYPE is a word too --><platform>"), id="comment"),
        pytest.param(body("words", "जळगाव 🙂 &amp; &#2332; &lt;tag&gt;"), id="references of characters"),
        pytest.param(REPORT.replace("\n", "\r\n").encode(), id="other line ends"),
    ],
)
def test_what_clients_write_differently_is_still_the_same_report(document: bytes) -> None:
    assert parse_report(document).findtext("incidentSummary/platform") == "Pictogram"


def test_cdata_is_text() -> None:
    root = parse_report(body("words", "<![CDATA[a < b && <script>]]>"))
    assert root.findtext("personOrUserReported/additionalInfo") == "a < b && <script>"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        pytest.param(b"", "the body is empty", id="nothing"),
        pytest.param(b" \r\n\t", "the body is empty", id="blanks"),
        pytest.param(b"not xml", "line 1", id="not xml"),
        pytest.param(body("</report>"), "line 2", id="cut off"),
        pytest.param(body("</platform>", "</platfrom>"), "line 5", id="crossed tags"),
        pytest.param(body("words", "&nbsp;"), "line 23", id="undeclared entity"),
        pytest.param(body("words", "&#0;"), "line 23", id="reference to NUL"),
        pytest.param(body("words", "&#x1b;"), "line 23", id="reference to a control"),
        pytest.param(body("words", "\x1b[31m"), "line 23", id="control"),
        pytest.param(body("words", "\x00"), "is NUL", id="NUL"),
        pytest.param(body("<report ", f"<!DOCTYPE report [<!ENTITY l0 'lol'>{BOMB}]>\n<report "), "line 2: a document type", id="billion laughs"),
        pytest.param(body("<report ", '<!DOCTYPE report [<!ENTITY x SYSTEM "file:///etc/passwd">]><report '), "line 2: a document type", id="external entity"),
        pytest.param(body("<report ", '<!DOCTYPE report SYSTEM "http://collector.example/x.dtd">\n<report '), "line 2: a document type", id="external subset"),
        pytest.param(body("<report ", '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://collector.example/p">%p;]><report '), "a document type", id="parameter entity"),
        pytest.param(body("words", '<!ENTITY x "y">'), "line 23: an entity declaration", id="stray entity"),
        pytest.param(REPORT.encode("utf-16"), "UTF-16", id="UTF-16"),
        pytest.param(REPORT.encode("utf-16-le"), "UTF-16", id="UTF-16 little endian"),
        pytest.param(REPORT.encode("utf-16-be"), "UTF-16", id="UTF-16 big endian"),
        pytest.param(REPORT.encode("utf-32"), "", id="UTF-32"),
        pytest.param(body('encoding="UTF-8"', 'encoding="UTF-7"'), "declares the encoding UTF-7", id="UTF-7"),
        pytest.param(body('encoding="UTF-8"', 'encoding="ISO-8859-1"'), "declares the encoding ISO-8859-1", id="Latin-1"),
        pytest.param(body('encoding="UTF-8"', 'encoding="IBM037"'), "declares the encoding IBM037", id="EBCDIC"),
        pytest.param(body().replace(b"words", b"w\xf6rds"), "is not UTF-8", id="Latin-1 unannounced"),
        pytest.param(body().replace(b"words", b"\xed\xa0\x80"), "is not UTF-8", id="surrogate"),
        pytest.param(body().replace(b"words", b"\xc0\xbcx"), "is not UTF-8", id="overlong"),
        pytest.param(body("words", '<?php echo "x" ?>'), "line 23: a processing instruction", id="processing instruction"),
        pytest.param(body("words", '<x:include href="file:///etc/passwd"/>'), "line 23", id="undeclared prefix"),
        pytest.param(body("words", "<a>" * 40 + "</a>" * 40), f"line 23: elements nest deeper than {DEEPEST}", id="deep"),
        pytest.param(body("words", "<a>" * 100_000 + "</a>" * 100_000), "", id="very deep"),
        pytest.param(body("words", "<a/>" * (MOST_ELEMENTS + 1)), f"more than {MOST_ELEMENTS} elements", id="many elements"),
        pytest.param(body("words", "<a/>" * 500_000), f"more than {MOST_ELEMENTS} elements", id="very many elements"),
        pytest.param(body('type="Business"', f'type="{"x" * (LONGEST_ATTRIBUTE + 1)}"'), "line 12: attribute type is longer", id="huge attribute"),
        pytest.param(body('type="Business"', 'type="Home" type="Work"'), "line 12", id="attribute twice"),
        pytest.param(body() + b"<report/>", "line 26", id="two roots"),
    ],
)  # fmt: skip
def test_a_hostile_or_broken_document_is_refused_unread_at_once(document: bytes, message: str) -> None:
    started = time.process_time()
    assert message in told(document, MalformedXmlError)
    assert time.process_time() - started < 2


SHELL = (
    "<report><incidentSummary><incidentType>Child Sex Tourism</incidentType><incidentDateTime>2026-01-05T10:15:00Z</incidentDateTime>"
    "</incidentSummary><reporter><reportingPerson>{}</reportingPerson></reporter></report>"
)


@pytest.mark.parametrize(
    ("inside", "kind", "message"),
    [
        ("<address><country>XX</country></address>" * 24_000, ValidationFailedError, "'XX' is not one of"),
        ('<phone type="" verified="" verificationDate=""/>' * 30_000, ValidationFailedError, "attribute type: '' is not one of"),
        ("<phone " + " ".join(f'a{n}=""' for n in range(60)) + "/>", ValidationFailedError, "the attribute a0 is not known here"),
        (("<phone " + " ".join(f'a{n}=""' for n in range(60)) + "/>") * 490, ValidationFailedError, "the attribute a0 is not known here"),
        ("<new/>" * 49_000, ValidationFailedError, "unknown element new; expected address"),
        ("<phone " + " ".join(f'a{n}=""' for n in range(65)) + "/>", MalformedXmlError, "more than 64 attributes in one element"),
        ("<phone " + " ".join(f'a{n} = ""' for n in range(700_000)) + "/>", MalformedXmlError, "more than 100000 attributes"),
        ("<phone " + " ".join(f'xmlns:a{n}="u"' for n in range(300_000)) + "/>", MalformedXmlError, "more than 100000 attributes"),
        ('<phone type="' + "x" * 8_000_000, MalformedXmlError, "not well-formed"),
        ("<phone " + " " * 8_000_000, MalformedXmlError, "not well-formed"),
        ("<!-- " + "x" * 11_000_000 + " -->", MalformedXmlError, "not well-formed"),
        ("<![CDATA[]]>" * 200_000, MalformedXmlError, "more than 50000 elements"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)  # fmt: skip
def test_a_large_document_wrong_in_every_element_is_refused_at_once(
    inside: str, kind: type[WireError], message: str
) -> None:
    document = SHELL.format(inside).encode()
    started = time.process_time()
    assert message in told(document, kind)
    assert time.process_time() - started < 2


def test_a_large_document_with_one_fault_at_its_end_is_told_of_that_one() -> None:
    document = SHELL.format("<phone>1</phone>" * 40_000 + "<address><country>XX</country></address>")
    (fault,) = faults_of(document.encode())
    assert fault == ("/report/reporter/reportingPerson/address/country", 1, "unknown_value")
    assert len(parse_report(document.replace("XX", "IN").encode()).findall(".//phone")) == 40_000


@pytest.mark.parametrize("size", [1, 2, 7, 511, 512, 4096])
def test_a_document_in_pieces_is_the_same_document_and_has_the_same_faults(size: int) -> None:
    for document in (
        REPORT.replace("words", "जळगाव 🙂").encode(),
        body("words", "&nbsp;"),
        body("words", "<!DOCTYPE x>"),
        body().replace(b"words", "जळ".encode()[:-1]),
        body().replace(b"words", b"a\0"),
        body("words", "<x/>" + " " * 9_000 + "\n<x/>"),
        body() + "जळ".encode()[:-1],
        REPORT.encode("utf-16"),
    ):
        reading, whole = Reading(), ""
        try:
            parse_report(document)
        except WireError as refusal:
            whole = str(refusal)
        in_pieces = ""
        try:
            for start in range(0, len(document), size):
                reading.feed(document[start : start + size])
            reading.report()
        except WireError as refusal:
            in_pieces = str(refusal)
        assert in_pieces == whole


def test_what_is_wrong_is_found_before_the_rest_has_come() -> None:
    for start, message in (
        (b"<!DOCTYPE report [" + b" " * 600, "a document type"),
        (b"<a>" * 100_000, "Excessive depth"),
        (b"<report>\xff" + b" " * 600, "is not UTF-8"),
        (b"<report>\0" + b" " * 600, "is NUL"),
        (REPORT.encode("utf-16"), "UTF-16"),
    ):
        with pytest.raises(MalformedXmlError, match=message):
            Reading().feed(start)


@pytest.mark.parametrize("place", ["before", "after"])
def test_a_processing_instruction_around_the_root_is_refused_too(place: str) -> None:
    instruction = '<?xml-stylesheet href="https://collector.example/x.xsl"?>'
    document = body("<report ", f"{instruction}<report ") if place == "before" else body() + instruction.encode()
    assert "a processing instruction is refused" in told(document, MalformedXmlError)


def test_an_external_entity_is_never_fetched(tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("secret") / "secret.txt"
    secret.write_text("the secret")
    doctype = f'<!DOCTYPE report [<!ENTITY x SYSTEM "{secret.as_uri()}">]><report '
    document = body("<report ", doctype).replace(b"words", b"&x;")
    assert "the secret" not in told(document, MalformedXmlError)


EVENT = "/report/personOrUserReported/ipCaptureEvent"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        pytest.param(body("platform>Pictogram</platform", "plattform>Pictogram</plattform"), "/report/incidentSummary/plattform, line 5: unknown element plattform; expected", id="unknown element"),
        pytest.param(body("<platform>Pictogram</platform>", "<port>1</port>"), "/report/incidentSummary/port, line 5: unknown element port; expected escalateToHighPriority, incidentDateTime", id="element of another place"),
        pytest.param(body("<platform>", "<incidentType>Child Sex Tourism</incidentType><platform>"), "/report/incidentSummary/incidentType[2], line 5: incidentType is not expected here; expected", id="element out of place"),
        pytest.param(body("Pictogram", "x" * 257), "/report/incidentSummary/platform, line 5: 257 characters are too long, at most 256", id="too long"),
        pytest.param(body("192.0.2.11"), f"{EVENT}/ipAddress, line 18: must not be empty", id="empty"),
        pytest.param(body(">Upload<", ">Uploaded<"), f"{EVENT}/eventName, line 19: 'Uploaded' is not one of 'Login', 'Registration'", id="not in the list"),
        pytest.param(body("Child Sex Trafficking", "Trafficking"), "/report/incidentSummary/incidentType, line 4: 'Trafficking' is not one of", id="incident type"),
        pytest.param(body("2026-01-05T10:15:00Z", "5 January"), "/report/incidentSummary/incidentDateTime, line 6: '5 January' is not a date and time such as 2026-01-05T10:15:00Z", id="bad date"),
        pytest.param(body("2026-01-05T10:15:00Z", "2026-02-30T10:15:00Z"), "/report/incidentSummary/incidentDateTime, line 6: '2026-02-30T10:15:00Z' is not a date and time", id="impossible date"),
        pytest.param(body("<possibleProxy>false", "<possibleProxy>no"), f"{EVENT}/possibleProxy, line 20: 'no' is not true or false", id="bad boolean"),
        pytest.param(body("50112", "https"), f"{EVENT}/port, line 21: 'https' is not a whole number", id="bad number"),
        pytest.param(body("50112", "65536"), f"{EVENT}/port, line 21: '65536' is out of range, at most 65535", id="too high"),
        pytest.param(body("50112", "0"), f"{EVENT}/port, line 21: '0' is out of range, at least 1", id="too low"),
        pytest.param(body("50112", "0" * 5_000 + "1"), f"{EVENT}/port, line 21: '{'0' * 60}…' does not have the form wanted", id="number without an end"),
        pytest.param(body("    <incidentDateTime>2026-01-05T10:15:00Z</incidentDateTime>\n"), "/report/incidentSummary, line 3: an element is missing: ", id="missing element"),
        pytest.param(body("<ipAddress>192.0.2.11</ipAddress>"), f"{EVENT}/eventName, line 19: eventName is not expected here; expected ipAddress", id="missing first element"),
        pytest.param(body("words</additionalInfo>", "</additionalInfo>words"), "/report/personOrUserReported, line 15: text is not allowed here", id="stray text"),
        pytest.param(body('verified="true"', 'verfied="true"'), "/report/reporter/reportingPerson/phone/@verfied, line 11: the attribute verfied is not known here", id="unknown attribute"),
        pytest.param(body("<report ", '<report><batchedReport/><x ').replace(b"<x ", b"<!-- ").replace(b'xsd">', b'xsd" -->'), "/report/batchedReport, line 2: the attribute reason is missing", id="missing attribute"),
        pytest.param(body("<incidentSummary>", '<incidentSummary xmlns="urn:example">'), "line 3", id="namespace"),
        pytest.param(body("<incidentSummary>", '<incidentSummary xsi:type="Reporter">'), "/report/incidentSummary, line 3: xsi:type is not supported", id="xsi:type"),
        pytest.param(body("<platform>Pictogram", '<platform xsi:nil="true">Pictogram'), "/report/incidentSummary/platform, line 5", id="xsi:nil"),
        pytest.param(DETAILS.encode(), "line 1: the document is a fileDetails; a report is expected here", id="other document"),
        pytest.param(b"<report/>", "/report, line 1: an element is missing: ", id="nothing in it"),
        pytest.param(b'<rapport xmlns="urn:example"/>', "the document is a rapport; a report is expected here", id="another root in a namespace"),
        pytest.param(body("words", "<b>words</b>"), "/report/personOrUserReported/additionalInfo/b, line 23: unknown element b; expected no element", id="elements in text"),
        pytest.param(body('verified="true"', 'verificationDate="x"'), "/report/reporter/reportingPerson/phone, line 11: attribute verificationDate: 'x' is not a date and time", id="bad date in an attribute"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_element_its_line_and_the_rule(document: bytes, message: str) -> None:
    assert message in told(document)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('type="Business"', 'type="Private"', "attribute type: 'Private' is not one of 'Home', 'Work'"),
        (
            'countryCallingCode="+91"',
            'countryCallingCode="91"',
            "attribute countryCallingCode: '91' does not have the form",
        ),
        ('verified="true"', 'verified="maybe"', "attribute verified: 'maybe' is not true or false"),
    ],
)
def test_a_fault_in_an_attribute_names_it_and_its_value_and_not_the_text_beside_it(
    old: str, new: str, rule: str
) -> None:
    message = told(body(old, new))
    assert rule in message
    assert "9820000000" not in message
    assert "safety@pictogram.example" not in message


def faults_of(document: bytes) -> list[tuple[str, int, str]]:
    with pytest.raises(WireError) as caught:
        parse_report(document)
    assert all(visible(fault.rule) == fault.rule and fault.rule for fault in caught.value.faults)
    return [(fault.path, fault.line, fault.kind) for fault in caught.value.faults]


def test_every_fault_is_told_by_itself_for_the_providers_page_and_for_alerts() -> None:
    document = (
        body(">Upload<", ">Streamed<")
        .replace(b"<platform>", b"<newThing><inside/></newThing><platform>")
        .replace(b">50112<", b">0<")
        .replace(b"<phone ", b'<phone newMark="1" ')
        .replace(b"words</additionalInfo>", b"words</additionalInfo><espIdentifier>1</espIdentifier>")
    )
    event = "/report/personOrUserReported/ipCaptureEvent"
    assert faults_of(document) == [
        ("/report/incidentSummary/newThing", 5, "unknown_element"),
        ("/report/reporter/reportingPerson/phone/@newMark", 11, "unknown_element"),
        (f"{event}/eventName", 19, "unknown_value"),
        (f"{event}/port", 21, "other"),
        ("/report/personOrUserReported/espIdentifier[2]", 23, "other"),
    ]


@pytest.mark.parametrize(
    ("document", "line"),
    [
        (b"", 0),
        (body("words", "\0"), 23),
        (body("words", "&nbsp;"), 23),
        (body("words", "<?x?>"), 23),
        (body("<report ", "<!DOCTYPE report>\n<report "), 2),
        (body().replace(b"words", b"\xff"), 23),
    ],
)
def test_what_is_no_xml_is_one_fault_of_its_kind(document: bytes, line: int) -> None:
    assert faults_of(document) == [("", line, "malformed")]


def test_what_needs_a_new_schema_is_known_by_its_place_and_not_by_its_name_alone() -> None:
    document = body("<firstName>", "<middleName>x</middleName><firstName>")  # other accounts have one
    assert faults_of(document) == [("/report/reporter/reportingPerson/middleName", 10, "unknown_element")]


def test_a_message_shows_hidden_characters_and_is_not_a_way_to_inject_them() -> None:
    assert "⟨U+202E⟩" in told(body(">Upload<", ">\u202edaolpU<"))


def test_a_value_that_imitates_a_message_is_quoted_whole() -> None:
    value = "x', attribute 'type': is not an element of the set {'evil'} atomic type 'xs:date'"
    quoted = value[:60]
    message = told(body(">Upload<", f">{value}<"))
    assert f"ipCaptureEvent/eventName, line 19: {quoted + '…'!r} is not one of 'Login', 'Registration'" in message
    assert "is not a whole number" in told(body("50112", value))


def test_a_long_value_is_cut_in_the_message() -> None:
    assert len(told(body(">Upload<", f">{'x' * 100_000}<"))) < 600


def test_all_faults_are_told_up_to_a_bound() -> None:
    event = "<ipCaptureEvent><ipAddress>192.0.2.1</ipAddress><port>0</port></ipCaptureEvent>"
    message = told(
        body("<additionalInfo>", event * (MOST_FAULTS_TOLD + 5) + "<additionalInfo>").replace(b">50112<", b">0<")
    )
    assert message.count("out of range") <= MOST_FAULTS_TOLD
    assert message.count("ipCaptureEvent[3]/port") == 1


def test_the_lines_of_a_long_document_are_told_right() -> None:
    document = body("<incidentSummary>", "\n" * 70_000 + "<incidentSummary>").replace(b">50112<", b">0<")
    assert f"line {70_000 + 21}: '0' is out of range" in told(document)


@pytest.mark.parametrize("kind", ["industryClassification", "fileAnnotations/potentialMeme"])
def test_a_supplemental_file_carries_no_judgement_of_its_content(kind: str) -> None:
    extra = (
        "<industryClassification>A1</industryClassification>"
        if kind == "industryClassification"
        else "<fileAnnotations><potentialMeme/></fileAnnotations>"
    )
    document = DETAILS.replace("</fileRelevance>\n", f"</fileRelevance>\n{extra}\n")
    with pytest.raises(ValidationFailedError, match=f"/fileDetails/{kind}, line 5: a Supplemental Reported file"):
        parse_file_details(document.encode())
    parse_file_details(document.replace("Supplemental Reported", "Reported").encode())


def test_file_details_are_read_and_a_report_is_no_file_details() -> None:
    assert parse_file_details(DETAILS.encode()).findtext("fileId") == "f1"
    with pytest.raises(ValidationFailedError, match="the document is a report; a fileDetails is expected here"):
        parse_file_details(REPORT.encode())


def refuses_or_reads(document: bytes) -> None:
    said, tag = "", ""
    try:
        tag = str(parse_report(document).tag)
    except (MalformedXmlError, ValidationFailedError) as refusal:
        said = str(refusal)
    assert tag == "report" or said.strip()
    assert visible(said) == said


@settings(deadline=None)  # the first call compiles the schema
@given(st.one_of(st.binary(max_size=400), st.binary(max_size=200).map(lambda b: b"<report>" + b)))
def test_no_bytes_raise_anything_but_a_refusal(document: bytes) -> None:
    refuses_or_reads(document)


VALID = REPORT.encode()
SPLICES = st.one_of(
    st.binary(max_size=8),
    st.sampled_from([
        b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<?x?>", b"<!DOCTYPE a>", b"\0", b"\xff", b"\xef\xbb\xbf",
        b"&#xD800;", b"&amp;", b"<a/>", b'xmlns="u"', b' xsi:type="Phone"', b' xml:base="x"', b' xml:id="x"', b"\r\n", "\u202e".encode(),
    ]),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(VALID)), st.integers(0, 12), SPLICES), min_size=1, max_size=4))
def test_no_mutation_of_a_valid_report_raises_anything_but_a_refusal(splices: list[tuple[int, int, bytes]]) -> None:
    document = VALID
    for at, removed, added in splices:
        document = document[:at] + added + document[at + removed :]
    refuses_or_reads(document)


@pytest.mark.parametrize("opening", [b'<report a="', b"<report><!-- ", b"<report>", b"<report><![CDATA["])
def test_what_does_not_end_is_refused_before_it_is_held(opening: bytes) -> None:
    reading = Reading()
    reading.feed(opening)
    for _ in range(15):
        reading.feed(b"x" * 256 * 1024)
    with pytest.raises(MalformedXmlError, match="longer than 4194304 bytes"):
        reading.feed(b"x" * 512 * 1024)


def test_a_long_text_that_ends_is_read() -> None:
    text = b"x" * (4 * 1024 * 1024 - 1000)
    whole = body("</report>", f"<additionalInfo>{text.decode()}</additionalInfo></report>")
    assert len(parse_report(whole).findtext("additionalInfo") or "") == len(text)
