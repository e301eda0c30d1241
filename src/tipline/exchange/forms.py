"""The forms of others in which a referral can be handed out, one folder each.

A folder beside this file that has `data/form.toml` has `FORMS`, and is found by being there: delete the folder, and Tipline hands out that
form no more. Every form is made of the record (`exchange.record`) alone, so that none of them says more than it: the same record, the same
bytes. What a form cannot say stands in its `form.toml`, and from there in docs/reference/forms-out/.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import uuid
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from pydantic import Field

from tipline.core.datafile import About, Strict, load_toml
from tipline.core.errors import InvalidInputError
from tipline.core.text import visible
from tipline.exchange.record.model import Named, Record, Someone

# documents as received, by the SHA-256 that the record gives for them; only where an agreement lets them travel
Bodies = Mapping[str, bytes]
NO_BODIES: Bodies = {}
# of everything that is named after what it is, so that it has the same name in every file: a random UUID, drawn once
_NAMES = uuid.UUID("2c4f1f0e-6f0b-4b51-8d0e-5b7f3d2a9c64")
_DATA = "data/form.toml"


class Mapped(Strict):
    """Where a part of the record stands in the form. `of` names the part by its path; a part names everything in it."""

    of: tuple[str, ...] = Field(min_length=1)
    becomes: str = Field(min_length=1)


class Lost(Strict):
    """What the form cannot say of parts of the record, or says in another way."""

    of: tuple[str, ...] = ()
    text: str = Field(min_length=1)


class Described(Strict):
    """What a form is. `checked_by`: with what Tipline's tests check it. `why`: why this version of the standard."""

    about: About
    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: str
    version: str
    media_type: str
    suffix: str = Field(pattern=r"^\.[a-z0-9.]+$")
    checked_by: str
    why: str
    mapping: tuple[Mapped, ...] = Field(min_length=1)
    losses: tuple[Lost, ...] = Field(min_length=1)


class Form(Protocol):
    """A form in which records go out."""

    @property
    def described(self) -> Described:
        """What its `form.toml` says."""

    def write(self, record: Record, bodies: Bodies = NO_BODIES) -> Iterator[bytes]:
        """The record in this form, piece by piece.

        Raises
        ------
        InvalidInputError
            when the form cannot say it at all, or a body is not what the record says.
        """


@lru_cache(maxsize=1)
def forms() -> tuple[Form, ...]:
    """All forms, by name."""
    here = Path(__file__).parent
    folders = sorted(one.name for one in pkgutil.iter_modules([str(here)]) if (here / one.name / _DATA).is_file())
    found = [form for folder in folders for form in importlib.import_module(f"{__package__}.{folder}").FORMS]
    return tuple(sorted(found, key=lambda form: form.described.name))


def form_named(name: str) -> Form:
    """The form of that name.

    Raises
    ------
    InvalidInputError
        naming those that there are.
    """
    found = next((form for form in forms() if form.described.name == name), None)
    if found is None:
        known = ", ".join(form.described.name for form in forms())
        raise InvalidInputError(f"{visible(name, 40)!r} is not a form that referrals go out in: {known}")
    return found


def description(module_file: str) -> Described:
    """What the folder of a form says of it."""
    return load_toml(Path(module_file).parent / _DATA, Described)


def named(*parts: object) -> uuid.UUID:
    """The name of what these parts say: the same for ever (UUID version 5)."""
    return uuid.uuid5(_NAMES, json.dumps([str(part) for part in parts]))


def as_json(value: Any) -> bytes:
    """JSON in ASCII: what hides or reorders text is written as its number, and no tool shows it otherwise than it is."""
    return json.dumps(value, indent=1, ensure_ascii=True, allow_nan=False).encode() + b"\n"


def of_child(one: Named | Someone) -> bool:
    """Whether it is a child's. The record masks that; forms that go to many say nothing of it at all."""
    return one.masked or one.child is not None or one.role == "victim"
