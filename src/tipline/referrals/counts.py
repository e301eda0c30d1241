"""Counts of what an agency holds and held: each figure has a name, a sentence that says what it counts, and a value.

Whoever sees no reports gets no small numbers either: one to four are told as "fewer than five", since a number of one, a month and
a district can be a child. A table with a single hidden part would give it away by subtraction, so its next smallest part is hidden
too, and so is a sum of which a part is hidden. This keeps a number from being read off; it does not hold against
somebody who compares tables of many days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from tipline.core.errors import NotFoundError
from tipline.trust.agencies.models import Agency
from tipline.trust.visibility import Scope

SMALLEST_TOLD = 5


@dataclass(frozen=True, slots=True)
class Part:
    """One number of a figure.

    `value` is None where it is hidden (`small`: because it is one to four; otherwise because it would give a small one away)
    or where there is nothing to tell.
    """

    key: str
    label: str
    value: float | None
    small: bool = False
    hidden: bool = False

    @property
    def text(self) -> str:
        """The number as it is written."""
        if self.small:
            return f"<{SMALLEST_TOLD}"
        if self.hidden:
            return "withheld"
        if self.value is None:
            return "–"
        return f"{self.value:.1f}" if self.key in {"median", "share"} else f"{self.value:,.0f}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: its name, the sentence that defines it, and its parts in order."""

    name: str
    label: str
    definition: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """All figures of one agency. `suppressed`: small numbers are hidden in them."""

    agency: Agency
    suppressed: bool
    figures: tuple[Figure, ...]


_STANDS = {
    "waiting": "Waiting at this desk",
    "accepted": "Accepted into a case",
    "sent_on": "Sent on to another desk",
    "returned": "Back with the desk above: returned, or recalled by it",
}


def countable(scope: Scope) -> list[Agency]:
    """The agencies of which somebody may see counts, in order of code."""
    agencies = Agency.objects.order_by("code")
    return list(agencies if scope.everything else agencies.filter(pk__in=scope.count_agency_ids))


def counts_of(scope: Scope, code: str, *, suppressed: bool) -> Counts:
    """The counts of one agency, inside `acting(scope)`: PostgreSQL counts for the agencies of that scope and no other.

    Parameters
    ----------
    suppressed
        hide small numbers: for who may not see the reports (who may can count them).

    Raises
    ------
    NotFoundError
        when there is no such agency, or its counts are not in scope.
    """
    agency = next((one for one in countable(scope) if one.code == code), None)
    if agency is None:
        raise NotFoundError(f"there are no counts of {code[:40]!r}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT figure, part, value FROM tipline_counts(%s)", [agency.pk])
        found = cursor.fetchall()
    held = {part: int(value) for figure, part, value in found if figure == "held"}
    months = {part: int(value) for figure, part, value in sorted(found) if figure == "month"}
    days = next((value for figure, _, value in found if figure == "days"), None)
    return Counts(agency, suppressed, _figures(held, months, days, suppressed=suppressed))


def _figures(
    held: dict[str, int], months: dict[str, int], days: float | None, *, suppressed: bool
) -> tuple[Figure, ...]:
    stands = parts_of_table([(key, label, held.get(key, 0)) for key, label in _STANDS.items()], suppressed=suppressed)
    by_key = {part.key: part for part in stands}
    ever = sum(held.values())
    now = _sum("now", [by_key["waiting"], by_key["accepted"]])
    few = suppressed and 0 < held.get("accepted", 0) < SMALLEST_TOLD
    return (
        Figure(
            "held_ever", "Reports ever held", "Reports that this agency holds now or held at any time.",
            parts_of_table([("all", "All", ever)], suppressed=suppressed),
        ),
        Figure(
            "held_now", "Reports held now", "Reports that lie with this agency now, accepted into a case or not.", (now,)
        ),
        Figure(
            "standing", "Where they stand",
            "Every report ever held, counted once, by where it stands for this agency now. A report that was returned and sent again counts by its last arrival.",
            stands,
        ),
        Figure(
            "new_by_month", "New by month",
            "Reports by the month in which they first came to this agency, in its own time zone; the last twelve months, this one unfinished.",
            parts_of_table([(month, month, count) for month, count in months.items()], suppressed=suppressed),
        ),
        Figure(
            "days_to_acceptance", "Days to acceptance",
            "Median days from a report's receipt at the clearinghouse's door to its acceptance into a case here, over the reports accepted here now.",
            (Part("median", "Median days", None if few else days, hidden=few),),
        ),
    )  # fmt: skip


def parts_of_table(rows: Sequence[tuple[str, str, int]], *, suppressed: bool) -> tuple[Part, ...]:
    """The parts of a table, small ones hidden; never a single one, which the others would give away."""
    small = {key for key, _, count in rows if suppressed and 0 < count < SMALLEST_TOLD}
    others = sorted((count, key) for key, _, count in rows if count and key not in small)
    hidden = {others[0][1]} if len(small) == 1 and others else set()
    return tuple(
        Part(key, label, None if key in small | hidden else float(count), small=key in small, hidden=key in hidden)
        for key, label, count in rows
    )


def _sum(key: str, parts: Sequence[Part]) -> Part:
    """A sum of parts, hidden when one of them is."""
    values = [part.value for part in parts]
    known = [value for value in values if value is not None]
    if len(known) == len(values):
        return Part(key, "Now", sum(known))
    return Part(key, "Now", None, hidden=True)
