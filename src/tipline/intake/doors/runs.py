"""Runs: calls that belong together, so that a provider sees what one round of its tests did."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.http import HttpRequest

GAP = timedelta(minutes=30)
LONGEST_NAME = 60
_OTHER = re.compile(r"[^A-Za-z0-9._-]+")
_BY_TIME = "%Y-%m-%dT%H-%M-%SZ"
# how names by time look, as PostgreSQL reads it
_BY_TIME_SHAPE = r"^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$"
# two processes that begin a run at once would make two
_LOCK = 0x72756E73


def run_named(request: HttpRequest) -> str:
    """What a call says of the run that it is of, as it came and cut; empty: nothing."""
    return str(request.META.get("HTTP_CONFORMANCE_RUN", ""))[:LONGEST_NAME]


def name_of(header: str) -> str:
    """The name of a run as its calls give it: what is neither letter, digit, dot, dash nor underscore becomes a dash."""
    return _OTHER.sub("-", header.strip())[:LONGEST_NAME].strip("-")


def by_time(calls: Sequence[tuple[int, datetime]]) -> list[str]:
    """Names for calls to the sandbox that give none, of (provider, time): a run goes on until nothing came for `GAP`.

    In the caller's transaction, which lets nobody else begin a run until it ends.
    """
    ids = sorted({reporter_id for reporter_id, _ in calls})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(
            "SELECT asked.id, (SELECT ARRAY[c.run::text, c.at::text] FROM doors_doorcall c WHERE c.reporter_id = asked.id AND c.sandbox"
            " AND c.run ~ %s ORDER BY c.id DESC LIMIT 1) FROM unnest(%s::bigint[]) asked (id)",
            [_BY_TIME_SHAPE, ids],
        )
        last = {
            int(reporter_id): (found[0], datetime.fromisoformat(found[1]))
            for reporter_id, found in cursor.fetchall()
            if found
        }
    names = [""] * len(calls)
    for index in sorted(range(len(calls)), key=lambda i: calls[i][1]):
        reporter_id, at = calls[index]
        name, before = last.get(reporter_id, ("", at))
        if not name or at - before > GAP:
            name = at.strftime(_BY_TIME)
        last[reporter_id] = name, max(at, before)
        names[index] = name
    return names
