"""Two at once, with real commits: two districts enter on one board, and two workers apply one rule."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connection, transaction

from tests import factories
from tests.factories import agency, drain, person
from tipline.core.clock import now
from tipline.investigation.operations import board, rules, services
from tipline.investigation.operations.models import BoardEntry, Membership
from tipline.reports.models import Report
from tipline.trust.accounts.models import Role
from tipline.trust.visibility import OPERATOR, acting, assume, scope_of

pytestmark = pytest.mark.usefixtures("committed_db")
EACH = 5


def _at_once(*acts: Callable[[], object]) -> None:
    failed: list[Exception] = []
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        try:
            assume(OPERATOR)
            start.wait()
            act()
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_two_districts_enter_at_once_and_two_workers_apply_one_rule(tmp_path: Path) -> None:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    chief = person("IN-MH-CYBER", Role.SUPERVISOR)
    code = services.plan_operation(chief, services.Plan("Quiet Harbour", now().date())).code
    services.let_take_part(chief, code, ["IN-MH-JALGAON", "IN-MH-PUNE"], known=True)
    day = board.add_day(chief, code, now().date(), "").pk
    officers = [person("IN-MH-JALGAON"), person("IN-MH-PUNE")]

    def entering(number: int) -> Callable[[], object]:
        def enter() -> None:
            for _ in range(EACH):
                with acting(scope_of(officers[number])):
                    board.enter(officers[number], code, day, {"searches_done": 1})

        return enter

    _at_once(entering(0), entering(1))
    assert BoardEntry.objects.filter(agency=agency("IN-MH-JALGAON")).count() == EACH
    assert BoardEntry.objects.filter(agency=agency("IN-MH-PUNE")).count() == EACH

    rule = rules.add_rule(chief, code, rules.Conditions(district=agency("IN-MH-JALGAON")))
    provider = factories.provider()
    reports = [factories.filed(provider, factories.synthetic(f"kite_{n}")) for n in range(3)]
    drain()
    _at_once(rules.apply_rules, rules.apply_rules)
    assert sorted(Membership.objects.values_list("report_id", "rule_id")) == [(r.pk, rule.pk) for r in reports]


def test_what_commits_late_is_looked_at_late_and_nothing_is_missed(tmp_path: Path) -> None:
    """Two connections: a change that is not committed when its neighbours are looked at, and one that commits while a rule is written."""
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    chief = person("IN-MH-CYBER", Role.SUPERVISOR)
    code = services.plan_operation(chief, services.Plan("Quiet Harbour", now().date())).code
    services.let_take_part(chief, code, ["IN-MH-JALGAON"], known=True)
    pictures, clips, tunes = (factories.provider(name) for name in ("Pictures", "Clips", "Tunes"))
    first, second, third = (factories.filed(pictures, factories.synthetic(f"kite_{n}")) for n in range(3))
    drain()
    week = now().date() - timedelta(days=7)
    rules.add_rule(chief, code, rules.Conditions(reporter=clips, received_from=week))
    assert rules.apply_rules() == 0
    inside = Membership.objects.order_by("report_id").values_list("report_id", flat=True)
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as late:
        late.execute("SELECT set_config('tipline.sees', 'everything', false)")
        late.execute("UPDATE reports_report SET reporter_id = %s WHERE id = %s", [clips.pk, first.pk])
        Report.objects.filter(pk=second.pk).update(reporter=clips)
        assert rules.apply_rules() == 1
        assert list(inside.all()) == [second.pk]
        late.commit()
    assert rules.apply_rules() == 1
    assert list(inside.all()) == [first.pk, second.pk]

    written, go = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            rules.add_rule(chief, code, rules.Conditions(reporter=tunes, received_from=week))
            written.set()
            assert go.wait(20)

    def change_meanwhile() -> None:
        assert written.wait(20)
        # the rule has looked through everything and is not there yet for anybody else
        Report.objects.filter(pk=third.pk).update(reporter=tunes)
        threading.Timer(0.5, go.set).start()
        rules.apply_rules()

    _at_once(write, change_meanwhile)
    rules.apply_rules()
    assert list(inside.all()) == [first.pk, second.pk, third.pk]
