"""Every table that names a case, found from the models: what another room adds comes along by itself, or is left out with a reason."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Field, Model, Q, QuerySet

from tipline.investigation.cases.models import Case
from tipline.trust.accounts.models import User

# Tables, or all tables of an app, that name a case and are not exported, and why. A test holds this against the models.
EXCLUDED: dict[str, str] = {
    "safeguarding": "what is written of the children of the case, of their safety and of their support stands on one page of Tipline, "
    "for those who need to know, and in no file",
}
# Columns that are not exported, whatever table has them, and why.
EXCLUDED_COLUMNS: dict[str, str] = {
    "storage_key": "where a sealed copy lies; a file of a case leads to no media",
}
# Columns of which size and SHA-256 are exported and not the bytes (`plain`), and why.
TOLD_ONLY: dict[str, str] = {
    "replies_replyfile.body": "the files that companies sent stay in Tipline as they came; here stand their sizes and SHA-256",
}
_CHUNK_ROWS = 2_000
_LARGEST_BINARY = 64  # a hash; anything larger is told by its size and SHA-256


@dataclass(frozen=True, slots=True)
class CaseTable:
    """A table of the export: its name, its columns, and by which of them its rows belong to a case."""

    name: str
    model: type[Model]
    paths: tuple[str, ...]

    @property
    def columns(self) -> list[str]:
        """Heads of the columns, in the order of the model; who did something is told by name and address too."""
        return [head for field in self._fields for head in _heads(field)]

    @property
    def _fields(self) -> list[Field[Any, Any]]:
        return [f for f in self.model._meta.concrete_fields if f.name not in EXCLUDED_COLUMNS]

    def rows(self, case: Case, people: dict[int, str]) -> Iterator[list[Any]]:
        """The rows of a case in the order of their ids, as plain values, read a few thousand at a time."""
        fields = self._fields
        names = [field.attname for field in fields]
        for row in self.of(case).values_list(*names).iterator(chunk_size=_CHUNK_ROWS):
            yield [plain for field, value in zip(fields, row, strict=True) for plain in _values(field, value, people)]

    def of(self, case: Case) -> QuerySet[Any]:
        """The rows of a case."""
        wanted = Q()
        for path in self.paths:
            wanted |= Q(**{path: case})
        return self.model._default_manager.filter(wanted).order_by("pk")


def naming_a_case() -> dict[type[Model], tuple[str, ...]]:
    """Every model that names a case, directly or by one that does, and the paths that lead there."""
    models = [m for m in apps.get_models(include_auto_created=True) if m is not Case and m._meta.managed]
    direct = {m: tuple(f.name for f in _keys(m) if f.related_model is Case) for m in models}
    found = {m: paths for m, paths in direct.items() if paths}
    for model in models:
        if model not in found:
            hops = tuple(
                f"{f.name}__{path}"
                for f in _keys(model)
                if f.related_model is not model
                for path in direct.get(f.related_model, ())  # type: ignore[arg-type]
            )
            if hops:
                direct[model] = ()
                found[model] = hops
    return found


def _keys(model: type[Model]) -> list[Field[Any, Any]]:
    return [f for f in model._meta.concrete_fields if f.is_relation]


def why_excluded(model: type[Model]) -> str:
    """The reason why a table is left out; empty: it is exported."""
    return EXCLUDED.get(model._meta.label) or EXCLUDED.get(model._meta.app_label, "")


def case_tables() -> list[CaseTable]:
    """The tables of the export, by name."""
    found = [
        CaseTable(model._meta.db_table, model, paths)
        for model, paths in naming_a_case().items()
        if not why_excluded(model)
    ]
    return sorted(found, key=lambda table: table.name)


def left_out() -> list[tuple[str, str]]:
    """Tables that name a case and are left out, and why."""
    return sorted((m._meta.db_table, why_excluded(m)) for m in naming_a_case() if why_excluded(m))


def left_out_by_reason() -> list[tuple[str, list[str]]]:
    """All that is left out or only told, tables and columns, by the reason why: for people who read the file."""
    found: dict[str, list[str]] = {}
    for name, why in [*left_out(), *EXCLUDED_COLUMNS.items(), *TOLD_ONLY.items()]:
        found.setdefault(why, []).append(name)
    return list(found.items())


def _heads(field: Field[Any, Any]) -> list[str]:
    return [field.attname, field.name] if field.related_model is User else [field.attname]


def _values(field: Field[Any, Any], value: Any, people: dict[int, str]) -> list[Any]:
    if field.related_model is User:
        return [value, people.get(value, "") if value is not None else None]
    return [plain(value)]


def plain(value: Any) -> Any:
    """A value as JSON has it. Bytes are written in hex when they are a hash, and else told by size and SHA-256 only."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, bytes | memoryview):
        body = bytes(value)
        if len(body) <= _LARGEST_BINARY:
            return body.hex()
        return {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    return value
