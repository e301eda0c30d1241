"""A stranger's tour: every address of the product that takes a number, with the numbers of another agency's things.

Whatever the role, the answer is the one that a number which does not exist gets: same status, same words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver

from tests import factories
from tests.factories import TESTS, person
from tests.integration.trust.routes import ACTS, HANDLE, Things, furniture
from tipline.pipeline.routing.models import RuleSet
from tipline.trust.accounts import factors
from tipline.trust.accounts.models import ApiToken, Role, User
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import may_manage_routing, token_scopes_of

__all__ = ["furniture"]

pytestmark = pytest.mark.django_db
NOWHERE = 987_653
# 401: an address of providers; 403: the role never opens this, whatever the number; 405: not with this method
GONE = frozenset({401, 403, 404, 405})


@pytest.fixture(autouse=True)
def no_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many calls would be told so, whatever they ask for."""
    factories.without_rates(monkeypatch)


@pytest.fixture
def things(furniture: Things, db: None) -> Things:
    return furniture


def _numbered(resolver: Any, prefix: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            if "<int:" in pattern or "{" in pattern:
                yield pattern
        else:
            yield from _numbered(entry, pattern)


# The number is nobody's: the version of the wire, and what clients of ThreatExchange send in front (their own application's)
OF_NOTHING = {"federation/v<int:version>/messages", "api/v1/hashes/<int:number>/threat_privacy_groups_member"}
PATTERNS = sorted(set(_numbered(get_resolver())) - OF_NOTHING)


def numbers_of(things: Things) -> set[int]:
    """Numbers of everything that lies at Jalgaon."""
    factors.give_app(things.colleague, TESTS)
    app = factors.factors_of(things.colleague).app
    entries = Entry.objects.filter(agency_id=things.case.agency_id).order_by("id").values_list("pk", flat=True)[:3]
    found = {
        things.report.pk, things.case.pk, things.unmasking.pk, things.hold_id, things.order, things.certificate,
        things.colleague.pk, ApiToken.objects.get(person=things.colleague).pk, *entries,
    }  # fmt: skip
    return found | {app} if app is not None else found


def _at(address: str, number: int) -> str:
    """An address with the number in every place for one."""
    return address.format(*[number] * address.count("{}"))


def _ask(
    client: Client, method: str, path: str, headers: dict[str, str], body: Mapping[str, object] | None = None
) -> HttpResponse:
    given = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    with transaction.atomic():
        answer = getattr(client, method)(path, **given, **headers)
        transaction.set_rollback(True)
    return answer  # type: ignore[no-any-return]


def _words(answer: HttpResponse, number: int) -> str:
    """The page without what is another on every page, and a sentence without the number that was asked for."""
    text = re.sub(r'value="\w{64}"', "", answer.content.decode("utf-8", "replace"))
    return re.sub(rf"\b(report|case) {number}\b", r"\1 N", text)


def _bearer(somebody: User) -> dict[str, str]:
    scopes = [scope.value for scope in token_scopes_of(somebody)]
    return {"HTTP_AUTHORIZATION": f"Bearer {factories.token(somebody, *scopes)}"} if scopes else {}


def test_there_are_addresses_to_try() -> None:
    assert set(_numbered(get_resolver())) >= OF_NOTHING
    assert len(PATTERNS) >= 15
    assert any(pattern.startswith("api/v1/") for pattern in PATTERNS)


@pytest.mark.parametrize("code", ["IN-MH-PUNE", "IN-BR-CYBER"])
@pytest.mark.parametrize(
    "role", [Role.SUPERVISOR, Role.INVESTIGATOR, Role.AUDITOR, Role.ADMINISTRATOR, Role.STATISTICIAN]
)
def test_the_numbers_of_others_are_the_numbers_of_nothing(code: str, role: Role, things: Things) -> None:
    somebody = person(code, role)
    session, headers = factories.signed_in(somebody), _bearer(somebody)
    theirs = sorted(numbers_of(things) - {somebody.pk})
    mine = {token.pk for token in somebody.tokens.all()}
    rule_sets = set(RuleSet.objects.values_list("number", flat=True)) if may_manage_routing(somebody) else set()
    for pattern in PATTERNS:
        client, more = (Client(), headers) if pattern.startswith("api/v1/") else (session, {})
        if pattern.startswith("api/v1/") and not headers:
            continue
        for method in ("get", "post"):
            address = "/" + re.sub(r"<int:\w+>", "{}", pattern)
            # an act of the API with a body that comes as far as asking for the thing itself
            body = ACTS[pattern].body(things) if method == "post" and pattern in ACTS else None
            nothing = _ask(client, method, _at(address, NOWHERE), more, body)
            assert nothing.status_code in GONE, (pattern, method, nothing.status_code)
            # what acts of the API name is a report, a case or something in one
            for number in theirs if body is None else (things.report.pk, things.case.pk):
                if "tokens/" in pattern and number in mine:
                    continue
                if pattern.startswith("routing/rules/") and number in rule_sets:
                    continue  # who keeps the rules, where nobody above does, reads all of them
                answer = _ask(client, method, _at(address, number), more, body)
                assert answer.status_code == nothing.status_code, (pattern, method, number)
                assert _words(answer, number) == _words(nothing, NOWHERE), (pattern, method, number)
                assert HANDLE not in answer.content.decode("utf-8", "replace")


def test_the_same_tour_by_who_works_there_finds_something(things: Things) -> None:
    """What the test above would look like without a defence: it can fail."""
    client = factories.signed_in(person("IN-MH-JALGAON", Role.SUPERVISOR))
    found, numbers = 0, numbers_of(things)
    for pattern in PATTERNS:
        if pattern.startswith("api/v1/"):
            continue
        address = "/" + re.sub(r"<int:\w+>", "{}", pattern)
        found += any(_ask(client, "get", _at(address, number), {}).status_code == 200 for number in numbers)
    assert found >= 6
