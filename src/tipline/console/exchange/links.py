"""Links to other installations: how each does, and what their administrators do with one. Each act is one call of a service.

Whoever works a desk sees how links do, counted over reports that they may see, with the way to these. Who manages links sees all of
them counted, and no report.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tipline.console.authorise import fresh, signed_in
from tipline.console.downloads import attached
from tipline.console.exchange.pages import must_manage_links, must_see_links, with_tabs
from tipline.console.fields import Errors, FieldError, placed, sentence
from tipline.core.config import config
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.exchange.federation import queries
from tipline.exchange.federation.watching import endings
from tipline.exchange.parties import alerts, ourselves, services
from tipline.exchange.parties.descriptor import LARGEST_BYTES, fingerprint, read_descriptor, spoken
from tipline.exchange.parties.models import Peer, PeerState
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency
from tipline.trust.agencies.queries import by_code
from tipline.trust.audit.models import Entry
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import OPERATOR, Scope, acting, agencies_of

_TONES = {
    PeerState.INVITED: "wait", PeerState.ACTIVE: "good", PeerState.SUSPENDED: "warn", PeerState.ENDED: "quiet",
}  # fmt: skip
_TIMES = ("oldest_at", "last_success_at", "last_heard_at", "next_at", "valid_from", "valid_until")
MOST_ENTRIES = 20


@require_safe
@signed_in
def links(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Every link, the alerts, and what this installation is to others."""
    manages = must_see_links(person)
    return render(request, "console/links.html", _list(person, scope, manages))


def _list(person: User, scope: Scope, manages: bool, errors: Errors | None = None) -> dict[str, Any]:
    seen = OPERATOR if manages else scope
    with acting(seen):
        rows = [_row(one) for one in queries.links(seen)]
        ending = endings(None if manages else agencies_of(person))
        record(person.actor, [Act("peer.listed", "peer", "all", {"rows": len(rows)})])
        own = ourselves.describe(config()) if manages else None
        return with_tabs(
            person, "links", links=rows, endings=ending, manages=manages, errors=errors or [],
            alerts=list(alerts.open_alerts()) if manages else [], own=own,
            own_fingerprint=spoken(fingerprint(own.name, [line.key for line in own.keys])) if own else "",
        )  # fmt: skip


def _row(found: dict[str, Any]) -> dict[str, Any]:
    """A link for a page: times as times, its state as words."""
    state = PeerState(found["state"])
    times = {name: datetime.fromisoformat(found[name]) if found[name] else None for name in _TIMES if name in found}
    return found | times | {"state_words": state.label, "tone": _TONES[state]}


def _peer(name: str) -> Peer:
    found = Peer.objects.filter(name=name[:40]).first()
    if found is None:
        raise NotFoundError("there is no such link")
    return found


@require_safe
@signed_in
def one(request: HttpRequest, person: User, scope: Scope, name: str) -> HttpResponse:
    """One link: keys, agencies, what waits and why, what was refused, and what was done with it."""
    manages = must_see_links(person)
    return render(request, "console/link.html", _page(person, scope, manages, _peer(name)))


def _page(
    person: User, scope: Scope, manages: bool, peer: Peer, errors: Errors | None = None, given: Any = None
) -> dict[str, Any]:
    seen = OPERATOR if manages else scope
    with acting(seen):
        found = queries.link(peer, seen)
        entries = Entry.objects.filter(object_type="peer", object_id=peer.name).order_by("-id") if manages else ()
        record(person.actor, [Act("peer.read", "peer", peer.name)])
        context = with_tabs(
            person, "links", link=_row(found) | {"keys": [_times(key) for key in found["keys"]]}, peer=peer, manages=manages,
            errors=errors or [], given=given or {}, entries=list(entries[:MOST_ENTRIES]), own_acquaintance=_own(peer, person),
        )  # fmt: skip
        if manages and peer.state != PeerState.ENDED:
            elsewhere = Agency.objects.filter(active=True, remote__isnull=True).order_by("code")
            context["placeable"] = list(elsewhere.values_list("code", "name"))
    return context


def _times(found: dict[str, Any]) -> dict[str, Any]:
    return found | {name: datetime.fromisoformat(found[name]) for name in _TIMES if found.get(name)}


def _own(peer: Peer, person: User) -> bool:
    """Whether this very person added the peer, so that another one compares the fingerprint."""
    return peer.added_by_person_id == person.pk


@require_POST
@signed_in
@fresh
def add(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Take in a descriptor: of somebody new, or a newer one of a known peer."""
    must_manage_links(person)
    file = request.FILES.get("descriptor")
    try:
        if not isinstance(file, UploadedFile):
            raise InvalidInputError("choose the descriptor that the other side gave you")
        found = services.add_peer(read_descriptor(file.read(LARGEST_BYTES + 1)), ourselves.our_name(), person.actor)
    except (InvalidInputError, ConflictError) as error:
        return render(
            request, "console/links.html", _list(person, scope, True, [placed(error, "descriptor")]), status=422
        )
    if found.state == PeerState.INVITED:
        messages.success(request, f"{found.name} is added. Nothing goes there before its fingerprint is compared")
    else:
        messages.success(request, f"{found.name} is up to date")
    return redirect("console:link", found.name)


@require_safe
@signed_in
@fresh
def descriptor(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """What this installation is to others, signed: a file for a peer."""
    must_manage_links(person)
    found = ourselves.describe(config())
    record(person.actor, [Act("peer.described", "installation", found.name)])
    return attached(found.model_dump_json(indent=2) + "\n", "application/json", f"{found.name}.json")


@require_POST
@signed_in
@fresh
def act(request: HttpRequest, person: User, scope: Scope, name: str) -> HttpResponse:
    """Compare, suspend, resume, end; try now, send again; place an agency or take it back; believe a key no more."""
    must_manage_links(person)
    peer, verb = _peer(name), request.POST.get("verb", "")
    try:
        doing = _ACTS.get(verb)
        if doing is None:
            raise InvalidInputError("choose what to do with it")
        with acting(OPERATOR):  # what waits is of all desks' reports
            messages.success(request, doing(peer, request, person))
    except (InvalidInputError, ConflictError, NotFoundError) as error:
        context = _page(person, scope, True, _peer(name), [placed(error, _FIRST.get(verb, "state"))], request.POST)
        return render(request, "console/link.html", context, status=422)
    return redirect("console:link", peer.name)


def _why(request: HttpRequest, field: str) -> str:
    why = request.POST.get(field, "").strip()
    if not why or len(why) > services.LONGEST_WHY:
        raise FieldError(field, f"say in 1 to {services.LONGEST_WHY} characters why")
    return why


def _confirm(peer: Peer, request: HttpRequest, person: User) -> str:
    services.confirm_peer(peer, request.POST.get("fingerprint", "")[:200], person.actor)
    return f"{peer.name} is active: what is referred to its agencies goes there"


def _move(state: PeerState, words: str) -> Callable[[Peer, HttpRequest, User], str]:
    def move(peer: Peer, request: HttpRequest, person: User) -> str:
        services.set_state(peer, state, _why(request, "why"), person.actor)
        return words

    return move


def _try(peer: Peer, request: HttpRequest, person: User) -> str:
    count = queries.retry_now(peer, person.actor)
    return f"{count} message{'' if count == 1 else 's'} tried at once: look here again in a minute"


def _again(peer: Peer, request: HttpRequest, person: User) -> str:
    count = queries.retry_now(peer, person.actor, refused=True)
    return f"{count} message{'' if count == 1 else 's'} tried at once, with what was refused"


def _place(peer: Peer, request: HttpRequest, person: User) -> str:
    try:
        agency = by_code(request.POST.get("agency", "").strip().upper()[:40])
    except NotFoundError as error:
        raise FieldError("agency", "name an agency of the tree by its code") from error
    services.place_desk(agency, peer, person.actor)
    return f"{agency.name} works at {peer.name}: what is referred to it crosses"


def _back(peer: Peer, request: HttpRequest, person: User) -> str:
    agency = by_code(request.POST.get("agency", "")[:40])
    if not peer.desks.filter(agency=agency).exists():
        raise NotFoundError(f"{agency.code} does not work at {peer.name}")
    services.take_desk_back(agency, person.actor)
    return f"{agency.name} works here again"


def _revoke(peer: Peer, request: HttpRequest, person: User) -> str:
    services.revoke_key(peer, request.POST.get("key", "")[:200], _why(request, "revoke_why"), person.actor)
    return "Nothing that this key signs is believed any more"


_ACTS: dict[str, Callable[[Peer, HttpRequest, User], str]] = {
    "confirm": _confirm,
    "suspend": _move(PeerState.SUSPENDED, "It is suspended: what waits for it waits on"),
    "resume": _move(PeerState.ACTIVE, "It is active again"),
    "end": _move(PeerState.ENDED, "It is ended: its descriptor can be added anew, and is compared anew"),
    "try": _try,
    "again": _again,
    "place": _place,
    "back": _back,
    "revoke": _revoke,
}
# where a fault stands that names no field
_FIRST = {"confirm": "fingerprint", "suspend": "why", "resume": "why", "end": "why", "place": "agency", "back": "agency", "revoke": "key"}  # fmt: skip


@require_POST
@signed_in
def alert_seen(request: HttpRequest, person: User, scope: Scope, alert_id: int) -> HttpResponse:
    """Say that somebody looked."""
    must_manage_links(person)
    try:
        alerts.see(alert_id, person)
        messages.success(request, "Seen, with your name")
    except ConflictError as error:
        messages.error(request, sentence(error))
    return redirect("console:links")
