"""How links do, looked at every few minutes: what fails or waits too long becomes an alert, and what is mended ends one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from tipline.core.clock import now
from tipline.exchange.federation.models import Delivery, Link, Outgoing
from tipline.exchange.parties.alerts import Key, settle
from tipline.exchange.parties.models import LinkAlertKind, PeerState
from tipline.trust.agencies.models import Agreement

FAILS_FOR = timedelta(hours=2)
WAITS_FOR = timedelta(hours=24)
ENDS_WITHIN = timedelta(days=30)
_IN_USE = timedelta(days=90)
_LASTING = (LinkAlertKind.FAILING, LinkAlertKind.WAITING, LinkAlertKind.AGREEMENT)


@dataclass(frozen=True, slots=True)
class Ending:
    """An agreement in use that ended, or ends soon and has none after it. `held`: referrals that wait for one."""

    from_code: str
    to_code: str
    reference: str
    until: date
    held: int
    days: int  # left; 0 or less: it ended

    @property
    def ended(self) -> bool:
        """Whether nothing goes across any more."""
        return self.days <= 0


# The last agreement of two agencies, where it ends by the day asked for. Few rows: the rest is looked up for these alone.
_ENDING = """
SELECT f.code, t.code, a.reference, a.until, held.count, a.until - %(today)s::date
FROM (SELECT DISTINCT ON (from_agency_id, to_agency_id) from_agency_id, to_agency_id, reference, until
      FROM agencies_agreement ORDER BY from_agency_id, to_agency_id, until DESC NULLS FIRST, since DESC) a
JOIN agencies_agency f ON f.id = a.from_agency_id JOIN agencies_agency t ON t.id = a.to_agency_id
CROSS JOIN LATERAL (
  SELECT count(*) FROM parties_remotedesk d JOIN federation_outgoing o ON o.peer_id = d.peer_id AND o.delivery = 'waiting'
  JOIN referrals_referral r ON r.id = o.referral_id
  WHERE d.agency_id = a.to_agency_id AND o.kind = 'referral' AND r.from_agency_id = a.from_agency_id AND r.to_agency_id = a.to_agency_id
    AND a.until <= %(today)s) held
WHERE a.until <= %(horizon)s AND (%(all)s OR a.from_agency_id = ANY (%(agencies)s) OR a.to_agency_id = ANY (%(agencies)s))
  AND (held.count > 0 OR (a.until > %(gone)s AND EXISTS (
    SELECT 1 FROM referrals_referral r WHERE r.from_agency_id = a.from_agency_id AND r.to_agency_id = a.to_agency_id AND r.sent_at > %(used)s)))
ORDER BY a.until, f.code, t.code
"""


def endings(agency_ids: Iterable[int] | None = None) -> list[Ending]:
    """Agreements in use that ended in the last 30 days or end within 30, or that referrals wait for: of these agencies, or all. One query.

    What waits is counted among what the asker may see (row security).
    """
    at = now()
    today = at.date()
    asked: dict[str, Any] = {
        "today": today, "horizon": today + ENDS_WITHIN, "gone": today - ENDS_WITHIN, "used": at - _IN_USE,
        "all": agency_ids is None, "agencies": sorted(agency_ids or ()),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ENDING, asked)
        return [Ending(*row) for row in cursor.fetchall()]


def may_end(agency_ids: Iterable[int]) -> QuerySet[Any, Any]:
    """Agreements of these agencies that `endings` may have something to say of: for pages that count everything in one query."""
    of = list(agency_ids)
    ends = Agreement.objects.filter(until__lte=now().date() + ENDS_WITHIN)
    return ends.filter(Q(from_agency__in=of) | Q(to_agency__in=of)).values("pk")


def watch() -> int:
    """Hold links against what is tolerable. Returns how many alerts are true now."""
    found = _failing(now()) | _waiting(now()) | _agreements()
    settle(found, _LASTING)
    return len(found)


def _failing(at: datetime) -> dict[Key, str]:
    """Links that have told nothing for hours, though something is there to be told."""
    long_ago = at - FAILS_FOR
    waits = Outgoing.objects.filter(peer=OuterRef("peer"), delivery=Delivery.WAITING, at__lt=long_ago)
    rows = Link.objects.filter(
        Exists(waits),
        Q(last_success_at__lt=long_ago) | Q(last_success_at__isnull=True, peer__confirmed_at__lt=long_ago),
        failures__gt=0, error_at__gt=F("peer__confirmed_at"), peer__state=PeerState.ACTIVE,
    )  # fmt: skip
    return {(LinkAlertKind.FAILING, name): error for name, error in rows.values_list("peer__name", "error")}


def _waiting(at: datetime) -> dict[Key, str]:
    """Peers for which something waits since yesterday: of those that are suspended as well."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.name, count(*), min(o.at) FROM federation_outgoing o JOIN parties_peer p ON p.id = o.peer_id"
            " WHERE o.delivery = 'waiting' AND p.state <> 'ended' GROUP BY p.name HAVING min(o.at) < %s",
            [at - WAITS_FOR],
        )
        return {
            (LinkAlertKind.WAITING, name): f"{count} wait, the oldest since {oldest:%Y-%m-%d %H:%M} UTC"
            for name, count, oldest in cursor.fetchall()
        }


def _agreements() -> dict[Key, str]:
    """Agreements that ended while referrals wait for them."""
    return {
        (
            LinkAlertKind.AGREEMENT,
            f"{one.from_code} to {one.to_code}",
        ): f"{one.held} wait; it ended on {one.until}: {one.reference}"
        for one in endings()
        if one.ended and one.held
    }
