"""Providers' passwords: rotation with an overlap, revocation, and what a flood of wrong ones can do."""

from __future__ import annotations

import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client

from tests import factories
from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.intake.cybertipline import credentials
from tipline.trust.accounts import providers
from tipline.trust.accounts.models import Reporter, ReporterCredential
from tipline.trust.audit.models import Entry

pytestmark = pytest.mark.django_db
NEW = "a new password of theirs"


@pytest.fixture(autouse=True)
def forgotten() -> None:
    credentials.forget_all()


@pytest.fixture
def reporter() -> Reporter:
    factories.standard_tree()
    return factories.provider()


def status(reporter: Reporter, password: str, *, remembered: bool = False) -> int:
    if not remembered:
        credentials.forget_all()
    return Client().get("/ispws/status", **factories.basic(reporter, password)).status_code


def rotated(reporter: Reporter, password: str = NEW, hours: int = 72) -> ReporterCredential:
    return providers.rotate_credential(
        reporter.username, password, factories.TESTS, overlap=timedelta(hours=hours), label="autumn"
    )


def test_in_the_overlap_the_old_and_the_new_password_work(reporter: Reporter) -> None:
    rotated(reporter)
    assert (status(reporter, factories.PASSWORD), status(reporter, NEW)) == (200, 200)
    assert status(reporter, "neither of them") == 401


def test_after_the_overlap_the_old_one_is_dead(reporter: Reporter) -> None:
    rotated(reporter)
    old = reporter.credentials.order_by("id")[0]
    assert timedelta(hours=71) < old.valid_until - now() <= timedelta(hours=72)
    reporter.credentials.filter(pk=old.pk).update(valid_until=now() - timedelta(seconds=1))
    assert (status(reporter, factories.PASSWORD), status(reporter, NEW)) == (401, 200)


def test_without_an_overlap_it_is_dead_at_once(reporter: Reporter) -> None:
    rotated(reporter, hours=0)
    assert (status(reporter, factories.PASSWORD), status(reporter, NEW)) == (401, 200)


def test_a_pair_is_not_remembered_longer_than_its_password_is_valid(
    reporter: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotated(reporter)
    reporter.credentials.filter(valid_until__isnull=False).update(valid_until=now() + timedelta(seconds=20))
    assert status(reporter, factories.PASSWORD) == 200
    ((until, _),) = credentials._remembered.values()
    assert until - time.monotonic() <= 20
    reporter.credentials.filter(valid_until__isnull=False).update(valid_until=now() - timedelta(seconds=1))
    monkeypatch.setattr(credentials, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + 21))
    assert status(reporter, factories.PASSWORD, remembered=True) == 401


def test_a_revoked_password_is_refused_within_a_minute(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    rotated(reporter)
    assert status(reporter, factories.PASSWORD) == 200
    providers.revoke_credentials(reporter.username, factories.TESTS, newest=False)
    monkeypatch.setattr(credentials, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + 60))
    assert status(reporter, factories.PASSWORD, remembered=True) == 401
    assert status(reporter, NEW) == 200
    with pytest.raises(ConflictError, match="--all"):
        providers.revoke_credentials(reporter.username, factories.TESTS, newest=False)
    providers.revoke_credentials(reporter.username, factories.TESTS, newest=True)
    assert status(reporter, NEW) == 401
    rotated(reporter, "and one more password")  # the way back
    assert status(reporter, "and one more password") == 200


def test_two_are_valid_at_once_and_no_third(reporter: Reporter) -> None:
    rotated(reporter)
    with pytest.raises(ConflictError, match="tipline reporter revoke"):
        rotated(reporter, "a third password of theirs")
    rotated(reporter, "a third password of theirs", hours=0)
    assert providers.valid_credentials(reporter).count() == 1


@pytest.mark.parametrize(("password", "hours"), [("short", 1), ("x" * 2000, 1), (NEW, -1), (NEW, 721)])
def test_what_makes_no_sense_changes_nothing(reporter: Reporter, password: str, hours: int) -> None:
    with pytest.raises(InvalidInputError):
        rotated(reporter, password, hours)
    assert status(reporter, factories.PASSWORD) == 200
    assert reporter.credentials.get().valid_until is None


def test_a_provider_is_switched_off_and_on(reporter: Reporter) -> None:
    providers.set_active(reporter.username, False, factories.TESTS)
    assert status(reporter, factories.PASSWORD) == 401
    with pytest.raises(ConflictError):
        providers.set_active(reporter.username, False, factories.TESTS)
    providers.set_active(reporter.username, True, factories.TESTS)
    assert status(reporter, factories.PASSWORD) == 200
    with pytest.raises(NotFoundError):
        providers.set_active("nobody", True, factories.TESTS)


def test_every_change_is_an_entry_and_none_holds_a_password(reporter: Reporter) -> None:
    rotated(reporter)
    providers.revoke_credentials(reporter.username, factories.TESTS, newest=False)
    providers.set_active(reporter.username, False, factories.TESTS)
    entries = Entry.objects.filter(object_type="reporter", object_id=str(reporter.pk)).order_by("id")
    assert [e.action for e in entries] == ["reporter.rotated", "reporter.revoked", "reporter.deactivated"]
    assert entries[0].detail["overlap_hours"] == 72
    text = repr([e.detail for e in entries])
    assert NEW not in text and factories.PASSWORD not in text and "argon2" not in text


def test_use_is_noted_to_the_hour(reporter: Reporter) -> None:
    assert status(reporter, factories.PASSWORD) == 200
    first = reporter.credentials.get().last_used_at
    assert now() - first < timedelta(minutes=1)
    assert status(reporter, factories.PASSWORD) == 200
    assert reporter.credentials.get().last_used_at == first


@pytest.mark.parametrize("rotations", [0, 1])
def test_an_unknown_name_takes_as_many_checks_as_a_wrong_password(
    reporter: Reporter, rotations: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(rotations):
        rotated(reporter)
    checks: list[str] = []
    monkeypatch.setattr(credentials, "_verify", lambda hashed, password: checks.append(hashed) or False)
    assert credentials._credential(reporter.username, "wrong") is None
    known = len(checks)
    assert credentials._credential("nobody", "wrong") is None
    assert credentials._credential("nobody\0", "wrong") is None
    assert len(checks) == 3 * known == 3 * providers.MOST_CHECKED


def test_a_flood_of_wrong_passwords_waits_in_a_line_of_its_own(
    reporter: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over its budget, one name from one address is checked one at a time; the right password still works, and elsewhere at once."""
    monkeypatch.setattr(credentials, "SLOW_SECONDS", 0.05)

    def ask(password: str, address: str = "192.0.2.1") -> Reporter | None:
        header = factories.basic(reporter, password)["HTTP_AUTHORIZATION"]
        known = credentials.identify(header, address)
        return known.reporter if known else None

    for number in range(12):
        assert ask(f"wrong {number}") is None
    credentials._slow.acquire()  # somebody of the flood is being checked
    try:
        checked: list[str] = []
        real = credentials._credential
        monkeypatch.setattr(credentials, "_credential", lambda *pair: checked.append(pair[1]) or real(*pair))
        assert ask("one more") is None
        assert checked == []  # refused unchecked
        assert ask(factories.PASSWORD, "198.51.100.1") == reporter  # elsewhere nobody waits
    finally:
        credentials._slow.release()
    credentials._remembered.clear()
    assert ask(factories.PASSWORD) == reporter  # and here, once it is its turn


def test_a_password_of_the_sandbox_stands_beside_the_others(reporter: Reporter) -> None:
    assert providers.set_sandbox_credential(reporter.username, "first of the sandbox", factories.TESTS).sandbox
    second = providers.set_sandbox_credential(reporter.username, "second of the sandbox", factories.TESTS)
    rotated(reporter)
    known = {
        password: credentials.identify(factories.basic(reporter, password)["HTTP_AUTHORIZATION"])
        for password in (factories.PASSWORD, NEW, "first of the sandbox", "second of the sandbox")
    }
    assert [one and one.sandbox for one in known.values()] == [False, False, None, True]
    # rotating and revoking the live ones passes it by; ending everything does not
    assert second.pk not in providers.revoke_credentials(reporter.username, factories.TESTS, newest=False)
    assert second.pk in providers.revoke_credentials(reporter.username, factories.TESTS, newest=True)
    credentials.forget_all()
    assert credentials.identify(factories.basic(reporter, "second of the sandbox")["HTTP_AUTHORIZATION"]) is None
