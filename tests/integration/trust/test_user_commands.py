"""`tipline user …`: what the operator does where there is no administrator, or where it is the administrator who is locked out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from tests import factories
from tipline.cli import app, runtime
from tipline.core.errors import InvalidInputError, NotFoundError
from tipline.trust.accounts import factors, limits
from tipline.trust.accounts.models import TriesKind, User
from tipline.trust.audit.models import Entry

pytestmark = pytest.mark.django_db
EMAIL = "administrator@jalgaon.example"


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands in this process, on the test's database."""

    @contextmanager
    def installation(*, current: bool) -> Iterator[None]:
        yield None

    monkeypatch.setattr(runtime, "_installation", installation)
    factories.standard_tree()


def run(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(app, ["user", *arguments], input=stdin)


def told(*arguments: str, stdin: str = "") -> Any:
    done = run(*arguments, "--json", stdin=stdin)
    assert done.exit_code == 0, done.exception
    return json.loads(done.stdout)


def added(*more: str) -> dict[str, str]:
    found = told("add", EMAIL, "--agency", "IN-MH-JALGAON", "--role", "administrator", *more)
    assert isinstance(found, dict)
    return found


def test_a_password_that_was_made_has_to_be_changed_and_one_that_was_given_has_not() -> None:
    made = added()
    assert User.objects.get().check_password(made["password"])
    assert User.objects.get().must_change_password
    given = told(
        "add", "a@jalgaon.example", "--agency", "IN-MH-JALGAON", "--role", "auditor", "--password-stdin",
        stdin="kettle orbit marmalade\n",
    )  # fmt: skip
    assert "password" not in given
    assert not User.objects.get(email="a@jalgaon.example").must_change_password


def test_an_app_is_made_with_the_account_and_its_key_shown() -> None:
    assert len(added("--totp")["totp_secret"]) == 32
    assert factors.has_factor(User.objects.get())


def test_the_list_says_what_is_wrong() -> None:
    added()
    for _ in range(limits.MOST[TriesKind.ACCOUNT]):
        limits.take(TriesKind.ACCOUNT, EMAIL)
    with pytest.raises(limits.TooManyTriesError):
        limits.take(TriesKind.ACCOUNT, EMAIL)
    [one] = told("list", "--agency", "IN-MH-JALGAON")
    assert {key: one[key] for key in ("email", "agency", "role", "active", "second_factor", "must_change_password")} == {
        "email": EMAIL, "agency": "IN-MH-JALGAON", "role": "administrator", "active": True, "second_factor": False,
        "must_change_password": True,
    }  # fmt: skip
    assert one["locked_until"]
    assert "no second factor, locked out until" in run("list").stdout
    assert told("list", "--agency", "IN-MH-PUNE") == []
    assert "is unlocked" in run("unlock", EMAIL).stdout
    assert "was not locked out" in run("unlock", EMAIL).stdout


def test_role_deactivation_and_resets() -> None:
    added("--totp")
    assert run("role", EMAIL, "auditor").exit_code == 0
    assert run("deactivate", EMAIL).exit_code == 0
    person = User.objects.get()
    assert (person.role, person.is_active) == ("auditor", False)
    assert run("deactivate", EMAIL, "--undo").exit_code == 0
    assert run("reset-mfa", EMAIL).exit_code == 0
    assert not factors.has_factor(person)
    password = told("reset-password", EMAIL)["password"]
    person.refresh_from_db()
    assert person.is_active
    assert person.check_password(password)
    done = set(Entry.objects.filter(object_type="user").values_list("action", "actor_label"))
    acts = ["role_changed", "deactivated", "reactivated", "second_factor_reset", "password_reset", "factor_added"]
    assert done >= {(f"account.{act}", "cli") for act in acts}


def test_nobody_and_nothing() -> None:
    assert isinstance(run("role", "nobody@jalgaon.example", "auditor").exception, NotFoundError)
    added()
    assert isinstance(run("role", EMAIL, "king").exception, InvalidInputError)
