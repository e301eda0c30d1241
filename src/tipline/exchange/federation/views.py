"""The face for peers: `/federation/v1/`. A call is signed or it is refused; of what is here it tells nothing to anybody else."""

from __future__ import annotations

import re
import threading
from contextlib import suppress
from datetime import timedelta

import structlog
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST
from pydantic import ValidationError

from tipline.core.clock import now
from tipline.core.config import config
from tipline.core.errors import NotPermittedError
from tipline.core.keys import read_verifying_key, signing_key
from tipline.core.problems import problem, retry_after
from tipline.exchange.federation.inbox import take_batch
from tipline.exchange.federation.models import Link, Nonce
from tipline.exchange.federation.signing import (
    CLOCKS_DIFFER,
    FROM,
    NONCE,
    VERSIONS_TAG,
    Answer,
    Call,
    check_call,
    sign_answer,
)
from tipline.exchange.federation.trusting import keys_of, settle_keys, settle_versions
from tipline.exchange.federation.wire import (
    FORMS,
    LARGEST_CALL_BYTES,
    VERSIONS_PATH,
    Answered,
    Form,
    Spoken,
    Status,
    our_versions,
)
from tipline.exchange.parties.alerts import raise_alerts
from tipline.exchange.parties.models import LinkAlertKind, Peer, PeerState
from tipline.exchange.parties.ourselves import our_keys, our_name
from tipline.trust.visibility import OPERATOR, acting

log = structlog.get_logger(__name__)

# How many calls a process works on at once; more are told to come again, so that the desks' own pages go on.
_AT_ONCE = threading.BoundedSemaphore(2)
_COME_AGAIN_SECONDS = 2
NONCE_SHAPE = re.compile(r"[A-Za-z0-9_-]{16,64}")
_NAMED = ("content-digest", "content-type", "signature", "signature-input", "tipline-from", "tipline-to")


@require_GET
def versions(request: HttpRequest) -> HttpResponse:
    """Which versions of the wire are spoken here. Anybody may ask; with a nonce the answer is signed for it."""
    nonce = request.headers.get(NONCE, "")
    settings = config()
    body = Spoken(versions=our_versions(), keys=our_keys(settings)).model_dump_json().encode()
    signed = Answer(200)
    if NONCE_SHAPE.fullmatch(nonce):
        sign_answer(signing_key(settings), signed, body, nonce, tag=VERSIONS_TAG)
    return HttpResponse(body, content_type="application/json", headers=dict(signed.headers))


@require_POST
def messages(request: HttpRequest, version: int) -> HttpResponse:
    """Take a batch of messages of a peer, written as a version of the wire has it."""
    form = FORMS.get(version)
    if form is None:
        spoken = ", ".join(map(str, our_versions()))
        return problem(404, f"version {version} of the wire is not spoken here, but {spoken}: see {VERSIONS_PATH}")
    if not _AT_ONCE.acquire(blocking=False):
        return problem(429, "this installation is busy with other calls", retry_after(_COME_AGAIN_SECONDS))
    try:
        return _messages(request, version, form)
    finally:
        _AT_ONCE.release()


def _messages(request: HttpRequest, version: int, form: Form) -> HttpResponse:
    body = request.read(LARGEST_CALL_BYTES + 1)
    if len(body) > LARGEST_CALL_BYTES:
        return problem(413, f"a call has at most {LARGEST_CALL_BYTES} bytes: send fewer messages at once")
    try:
        batch = form.read(body)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return problem(422, f"{where}: {first['msg'][:200]}")
    except ValueError as error:
        return problem(422, f"this is no call of version {version}: {str(error)[:200]}")
    if batch.version != version:
        return problem(
            422, f"version: a call of version {batch.version} goes to its own address, not to that of {version}"
        )
    with acting(OPERATOR):
        peer = Peer.objects.filter(name=request.headers.get(FROM, "")).first()
        if peer is None:
            return problem(401, "no installation of that name is known here")
        call = Call(
            "POST",
            request.build_absolute_uri(),
            {name: request.headers[name] for name in _NAMED if name in request.headers},
        )
        try:
            nonce = check_call(keys_of(peer, batch.keys), call, body, us=our_name())
        except NotPermittedError as error:
            log.warning("a call of a peer is not believed", peer=peer.name, why=str(error))
            _tell_of_revoked(peer, call, body)
            return problem(401, str(error), {"Date": f"{now():%a, %d %b %Y %H:%M:%S GMT}"})
        if peer.state != PeerState.ACTIVE:
            return problem(
                403, f"the link to {peer.name} is {PeerState(peer.state).label.lower()} on this side", retry_after(300)
            )
        if not _first_time(peer, nonce):
            return problem(409, "this very call came before: sign each one anew")
        settle_keys(peer, batch.keys)
        settle_versions(peer, batch.versions)
        Link.objects.update_or_create(peer=peer, defaults={"last_heard_at": now()})
    with acting(OPERATOR):
        answers = tuple(take_batch(peer, batch))
    return _answer(answers, nonce, version, form)


def _tell_of_revoked(peer: Peer, call: Call, body: bytes) -> None:
    """Raise an alert where the call is signed, and rightly, by a key that was revoked: somebody has it."""
    keys = {
        key: read_verifying_key(key) for key in peer.keys.filter(revoked_at__isnull=False).values_list("key", flat=True)
    }
    with suppress(NotPermittedError):
        if keys:
            check_call(keys, call, body, us=our_name())
            raise_alerts({(LinkAlertKind.REVOKED_KEY, peer.name): "a call was signed by a revoked key; it was refused"})


def _first_time(peer: Peer, nonce: str) -> bool:
    at = now()
    Nonce.objects.filter(at__lt=at - 3 * CLOCKS_DIFFER - timedelta(minutes=1)).delete()
    try:
        with transaction.atomic():
            Nonce.objects.create(peer=peer, nonce=nonce, at=at)
    except IntegrityError:
        return False
    return True


def _answer(answers: tuple[Status, ...], nonce: str, version: int, form: Form) -> HttpResponse:
    settings = config()
    whole = Answered(version=version, versions=our_versions(), keys=our_keys(settings), answers=answers)
    body = form.write_answer(whole)
    signed = Answer(200)
    sign_answer(signing_key(settings), signed, body, nonce)
    return HttpResponse(body, content_type="application/json", headers=dict(signed.headers))
