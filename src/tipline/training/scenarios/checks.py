"""Checks of what was done on a trainee's own desk: `training/desk/checks.py` registers them, tasks of the kind `desk` name them.

That module imports models inside its functions: the linter asks for the names without Django.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tipline.training.scenarios.worlds import World

# A sentence of `training/attempts/data/words_*.toml`, named without its `desk_says_`, and what stands in its places.
Reason = tuple[str, Mapping[str, str | int]]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a check found: how much of it is done, from 0 to 1, and sentences of why for the trainee."""

    share: float
    reasons: tuple[Reason, ...]


def because(share: float, name: str, **values: str | int) -> Shown:
    """What a check found, said in one sentence."""
    return Shown(share, ((name, values),))


# Given the trainee's agency on the range and their world.
Check = Callable[[int, World], Shown]
CHECKS: dict[str, Check] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Register a check under the name that a task's `answer` uses."""

    def registered(made: Check) -> Check:
        if name in CHECKS:
            raise ValueError(f"two checks are called {name!r}")
        CHECKS[name] = made
        return made

    return registered


def known_checks() -> Mapping[str, Check]:
    """Every check, by its name."""
    from tipline.training.desk import checks  # noqa: F401 - registers them

    return CHECKS
