"""The queue of a desk: turns between districts, whose a report is, what rests, what only informs, and what needs two persons."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from tests import factories
from tests.factories import agency, person
from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.referrals.listing import Listing
from tipline.referrals.models import DeskRow, Referral, ReferralState, ReturnReason
from tipline.referrals.queries import DeskTab
from tipline.referrals.queue import closing, working
from tipline.referrals.queue.looks import look, looks_of
from tipline.referrals.queue.models import Closing, ClosingAct, ClosingState, Handling, PlaceKind
from tipline.referrals.queue.rules import QUEUE
from tipline.referrals.queue.turns import Turns, give_turns
from tipline.referrals.services import return_up
from tipline.reports.models import Report
from tipline.trust.accounts.models import Role, User
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import acting, scope_of

pytestmark = pytest.mark.django_db
DESK = "IN-MH-JALGAON"


@pytest.fixture
def supervisor(tmp_path: Path) -> User:
    """Of Jalgaon, on whose desk four reports lie."""
    return factories.four_at_jalgaon(tmp_path)


@pytest.fixture
def ids(supervisor: User) -> list[int]:
    return listed()


def row(report_id: int) -> DeskRow:
    return DeskRow.objects.get(report=report_id, agency__code=DESK)


def listed(**more: object) -> list[int]:
    return Listing(agency(DESK), DeskTab.NEW, now(), **more).slice(0, 50)  # type: ignore[arg-type]


def urgent(report_id: int) -> None:
    Report.objects.filter(pk=report_id).update(escalated=True)


def acts(report_id: int) -> list[str]:
    found = Entry.objects.filter(object_type="report", object_id=str(report_id), action__startswith="desk.")
    return list(found.order_by("id").values_list("action", flat=True))


def test_turns_are_those_of_the_model_and_given_once(ids: list[int]) -> None:
    flows = [agency(code) for code in (DESK, "IN-MH-PUNE")]
    rows = list(DeskRow.objects.filter(agency__code=DESK).order_by("report_id"))
    from tipline.pipeline.routing.models import Decision

    for number, one in enumerate(rows):
        Decision.objects.filter(report=one.report_id).update(agency=flows[number == 3])
    DeskRow.objects.update(gone_at=None, due_at=None, remind_at=None, priority=10)
    weights = {band.id: float(band.weight) for band in QUEUE.band}
    model = Turns(weights)
    wanted = {one.report_id: model.come(one.report_id, flows[n == 3].code, "ordinary") for n, one in enumerate(rows)}
    assert [give_turns(limit=1) for _ in rows] == [1, 1, 1, 1]
    found = dict(DeskRow.objects.filter(agency__code=DESK).values_list("report_id", "turn"))
    assert found == wanted == dict(zip([r.report_id for r in rows], [1.0, 2.0, 3.0, 2.0], strict=True))
    # the one of Pune, which came last, waits behind two of Jalgaon and not behind three
    assert listed() == [rows[0].report_id, rows[1].report_id, rows[3].report_id, rows[2].report_id]
    assert give_turns() == 0
    DeskRow.objects.filter(pk=rows[2].pk).update(gone_at=now() + timedelta(hours=5))
    assert give_turns() == 1
    brought = row(rows[2].report_id)
    assert (brought.band, brought.turn) == ("expiring", 1 + 1 / 8)
    assert give_turns() == 0


def test_what_is_urgent_stands_first_whatever_turn_it_has(ids: list[int]) -> None:
    give_turns()
    urgent(ids[-1])
    give_turns()
    assert listed()[0] == ids[-1] and row(ids[-1]).band == "urgent"


def test_a_report_is_taken_given_and_handed_over_with_a_reason(ids: list[int], supervisor: User) -> None:
    officer = person(DESK)
    assert working.assign(officer, ids[:2], officer) == 2
    assert working.assign(officer, ids[:2], officer) == 0
    with pytest.raises(InvalidInputError, match=f"report {ids[0]} is somebody else's"):
        working.assign(supervisor, [ids[0]], supervisor)
    assert working.assign(supervisor, [ids[0]], supervisor, "She is in court today") == 1
    assert listed(whose="mine", person=officer.pk) == [ids[1]]
    assert set(listed(whose="nobody")) == set(ids[2:])
    latest = working.history(officer.agency_id, ids[0])[0]
    assert (latest.kind, latest.assignee, latest.why) == ("handed_over", supervisor.name, "She is in court today")
    assert acts(ids[0]) == ["desk.assigned", "desk.handed_over"]


def test_everything_of_one_goes_to_another_before_leave(ids: list[int], supervisor: User) -> None:
    officer, other = person(DESK), person(DESK)
    working.assign(officer, ids[:3], officer)
    with pytest.raises(NotPermittedError, match="by them, or by a supervisor"):
        working.hand_over_all(other, officer, other, "Leave")
    with pytest.raises(InvalidInputError, match="say in a sentence"):
        working.hand_over_all(supervisor, officer, other, " ")
    assert working.hand_over_all(supervisor, officer, other, "Leave until Monday") == 3
    assert set(listed(whose="mine", person=other.pk)) == set(ids[:3])


@pytest.mark.parametrize("code", ["IN-MH-PUNE", "IN-MH-CYBER"])
def test_no_other_desk_gives_out_or_lets_rest(ids: list[int], code: str) -> None:
    stranger = person(code)
    with acting(scope_of(stranger)):
        for act in (
            lambda: working.assign(stranger, ids[:1], stranger),
            lambda: working.snooze(stranger, ids[:1], now() + timedelta(hours=1), "Not now"),
            lambda: working.inform(stranger, ids[:1], "Nothing in it"),
            lambda: closing.propose(stranger, ids[:1], ClosingAct.RETURN, "duplicate"),
        ):
            with pytest.raises((NotFoundError, ConflictError)):
                act()
        assert not Handling.objects.exists() and not Closing.objects.exists()
    assert row(ids[0]).assignee_id is None
    with pytest.raises(InvalidInputError, match="of your desk"):
        working.assign(person(DESK), ids[:1], stranger)
    with pytest.raises(NotPermittedError):
        working.assign(person(DESK, Role.INVESTIGATOR), ids[:1], None)


def test_what_rests_comes_back_by_itself_and_when_it_is_raised(ids: list[int], supervisor: User) -> None:
    DeskRow.objects.update(gone_at=None, due_at=None)
    soon = now() + timedelta(hours=2)
    assert working.snooze(supervisor, ids[:3], soon, "The provider answers at noon") == 3
    assert listed() == ids[3:] and listed(resting=True) == ids[:3]
    assert working.wake_due(now() + timedelta(hours=1)) == 0
    DeskRow.objects.filter(report=ids[0], agency__code=DESK).update(priority=99)
    assert row(ids[0]).snoozed_until is None and row(ids[0]).raised_at is not None
    urgent(ids[1])
    assert row(ids[1]).snoozed_until is None
    assert working.wake_due(soon) == 1
    assert set(listed()) == set(ids) and acts(ids[2]) == ["desk.snoozed", "desk.woken"]


def test_nothing_rests_too_long(ids: list[int], supervisor: User) -> None:
    DeskRow.objects.update(gone_at=None, due_at=None)
    urgent(ids[0])

    def rest(report_id: int, until: datetime, why: str = "Waits for a call") -> int:
        return working.snooze(supervisor, [report_id], until, why)

    with pytest.raises(InvalidInputError, match="is urgent and rests at most 4 hours"):
        rest(ids[0], now() + timedelta(hours=5))
    assert rest(ids[0], now() + timedelta(hours=3)) == 1
    with pytest.raises(InvalidInputError, match="rests at most 30 days"):
        rest(ids[1], now() + timedelta(days=31))
    with pytest.raises(InvalidInputError, match="a time to come"):
        rest(ids[1], now())
    with pytest.raises(InvalidInputError, match="why it rests"):
        rest(ids[1], now() + timedelta(hours=1), " ")
    DeskRow.objects.filter(report=ids[1]).update(gone_at=now() + timedelta(hours=3))
    with pytest.raises(ConflictError, match="a log of it goes on"):
        rest(ids[1], now() + timedelta(hours=4))


def test_what_only_informs_has_its_pile_until_something_raises_it(ids: list[int], supervisor: User) -> None:
    DeskRow.objects.update(priority=5)
    assert working.inform(supervisor, ids[:2], "A film that went round in March") == 2
    assert listed(informational=True) == ids[:2] and listed() == ids[2:]
    DeskRow.objects.filter(report=ids[0]).update(priority=50)
    assert listed(informational=True) == [ids[1]]
    urgent(ids[1])
    assert not listed(informational=True)
    with pytest.raises(ConflictError, match="urgent: it never only informs"):
        working.inform(supervisor, [ids[1]], "Again")
    with pytest.raises(IntegrityError, match="deskrow_informs_only"), transaction.atomic():
        DeskRow.objects.filter(report=ids[1], agency__code=DESK).update(informational=True)


def test_two_persons_return_an_urgent_report(ids: list[int], supervisor: User) -> None:
    officer = person(DESK)
    urgent(ids[0])
    with pytest.raises(ConflictError, match="is urgent: propose its return"):
        return_up(officer, [ids[0]], ReturnReason.DUPLICATE)
    closed = closing.close(officer, ids[:2], ClosingAct.RETURN, "duplicate", "See the other one")
    assert closed == closing.Closed((ids[1],), (ids[0],))
    assert ids[1] not in listed() and ids[0] in listed()
    found = closing.waiting_at(agency(DESK)).get()
    with pytest.raises(NotPermittedError, match="somebody else"):
        closing.confirm(officer, found.pk)
    with pytest.raises(ConflictError, match="proposed already"):
        closing.propose(supervisor, [ids[0]], ClosingAct.RETURN, "duplicate")
    with pytest.raises(NotFoundError):
        closing.confirm(person("IN-MH-PUNE"), found.pk)
    closing.confirm(supervisor, found.pk)
    hop = Referral.objects.get(report=ids[0], to_agency__code=DESK)
    assert (hop.state, hop.return_reason, hop.answer) == (ReferralState.RETURNED, "duplicate", "See the other one")
    assert acts(ids[0]) == ["desk.closing_proposed", "desk.closing_confirmed"]
    with pytest.raises(NotFoundError):
        closing.confirm(supervisor, found.pk)
    with pytest.raises(IntegrityError, match="closing_two_persons"), transaction.atomic():
        Closing.objects.filter(pk=found.pk).update(decided_by=officer)


def test_a_refused_proposal_changes_nothing_and_a_changed_report_is_not_closed(
    ids: list[int], supervisor: User
) -> None:
    officer = person(DESK)
    urgent(ids[0])
    urgent(ids[1])
    for one in ids[:2]:
        closing.close(officer, [one], ClosingAct.RETURN, "duplicate")
    first, second = closing.waiting_at(agency(DESK))
    closing.refuse(supervisor, first.pk, "It is not")
    assert ids[0] in listed()
    from tipline.referrals.services import acknowledge

    acknowledge(supervisor, [ids[1]])
    with pytest.raises(ConflictError, match="since you opened it"):
        closing.confirm(supervisor, second.pk)
    Referral.objects.filter(report=ids[1], to_agency__code=DESK).update(state=ReferralState.ACCEPTED)
    assert closing.void_overtaken() == 1
    assert Closing.objects.get(pk=second.pk).state == ClosingState.VOID


def test_a_desk_of_one_person_acts_alone(ids: list[int], supervisor: User) -> None:
    urgent(ids[0])
    assert closing.close(supervisor, ids[:1], ClosingAct.RETURN, "duplicate").done == (ids[0],)


def test_what_is_new_is_new_since_the_look_before(ids: list[int], supervisor: User) -> None:
    start = now() - timedelta(hours=9)
    desk = supervisor.agency_id
    with acting(scope_of(supervisor)):
        assert look(supervisor, PlaceKind.DESK, desk, start) is None
        assert look(supervisor, PlaceKind.DESK, desk, start + timedelta(minutes=5)) is None
        # the pause makes it another look; what is new stays so while it goes on
        later = start + timedelta(hours=3)
        for minutes in (0, 10, 20):
            assert look(supervisor, PlaceKind.DESK, desk, later + timedelta(minutes=minutes)) == start + timedelta(
                minutes=5
            )
    other = person(DESK)
    with acting(scope_of(other)):
        assert not looks_of(supervisor, PlaceKind.DESK, desk).exists()
