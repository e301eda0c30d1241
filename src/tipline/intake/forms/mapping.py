"""Between a document as XML and the same as JSON values, by one rule (docs/reference/json-report.md):

An element is a key, one that may stand more than once is a list. Attributes are keys too. An element of text is that text, or
`{"value": …}` with its attributes beside. A flag is `true`. Numbers and booleans are native or text. The order of keys means nothing.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

from tipline.core.text import visible
from tipline.intake.cybertipline.errors import WireError
from tipline.intake.doors.calls import Fault
from tipline.intake.forms import MOST_FAULTS_TOLD, FormError
from tipline.intake.forms.model import TEXT, Attribute, Child, Shape, Simple
from tipline.intake.forms.strict_json import Number

# what XML 1.0 cannot hold, lone surrogates with it
_UNHOLDABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NATIVE_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,14}")
_NATIVE_DOUBLE = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_WHOLE = re.compile(r"\.0+\Z")
_NUMBERS = {"integer": "a whole number", "double": "a number"}


# -- JSON to XML --------------------------------------------------------------------------------------------------------


def to_xml(value: Any, root: str, shape: Shape) -> etree._Element:
    """The element that a JSON value says. Names, lists and kinds are checked here; the schema checks the texts.

    Raises
    ------
    FormError
        naming each place at fault.
    """
    faults: list[Fault] = []
    element = etree.Element(root)
    if isinstance(value, dict):
        _fill(element, value, shape, "$", faults)
    else:
        faults.append(Fault("$", 0, "an object is expected"))
    if faults:
        raise FormError(faults)
    return element


def _fill(element: etree._Element, value: dict[str, Any], shape: Shape, path: str, faults: list[Fault]) -> None:
    """Write a shape's keys, in the schema's order."""
    for key in value:
        if len(faults) >= MOST_FAULTS_TOLD:
            return
        if key not in shape.children and key not in shape.attributes and not (shape.text and key == TEXT):
            known = ", ".join([*([TEXT] if shape.text else ()), *shape.attributes, *shape.children])
            faults.append(Fault(_key(path, key), 0, f"unknown key; known are {known or 'none'}", "unknown_element"))
    for attribute in shape.attributes.values():
        _attribute(element, value, attribute, path, faults)
    if shape.text is not None:
        if TEXT not in value:
            faults.append(Fault(_key(path, TEXT), 0, "is missing"))
        else:
            element.text = _text(value[TEXT], shape.text, _key(path, TEXT), faults)
    if shape.choice and len(value.keys() & shape.children.keys()) != 1:
        faults.append(Fault(path, 0, f"exactly one key is expected: {', '.join(shape.children)}"))
    for child in shape.children.values():
        if child.name in value:
            _children(element, value[child.name], child, _key(path, child.name), faults)
        elif child.required:
            faults.append(Fault(_key(path, child.name), 0, "is missing"))


def _attribute(
    element: etree._Element, value: dict[str, Any], attribute: Attribute, path: str, faults: list[Fault]
) -> None:
    where = _key(path, attribute.name)
    if attribute.name in value:
        element.set(attribute.name, _text(value[attribute.name], attribute.type, where, faults))
    elif attribute.required:
        faults.append(Fault(where, 0, "is missing"))


def _children(element: etree._Element, value: Any, child: Child, path: str, faults: list[Fault]) -> None:
    if not child.many:
        _child(element, value, child, path, faults)
    elif not isinstance(value, list):
        faults.append(Fault(path, 0, "a list is expected"))
    elif child.required and not value:
        faults.append(Fault(path, 0, "must not be empty"))
    else:
        for index, one in enumerate(value):
            if len(faults) >= MOST_FAULTS_TOLD:
                return
            _child(element, one, child, f"{path}[{index}]", faults)


def _child(parent: etree._Element, value: Any, child: Child, path: str, faults: list[Fault]) -> None:
    match child.type:
        case Simple() as simple:
            etree.SubElement(parent, child.name).text = _text(value, simple, path, faults)
        case Shape(flag=True):
            if not isinstance(value, bool):
                faults.append(Fault(path, 0, "true is expected"))
            elif value:
                etree.SubElement(parent, child.name)
        case Shape() as shape if isinstance(value, dict):
            _fill(etree.SubElement(parent, child.name), value, shape, path, faults)
        case Shape(text=Simple()) as shape:
            _fill(etree.SubElement(parent, child.name), {TEXT: value}, shape, path, faults)
        case Shape():
            faults.append(Fault(path, 0, "an object is expected"))


def _text(value: Any, simple: Simple, path: str, faults: list[Fault]) -> str:
    match value:
        case Number() if simple.base in _NUMBERS:
            # to JSON 400 and 400.0 are one whole number
            return _WHOLE.sub("", value) if simple.base == "integer" else value
        case bool() if simple.base == "boolean":
            return "true" if value else "false"
        case str() if not isinstance(value, Number):
            if bad := _UNHOLDABLE.search(value):
                faults.append(Fault(path, 0, f"the character U+{ord(bad[0]):04X} cannot be kept"))
                return ""
            return value
    wanted = {"boolean": "true or false", **_NUMBERS}.get(simple.base, "a text in quotes")
    faults.append(Fault(path, 0, f"{wanted} is expected"))
    return ""


def _key(path: str, key: str) -> str:
    return f"{path}.{key}" if key.isidentifier() else f"{path}[{json.dumps(visible(key, 60), ensure_ascii=False)}]"


# -- XML to JSON --------------------------------------------------------------------------------------------------------


def to_json(element: etree._Element, shape: Shape) -> dict[str, Any]:
    """What a valid document says, as JSON values: the inverse of `to_xml`."""
    said: dict[str, Any] = {}
    if shape.text is not None:
        said[TEXT] = _native(element.text or "", shape.text)
    for name, attribute in shape.attributes.items():
        if name in element.attrib:
            said[name] = _native(element.get(name, ""), attribute.type)
    for one in element.iterchildren("*"):
        child = shape.children[str(one.tag)]
        value = _value(one, child.type)
        if child.many:
            said.setdefault(child.name, []).append(value)
        else:
            said[child.name] = value
    return said


def _value(element: etree._Element, kind: Simple | Shape) -> Any:
    if isinstance(kind, Simple):
        return _native(element.text or "", kind)
    if kind.flag:
        return True
    if kind.text is not None and not element.attrib:
        return _native(element.text or "", kind.text)
    return to_json(element, kind)


def _native(text: str, simple: Simple) -> Any:
    """A text as a JSON value, native where that would be written as the same text again."""
    match simple.base:
        case "boolean" if text in {"true", "false"}:
            return text == "true"
        case "integer" if _NATIVE_INTEGER.fullmatch(text):
            return int(text)
        case "double" if _NATIVE_DOUBLE.fullmatch(text):
            number = float(text)
            return number if math.isfinite(number) and json.dumps(number) == text else text
    return text


# -- faults of the schema -----------------------------------------------------------------------------------------------

_STEP = re.compile(r"([^/\[\]]+)(?:\[([0-9]+)\])?")
_OF_ATTRIBUTE = re.compile(r"attribute ([A-Za-z]+): ")


def form_error(refusal: WireError, value: Mapping[str, Any], shape: Shape, at: str = "$") -> FormError:
    """The refusal of a document that was made of a JSON value, in the value's own paths."""
    faults = refusal.faults or (Fault("", 0, str(refusal)),)
    return FormError([_translated(fault, value, shape, at) for fault in faults])


def _translated(fault: Fault, value: Any, shape: Simple | Shape, at: str) -> Fault:
    path, rule = at, fault.rule
    for name, index in _STEP.findall(fault.path)[1:]:
        child = shape.children.get(name) if isinstance(shape, Shape) else None
        if child is None or not isinstance(value, Mapping):
            break
        path, value, shape = _key(path, name), value.get(name), child.type
        if child.many and isinstance(value, list):
            number = int(index or 1) - 1
            path, value = f"{path}[{number}]", value[number] if number < len(value) else None
    if of_attribute := _OF_ATTRIBUTE.match(rule):
        path, rule = _key(path, of_attribute[1]), rule[of_attribute.end() :]
    elif isinstance(shape, Shape) and shape.text is not None and isinstance(value, Mapping):
        path = _key(path, TEXT)
    return Fault(path, 0, rule, fault.kind)
