"""What a CyberTipline document may hold, read from its schema: the elements in their order, what they hold, which may repeat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from tipline.intake.cybertipline.document import SCHEMA_FILE

_XS = "{http://www.w3.org/2001/XMLSchema}"


@dataclass(frozen=True, slots=True)
class Shape:
    """An element. `kind`: `text`, `flag`, `elements`, or a type of XML Schema such as `xs:dateTime`."""

    name: str
    kind: str
    required: bool
    repeats: bool
    children: tuple[Shape, ...]
    # name → type
    attributes: tuple[tuple[str, str], ...]

    def child(self, name: str) -> Shape | None:
        """The element of that name inside."""
        return next((child for child in self.children if child.name == name), None)

    def attribute(self, name: str) -> str | None:
        """The type of the attribute of that name."""
        return dict(self.attributes).get(name)


@lru_cache(maxsize=1)
def documents() -> dict[str, Shape]:
    """The two documents that a provider writes."""
    reader = _Schema(etree.parse(SCHEMA_FILE).getroot())
    return {name: reader.root(name) for name in ("report", "fileDetails")}


class _Schema:
    """Reads the part of XML Schema that ours uses."""

    def __init__(self, root: etree._Element) -> None:
        self._named = {(str(e.tag), e.get("name")): e for e in root}

    def root(self, name: str) -> Shape:
        element = self._named[f"{_XS}element", name]
        # a file is described by a document of its own, so that there may be several
        return self._element(element, required=name == "report", repeats=name == "fileDetails")

    def _element(self, element: etree._Element, *, required: bool, repeats: bool) -> Shape:
        inline = element.find(f"{_XS}complexType")
        kind = element.get("type", "")
        complex_type = inline if inline is not None else self._named.get((f"{_XS}complexType", kind))
        name = element.get("name", "")
        if complex_type is None:
            return Shape(name, self._base(kind), required, repeats, (), ())
        attributes = tuple(
            (a.get("name", ""), self._base(a.get("type", ""))) for a in complex_type.iter(f"{_XS}attribute")
        )
        extension = complex_type.find(f"{_XS}simpleContent/{_XS}extension")
        if extension is not None:
            return Shape(name, self._base(extension.get("base", "")), required, repeats, (), attributes)
        children = tuple(self._children(complex_type, optional=False))
        return Shape(name, "elements" if children or attributes else "flag", required, repeats, children, attributes)

    def _children(self, inside: etree._Element, *, optional: bool) -> Iterator[Shape]:
        for part in inside:
            if part.tag in {f"{_XS}sequence", f"{_XS}choice"}:
                yield from self._children(part, optional=optional or part.tag == f"{_XS}choice")
            elif part.tag == f"{_XS}group":
                yield from self._children(self._named[f"{_XS}group", part.get("ref")], optional=optional)
            elif part.tag == f"{_XS}element":
                required = not optional and part.get("minOccurs", "1") != "0"
                yield self._element(part, required=required, repeats=part.get("maxOccurs", "1") != "1")

    def _base(self, kind: str) -> str:
        """The built-in type below one of ours; any text is `text`."""
        while (simple := self._named.get((f"{_XS}simpleType", kind))) is not None:
            kind = simple[-1].get("base", "")
        return "text" if kind == "xs:string" else kind
