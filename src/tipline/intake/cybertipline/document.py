"""Reading a document from a stranger: checked before it is parsed, parsed with everything dangerous off, then validated.

Every refusal names what is wrong and where. Nothing is fetched, no entity is expanded, and memory stays bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from lxml import etree

from tipline.core.text import visible
from tipline.intake.cybertipline.errors import MalformedXmlError, ValidationFailedError
from tipline.reports.services import ReportHeader
from tipline.reports.times import read_time

SCHEMA_FILE = Path(__file__).parent / "schema" / "cybertipline.xsd"
DEEPEST = 32
MOST_ELEMENTS = 50_000
LONGEST_ATTRIBUTE = 65_536
MOST_FAULTS_TOLD = 20

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_DECLARED_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_READABLE = {b"utf-8", b"utf8", b"us-ascii", b"ascii"}
_BOM = b"\xef\xbb\xbf"


def parse_report(body: bytes) -> etree._Element:
    """The root of a valid `report` document.

    Raises
    ------
    MalformedXmlError
        4110: not XML, or XML of a kind that is refused unread (document types, other encodings, too deep, too many elements).
    ValidationFailedError
        4100: not as the schema wants it; the first fault and up to nineteen more are named with path and line.
    """
    return _validated(_parsed(body), "report")


def parse_file_details(body: bytes) -> etree._Element:
    """The root of a valid `fileDetails` document; raises as `parse_report` does."""
    root = _validated(_parsed(body), "fileDetails")
    if root.findtext("fileRelevance") == "Supplemental Reported":
        if root.find("industryClassification") is not None:
            raise _fault(root, "industryClassification", "a Supplemental Reported file carries no classification")
        if root.find("fileAnnotations/potentialMeme") is not None:
            raise _fault(
                root,
                "fileAnnotations/potentialMeme",
                "a Supplemental Reported file carries no potential-meme flag",
            )
    return root


def header_of(root: etree._Element) -> ReportHeader:
    """What the list of reports needs of a valid `report`."""
    at_text = (root.findtext("incidentSummary/incidentDateTime") or "").strip()
    escalation = root.find("incidentSummary/escalateToHighPriority")
    return ReportHeader(
        incident_type=(root.findtext("incidentSummary/incidentType") or "").strip(),
        incident_at=read_time(at_text).at,
        incident_at_text=at_text[:64],
        platform=(root.findtext("incidentSummary/platform") or "").strip(),
        escalated=escalation is not None,
        escalation="" if escalation is None else (escalation.text or "").strip(),
    )


def _fault(root: etree._Element, path: str, rule: str) -> ValidationFailedError:
    element = root.find(path)
    line = element.sourceline if element is not None else root.sourceline
    return ValidationFailedError(f"/{root.tag}/{path}, line {line}: {rule}")


def _parsed(body: bytes) -> etree._Element:
    _refuse_unread(body)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, attribute_defaults=False,
        huge_tree=False, remove_comments=True, collect_ids=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise MalformedXmlError(
            f"not well-formed XML, line {error.lineno}: {_plain(error.msg or 'unreadable')}"
        ) from error
    _refuse_shape(root)
    return root


def _refuse_unread(body: bytes) -> None:
    """What can be told from the bytes alone, at the price of a scan."""
    if not body.strip():
        raise MalformedXmlError("the body is empty: an XML document is expected")
    if body.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")):
        raise MalformedXmlError("the document is UTF-16: write it as UTF-8")
    if (at := body.find(b"\0")) >= 0:
        raise MalformedXmlError(f"byte {at} is NUL, which XML cannot hold")
    declared = _DECLARED_ENCODING.match(body.removeprefix(_BOM))
    if declared and declared[1].lower() not in _READABLE:
        raise MalformedXmlError(f"the document declares the encoding {declared[1].decode('ascii')}: write it as UTF-8")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedXmlError(f"byte {error.start} is not UTF-8") from error
    for mark, what in ((b"<!DOCTYPE", "a document type declaration"), (b"<!ENTITY", "an entity declaration")):
        if (at := body.find(mark)) >= 0:
            line = body.count(b"\n", 0, at) + 1
            raise MalformedXmlError(f"line {line}: {what} is refused")
    # start and end tags; CDATA and comments may hold a few more
    if body.count(b"<") > 3 * MOST_ELEMENTS:
        raise MalformedXmlError(f"more than {MOST_ELEMENTS} elements")


def _refuse_shape(root: etree._Element) -> None:
    if root.getroottree().docinfo.doctype:  # type: ignore[attr-defined]  # the stubs lack it
        raise MalformedXmlError("a document type declaration is refused")
    for beside in (*root.itersiblings(preceding=True), *root.itersiblings()):
        if isinstance(beside, etree._ProcessingInstruction):
            raise MalformedXmlError(f"line {beside.sourceline}: a processing instruction is refused")
    depth = elements = 0
    events: Iterator[tuple[str, etree._Element]] = etree.iterwalk(root, events=("start", "end", "pi"))
    for event, element in events:
        if event == "end":
            depth -= 1
            continue
        if event == "pi":
            raise MalformedXmlError(f"line {element.sourceline}: a processing instruction is refused")
        depth, elements = depth + 1, elements + 1
        if depth > DEEPEST:
            raise MalformedXmlError(f"line {element.sourceline}: elements nest deeper than {DEEPEST}")
        if elements > MOST_ELEMENTS:
            raise MalformedXmlError(f"more than {MOST_ELEMENTS} elements")
        for name, value in element.attrib.items():
            if len(value) > LONGEST_ATTRIBUTE:
                raise MalformedXmlError(
                    f"line {element.sourceline}: attribute {visible(str(name), 60)} is longer than {LONGEST_ATTRIBUTE}"
                )
            if name == f"{_XSI}type":
                raise ValidationFailedError(f"{_path(element)}, line {element.sourceline}: xsi:type is not supported")


@lru_cache(maxsize=1)
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMA_FILE))


@lru_cache(maxsize=1)
def _vocabulary() -> frozenset[str]:
    tree = etree.parse(SCHEMA_FILE)
    return frozenset(str(e.get("name")) for e in tree.iter("{http://www.w3.org/2001/XMLSchema}element"))


@lru_cache(maxsize=1)
def _bases() -> dict[str, str]:
    """The schema's own simple types, each with what it restricts."""
    types = etree.parse(SCHEMA_FILE).iter("{http://www.w3.org/2001/XMLSchema}simpleType")
    return {str(t.get("name")): str(t[-1].get("base")) for t in types}


def _validated(root: etree._Element, expected: str) -> etree._Element:
    if root.tag != expected:
        raise ValidationFailedError(
            f"line {root.sourceline}: the document is a {_name(root.tag)}; a {expected} is expected here"
        )
    schema = _schema()
    if schema.validate(root):
        return root
    faults = [_describe(root, error) for error in schema.error_log]  # type: ignore[attr-defined]  # the stubs lack it
    told = "; ".join(dict.fromkeys(faults[:MOST_FAULTS_TOLD]))
    more = f"; and {len(faults) - MOST_FAULTS_TOLD} more" if len(faults) > MOST_FAULTS_TOLD else ""
    raise ValidationFailedError(told + more)


# -- faults in plain words ----------------------------------------------------------------------------------------------


def _describe(root: etree._Element, error: etree._LogEntry) -> str:
    element = _element_at(root, error)
    where = f"{_path(element)}, line {error.line}" if element is not None else f"line {error.line}"
    return f"{where}: {_rule(error, element)}"


def _element_at(root: etree._Element, error: etree._LogEntry) -> etree._Element | None:
    path = getattr(error, "path", None)
    if not path:
        return None
    try:
        found = root.getroottree().xpath(path)
    except etree.XPathError:
        return None
    return found[0] if isinstance(found, list) and found and isinstance(found[0], etree._Element) else None


def _rule(error: etree._LogEntry, element: etree._Element | None) -> str:
    """The rule that was broken, without libxml2's jargon."""
    message = error.message
    match error.type_name:
        case "SCHEMAV_ELEMENT_CONTENT":
            return _content_rule(message, element)
        case "SCHEMAV_CVC_MAXLENGTH_VALID":
            numbers = re.findall(r"(\d+)", message.rpartition("]")[2])
            return f"{numbers[0]} characters are too long, at most {numbers[1]}" if len(numbers) >= 2 else "too long"
        case "SCHEMAV_CVC_MINLENGTH_VALID":
            return "must not be empty"
        case "SCHEMAV_CVC_COMPLEX_TYPE_2_1" | "SCHEMAV_CVC_COMPLEX_TYPE_2_3":
            return "text is not allowed here"
        case "SCHEMAV_CVC_ENUMERATION_VALID":
            listed = message.rpartition(" of the set {")[2].rpartition("}")[0]
            return f"{_value(message, element)} is not one of {visible(listed, 600) or 'the listed values'}"
        case "SCHEMAV_CVC_MININCLUSIVE_VALID" | "SCHEMAV_CVC_MAXINCLUSIVE_VALID":
            bound = re.search(r"'([-\d.]+)'\)?\.?$|maximum value allowed \('([-\d.]+)'\)", message)
            limit = next((g for g in bound.groups() if g), "") if bound else ""
            side = "least" if "MIN" in error.type_name else "most"
            return f"{_value(message, element)} is out of range, at {side} {limit}"
        case "SCHEMAV_CVC_PATTERN_VALID":
            return f"{_value(message, element)} does not have the form wanted"
        case "SCHEMAV_CVC_COMPLEX_TYPE_4":
            name = re.search(r"attribute '([^']+)' is required", message)
            return f"the attribute {name[1] if name else ''} is missing"
        case "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1":
            name = re.search(r"attribute '([^']+)'", message)
            return f"the attribute {visible(name[1], 60) if name else ''} is not known here"
        case _ if "is not a valid value of the atomic type" in message:
            kind = message.rpartition(" atomic type '")[2].rpartition("'")[0]
            wanted = {"xs:dateTime": "a date and time such as 2026-01-05T10:15:00Z", "xs:date": "a date such as 2010-01-31",
                      "xs:boolean": "true or false", "xs:integer": "a whole number", "xs:double": "a number"}  # fmt: skip
            return f"{_value(message, element)} is not {wanted.get(_bases().get(kind, kind), f'a valid {kind}')}"
        case _:
            return _plain(message)


def _content_rule(message: str, element: etree._Element | None) -> str:
    expected = re.search(r"Expected is (?:one of )?\( ?(.*?) ?\)", message)
    names = expected[1] if expected else "nothing more"
    if "Missing child element" in message:
        return f"an element is missing: {names}"
    name = _name(element.tag) if element is not None else "an element"
    if element is not None and element.tag not in _vocabulary():
        return f"unknown element {name}; expected {names}"
    return f"{name} is not expected here; expected {names}"


def _value(message: str, element: etree._Element | None) -> str:
    """The value at fault: of the attribute that the message begins with, or else the text of the element."""
    if element is None:
        return "the value"
    attribute = re.match(r"Element '[^']+', attribute '([^']+)'", message)
    if attribute:
        return f"attribute {visible(attribute[1], 60)}: {visible(element.get(attribute[1], ''), 60)!r}"
    return repr(visible((element.text or "").strip(), 60)) if not len(element) else "the value"


def _name(tag: object) -> str:
    return visible(str(tag), 100)


def _plain(message: str) -> str:
    return visible(re.sub(r"\{[^}]*\}", "", message), 200).rstrip(". ")


def _path(element: etree._Element) -> str:
    return visible(element.getroottree().getpath(element), 300)
