"""Rule sets: drafted, tried on a sample, released, rolled back; explained; and by whom."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.db import connection

from tests import factories
from tests.factories import TESTS, drain, person
from tipline.core.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    TiplineError,
    TransientError,
)
from tipline.pipeline.models import Quarantine
from tipline.pipeline.routing.explaining import Asked, WhatIf, explain, what_if
from tipline.pipeline.routing.models import Decision, RulePreview, RuleSample, RuleSet, RuleSetState
from tipline.pipeline.routing.queries import previews, sample, samples
from tipline.pipeline.routing.rules import STANDARD
from tipline.pipeline.routing.services import check, draft, make_sample, preview, release, released, roll_back
from tipline.pipeline.run import run_waiting
from tipline.reports.models import Processing, Report
from tipline.trust.accounts.models import Reporter, Role, User
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import OPERATOR, acting, scope_of

TO_STATE = STANDARD.read_text().replace(
    'then = { desks = [{ to = "place", role = "lead" }], wait_for_hours = true }',
    'then = { desks = [{ to = "state", role = "lead" }], zero_fir = true }',
)


@pytest.fixture
def reporter(db: None, tmp_path: Path) -> Reporter:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    return factories.provider()


@pytest.fixture
def report(reporter: Reporter) -> Report:
    report = factories.filed(reporter)
    drain()
    return report


@pytest.fixture
def supervisor(reporter: Reporter) -> User:
    return person("IN-NCRB", Role.SUPERVISOR)


def test_the_standard_set_is_number_one_and_in_force(report: Report) -> None:
    assert (released().number, released().state, released().body) == (1, "released", STANDARD.read_text())
    decision = Decision.objects.get(report=report)
    assert (decision.rule_set, decision.rule, decision.stage_version) == (1, "majority", "2")
    assert Entry.objects.filter(action="routing.rules_released").count() == 1


def test_a_change_is_tried_released_decides_and_is_rolled_back(
    report: Report, reporter: Reporter, supervisor: User
) -> None:
    made = draft(TO_STATE, "States first", supervisor, note="a trial", based_on=released())
    assert (made.number, made.state) == (2, "draft")
    tried_on = make_sample("the last", supervisor, last=10)
    with pytest.raises(ConflictError, match="not previewed"):
        release(made, supervisor)
    found = preview(made, tried_on, supervisor).result
    assert (found["reports"], found["changed"]) == (1, 1)
    assert found["changes"] == [
        {
            "report": report.pk,
            "from": {
                "rule": "majority", "desks": [{"agency": "IN-MH-JALGAON", "role": "lead"}], "urgent": False,
                "zero_fir": False, "confidence": 0.95,
            },
            "to": {
                "rule": "majority", "desks": [{"agency": "IN-MH-CYBER", "role": "lead"}], "urgent": False,
                "zero_fir": True, "confidence": 0.95,
            },
        }
    ]  # fmt: skip
    assert found["desks"] == {"IN-MH-CYBER": {"before": 0, "after": 1}, "IN-MH-JALGAON": {"before": 1, "after": 0}}
    assert found["rules"]["majority"] == {"fired": 1, "shadowed": 0}
    release(made, supervisor, "tried on the last ten")
    assert released().number == 2
    later = factories.filed(reporter, factories.synthetic("kite_two"))
    drain()
    decision = Decision.objects.get(report=later)
    assert (decision.agency and decision.agency.code, decision.rule_set, decision.zero_fir) == ("IN-MH-CYBER", 2, True)
    assert set(later.referrals.values_list("zero_fir", flat=True)) == {True}
    roll_back(1, supervisor)
    assert released().number == 1
    assert list(RuleSet.objects.order_by("number").values_list("state", flat=True)) == ["released", "retired"]
    with pytest.raises(ConflictError, match="is in force"):
        roll_back(1, supervisor)
    acts = Entry.objects.filter(action__startswith="routing.rules_").order_by("id").values_list("action", flat=True)
    assert list(acts) == [
        f"routing.rules_{act}" for act in ("released", "drafted", "previewed", "released", "rolled_back")
    ]


def test_a_changed_draft_has_to_be_previewed_again(report: Report, supervisor: User) -> None:
    made = draft(TO_STATE, "States first", supervisor)
    tried_on = make_sample("the last", supervisor, last=10)
    preview(made, tried_on, supervisor)
    made = draft(TO_STATE.replace("zero_fir = true", "zero_fir = false"), "States first", supervisor, number=2)
    with pytest.raises(ConflictError, match="not previewed"):
        release(made, supervisor)
    # nor does the preview of another agency count, or one against other rules
    other = person("IN-MH-CYBER", Role.SUPERVISOR)
    preview(made, make_sample("mine", other, last=10), other)
    with pytest.raises(ConflictError, match="not previewed"):
        release(made, supervisor)
    preview(made, tried_on, supervisor)
    release(made, supervisor)
    with pytest.raises(ConflictError, match="does not change any more"):
        draft(TO_STATE, "States first", supervisor, number=2)


def test_a_file_that_cannot_be_used_is_no_draft(supervisor: User) -> None:
    with pytest.raises(InvalidInputError, match="line 2"):
        draft("a = 1\nb ==", "T", supervisor)
    assert [problem.line for problem in check("a = 1\nb ==")] == [2]
    with pytest.raises(InvalidInputError, match="title"):
        draft(TO_STATE, " ", supervisor)
    with pytest.raises(NotFoundError):
        roll_back(99, supervisor)


@pytest.mark.parametrize("code", ["US-NCMEC", "IN-NCRB", "IN-MH-CYBER", "IN-MH-JALGAON"])
@pytest.mark.parametrize("role", list(Role))
def test_rules_are_the_business_of_supervisors_of_desks_that_hand_down(report: Report, code: str, role: Role) -> None:
    somebody = person(code, role)
    made = draft(TO_STATE, "T", TESTS)
    tried_on = make_sample("s", TESTS, last=1)
    allowed = role == Role.SUPERVISOR and code != "IN-MH-JALGAON"
    for act in (
        lambda: draft(TO_STATE, "T", somebody),
        lambda: make_sample("x", somebody, last=1),
        lambda: preview(made, tried_on, somebody),
        lambda: release(made, somebody),
        lambda: roll_back(1, somebody),
    ):
        if allowed:
            try:
                act()
            except NotPermittedError as error:
                raise AssertionError from error
            except TiplineError:
                pass
        else:
            with pytest.raises(NotPermittedError):
                act()


def test_a_sample_holds_what_its_maker_sees_and_is_their_agencys(report: Report, supervisor: User) -> None:
    make_sample("mine", supervisor, report_ids=[report.pk])
    preview(draft(TO_STATE, "T", supervisor), sample(scope_of(supervisor), "mine"), supervisor)
    stranger = person("IN-GJ-CYBER", Role.SUPERVISOR)
    with pytest.raises(InvalidInputError, match="no report yet"):
        make_sample("theirs", stranger, last=10)
    with pytest.raises(NotFoundError):
        make_sample("theirs", stranger, report_ids=[report.pk])
    with acting(scope_of(stranger)) as scope:
        assert not samples(scope).exists() and not RuleSample.objects.exists()
        assert not previews(scope, RuleSet.objects.get(number=2)).exists() and not RulePreview.objects.exists()
        with pytest.raises(NotFoundError):
            sample(scope, "mine")
    with acting(scope_of(supervisor)) as scope:
        assert samples(scope).count() == RuleSample.objects.count() == 1
        assert previews(scope, RuleSet.objects.get(number=2)).count() == 1
    theirs = sample(OPERATOR, "mine")
    with pytest.raises(InvalidInputError, match="left to see"):
        preview(RuleSet.objects.get(number=2), theirs, stranger)


def test_a_preview_moves_nothing(report: Report, supervisor: User) -> None:
    before = list(report.referrals.values_list("id", "state")), Decision.objects.get(report=report).at
    preview(draft(TO_STATE, "T", supervisor), make_sample("s", supervisor, last=5), supervisor)
    assert (list(report.referrals.values_list("id", "state")), Decision.objects.get(report=report).at) == before


def test_an_explanation_names_the_rule_and_everything_on_the_way(report: Report) -> None:
    with acting(scope_of(person("IN-MH-JALGAON"))) as scope:
        found = explain(scope, report.pk).as_json()
    assert (found["rule"], found["rule_set"], found["abstained"]) == ("majority", 1, False)
    [lead] = found["desks"]
    assert list(lead["path"]) == ["US-NCMEC", "IN-NCRB", "IN-MH-CYBER", "IN-MH-JALGAON"]
    assert [hop["standing"] for hop in lead["hops"]] == ["forward"] * 3
    assert all(hop["agreement"].startswith("tree agencies.csv, sha256 ") for hop in lead["hops"])
    assert found["facts"]["district"] == "Jalgaon"
    states = {rule["name"]: rule["state"] for rule in found["rules"]}
    assert (states["majority"], states["no-desk"]) == ("fired", "near")
    with acting(scope_of(person("IN-MH-PUNE"))) as scope, pytest.raises(NotFoundError):
        explain(scope, report.pk)


def test_what_if_asks_the_rules_about_a_report_that_is_none(reporter: Reporter) -> None:
    found = what_if(WhatIf(places=(Asked("IN", "Maharashtra", "Jalgaon", 0.5),)))
    assert (found.abstained, found.rule) == (True, "too-unsure")
    [near] = [rule for rule in found.rules if rule.name == "majority"]
    assert near.missing == ("had not confidence is at least 0.60, but is 0.50 (0.10 short)",)
    urgent = what_if(WhatIf(places=(Asked("IN", "Maharashtra", "Jalgaon", 0.8),), urgent=True))
    assert (urgent.desks[0].agency, urgent.urgent) == ("IN-MH-JALGAON", True)
    for wrong in (
        WhatIf(places=(Asked("IN", "Maharashtra", "Jalgaon", 1.5),)), WhatIf(places=(Asked("in"),)), WhatIf(channel="post"),
        WhatIf(places=(Asked("IN", "", "Jalgaon"),)), WhatIf(receiving="NOBODY"), WhatIf(priority=101),
    ):  # fmt: skip
        with pytest.raises(InvalidInputError):
            what_if(wrong)
    with pytest.raises(NotFoundError):
        what_if(WhatIf(rule_set=7))


def test_of_releases_at_the_same_time_one_wins(committed_db: None, tmp_path: Path) -> None:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.filed(factories.provider())
    drain()
    drafts = [draft(TO_STATE + f"\n# {n}\n", f"T{n}", TESTS) for n in range(4)]
    tried_on = make_sample("s", TESTS, last=5)
    for made in drafts:
        preview(made, tried_on, TESTS)
    won: list[int] = []
    refused: list[str] = []
    barrier = threading.Barrier(len(drafts))

    def go(made: RuleSet) -> None:
        barrier.wait()
        try:
            won.append(release(made, TESTS).number)
        except ConflictError as error:
            refused.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(made,)) for made in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(won) == 1 and len(refused) == 3
    assert RuleSet.objects.get(state=RuleSetState.RELEASED).number == won[0]
    assert roll_back(1, TESTS).number == 1


def test_a_set_that_this_version_cannot_read_blames_no_report(report: Report, reporter: Reporter) -> None:
    RuleSet.objects.filter(number=1).update(body="not a rule")
    waits = factories.filed(reporter, factories.synthetic("calm_kite"))
    with pytest.raises(TransientError, match="rule set 1 cannot be read by this version; release another"):
        run_waiting()
    assert Report.objects.get(pk=waits.pk).processing == Processing.WAITING
    assert not Quarantine.objects.exists()
