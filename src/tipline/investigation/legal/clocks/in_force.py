"""The clocks and holidays in force: the installation's own files before those that come with Tipline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

import structlog
from pydantic import ValidationError

from tipline.investigation.legal.clocks.definitions import ClockFile, HolidayFile, Rules, rules_of, standard
from tipline.investigation.legal.clocks.models import FileKind, RulesFile
from tipline.trust.agencies.calendars import DAYS
from tipline.trust.agencies.models import Agency, DeskCalendar

log = structlog.get_logger(__name__)


def rules(country: str) -> Rules:
    """What is in force in a country. One query."""
    active = RulesFile.objects.filter(active=True, country=country).order_by("kind").values_list("pk", "sha256")
    return _made(country, tuple(active))


@lru_cache(maxsize=16)
def _made(country: str, active: tuple[tuple[int, str], ...]) -> Rules:
    clocks, holidays = standard(country)
    for row in RulesFile.objects.filter(pk__in=[pk for pk, _ in active]):
        try:
            if row.kind == FileKind.CLOCKS:
                clocks = (ClockFile.model_validate(row.body), *clocks)
            else:
                holidays = (HolidayFile.model_validate(row.body), *holidays)
        except ValidationError as error:  # checked at its import, by an older Tipline: cases must go on
            log.error("an imported file of clocks is left out", country=country, faults=error.error_count())
    return rules_of(clocks, holidays)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a desk is, for clocks: its country and state, its zone, and the days on which it is at work by its own calendar."""

    country: str
    state: str
    zone: ZoneInfo
    weekly: frozenset[str] | None
    closed: frozenset[date]

    def is_open(self, known: Rules) -> Callable[[date], bool]:
        """Whether the desk is at work on a day, with the holidays in force."""

        def answer(day: date) -> bool:
            if self.weekly is not None and DAYS[day.weekday()] not in self.weekly:
                return False
            return day not in self.closed and day not in known.closed_days(self.state, day, 1)

        return answer


def place_of(agency: Agency) -> Place:
    """Where a desk is. Two queries."""
    first = agency.jurisdictions.order_by("country", "state", "district").values_list("country", "state").first()
    country, state = first or ("", "")
    calendar = DeskCalendar.objects.filter(agency=agency).values_list("weekly", "closed_days").first()
    return Place(
        country,
        state,
        ZoneInfo(agency.timezone),
        frozenset(day for day, spans in calendar[0].items() if spans) if calendar else None,
        frozenset(date.fromisoformat(day) for day in calendar[1]) if calendar else frozenset(),
    )
