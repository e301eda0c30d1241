"""What the address of a map asks for: a place, a period, a part of the reports. All of it is in the URL, to be kept and sent on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from tipline.pipeline.attribution.maps import SEEN_ROLES, Asked
from tipline.reports.models import PersonRole
from tipline.trust.places import Place

EVERYBODY = "all"
NOT_PLACED = "no"
# What the form of filters carries along unseen.
KEPT = ("country", "state", "district", "placed")
_FIELDS = (*KEPT, "part", "from", "to")
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Query:
    """The fields as given, and what is wrong with them as (field, sentence)."""

    given: Mapping[str, str]
    place: Place
    not_placed: bool
    asked: Asked
    errors: tuple[tuple[str, str], ...]

    def url(self, place: Place, *, not_placed: bool = False) -> str:
        """The same period and part, for another place."""
        found = {name: self.given[name] for name in ("part", "from", "to") if self.given[name]}
        found |= {
            name: value
            for name, value in (("country", place.country), ("state", place.state), ("district", place.district))
            if value
        }
        if not_placed:
            found["placed"] = NOT_PLACED
        return f"?{urlencode(found)}"


def read(get: Mapping[str, str], zone: ZoneInfo) -> Query:
    """Read the fields of a query; days are the desk's."""
    # no place's name has a character that is not seen, and the fields stand in the page again
    given = {name: "".join(filter(str.isprintable, get.get(name, "").strip()[:_LONGEST])) for name in _FIELDS}
    errors: list[tuple[str, str]] = []
    since, until = (_day(given[name], name, errors) for name in ("from", "to"))
    if since and until and until < since:
        errors.append(("to", "The last day lies before the first"))
    part = given["part"]
    if part and part != EVERYBODY and part not in PersonRole.values:
        errors.append(("part", "Choose a part of the report from the list"))
        part = ""
    # a state means nothing without its country, nor a district without its state
    country = given["country"].upper()
    state = given["state"] if country else ""
    place = Place(country, state, given["district"] if state else "")
    roles = frozenset(PersonRole) if part == EVERYBODY else frozenset({PersonRole(part)}) if part else SEEN_ROLES
    asked = Asked(
        roles=roles,
        since=datetime.combine(since, time.min, zone) if since else None,
        until=datetime.combine(until + timedelta(days=1), time.min, zone) if until else None,
        within=Place(place.country, place.state),
    )
    return Query(given, place, given["placed"] == NOT_PLACED, asked, tuple(errors))


def _day(text: str, name: str, errors: list[tuple[str, str]]) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not 1990 <= day.year <= 9000:
        errors.append((name, "Write a day as 2026-11-28, after 1990"))
        return None
    return day
