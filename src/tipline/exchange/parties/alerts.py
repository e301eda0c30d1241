"""What is loud between installations: kept as `LinkAlert`s until the cause is gone, or somebody looked at what happened once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import connection, transaction
from django.db.models import QuerySet

from tipline.core.clock import now
from tipline.core.errors import ConflictError, NotFoundError
from tipline.exchange.parties.models import LinkAlert, LinkAlertKind
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import may_manage_links

# These happen and are over; the others last as long as their cause.
ONCE = frozenset({LinkAlertKind.PACKAGE, LinkAlertKind.REVOKED_KEY})

Key = tuple[LinkAlertKind, str]


def raise_alerts(found: Mapping[Key, str]) -> None:
    """Open these alerts, each with what it says, or count up those that are open. One statement."""
    rows = sorted(found.items())  # in one order, so that two processes cannot wait for each other
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO parties_linkalert (kind, subject, detail, first_at, last_at, count)"
            " SELECT kind, subject, detail, %s, %s, 1 FROM unnest(%s::text[], %s::text[], %s::text[]) AS n (kind, subject, detail)"
            " ON CONFLICT (kind, subject) WHERE ended_at IS NULL DO UPDATE"
            " SET count = parties_linkalert.count + 1, last_at = EXCLUDED.last_at, detail = EXCLUDED.detail",
            [
                *[now()] * 2,
                [kind.value for (kind, _), _ in rows],
                [subject[:120] for (_, subject), _ in rows],
                [detail[:500] for _, detail in rows],
            ],
        )


@transaction.atomic
def settle(found: Mapping[Key, str], lasting: Iterable[LinkAlertKind]) -> int:
    """Open alerts of what is so now, and end those of the lasting kinds of which it is so no more. Returns how many were ended."""
    raise_alerts(found)
    known = {(kind.value, subject[:120]) for kind, subject in found}
    live = LinkAlert.objects.filter(ended_at__isnull=True, kind__in=list(lasting))
    gone = [pk for pk, kind, subject in live.values_list("pk", "kind", "subject") if (kind, subject) not in known]
    return LinkAlert.objects.filter(pk__in=gone).update(ended_at=now())


def open_alerts() -> QuerySet[LinkAlert]:
    """What is not over, what nobody has seen first."""
    return (
        LinkAlert.objects.filter(ended_at__isnull=True).select_related("seen_by").order_by("-seen_at", "-last_at", "pk")
    )


def unseen(person: User) -> QuerySet[LinkAlert]:
    """What waits for this person to look at; nothing for whoever does not manage links."""
    if not may_manage_links(person):
        return LinkAlert.objects.none()
    return LinkAlert.objects.filter(ended_at__isnull=True, seen_at__isnull=True)


@transaction.atomic
def see(alert_id: int, person: User) -> LinkAlert:
    """Say that somebody looked. What happened once is over then; what lasts stays on the page until its cause is gone.

    Raises
    ------
    NotFoundError
        when there is no such alert.
    ConflictError
        when somebody else did before.
    """
    found = LinkAlert.objects.select_for_update().filter(pk=alert_id, ended_at__isnull=True).first()
    if found is None:
        raise NotFoundError(f"alert {alert_id} does not exist")
    if found.seen_at is not None:
        raise ConflictError("somebody has looked at it already")
    found.seen_at, found.seen_by = now(), person
    found.ended_at = found.seen_at if found.kind in ONCE else None
    found.save(update_fields=["seen_at", "seen_by", "ended_at"])
    record(person.actor, [Act("peer.alert_seen", "link", found.pk, {"kind": found.kind, "subject": found.subject})])
    return found
