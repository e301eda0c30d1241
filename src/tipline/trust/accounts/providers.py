"""Providers' passwords for the door: rotated with an overlap, revoked, and providers switched off and on."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.trust.accounts.models import Reporter, ReporterCredential, ReporterKind, User
from tipline.trust.actors import Actor
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, agencies_of, may

# Argon2id at RFC 9106's second recommended setting (64 MiB, 3 passes), which is the library's default.
PROVIDER_HASHER = PasswordHasher()
SHORTEST_PROVIDER_PASSWORD = 12
LONGEST_PROVIDER_PASSWORD = 1024
# Valid at once: the old one and the new one. The door checks as many, and one more, for every wrong password, known name or not.
MOST_VALID = 2
# and beside them one for the sandbox
MOST_CHECKED = MOST_VALID + 1
DEFAULT_OVERLAP = timedelta(hours=72)
LONGEST_OVERLAP = timedelta(days=30)
USED_EVERY = timedelta(hours=1)


def make_password() -> str:
    """A password of 192 bits."""
    return secrets.token_urlsafe(24)


def reporter_named(username: str) -> Reporter:
    """The provider with this username.

    Raises
    ------
    NotFoundError
        naming it.
    """
    reporter = Reporter.objects.filter(username=username).first()
    if reporter is None:
        raise NotFoundError(f"there is no provider {username!r}; `tipline reporter list` shows them")
    return reporter


def providers_of(administrator: User) -> QuerySet[Reporter]:
    """The providers of the administrator's agency and of those that it oversees, by name; each with `valid` as `reporters`.

    Raises
    ------
    NotPermittedError
        for roles that do not manage providers.
    """
    if not may(administrator, Can.MANAGE_PROVIDERS):
        raise NotPermittedError("only administrators manage providers")
    return (
        Reporter.objects.filter(kind=ReporterKind.PROVIDER, agency_id__in=agencies_of(administrator))
        .select_related("agency")
        .prefetch_related(_valid_ones())
        .order_by("name", "id")
    )


def provider_of(administrator: User, provider_id: int) -> Reporter:
    """One of them.

    Raises
    ------
    NotPermittedError
        for roles that do not manage providers.
    NotFoundError
        when the number is no provider's, or another agency's.
    """
    found = providers_of(administrator).filter(pk=provider_id).first() if 0 < provider_id < 2**63 else None
    if found is None:
        raise NotFoundError(f"provider {provider_id} does not exist or is of another agency")
    return found


def _valid_ones() -> Any:
    return Prefetch("credentials", ReporterCredential.objects.filter(_valid(now())).order_by("-id"), to_attr="valid")


def _valid(at: datetime) -> Q:
    return Q(revoked_at__isnull=True) & (Q(valid_until__isnull=True) | Q(valid_until__gt=at))


def valid_credentials(reporter: Reporter) -> QuerySet[ReporterCredential]:
    """The passwords that work now at the live door, the newest first."""
    return reporter.credentials.filter(_valid(now()), sandbox=False).order_by("-id")


def sandbox_credentials(reporter: Reporter) -> QuerySet[ReporterCredential]:
    """The password that opens the sandbox alone, if there is one."""
    return reporter.credentials.filter(_valid(now()), sandbox=True).order_by("-id")


def reporters() -> list[Reporter]:
    """All providers by username; each has `valid`, its passwords that work now, the newest first."""
    return list(Reporter.objects.select_related("agency").prefetch_related(_valid_ones()).order_by("username"))


def add_credential(reporter: Reporter, password: str, label: str = "") -> ReporterCredential:
    """Keep the hash of a password that works from now on. The caller holds the provider's row, or has just made it.

    Raises
    ------
    InvalidInputError
        for a password that is too short or too long.
    """
    if not SHORTEST_PROVIDER_PASSWORD <= len(password) <= LONGEST_PROVIDER_PASSWORD:
        raise InvalidInputError(
            f"password: {SHORTEST_PROVIDER_PASSWORD} to {LONGEST_PROVIDER_PASSWORD} characters, better made by Tipline"
        )
    return ReporterCredential.objects.create(
        reporter=reporter, password_hash=PROVIDER_HASHER.hash(password), label=label[:60]
    )


@transaction.atomic
def rotate_credential(
    username: str, password: str, actor: Actor, *, overlap: timedelta = DEFAULT_OVERLAP, label: str = ""
) -> ReporterCredential:
    """Give a provider a new password; the one before works on until the overlap is over.

    Raises
    ------
    NotFoundError
        when there is no such provider.
    InvalidInputError
        for an overlap that is negative or too long, a bad password, or one that is valid already.
    ConflictError
        when two passwords are valid already: a third would leave nobody knowing which one is used.
    """
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        raise InvalidInputError(f"overlap: 0 to {LONGEST_OVERLAP // timedelta(hours=1)} hours")
    reporter = locked_reporter(username)
    until = now() + overlap
    before = list(valid_credentials(reporter))
    if overlap and len(before) >= MOST_VALID:
        raise ConflictError(
            f"{MOST_VALID} passwords of {username} are valid already: end the older one with `tipline reporter revoke"
            f" {username}`, or both with --overlap-hours 0"
        )
    made = add_credential(reporter, password, label)
    for old in before:
        old.valid_until = min(until, old.valid_until or until)
        old.save(update_fields=["valid_until"])
    detail = {
        "credential": made.pk,
        "before": [old.pk for old in before],
        "overlap_hours": int(overlap.total_seconds()) // 3600,
    }
    record(actor, [Act("reporter.rotated", "reporter", reporter.pk, detail)])
    return made


@transaction.atomic
def set_sandbox_credential(username: str, password: str, actor: Actor) -> ReporterCredential:
    """Give a provider a password that opens the sandbox alone. The one before ends at once; those for the live door stay.

    Raises
    ------
    NotFoundError
        when there is no such provider.
    InvalidInputError
        for a password that is too short or too long.
    """
    reporter = locked_reporter(username)
    sandbox_credentials(reporter).update(revoked_at=now())
    made = add_credential(reporter, password, "sandbox")
    made.sandbox = True
    made.save(update_fields=["sandbox"])
    record(actor, [Act("reporter.sandbox_password", "reporter", reporter.pk, {"credential": made.pk})])
    return made


@transaction.atomic
def revoke_credentials(username: str, actor: Actor, *, newest: bool) -> list[int]:
    """End passwords at once: the older ones, or with `newest` every one. The door knows it within a minute.

    Raises
    ------
    NotFoundError
        when there is no such provider.
    ConflictError
        when there is nothing to end.
    """
    reporter = locked_reporter(username)
    ending = list(valid_credentials(reporter))[0 if newest else 1 :]
    if newest:
        ending += sandbox_credentials(reporter)
    if not ending:
        raise ConflictError(
            f"{username} has no valid password"
            if newest
            else f"{username} has no older password; --all ends the newest too"
        )
    at = now()
    ids = [credential.pk for credential in ending]
    ReporterCredential.objects.filter(pk__in=ids).update(revoked_at=at)
    record(actor, [Act("reporter.revoked", "reporter", reporter.pk, {"credentials": ids})])
    return ids


@transaction.atomic
def set_active(username: str, active: bool, actor: Actor) -> Reporter:
    """Switch a provider off or on. What it filed stays; its passwords are kept, and refused while it is off.

    Raises
    ------
    NotFoundError
        when there is no such provider.
    ConflictError
        when it is so already.
    """
    reporter = locked_reporter(username)
    if reporter.active == active:
        raise ConflictError(f"{username} is {'active' if active else 'inactive'} already")
    reporter.active = active
    reporter.save(update_fields=["active"])
    record(actor, [Act("reporter.activated" if active else "reporter.deactivated", "reporter", reporter.pk)])
    return reporter


def note_use(credential: ReporterCredential) -> None:
    """Remember when a password was last used, to the hour."""
    at = now()
    if credential.last_used_at is None or at - credential.last_used_at >= USED_EVERY:
        ReporterCredential.objects.filter(pk=credential.pk).update(last_used_at=at)


def locked_reporter(username: str) -> Reporter:
    """The provider with this username, nobody else changing it until the transaction ends.

    Raises
    ------
    NotFoundError
        as `reporter_named`.
    """
    return Reporter.objects.select_for_update().get(pk=reporter_named(username).pk)
