"""A report whose every text names a child: written from the door's own schema, so that an element added there is in it too."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from lxml import etree

CANARY = "Zarinabanu"  # the child's first name, and part of everything else
_XS = "{http://www.w3.org/2001/XMLSchema}"
_VALUES = {
    "boolean": "false", "dateTime": "2026-01-05T10:15:00Z", "date": "2012-03-04", "integer": "7", "double": "1.5", "Age": "40",
    "Port": "50112", "ReportNumber": "7", "Latitude": "1.5", "Longitude": "2.5", "CallingCode": "+91", "Extension": "12",
    "AddressText": "192.0.2.11",
}  # fmt: skip
_BY_NAME = {
    "email": f"{CANARY}@mail.example", "emailAddress": f"{CANARY}.k@mail.example", "firstName": CANARY, "screenName": f"{CANARY}_77",
    "url": f"https://pictogram.example/{CANARY}/1", "profileUrl": f"https://pictogram.example/{CANARY}",
    "originalFileName": f"{CANARY}_1.png", "locationOfFile": f"https://pictogram.example/{CANARY}/1.png",
}  # fmt: skip


class _Schema:
    def __init__(self) -> None:
        path = files("tipline.intake.cybertipline") / "schema" / "cybertipline.xsd"
        self.root = etree.fromstring(path.read_bytes())
        self.named = {(e.tag, e.get("name")): e for e in self.root if isinstance(e.tag, str)}

    def element(self, declared: etree._Element, path: tuple[str, ...]) -> etree._Element:
        """One element, filled in as its type says."""
        name = declared.get("name", "")
        made = etree.Element(name)
        inline = declared.find(f"{_XS}complexType")
        kind = (declared.get("type") or "").removeprefix("xs:")
        complex_type = inline if inline is not None else self.named.get((f"{_XS}complexType", kind))
        if complex_type is None:
            made.text = self.text(kind, name, path)
            return made
        self.fill(made, complex_type, (*path, name))
        return made

    def fill(self, made: etree._Element, declared: etree._Element, path: tuple[str, ...]) -> None:
        for part in declared:
            match etree.QName(part).localname if isinstance(part.tag, str) else "":
                case "sequence":
                    self.fill(made, part, path)
                case "choice":
                    made.append(self.element(next(e for e in part if isinstance(e.tag, str)), path))
                case "group":
                    self.fill(made, self.named[f"{_XS}group", part.get("ref")], path)
                case "element":
                    for filled in self.each(part, path):
                        made.append(filled)
                case "simpleContent":
                    extension = part.find(f"{_XS}extension")
                    assert extension is not None
                    made.text = self.text((extension.get("base") or "").removeprefix("xs:"), path[-1], path)
                    self.fill(made, extension, path)
                case "attribute":
                    kind = (part.get("type") or "").removeprefix("xs:")
                    made.set(part.get("name", ""), self.text(kind, part.get("name", ""), path))

    def each(self, declared: etree._Element, path: tuple[str, ...]) -> Iterator[etree._Element]:
        """An element once; one that is a choice, once for each of the things that it may be."""
        choice = self.root.find(f"{_XS}complexType[@name='{declared.get('type')}']/{_XS}choice")
        if choice is None:
            yield self.element(declared, path)
            return
        for one in choice.iterfind(f"{_XS}element"):
            made = etree.Element(declared.get("name", ""))
            made.append(self.element(one, (*path, declared.get("name", ""))))
            yield made

    def text(self, kind: str, name: str, path: tuple[str, ...]) -> str:
        simple = self.named.get((f"{_XS}simpleType", kind))
        listed = simple.find(f".//{_XS}enumeration") if simple is not None else None
        if listed is not None:
            return listed.get("value", "")
        if name in {"age", "approximateAge"}:
            return "12" if "victim" in path else "40"
        if kind in _VALUES:
            return _VALUES[kind]
        longest = simple.find(f".//{_XS}maxLength") if simple is not None else None
        text = _BY_NAME.get(name, f"{name} of {CANARY}, {CANARY}")
        return text if longest is None or len(text) <= int(longest.get("value", "0")) else CANARY


def canary_report() -> bytes:
    """A `report` document with every element that the schema has, each text of it naming the child."""
    schema = _Schema()
    root = schema.element(schema.named[f"{_XS}element", "report"], ())
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def canary_details(report_id: int, file_id: str) -> bytes:
    """A `fileDetails` document in the same way."""
    schema = _Schema()
    root = schema.element(schema.named[f"{_XS}element", "fileDetails"], ())
    for name, value in (("reportId", str(report_id)), ("fileId", file_id)):
        found = root.find(name)
        assert found is not None
        found.text = value
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
