"""What is wrong with links to other installations, in sentences that say what to do: for `tipline doctor`."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Min, Q

from tipline.exchange.federation.models import Delivery, Outgoing
from tipline.exchange.federation.watching import ENDS_WITHIN, WAITS_FOR
from tipline.exchange.parties.models import Peer, PeerKey, PeerState, RemoteDesk
from tipline.trust.agencies.models import Agreement


def link_warnings(at: datetime) -> list[str]:
    """Links that tell or hear nothing, agreements over the border that are over or soon are, keys that end. Six queries at most."""
    peers = list(Peer.objects.filter(state=PeerState.ACTIVE).select_related("link").order_by("name"))
    return [*_stale(peers, at), *_agreements(at), *_keys(peers, at)] if peers else []


def _stale(peers: list[Peer], at: datetime) -> list[str]:
    waiting = Q(delivery=Delivery.WAITING)
    rows = Outgoing.objects.filter(peer__in=peers).values_list("peer_id")
    counted = rows.annotate(
        waiting=Count("id", filter=waiting),
        oldest=Min("at", filter=waiting),
        refused=Count("id", filter=Q(delivery=Delivery.REFUSED)),
    )
    found, of_peer = [], {peer_id: rest for peer_id, *rest in counted}
    for peer in peers:
        count, oldest, refused = of_peer.get(peer.pk, (0, None, 0))
        link = getattr(peer, "link", None)
        if oldest and oldest < at - WAITS_FOR:
            why = f" ({link.error})" if link and link.error else ""
            how = "`tipline peer show` says why" if peer.url else "`tipline package return` writes them on a stick"
            found.append(
                f"{count} messages wait for {peer.name}, the first since {oldest:%Y-%m-%d %H:%M} UTC{why}: {how}"
            )
        elif link and link.failures and link.error:
            found.append(f"{peer.name} was told nothing in {link.failures} attempts: {link.error}")
        if refused:
            found.append(f"{peer.name} refused {refused} messages: `tipline peer show {peer.name}` says which")
    return found


def _agreements(at: datetime) -> list[str]:
    """Agreements with a desk that works elsewhere: the latest of each pair, where it has an end."""
    remote = RemoteDesk.objects.filter(peer__state=PeerState.ACTIVE).values("agency_id")
    rows = Agreement.objects.filter(Q(from_agency__in=remote) | Q(to_agency__in=remote)).order_by("since", "id")
    latest = {(a, b): until for a, b, until in rows.values_list("from_agency__code", "to_agency__code", "until")}
    held = Outgoing.objects.filter(delivery=Delivery.WAITING, why__contains="no agreement from")
    waits = {
        (a, b): n
        for a, b, n in held.values_list("referral__from_agency__code", "referral__to_agency__code").annotate(
            Count("id")
        )
    }
    found, today = [], at.date()
    for (a, b), until in sorted(latest.items()):
        if until is None or until > today + ENDS_WITHIN:
            continue
        if until <= today:
            count = waits.get((a, b), 0)
            found.append(
                f"the agreement from {a} to {b} ended on {until}{f', and {count} messages wait for one' if count else ''}:"
                " `tipline agency agreement set` makes a new one"
            )
        else:
            found.append(f"the agreement from {a} to {b} ends on {until}: nothing goes across from then on")
    return found


def _keys(peers: list[Peer], at: datetime) -> list[str]:
    """Peers of which no key is believed, or of which the last one ends soon."""
    rows = PeerKey.objects.filter(peer__in=peers, revoked_at__isnull=True, valid_from__lte=at)
    ends: dict[int, list[datetime | None]] = {}
    for peer_id, until in rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=at)).values_list(
        "peer_id", "valid_until"
    ):
        ends.setdefault(peer_id, []).append(until)
    found = []
    for peer in peers:
        known = ends.get(peer.pk, [])
        last = max((one for one in known if one), default=None)
        if not known:
            found.append(
                f"no key of {peer.name} is believed any more: ask for its new descriptor and `tipline peer add` it"
            )
        elif None not in known and last and last <= at + ENDS_WITHIN:
            found.append(
                f"the last key of {peer.name} ends on {last:%Y-%m-%d}: ask for its new descriptor and `tipline peer add` it"
            )
    return found
