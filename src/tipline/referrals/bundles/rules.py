"""data/bundles.toml: what is proposed as one bundle."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tipline.core.datafile import About, Strict, load_toml


class BundleRule(Strict):
    """One way in which reports are one matter."""

    id: Literal["repeat", "batch", "file", "account"]
    title: Annotated[str, Field(min_length=1, max_length=60)]
    sentence: Annotated[str, Field(min_length=1, max_length=120)]
    least: Annotated[int, Field(ge=2, le=1000)]


class BundleRules(Strict):
    """The whole file."""

    about: About
    rule: tuple[BundleRule, ...]

    @model_validator(mode="after")
    def _once(self) -> BundleRules:
        if len({one.id for one in self.rule}) != len(self.rule):
            raise ValueError("rule: each id stands once")
        return self


# Read when the code is loaded: a wrong file stops the start.
BUNDLES = load_toml(Path(__file__).parent / "data" / "bundles.toml", BundleRules)
