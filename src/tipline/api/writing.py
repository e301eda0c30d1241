"""Acts of programs: one transaction with the service's own log entries, the token's number beside them, and once for each key."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Header

from tipline.api import schemas
from tipline.api.asking import Asker, asker_of, name_of
from tipline.api.models import Answered
from tipline.api.unchanged import refuse_changed
from tipline.core.clock import now
from tipline.core.errors import InvalidInputError
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Scope, acting

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key", max_length=200, pattern="^[ -~]*$",
        description="the same key with the same call is done once, and answered again for a week; with another call it is refused",
    ),
]  # fmt: skip

REFUSALS = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 429), schemas.Problem)
DONE: dict[int, Any] = {200: schemas.Done, **REFUSALS}


def done(request: HttpRequest, key: str, act: Callable[[User, Scope], dict[str, Any]]) -> dict[str, Any]:
    """Do an act as the token's person, or tell what was answered when the same call came before.

    `If-Match` is held against what the act is to change, unless the call is a repeat: it was held against it then.
    What is refused leaves nothing behind, so that the same key may come again.

    Raises
    ------
    InvalidInputError
        when the key came with another call.
    """
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        kept = _reserved(request, asker, key) if key else None
        if kept is not None and kept.answer is not None:
            return {**kept.answer, "repeated": True}
        refuse_changed(request)
        answer = act(asker.person, scope)
        if kept is not None:
            Answered.objects.filter(pk=kept.pk).update(answer=answer)
        asker.note("api.acted", "api", name_of(request))
    return answer


def _reserved(request: HttpRequest, asker: Asker, key: str) -> Answered:
    """The key's row. Whoever comes with the same key at the same time waits here until the first is through."""
    call = f"{request.method} {request.get_full_path()}\n".encode() + request.body
    digest = hashlib.sha256(call).hexdigest()
    row = Answered(person=asker.person, token=asker.token, key=key, call_sha256=digest, at=now())
    Answered.objects.bulk_create([row], ignore_conflicts=True)
    kept = Answered.objects.get(person=asker.person, key=key)
    if kept.call_sha256 != digest:
        raise InvalidInputError("this Idempotency-Key came with another call before: take a new key for a new act")
    return kept
