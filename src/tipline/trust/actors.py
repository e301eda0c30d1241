"""Who does something: a person, a provider, or the software itself. Every write names one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """The three sorts of doer the audit log knows."""

    PERSON = "person"
    PROVIDER = "provider"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """A doer: its kind, its id within that kind, a label fit for the log, and its agency, if it has one."""

    kind: ActorKind
    id: int | None
    label: str
    agency_id: int | None = None


def system(part: str) -> Actor:
    """The software acting by itself; `part` says which: `pipeline`, `cli`, `standing-rule`."""
    return Actor(ActorKind.SYSTEM, None, part)
