"""The page of a cluster, its acts, its files, and the same for programs and on the command line: within what each may see."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from lxml import etree

from tests import factories
from tests.factories import (
    bearer,
    drain,
    filed,
    forwarding,
    person,
    provider,
    signed_in,
    standard_tree,
    synthetic,
    token,
)
from tipline.core.clock import now
from tipline.pipeline.linking.models import Cut, Member, Suggestion, SuggestionState, Tie
from tipline.pipeline.linking.telling import cluster_told
from tipline.reports.models import Identifier, Sighting
from tipline.trust.accounts.models import Role, User
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import OPERATOR

pytestmark = pytest.mark.django_db


@pytest.fixture
def reports(tmp_path: Any) -> list[int]:
    """Two reports of one account, and two others, all at the desk of Jalgaon."""
    standard_tree()
    factories.demo_ranges(tmp_path)
    forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    filing = provider()
    made = [
        filed(filing, synthetic(name)).pk for name in ("monsoon_kite_07", "monsoon_kite_07", "quiet_harbour", "=cmd|x")
    ]
    drain()
    return made


@pytest.fixture
def officer(reports: list[int]) -> User:
    return person("IN-MH-JALGAON", Role.SUPERVISOR)


def page(who: User, path: str, status: int = 200) -> str:
    response = signed_in(who).get(path)
    assert response.status_code == status, (path, response.status_code)
    return str(response.content.decode())


def suggestion(low: int, high: int) -> Suggestion:
    return Suggestion.objects.create(
        low_id=low, high_id=high, probability=0.8, model_version="m", at=now(),
        comparisons=[{"field": "nicks", "level": "same", "weight": 9.0, "sentence": "Account names are the same", "low": [], "high": []}],
    )  # fmt: skip


def test_the_page_says_what_holds_reports_together(reports: list[int], officer: User) -> None:
    text = page(officer, f"/clusters/{reports[0]}/")
    assert "2 reports that you may see" in text
    assert "monsoon_kite_07" in text
    assert f'href="/clusters/{reports[0]}/"' in page(officer, f"/reports/{reports[0]}/")
    assert "Cluster of 2" in page(officer, "/desk/")
    assert "Nothing strong enough joins" in page(officer, f"/clusters/{reports[2]}/")
    assert Entry.objects.filter(action="report.cluster_read", object_id=str(reports[0]), actor_id=officer.pk).exists()


def test_nobody_else_sees_or_does_anything(reports: list[int], officer: User) -> None:
    asked = suggestion(reports[0], reports[2])
    paths = ("", "graph.json", "export/", "tie/0/", "cut/1/", f"refuse/{asked.pk}/", "undo/1/")
    for who in (
        person("IN-BR-CYBER", Role.SUPERVISOR),
        person("IN-MH-PUNE"),
        person("IN-MH-JALGAON", Role.STATISTICIAN),
    ):
        for rest in paths:
            assert signed_in(who).get(f"/clusters/{reports[0]}/{rest}").status_code in {403, 404}, (who.role, rest)
            assert signed_in(who).post(
                f"/clusters/{reports[0]}/{rest}", {"why": "x", "other": reports[2]}
            ).status_code in {403, 404, 405}
    assert Tie.objects.count() == Cut.objects.count() == 0
    asked.refresh_from_db()
    assert asked.state == SuggestionState.OPEN


def test_of_reports_outside_only_the_number_is_told(reports: list[int], officer: User) -> None:
    from tipline.reports.models import Holding

    Holding.objects.filter(report_id=reports[1], agency=officer.agency).delete()
    text = page(officer, f"/clusters/{reports[0]}/")
    assert "1 more outside what you may see hangs together" in text
    assert f"/reports/{reports[1]}/" not in text
    told = json.loads(page(officer, f"/clusters/{reports[0]}/graph.json"))
    assert [one["id"] for one in told["reports"]] == [reports[0]]
    refused = signed_in(officer).post(f"/clusters/{reports[0]}/tie/0/", {"other": reports[2], "why": "One matter"})
    assert refused.status_code == 403
    assert Tie.objects.count() == 0


def test_a_person_joins_takes_back_and_undoes_with_a_reason(reports: list[int], officer: User) -> None:
    client, at = signed_in(officer), f"/clusters/{reports[0]}/"
    assert client.post(f"{at}tie/0/", {"other": "x", "why": "a"}).status_code == 422
    assert client.post(f"{at}tie/0/", {"other": reports[2], "why": " "}).status_code == 422
    assert client.post(f"{at}tie/0/", {"other": reports[2], "why": "The same <b>photo</b>"}).status_code == 302
    text = page(officer, at)
    assert "3 reports that you may see" in text
    assert "The same &lt;b&gt;photo&lt;/b&gt;" in text
    tie = Tie.objects.get()
    assert client.post(f"{at}untie/{tie.pk}/", {"why": "It was not"}).status_code == 302
    assert "2 reports that you may see" in page(officer, at)
    told = json.loads(page(officer, f"{at}graph.json"))
    for edge in [one for one in told["edges"] if one["report"] == reports[0]]:
        assert client.post(f"{at}cut/{edge['identifier']}/", {"why": "Borrowed"}).status_code == 302
    assert not Member.objects.filter(report_id=reports[0], cluster__size__gt=1).exists()
    text = page(officer, at)
    assert "Take the cut back" in text
    assert client.post(f"{at}uncut/{Cut.objects.earliest('pk').pk}/", {"why": "It is the same"}).status_code == 302
    assert Member.objects.filter(report_id=reports[0], cluster__size__gt=1).exists()
    for cut in Cut.objects.filter(ended_at=None):
        client.post(f"{at}uncut/{cut.pk}/", {"why": "It is the same"})
    client.post(f"{at}tie/0/", {"other": reports[2], "why": "The same again"})
    change = next(one for one in cluster_told(OPERATOR, reports[2])["history"] if one["undoable"])
    assert change["why"] == "The same again"
    assert f"/undo/{change['id']}/" in page(officer, at)
    assert client.post(f"{at}undo/{change['id']}/", {"why": "Two people"}).status_code == 302
    assert not Member.objects.filter(report_id=reports[2], cluster__size__gt=1).exists()
    assert client.post(f"{at}undo/{change['id']}/", {"why": "Again"}).status_code == 422
    assert client.get(f"{at}nothing/1/").status_code == 404
    assert {"link.tied", "link.untied", "link.cut", "link.uncut"} <= set(Entry.objects.values_list("action", flat=True))


def test_a_suggestion_is_taken_or_refused_by_a_person(reports: list[int], officer: User) -> None:
    first, second = suggestion(reports[0], reports[2]), suggestion(reports[0], reports[3])
    client, at = signed_in(officer), f"/clusters/{reports[0]}/"
    assert "80 of 100 by the model" in page(officer, at)
    assert client.post(f"{at}take/{first.pk}/", {"why": ""}).status_code == 422
    assert client.post(f"{at}take/{first.pk}/", {"why": "The same face"}).status_code == 302
    assert client.post(f"{at}refuse/{second.pk}/", {"why": "Another town"}).status_code == 302
    assert client.post(f"{at}take/{second.pk}/", {"why": "After all"}).status_code == 422
    states = dict(Suggestion.objects.values_list("pk", "state"))
    assert states == {first.pk: SuggestionState.TAKEN, second.pk: SuggestionState.REFUSED}
    assert Tie.objects.get().why == "The same face"
    assert Entry.objects.filter(action="link.suggestion_refused", object_id=str(reports[0])).exists()


def test_what_is_a_childs_is_masked_on_page_graph_and_files(reports: list[int], officer: User) -> None:
    Identifier.objects.filter(value__contains="monsoon_kite").update(of_child=True)
    Sighting.objects.filter(identifier__value__contains="monsoon_kite").update(child=1)
    at = f"/clusters/{reports[0]}/"
    for path in (at, f"{at}graph.json", *(f"{at}export/?format={form}" for form in ("csv", "json", "graphml"))):
        assert "monsoon_kite" not in page(officer, path), path


def test_files_hold_the_cluster_and_no_formula(reports: list[int], officer: User) -> None:
    Identifier.objects.filter(value="monsoon_kite_07").update(value='=HYPERLINK("x")')
    at = f"/clusters/{reports[0]}/export/"
    lines = page(officer, f"{at}?format=csv").splitlines()
    assert lines[0].startswith("report,received_at,kind")
    assert not [line for line in lines if ",=" in line or ',"=' in line]
    assert "'=HYPERLINK" in "".join(lines)
    graph = etree.fromstring(page(officer, f"{at}?format=graphml").encode())
    assert len(graph.findall(".//{*}node[@id]")) >= 3
    assert json.loads(page(officer, f"{at}?format=json"))["report"] == reports[0]
    assert signed_in(officer).get(f"{at}?format=exe").status_code == 404
    assert signed_in(officer, fresh=False).get(at).status_code == 302


def test_the_page_asks_few_questions(reports: list[int], officer: User, django_assert_max_num_queries: Any) -> None:
    suggestion(reports[0], reports[2])
    client = signed_in(officer)
    client.get("/desk/")
    with django_assert_max_num_queries(12 + 2):  # a savepoint and its release frame the page
        client.get(f"/clusters/{reports[0]}/")


def test_programs_read_and_act_as_the_person(reports: list[int], officer: User) -> None:
    suggestion(reports[0], reports[2])
    client, mine = Client(), bearer(token(officer))
    cluster = client.get(f"/api/v1/reports/{reports[0]}/cluster", **mine)
    assert cluster.status_code == 200, cluster.content
    assert cluster.json()["cluster"]["visible"] == 2
    assert len(client.get("/api/v1/suggestions", **mine).json()["items"]) == 1
    made = client.post(
        f"/api/v1/reports/{reports[0]}/ties", {"other": reports[3], "why": "One matter"}, "application/json", **mine
    )
    assert made.status_code == 200, made.content
    assert Member.objects.get(report_id=reports[3]).cluster.size == 3
    stranger = bearer(token(person("IN-BR-CYBER", Role.SUPERVISOR)))
    assert client.get(f"/api/v1/reports/{reports[0]}/cluster", **stranger).status_code == 404
    assert client.get("/api/v1/suggestions", **stranger).json()["items"] == []
    for path, body in (
        (f"reports/{reports[0]}/ties", {"other": reports[2], "why": "x"}), (f"ties/{made.json()['id']}/end", {"why": "x"}),
        (f"reports/{reports[0]}/cuts", {"identifier": 1, "why": "x"}), ("cluster-changes/1/undo", {"why": "x"}), ("cuts/1/end", {"why": "x"}),
    ):  # fmt: skip
        assert client.post(f"/api/v1/{path}", body, "application/json", **stranger).status_code == 404, path
