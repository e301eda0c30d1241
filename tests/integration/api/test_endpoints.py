"""The JSON face: paging, problems, what it logs, and that no input breaks it. Who gets what: ../trust/test_matrix.py."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.factories import bearer, person
from tipline.api import endpoints
from tipline.api.face import FiniteRenderer
from tipline.investigation.cases.services import open_case
from tipline.investigation.chain import chain
from tipline.reports.models import Report
from tipline.trust.accounts import tokens
from tipline.trust.accounts.models import Role, TokenScope, User
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import acting, scope_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens.forget_all()
    factories.without_rates(monkeypatch)


@pytest.fixture
def supervisor(tmp_path: Any) -> User:
    """Of Jalgaon, where four reports lie."""
    return factories.four_at_jalgaon(tmp_path)


@pytest.fixture
def ask(supervisor: User) -> Iterator[Any]:
    headers = bearer(factories.token(supervisor))

    def get(path: str, **more: object) -> Any:
        return Client().get(f"/api/v1/{path}", **headers, **more)  # type: ignore[arg-type]

    return get  # type: ignore[return-value]


def problem(answer: HttpResponse, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert body["status"] == status and body["title"] and body["detail"]
    return dict(body)


def test_pages_of_reports_follow_each_other_and_end(ask: Any) -> None:
    seen, after = [], 0
    for _ in range(3):
        page = ask(f"reports?limit=2&after={after}").json()
        seen += [report["id"] for report in page["items"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert seen == list(Report.objects.order_by("id").values_list("id", flat=True))
    assert ask(f"reports?after={seen[-1]}").json() == {"items": [], "next": None}
    assert len(ask("reports?state=finished").json()["items"]) == 4
    assert ask("reports?state=retracted").json()["items"] == []


def test_a_report_is_the_chain_that_the_command_prints(ask: Any, supervisor: User) -> None:
    report = Report.objects.earliest("id")
    with acting(scope_of(supervisor)) as scope:
        expected = chain(scope, report.pk)
    got = ask(f"reports/{report.pk}").json()
    assert set(got) == set(expected)
    for key in ("id", "identifiers", "attributions", "referrals", "triage", "routes"):
        assert got[key] == json.loads(json.dumps(expected[key])), key


def test_a_case_with_its_handles_and_reports(ask: Any, supervisor: User) -> None:
    ids = list(Report.objects.order_by("id").values_list("id", flat=True))[:2]
    case = open_case(person("IN-MH-JALGAON"), ids, "Kites")
    (head,) = ask("cases").json()["items"]
    assert (head["number"], head["reports"], head["handles"]) == (case.number, 2, 2)
    whole = ask(f"cases/{case.pk}").json()
    assert whole["reports"] == ids
    assert {handle["value"] for handle in whole["handles"]} == {"kite_0", "kite_1"}
    assert whole["offences"]


def test_reading_is_logged_with_the_person_and_the_token(ask: Any, supervisor: User) -> None:
    report = Report.objects.earliest("id")
    for path in (f"reports/{report.pk}", "reports", "cases", "reports/987654"):
        ask(path)
    token = supervisor.tokens.get().pk
    entries = Entry.objects.filter(actor_label=supervisor.email).exclude(object_type="token").order_by("id")
    assert [(e.action, e.object_id, e.detail["token"]) for e in entries] == [
        ("report.read", str(report.pk), token), ("report.listed", "list", token), ("case.listed", "list", token),
        ("access.refused", "api:report", token),
    ]  # fmt: skip


def test_the_auditor_reads_the_log_page_by_page(supervisor: User) -> None:
    headers = bearer(factories.token(person("IN-MH-JALGAON", Role.AUDITOR), "log:read"))
    open_case(supervisor, [Report.objects.earliest("id").pk], "Kites")
    first = Client().get("/api/v1/log?limit=1", **headers).json()
    assert first["items"][0]["action"] == "token.new_address"  # the auditor's own
    found = Client().get(f"/api/v1/log?before={first['next']}&action=case.", **headers).json()["items"]
    assert [entry["action"] for entry in found] == ["case.opened"]


def test_who_the_token_acts_for(ask: Any, supervisor: User) -> None:
    me = ask("me").json()
    assert (me["email"], me["agency"]["code"]) == (supervisor.email, "IN-MH-JALGAON")
    # the log is an auditor's, links and webhooks are an administrator's
    others = {"log:read", "links:read", "links:write", "webhooks:read", "webhooks:write"}
    assert set(me["scopes"]) == set(TokenScope.values) - others


def test_the_tree(ask: Any) -> None:
    tree = {agency["code"]: agency for agency in ask("agencies").json()}
    assert tree["IN-MH-JALGAON"]["parent"] == "IN-MH-CYBER"
    assert tree["US-NCMEC"]["parent"] is None


def test_errors_are_problem_documents(ask: Any) -> None:
    missing = problem(Client().get("/api/v1/me"), 401)
    assert "Authorization: Bearer" in missing["detail"]
    assert problem(ask("reports/987654"), 404) == problem(ask("nothing/here"), 404) == problem(ask(""), 404)
    fault = problem(ask("reports?limit=0&after=x"), 422)
    assert [one["field"] for one in fault["errors"]] == ["after", "limit"]
    posted = Client().post("/api/v1/me", b"{}", content_type="application/json")
    assert posted["Allow"] == "GET"
    problem(posted, 405)


def test_a_fault_of_ours_tells_nothing(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(scope: object, report_id: int) -> None:
        raise RuntimeError("kite_0 and a secret")

    monkeypatch.setattr(endpoints, "chain", broken)
    assert "kite" not in json.dumps(problem(ask("reports/1"), 500))

    def away(scope: object, report_id: int) -> None:
        raise OperationalError("connection to server at 192.0.2.1 lost")

    monkeypatch.setattr(endpoints, "chain", away)
    answer = ask("reports/1")
    assert "192.0.2.1" not in json.dumps(problem(answer, 503))
    assert int(answer["Retry-After"]) > 0


def test_numbers_that_json_has_not_become_null() -> None:
    data = {"a": math.nan, "b": [math.inf, 1.5, ("x", -math.inf)], "c": {"d": math.nan}}
    text = FiniteRenderer().render(RequestFactory().get("/"), data, response_status=200)
    assert json.loads(text) == {"a": None, "b": [None, 1.5, ["x", None]], "c": {"d": None}}


def test_the_description_names_every_endpoint_and_needs_no_token() -> None:
    described = Client().get("/api/v1/openapi.json").json()
    assert set(described["components"]["securitySchemes"]) == {"Token", "TokenAsPassword", "Provider"}
    for path, methods in described["paths"].items():
        if path.endswith("/schemas/report.json"):
            continue
        for operation in methods.values():
            wanted = "Provider" if "providers" in operation["tags"] else "Token"
            more = [{"TokenAsPassword": []}] if path.endswith(".ics") else []
            assert operation["security"] == [{wanted: []}, *more], path
            assert "401" in operation["responses"], path


_WORDS = (
    st.text(max_size=30)
    | st.integers().map(str)
    | st.sampled_from(["0", "-1", "9" * 5000, "NaN", "%00", "\0", "finished"])
)
_PATHS = st.sampled_from(
    ["me", "reports", "cases", "clocks", "counts", "log", "agencies", "reports/{}", "cases/{}", "{}"]
)
_QUERY = st.dictionaries(
    st.sampled_from(["after", "before", "limit", "state", "agency", "action", "x\0"]), _WORDS, max_size=4
)


@given(_PATHS, _WORDS, _QUERY, st.sampled_from([Role.SUPERVISOR, Role.AUDITOR]))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_input_breaks_an_endpoint(supervisor: User, path: str, word: str, query: dict[str, str], role: Role) -> None:
    text = _token_of(supervisor, role)
    where = "/api/v1/" + path.format(quote(word, safe=""))
    answer = Client().get(where + "?" + "&".join(f"{quote(k)}={quote(v)}" for k, v in query.items()), **bearer(text))
    assert answer.status_code in {200, 403, 404, 422}, (where, query, answer.content)
    json.loads(answer.content)


@given(st.text(max_size=100))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_header_breaks_it(supervisor: User, header: str) -> None:
    for value in (header, f"Bearer {header}", f"bearer tipline_{header}"):
        assert Client().get("/api/v1/me", HTTP_AUTHORIZATION=value).status_code in {401, 429}


_texts: dict[tuple[int, Role], str] = {}


def _token_of(somebody: User, role: Role) -> str:
    """One token of each role in the present test: hypothesis asks hundreds of times."""
    key = (somebody.pk, role)
    if key not in _texts:
        owner = somebody if role == Role.SUPERVISOR else person("IN-MH-JALGAON", role)
        _texts[key] = factories.token(owner)
    return _texts[key]
