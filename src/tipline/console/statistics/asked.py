"""The address of a figure's page is the question: what stands in it, read and written."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.http import QueryDict

from tipline.core.clock import now, zone_of
from tipline.core.errors import InvalidInputError
from tipline.statistics.figures import Asked, Dimension
from tipline.statistics.publishing.periods import months_on
from tipline.statistics.tables import DIMENSIONS, months_short
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Can, may

MONTHS_AT_FIRST = 12
LONGEST = 200
FIRST_YEAR, LAST_YEAR = 1990, 2200
NAMES = ("agency", "since", "until", "by", "then", "only", "as_of", "beside")


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the address has it: what is asked, and what it is compared with."""

    asked: Asked
    beside: str = ""
    given: dict[str, str] = field(default_factory=dict)

    @property
    def last_month(self) -> date:
        """The last month that is asked for: people name that one, and not the one after it."""
        return months_on(self.asked.until, -1)

    def query(self, **changes: str) -> str:
        """The address's query with some of it changed; what is empty is left out."""
        told = {**self.given, **changes}
        return urlencode({name: value for name, value in told.items() if value})

    def other(self) -> tuple[Asked, tuple[str, str]] | None:
        """What it stands beside, and the names of both; None where nothing is compared.

        Raises
        ------
        InvalidInputError
            when the address names nothing to compare with.
        """
        asked, (kind, _, what) = self.asked, self.beside.partition(":")
        if not kind:
            return None
        length = (asked.until.year - asked.since.year) * 12 + asked.until.month - asked.since.month
        back = {"before": length, "year": 12}.get(kind)
        if back is not None:
            there = replace(asked, since=months_on(asked.since, -back), until=months_on(asked.until, -back))
            return there, (months_short(asked), months_short(there))
        if kind == "agency" and what:
            return replace(asked, agency=what), (asked.agency, what)
        if kind == "key" and what and asked.only:
            dimension, key = asked.only[0]
            there = replace(asked, only=((dimension, what), *asked.only[1:]))
            return there, (_short(key), _short(what))
        raise InvalidInputError("compare with the time before, a year earlier, another agency or another district")

    @property
    def compares_times(self) -> bool:
        """Two times have no months in common, so that cutting by month compares nothing."""
        return self.beside in {"before", "year"}


def _short(key: str) -> str:
    return key.rsplit("/", 1)[-1] or "Not known"


def question_of(given: QueryDict, person: User, figure: str) -> Question:
    """The question that an address asks of a figure; the last twelve months of the own agency where it says nothing.

    Raises
    ------
    InvalidInputError
        naming what in the address is no month, dimension or day.
    """
    zone = zone_of(person.agency.timezone)
    this_month = now().astimezone(zone).date().replace(day=1)
    last = _month(given.get("until", ""), this_month)
    since = _month(given.get("since", ""), months_on(last, 1 - MONTHS_AT_FIRST))
    by = tuple(dict.fromkeys(_dimension(text) for name in ("by", "then") if (text := given.get(name, ""))))
    only = []
    if text := given.get("only", ""):
        dimension, _, key = text[:LONGEST].partition(":")
        only = [(_dimension(dimension), key)]
    beside = given.get("beside", "")[:LONGEST]
    asked = Asked(
        figure, (given.get("agency") or person.agency.code)[:40], since, months_on(last, 1), by, tuple(only),
        as_of=_moment(given.get("as_of", ""), zone), suppressed=not may(person, Can.SEE_REPORTS),
    )  # fmt: skip
    if beside in {"before", "year"}:
        asked = replace(asked, by=tuple(one for one in asked.by if one != Dimension.MONTH))
    return Question(asked, beside, given_of(given))


def given_of(given: QueryDict) -> dict[str, str]:
    """What an address says, cut to a length that a page can carry on."""
    return {name: given.get(name, "")[:LONGEST] for name in NAMES}


def _month(text: str, otherwise: date) -> date:
    if not text:
        return otherwise
    try:
        found = date.fromisoformat(f"{text[:7]}-01")
    except ValueError:
        found = date.min
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise InvalidInputError(f"{text[:20]!r} is no month: write it as 2026-05")
    return found


def _dimension(text: str) -> Dimension:
    try:
        return Dimension(text)
    except ValueError:
        raise InvalidInputError(
            f"{text[:20]!r} is nothing to cut by: choose {', '.join(one.lower() for one in DIMENSIONS.values())}"
        ) from None


def _moment(text: str, zone: object) -> datetime | None:
    """The end of a day in the agency's time zone, or the very moment where the address names one."""
    if not text:
        return None
    try:
        if len(text) == len("2026-05-01"):
            return datetime.combine(date.fromisoformat(text) + timedelta(days=1), time(), zone)  # type: ignore[arg-type]
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        found = None
    if found is None or found.tzinfo is None:
        raise InvalidInputError(f"{text[:30]!r} is no day: write it as 2026-05-01")
    return found
