"""Figures of requests: how many were answered, how soon, how completely, and with what use. By holder and by kind of request.

PostgreSQL counts (`tipline_request_rates`), for the agencies that the transaction's scope names and for no other. Whoever sees no
case of the agency, or only some of them, gets no small numbers: a row with a count of one to four in it is withheld whole, and so is
a sum that would give a withheld row away by subtraction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connection

from tipline.core.clock import now
from tipline.core.errors import NotPermittedError
from tipline.investigation.process.directory import platforms_in_force
from tipline.investigation.process.models import RequestKind
from tipline.investigation.process.reminders import REMINDERS, Comparison
from tipline.referrals.counts import SMALLEST_TOLD
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency
from tipline.trust.visibility import Can, Scope, may

UNLISTED = "*"  # platforms that stand in no directory, for who sees counts only: their names are words of reports

DEFINITIONS = {
    "sent": "Requests that went out. Withdrawn ones are left out.",
    "replied": "Of them, those with any reply: in full, in part, nothing found, refused, or sent on elsewhere.",
    "rate": "Replied, of a hundred sent.",
    "median": "Days from sending to the first reply; half of those that were answered took no longer. The unanswered are not in it.",
    "p90": "Days within which nine of ten answered ones were answered.",
    "in_full": "Of a hundred replies, those in full.",
    "useful": "Of a hundred replies to requests for records, those that name a subscriber or narrow it down, in the officer's judgement.",
    "outstanding": "Sent, not answered, not closed.",
    "oldest": "How long the oldest of them is out.",
}


@dataclass(frozen=True, slots=True)
class Rate:
    """The figures of one holder and kind, or of a sum: `holder` or `kind` is empty where it is over all.

    `withheld`: nothing of the row is told; everything but its labels is None then.
    """

    holder: str
    name: str
    kind: str
    sent: int | None = None
    replied: int | None = None
    in_full: int | None = None
    useful: int | None = None
    useful_of: int | None = None
    median: float | None = None
    p90: float | None = None
    outstanding: int | None = None
    oldest: datetime | None = None
    withheld: bool = False

    @property
    def kind_label(self) -> str:
        """The kind in words."""
        return RequestKind(self.kind).label if self.kind else "All kinds"

    @property
    def percent(self) -> float | None:
        """Replied of sent."""
        return _percent(self.replied, self.sent)

    @property
    def in_full_percent(self) -> float | None:
        """In full, of the replies."""
        return _percent(self.in_full, self.replied)

    @property
    def useful_percent(self) -> float | None:
        """Useful, of the replies to requests for records."""
        return _percent(self.useful, self.useful_of)

    @property
    def oldest_days(self) -> float | None:
        """Days since the oldest that is out was sent."""
        return None if self.oldest is None else round((now() - self.oldest) / timedelta(days=1), 1)


def _percent(part: int | None, whole: int | None) -> float | None:
    return None if part is None or not whole else 100 * part / whole


@dataclass(frozen=True, slots=True)
class Rates:
    """All figures of an agency, or of it and those that it oversees."""

    agency: Agency
    overseen: bool
    suppressed: bool
    rows: tuple[Rate, ...]
    comparison: Comparison

    @property
    def total(self) -> Rate:
        """Over all holders and kinds."""
        return next((row for row in self.rows if not row.holder and not row.kind), Rate("", "", ""))

    @property
    def by_kind(self) -> list[Rate]:
        """Each kind over all holders."""
        return [row for row in self.rows if not row.holder and row.kind]

    @property
    def by_holder(self) -> list[Rate]:
        """Each holder over all kinds, the most asked first."""
        rows = [row for row in self.rows if row.holder and not row.kind]
        return sorted(rows, key=lambda row: (-(row.sent or 0), row.name.casefold()))

    def of_holder(self, key: str) -> list[Rate]:
        """One holder: all kinds together, then each."""
        return sorted((row for row in self.rows if row.holder == key), key=lambda row: (bool(row.kind), row.kind))


def rates_for(person: User, scope: Scope, *, overseen: bool = False) -> Rates:
    """The figures that somebody may have, inside `acting(scope)`.

    Parameters
    ----------
    overseen
        of the person's agency and all that it oversees together; else of the agency alone.

    Raises
    ------
    NotPermittedError
        for a role that sees neither reports nor counts.
    """
    sees = may(person, Can.SEE_REPORTS)
    if not sees and not may(person, Can.SEE_COUNTS):
        raise NotPermittedError("your role does not include counts")
    # an investigator sees the cases they are assigned to, and could read another's letter off a count of one
    suppressed = not may(person, Can.SEE_ALL_CASES)
    ids = (scope.agency_ids | scope.count_agency_ids) if overseen else frozenset({person.agency_id})
    rows = counted(ids, names=sees)
    return Rates(person.agency, overseen, suppressed, _held_back(rows) if suppressed else rows, REMINDERS.comparison)


def counted(agency_ids: Iterable[int], *, names: bool = True) -> tuple[Rate, ...]:
    """The figures of these agencies together, as far as the transaction's scope reaches. `names`: also of holders in no directory."""
    known = platforms_in_force()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT holder, holder_name, kind, sent, replied, in_full, useful, useful_of, median_days, p90_days, outstanding, oldest"
            " FROM tipline_request_rates(%s, %s)",
            [sorted(agency_ids), None if names else [platform.key for platform in known.platforms]],
        )
        found = cursor.fetchall()
    return tuple(
        Rate(
            holder, _name(holder, name), kind, sent, replied, in_full, useful, useful_of, median, p90, outstanding, oldest
        )
        for holder, name, kind, sent, replied, in_full, useful, useful_of, median, p90, outstanding, oldest in found
    )  # fmt: skip


def _name(holder: str, name: str) -> str:
    return "Platforms in no directory" if holder == UNLISTED else name if holder else "All holders"


def _held_back(rows: Sequence[Rate]) -> tuple[Rate, ...]:
    """The rows with small numbers withheld, and the sums that would give one away."""
    kept = {(row.holder, row.kind): row for row in rows}
    cells = [row for row in rows if row.holder and row.kind]
    hidden = {(row.holder, row.kind) for row in cells if _is_small(row)}
    kinds = {row.kind for row in cells}
    for kind in sorted(kinds):
        hidden |= _second(cells, hidden, kind)
    for holder in {holder for holder, _ in hidden}:
        hidden.add((holder, ""))
    for kind in kinds:
        gone = [row for row in cells if row.kind == kind and (row.holder, kind) in hidden]
        if len(gone) == 1 or 0 < sum(row.sent or 0 for row in gone) < SMALLEST_TOLD:
            hidden.add(("", kind))
    if any(("", kind) in hidden for kind in kinds):
        hidden.add(("", ""))
    hidden |= {key for key, row in kept.items() if not (row.holder and row.kind) and _is_small(row)}
    return tuple(
        Rate(row.holder, row.name, row.kind, withheld=True) if (row.holder, row.kind) in hidden else replace(row)
        for row in rows
    )


def _second(cells: Sequence[Rate], hidden: set[tuple[str, str]], kind: str) -> set[tuple[str, str]]:
    """Of a kind with one row withheld, the next smallest too: the sum of the kind would tell it."""
    mine = [row for row in cells if row.kind == kind]
    if sum((row.holder, kind) in hidden for row in mine) != 1:
        return set()
    others = sorted((row.sent or 0, row.holder) for row in mine if (row.holder, kind) not in hidden)
    return {(others[0][1], kind)} if others else set()


def _is_small(row: Rate) -> bool:
    """Whether one of its counts, or what is left of it, is one to four."""
    counts = (row.sent, row.replied, (row.sent or 0) - (row.replied or 0), row.in_full, row.useful, row.outstanding,
              (row.replied or 0) - (row.in_full or 0), (row.useful_of or 0) - (row.useful or 0))  # fmt: skip
    return any(0 < (count or 0) < SMALLEST_TOLD for count in counts)
