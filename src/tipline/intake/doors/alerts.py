"""What is loud: found in what providers asked, kept as `Alert`s until somebody has looked.

An alert names an element by its path, never a text of a report: the numbers of repeated elements are left out, so that the
third child's element and the first one's are one alert, and a value is shown only if it could be a value of a list.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from tipline.core.clock import now
from tipline.core.errors import ConflictError, NotFoundError
from tipline.core.text import visible
from tipline.intake.doors.calls import Exchange, Fault
from tipline.intake.doors.models import Alert, AlertKind
from tipline.intake.doors.thresholds import THRESHOLDS
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record

LOUD = {"unknown_element": AlertKind.UNKNOWN_ELEMENT, "unknown_value": AlertKind.UNKNOWN_VALUE}
# Open alerts of one provider; what comes beyond counts in one row, so that a client that makes up names cannot fill the page.
MOST_OPEN = 200
OTHERS = "(other places)"
NOT_SHOWN = "a value that is not shown"
LONGEST_SUBJECT = 300
# Up to four words and up to four digits: what a value of a list looks like, and little else. A telephone number does not.
_LIST_VALUE = re.compile(r"(?!(?:.*\d){5})[A-Za-z0-9]+(?:[ /_-][A-Za-z0-9]+){0,3}")
_LONGEST_VALUE = 60
_QUOTED = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\""
_VALUE = re.compile(rf"(?:attribute [^:]*: )?({_QUOTED}) is not one of ")

Key = tuple[int, str, str]


@dataclass(slots=True)
class Raised:
    """What a lot of calls brings to one alert."""

    first_at: datetime
    last_at: datetime
    request_id: str
    detail: str
    count: int = 0


def subject_of(path: str) -> str:
    """An element's place in a document, whichever of its repeated elements it was."""
    place = visible(re.sub(r"\[\d+\]", "", path))
    return place if len(place) <= LONGEST_SUBJECT else f"…{place[1 - LONGEST_SUBJECT :]}"


def told(fault: Fault) -> str:
    """The rule that was broken, for somebody who may not read reports: without values, but for what looks like one of a list."""
    if fault.kind == "unknown_element":
        return visible(fault.rule, 300)
    return visible(re.sub(_QUOTED, NOT_SHOWN, fault.rule), 300) if fault.kind != "unknown_value" else _detail(fault)


def _detail(fault: Fault) -> str:
    found = _VALUE.match(fault.rule)
    value = found[1][1:-1] if found else ""
    shows = len(value) <= _LONGEST_VALUE and _LIST_VALUE.fullmatch(value)
    return f"“{value}” is not in the schema's list" if shows else f"{NOT_SHOWN} is not in the schema's list"


def watch(exchanges: Sequence[Exchange]) -> None:
    """Raise alerts for what these calls show. Called with each lot that is written, in its transaction; set-wise."""
    sums: dict[Key, Raised] = {}
    for exchange in exchanges:
        if exchange.sandbox:
            continue
        for fault in exchange.faults:
            kind = LOUD.get(fault.kind)
            if kind is None:
                continue
            key = exchange.reporter.pk, kind.value, subject_of(fault.path)
            detail = _detail(fault) if kind is AlertKind.UNKNOWN_VALUE else ""
            one = sums.setdefault(key, Raised(exchange.at, exchange.at, exchange.request_id, detail))
            one.count += 1
            one.last_at, one.request_id, one.detail = exchange.at, exchange.request_id, detail
    if sums:
        raise_alerts(sums, timedelta(hours=THRESHOLDS.quiet.changes_hours))


def raise_alerts(sums: dict[Key, Raised], quiet: timedelta) -> None:
    """Open alerts, or count up those that are open, or that were acknowledged just now: three statements at most, whatever the lot."""
    reporters = sorted({reporter for reporter, _, _ in sums})
    known = Alert.objects.filter(Q(acknowledged_at__isnull=True) | Q(acknowledged_at__gt=now() - quiet))
    # the newest last, so that of several acknowledged ones it is the one that counts; an open one is newer than they are
    there = {
        (reporter, kind, subject): (pk, acknowledged)
        for reporter, kind, subject, pk, acknowledged in known.filter(reporter_id__in=reporters)
        .order_by("id")
        .values_list("reporter_id", "kind", "subject", "id", "acknowledged_at")
    }
    taken = Counter(reporter for (reporter, _, _), (_, acknowledged) in there.items() if acknowledged is None)
    opening: dict[Key, Raised] = {}
    quietly: dict[int, Raised] = {}
    for key, one in sorted(sums.items()):
        reporter, kind, _ = key
        pk, acknowledged = there.get(key, (None, None))
        if pk is not None and acknowledged is not None:
            quietly[pk] = one
            continue
        if pk is None and taken[reporter] >= MOST_OPEN:
            key = reporter, kind, OTHERS
        elif pk is None:
            taken[reporter] += 1
        if key in opening:
            opening[key].count += one.count
        else:
            opening[key] = one
    _count_up(quietly)
    _open(opening)


def _count_up(quietly: dict[int, Raised]) -> None:
    """Count on what somebody has looked at just now."""
    if not quietly:
        return
    rows = sorted(quietly.items())
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE doors_alert a SET count = a.count + n.count, last_at = n.last_at, request_id = n.request_id"
            " FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::text[]) AS n (id, count, last_at, request_id)"
            " WHERE a.id = n.id",
            [
                [pk for pk, _ in rows],
                [one.count for _, one in rows],
                [one.last_at for _, one in rows],
                [one.request_id for _, one in rows],
            ],
        )


def _open(opening: dict[Key, Raised]) -> None:
    rows = sorted(opening.items())  # in one order, so that two processes cannot wait for each other
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO doors_alert (reporter_id, kind, subject, detail, first_at, last_at, count, request_id)"
            " SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[],"
            " %s::bigint[], %s::text[])"
            " ON CONFLICT (reporter_id, kind, subject) WHERE acknowledged_at IS NULL DO UPDATE"
            " SET count = doors_alert.count + EXCLUDED.count, last_at = greatest(doors_alert.last_at, EXCLUDED.last_at),"
            " request_id = EXCLUDED.request_id, detail = EXCLUDED.detail",
            [
                [reporter for (reporter, _, _), _ in rows],
                [kind for (_, kind, _), _ in rows],
                [subject for (_, _, subject), _ in rows],
                [one.detail[:500] for _, one in rows],
                [one.first_at for _, one in rows],
                [one.last_at for _, one in rows],
                [one.count for _, one in rows],
                [one.request_id for _, one in rows],
            ],
        )


@transaction.atomic
def acknowledge(alert_id: int, reporter_ids: Iterable[int], person: User) -> Alert:
    """Say that somebody has looked. The row stays; what comes again later opens a new one.

    Raises
    ------
    NotFoundError
        when there is no such alert of these providers.
    ConflictError
        when somebody else did before.
    """
    alert = (
        Alert.objects.select_for_update(of=("self",))
        .select_related("reporter")
        .filter(pk=alert_id, reporter_id__in=list(reporter_ids))
        .first()
    )
    if alert is None:
        raise NotFoundError(f"alert {alert_id} does not exist")
    if alert.acknowledged_at is not None:
        raise ConflictError("somebody has acknowledged it already")
    alert.acknowledged_at, alert.acknowledged_by = now(), person
    alert.save(update_fields=["acknowledged_at", "acknowledged_by"])
    record(
        person.actor,
        [Act("alert.acknowledged", "alert", alert.pk, {"reporter": alert.reporter_id, "kind": alert.kind})],
    )
    return alert
