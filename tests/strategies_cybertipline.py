"""Documents made from the schema itself: every element and attribute that it knows, with text as hostile as XML allows.

`documents("report")` and `documents("fileDetails")` draw valid trees; `fullest` is one tree with everything in it; `written`
draws the ways in which clients put one tree into bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from lxml import etree

from tipline.intake.cybertipline.document import SCHEMA_FILE

XS = "{http://www.w3.org/2001/XMLSchema}"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
# what takes and loses meaning between XML, SQL, terminals and pages
AWKWARD = (
    "<", ">", "&", "'", '"', "]]>", "<![CDATA[", "--", "&amp;", "&#0;", "%s", "{}", "\\", "'; --", "<script>", "=1+1", "\u202e", "\u200b",
    "\u00a0", "\u2028", "\ufeff", "\ufffd", "\U0001f642", "e\u0301", "\u0930\u093f", "\U0010fffd", "\t", "\n", "\r", " ", "\x85", "\x7f", "../", "@", "+", ":",
)  # fmt: skip
SCALARS = st.characters(
    codec="utf-8", exclude_characters="\ufffe\uffff", exclude_categories=["Cc", "Cs"], include_characters="\t\n\r"
)
WORDS = st.lists(st.one_of(st.sampled_from(AWKWARD), st.text(SCALARS, max_size=6)), max_size=6).map("".join)
# what stands in the places that extraction reads
ADDRESSES = st.one_of(
    st.ip_addresses().map(str),
    st.sampled_from([
        "192.0.2.11", "192.0.2.011", "::ffff:192.0.2.1", "fe80::1%eth0", "[2001:db8::1]", "192.0.2.1:80", "192.0.2.0/24", "::", "0", "3221225994",
        "192.0.2.1, 198.51.100.7", "1.2.3", "2001:db8::g", "\u0967\u096f\u0968.0.2.1",
    ]),
)  # fmt: skip
NAMED: dict[str, SearchStrategy[str]] = {
    "ipAddress": ADDRESSES,
    "email": st.sampled_from(["a@mail.example", "A@MAIL.EXAMPLE ", "@", "a@@b", "a@b@c.example", "\"a b\"@mail.example", "a@\u0938.example"]),
    "phone": st.sampled_from(["+919820000000", "09820000000", "+", "++1", "00 1 202 555 0105", "12", "\u0661\u0662"]),
    "url": st.sampled_from([
        "https://pictogram.example/p/1", "javascript:alert(1)", "http://[::1", "http://", "//x", "https://user:pw@pictogram.example:99999/", "%00", "http://\u0938.example/",
    ]),
}  # fmt: skip
NAMED |= {"emailAddress": NAMED["email"], "phoneNumber": NAMED["phone"], "profileUrl": NAMED["url"]}
TIMES = st.one_of(
    st.datetimes().map(lambda at: at.isoformat()),
    st.sampled_from([
        "2026-01-05T10:15:00Z", "2026-01-05T10:15:00+05:30", "2026-01-05T10:15:00.5-14:00", "2026-01-05T10:15:00.123456789012Z", "2026-01-05T10:15:00",
        "2026-01-05T24:00:00Z", "9999-12-31T24:00:00Z", "0001-01-01T00:00:00+14:00", "12026-01-05T10:15:00Z", "-0044-03-15T00:00:00", "2026-01-05T10:15:00-00:00",
    ]),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Value:
    """A simple type: what it is built on, and its facets."""

    base: str
    facets: dict[str, str] = field(default_factory=dict)
    listed: tuple[str, ...] = ()


@dataclass(slots=True)
class Node:
    """An element as declared in one place. `at_most` is None without a bound; `choice`: exactly one of the children stands."""

    path: str
    at_least: int = 1
    at_most: int | None = 1
    value: Value | None = None
    attributes: dict[str, tuple[Value, bool]] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    choice: bool = False

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    def all(self) -> list[Node]:
        return [self, *(below for child in self.children for below in child.all())]


@lru_cache
def _named() -> dict[tuple[str, str | None], etree._Element]:
    return {(str(e.tag), e.get("name")): e for e in etree.parse(SCHEMA_FILE).getroot() if e.get("name")}


def _value(kind: str) -> Value:
    declared = _named().get((f"{XS}simpleType", kind))
    if declared is None:
        return Value(kind)
    restriction = declared.find(f"{XS}restriction")
    assert restriction is not None
    facets = {etree.QName(e).localname: e.get("value", "") for e in restriction}
    listed = tuple(e.get("value", "") for e in restriction.findall(f"{XS}enumeration"))
    return Value(restriction.get("base", ""), facets, listed)


def _read(node: Node, kind: etree._Element) -> None:
    """Fill a node with what a complex type, or a part of one, declares."""
    for part in kind:
        match etree.QName(part).localname:
            case "element":
                most = part.get("maxOccurs", "1")
                child = Node(f"{node.path}/{part.get('name')}", int(part.get("minOccurs", "1")), None if most == "unbounded" else int(most))  # fmt: skip
                _typed(child, part)
                node.children.append(child)
            case "attribute":
                node.attributes[part.get("name", "")] = (_value(part.get("type", "")), part.get("use") == "required")
            case "group":
                _read(node, _named()[f"{XS}group", part.get("ref")])
            case "extension":
                node.value = _value(part.get("base", ""))
                _read(node, part)
            case "choice":
                node.choice = True
                _read(node, part)
            case "annotation":
                pass
            case _:
                _read(node, part)


def _typed(node: Node, declared: etree._Element) -> None:
    kind = declared.get("type")
    if kind is None:
        _read(node, declared)
    elif (shape := _named().get((f"{XS}complexType", kind))) is not None:
        _read(node, shape)
    else:
        node.value = _value(kind)


@lru_cache
def schema_of(root: str) -> Node:
    """The declaration of a document: `report`, `fileDetails`."""
    node = Node(f"/{root}")
    _typed(node, _named()[f"{XS}element", root])
    return node


def _texts(value: Value, name: str) -> SearchStrategy[str]:
    """The texts that a simple type takes."""
    if value.listed:
        return st.sampled_from(value.listed)
    match value.base:
        case "xs:boolean":
            return st.sampled_from(["true", "false", "1", "0", " true ", "\n0"])
        case "xs:dateTime":
            return TIMES
        case "xs:date":
            return st.one_of(st.dates().map(str), st.sampled_from(["2010-01-31Z", "2010-01-31+05:30", "12010-01-31"]))
        case "xs:integer":
            least, most = int(value.facets["minInclusive"]), int(value.facets["maxInclusive"])
            written = st.sampled_from(["{}", " {} ", "+{}", "00{}", "0000{}"])
            small = st.tuples(written, st.integers(least, min(most, 10**14))).map(
                lambda drawn: drawn[0].format(drawn[1])
            )
            return st.one_of(small, st.just(str(most)))
        case "xs:double":
            least, most = int(value.facets["minInclusive"]), int(value.facets["maxInclusive"])
            return st.one_of(st.floats(least, most).map(repr), st.sampled_from(["-0", "1E1", ".5", " 7. "]))
    if pattern := value.facets.get("pattern"):
        return st.from_regex(pattern.replace("[0-9]", "[0123456789]"), fullmatch=True)
    least, most = int(value.facets.get("minLength", 0)), int(value.facets.get("maxLength", 4000))
    own = NAMED.get(name)
    words = WORDS if own is None else st.one_of(own, WORDS)
    longest = st.sampled_from("x\u0939\U0001f642&").map(lambda letter: letter * most)
    return st.one_of(words.map(lambda text: text[:most].ljust(least, "x")), longest)


def documents(root: str, fixed: dict[str, str] | None = None) -> SearchStrategy[etree._Element]:
    """Valid documents of this root.

    Parameters
    ----------
    fixed
        texts by path that are not drawn, such as `/fileDetails/reportId`.
    """
    places = [node.path for node in schema_of(root).all() if node.at_least == 0 or "/internetDetails/" in node.path]

    @st.composite
    def drawn(draw: DrawFn) -> etree._Element:
        # a few places at a time, so that examples stay small; over many examples, each place
        chosen = draw(st.sets(st.sampled_from(places), max_size=8))
        wanted = frozenset(path[:end] for path in chosen for end in _ends(path))
        element = _element(draw, schema_of(root), wanted, fixed or {})
        return _supplemental(element)

    return drawn()


def _ends(path: str) -> list[int]:
    return [at for at, letter in enumerate(path) if letter == "/"] + [len(path)]


def _element(draw: DrawFn, node: Node, wanted: frozenset[str], fixed: dict[str, str]) -> etree._Element:
    element = etree.Element(node.name)
    for name, (value, required) in node.attributes.items():
        if required or draw(st.booleans()):
            element.set(name, draw(_texts(value, name)))
    if node.path in fixed:
        element.text = fixed[node.path]
    elif node.value is not None:
        element.text = draw(_texts(node.value, node.name))
    children = [draw(st.sampled_from(_one_of(node, wanted)))] if node.choice else node.children
    for child in children:
        least = 1 if child.path in wanted or node.choice else child.at_least
        most = max(least, 0 if child.path not in wanted else (child.at_most or 3))
        for _ in range(draw(st.integers(least, most))):
            element.append(_element(draw, child, wanted, fixed))
    return element


def _one_of(node: Node, wanted: frozenset[str]) -> list[Node]:
    return [child for child in node.children if child.path in wanted] or node.children


def _supplemental(root: etree._Element) -> etree._Element:
    """Take out what a Supplemental Reported file may not carry: the one rule that the schema cannot say."""
    if root.findtext("fileRelevance") == "Supplemental Reported":
        for path in ("industryClassification", "fileAnnotations/potentialMeme"):
            for element in root.findall(path):
                parent = element.getparent()
                assert parent is not None
                parent.remove(element)
    return root


def fullest(root: str, text: str = "\u0939 & <text>", fixed: dict[str, str] | None = None) -> etree._Element:
    """One document with every element and every attribute; each alternative of a choice in an element of its own."""

    def plain(value: Value, name: str) -> str:
        if value.listed:
            return value.listed[0]
        samples = {
            "xs:boolean": "true",
            "xs:dateTime": "2026-01-05T10:15:00Z",
            "xs:date": "2010-01-31",
            "xs:integer": "7",
            "xs:double": "7.5",
        }
        return samples.get(value.base) or {
            "countryCallingCode": "+91",
            "extension": "12",
            "ipAddress": "192.0.2.11",
        }.get(name, text[: int(value.facets.get("maxLength", 4000))])

    def made(node: Node, only: Node | None = None) -> list[etree._Element]:
        if node.choice and only is None:
            return [one for child in node.children for one in made(node, child)]
        element = etree.Element(node.name)
        for name, (value, _) in node.attributes.items():
            element.set(name, plain(value, name))
        if node.value is not None or node.path in (fixed or {}):
            element.text = (fixed or {}).get(node.path) or plain(node.value or Value("xs:string"), node.name)
        for child in [only] if only is not None else node.children:
            element.extend(made(child))
        return [element]

    return made(schema_of(root))[0]


@dataclass(frozen=True, slots=True)
class Written:
    """A tree in bytes, and the tree that a reader should find in them."""

    body: bytes
    root: etree._Element


@st.composite
def written(draw: DrawFn, trees: SearchStrategy[etree._Element]) -> Written:
    """A document as one client or another writes it: declaration, namespace, schema location, line ends, layout."""
    root = draw(trees)
    body = etree.tostring(root)
    attributes, opened, closed = "", root.tag, root.tag
    match draw(st.sampled_from(["none", "default", "prefix"])):
        case "default":
            attributes += ' xmlns="https://schema.example/ispws"'
        case "prefix":
            attributes += ' xmlns:ns2="https://schema.example/ispws"'
            opened = closed = f"ns2:{root.tag}"
    if draw(st.booleans()):
        attributes += f' xmlns:xsi="{XSI}" xsi:noNamespaceSchemaLocation="https://schema.example/ispws/xsd"'
    inside = body[len(f"<{root.tag}") : -len(f"</{root.tag}>")].decode("ascii")
    if draw(st.booleans()):  # as it is, not as references
        inside = _plain(root)
    start = draw(st.sampled_from(["", '<?xml version="1.0"?>\n', '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n', "<!-- made by a client -->"]))  # fmt: skip
    mark = "\ufeff" if draw(st.booleans()) and not start.startswith("<!--") else ""
    end = draw(st.sampled_from(["", "\n", "\r\n", "<!-- end -->", " \t\n"]))
    return Written(f"{mark}{start}<{opened}{attributes}{inside}</{closed}>{end}".encode(), root)


def _plain(root: etree._Element) -> str:
    text = etree.tostring(root, encoding="unicode")
    return text[len(f"<{root.tag}") : -len(f"</{root.tag}>")]


def canonical(root: etree._Element) -> bytes:
    """C14N 1.0 of what a document says: without the schema's location and without namespaces that only name it."""
    copy: Any = etree.fromstring(etree.tostring(root))
    for name in [n for n in copy.attrib if str(n).startswith(f"{{{XSI}}}")]:
        del copy.attrib[name]
    etree.cleanup_namespaces(copy)
    return bytes(etree.tostring(copy, method="c14n"))
