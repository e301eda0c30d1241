"""Reading a document from a stranger: checked before it is parsed, parsed with everything dangerous off, then validated.

Every refusal names what is wrong and where. Nothing is fetched, no entity is expanded, and memory stays bounded.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path

from lxml import etree

from tipline.core.text import visible
from tipline.intake.cybertipline.errors import MalformedXmlError, ValidationFailedError
from tipline.intake.doors.calls import Fault
from tipline.reports.documents import without_namespace
from tipline.reports.services import ReportHeader
from tipline.reports.times import read_time

SCHEMA_FILE = Path(__file__).parent / "schema" / "cybertipline.xsd"
DEEPEST = 32
MOST_ELEMENTS = 50_000
LONGEST_ATTRIBUTE = 65_536
LONGEST_PART = 4 * 1024 * 1024  # of bytes without the end of a tag, a comment or the like
MOST_ATTRIBUTES = 64  # of one element; the schema knows five
MOST_ATTRIBUTES_IN_ALL = 100_000
MOST_FAULTS_TOLD = 20
MOST_FAULTS_KEPT = 100
_FEW_ELEMENTS = 500
_STEP = 16_384

_XS = "{http://www.w3.org/2001/XMLSchema}"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_DECLARED_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_READABLE = {b"utf-8", b"utf8", b"us-ascii", b"ascii"}
_BOM = b"\xef\xbb\xbf"
_LOOKED_AT = 512
_ATTRIBUTE = re.compile(rb"""=\s{0,9}["']""")
_NO_JUDGEMENT = {"industryClassification": "classification", "fileAnnotations/potentialMeme": "potential-meme flag"}


def _parser(schema: etree.XMLSchema | None = None) -> etree.XMLParser:
    """A parser with everything dangerous off."""
    return etree.XMLParser(
        schema=schema, resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        attribute_defaults=False, huge_tree=False, remove_comments=True, collect_ids=False,
    )  # fmt: skip


def parse_report(body: bytes) -> etree._Element:
    """The root of a valid `report` document; raises as `Reading.report` does."""
    reading = Reading()
    reading.feed(body)
    return reading.report()


def parse_file_details(body: bytes) -> etree._Element:
    """The root of a valid `fileDetails` document; raises as `Reading.report` does."""
    reading = Reading()
    reading.feed(body)
    return reading.file_details()


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
    return _failed([Fault(f"/{root.tag}/{path}", _line_of(root if element is None else element), rule)])


def _failed(faults: Sequence[Fault]) -> ValidationFailedError:
    """The refusal for these faults, the first of them in words."""
    told = list(dict.fromkeys(f"{fault.path}, line {fault.line}: {fault.rule}" for fault in faults[:MOST_FAULTS_TOLD]))
    more = f"; and {len(faults) - MOST_FAULTS_TOLD} more" if len(faults) > MOST_FAULTS_TOLD else ""
    return ValidationFailedError("; ".join(told) + more, faults[:MOST_FAULTS_KEPT])


def _malformed(rule: str, line: int | None = None) -> MalformedXmlError:
    """The refusal of what is not XML that can be read safely. `line`: None where it is the document as a whole."""
    message = rule if line is None else f"line {line}: {rule}"
    return MalformedXmlError(message, [Fault("", line or 0, rule, "malformed")])


class Reading:
    """A document as its bytes arrive, refused at the first thing that is wrong with them: what follows need not be read.

    Every method raises `MalformedXmlError` (4110): not XML, or XML of a kind that is refused unread (document types, other
    encodings, too deep, too many elements).
    """

    def __init__(self) -> None:
        self._parser = _parser()
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._held = b""
        self._begun = False
        self._size = self._tags = self._attributes = self._unended = 0
        self._line = 1
        self._before = b""

    def feed(self, piece: bytes) -> None:
        """Take the next bytes."""
        if self._begun:
            self._take(piece)
            return
        self._held += piece
        if len(self._held) >= _LOOKED_AT:
            self._begin()

    def report(self) -> etree._Element:
        """The root of a valid `report` document, when all bytes were fed.

        Raises
        ------
        ValidationFailedError
            4100: not as the schema wants it; the first fault and up to nineteen more are named with path and line.
        """
        return _validated(self._root(), "report")

    def file_details(self) -> etree._Element:
        """The root of a valid `fileDetails` document; raises as `report` does."""
        root = _validated(self._root(), "fileDetails")
        if root.findtext("fileRelevance") == "Supplemental Reported":
            for path, what in _NO_JUDGEMENT.items():
                if root.find(path) is not None:
                    raise _fault(root, path, f"a Supplemental Reported file carries no {what}")
        return root

    def _root(self) -> etree._Element:
        if not self._begun:
            self._begin()
        if pending := len(self._decoder.getstate()[0]):
            raise _malformed(f"byte {self._size - pending} is not UTF-8", self._line)
        try:
            root: etree._Element = self._parser.close()
        except etree.XMLSyntaxError as error:
            raise self._not_well_formed(error) from error
        _refuse_shape(root)
        return without_namespace(root)

    def _begin(self) -> None:
        """Look at the first bytes, which say what the others are."""
        held, self._held, self._begun = self._held, b"", True
        if not held.strip() and len(held) < _LOOKED_AT:
            raise _malformed("the body is empty: an XML document is expected")
        if held.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")):
            raise _malformed("the document is UTF-16: write it as UTF-8")
        if b"\0" not in held:  # what holds NUL is told of that
            declared = _DECLARED_ENCODING.match(held.removeprefix(_BOM))
            if declared and declared[1].lower() not in _READABLE:
                raise _malformed(f"the document declares the encoding {declared[1].decode('ascii')}: write it as UTF-8")
        self._take(held)

    def _take(self, piece: bytes) -> None:
        """Refuse what can be told from the bytes alone, at the price of a scan; parse the rest."""
        if (at := piece.find(b"\0")) >= 0:
            raise _malformed(f"byte {self._size + at} is NUL, which XML cannot hold", self._line_at(piece, at))
        pending = len(self._decoder.getstate()[0])
        if pending or not piece.isascii():
            try:
                self._decoder.decode(piece)
            except UnicodeDecodeError as error:
                at = error.start - pending
                raise _malformed(f"byte {self._size + at} is not UTF-8", self._line_at(piece, max(0, at))) from error
        joined = self._before + piece
        for mark, what in ((b"<!DOCTYPE", "a document type declaration"), (b"<!ENTITY", "an entity declaration")):
            if (at := joined.find(mark)) >= 0:
                raise _malformed(f"{what} is refused", self._line_at(piece, max(0, at - len(self._before))))
        # start and end tags; CDATA and comments may hold a few more
        self._tags += piece.count(b"<")
        if self._tags > 3 * MOST_ELEMENTS:
            raise _malformed(f"more than {MOST_ELEMENTS} elements")
        if piece.count(b"=") > 1_000:  # or else it is not worth a closer look
            self._attributes += len(_ATTRIBUTE.findall(piece))
            if self._attributes > MOST_ATTRIBUTES_IN_ALL:
                raise _malformed(f"more than {MOST_ATTRIBUTES_IN_ALL} attributes, or what looks like them")
        end = piece.rfind(b">")
        self._unended = len(piece) - end - 1 if end >= 0 else self._unended + len(piece)
        if (
            self._unended > LONGEST_PART
        ):  # the parser would hold it, and as much again, before it says that it is too long
            raise _malformed(f"an attribute, a comment or a text is longer than {LONGEST_PART} bytes", self._line)
        try:
            self._parser.feed(piece)
        except etree.XMLSyntaxError as error:
            raise self._not_well_formed(error) from error
        # libxml2 goes on after some faults, and lxml begins a new document then
        if any(entry.level >= etree.ErrorLevels.ERROR for entry in self._parser.feed_error_log):
            raise self._not_well_formed(None)
        self._size += len(piece)
        self._line += piece.count(b"\n")
        self._before = joined[-8:]  # a mark may be cut in two by the pieces

    def _line_at(self, piece: bytes, at: int) -> int:
        return self._line + piece.count(b"\n", 0, at)

    def _not_well_formed(self, error: etree.XMLSyntaxError | None) -> MalformedXmlError:
        """What is raised may be what followed from a fault: the first one counts."""
        log = self._parser.feed_error_log
        first = next((entry for entry in log if entry.level >= etree.ErrorLevels.ERROR), None)
        line, said = (first.line, first.message) if first is not None else (error and error.lineno, error and error.msg)
        return _malformed(f"not well-formed XML: {_plain(said or 'unreadable')}", line or 0)


def _refuse_shape(root: etree._Element) -> None:
    if root.getroottree().docinfo.doctype:  # type: ignore[attr-defined]  # the stubs lack it
        raise _malformed("a document type declaration is refused")
    for beside in (*root.itersiblings(preceding=True), *root.itersiblings()):
        if isinstance(beside, etree._ProcessingInstruction):
            raise _malformed("a processing instruction is refused", _line_of(beside))
    depth = elements = 0
    events: Iterator[tuple[str, etree._Element]] = etree.iterwalk(root, events=("start", "end", "pi"))
    for event, element in events:
        if event == "end":
            depth -= 1
            continue
        if event == "pi":
            raise _malformed("a processing instruction is refused", _line_of(element))
        depth, elements = depth + 1, elements + 1
        if depth > DEEPEST:
            raise _malformed(f"elements nest deeper than {DEEPEST}", _line_of(element))
        if elements > MOST_ELEMENTS:
            raise _malformed(f"more than {MOST_ELEMENTS} elements")
        if len(element.attrib) > MOST_ATTRIBUTES:
            raise _malformed(f"more than {MOST_ATTRIBUTES} attributes in one element", _line_of(element))
        for name, value in element.attrib.items():
            if len(value) > LONGEST_ATTRIBUTE:
                raise _malformed(
                    f"attribute {visible(str(name), 60)} is longer than {LONGEST_ATTRIBUTE}", _line_of(element)
                )
            if name == f"{_XSI}type":
                raise _failed([Fault(_path(element), _line_of(element), "xsi:type is not supported")])


@lru_cache(maxsize=1)
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMA_FILE))


@lru_cache(maxsize=1)
def _bases() -> dict[str, str]:
    """The schema's own simple types, each with what it restricts."""
    types = etree.parse(SCHEMA_FILE).iter(f"{_XS}simpleType")
    return {str(t.get("name")): str(t[-1].get("base")) for t in types}


def _validated(root: etree._Element, expected: str) -> etree._Element:
    if root.tag != expected:
        rule = f"the document is a {_name(root.tag)}; a {expected} is expected here"
        raise _failed([Fault(f"/{_name(root.tag)}", _line_of(root), rule)])
    schema, cut = _schema(), False
    if sum(1 for _ in islice(root.iter(), _FEW_ELEMENTS + 1)) > _FEW_ELEMENTS:
        if (sound := _sound_part(root, schema)) is None:
            return root
        cut = _cut(root, sound)
    if schema.validate(root):
        return root
    unknown = _take_out_unknown(root)
    found = [] if unknown and schema.validate(root) else _faults(root, schema, cut=cut)
    raise _failed(sorted(dict.fromkeys((*unknown, *found)), key=lambda fault: fault.line))


def _sound_part(root: etree._Element, schema: etree.XMLSchema) -> int | None:
    """How many elements of a large document to look at for its faults; None when it has none.

    Every fault of a tree costs libxml2 a walk over the element's siblings, so that a large document with a fault in each
    element takes minutes. Validated as a stream they cost nothing, and it can stop when there are enough.
    """
    body = etree.tostring(root, encoding="utf-8")
    parser = _parser(schema)
    begun = 0
    for start in range(0, len(body), _STEP):
        piece = body[start : start + _STEP]
        parser.feed(piece)
        begun += piece.count(b"<") - piece.count(b"</")
        if len(parser.feed_error_log) > MOST_FAULTS_KEPT:
            return begun
    return begun if len(parser.feed_error_log) else None


def _cut(root: etree._Element, elements: int) -> bool:
    """Leave the first elements of a tree; returns whether there were more."""
    rest = list(islice(root.iter(), elements, None))
    for element in rest:
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    return bool(rest)


@lru_cache(maxsize=1)
def _shapes() -> dict[str, frozenset[str]]:
    """Every element of a document by its path, each with the names that may stand below it; attributes as `@name`."""
    schema = etree.parse(SCHEMA_FILE).getroot()
    named = {(e.tag, e.get("name")): e for e in schema if e.get("name")}
    shapes: dict[str, frozenset[str]] = {}

    def visit(declared: etree._Element, path: str) -> None:
        kind = declared.get("type")
        below = named.get((f"{_XS}complexType", kind)) if kind else declared
        inside = [] if below is None else list(_declared_in(below, named))
        shapes[path] = frozenset(
            f"@{e.get('name')}" if e.tag == f"{_XS}attribute" else str(e.get("name")) for e in inside
        )
        for element in inside:
            if element.tag == f"{_XS}element":
                visit(element, f"{path}/{element.get('name')}")

    for element in schema.findall(f"{_XS}element"):
        visit(element, f"/{element.get('name')}")
    return shapes


def _declared_in(node: etree._Element, named: dict[tuple[str, str | None], etree._Element]) -> Iterator[etree._Element]:
    """The elements and attributes that a type of the schema declares, those of its groups too."""
    for child in node:
        if child.tag in (f"{_XS}element", f"{_XS}attribute"):
            yield child
        elif child.tag == f"{_XS}group":
            yield from _declared_in(named[f"{_XS}group", child.get("ref")], named)
        else:
            yield from _declared_in(child, named)


def _take_out_unknown(root: etree._Element) -> list[Fault]:
    """Remove the elements and attributes that the schema does not know in their places, so that they hide no other fault."""
    shapes = _shapes()
    faults: list[Fault] = []
    waiting = [(root, f"/{root.tag}")]
    while waiting:
        element, path = waiting.pop()
        known = shapes[path]
        for name in [str(n) for n in element.attrib]:
            if not name.startswith(_XSI) and f"@{name}" not in known:
                if len(faults) < MOST_FAULTS_KEPT:
                    faults.append(
                        _unknown(element, f"@{_name(name)}", element, f"the attribute {_name(name)} is not known here")
                    )
                del element.attrib[name]
        for child in list(element):
            if str(child.tag) in known:
                waiting.append((child, f"{path}/{child.tag}"))
                continue
            if len(faults) < MOST_FAULTS_KEPT:
                expected = ", ".join(sorted(name for name in known if not name.startswith("@"))) or "no element"
                rule = f"unknown element {_name(child.tag)}; expected {expected}"
                faults.append(_unknown(element, _name(child.tag), child, rule))
            element.remove(child)
    return faults


def _unknown(parent: etree._Element, name: str, at: etree._Element, rule: str) -> Fault:
    return Fault(f"{_path(parent)}/{name}", _line_of(at), rule, "unknown_element")


def _faults(root: etree._Element, schema: etree.XMLSchema, *, cut: bool) -> list[Fault]:
    """What the schema found, in plain words. `cut`: not all of the document is there, so nothing is said to be missing."""
    found: dict[Fault, None] = {}
    for error in schema.error_log:  # type: ignore[attr-defined]  # the stubs lack it
        if cut and "Missing child element" in error.message:
            continue
        found[_described(root, error)] = None
        if len(found) == MOST_FAULTS_KEPT:
            break
    return list(found)


def _described(root: etree._Element, error: etree._LogEntry) -> Fault:
    element = _element_at(root, error)
    kind = "unknown_value" if error.type_name == "SCHEMAV_CVC_ENUMERATION_VALID" else "other"
    return Fault(_path(element) if element is not None else "", error.line, _rule(error, element), kind)


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
    return f"{name} is not expected here; expected {names}"


def _value(message: str, element: etree._Element | None) -> str:
    """The value at fault: of the attribute that the message begins with, or else the text of the element."""
    if element is None:
        return "the value"
    attribute = re.match(r"Element '[^']+', attribute '([^']+)'", message)
    if attribute:
        return f"attribute {visible(attribute[1], 60)}: {visible(element.get(attribute[1], ''), 60)!r}"
    return repr(visible((element.text or "").strip(), 60)) if not len(element) else "the value"


def _line_of(element: etree._Element) -> int:
    line: int | None = element.sourceline  # type: ignore[assignment]  # the stubs do not know its type
    return line or 0


def _name(tag: object) -> str:
    return visible(str(tag), 100)


def _plain(message: str) -> str:
    return visible(re.sub(r"\{[^}]*\}", "", message), 200).rstrip(". ")


def _path(element: etree._Element) -> str:
    return visible(element.getroottree().getpath(element), 300)
