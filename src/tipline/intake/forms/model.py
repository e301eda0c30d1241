"""The shape of the documents, read from the one schema there is: the XSD. Nothing of it is written a second time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from tipline.intake.cybertipline.document import SCHEMA_FILE

_XS = "{http://www.w3.org/2001/XMLSchema}"
# the key of an element's text, where it stands beside attributes
TEXT = "value"


@dataclass(frozen=True, slots=True)
class Simple:
    """A text with its rules. `base`: a type of XML Schema (`string`, `boolean`, `integer`, `double`, `dateTime`, `date`)."""

    base: str
    name: str = ""
    longest: int | None = None
    shortest: int | None = None
    least: str | None = None
    most: str | None = None
    pattern: str | None = None
    values: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Attribute:
    """A named text of an element."""

    name: str
    type: Simple
    required: bool


@dataclass(frozen=True, slots=True)
class Child:
    """An element inside another. `many`: it may stand more than once."""

    name: str
    type: Simple | Shape
    required: bool
    many: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """An element with more than text: children in their order, or one of them (`choice`), or `text` with attributes."""

    name: str
    children: dict[str, Child]
    attributes: dict[str, Attribute]
    text: Simple | None = None
    choice: bool = False
    note: str = ""

    @property
    def flag(self) -> bool:
        """Whether it is empty, so that its being there is all it says."""
        return not (self.children or self.attributes or self.text)


@lru_cache(maxsize=4)
def root_shape(name: str) -> Shape:
    """The shape of a document by its root element: `report` or `fileDetails`."""
    return _Reader().root(name)


class _Reader:
    """Follows the names in the schema."""

    def __init__(self) -> None:
        self._schema = etree.parse(SCHEMA_FILE).getroot()
        self._named = {(str(e.tag).removeprefix(_XS), str(e.get("name"))): e for e in self._schema}
        self._shapes: dict[str, Shape] = {}
        self._simple: dict[str, Simple] = {}

    def root(self, name: str) -> Shape:
        declared = self._named["element", name][0]
        return self._complex(declared, name)

    def _type(self, name: str) -> Simple | Shape:
        if name.startswith("xs:"):
            return Simple(name.removeprefix("xs:"))
        if ("simpleType", name) in self._named:
            return self._restricted(name)
        if name not in self._shapes:
            self._shapes[name] = self._complex(self._named["complexType", name], name)
        return self._shapes[name]

    def _text(self, name: str) -> Simple:
        found = self._type(name)
        assert isinstance(found, Simple)  # noqa: S101 - attributes and simple content have simple types
        return found

    def _restricted(self, name: str) -> Simple:
        if name not in self._simple:
            declared = self._named["simpleType", name]
            restriction = declared.find(f"{_XS}restriction")
            assert restriction is not None  # noqa: S101 - the schema has no lists and unions
            facets = {str(e.tag).removeprefix(_XS): str(e.get("value")) for e in restriction}
            self._simple[name] = Simple(
                base=self._text(str(restriction.get("base"))).base,
                name=name,
                longest=_whole(facets.get("maxLength")),
                shortest=_whole(facets.get("minLength")),
                least=facets.get("minInclusive"),
                most=facets.get("maxInclusive"),
                pattern=facets.get("pattern"),
                values=tuple(str(e.get("value")) for e in restriction.iter(f"{_XS}enumeration")),
                note=_note(declared),
            )
        return self._simple[name]

    def _complex(self, declared: etree._Element, name: str) -> Shape:
        extension = declared.find(f"{_XS}simpleContent/{_XS}extension")
        choice = declared.find(f"{_XS}choice")
        parts = next((e for e in (choice, declared.find(f"{_XS}sequence")) if e is not None), None)
        children = {child.name: child for child in self._children(parts)} if parts is not None else {}
        attributes = {
            str(a.get("name")): Attribute(
                str(a.get("name")), self._text(str(a.get("type"))), a.get("use") == "required"
            )
            for a in (declared if extension is None else extension).iterfind(f"{_XS}attribute")
        }
        clash = set(attributes) & {*children, TEXT}
        if clash:
            raise ValueError(f"{name}: {sorted(clash)} would be two things under one key")
        return Shape(
            name=name,
            children=children,
            attributes=attributes,
            text=None if extension is None else self._text(str(extension.get("base"))),
            choice=choice is not None,
            note=_note(declared),
        )

    def _children(self, parts: etree._Element) -> list[Child]:
        found: list[Child] = []
        for part in parts:
            if part.tag == f"{_XS}group":
                sequence = self._named["group", str(part.get("ref"))].find(f"{_XS}sequence")
                assert sequence is not None  # noqa: S101 - the schema's groups are sequences
                found += self._children(sequence)
            elif part.tag == f"{_XS}element":
                found.append(
                    Child(
                        name=str(part.get("name")),
                        type=self._type(str(part.get("type"))),
                        required=part.get("minOccurs", "1") != "0" and parts.tag != f"{_XS}choice",
                        many=part.get("maxOccurs", "1") != "1",
                    )
                )
        return found


def _whole(text: str | None) -> int | None:
    return None if text is None else int(text)


def _note(declared: etree._Element) -> str:
    return declared.findtext(f"{_XS}annotation/{_XS}documentation") or ""
