"""Scores: bounded, monotone, the same for the same answer written in another way, and nothing that somebody types fails."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tipline.training.scenarios.format import Form, Kind, Task
from tipline.training.scenarios.normal import amount, moment, normal
from tipline.training.scenarios.scoring import digestible, mark, points
from tipline.training.scenarios.worlds import Fact

ANYTHING = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="0123456789.,:/@[]()<>+-eE₹ १२३xXhptTZ%#?", max_size=40),
    st.sampled_from(
        [
            "NaN",
            "Infinity",
            "1e999999",
            "-0",
            "9" * 5000,
            "[::1",
            "http://[",
            "\ud800",
            "2026-02-30 10:00",
            "=1+1",
            "\x00",
        ]
    ),
)
COMPARED = [kind for kind in Kind if kind is not Kind.DESK]


def a_task(kind: Kind, **changes: Any) -> Task:
    return Task.model_validate(
        {"id": "t", "kind": kind, "levels": ["foundation"], "skill": "s", "points": 10, "answer": "a", **changes}
    )


@pytest.mark.parametrize("form", Form)
@given(text=ANYTHING)
@settings(max_examples=150, deadline=None)
def test_normal_forms_are_idempotent_and_never_raise(form: Form, text: str) -> None:
    once = normal(form, text)
    assert normal(form, once) == once


@pytest.mark.parametrize("kind", COMPARED)
@given(
    form=st.sampled_from(Form),
    answer=st.lists(ANYTHING, max_size=8),
    right=st.one_of(
        ANYTHING, st.integers(), st.lists(ANYTHING, max_size=5).map(tuple), st.decimals(allow_nan=False, allow_infinity=False),
        st.datetimes(timezones=st.just(UTC)),
    ),
    wrong_costs=st.floats(0, 1),
)  # fmt: skip
@settings(max_examples=100, deadline=None)
def test_a_share_lies_between_nothing_and_all_whatever_was_given(
    kind: Kind, form: Form, answer: list[str], right: Fact, wrong_costs: float
) -> None:
    task = a_task(kind, form=form, wrong_costs=wrong_costs)
    assert 0 <= mark(task, answer, right).share <= 1
    digestible(task, answer)


@given(
    share=st.floats(0, 1),
    more=st.floats(0, 1),
    tries=st.integers(0, 9),
    hints=st.integers(0, 20),
    costs=st.floats(0, 1),
)
def test_points_are_bounded_and_grow_with_the_share_alone(
    share: float, more: float, tries: int, hints: int, costs: float
) -> None:
    task = a_task(Kind.TEXT, try_costs=costs)
    low, high = sorted((share, more))
    worth = points(task, low, tries_before=tries, hints_cost=hints)
    assert 0 <= worth <= task.points
    assert worth <= points(task, high, tries_before=tries, hints_cost=hints)
    assert worth >= points(task, low, tries_before=tries + 1, hints_cost=hints)
    assert worth >= points(task, low, tries_before=tries, hints_cost=hints + 1)


@given(
    right=st.sets(st.integers(0, 50), min_size=1, max_size=10),
    picked=st.sets(st.integers(0, 50), max_size=20),
    kind=st.sampled_from([Kind.MANY, Kind.ROWS]),
)
def test_one_more_right_pick_is_never_worth_less_and_one_more_wrong_one_never_more(
    right: set[int], picked: set[int], kind: Kind
) -> None:
    task = a_task(kind)
    fact = tuple(f"v{one}" for one in right)
    share = mark(task, [f"v{one}" for one in picked], fact).share
    for more in right - picked:
        assert mark(task, [f"v{one}" for one in picked | {more}], fact).share >= share
    assert mark(task, [f"v{one}" for one in picked | {99}], fact).share <= share
    assert mark(task, [f"v{one}" for one in right], fact).share == 1


@given(order=st.permutations(["alpha", "bravo", "charlie", "delta", "echo"]))
def test_an_order_is_worth_its_longest_run_and_the_reverse_nothing(order: list[str]) -> None:
    right = ("alpha", "bravo", "charlie", "delta", "echo")
    share = mark(a_task(Kind.ORDER), order, right).share
    assert (share == 1) == (tuple(order) == right)
    assert mark(a_task(Kind.ORDER), list(reversed(right)), right).share == 0
    assert mark(a_task(Kind.ORDER), ["bravo", "alpha", "charlie", "delta", "echo"], right).share == 0.75


@pytest.mark.parametrize(
    ("form", "one", "other"),
    [
        (Form.PLAIN, "  Example   Bank ", "example bank"),
        (Form.PLAIN, "Ｅxample\u200b", "example"),
        (Form.DOMAIN, "https://Login[.]Example/pay?x=1", "login.example"),
        (Form.DOMAIN, "bücher.example.", "xn--bcher-kva.example"),
        (Form.URL, "hxxps://A.Example:443/x?y=1#z", "https://a.example/x?y=1"),
        (Form.ADDRESS, "2001:DB8::0:1", "2001:db8::1"),
        (Form.ADDRESS, "192.0.2[.]7", "192.0.2.7"),
        (Form.EMAIL, "Ravi <Ravi@Mail.Example>", "ravi@mail.example"),
        (Form.HANDLE, "@Ravi_K", "ravi_k"),
        (Form.UPI, "Name.1 @ExampleBank", "name.1@examplebank"),
        (Form.ACCOUNT, "0000 १२३४-5678", "000012345678"),
        (Form.AMOUNT, "₹ 1,25,000.50", "125000.5"),
        (Form.AMOUNT, "Rs. 500/-", "500"),
        (Form.FINGERPRINT, "ab:CD 12", "ABCD12"),
    ],
)
def test_two_ways_to_write_the_same_are_equal(form: Form, one: str, other: str) -> None:
    assert normal(form, one) == normal(form, other)


def test_transactions_are_compared_as_they_are() -> None:
    assert normal(Form.TRANSACTION, " tXaB ") == "tXaB" != normal(Form.TRANSACTION, "txab")


def test_moments_without_a_zone_are_indian_time() -> None:
    at = datetime(2026, 3, 4, 5, 0, tzinfo=UTC)
    for written in (
        "2026-03-04 10:30",
        "04.03.2026 10:30:00 IST",
        "2026-03-04T05:00:00Z",
        "4/3/2026 05:00 utc",
        "2026-03-04 00:00 -0500",
    ):
        assert moment(written) == at
    assert moment("yesterday") is None
    task = a_task(Kind.TIME, tolerance=60)
    assert mark(task, ["2026-03-04 10:31"], at).share == 1
    assert mark(task, ["2026-03-04 10:31:01"], at).share == 0


def test_numbers_have_a_tolerance() -> None:
    assert amount("1,000.10") == Decimal("1000.1")
    assert mark(a_task(Kind.NUMBER, tolerance=0.01), ["0.75 BTC"], Decimal("0.74")).share == 1
    assert mark(a_task(Kind.NUMBER), ["0.75"], Decimal("0.74")).share == 0
    assert mark(a_task(Kind.NUMBER), ["3", "4"], 3).share == 0, "two answers are none"


def test_what_anybody_may_guess_is_not_looked_up_among_others() -> None:
    assert digestible(a_task(Kind.CHOICE, options=["some_long_id", "b"]), ["some_long_id"]) == ()
    assert digestible(a_task(Kind.NUMBER), ["12"]) == ()
    assert digestible(a_task(Kind.TEXT, form="domain"), ["Pay[.]Example"]) == ("pay.example",)
