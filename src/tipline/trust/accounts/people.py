"""What an administrator does with the people of their own agency, and the operator with anybody. Each act is an entry of the log;
what changes somebody's rights ends their sessions at once."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from tipline.core.errors import InvalidInputError, NotFoundError, NotPermittedError
from tipline.trust.accounts import factors, limits, sessions
from tipline.trust.accounts.models import Rank, Role, User
from tipline.trust.accounts.passwords import one_time_password
from tipline.trust.accounts.services import add_user
from tipline.trust.actors import Actor
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, may


def people_of(administrator: User) -> Sequence[User]:
    """Everybody of the administrator's agency, those who may sign in first.

    Raises
    ------
    NotPermittedError
        for roles that do not manage people.
    """
    _check(administrator)
    return list(
        User.objects.filter(agency_id=administrator.agency_id)
        .select_related("agency")
        .order_by("-is_active", "name", "id")
    )


def person_of(administrator: User, person_id: int) -> User:
    """One of them.

    Raises
    ------
    NotPermittedError
        for roles that do not manage people.
    NotFoundError
        when the number is nobody's of this agency.
    """
    _check(administrator)
    person = User.objects.select_related("agency").filter(pk=person_id, agency_id=administrator.agency_id).first()
    if person is None:
        raise NotFoundError(f"person {person_id} does not exist or is of another agency")
    return person


def by_email(email: str) -> User:
    """Anybody, for the operator.

    Raises
    ------
    NotFoundError
        when the address has no account.
    """
    person = User.objects.select_related("agency").filter(email=email.lower()).first()
    if person is None:
        raise NotFoundError(f"{email!r} has no account")
    return person


def _check(administrator: User) -> None:
    if not may(administrator, Can.MANAGE_PEOPLE):
        raise NotPermittedError("only administrators manage people")


def _not_oneself(actor: Actor, person: User) -> None:
    if actor == person.actor:
        raise NotPermittedError("nobody does this to their own account: ask another administrator")


@transaction.atomic
def add_person(administrator: User, email: str, name: str, role: Role) -> tuple[User, str]:
    """Make an account at the administrator's agency, and a password for the first sign-in that is to be changed there.

    Raises
    ------
    NotPermittedError, InvalidInputError, ConflictError
        as `add_user`, and for roles that do not manage people.
    """
    _check(administrator)
    password = one_time_password()
    person = add_user(email, name, administrator.agency, role, password, administrator.actor)
    person.must_change_password = True
    person.save(update_fields=["must_change_password"])
    return person, password


@transaction.atomic
def change_role(person: User, role: Role, actor: Actor) -> None:
    """Give a person another role.

    Raises
    ------
    NotPermittedError
        for one's own role.
    """
    _not_oneself(actor, person)
    old = person.role
    if old == role:
        return
    person.role = role
    person.save(update_fields=["role"])
    ended = sessions.end_all(person)
    detail = {"from": old, "to": role.value, "sessions": ended}
    record(actor, [Act("account.role_changed", "user", person.pk, detail)])


@transaction.atomic
def set_rank(person: User, rank: Rank, actor: Actor) -> None:
    """Write down a person's rank, which some acts of law ask for. It gives no right in the software, so sessions go on.

    Raises
    ------
    NotPermittedError
        for one's own rank.
    """
    _not_oneself(actor, person)
    old = person.rank
    if old == rank:
        return
    person.rank = rank
    person.save(update_fields=["rank"])
    record(actor, [Act("account.rank_set", "user", person.pk, {"from": old, "to": rank.value})])


@transaction.atomic
def set_active(person: User, active: bool, actor: Actor) -> None:
    """Let a person sign in no more, or again."""
    _not_oneself(actor, person)
    if person.is_active == active:
        return
    person.is_active = active
    person.save(update_fields=["is_active"])
    ended = sessions.end_all(person)
    record(
        actor, [Act("account.reactivated" if active else "account.deactivated", "user", person.pk, {"sessions": ended})]
    )


@transaction.atomic
def reset_second_factor(person: User, actor: Actor) -> None:
    """Take away all second factors: the person sets up a new one at the next sign-in."""
    _not_oneself(actor, person)
    kinds = list(factors.remove_all(person))
    ended = sessions.end_all(person)
    record(actor, [Act("account.second_factor_reset", "user", person.pk, {"kinds": kinds, "sessions": ended})])


@transaction.atomic
def reset_password(person: User, actor: Actor) -> str:
    """A new password for one sign-in, which has to be changed there."""
    _not_oneself(actor, person)
    password = one_time_password()
    person.set_password(password)
    person.must_change_password = True
    person.save(update_fields=["password", "must_change_password"])
    ended = sessions.end_all(person)
    record(actor, [Act("account.password_reset", "user", person.pk, {"sessions": ended})])
    return password


@transaction.atomic
def unlock(person: User, actor: Actor) -> bool:
    """End a lockout before its time; whether there was one."""
    was = limits.unlock(person)
    if was:
        record(actor, [Act("account.unlocked", "user", person.pk)])
    return was


@transaction.atomic
def change_own_password(person: User, new: str) -> None:
    """Change one's own password, after the current one was asked for; all sessions end (`sessions.keep_this` lets one go on).

    Raises
    ------
    InvalidInputError
        when the new one is refused.
    """
    try:
        validate_password(new, person)
    except ValidationError as error:
        raise InvalidInputError(" ".join(error.messages)) from error
    if person.check_password(new):
        raise InvalidInputError("That is the password you have")
    person.set_password(new)
    person.must_change_password = False
    person.save(update_fields=["password", "must_change_password"])
    ended = sessions.end_all(person)
    record(person.actor, [Act("account.password_changed", "user", person.pk, {"sessions": ended})])
