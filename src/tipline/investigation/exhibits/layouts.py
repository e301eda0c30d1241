"""Layouts of forensic tools' tables, as cited data: which column holds which hash. One file a tool; an agency may save its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, get_args

from django.db import transaction
from pydantic import Field, model_validator

from tipline.core.clock import now
from tipline.core.datafile import About, Strict, load_toml
from tipline.core.errors import InvalidInputError, NotPermittedError
from tipline.investigation.exhibits.hashes import Algorithm
from tipline.investigation.exhibits.models import HashLayout
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, may

DATA = Path(__file__).parent / "data" / "layouts"
FieldName = Literal["md5", "sha1", "sha256", "sha512", "name", "size", "category"]
FIELDS: tuple[FieldName, ...] = get_args(FieldName)
HASHES = frozenset(Algorithm.values)
Head = Annotated[str, Field(min_length=1, max_length=100)]


class Layout(Strict):
    """One tool's table.

    Parameters
    ----------
    order
        which layout is tried first, where several fit: the smallest.
    needs
        heads that a table of this tool has; all of them.
    columns
        field → heads that it may have, the first that is there counts.
    """

    about: About
    name: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    order: int
    needs: tuple[Head, ...] = ()
    columns: dict[FieldName, tuple[Head, ...]]

    @model_validator(mode="after")
    def _has_a_hash(self) -> Layout:
        if not HASHES & set(self.columns):
            raise ValueError("a layout needs the column of a hash")
        return self


@dataclass(frozen=True, slots=True)
class Fit:
    """A layout laid on a table: its name and version, and field → number of the column."""

    title: str
    columns: Mapping[str, int]


@lru_cache(maxsize=1)
def layouts() -> tuple[Layout, ...]:
    """All layouts that come with Tipline, in the order in which they are tried."""
    found = [load_toml(path, Layout) for path in sorted(DATA.glob("*.toml"))]
    return tuple(sorted(found, key=lambda layout: (layout.order, layout.name)))


def fold(head: str) -> str:
    """A head as it is compared: case, white space and the marks `-_()` do not count."""
    return "".join(c for c in head.strip().strip("\ufeff").casefold() if not c.isspace() and c not in "-_()")


def fit(heads: Sequence[str], own: Sequence[HashLayout] = ()) -> Fit | None:
    """The layout that fits a row of heads, an agency's own before those that come with Tipline; None when none does."""
    places: dict[str, int] = {}
    for number, head in enumerate(heads):
        if head.strip():
            places.setdefault(fold(head), number)
    for saved in own:
        if all(fold(head) in places for head in saved.columns.values()):
            return Fit(f"own: {saved.name}", {f: places[fold(head)] for f, head in saved.columns.items()})
    for layout in layouts():
        if all(fold(head) in places for head in layout.needs):
            columns: dict[str, int] = {
                name: next(places[fold(head)] for head in options if fold(head) in places)
                for name, options in layout.columns.items()
                if any(fold(head) in places for head in options)
            }
            if HASHES & set(columns):
                return Fit(f"{layout.name} {layout.about.version}", columns)
    return None


@transaction.atomic
def save_layout(person: User, name: str, columns: Mapping[str, str]) -> HashLayout:
    """Keep an agency's own layout: field → head of its column. One with the same name is replaced.

    Raises
    ------
    NotPermittedError
        when the role writes in no case.
    InvalidInputError
        without a name, without a hash, or with a column named twice.
    """
    if not may(person, Can.WORK_CASES):
        raise NotPermittedError("your role saves no layouts")
    chosen = {field: head.strip() for field, head in columns.items() if field in FIELDS and head.strip()}
    if not name.strip() or len(name) > 60:
        raise InvalidInputError("a layout needs a name of 1 to 60 characters")
    if not HASHES & set(chosen):
        raise InvalidInputError("say which column holds a hash")
    if any(len(head) > 100 for head in chosen.values()):
        raise InvalidInputError("the head of a column has at most 100 characters")
    if len({fold(head) for head in chosen.values()}) != len(chosen):
        raise InvalidInputError("one column is named for two fields")
    made, _ = HashLayout.objects.update_or_create(
        agency_id=person.agency_id,
        name=name.strip(),
        defaults={"columns": chosen, "saved_at": now(), "saved_by": person},
    )
    record(person.actor, [Act("exhibit.layout_saved", "agency", person.agency.code, {"fields": sorted(chosen)})])
    return made
