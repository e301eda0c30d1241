"""Making people and providers."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from tipline.core.errors import ConflictError, InvalidInputError
from tipline.trust.accounts.models import Reporter, Role, User
from tipline.trust.accounts.providers import add_credential
from tipline.trust.actors import Actor
from tipline.trust.agencies.models import Agency, AgencyKind
from tipline.trust.audit.services import Act, record


@transaction.atomic
def add_user(email: str, name: str, agency: Agency, role: Role, password: str, actor: Actor) -> User:
    """Make a person's account.

    Raises
    ------
    InvalidInputError
        for an address that is none, or a password that is too short or too common.
    ConflictError
        when the address has an account.
    """
    try:
        validate_email(email)
    except ValidationError as error:
        raise InvalidInputError(f"{email!r} is not an e-mail address") from error
    email = email.lower()
    if User.objects.filter(email=email).exists():
        raise ConflictError(f"{email} has an account already")
    user = User(email=email, name=name or email, agency=agency, role=role)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidInputError(f"password: {' '.join(error.messages)}") from error
    user.set_password(password)
    user.save()
    record(actor, [Act("account.user_added", "user", user.pk, {"agency": agency.code, "role": role.value})])
    return user


@transaction.atomic
def add_reporter(name: str, username: str, password: str, agency: Agency, actor: Actor) -> Reporter:
    """Make a provider's credentials for the door.

    Raises
    ------
    InvalidInputError
        for a username with a colon or control characters (HTTP Basic cannot carry them), or a short password.
    ConflictError
        when the username is taken.
    """
    if not username or len(username) > 150 or ":" in username or not username.isprintable():
        raise InvalidInputError("username: 1 to 150 printable characters without a colon")
    if agency.kind != AgencyKind.CLEARINGHOUSE:
        raise InvalidInputError(f"{agency.code} is not a clearinghouse: providers report to one")
    if Reporter.objects.filter(username=username).exists():
        raise ConflictError(f"the username {username!r} is taken")
    reporter = Reporter.objects.create(name=name, username=username, agency=agency)
    add_credential(reporter, password)
    record(actor, [Act("account.reporter_added", "reporter", reporter.pk, {"agency": agency.code})])
    return reporter
