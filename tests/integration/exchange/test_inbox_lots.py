"""Messages taken in lots come to the same as messages taken one by one, in whatever order and however often they come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.exchange_peers import Elsewhere, agreed, elsewhere
from tests.factories import agency, person, standard_tree
from tipline.core.clock import now
from tipline.exchange.federation import inbox
from tipline.exchange.federation.inbox import take_batch
from tipline.exchange.federation.models import Below, HeardOutcome, Incoming, Outgoing
from tipline.exchange.federation.wire import Batch, Message, Status
from tipline.exchange.parties.ourselves import our_name
from tipline.exchange.record.models import HopOrigin
from tipline.referrals.models import Referral, ReferralEvent, ReferralState
from tipline.referrals.services import forward
from tipline.reports.models import Holding, Report
from tipline.trust.visibility import OPERATOR, acting

pytestmark = pytest.mark.django_db

PATIENT = settings(
    max_examples=15, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip


@pytest.fixture
def above(tmp_path: Path) -> Elsewhere:
    """The clearinghouse, in an installation of its own; this one is the national desk's."""
    standard_tree()
    agreed("US-NCMEC", "IN-NCRB")
    return elsewhere(tmp_path, "clearinghouse", "US-NCMEC")


@pytest.fixture
def state(above: Elsewhere, tmp_path: Path) -> Elsewhere:
    """The state desk, in another one."""
    agreed("IN-NCRB", "IN-MH-CYBER")
    return elsewhere(tmp_path, "maharashtra", "IN-MH-CYBER")


def take(there: Elsewhere, messages: Sequence[Message], packages: tuple[bytes, ...] = ()) -> list[Status]:
    batch = Batch.model_construct(version=1, versions=(1,), keys=(), packages=packages, messages=tuple(messages))
    with acting(OPERATOR):
        return take_batch(there.peer, batch, seconds=600)


def undone(act: Callable[[], list[Status]]) -> dict[str, Any]:
    """What an act answers and leaves behind; it is undone then."""
    with transaction.atomic():
        told = {one.number: (one.status, one.code) for one in act()}
        found = {"told": told} | left()
        transaction.set_rollback(True)
    return found


def left() -> dict[str, Any]:
    """All that messages may change, by names that do not depend on when a row was written."""
    reports = dict(Report.objects.values_list("pk", "origin__uid"))
    hops = {pk: uid or f"hop {pk}" for pk, uid in Referral.objects.values_list("pk", "origin__uid")}
    told: dict[str, list[Any]] = {}
    for report, *row in Outgoing.objects.order_by("id").values_list(
        "report_id", "peer__name", "kind", "act", "agency", "reason"
    ):
        told.setdefault(reports[report], []).append(row)
    events: dict[str, list[Any]] = {}
    for hop, *row in ReferralEvent.objects.order_by("id").values_list(
        "referral_id", "act", "before", "after", "reason"
    ):
        events.setdefault(hops[hop], []).append(row)
    return {
        "hops": {
            hops[pk]: row
            for pk, *row in Referral.objects.values_list("pk", "state", "return_reason", "answer", "to_agency__code")
        },
        "owners": sorted(
            (reports[report], code, until is None, joint)
            for report, code, until, joint in Holding.objects.values_list("report_id", "agency__code", "held_until", "joint")
        ),
        "below": sorted(Below.objects.values_list("referral_id", "agency", "act")),
        "heard": sorted(HeardOutcome.objects.values_list("uid", "kind", "number")),
        "events": events,
        "outgoing": told,
        "incoming": sorted((n, kind, a["status"], a["code"]) for n, kind, a in Incoming.objects.values_list("number", "kind", "answer")),
    }  # fmt: skip


def compare(there: Elsewhere, messages: Sequence[Message], packages: tuple[bytes, ...] = ()) -> None:
    together = undone(lambda: take(there, messages, packages))
    alone = undone(lambda: [status for one in messages for status in take(there, [one], packages)])
    assert together == alone


def test_what_comes_from_above(above: Elsewhere) -> None:
    again = above.package(1).replace(above.hop(1).encode(), above.hop(7).encode())
    packages = (above.package(1, 2, 3), above.package(4, 5), again, b"{}")
    kinds = [("referral", n, {"package": 0}) for n in (1, 2, 3)]
    kinds += [("referral", n, {"package": 1}) for n in (4, 5)]
    kinds += [
        ("referral", 7, {"package": 2}),
        ("referral", 8, {"package": 2}),
        ("referral", 9, {"package": 3}),
        ("referral", 2, {"package": 0}),
    ]
    kinds += [("recall", n, {"act": "recall", "reason": "wrong_desk"}) for n in (1, 2, 4, 7, 9)]
    known = [Message(**above.message(kind, above.hop(n), **more)) for kind, n, more in kinds]

    @given(st.lists(st.sampled_from(known), min_size=2, max_size=14))
    @PATIENT
    def same(messages: list[Message]) -> None:
        compare(above, messages, packages)

    same()


def sent_down(above: Elsewhere, state: Elsewhere, count: int) -> list[str]:
    """Names of hops to the state, of reports that came from above."""
    numbers = range(1, count + 1)
    messages = [Message(**above.message("referral", above.hop(n), package=0)) for n in numbers]
    assert {one.status for one in take(above, messages, (above.package(*numbers),))} == {"done"}
    reports = list(HopOrigin.objects.values_list("report_id", flat=True))
    forward(person("IN-NCRB"), reports, agency("IN-MH-CYBER"))
    hops = Referral.objects.filter(to_agency__code="IN-MH-CYBER").order_by("pk").values_list("pk", flat=True)
    return [f"urn:tipline:{our_name()}:hop:{pk}" for pk in hops]


def outcome(number: int) -> dict[str, Any]:
    return {
        "uid": f"urn:tipline:maharashtra:outcome:{number}", "agency": "IN-MH-CYBER", "kind": "arrest", "number": number,
        "on": "2026-01-05", "recorded_at": now().isoformat(),
    }  # fmt: skip


def test_what_comes_from_below(above: Elsewhere, state: Elsewhere) -> None:
    hops = [*sent_down(above, state, 3), f"urn:tipline:{our_name()}:hop:999999"]
    known = []
    for place, hop in enumerate(hops):
        acts = [
            ("receive", ""),
            ("accept", ""),
            ("return", "not_our_place"),
            ("return", "duplicate"),
            ("forward", ""),
            ("come_back", ""),
            ("dance", ""),
        ]
        known += [Message(**state.message("state", hop, act=act, reason=reason)) for act, reason in acts]
        known += [
            Message(**state.message("progress", hop, act=act, agency=code))
            for act, code in (
                ("send", "IN-MH-PUNE"),
                ("accept", "IN-MH-PUNE"),
                ("send", "IN-MH-JALGAON"),
                ("send", None),
            )
        ]
        known += [Message(**state.message("outcome", hop, act="record", outcome=outcome(place + n))) for n in (1, 2)]

    @given(st.lists(st.sampled_from(known), min_size=2, max_size=16))
    @PATIENT
    def same(messages: list[Message]) -> None:
        compare(state, messages)

    same()


def test_one_message_that_breaks_something_holds_up_itself_alone(
    above: Elsewhere, state: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    hops = sent_down(above, state, 8)
    real = inbox._states

    def breaks(told: Sequence[tuple[Referral, Message]]) -> None:
        if any(message.hop == hops[3] for _, message in told):
            raise RuntimeError("of this one message")
        real(told)

    monkeypatch.setattr(inbox, "_states", breaks)
    answers = take(state, [Message(**state.message("state", hop, act="accept")) for hop in hops])
    assert [one.code for one in answers] == ["", "", "", "broken", "", "", "", ""]
    assert Referral.objects.filter(to_agency__code="IN-MH-CYBER", state=ReferralState.ACCEPTED).count() == 7


@pytest.mark.parametrize("kind", ["state", "progress"])
def test_as_many_statements_for_many_as_for_few(above: Elsewhere, state: Elsewhere, kind: str) -> None:
    hops = sent_down(above, state, 24)
    more = {"act": "accept"} if kind == "state" else {"act": "send", "agency": "IN-MH-PUNE"}

    def asked(some: Sequence[str]) -> int:
        messages = [Message(**state.message(kind, hop, **more)) for hop in some]
        with CaptureQueriesContext(connection) as seen:
            assert {one.status for one in take(state, messages)} == {"done"}
        return len(seen)

    assert asked(hops[:4]) == asked(hops[4:])
