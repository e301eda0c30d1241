"""How links do: what waits, since when, why, and what went wrong last."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet

from tipline.core.clock import now
from tipline.exchange.federation.models import Delivery, Incoming, Link, Outgoing
from tipline.exchange.parties.models import Peer
from tipline.reports.queries import visible_reports
from tipline.trust.actors import Actor
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import OPERATOR, Scope

MOST_REFUSED = MOST_HELD = MOST_NAMED = 20


def links(scope: Scope = OPERATOR) -> list[dict[str, Any]]:
    """Every peer with the state of its link, by name; messages are counted as far as their reports are in scope. Two queries."""
    waiting = (
        _messages(scope)
        .values("peer_id")
        .annotate(
            waiting=Count("id", filter=Q(delivery=Delivery.WAITING)),
            held=Count("id", filter=Q(delivery=Delivery.WAITING) & ~Q(why="")),
            refused=Count("id", filter=Q(delivery=Delivery.REFUSED)),
            oldest_at=Min("at", filter=Q(delivery=Delivery.WAITING)),
        )
    )
    counts = {row["peer_id"]: row for row in waiting}
    return [_link(peer, counts.get(peer.pk, {})) for peer in Peer.objects.select_related("link").order_by("name")]


def _messages(scope: Scope) -> QuerySet[Outgoing]:
    """What is told to peers of reports in scope."""
    rows = Outgoing.objects.all()
    return rows if scope.everything else rows.filter(report__in=visible_reports(scope))


def _link(peer: Peer, counts: dict[str, Any]) -> dict[str, Any]:
    one: Link | None = getattr(peer, "link", None)
    oldest = counts.get("oldest_at")
    return {
        "name": peer.name, "url": peer.url, "state": peer.state, "state_why": peer.state_why, "versions": list(peer.versions),
        "waiting": counts.get("waiting", 0), "held": counts.get("held", 0), "refused": counts.get("refused", 0),
        "oldest_at": oldest.isoformat() if oldest else None,
        "last_success_at": one.last_success_at.isoformat() if one and one.last_success_at else None,
        "last_heard_at": one.last_heard_at.isoformat() if one and one.last_heard_at else None,
        "failures": one.failures if one else 0, "error": one.error if one else "",
        "next_at": one.next_at.isoformat() if one and one.next_at else None,
    }  # fmt: skip


def link(peer: Peer, scope: Scope = OPERATOR) -> dict[str, Any]:
    """One peer with its keys, its agencies, counts by kind, what is held and why, and what was refused last. Eight queries."""
    [found] = [one for one in links(scope) if one["name"] == peer.name]
    rows = _messages(scope).filter(peer=peer)
    taken = Incoming.objects.filter(peer=peer)
    if not scope.everything:
        taken = taken.filter(report__in=visible_reports(scope))
    held = rows.filter(delivery=Delivery.WAITING).exclude(why="").values("why")
    reasons = held.annotate(count=Count("id"), reports=ArrayAgg("report_id", distinct=True))
    refused = rows.filter(delivery=Delivery.REFUSED).order_by("-id")[:MOST_REFUSED]
    return found | {
        "fingerprint": peer.fingerprint,
        "keys": [
            {
                "key": one.key, "state": "revoked" if one.revoked_at else "ended" if one.valid_until else "in use",
                "valid_from": one.valid_from.isoformat(), "valid_until": one.valid_until.isoformat() if one.valid_until else None, "endorsed": one.endorsed, "revoked_why": one.revoked_why,
            }
            for one in peer.keys.order_by("valid_from")
        ],
        "agencies": list(peer.desks.order_by("agency__code").values_list("agency__code", flat=True)),
        "sent": dict(rows.filter(delivery=Delivery.DONE).values_list("kind").annotate(Count("id"))),
        "taken": dict(taken.values_list("kind").annotate(Count("id"))),
        "held": [
            {"why": row["why"], "count": row["count"], "reports": row["reports"][:MOST_NAMED]}
            for row in reasons.order_by("-count", "why")[:MOST_HELD]
        ],
        "refused_last": [{"report": one.report_id, "kind": one.kind, "why": one.why} for one in refused],
    }  # fmt: skip


@transaction.atomic
def retry_now(peer: Peer, actor: Actor, *, refused: bool = False) -> int:
    """Make what waits due at once. What was refused goes as a new message, since the old one has its answer."""
    at = now()
    Link.objects.filter(peer=peer).update(next_at=None)
    count = Outgoing.objects.filter(peer=peer, delivery=Delivery.WAITING).update(next_at=at)
    if refused:
        again = list(Outgoing.objects.filter(peer=peer, delivery=Delivery.REFUSED).order_by("id"))
        for one in again:
            one.pk, one.delivery, one.next_at = None, Delivery.WAITING, at
            one.tries, one.why, one.ended_at = 0, "", None
        count += len(Outgoing.objects.bulk_create(again))
        Outgoing.objects.filter(peer=peer, delivery=Delivery.REFUSED).update(delivery=Delivery.DONE, why="sent again")
    record(actor, [Act("peer.retried", "peer", peer.name, {"messages": count, "refused": refused})])
    return count
