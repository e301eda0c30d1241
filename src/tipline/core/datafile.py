"""Cited data files: rules, law, weights, scenarios. Each says what it is, of which version, and where it is from."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tipline.core.errors import InvalidInputError


class Strict(BaseModel):
    """A model that refuses keys it does not know, and does not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class About(Strict):
    """The head of every data file."""

    title: str = Field(min_length=1)
    version: str = Field(min_length=1, max_length=20)
    source: str = Field(min_length=1)
    licence: str = Field(min_length=1)
    as_of: str = Field(pattern=r"^\d{4}-\d\d-\d\d$")
    note: str = ""


Model = TypeVar("Model", bound=BaseModel)


def load_toml(path: Path, model: type[Model]) -> Model:
    """Read a TOML file into its model.

    Raises
    ------
    InvalidInputError
        naming the file, the key and what is wrong with it.
    """
    read, faults = read_toml(path, model)
    if read is None:
        raise InvalidInputError(faults[0])
    return read


def read_toml(path: Path, model: type[Model]) -> tuple[Model | None, list[str]]:
    """Read a TOML file into its model, or say everything that is wrong with it: each fault names the file and the key."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        return None, [f"{path} cannot be read: {error.strerror}"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        return None, [f"{path.name} is not TOML: {error}"]
    try:
        return model.model_validate(raw), []
    except ValidationError as error:
        return None, [
            f"{path.name}, {'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()
        ]
