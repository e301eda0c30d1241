"""The lists that cases go by: what corroborates, and why a case is closed. Data files, read once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from tipline.core.datafile import About, Strict, load_toml
from tipline.core.errors import InvalidInputError

DATA = Path(__file__).parent / "data"
# The kinds of evidence there are (models.EvidenceKind); one that the file leaves out counts for nothing by itself.
KINDS = frozenset({"provider_reply", "device", "statement", "payment", "observation", "document", "other"})


class CountingKind(Strict):
    """A kind of evidence that counts, and with which others it counts as one."""

    kind: str
    group: Annotated[str, Field(min_length=1)]
    beyond_records: bool


class Corroboration(Strict):
    """What has to be listed about an account holder before anybody may propose them as a person of interest."""

    about: About
    needed: Annotated[int, Field(ge=1)]
    kinds: tuple[CountingKind, ...]

    @model_validator(mode="after")
    def _sense(self) -> Corroboration:
        named = [kind.kind for kind in self.kinds]
        if len(set(named)) != len(named) or not set(named) <= KINDS:
            raise ValueError("a kind stands twice, or is none of evidence")
        if len({kind.group for kind in self.kinds}) < self.needed:
            raise ValueError("more groups are needed than there are")
        return self

    def missing(self, kinds: Iterable[str]) -> str:
        """What is missing from pieces of these kinds, as a sentence; empty when they are enough."""
        by_kind = {kind.kind: kind for kind in self.kinds}
        counting = [by_kind[kind] for kind in kinds if kind in by_kind]
        groups = {kind.group for kind in counting}
        if not any(kind.beyond_records for kind in counting):
            return (
                "a subscriber record alone says who pays for a line, not who used it: list at least one other piece "
                "(a device, a statement, a payment, an observation, a document)"
            )
        if len(groups) < self.needed:
            return f"evidence of {self.needed} different kinds is needed; listed is only {', '.join(sorted(groups))}"
        return ""


class Reason(Strict):
    """Why a case is closed."""

    id: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
    label: str
    hint: str


class Closing(Strict):
    """All reasons for closing a case."""

    about: About
    reasons: tuple[Reason, ...]

    def reason(self, reason_id: str) -> Reason:
        """The reason of this id.

        Raises
        ------
        InvalidInputError
            when the list does not have it.
        """
        for reason in self.reasons:
            if reason.id == reason_id:
                return reason
        raise InvalidInputError("choose why the case is closed: " + ", ".join(reason.id for reason in self.reasons))


@lru_cache(maxsize=1)
def corroboration() -> Corroboration:
    """The rule in force."""
    return load_toml(DATA / "corroboration.toml", Corroboration)


@lru_cache(maxsize=1)
def closing() -> Closing:
    """The reasons in force."""
    return load_toml(DATA / "closing.toml", Closing)
