"""No order of acts loses the owner: desks of four levels do at random all that desks can do, and after each step everything holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests import factories
from tests.factories import agency, drain
from tipline.core.clock import now
from tipline.core.errors import TiplineError
from tipline.referrals import drafts, merging, overdue, recalling, services
from tipline.referrals.life import legal
from tipline.referrals.models import (
    LIVE,
    OPEN,
    DeskRow,
    DueNotice,
    MergeReason,
    RecallReason,
    Referral,
    ReferralEvent,
    ReferralState,
    ReturnReason,
)
from tipline.referrals.receipts import receive
from tipline.referrals.services import Plan
from tipline.reports.models import Holding, Report
from tipline.trust.accounts.models import User
from tipline.trust.visibility import acting, scope_of

WAY = ("US-NCMEC", "IN-NCRB", "IN-MH-CYBER", "IN-MH-JALGAON")
CODES = (*WAY, "IN-MH-PUNE", "IN-GJ-CYBER")
# mostly whoever owns the first report that is chosen, since others are refused
WHO = st.one_of(st.just("owner"), st.just("owner"), st.just("owner"), st.sampled_from(CODES))
REPORTS = st.sets(st.integers(0, 2), min_size=1)
ONE = st.integers(0, 2)
WHERE = st.one_of(st.just("below"), st.just("below"), st.sampled_from(CODES))
COLLEAGUE = st.integers(0, 1)


@pytest.fixture
def reports(db: None, tmp_path: Path) -> list[Report]:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    provider = factories.provider()
    found = [factories.filed(provider, factories.synthetic(f"kite_{number}")) for number in range(3)]
    drain()
    return found


@pytest.mark.timeout(900)  # about 20 s of work; a machine under load is slow, not wrong
def test_no_order_of_acts_loses_the_owner(reports: list[Report]) -> None:
    people = {code: [factories.person(code), factories.person(code)] for code in CODES}
    factories.forwarding("IN-NCRB")  # one desk forwards by itself
    ids = {code: agency(code).pk for code in CODES}
    codes = {pk: code for code, pk in ids.items()}
    below = {"US-NCMEC": "IN-NCRB", "IN-NCRB": "IN-MH-CYBER", "IN-MH-CYBER": "IN-MH-JALGAON"}
    scopes = {code: scope_of(two[0]) for code, two in people.items()}
    numbers = [report.pk for report in reports]
    done: dict[str, int] = defaultdict(int)

    class Desks(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.turn = 0
            self.all_or_nothing = transaction.atomic()
            self.all_or_nothing.__enter__()

        @initialize(steps=st.tuples(*[st.integers(1, 3)] * 3))
        def come_down(self, steps: tuple[int, int, int]) -> None:
            """Each report begins somewhere on its way: most acts need one that was sent."""
            for number, reached in zip(numbers, steps, strict=True):
                for code in WAY[:reached]:
                    with acting(scopes[code]):
                        services.forward(people[code][0], [number], agency(below[code]))

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.all_or_nothing.__exit__(None, None, None)

        def owner(self, report_id: int) -> str:
            return codes[Holding.objects.get(report_id=report_id, held_until=None, joint=False).agency_id]

        def does(self, who: str, first: int, name: str, act: Callable[[User, str], Any], colleague: int = 0) -> None:
            """Let somebody act, held to what they may see; what is refused changes nothing."""
            code = self.owner(numbers[first]) if who == "owner" else who
            person = people[code][colleague]
            try:
                with acting(scopes[code]):
                    act(person, code)
                done[name] += 1
            except TiplineError:
                done["refused"] += 1

        def to(self, where: str, code: str) -> Any:
            return agency(below.get(code, "IN-MH-PUNE") if where == "below" else where)

        @rule(who=WHO, one=ONE, chosen=REPORTS)
        def look(self, who: str, one: int, chosen: set[int]) -> None:
            self.does(who, one, "receive", lambda p, _: receive(p, [numbers[i] for i in chosen]))

        @rule(who=WHO, chosen=REPORTS)
        def acknowledge(self, who: str, chosen: set[int]) -> None:
            self.does(
                who, min(chosen), "acknowledge", lambda p, _: services.acknowledge(p, [numbers[i] for i in chosen])
            )

        @rule(who=WHO, one=ONE)
        def accept(self, who: str, one: int) -> None:
            self.does(who, one, "accept", lambda p, _: services.accept(p, [numbers[one]]))

        @rule(who=WHO, chosen=REPORTS, where=WHERE)
        def forward(self, who: str, chosen: set[int], where: str) -> None:
            self.does(
                who, min(chosen), "forward",
                lambda p, code: services.forward(p, [numbers[i] for i in chosen], self.to(where, code)),
            )  # fmt: skip

        @rule(who=WHO, chosen=st.sets(st.integers(0, 2), min_size=2))
        def split(self, who: str, chosen: set[int]) -> None:
            first, *rest = sorted(chosen)
            parts = [(agency("IN-MH-PUNE"), [numbers[first]]), (agency("IN-MH-JALGAON"), [numbers[i] for i in rest])]
            self.does(who, first, "split", lambda p, _: services.split(p, parts))

        @rule(who=WHO, chosen=REPORTS, reason=st.sampled_from([ReturnReason.DUPLICATE, ReturnReason.NOT_OUR_PLACE]))
        def give_back(self, who: str, chosen: set[int], reason: ReturnReason) -> None:
            self.does(
                who, min(chosen), "return", lambda p, _: services.return_up(p, [numbers[i] for i in chosen], reason)
            )

        @rule(who=WHO, one=ONE, where=st.sampled_from(CODES))
        def invite(self, who: str, one: int, where: str) -> None:
            self.does(who, one, "invite", lambda p, _: services.invite(p, [numbers[one]], agency(where)))

        @rule(one=ONE, lead=st.booleans())
        def recall(self, one: int, lead: bool) -> None:
            hop = Referral.objects.filter(report_id=numbers[one], lead=lead, state__in=LIVE).order_by("-id").first()
            if hop is not None:
                who = codes[hop.from_agency_id]
                self.does(who, one, "recall", lambda p, _: recalling.recall(p, [hop.pk], RecallReason.WRONG_DESK))

        @rule(who=WHO, into=ONE, chosen=REPORTS)
        def merge(self, who: str, into: int, chosen: set[int]) -> None:
            others = [numbers[i] for i in chosen]
            self.does(who, into, "merge", lambda p, _: merging.merge(p, others, numbers[into], MergeReason.DUPLICATE))

        @rule(who=WHO, one=ONE)
        def part(self, who: str, one: int) -> None:
            self.does(who, one, "unmerge", lambda p, _: merging.unmerge(p, [numbers[one]]))

        @rule(who=WHO, chosen=REPORTS, where=WHERE)
        def draft(self, who: str, chosen: set[int], where: str) -> None:
            self.does(
                who, min(chosen), "draft",
                lambda p, code: drafts.draft(p, [numbers[i] for i in chosen], self.to(where, code)),
            )  # fmt: skip

        @rule(one=ONE, colleague=COLLEAGUE, send=st.booleans())
        def second_look(self, one: int, colleague: int, send: bool) -> None:
            row = Referral.objects.filter(report_id=numbers[one], state=ReferralState.DRAFTED).first()
            if row is not None and row.bundle is not None:
                bundle, act = row.bundle, drafts.send if send else drafts.throw_away
                self.does(codes[row.from_agency_id], one, f"draft {send}", lambda p, _: act(p, bundle), colleague)

        @rule(who=WHO, one=ONE, last=st.sampled_from(["IN-MH-PUNE", "IN-MH-JALGAON"]))
        def transfer(self, who: str, one: int, last: str) -> None:
            way = [ids["IN-MH-CYBER"], ids[last]]
            self.does(who, one, "transfer", lambda p, _: services.transfer(p, numbers[one], way, "elsewhere"))

        @rule(one=ONE)
        def standing_rule(self, one: int) -> None:
            before = Referral.objects.count()
            services.forward_by_standing_rules([Plan(numbers[one], tuple(ids[code] for code in WAY[1:]))])
            done["standing"] += Referral.objects.count() > before

        @rule()
        def time_passes(self) -> None:
            done["raised"] += overdue.raise_due(now() + timedelta(days=40))
            overdue.settle()

        @invariant()
        def one_owner_each_on_its_way(self) -> None:
            owners = list(Holding.objects.filter(held_until=None, joint=False).values_list("report_id", "agency_id"))
            assert sorted(report for report, _ in owners) == sorted(numbers)
            live = list(Referral.objects.filter(lead=True, state__in=LIVE).values_list("report_id", "to_agency_id"))
            assert len({report for report, _ in live}) == len(live)  # one live lead hop, or none
            assert set(live) <= set(owners)
            for report, holds in set(owners) - set(live):
                assert codes[holds] == WAY[0], report  # where it came in
            taking_part = set(Holding.objects.filter(held_until=None, joint=True).values_list("report_id", "agency_id"))
            beside = Referral.objects.filter(lead=False, state__in=LIVE).values_list("report_id", "to_agency_id")
            assert set(beside) == taking_part
            drafted = Referral.objects.filter(state=ReferralState.DRAFTED).values_list("report_id", "from_agency_id")
            assert set(drafted) <= set(owners)
            for one in Referral.objects.filter(state=ReferralState.MERGED).select_related("merged_into"):
                main = one.merged_into
                assert main is not None and main.lead and main.state in OPEN and main.to_agency_id == one.to_agency_id
            assert not DueNotice.objects.filter(ended_at=None).exclude(referral__state__in=OPEN).exists()

        @invariant()
        def desks_list_what_they_hold(self) -> None:
            held = Holding.objects.values_list("report_id", "agency_id", "held_until", "joint")
            live = {
                (report, to, lead): state
                for report, to, lead, state in Referral.objects.filter(state__in=LIVE).values_list(
                    "report_id", "to_agency_id", "lead", "state"
                )
            }
            wanted = {
                (report, at): "sent-on"
                if until
                else "accepted"
                if live.get((report, at, not joint)) == "accepted"
                else "new"
                for report, at, until, joint in held
            }
            rows = DeskRow.objects.values_list("report_id", "agency_id", "pile")
            assert {(report, at): pile for report, at, pile in rows} == wanted

        @invariant()
        def every_history_is_a_legal_path(self) -> None:
            paths: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
            for row in ReferralEvent.objects.order_by("id").values_list("referral_id", "act", "before", "after"):
                paths[row[0]].append(row[1:])
            for referral in Referral.objects.all():
                here = ""
                for act, before, after in paths[referral.pk]:
                    assert before == here and legal(act, before, after, lead=referral.lead), paths[referral.pk]
                    here = after
                assert here == referral.state

        @invariant()
        def nobody_sees_what_they_must_not(self) -> None:
            held: dict[int, set[int]] = defaultdict(set)
            for report, holds in Holding.objects.values_list("report_id", "agency_id"):
                held[holds].add(report)
            unsent = [ReferralState.DRAFTED, ReferralState.DISCARDED]
            self.turn += 1  # one desk after the other: a transaction for each costs time
            for code in (CODES[self.turn % len(CODES)], CODES[(self.turn + 3) % len(CODES)]):
                with acting(scopes[code]):
                    assert set(Report.objects.values_list("id", flat=True)) == held[ids[code]], code
                    theirs = Referral.objects.filter(state__in=unsent).values_list("from_agency_id", flat=True)
                    assert set(theirs) <= {ids[code]}, code
                    hidden = ReferralEvent.objects.filter(act__in=["draft", "discard"])
                    assert set(hidden.values_list("referral__from_agency_id", flat=True)) <= {ids[code]}, code

    run_state_machine_as_test(
        Desks,
        settings=settings(
            max_examples=12, stateful_step_count=16, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    # the test proves something: much was done, and not only refused
    assert len(done) > 6 and sum(done.values()) - done["refused"] > 30, dict(done)
