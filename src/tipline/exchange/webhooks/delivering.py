"""The outbox: read the log onward, write what each address is to be told, and tell it, again and again with growing pauses."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, wait
from datetime import timedelta

import structlog
from django.db import connection, transaction
from django.db.models import F, Window
from django.db.models.functions import RowNumber

from tipline import __version__
from tipline.core.clock import now
from tipline.exchange.webhooks.events import TEST
from tipline.exchange.webhooks.models import Delivery, Subscription
from tipline.exchange.webhooks.sending import NotDeliveredError, post
from tipline.exchange.webhooks.services import KEPT
from tipline.exchange.webhooks.signing import signatures
from tipline.trust.accounts.encryption import decrypt
from tipline.trust.actors import system
from tipline.trust.audit.services import Act, record

log = structlog.get_logger(__name__)

LEAVES_AT_ONCE = 5_000
SENT_AT_ONCE = 100  # of one address in a round
SIDE_BY_SIDE = 16
MOST_SECONDS = 45.0  # of one round: the next minute has another
LONGEST_CALL_SECONDS = 10.0
_LOOK_SECONDS = 0.5
DISABLED_AFTER = timedelta(days=5)
LONGEST_PAUSE_MINUTES = 360
GONE = 410

# An address is told of a report that its agency holds or held, and of a case that is its agency's; of nothing else, whoever did it.
# Leaves have no gaps and are placed once, when their transaction is committed: what is read on from one misses nothing.
_GATHER = """
WITH due AS (
    SELECT id, agency_id, events, up_to FROM webhooks_subscription WHERE active FOR UPDATE
), reach AS (
    SELECT least(min(up_to) + %(most)s, (SELECT max(index) FROM audit_leaf)) AS top FROM due
), told AS (
    INSERT INTO webhooks_delivery (subscription_id, leaf, kind, object_type, object_id, at, attempts, next_at)
    SELECT d.id, l.index, e.action, e.object_type, e.object_id, e.at, 0, %(now)s
    FROM due d CROSS JOIN reach r JOIN audit_leaf l ON l.index > d.up_to AND l.index <= r.top
    JOIN audit_entry e ON e.id = l.entry_id AND e.action = ANY (d.events)
    WHERE CASE
        WHEN e.object_id !~ '^[0-9]{1,18}$' THEN false
        WHEN e.object_type = 'report' THEN EXISTS (SELECT 1 FROM reports_holding h WHERE h.report_id = e.object_id::bigint AND h.agency_id = d.agency_id)
        WHEN e.object_type = 'case' THEN EXISTS (SELECT 1 FROM cases_case c WHERE c.id = e.object_id::bigint AND c.agency_id = d.agency_id)
        ELSE false END
    ON CONFLICT DO NOTHING RETURNING 1
), moved AS (
    UPDATE webhooks_subscription s SET up_to = greatest(s.up_to, r.top) FROM reach r WHERE s.id IN (SELECT id FROM due) AND r.top IS NOT NULL
)
SELECT (SELECT count(*) FROM told), coalesce((SELECT top FROM reach) - (SELECT min(up_to) FROM due), 0)
"""


def gather() -> int:
    """Write what is to be told of everything that the log placed since. Returns how many events."""
    told, read = 0, LEAVES_AT_ONCE
    while read >= LEAVES_AT_ONCE:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_GATHER, {"most": LEAVES_AT_ONCE, "now": now()})
            new, read = cursor.fetchone()
        told += new
    return told


def deliver() -> int:
    """Tell what is due. Returns how many were taken.

    Each address is told one thing after the other, the oldest first, and several addresses side by side: who answers slowly delays
    nobody else. An address that fails waits for the next round. Only the calls are made in threads: what came of them is written here.
    """
    lines = _due()
    turns = deque(lines)
    running: dict[Future[int], tuple[Delivery, float]] = {}
    until, taken = time.monotonic() + MOST_SECONDS, 0
    while running or (turns and time.monotonic() < until):
        while turns and len(running) < SIDE_BY_SIDE and time.monotonic() < until:
            one = lines[turns.popleft()].popleft()
            running[_called(*_message(one))] = (one, time.monotonic())
        ended, _ = wait(running, timeout=_LOOK_SECONDS, return_when=FIRST_COMPLETED)
        late = {call for call, (_, began) in running.items() if time.monotonic() - began > LONGEST_CALL_SECONDS}
        for call in ended | late:
            one, _ = running.pop(call)
            try:
                if call not in ended:  # it drips: its thread is left behind, and ends with its connection
                    raise NotDeliveredError(f"it took longer than {LONGEST_CALL_SECONDS:.0f} s to answer")
                status = call.result()
            except NotDeliveredError as error:
                _failed(one, error)
            else:
                taken += 1
                _taken(one, status)
                if lines[one.subscription_id]:
                    turns.append(one.subscription_id)
    return taken


def _due() -> dict[int, deque[Delivery]]:
    """What is due, by address: of each the oldest, so that one with a long line leaves room for the others. One query."""
    due = (
        Delivery.objects.filter(delivered_at=None, next_at__lte=now(), subscription__ended_at=None)
        .exclude(subscription__active=False, leaf__isnull=False)  # a test goes to one that is switched off too
        .annotate(place=Window(RowNumber(), partition_by=F("subscription_id"), order_by=F("id").asc()))
        .filter(place__lte=SENT_AT_ONCE)
        .select_related("subscription")
        .order_by("id")
    )
    lines: dict[int, deque[Delivery]] = {}
    for one in due:
        lines.setdefault(one.subscription_id, deque()).append(one)
    return lines


def _called(url: str, body: bytes, headers: dict[str, str]) -> Future[int]:
    """A call in a thread of its own, which keeps no process from ending."""
    answer: Future[int] = Future()

    def call() -> None:
        try:
            answer.set_result(post(url, body, headers))
        except BaseException as error:
            answer.set_exception(error)

    threading.Thread(target=call, name="webhook", daemon=True).start()
    return answer


def _message(one: Delivery) -> tuple[str, bytes, dict[str, str]]:
    """Address, body and headers. The body names what happened to which number, and nothing of it."""
    told = {
        "type": one.kind,
        "timestamp": one.at.isoformat(),
        "data": {"object": one.object_type, "id": int(one.object_id)},
    }
    body = json.dumps(told, separators=(",", ":")).encode()
    timestamp = int(now().timestamp())
    return (
        one.subscription.url,
        body,
        {
            "Content-Type": "application/json", "User-Agent": f"Tipline/{__version__}", "webhook-id": one.message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signatures(_secrets(one.subscription), one.message_id, timestamp, body),
        },
    )  # fmt: skip


def _secrets(of: Subscription) -> list[str]:
    """The secret, and the one before while both are good."""
    both = [of.secret, *([of.old_secret] if of.old_secret_until and of.old_secret_until > now() else [])]
    return [decrypt(one) for one in both if one]


@transaction.atomic
def _taken(one: Delivery, status: int) -> None:
    at = now()
    Delivery.objects.filter(pk=one.pk).update(delivered_at=at, status=status, attempts=one.attempts + 1)
    Subscription.objects.filter(pk=one.subscription_id).update(failing_since=None, last_error="", last_success_at=at)


@transaction.atomic
def _failed(one: Delivery, error: NotDeliveredError) -> None:
    at = now()
    pause = timedelta(minutes=min(2 ** min(one.attempts, 20), LONGEST_PAUSE_MINUTES))
    Delivery.objects.filter(pk=one.pk).update(attempts=one.attempts + 1, next_at=at + pause, status=error.status)
    if one.kind == TEST:  # is tried once: somebody is looking
        Subscription.objects.filter(pk=one.subscription_id).update(last_error=str(error)[:200])
        Delivery.objects.filter(pk=one.pk).delete()
        return
    found = Subscription.objects.select_for_update().get(pk=one.subscription_id)
    found.failing_since = found.failing_since or at
    found.last_error = str(error)[:200]
    # the others of this address wait as long: a dead address costs one try
    Delivery.objects.filter(subscription=found, delivered_at=None, next_at__lt=at + pause).update(next_at=at + pause)
    if found.active and (error.status == GONE or at - found.failing_since >= DISABLED_AFTER):
        found.active, found.disabled_at = False, at
        record(system("webhooks"), [Act("webhook.disabled", "webhook", found.pk, {"status": error.status})])
        log.warning("a webhook is switched off", webhook=found.pk, status=error.status)
    found.save(update_fields=["failing_since", "last_error", "active", "disabled_at"])


def forget() -> int:
    """Forget what was told a month ago and more, and secrets that sign nothing any more."""
    Subscription.objects.filter(old_secret_until__lte=now()).update(old_secret="", old_secret_until=None)
    return Delivery.objects.filter(delivered_at__lt=now() - KEPT).delete()[0]
