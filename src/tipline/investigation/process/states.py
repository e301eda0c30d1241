"""The life of a request: what may follow what. Everything else is refused with a sentence."""

from __future__ import annotations

from tipline.core.errors import ConflictError
from tipline.investigation.process.models import EventKind, Request, RequestKind, RequestState

_S, _E = RequestState, EventKind

# event → from which states, and the state after it (None: as it was)
TRANSITIONS: dict[EventKind, tuple[frozenset[RequestState], RequestState | None]] = {
    _E.SENT: (frozenset({_S.DRAFTED}), _S.SENT),
    _E.REMINDED: (frozenset({_S.SENT, _S.REMINDED}), _S.REMINDED),
    # a second reply completes the first, as after one in part
    _E.REPLIED: (frozenset({_S.SENT, _S.REMINDED, _S.REPLIED}), _S.REPLIED),
    _E.RENEWED: (frozenset({_S.SENT, _S.REMINDED, _S.REPLIED}), None),
    # without a reply too: a holder may never answer, and counts as one who did not
    _E.CLOSED: (frozenset({_S.SENT, _S.REMINDED, _S.REPLIED}), _S.CLOSED),
    _E.WITHDRAWN: (frozenset({_S.DRAFTED, _S.SENT, _S.REMINDED}), _S.WITHDRAWN),
}
_REFUSED = {
    _E.SENT: "it was sent already",
    _E.REMINDED: "only who was asked and has not answered is reminded",
    _E.REPLIED: "nothing was sent yet, so there is no reply to note",
    _E.RENEWED: "only a preservation that was sent is renewed",
    _E.CLOSED: "what was never sent is withdrawn, not closed",
    _E.WITHDRAWN: "a request that was answered is closed, not withdrawn",
}
_OVER = {_S.CLOSED: "it is closed", _S.WITHDRAWN: "it was withdrawn"}


def allowed(request: Request) -> frozenset[EventKind]:
    """What may be done with a request as it stands."""
    state = RequestState(request.state)
    return frozenset(
        event
        for event, (before, _) in TRANSITIONS.items()
        if state in before and (event != _E.RENEWED or request.kind == RequestKind.PRESERVATION)
    )


def after(request: Request, event: EventKind) -> RequestState:
    """The state of a request after an event.

    Raises
    ------
    ConflictError
        when it cannot happen to a request as this one stands.
    """
    state = RequestState(request.state)
    if event not in allowed(request):
        why = _OVER.get(state) or _REFUSED[event]
        raise ConflictError(f"request {request.own_reference}: {why}")
    return TRANSITIONS[event][1] or state
