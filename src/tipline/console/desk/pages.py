"""Pages of a pile that is counted only so far: behind the last page that was counted there may be more, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")

PER_PAGE = 50
FURTHEST = (
    1_000  # pages; the way to what lies further takes longer than all else, and another order of the pile leads there
)


@dataclass(frozen=True, slots=True)
class PilePage(Generic[Row]):
    """One page, for the component `pagination`. `num_pages` were counted; `more`: there are further ones."""

    found: Sequence[Row]
    number: int
    num_pages: int
    more: bool
    has_next: bool

    @property
    def has_previous(self) -> bool:
        """Whether there is a page before this one."""
        return self.number > 1

    @property
    def next_page_number(self) -> int:
        """Its number, which may be behind the last one that was counted."""
        return self.number + 1

    @property
    def previous_page_number(self) -> int:
        """Its number."""
        return self.number - 1

    @property
    def paginator(self) -> PilePage[Row]:
        """Where the component asks how many pages there are."""
        return self


def page_at(read: Callable[[int, int], Sequence[Row]], counted: int, most: int, asked: str) -> PilePage[Row]:
    """The page that was asked for: the first where that is no number, the last one that was counted where there is none.

    Parameters
    ----------
    read
        the reports, or other rows, in these places of the pile, from and to.
    counted
        how many there are; more than `most` says that they were counted no further.
    """
    pages, more = max(1, -(-min(counted, most) // PER_PAGE)), counted > most
    number = max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 12 else 1
    if more and pages < number <= FURTHEST:
        found = read((number - 1) * PER_PAGE, number * PER_PAGE + 1)
        if found:
            return PilePage(found[:PER_PAGE], number, pages, more, len(found) > PER_PAGE)
    number = min(number, pages)
    found = read((number - 1) * PER_PAGE, number * PER_PAGE) if counted else []
    return PilePage(found, number, pages, more, number < pages or more)
