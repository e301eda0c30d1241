"""What goes one day, and since when that is said: the face's promise to programs. docs/reference/api-deprecation.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.http.response import HttpResponseBase
from django.utils.http import http_date

NOTICE = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Deprecated:
    """An operation that goes: since when that is said, when it goes, and what to call instead."""

    since: date
    sunset: date
    instead: str


# "GET /api/v1/…" as the description writes it → its notice. Whoever adds one gives a year.
DEPRECATED: dict[str, Deprecated] = {}


def noted(response: HttpResponseBase, operation: str, among: Mapping[str, Deprecated] = DEPRECATED) -> HttpResponseBase:
    """An answer of a deprecated operation says so in its headers (RFC 9745, RFC 8594)."""
    notice = among.get(operation)
    if notice is not None:
        response["Deprecation"] = f"@{int(_midnight(notice.since).timestamp())}"
        response["Sunset"] = http_date(_midnight(notice.sunset).timestamp())
    return response


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def allowed_to_go(gone: str, today: date | None = None, among: Mapping[str, Deprecated] = DEPRECATED) -> bool:
    """Whether something that `lost` names belongs to an operation whose day has come."""
    notice = next((notice for operation, notice in among.items() if gone.startswith(operation)), None)
    return notice is not None and (today or datetime.now(UTC).date()) >= notice.sunset


def lost(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What a description no longer promises, in words: operations, parameters, fields of answers; and what it demands anew."""
    found: list[str] = []
    for path, methods in before["paths"].items():
        for method, operation in methods.items():
            name = f"{method.upper()} {path}"
            now = after["paths"].get(path, {}).get(method)
            if now is None:
                found.append(name)
                continue
            found += [f"{name}: {what}" for what in _operation(operation, now)]
    for name, schema in before["components"]["schemas"].items():
        now = after["components"]["schemas"].get(name)
        if now is None:
            found.append(f"schema {name}")
        else:
            found += [f"schema {name}: {what}" for what in _schema(schema, now)]
    return found


def _operation(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    if before.get("operationId") != after.get("operationId"):
        return ["another operationId, which clients call it by"]
    had, has = ({(p["in"], p["name"]): p for p in one.get("parameters", ())} for one in (before, after))
    found = [f"parameter {name}" for where, name in had if (where, name) not in has]
    found += [f"demands {name}" for key, p in has.items() if p.get("required") and key not in had for name in [key[1]]]
    successes = [status for status in before["responses"] if status.startswith("2")]
    return found + [f"status {status}" for status in successes if status not in after["responses"]]


def _schema(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    had, has = before.get("properties", {}), after.get("properties", {})
    found = [f"field {name}" for name in had if name not in has]
    found += [
        f"field {name} is of another type"
        for name in had
        if name in has and _kinds(had[name]) and not _kinds(had[name]) <= _kinds(has[name])
    ]
    return found + [
        f"demands {n}" for n in after.get("required", ()) if n not in before.get("required", ()) and n not in had
    ]


def _kinds(schema: Mapping[str, Any]) -> set[str]:
    """The types that a field can have, by name."""
    if "$ref" in schema:
        return {str(schema["$ref"])}
    if "anyOf" in schema or "allOf" in schema:
        return {kind for one in (*schema.get("anyOf", ()), *schema.get("allOf", ())) for kind in _kinds(one)}
    return {str(schema["type"])} if "type" in schema else set()
