"""From what a stranger typed to a person, or to nothing that tells why not."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import authenticate
from django.http import HttpRequest

from tipline.core.addresses import neighbourhood
from tipline.trust.accounts import factors, limits
from tipline.trust.accounts.limits import TooManyTriesError
from tipline.trust.accounts.models import TriesKind, User
from tipline.trust.accounts.passwords import LONGEST
from tipline.trust.actors import Actor, ActorKind
from tipline.trust.audit.services import Act, record

_LONGEST_EMAIL = 254
_STRANGER = Actor(ActorKind.SYSTEM, None, "sign-in")


def by_password(request: HttpRequest, email: str, password: str, address: str) -> User | None:
    """The person with this address and password, or None. An unknown address takes as long as a wrong password, since
    Django hashes something for it too, and counts towards the same limits.

    Raises
    ------
    TooManyTriesError
        for the account or the network address.
    """

    def person(email: str) -> User | None:
        found = authenticate(request, username=email, password=password) if len(password) <= LONGEST else None
        return found if isinstance(found, User) else None

    return counted(email, address, "password", person)


def counted(email: str, address: str, by: str, person: Callable[[str], User | None]) -> User | None:
    """Whom `person` finds for an address that was typed, with the try counted before it is judged, and forgiven when it was right.

    Raises
    ------
    TooManyTriesError
        for the account or the network address.
    """
    email = email.replace("\x00", "").strip().lower()[:_LONGEST_EMAIL]
    _take(TriesKind.ADDRESS, neighbourhood(address), email)
    _take(TriesKind.ACCOUNT, email, email)
    found = person(email)
    if found is None:
        note_failure(email, by)
        return None
    limits.forgive(TriesKind.ADDRESS, neighbourhood(address))
    limits.forgive(TriesKind.ACCOUNT, email)
    return found


def by_code(person: User, code: str) -> str | None:
    """Whether the code is one of the person's: `totp`, `recovery_codes`, or None.

    Raises
    ------
    TooManyTriesError
        when too many were wrong.
    """
    _take(TriesKind.FACTOR, str(person.pk), person.email)
    kind = factors.right_code(person, "".join(code.split())[:40])
    if kind is None:
        note_failure(person.email, "code")
    else:
        limits.forgive(TriesKind.FACTOR, str(person.pk))
    return kind


def own_password(person: User, password: str) -> bool:
    """Whether it is the password of this person, who is signed in.

    Raises
    ------
    TooManyTriesError
        when too many were wrong.
    """
    _take(TriesKind.FACTOR, str(person.pk), person.email)
    right = len(password) <= LONGEST and person.check_password(password)
    if right:
        limits.forgive(TriesKind.FACTOR, str(person.pk))
    else:
        note_failure(person.email, "password")
    return right


def note_failure(email: str, by: str) -> None:
    """Log that somebody failed to prove who they are. What a stranger typed is not kept: it may be a password."""
    _note("account.sign_in_failed", email, {"by": by})


def _take(kind: TriesKind, what: str, email: str) -> None:
    try:
        limits.take(kind, what)
    except TooManyTriesError as error:
        if error.began:
            _note("account.locked", email, {"kind": kind.value})
        raise


def _note(action: str, email: str, detail: dict[str, str]) -> None:
    person_id = User.objects.filter(email=email).values_list("pk", flat=True).first()
    record(_STRANGER, [Act(action, "user", person_id or "unknown", detail)])
