"""What ends soon is raised in time, once, at the desk that holds it, and at nobody else's."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections
from prometheus_client.parser import text_string_to_metric_families

from tests import factories
from tests.factories import agency, drain, person, signed_in
from tests.integration.pipeline.test_log_expiry import JALGAON, WAY, clock, desk, filed, sightings
from tipline.core.clock import now
from tipline.core.errors import NotFoundError, NotPermittedError
from tipline.investigation.cases.services import open_case
from tipline.pipeline.attribution.log_expiry import queries
from tipline.pipeline.attribution.log_expiry.models import ExpiryNotice, PreservationKind
from tipline.pipeline.attribution.log_expiry.raising import advance, raise_due, settle
from tipline.pipeline.attribution.log_expiry.services import acknowledge, note_preservation
from tipline.pipeline.attribution.log_expiry.tasks import raise_expiring
from tipline.referrals.models import ReturnReason
from tipline.referrals.services import return_up
from tipline.reports.models import Report
from tipline.trust.accounts.models import Reporter, Role
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import acting, scope_of


@pytest.fixture
def reporter(db: None, tmp_path: Path) -> Reporter:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding(*WAY)
    return factories.provider()


def raised() -> list[tuple[str, int, bool]]:
    return [
        (n.agency.code, n.threshold_days, n.escalated_from_id is not None)
        for n in ExpiryNotice.objects.select_related("agency").order_by("raised_at", "agency__code")
    ]


@pytest.mark.parametrize(
    ("age", "urgent", "thresholds"),
    [(0.5, False, [14]), (6.5, False, [14]), (7.5, False, [7]), (11.5, False, [3]), (0.5, True, [7]), (7.5, True, [3]), (14.5, False, [])],
)  # fmt: skip
def test_the_tightest_threshold_that_is_met_is_raised_and_earlier_for_what_is_urgent(
    reporter: Reporter, age: float, urgent: bool, thresholds: list[int]
) -> None:
    report = filed(reporter, "kite", age)
    Report.objects.filter(pk=report.pk).update(escalated=urgent)
    raise_due()
    assert raised() == [(JALGAON, days, False) for days in thresholds]


def test_it_is_raised_once_for_a_report_a_desk_and_a_threshold_and_each_time_logged(reporter: Reporter) -> None:
    report = filed(reporter, "kite", 7.5)
    assert [raise_due(), raise_due()] == [1, 0]
    assert raise_due(now() + timedelta(days=4)) == 1
    assert raise_due(now() + timedelta(days=4)) == 0
    assert [days for _, days, _ in raised()] == [7, 3]
    entries = Entry.objects.filter(action="log_expiry.raised", object_id=str(report.pk)).order_by("id")
    assert [(e.detail["days"], e.actor_label) for e in entries] == [(7, "log-expiry"), (3, "log-expiry")]


def test_on_the_last_day_the_desk_above_is_told_number_place_and_days(reporter: Reporter) -> None:
    report = filed(reporter, "kite_unseen_above", 13.5)
    assert raise_due() == 2
    assert raised() == [("IN-MH-CYBER", 1, True), (JALGAON, 1, False)]
    text = desk(person("IN-MH-CYBER"))
    assert "Escalated to the parent" in text and f"Report {report.pk}" in text
    assert "Jalgaon, Maharashtra, IN" in text and "11 hours left" in text
    assert "holds it and has not accepted it" in text
    assert "kite_unseen_above" not in text
    mine = desk(person(JALGAON))
    assert "Logs that end soon" in mine and "nobody noted that preservation was asked" in mine
    for code in ("IN-NCRB", "US-NCMEC", "IN-MH-PUNE", "IN-BR-CYBER"):
        assert "Logs that end soon" not in desk(person(code)), code


def test_a_parent_that_never_held_the_report_gets_no_link_to_it(reporter: Reporter) -> None:
    report = filed(reporter, "kite", 13.5)
    report.holdings.filter(agency__code="IN-MH-CYBER").delete()
    raise_due()
    text = desk(person("IN-MH-CYBER"))
    assert f"Report {report.pk}" in text and f"/reports/{report.pk}/" not in text


def test_the_wrong_agency_sees_nothing_and_cannot_acknowledge(reporter: Reporter) -> None:
    filed(reporter, "kite", 11.5)
    raise_due()
    notice = ExpiryNotice.objects.get()
    for code in ("IN-MH-PUNE", "IN-BR-CYBER", "IN-MH-CYBER"):
        somebody = person(code)
        with acting(scope_of(somebody)) as scope:
            assert not ExpiryNotice.objects.exists()  # the second lock
            assert queries.notices(somebody.agency, scope).total == 0
        with pytest.raises(NotFoundError):
            acknowledge(somebody, [notice.pk])
        assert signed_in(somebody).post("/desk/expiring/seen/", {"notice": notice.pk}).status_code == 404
    for role in (Role.INVESTIGATOR, Role.AUDITOR, Role.ADMINISTRATOR):
        with pytest.raises(NotPermittedError):
            acknowledge(person(JALGAON, role), [notice.pk])
    assert (
        signed_in(person(JALGAON, Role.INVESTIGATOR)).post("/desk/expiring/seen/", {"notice": notice.pk}).status_code
        == 403
    )
    notice.refresh_from_db()
    assert notice.acknowledged_at is None


def test_somebody_at_the_desk_says_that_it_was_seen(reporter: Reporter) -> None:
    report = filed(reporter, "kite", 11.5)
    raise_due()
    notice, officer = ExpiryNotice.objects.get(), person(JALGAON)
    text = signed_in(officer).post("/desk/expiring/seen/", {"notice": notice.pk}, follow=True).content.decode()
    assert "1 notice marked as seen by you" in text and f"seen by {officer.name}" in text
    assert Entry.objects.filter(action="log_expiry.seen", object_id=str(report.pk), actor_id=officer.pk).count() == 1
    assert acknowledge(person(JALGAON), [notice.pk]) == 0  # and stays seen by whoever saw it first
    notice.refresh_from_db()
    assert notice.acknowledged_by_id == officer.pk
    for numbers in ([], ["x"], ["0"], ["99999999999999999999"], [str(notice.pk), "12345678"]):
        assert signed_in(officer).post("/desk/expiring/seen/", {"notice": numbers}).status_code == 404


def test_what_is_accepted_is_raised_only_in_the_last_days_and_not_to_the_desk_above(reporter: Reporter) -> None:
    report = filed(reporter, "kite", 7.5)
    raise_due()
    open_case(person(JALGAON), [report.pk], "Kite")
    assert settle() == 1
    assert "Logs that end soon" not in desk(person(JALGAON))
    assert raise_due(now() + timedelta(days=4)) == 1  # a case is open, and nobody asked the network to keep its log
    assert raise_due(now() + timedelta(days=6)) == 1
    assert raised() == [(JALGAON, 7, False), (JALGAON, 3, False), (JALGAON, 1, False)]


def test_accepting_ends_what_was_escalated(reporter: Reporter) -> None:
    report = filed(reporter, "kite", 13.5)
    raise_due()
    open_case(person(JALGAON), [report.pk], "Kite")
    settle()
    assert list(ExpiryNotice.objects.filter(ended_at=None).values_list("agency__code", flat=True)) == [JALGAON]
    assert "Logs that end soon" not in desk(person("IN-MH-CYBER"))


def test_where_preservation_was_asked_for_nothing_is_raised(reporter: Reporter) -> None:
    report = filed(reporter, "kite", 11.5)
    officer = person(JALGAON)
    raise_due()
    with acting(scope_of(officer)):
        note_preservation(officer, sightings(report)[0], PreservationKind.ASKED, now().date(), "Letter 1")
    assert ExpiryNotice.objects.get().ended_at is not None
    assert "Logs that end soon" not in desk(officer)
    assert raise_due(now() + timedelta(days=2)) == 0
    assert clock(report).next_unasked_at is None


def test_a_report_that_moves_takes_its_notices_to_the_next_desk(reporter: Reporter) -> None:
    report = filed(reporter, "kite", 11.5)
    raise_due()
    return_up(person(JALGAON), [report.pk], ReturnReason.NOT_OUR_PLACE, "")
    assert "Logs that end soon" not in desk(person(JALGAON))  # at once, and not only from the next run on
    assert [settle(), raise_due()] == [1, 1]
    assert raised() == [(JALGAON, 3, False), ("IN-MH-CYBER", 3, False)]


def test_the_job_does_all_of_it_and_what_is_gone_is_told_no_more(reporter: Reporter) -> None:
    filed(reporter, "kite", 11.5)
    raise_expiring(0)
    assert raised() == [(JALGAON, 3, False)]
    later = now() + timedelta(days=3)
    assert [advance(later), settle(later), raise_due(later)] == [1, 1, 0]


def test_a_destroyed_report_is_not_raised(reporter: Reporter) -> None:
    report = filed(reporter, "kite", 11.5)
    Report.objects.filter(pk=report.pk).update(destroyed_at=now(), processing="none")
    assert raise_due() == 0


def test_of_many_the_soonest_are_raised_first_and_the_rest_by_the_next_run(reporter: Reporter) -> None:
    reports = [factories.filed(reporter, factories.synthetic(f"kite_{n}")).pk for n in range(5)]
    drain()
    at = now() + timedelta(days=8)
    assert [raise_due(at, limit=3), raise_due(at, limit=3), raise_due(at, limit=3)] == [3, 2, 0]
    assert set(ExpiryNotice.objects.values_list("report_id", flat=True)) == set(reports)


def test_the_metrics_count_what_ends_soon(reporter: Reporter) -> None:
    from tipline import metrics

    for n, age in enumerate((13.5, 12, 8, 2, 30)):
        filed(reporter, f"kite_{n}", age)
    raise_due()
    body = metrics.generate_latest(_registry()).decode()
    found = {
        sample.labels["within"]: sample.value
        for family in text_string_to_metric_families(body)
        for sample in family.samples
        if sample.name == "tipline_logs_expiring"
    }
    assert found == {"1": 1, "3": 2, "7": 3, "14": 4}


def _registry():  # type: ignore[no-untyped-def]
    from tipline import metrics

    registry = metrics.CollectorRegistry(auto_describe=False)
    registry.register(metrics._Scrape())
    return registry


def test_two_workers_at_once_raise_each_notice_once(committed_db: None, tmp_path: Path) -> None:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding(*WAY)
    provider = factories.provider()
    for n in range(12):
        factories.filed(provider, factories.synthetic(f"kite_{n}"))
    drain()
    at, barrier, counts = now() + timedelta(days=10.5), threading.Barrier(3), []

    def work() -> None:
        try:
            barrier.wait(30)
            counts.append((advance(at), settle(at), raise_due(at)))
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    # on the last day: the desk that holds it, and the one above
    assert sum(new for _, _, new in counts) == ExpiryNotice.objects.count() == 24
    assert Entry.objects.filter(action="log_expiry.raised").count() == 24
    assert raise_due(at) == 0


def test_raising_reads_by_the_index_of_what_is_not_asked_for(reporter: Reporter) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT report_id FROM attribution_reportclock WHERE next_unasked_at > now() AND next_unasked_at <= now() + interval '21 days'"
        )
        assert "reportclock_unasked" in "\n".join(row[0] for row in cursor.fetchall())
    assert agency(JALGAON).pk
