"""What is new since somebody last looked: at a desk, a bundle, a cluster, a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import (
    Case,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    QuerySet,
    Subquery,
    Value,
    When,
)

from tipline.core.clock import now
from tipline.referrals.models import DeskRow, Pile
from tipline.referrals.queue.models import LastLook, PlaceKind
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency

# Who opens a page again within this time is still at the same look: what was new stays marked.
PAUSE = timedelta(minutes=30)
RESOLUTION = timedelta(minutes=1)
SOON = timedelta(hours=72)
MOST = 1_000

_LOOK = """
INSERT INTO queue_lastlook AS l (person_id, kind, number, at, seen_at, before)
VALUES (%(person)s, %(kind)s, %(number)s, %(at)s, %(at)s, NULL)
ON CONFLICT (person_id, kind, number) DO UPDATE SET seen_at = %(at)s,
    before = CASE WHEN l.seen_at < %(at)s - make_interval(secs => %(pause)s) THEN l.seen_at ELSE l.before END,
    at = CASE WHEN l.seen_at < %(at)s - make_interval(secs => %(pause)s) THEN %(at)s ELSE l.at END
"""


def looks_of(person: User, kind: PlaceKind, *numbers: int, at: datetime | None = None) -> QuerySet[LastLook]:
    """A person's looks at these places, each with `since`: from when on things are new to them."""
    mine = LastLook.objects.filter(person=person, kind=kind, number__in=numbers)
    again = When(seen_at__lt=(at or now()) - PAUSE, then=F("seen_at"))
    return mine.annotate(since=Case(again, default=F("before")))


def note_look(person: User, kind: PlaceKind, number: int, found: LastLook | None, at: datetime | None = None) -> None:
    """Note that a person looks now; `found` is what `looks_of` said. One statement, and none when they looked within this minute."""
    at = at or now()
    if found is not None and found.seen_at > at - RESOLUTION:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _LOOK, {"person": person.pk, "kind": kind.value, "number": number, "at": at, "pause": PAUSE.total_seconds()}
        )


def look(person: User, kind: PlaceKind, number: int, at: datetime | None = None) -> datetime | None:
    """Note a look, and say since when things are new; None: it is the first. Two statements at most."""
    found = looks_of(person, kind, number, at=at).first()
    note_look(person, kind, number, found, at)
    return found.since if found is not None else None  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class News:
    """What happened on a desk since then, each counted to `MOST`."""

    since: datetime
    new: int
    raised: int
    going: int

    @property
    def any(self) -> bool:
        """Whether there is anything."""
        return bool(self.new or self.raised or self.going)


def news_rows(person: User, agency: Agency, at: datetime | None = None) -> dict[str, tuple[QuerySet[DeskRow], int]]:
    """What came, what was raised, and of which a log came near its end, to be counted with what else a page counts."""
    at = at or now()
    since = Subquery(looks_of(person, PlaceKind.DESK, agency.pk, at=at).values("since"))  # type: ignore[misc] # annotated there
    near = ExpressionWrapper(F("gone_at") - Value(SOON, DurationField()), DateTimeField())
    rows = DeskRow.objects.filter(agency=agency, pile=Pile.NEW)
    going = rows.filter(gone_at__gt=at, gone_at__lte=at + SOON).annotate(near=near)
    return {
        "news_new": (rows.filter(since__gt=since), MOST),
        "news_raised": (rows.filter(raised_at__gt=since, since__lte=since), MOST),
        "news_going": (going.filter(near__gt=since), MOST),
    }


def news_in(sizes: Mapping[str, int], since: datetime | None) -> News | None:
    """The counts of `news_rows`; None: it is somebody's first look."""
    if since is None:
        return None
    return News(since, sizes["news_new"], sizes["news_raised"], sizes["news_going"])
