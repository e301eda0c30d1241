"""Role x address x relation of the asker's agency: generated from `routes.py`, complete by comparison with the URL patterns."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import typer.main
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver
from typer.testing import CliRunner

from tests import factories
from tests.factories import person
from tests.integration.trust.routes import ACTS, API, CONSOLE, DOOR, HANDLE, PUBLIC, RELATIONS, Row, Things, furniture
from tipline.cli import PERSON_GROUPS
from tipline.cli import app as commands
from tipline.cli.training import FOR_INSTRUCTORS
from tipline.core.clock import now
from tipline.core.config import Config, load_config
from tipline.core.errors import NotFoundError, NotPermittedError
from tipline.investigation.cases.services import assign
from tipline.trust.accounts import tokens
from tipline.trust.accounts.models import Role, TokenScope, User
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import MAY, NEEDS_SECOND_FACTOR, TOKEN_NEEDS, Can

__all__ = ["furniture"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def things(furniture: Things, db: None) -> Things:
    tokens.forget_all()  # how often which address sent a wrong token
    return furniture


@pytest.fixture(scope="module")
def staff(furniture: Things, django_db_blocker: Any) -> dict[tuple[str, Role], User]:
    """Somebody of each role at an agency of each relation, for all of the file."""
    with django_db_blocker.unblock():
        return {(code, role): person(code, role) for code in RELATIONS.values() for role in Role}


def _patterns(resolver: Any, prefix: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield prefix + str(entry.pattern)
        else:
            yield from _patterns(entry, prefix + str(entry.pattern))


def test_every_address_has_a_row() -> None:
    assert set(_patterns(get_resolver())) == set(CONSOLE) | set(PUBLIC) | set(API) | set(ACTS) | DOOR


@contextmanager
def undone() -> Iterator[None]:
    """What a request changes is rolled back, so that every cell of the matrix finds the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _ask(client: Client, row: Row, things: Things) -> HttpResponse:
    with undone():
        ask = client.post if row.method == "post" else client.get
        return ask(row.path(things), row.data(things))  # type: ignore[return-value]


def _names_it(answer: HttpResponse, things: Things, *, numbers: bool = True) -> bool:
    text = answer.content.decode("utf-8", "replace")
    return HANDLE in text or things.case.title in text or (numbers and things.case.number in text)


@pytest.mark.parametrize("pattern", sorted(CONSOLE))
def test_each_role_of_each_agency_gets_what_its_row_says(
    pattern: str, things: Things, staff: dict[tuple[str, Role], User]
) -> None:
    row = CONSOLE[pattern]
    for relation, code in RELATIONS.items():
        for role in Role:
            if role == Role.ANALYST:
                continue  # of the clearinghouse, which stands above: below
            somebody = staff[code, role]
            answer = _ask(factories.signed_in(somebody), row, things)
            cell = f"{pattern} {role} {relation}: {answer.status_code}"
            allowed = role in row.roles and relation in row.relations
            if allowed and row.assigned and role == Role.INVESTIGATOR:
                assert answer.status_code == 404, f"{cell}, not assigned"
                with undone():
                    assign(staff[code, Role.SUPERVISOR], things.case, somebody)
                    assert _ask(factories.signed_in(somebody), row, things).status_code in row.gets, f"{cell}, assigned"
            elif allowed:
                assert answer.status_code in row.gets, cell
            elif role not in row.roles:
                assert answer.status_code in {row.refused, 404}, cell
            else:
                assert answer.status_code == 404, cell
            if not (allowed and row.shows) or relation not in {"own", "above"} or role not in MAY[Can.SEE_REPORTS]:
                named = _names_it(answer, things, numbers=not (allowed and row.numbers and relation == "own"))
                assert (role in MAY[Can.SEE_REPORTS] and relation == "own") or not named, cell


@pytest.mark.parametrize("pattern", sorted(CONSOLE))
def test_the_clearinghouse_analyst_stands_above(pattern: str, things: Things) -> None:
    row = CONSOLE[pattern]
    answer = _ask(factories.signed_in(person("US-NCMEC", Role.ANALYST)), row, things)
    allowed = Role.ANALYST in row.roles and "above" in row.relations
    assert answer.status_code in (row.gets if allowed else {404, row.refused})


# What is open to somebody who has yet to set up a second factor.
SETTING_UP = {"confirm/", "account/authenticator/", "account/passkey/"}


@pytest.mark.parametrize("pattern", sorted(CONSOLE))
def test_with_a_password_alone_no_page_opens_but_the_one_that_sets_up_a_second_factor(
    pattern: str, things: Things
) -> None:
    row = CONSOLE[pattern]
    for role in sorted(NEEDS_SECOND_FACTOR):
        client = factories.signed_in(person("IN-MH-JALGAON", role), second_factor=False)
        answer = _ask(client, row, things)
        if pattern in SETTING_UP:
            assert answer.status_code == 200, role
        else:
            assert (answer.status_code, answer["Location"]) == (302, "/account/authenticator/"), role
        assert not _names_it(answer, things)


@pytest.mark.parametrize("pattern", sorted(CONSOLE))
def test_a_stranger_without_a_session_is_sent_to_sign_in(pattern: str, things: Things) -> None:
    row = CONSOLE[pattern]
    answer = _ask(Client(), row, things)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")
    inactive = person("IN-MH-JALGAON")
    client = factories.signed_in(inactive)
    inactive.is_active = False
    inactive.save()
    assert _ask(client, row, things).status_code == 302


@pytest.mark.parametrize(
    ("role", "first"),
    [
        (Role.DESK_OFFICER, "/desk/"), (Role.INVESTIGATOR, "/desk/"), (Role.SUPERVISOR, "/desk/"), (Role.AUDITOR, "/log/"),
        (Role.ADMINISTRATOR, "/people/"), (Role.STATISTICIAN, "/statistics/"), (Role.TRAINEE, "/desk/"),
    ],
)  # fmt: skip
def test_each_role_begins_where_its_work_is(role: Role, first: str, things: Things) -> None:
    client = factories.signed_in(person("IN-MH-JALGAON", role))
    assert client.get("/")["Location"] == first
    assert client.get(first).status_code == 200


@pytest.mark.parametrize("pattern", sorted(PUBLIC))
def test_what_is_public_names_nothing(pattern: str, things: Things) -> None:
    path, statuses = PUBLIC[pattern]
    answer = Client().get(path)
    assert answer.status_code in statuses
    assert not _names_it(answer, things)


@pytest.mark.parametrize("pattern", sorted(DOOR))
def test_a_session_means_nothing_at_the_provider_door(pattern: str, things: Things) -> None:
    client = factories.signed_in(person("US-NCMEC", Role.ANALYST))
    path = "/" + re.sub(r"<int:\w+>", str(things.report.pk), pattern.replace("^", "elsewhere"))
    answers = [client.get(path), client.post(path, {"id": things.report.pk})]
    # the JSON door knows its methods before it knows who asks
    assert {answer.status_code for answer in answers} <= ({401, 405} if pattern.startswith("api/") else {401})
    assert 401 in {answer.status_code for answer in answers}
    assert not any(_names_it(answer, things) for answer in answers)


@pytest.mark.parametrize("path", ["/reports/{}/", "/cases/{}/"])
def test_not_there_and_not_yours_look_the_same(path: str, things: Things) -> None:
    client = factories.signed_in(person("IN-MH-PUNE"))
    theirs = things.report.pk if "reports" in path else things.case.pk
    not_yours, not_there = client.get(path.format(theirs)), client.get(path.format(987654))
    assert not_yours.status_code == not_there.status_code == 404
    # the token of the sign-out form is another on every page
    texts = [re.sub(r'value="\w{64}"', "", answer.content.decode()) for answer in (not_yours, not_there)]
    assert texts[0] == texts[1]
    refused = (
        Entry.objects.filter(action="access.refused").order_by("id").values_list("actor_kind", "object_id", "detail")
    )
    key = path.split("/")[1].removesuffix("s")
    assert list(refused) == [
        ("person", f"console:{key}", {f"{key}_id": str(theirs)}), ("person", f"console:{key}", {f"{key}_id": "987654"}),
    ]  # fmt: skip


# --- the JSON face -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pattern", sorted(API))
def test_each_role_of_each_agency_gets_what_its_row_of_the_api_says(
    pattern: str, things: Things, staff: dict[tuple[str, Role], User]
) -> None:
    row = API[pattern]
    for relation, code in RELATIONS.items():
        for role in Role:
            if role == Role.ANALYST:
                continue  # of the clearinghouse
            somebody = staff[code, role]
            with undone():
                headers = factories.bearer(factories.token(somebody))
                answer = Client().get(row.path(things), **headers)
                cell = f"{pattern} {role} {relation}: {answer.status_code} {answer.content[:200]!r}"
                if role not in row.roles:
                    assert answer.status_code == 403, cell
                elif relation not in row.relations or (row.not_assigned and role == Role.INVESTIGATOR):
                    assert answer.status_code == 404, cell
                elif row.assigned and role == Role.INVESTIGATOR:
                    assert answer.status_code == 404, cell
                    assign(staff[code, Role.SUPERVISOR], things.case, somebody)
                    assert Client().get(row.path(things), **headers).status_code == 200, cell
                else:
                    assert answer.status_code == 200, cell
                    # an investigator's lists of cases and of what is in them are empty while nobody assigned them
                    named = relation in row.names and (
                        role != Role.INVESTIGATOR
                        or not {"cases", "clocks", "members", "requests", "transfers"} & set(re.split(r"[/.]", pattern))
                    )
                    assert _names_it(answer, things) == named, cell
                assert answer.status_code == 200 or not _names_it(answer, things), cell
                assert answer.status_code == 200 or answer["Content-Type"] == "application/problem+json", cell


@pytest.mark.parametrize("pattern", sorted(API))
def test_a_token_opens_an_endpoint_only_with_its_scope_and_while_it_lasts(pattern: str, things: Things) -> None:
    row = API[pattern]
    role = min(row.roles - {Role.ANALYST, Role.INVESTIGATOR})
    somebody, path = person(row.at, role), row.path(things)
    yesterday = now() - timedelta(days=1)

    def status(text: str) -> int:
        with undone():
            answer = Client().get(path, **factories.bearer(text))
            assert answer.status_code == 200 or not _names_it(answer, things)
            assert (answer.status_code == 401) == answer.get("WWW-Authenticate", "").endswith('error="invalid_token"')
            return answer.status_code

    assert status(factories.token(somebody)) == 200
    assert status(factories.token(somebody, days=-1)) == 401
    assert status(factories.token(somebody, revoked_at=yesterday)) == 401
    assert status(factories.token(somebody, networks=["192.0.2.0/24"])) == 401
    if row.scope is not None:
        others = [scope.value for scope in TokenScope if scope != row.scope]
        assert status(factories.token(somebody, row.scope.value)) == 200
        assert status(factories.token(somebody, *others)) == 403
    text = factories.token(somebody)
    if row.roles != frozenset(Role):
        somebody.role = Role.TRAINEE
        somebody.save()
        assert status(text) == 403
    somebody.is_active = False
    somebody.save()
    assert status(text) == 401


WRITERS = {scope: MAY[TOKEN_NEEDS[scope]] for scope in {act.scope for act in ACTS.values()}}


@pytest.mark.parametrize("relation", sorted(RELATIONS))
@pytest.mark.parametrize("role", [role for role in Role if role != Role.ANALYST], ids=lambda role: role.value)
def test_a_token_writes_only_what_its_person_may(
    relation: str, role: Role, things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every act by every role of every agency: what is not theirs is refused as on screen, and nothing but their own is written."""
    factories.without_rates(monkeypatch)  # more acts than a minute allows
    somebody = person(RELATIONS[relation], role)
    whole, without = (
        factories.bearer(factories.token(somebody, *scopes))
        for scopes in ((), [scope.value for scope in TokenScope if scope not in WRITERS])
    )
    for pattern, act in ACTS.items():
        for headers in (whole, without):
            with undone():
                answer = Client().post(act.path(things), json.dumps(act.body(things)), "application/json", **headers)
            cell = f"{pattern} {role} {relation}: {answer.status_code} {answer.content[:200]!r}"
            if headers is without or role not in WRITERS[act.scope]:
                assert answer.status_code == 403, cell
            elif relation == "own":
                allowed = {200, 404, 409, 422} if role != Role.INVESTIGATOR else {200, 403, 404, 409, 422}
                # assigning and handing over is for those who assign; reopening for supervisors
                assert answer.status_code in allowed | ({403} if role != Role.SUPERVISOR else set()), cell
            elif relation == "above" and ("transfers" in pattern or pattern.endswith("/priority")):
                # whoever handed a report down may still say that a child is in danger
                assert answer.status_code in {200, 403, 404}, cell
            else:
                assert answer.status_code in {403, 404, 409, 422}, cell
                assert not _names_it(answer, things), cell


def test_some_acts_do_succeed(things: Things) -> None:
    """The bodies of the matrix are not refused for their form alone."""
    headers = factories.bearer(factories.token(person("IN-MH-JALGAON", Role.SUPERVISOR)))
    answers = {}
    for pattern, act in ACTS.items():
        with undone():
            answer = Client().post(act.path(things), json.dumps(act.body(things)), "application/json", **headers)
        answers[pattern.removeprefix("api/v1/")] = (answer.status_code, answer.json().get("errors"))
    assert not {pattern: errors for pattern, (_, errors) in answers.items() if errors}, "a body misses a field"
    assert len([pattern for pattern, (status, _) in answers.items() if status == 200]) >= 12, answers


@pytest.mark.parametrize("pattern", sorted(API))
def test_a_session_means_nothing_to_the_api(pattern: str, things: Things) -> None:
    answer = factories.signed_in(person("IN-MH-JALGAON", Role.SUPERVISOR)).get(API[pattern].path(things))
    assert answer.status_code == 401
    # a program that reads calendars is asked for a name and a password
    basic = 'Basic realm="Tipline", ' if pattern.endswith(".ics") else ""
    assert answer["WWW-Authenticate"] == f'{basic}Bearer realm="Tipline"'
    assert not answer.cookies


# --- the command line ----------------------------------------------------------------------------------------


def _commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    below = getattr(command, "commands", None)
    if below is None:
        yield path, command
        return
    for name, child in below.items():
        yield from _commands(child, (*path, name))


ALL_COMMANDS = dict(_commands(typer.main.get_command(commands)))
# Commands that run for a person too, with their arguments
FOR_PEOPLE = {
    ("report", "show"): lambda things: [str(things.report.pk), "--json"],
    ("link", "show"): lambda things: [str(things.report.pk), "--json"],
    ("route", "explain"): lambda things: [str(things.report.pk), "--json"],
    ("referral", "show"): lambda things: [str(things.report.pk), "--json"],
}
# Commands that run for a person and show lists or a case of their agency: tests/integration/console/test_case_commands.py
OF_CASES = {
    # who is not named in an operation gets nothing: tests/integration/investigation/test_operations.py
    ("operation", "list"), ("operation", "show"), ("operation", "briefing"), ("operation", "report"),
    ("case", "list"), ("case", "show"), ("case", "diary", "list"), ("case", "task", "list"), ("case", "person", "list"),
    ("case", "drafts"), ("case", "exhibits"), ("case", "export"), ("case", "reply", "show"), ("case", "letter", "list"),
    ("case", "letter", "print"), ("case", "request", "list"), ("case", "request", "due"), ("case", "request", "rates"),
    # prints to a file: tests/integration/investigation/test_leads.py; tests/integration/exchange/test_handing_out.py
    ("exchange", "export"), ("report", "summary"), ("clock", "list"), ("outcome", "list"), ("outcome", "kinds"),
    # counts, and no report: tests/integration/statistics/test_snapshots.py
    ("statistics", "list"), ("statistics", "show"), ("statistics", "snapshot"), ("statistics", "verify"),
    # what a desk hands over and takes: tests/integration/exchange/test_packages.py
    # the operator's alone: tests/integration/exchange/test_returns.py
    ("package", "return"), ("package", "take-return"), ("package", "answer"),
    # what both reports of are the person's to see: tests/integration/console/test_clusters.py
    ("link", "suggestions"),
    # where it stands at the asker's own desk: tests/integration/referrals/test_queue_faces.py
    ("desk", "why"),
    # hashes, and no report: tests/integration/exchange/test_hash_lists.py
    ("hashes", "lists"),
    ("package", "export"), ("package", "receive"), ("package", "receipt"), ("package", "list"), ("package", "sealed", "list"),
}  # fmt: skip
# Commands that open no installation, whoever runs them
OF_NOBODY = {("exchange", "forms"), ("package", "verify")}
# What each of them shows of a report to whoever may see it, and to nobody else
SHOWN = {
    ("report", "show"): HANDLE,
    ("link", "show"): '"desk": "IN-MH-JALGAON"',
    ("route", "explain"): "IN-MH-JALGAON",
    ("referral", "show"): "IN-MH-JALGAON",
}


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CliRunner:
    """Commands in this process, on the test's database."""
    from tipline.cli import runtime

    @contextmanager
    def here(*, current: bool) -> Iterator[Config]:
        yield load_config({"TIPLINE_DATA_DIR": str(tmp_path / "commands")})

    monkeypatch.setattr(runtime, "_installation", here)
    yield CliRunner()
    runtime.run_as("")


def test_every_command_says_for_whom_it_runs() -> None:
    """Outside of PERSON_GROUPS the root refuses `--as`; inside, a command opens the installation in one of three ways."""
    assert {path[0] for path in {*FOR_PEOPLE, *OF_CASES}} == PERSON_GROUPS
    for path, command in ALL_COMMANDS.items():
        if path[0] in PERSON_GROUPS and path not in OF_NOBODY:
            source = inspect.getsource(inspect.unwrap(command.callback))  # type: ignore[arg-type]
            ways = [way for way in ("asked()", "as_person()", "installation()") if way in source]
            assert len(ways) == 1, path
            assert (ways == ["asked()"]) == (path in FOR_PEOPLE or path in OF_CASES), path


# instructors review and release scenarios: tests/integration/training/test_reviews.py
_INSTRUCTORS = {("training", "scenario", name) for name in FOR_INSTRUCTORS}
_OPERATORS = {path for path in ALL_COMMANDS if path[0] not in PERSON_GROUPS} - _INSTRUCTORS


@pytest.mark.parametrize("path", sorted(_OPERATORS))
def test_the_operators_commands_refuse_to_run_for_a_person(path: tuple[str, ...], runner: CliRunner) -> None:
    done = runner.invoke(commands, ["--as", "officer@jalgaon.example", *path, "--help"])
    assert isinstance(done.exception, NotPermittedError)


@pytest.mark.parametrize("path", sorted(FOR_PEOPLE))
def test_a_command_for_a_person_shows_what_a_page_would(
    path: tuple[str, ...], runner: CliRunner, things: Things
) -> None:
    for relation, code in RELATIONS.items():
        for role in Role:
            somebody = person(code, role)
            done = runner.invoke(commands, ["--as", somebody.email, *path, *FOR_PEOPLE[path](things)])
            if role in MAY[Can.SEE_REPORTS] and relation in {"own", "above"}:
                assert done.exit_code == 0, (role, relation, done.exception)
                assert SHOWN[path] in done.output
            else:
                assert isinstance(done.exception, NotFoundError), (role, relation)
                assert SHOWN[path] not in done.output
    done = runner.invoke(commands, ["--as", "nobody@agency.example", *path, *FOR_PEOPLE[path](things)])
    assert isinstance(done.exception, NotFoundError)
