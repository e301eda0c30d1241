"""Second factors: codes of an authenticator app, recovery codes, passkeys. The mathematics are django-allauth's and python-fido2's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from django.core.exceptions import ValidationError
from django.db import transaction

from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.trust.accounts.models import User
from tipline.trust.actors import Actor
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import needs_second_factor

_Type = Authenticator.Type
FACTORS = (_Type.TOTP, _Type.WEBAUTHN)  # recovery codes stand in for one of these and are none by themselves
MOST_PASSKEYS = 10
LONGEST_NAME = 60
_LONGEST_CREDENTIAL = 16_384  # characters of JSON; with attestation they are some 2,000


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey of a person."""

    id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person has: the app's number (None: no app), passkeys, and how many recovery codes are left."""

    app: int | None
    passkeys: tuple[Passkey, ...]
    recovery_codes: int

    @property
    def count(self) -> int:
        """How many there are, recovery codes aside. Sign-in asks for one if there is any."""
        return (self.app is not None) + len(self.passkeys)


def factors_of(person: User) -> Factors:
    """What the person has."""
    app, passkeys, codes = None, [], 0
    for row in Authenticator.objects.filter(user_id=person.pk).order_by("id"):
        if row.type == _Type.TOTP:
            app = row.pk
        elif row.type == _Type.WEBAUTHN:
            passkeys.append(Passkey(row.pk, row.data["name"], row.created_at, row.last_used_at))
        else:
            codes = len(RecoveryCodes(row).get_unused_codes())
    return Factors(app, tuple(passkeys), codes)


def has_factor(person: User) -> bool:
    """Whether sign-in asks this person for a second factor."""
    return bool(Authenticator.objects.filter(user_id=person.pk, type__in=FACTORS).exists())


def who_has_one(people: Iterable[User]) -> set[int]:
    """Of these people those who have a second factor. One query."""
    ids = [person.pk for person in people]
    return set(Authenticator.objects.filter(user_id__in=ids, type__in=FACTORS).values_list("user_id", flat=True))


def new_secret() -> str:
    """A secret for an authenticator app, in base32."""
    return str(generate_totp_secret())


def _matching_step(secret: str, code: str, after: int) -> int | None:
    """The step of 30 seconds whose code this is, if it is later than the last one that was used (RFC 6238 section 5.2)."""
    for step in yield_hotp_counters_from_time():
        if step > after and compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))):
            return int(step)
    return None


@transaction.atomic
def add_app(person: User, secret: str, code: str, actor: Actor) -> None:
    """Make an authenticator app a factor, when it shows the right code.

    Raises
    ------
    InvalidInputError
        when the code is not the app's.
    ConflictError
        when the person has an app already.
    """
    step = _matching_step(secret, code, 0)
    if step is None:
        raise InvalidInputError(
            "That is not the code that the app shows now: wait for the next one, and check the telephone's clock"
        )
    _add_app(person, secret, step, actor)


@transaction.atomic
def give_app(person: User, actor: Actor) -> str:
    """Make an authenticator app for somebody, for the command line and the demo; its secret, to be shown once."""
    secret = new_secret()
    _add_app(person, secret, 0, actor)
    return secret


def _add_app(person: User, secret: str, last_step: int, actor: Actor) -> None:
    if Authenticator.objects.filter(user_id=person.pk, type=_Type.TOTP).exists():
        raise ConflictError(f"{person.email} has an authenticator app already: remove it first")
    row = TOTP.activate(person, secret).instance
    row.data["last_step"] = last_step
    row.save(update_fields=["data"])
    record(actor, [Act("account.factor_added", "user", person.pk, {"kind": "app"})])


@transaction.atomic
def right_code(person: User, code: str) -> str | None:
    """Whether this is the app's code or a recovery code of the person: `totp`, `recovery_codes`, or None. Each works once."""
    row = Authenticator.objects.select_for_update().filter(user_id=person.pk, type=_Type.TOTP).first()
    if row is not None:
        step = _matching_step(decrypt(row.data["secret"]), code, int(row.data.get("last_step", 0)))
        if step is not None:
            row.data["last_step"] = step
            row.save(update_fields=["data"])
            row.record_usage()
            return str(_Type.TOTP.value)
    codes = Authenticator.objects.filter(user_id=person.pk, type=_Type.RECOVERY_CODES).first()
    if codes is not None and RecoveryCodes(codes).validate_code(code):
        left = factors_of(person).recovery_codes
        record(person.actor, [Act("account.recovery_code_used", "user", person.pk, {"left": left})])
        return str(_Type.RECOVERY_CODES.value)
    return None


@transaction.atomic
def make_recovery_codes(person: User, actor: Actor) -> list[str]:
    """New recovery codes, to be shown once; older ones no longer work.

    Raises
    ------
    ConflictError
        when there is no factor that they would stand in for.
    """
    if not has_factor(person):
        raise ConflictError("Set up an authenticator app or a passkey first: recovery codes stand in for one")
    Authenticator.objects.filter(user_id=person.pk, type=_Type.RECOVERY_CODES).delete()
    codes = list(RecoveryCodes.activate(person).generate_codes())
    record(actor, [Act("account.recovery_codes_made", "user", person.pk, {"codes": len(codes)})])
    return codes


def passkey_request(person: User | None) -> str:
    """What the browser needs to use a passkey of the person, as JSON; without a person, of whoever is there.

    Its state is in the session.
    """
    from allauth.mfa.webauthn.internal import auth  # loads the list of public suffixes

    return json.dumps(auth.begin_authentication(person), default=dict)


def passkey_creation(person: User) -> str:
    """What the browser needs to make a passkey that can also sign in by itself, as JSON. Its state is in the session."""
    from allauth.mfa.webauthn.internal import auth

    return json.dumps(auth.begin_registration(person, passwordless=True), default=dict)


def _credential(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text) if len(text) <= _LONGEST_CREDENTIAL else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("response"), dict):
        raise InvalidInputError("The browser sent no passkey: try again")
    return found


@transaction.atomic
def add_passkey(person: User, name: str, credential: str, actor: Actor) -> None:
    """Keep a passkey that the browser made for `passkey_creation`.

    Raises
    ------
    InvalidInputError
        when it is none, was made for another request, or has no name.
    """
    from allauth.mfa.webauthn.internal import auth

    name = _name(name)
    if len(factors_of(person).passkeys) >= MOST_PASSKEYS:
        raise InvalidInputError(f"You have {MOST_PASSKEYS} passkeys: remove one first")
    found = _credential(credential)
    try:
        auth.parse_registration_response(found)
        auth.complete_registration(found)
    except (ValidationError, ValueError, TypeError, KeyError) as error:
        raise InvalidInputError("The passkey does not fit this page: open it again and repeat") from error
    row = auth.WebAuthn.add(person, name, found).instance
    record(actor, [Act("account.factor_added", "user", person.pk, {"kind": "passkey", "id": row.pk})])


def right_passkey(credential: str, person: User | None = None) -> User | None:
    """Whose passkey answered the request of this session; None when nobody's. With `person`, nobody else's counts."""
    from allauth.mfa.webauthn.internal import auth

    try:
        found = _credential(credential)
        auth.parse_authentication_response(found)
        whose = person if person is not None else auth.extract_user_from_response(found)
        row = auth.complete_authentication(whose, found)
    except (InvalidInputError, ValidationError, ValueError, TypeError, KeyError):
        return None
    row.record_usage()
    return User.objects.select_related("agency").filter(pk=whose.pk, is_active=True).first()


@transaction.atomic
def rename_passkey(person: User, factor_id: int, name: str) -> None:
    """Give a passkey another name.

    Raises
    ------
    NotFoundError
        when the person has none with that number.
    """
    row = Authenticator.objects.select_for_update().filter(user_id=person.pk, pk=factor_id, type=_Type.WEBAUTHN).first()
    if row is None:
        raise NotFoundError("you have no such passkey")
    row.data["name"] = _name(name)
    row.save(update_fields=["data"])


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise InvalidInputError(f"Give the passkey a name of 1 to {LONGEST_NAME} characters")
    return name


@transaction.atomic
def remove_factor(person: User, factor_id: int, actor: Actor) -> None:
    """Take away an app or a passkey; with the last one go the recovery codes.

    Raises
    ------
    NotFoundError
        when the person has none with that number.
    ConflictError
        when it is the last one and the role needs one.
    """
    rows = list(Authenticator.objects.select_for_update().filter(user_id=person.pk, type__in=FACTORS))
    row = next((row for row in rows if row.pk == factor_id), None)
    if row is None:
        raise NotFoundError("you have no such factor")
    if len(rows) == 1 and needs_second_factor(person):
        raise ConflictError("Your role needs a second factor, and this is the last one: add another first")
    kind = "app" if row.type == _Type.TOTP else "passkey"
    row.delete()
    if len(rows) == 1:
        Authenticator.objects.filter(user_id=person.pk).delete()
    record(actor, [Act("account.factor_removed", "user", person.pk, {"kind": kind, "id": factor_id})])


def remove_all(person: User) -> Sequence[str]:
    """Take away every factor and all recovery codes; which kinds there were. The caller logs it and ends the sessions."""
    rows = Authenticator.objects.filter(user_id=person.pk)
    kinds = sorted(set(rows.values_list("type", flat=True)))
    rows.delete()
    return kinds
