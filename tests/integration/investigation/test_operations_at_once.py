"""Two at once, with real commits: two districts enter on one board, and two workers apply one rule."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from tests import factories
from tests.factories import agency, drain, person
from tipline.core.clock import now
from tipline.investigation.operations import board, rules, services
from tipline.investigation.operations.models import BoardEntry, Membership
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
