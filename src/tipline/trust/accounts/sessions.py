"""Sessions: how they begin, what a new one still lacks, how long they last, how they end.

Which proofs a session rests on, and when they were given, is kept in the session where django-allauth keeps it, so that no page
asks the database for it. What ends all sessions of a person counts up their `session_epoch`, which every session is checked
against when its person is loaded.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, MutableMapping
from enum import StrEnum
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY, login, logout, update_session_auth_hash
from django.db.models import F
from django.http import HttpRequest, HttpResponse

from tipline.core.clock import now
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import needs_second_factor

IDLE_SECONDS = 30 * 60
LONGEST_SECONDS = 10 * 60 * 60  # one long shift, however busy
_NOTED_EVERY_SECONDS = 60  # so that not every page writes

# Where django-allauth keeps how and when somebody proved who they are: [{"method": ..., "at": seconds since 1970}, ...]
PROOFS = "account_authentication_methods"
_PROOFS_OF = "account_authentication_methods_user"
SECOND_FACTOR = "tipline_second_factor"
_TIMES = "tipline_times"  # [when it began, when it was last used], in seconds since 1970
_BACKEND = "tipline.trust.accounts.backend.AccountBackend"

Session = MutableMapping[str, Any]


class Step(StrEnum):
    """What a person has to do before anything else is open to them."""

    PASSWORD = "password"  # noqa: S105 - the name of a step
    SECOND_FACTOR = "second_factor"


def missing_step(person: User, session: Session) -> Step | None:
    """What stands between this session and everything else. Asks nothing of the database; every face calls it."""
    if person.must_change_password and not _by_single_sign_on(session):
        return Step.PASSWORD
    if needs_second_factor(person) and session.get(SECOND_FACTOR) is not True:
        return Step.SECOND_FACTOR
    return None


def _by_single_sign_on(session: Session) -> bool:
    return any(proof.get("method") == "socialaccount" for proof in session.get(PROOFS) or ())


def proof(method: str, **more: Any) -> dict[str, Any]:
    """A proof given now, as django-allauth writes it: `password`, `mfa` with a `type`, `socialaccount`."""
    return {"method": method, "at": time.time(), **more}


def start(request: HttpRequest, person: User, proofs: Iterable[dict[str, Any]], *, second_factor: bool) -> None:
    """Begin a session that rests on these proofs. The key is a new one. An entry of the log."""
    given = list(proofs)
    request.session.set_expiry(None)
    login(request, person, backend=_BACKEND)
    request.session[PROOFS] = given
    request.session[_PROOFS_OF] = str(person.pk)
    request.session[SECOND_FACTOR] = second_factor
    UserSession.objects.create_from_request(request)
    record(
        person.actor, [Act("account.signed_in", "user", person.pk, {"by": [p.get("type", p["method"]) for p in given]})]
    )


def add_proof(request: HttpRequest, person: User, given: dict[str, Any]) -> None:
    """The person proved once more who they are."""
    request.session[PROOFS] = [*(request.session.get(PROOFS) or [])[-9:], given]
    request.session[_PROOFS_OF] = str(person.pk)


def end(request: HttpRequest) -> None:
    """Sign out. An entry of the log."""
    if isinstance(request.user, User):
        record(request.user.actor, [Act("account.signed_out", "user", request.user.pk)])
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    logout(request)


def sessions_of(person: User) -> list[UserSession]:
    """The person's living sessions, the last used first."""
    living = UserSession.objects.purge_and_list(person)
    return sorted(living, key=lambda session: session.last_seen_at, reverse=True)


def count_of(person: User) -> int:
    """How many living sessions a person has."""
    return len(UserSession.objects.purge_and_list(person))


def end_one(person: User, session_id: int) -> bool:
    """End one of the person's sessions; False when there is none with that number. An entry of the log."""
    session = UserSession.objects.filter(user_id=person.pk, pk=session_id).first()
    if session is None:
        return False
    session.end()
    record(person.actor, [Act("account.session_ended", "user", person.pk, {"sessions": 1})])
    return True


def end_all(person: User) -> int:
    """End all sessions of a person, at once and on every machine; how many were listed. The caller logs why."""
    User.objects.filter(pk=person.pk).update(session_epoch=F("session_epoch") + 1)
    person.refresh_from_db(fields=["session_epoch"])
    sessions = list(UserSession.objects.filter(user_id=person.pk))
    for session in sessions:
        session.end()
    return len(sessions)


def end_everywhere(person: User) -> None:
    """The person signs out of every session. An entry of the log."""
    record(person.actor, [Act("account.signed_out_everywhere", "user", person.pk, {"sessions": end_all(person)})])


def keep_this(request: HttpRequest, person: User) -> None:
    """After `end_all`: the session of this request goes on, under a new key."""
    update_session_auth_hash(request, person)
    UserSession.objects.create_from_request(request)


def note_begin(sender: object, request: HttpRequest, **_: object) -> None:
    """Signal receiver of a sign-in: the session's time begins."""
    at = time.time()
    request.session[_TIMES] = [at, at]


class SessionTimesMiddleware:
    """Ends sessions that were not used for `IDLE_SECONDS`, or are older than `LONGEST_SECONDS`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session:
            self._judge(request)
        return self._get_response(request)

    def _judge(self, request: HttpRequest) -> None:
        at = time.time()
        began, used = request.session.get(_TIMES) or (0.0, 0.0)
        if at - began > LONGEST_SECONDS or at - used > IDLE_SECONDS:
            UserSession.objects.filter(session_key=request.session.session_key).delete()
            logout(request)
        elif at - used > _NOTED_EVERY_SECONDS:
            request.session[_TIMES] = [began, at]
            UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=now())
