"""Bodies of the endpoints as the OpenAPI description tells them."""

from __future__ import annotations

from typing import Any

from tipline.intake.forms.tipline_json.schema import REPORT, definitions
from tipline.intake.json_door.schemas import BatchLine

_REFERENCE = "#/components/schemas/"
_LINES = "application/x-ndjson"


def components() -> dict[str, Any]:
    """The schemas that bodies refer to."""
    line = BatchLine.model_json_schema(by_alias=True, ref_template=_REFERENCE + "{model}")
    line.pop("$defs")
    return {**definitions(_REFERENCE), BatchLine.__name__: line}


def body(media_types: dict[str, str | None]) -> dict[str, Any]:
    """A body that is one of these media types, each with the name of its schema if it has one."""
    content = {
        media: {"schema": {"$ref": _REFERENCE + name} if name else _other(media)} for media, name in media_types.items()
    }
    return {"requestBody": {"required": True, "content": content}}


def _other(media: str) -> dict[str, Any]:
    """A document whose form is described elsewhere."""
    return {"type": "object" if media.endswith("json") else "string", "description": "by the form's own specification"}


def lines() -> dict[str, Any]:
    """A batch and its answer: a document a line."""
    told = {"schema": {"type": "string", "description": f"one {BatchLine.__name__} a line"}}
    one = {"$ref": _REFERENCE + REPORT}
    taken = {"schema": {"type": "array", "items": one, "maxItems": 10_000, "description": "each on a line of its own"}}
    return {
        "requestBody": {"required": True, "content": {_LINES: taken}},
        "responses": {200: {"description": "OK", "content": {_LINES: told}}},
    }


def upload() -> dict[str, Any]:
    """A form with one file."""
    form = {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": form}}}}
