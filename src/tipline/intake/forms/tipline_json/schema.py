"""The JSON Schema (2020-12) of the form, made from the XSD. It tells a client all it can; the XSD has the last word on texts."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from tipline.intake.forms.model import TEXT, Attribute, Child, Shape, Simple, root_shape
from tipline.intake.forms.tipline_json import FILES, KEY, LONGEST_KEY, MOST_FILES, stated_shape

DIALECT = "https://json-schema.org/draft/2020-12/schema"
REPORT, STATED, DETAILS = "CyberTiplineReport", "StatedFile", "FileDetails"
# what XML cannot hold
_HOLDABLE = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\ufffe\\uffff]*$"
# a day that there is, leap years with it
_DAY = (
    "(?:[12][0-9]{3}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    "|(?:[12][0-9](?:0[48]|[2468][048]|[13579][26])|(?:[2][048]|[1][26])00)-02-29)"
)
_ZONE = "(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9])?"
_DIGITS = 15
# numbers as text, by the most that they may be
_WITHIN = {
    "150": "(?:[0-9]{1,2}|1[0-4][0-9]|150)",
    "65535": "(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])",
    "90": "-?(?:[0-8]?[0-9](?:[.][0-9]{1,9})?|90)",
    "180": "-?(?:(?:1[0-7][0-9]|[0-9]{1,2})(?:[.][0-9]{1,9})?|180)",
}
# the rules that the XSD cannot say (`parse_file_details`)
_SUPPLEMENTAL = [
    {
        "not": {
            "required": ["fileRelevance", key],
            "properties": {"fileRelevance": {"const": "Supplemental Reported"}, **rule},
        }
    }
    for key, rule in (
        ("industryClassification", {}),
        (
            "fileAnnotations",
            {"fileAnnotations": {"required": ["potentialMeme"], "properties": {"potentialMeme": {"const": True}}}},
        ),
    )
]
# the types of XML Schema that are used as they are
_UNNAMED = {
    "string": "Text",
    "boolean": "Boolean",
    "integer": "Integer",
    "double": "Double",
    "dateTime": "DateTime",
    "date": "Date",
}
_PATTERNS = {
    "dateTime": f"^{_DAY}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{{1,9}})?{_ZONE}$",
    "date": f"^{_DAY}{_ZONE}$",
}


def definitions(reference: str = "#/$defs/") -> dict[str, Any]:
    """The schemas of the report, of a stated file, of a file's details, and of all that they are made of, by name.

    `reference`: what stands before a name in a `$ref`.
    """
    made = _Definitions(reference)
    made.add(Shape(REPORT, root_shape("report").children, root_shape("report").attributes))
    made.add(stated_shape())
    stated = made.found[STATED]
    stated["allOf"] = _SUPPLEMENTAL
    told = {name: rule for name, rule in stated["properties"].items() if name != "sizeBytes"}
    made.found[DETAILS] = {**stated, "properties": told, "description": "What is said of an uploaded file."}
    made.found[REPORT]["properties"] |= {
        FILES: {
            "type": "array", "maxItems": MOST_FILES, "items": {"$ref": f"{reference}{STATED}"},
            "description": "Files that are described and not uploaded.",
        },
        KEY: {
            "type": "string", "maxLength": LONGEST_KEY, "pattern": "^[ -~]*$",
            "description": "The same key with the same report is the same report; with another it is refused.",
        },
    }  # fmt: skip
    made.found[REPORT]["description"] = "A whole report. The order of keys means nothing."
    return dict(sorted(made.found.items()))


@lru_cache(maxsize=1)
def report_schema() -> dict[str, Any]:
    """The schema of one report, whole in itself."""
    found = definitions()
    report = found.pop(REPORT)
    return {"$schema": DIALECT, "title": "Tipline JSON report", **report, "$defs": found}


class _Definitions:
    """Collects the schemas of shapes by their names."""

    def __init__(self, reference: str) -> None:
        self._reference = reference
        self.found: dict[str, dict[str, Any]] = {}

    def add(self, shape: Shape) -> dict[str, str]:
        """Define a shape, and return how it is referred to."""
        if shape.name not in self.found:
            self.found[shape.name] = {}  # so that a shape inside itself ends
            self.found[shape.name] = self._shape(shape)
        return {"$ref": f"{self._reference}{shape.name}"}

    def _shape(self, shape: Shape) -> dict[str, Any]:
        keys = {name: self._simple(one.type) for name, one in shape.attributes.items()}
        parts: list[Attribute | Child] = [*shape.attributes.values(), *shape.children.values()]
        needed = [one.name for one in parts if one.required]
        if shape.text is not None:
            keys[TEXT], needed = self._simple(shape.text), [TEXT, *needed]
        keys |= {name: self._child(child) for name, child in shape.children.items()}
        whole: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": keys}
        if needed:
            whole["required"] = needed
        if shape.choice:
            whole |= {"minProperties": 1, "maxProperties": 1}
        if shape.text is not None and not any(one.required for one in shape.attributes.values()):
            whole = {"anyOf": [self._simple(shape.text), whole]}
        return {"description": shape.note, **whole} if shape.note else whole

    def _child(self, child: Child) -> dict[str, Any]:
        if isinstance(child.type, Simple):
            one = self._simple(child.type)
        elif child.type.flag:
            one = {"type": "boolean", "description": "true: yes; false is as if it were left out"}
        else:
            one = self.add(child.type)
        if not child.many:
            return one
        return {"type": "array", "items": one, **({"minItems": 1} if child.required else {})}

    def _simple(self, simple: Simple) -> dict[str, Any]:
        name = simple.name or _UNNAMED[simple.base]
        if name not in self.found:
            rule = self._rule(simple)
            self.found[name] = {"description": simple.note, **rule} if simple.note else rule
        return {"$ref": f"{self._reference}{name}"}

    def _rule(self, simple: Simple) -> dict[str, Any]:
        if simple.values:
            return {"type": "string", "enum": list(simple.values)}
        match simple.base:
            case "boolean":
                return {"anyOf": [{"type": "boolean"}, {"type": "string", "enum": ["true", "false", "1", "0"]}]}
            case "integer" | "double":
                return self._number(simple)
            case "dateTime" | "date":
                return {"type": "string", "pattern": _PATTERNS[simple.base]}
        text: dict[str, Any] = {"type": "string", "pattern": f"^{simple.pattern}$" if simple.pattern else _HOLDABLE}
        if simple.longest is not None:
            text["maxLength"] = simple.longest
        if simple.shortest is not None:
            text["minLength"] = simple.shortest
        return text

    def _number(self, simple: Simple) -> dict[str, Any]:
        number: dict[str, Any] = {"type": "integer" if simple.base == "integer" else "number"}
        for facet, limit in (("minimum", simple.least), ("maximum", simple.most)):
            if limit is not None:
                number[facet] = int(limit)
        pattern = _WITHIN.get(simple.most or "", f"[0-9]{{1,{_DIGITS}}}")
        return {"anyOf": [number, {"type": "string", "pattern": f"^{pattern}$"}]}
