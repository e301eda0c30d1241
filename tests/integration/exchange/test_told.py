"""What comes back over a border and what must go there: outcomes, of what use a report was, and that a copy was destroyed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.exchange_peers import Elsewhere, agreed, elsewhere
from tests.factories import TESTS, agency, drain, filed, person, provider, signed_in, standard_tree, synthetic
from tests.integration.exchange.handing import CHILDS_NAME
from tests.integration.reports.test_masking import file_documents, with_child
from tipline.core.clock import now
from tipline.core.config import config
from tipline.exchange.federation.models import Below, Delivery, Outgoing
from tipline.exchange.federation.sending import due_rows, messages_of, sift
from tipline.exchange.parties.ourselves import our_name
from tipline.intake.doors import outcomes as doors
from tipline.intake.doors.models import Feedback, Judgement
from tipline.intake.doors.outcomes import judge, make_feedback, withdraw_judgement
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.services import open_case
from tipline.investigation.chain import chain
from tipline.investigation.outcomes.figures import outcome_figures
from tipline.investigation.outcomes.models import Outcome, ReportOutcome
from tipline.investigation.outcomes.queries import came_back, read
from tipline.investigation.outcomes.services import Given, record_for_reports
from tipline.investigation.retention.agreed import tell_kept
from tipline.investigation.retention.decisions import Why, decide_report
from tipline.investigation.retention.models import Agreed, Certificate
from tipline.investigation.retention.schedule import due, run_schedule
from tipline.investigation.retention.services import By, place_hold, set_schedule
from tipline.referrals.models import Referral
from tipline.referrals.services import forward
from tipline.reports.models import Report
from tipline.trust.accounts.models import Role
from tipline.trust.agencies.agreements import Bounds, end_agreement
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import OPERATOR, acting, scope_of

pytestmark = pytest.mark.django_db
THIRTY = Bounds(data=frozenset({"metadata", "document"}), retention_days=30)


@pytest.fixture
def below(tmp_path: Path) -> Elsewhere:
    """The national desk, in an installation of its own; this one is the clearinghouse's."""
    standard_tree()
    agreed("US-NCMEC", "IN-NCRB")
    return elsewhere(tmp_path, "ncrb", "IN-NCRB")


@pytest.fixture
def above(tmp_path: Path) -> Elsewhere:
    """The clearinghouse, in an installation of its own; this one is the national desk's."""
    standard_tree()
    agreed("US-NCMEC", "IN-NCRB", THIRTY)
    return elsewhere(tmp_path, "clearinghouse", "US-NCMEC")


def referred(*handles: str) -> list[Referral]:
    """Reports that were filed here and sent to the national desk."""
    reporter = provider()
    reports = [filed(reporter, synthetic(handle, files=0)).pk for handle in handles]
    forward(person("US-NCMEC"), reports, agency("IN-NCRB"))
    return list(Referral.objects.filter(report__in=reports).order_by("id"))


def ours(hop: Referral) -> str:
    return f"urn:tipline:{our_name()}:hop:{hop.pk}"


def outcome(uid: str = "urn:tipline:jalgaon:outcome:4", **more: Any) -> dict[str, Any]:
    return {
        "uid": uid, "agency": "IN-MH-JALGAON", "kind": "child_safeguarded", "number": 2, "on": "2026-11-05",
        "for_senders": "two are safe", "recorded_at": now().isoformat(), **more,
    }  # fmt: skip


def tell_outcome(peer: Elsewhere, hop: Referral, **more: Any) -> dict[str, Any]:
    return peer.tell(peer.message("outcome", ours(hop), act="record", outcome=outcome(**more)))[0]


def tell_use(peer: Elsewhere, hop: Referral, word: str, weight: int = 4, **more: Any) -> dict[str, Any]:
    use = {"uid": "urn:tipline:jalgaon:judgement:9", "word": word, "weight": weight, **more}
    return peer.tell(peer.message("feedback", ours(hop), act="record", feedback=use))[0]


def when_the_day_is_over(monkeypatch: pytest.MonkeyPatch, days: int = 1) -> None:
    later = datetime.combine(now().astimezone(UTC).date() + timedelta(days=days), time(1), UTC)
    with monkeypatch.context() as patched:
        patched.setattr(doors, "now", lambda: later)
        make_feedback()


def handed(above: Elsewhere, *numbers: int) -> list[Referral]:
    """Reports that the clearinghouse handed over."""
    messages = [above.message("referral", above.hop(number), package=0) for number in numbers]
    assert {one["status"] for one in above.tell(*messages, packages=(above.package(*numbers),))} == {"done"}
    return list(Referral.objects.filter(origin__uid__in=[above.hop(number) for number in numbers]).order_by("id"))


def test_a_heard_outcome_stands_where_our_own_do_with_whose_word_it_is(below: Elsewhere) -> None:
    first, second = referred("kite_1", "kite_2")
    assert [tell_outcome(below, hop)["status"] for hop in (first, second, first)] == ["done"] * 3
    [told] = chain(OPERATOR, first.report_id)["outcomes"]
    assert (told["said_by"], told["agency"], told["number"]) == ("IN-MH-JALGAON", "IN-NCRB", 2)
    assert told["heard_at"]
    desk = person("US-NCMEC", Role.SUPERVISOR)
    with acting(scope_of(desk)) as scope:
        [row] = [read(one) for one in came_back(scope)]
        assert (row.reports, row.said_by, row.agency) == (2, "IN-MH-JALGAON", "IN-NCRB")
    with acting(OPERATOR):
        # of one case there: told of two reports, and counted once
        figures = {figure.name: figure for figure in outcome_figures(agency("US-NCMEC"), suppressed=False)}
        assert [part.value for part in figures["children_safeguarded"].parts] == [2]
    page = signed_in(desk).get(f"/reports/{first.report_id}/").content.decode()
    assert "IN-MH-JALGAON, told by" in page
    assert "two are safe" in page
    assert "told by" in signed_in(desk).get("/outcomes/").content.decode()


def test_only_who_told_an_outcome_takes_it_back_and_nobody_tells_us_our_own(below: Elsewhere, tmp_path: Path) -> None:
    [hop] = referred("kite_1")
    tell_outcome(below, hop)
    stranger = elsewhere(tmp_path, "maharashtra", "IN-MH-CYBER")
    gone = now().isoformat()
    assert tell_outcome(stranger, hop, withdrawn_at=gone)["code"] == "unknown"
    assert ReportOutcome.objects.get().withdrawn_at is None
    assert tell_outcome(below, hop, uid=f"urn:tipline:{our_name()}:outcome:1")["code"] == "invalid"
    tell_outcome(below, hop, withdrawn_at=gone)
    assert ReportOutcome.objects.get().withdrawn_at
    assert Outcome.objects.get().withdrawn_at
    assert [entry.action for entry in Entry.objects.filter(action__startswith="outcome.heard").order_by("id")] == [
        "outcome.heard", "outcome.heard_withdrawn",
    ]  # fmt: skip


def test_a_clock_that_is_ahead_does_not_make_an_outcome_of_the_future(below: Elsewhere) -> None:
    [hop] = referred("kite_1")
    tell_outcome(below, hop, recorded_at=(now() + timedelta(days=3)).isoformat())
    assert ReportOutcome.objects.get().recorded_at <= now()


def test_of_what_use_a_report_was_reaches_its_provider_by_the_rules_here(
    below: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    [hop] = referred("kite_1")
    below.tell(below.message("progress", ours(hop), act="accept", agency="IN-MH-JALGAON"))
    make_feedback()
    assert not Feedback.objects.exists()  # the day is not over
    when_the_day_is_over(monkeypatch)
    assert Feedback.objects.get().reason == "acted_on"
    assert [tell_use(below, hop, "outcome_actionable")["status"] for _ in range(2)] == ["done", "done"]
    when_the_day_is_over(monkeypatch)
    assert Feedback.objects.get().reason == "led_to_action"
    tell_use(below, hop, "outcome_actionable", withdrawn_at=now().isoformat())
    when_the_day_is_over(monkeypatch)
    assert Feedback.objects.get().reason == "acted_on"


@pytest.mark.parametrize(
    ("word", "weight", "uid"),
    [("guilty", 4, "urn:tipline:jalgaon:judgement:9"), ("conflict", 4, "urn:tipline:jalgaon:judgement:9")],
)
def test_a_word_that_is_for_no_provider_is_not_taken(below: Elsewhere, word: str, weight: int, uid: str) -> None:
    [hop] = referred("kite_1")
    assert tell_use(below, hop, word, weight, uid=uid)["code"] == "invalid"
    assert not Judgement.objects.exists()


def test_use_goes_up_the_way_that_the_report_came_and_nowhere_else(above: Elsewhere, tmp_path: Path) -> None:
    other = elsewhere(tmp_path, "maharashtra", "IN-MH-CYBER")
    [hop] = handed(above, 1)
    judge([hop.report_id], 7, "outcome_useful", 3)
    withdraw_judgement(7)
    rows = Outgoing.objects.filter(kind="feedback").order_by("id")
    assert [(row.peer_id, row.act, row.referral_id) for row in rows] == [
        (above.peer.pk, "record", hop.pk), (above.peer.pk, "withdraw", hop.pk),
    ]  # fmt: skip
    assert not Outgoing.objects.filter(peer=other.peer).exists()
    [first, _] = messages_of(sift(due_rows(above.peer, now())))
    assert first.feedback
    assert first.feedback.model_dump(exclude={"uid", "withdrawn_at"}) == {"word": "outcome_useful", "weight": 3}


def test_use_is_passed_on_under_its_name_and_within_the_agreement(above: Elsewhere, tmp_path: Path) -> None:
    state = elsewhere(tmp_path, "maharashtra", "IN-MH-CYBER")
    agreed("IN-NCRB", "IN-MH-CYBER")
    [hop] = handed(above, 1)
    forward(person("IN-NCRB"), [hop.report_id], agency("IN-MH-CYBER"))
    down = Referral.objects.get(to_agency__code="IN-MH-CYBER")
    tell_use(state, down, "outcome_useful", 3)
    end_agreement(agency("US-NCMEC"), agency("IN-NCRB"), TESTS)
    going = sift(due_rows(above.peer, now()))
    assert "feedback" not in {row.kind for row in going}
    assert {row.kind for row in going} >= {"state"}  # what happened to it is told all the same
    waits = Outgoing.objects.get(kind="feedback")
    assert "no agreement from US-NCMEC to IN-NCRB" in waits.why
    agreed("US-NCMEC", "IN-NCRB")
    Outgoing.objects.update(next_at=now())
    [use] = [one.feedback for one in messages_of(sift(due_rows(above.peer, now()))) if one.feedback]
    assert use.uid == "urn:tipline:jalgaon:judgement:9"


def test_an_outcome_of_a_desk_here_is_told_up_under_one_name_for_all_its_reports(above: Elsewhere) -> None:
    hops = handed(above, 1, 2)
    record_for_reports(person("IN-NCRB"), [hop.report_id for hop in hops], Given("no_offence_here"))
    told = [one for one in messages_of(due_rows(above.peer, now())) if one.outcome]
    assert len(told) == 2
    assert {one.outcome.uid for one in told if one.outcome} == {
        f"urn:tipline:{our_name()}:outcome:{Outcome.objects.get().pk}"
    }


def test_an_agreement_shortens_what_the_own_rule_keeps_for_ever(above: Elsewhere) -> None:
    [hop] = handed(above, 1)
    drain()
    at = now()
    soon = decide_report(hop.report_id, at)
    assert soon.agreement
    assert soon.due
    assert (soon.due - at).days == 29
    assert {block.why for block in soon.blocks} == {Why.NOT_DUE, Why.SCHEDULE_OFF}
    assert "agreement MoU 7, US-NCMEC to IN-NCRB: 30 days" in str(soon.as_data()["agreement"])
    later = at + timedelta(days=31)
    assert [one.id for one in due(OPERATOR, later)] == [hop.report_id]
    assert run_schedule(config(), later).things == 0  # the agency has not switched its schedule on
    set_schedule(agency("IN-NCRB"), TESTS, active=True)
    assert run_schedule(config(), at + timedelta(days=29)).things == 0
    assert run_schedule(config(), later).things == 1
    assert "agreement MoU 7" in Certificate.objects.get().statement
    assert Report.objects.get().destroyed_at
    [row] = Outgoing.objects.all()  # what waited went with it, and this is told
    assert (row.kind, row.act, row.referral_id, row.peer_id) == ("retention", "destroy", hop.pk, above.peer.pk)
    assert "text" not in messages_of([row])[0].model_dump(exclude_defaults=True)


def test_what_was_recalled_goes_when_the_agreement_says_so(above: Elsewhere) -> None:
    [hop] = handed(above, 1)
    drain()
    above.tell(above.message("recall", above.hop(1), act="recall", reason="wrong_desk"))
    set_schedule(agency("IN-NCRB"), TESTS, active=True)
    decided = decide_report(hop.report_id, now())
    assert decided.agency == "IN-NCRB"
    assert run_schedule(config(), now() + timedelta(days=31)).things == 1


def test_a_hold_and_a_registered_case_go_before_an_agreement_and_the_sender_is_told(above: Elsewhere) -> None:
    held, cased = handed(above, 1, 2)
    drain()
    supervisor = person("IN-NCRB", Role.SUPERVISOR)
    place_hold(
        By.somebody(supervisor, scope_of(supervisor)), authority="Court", reference="7/2026", report_id=held.report_id
    )
    open_case(person("IN-NCRB"), [cased.report_id], "A case")
    Case.objects.update(fir_registered_at=now(), fir_number="12/2026")
    set_schedule(agency("IN-NCRB"), TESTS, active=True)
    later = now() + timedelta(days=31)
    assert run_schedule(config(), later).things == 0
    assert tell_kept(later) == 0  # told once
    rows = Outgoing.objects.filter(kind="retention").order_by("report_id")
    assert [(row.act, row.reason) for row in rows] == [("keep", "hold"), ("keep", "case")]
    assert Entry.objects.filter(action="retention.kept_beyond_agreement").count() == 2
    assert not Report.objects.filter(destroyed_at__isnull=False).exists()
    Case.objects.update(state="closed", closed_at=now())
    assert "goes before it" in decide_report(cased.report_id, later).overridden


def test_the_fewer_days_of_both_sides_count(above: Elsewhere) -> None:
    package = above.package(1).replace(b'"reference": "MoU 7"', b'"reference": "MoU 7", "retention_days": 10')
    above.tell(above.message("referral", above.hop(1), package=0), packages=(package,))
    assert Agreed.objects.get().days == 10


def test_that_the_other_side_destroyed_it_is_noted_and_changes_nothing_here(below: Elsewhere) -> None:
    [hop] = referred("kite_1")
    answers = below.tell(
        below.message("retention", ours(hop), act="keep", reason="hold"),
        below.message("retention", ours(hop), act="destroy"),
        below.message("retention", ours(hop), act="keep", reason="because"),
    )
    assert [one["status"] for one in answers] == ["done", "done", "refused"]
    assert Below.objects.get().act == "destroyed"
    assert Report.objects.get().destroyed_at is None
    actions = Entry.objects.filter(action__startswith="retention.told_").order_by("id").values_list("action", flat=True)
    assert list(actions) == ["retention.told_kept", "retention.told_destroyed"]
    assert Outgoing.objects.filter(delivery=Delivery.WAITING).count() == 1  # the referral itself
    assert Client().get("/provider/feedback.json").status_code == 401


def test_what_was_heard_is_seen_by_who_held_the_report_and_by_nobody_else(below: Elsewhere) -> None:
    [hop] = referred("kite_1")
    tell_outcome(below, hop)
    tell_use(below, hop, "outcome_actionable")
    for code, seen in (("US-NCMEC", 1), ("IN-MH-CYBER", 0), ("IN-KL-CYBER", 0)):
        with acting(scope_of(person(code, Role.SUPERVISOR))) as scope:
            assert (ReportOutcome.objects.count(), len(came_back(scope)), Judgement.objects.count()) == (seen,) * 3
    stranger = signed_in(person("IN-MH-CYBER", Role.SUPERVISOR))
    assert stranger.get(f"/reports/{hop.report_id}/").status_code == 404
    assert "two are safe" not in stranger.get("/outcomes/").content.decode()


def test_a_sentence_from_elsewhere_that_names_a_child_is_left_out(below: Elsewhere) -> None:
    reporter = provider()
    report = file_documents(reporter, with_child())
    drain()
    forward(person("US-NCMEC"), [report.pk], agency("IN-NCRB"))
    hop = Referral.objects.get(report=report)
    tell_outcome(below, hop, for_senders=f"{CHILDS_NAME} is safe")
    assert ReportOutcome.objects.get().for_senders == ""
    assert Outcome.objects.get().for_senders == ""
    assert "sentence_left_out" in str(Entry.objects.get(action="outcome.heard").detail)
