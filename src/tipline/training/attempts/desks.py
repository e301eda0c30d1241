"""How an attempt finds its trainee's own desk. `training.desk` says so when Django starts; without it there are no desks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tipline.core.errors import ConflictError


@dataclass(frozen=True, slots=True)
class Desks:
    """Where desks are.

    Parameters
    ----------
    agency_of
        the agency of an attempt's desk, by the attempt's id; None while there is none.
    address_of
        the page that opens the desk (or makes it first), by the attempt's id.
    """

    agency_of: Callable[[int], int | None]
    address_of: Callable[[int], str]


_known: list[Desks] = []


def known_by(desks: Desks) -> None:
    """Say where desks are."""
    _known[:] = [desks]


def agency_of(attempt_id: int) -> int:
    """The agency of an attempt's desk.

    Raises
    ------
    ConflictError
        when the trainee has not opened it yet.
    """
    agency = _known[0].agency_of(attempt_id) if _known else None
    if agency is None:
        raise ConflictError("your desk is not there yet: open it first")
    return agency


def address_of(attempt_id: int) -> str:
    """The page that opens the desk; empty where there are no desks."""
    return _known[0].address_of(attempt_id) if _known else ""
