"""What pages bring back: taken once it is old enough, refused when forged or too old; and the proof of work."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import pytest

from tipline.core import clock
from tipline.intake.public_form import defence, tickets


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = clock.now()
        for module in (tickets, defence):
            monkeypatch.setattr(module, "now", self)

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


@pytest.fixture
def passing(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_a_form_is_taken_from_three_seconds_to_four_hours(passing: Clock) -> None:
    sealed = tickets.new_form().sealed()
    found = tickets.read_form(sealed)
    assert found is not None and found.too_soon == 3
    passing.pass_by(seconds=3)
    assert found.too_soon == 0
    passing.pass_by(hours=4, seconds=-4)
    assert tickets.read_form(sealed) == found
    passing.pass_by(seconds=3)
    assert tickets.read_form(sealed) is None


def test_a_form_that_is_shown_again_stays_the_same_report(passing: Clock) -> None:
    first = tickets.new_form()
    again = tickets.renewed(first)
    assert again.nonce == first.nonce and again.too_soon == 0
    waits = first.to_wait(20)
    assert (waits.nonce, waits.too_soon, waits.waited) == (first.nonce, 20, True)
    assert tickets.renewed(None).nonce != first.nonce


def test_nobody_else_makes_a_ticket_and_none_is_taken_for_another(passing: Clock) -> None:
    form, back = tickets.new_form().sealed(), tickets.seal_report(7)
    assert tickets.read_report(back) == 7
    assert tickets.read_form(back) is None and tickets.read_report(form) is None
    assert back != "7" and "back" not in back
    for forged in ("", "x" * 399, "x" * 401, back[:-1], back[:40] + ("A" if back[40] != "A" else "B") + back[41:], "é"):
        assert tickets.read_report(forged) is None
    passing.pass_by(minutes=30, seconds=1)
    assert tickets.read_report(back) is None


def test_work_is_for_one_ticket() -> None:
    one, other = tickets.new_form().sealed(), tickets.new_form().sealed()
    work = next(str(n) for n in range(10_000_000) if tickets.worked(one, str(n)))
    assert hashlib.sha256(f"{one}:{work}".encode()).hexdigest().startswith("0000")
    assert not tickets.worked(one, "") and not tickets.worked("", work) and not tickets.worked(one, "1" * 21)
    assert not tickets.worked(other, work) or not tickets.worked(other, f"{work}1")


def test_a_network_is_a_key_that_tells_nothing_and_is_another_tomorrow(passing: Clock) -> None:
    here = defence.network_of("198.51.100.7")
    assert defence.network_of("198.51.100.7") == here != defence.network_of("198.51.100.8")
    assert b"198" not in here
    assert (
        defence.network_of("2001:db8::1") == defence.network_of("2001:db8::ffff") != defence.network_of("2001:db8:1::1")
    )
    passing.pass_by(days=1)
    assert defence.network_of("198.51.100.7") != here


def test_a_crowd_behind_one_address_waits_and_goes_on() -> None:
    defence.forget_all()
    crowd = b"crowd"
    waits = [defence.seconds_to_wait(crowd, waited=False, worked=True) for _ in range(60)]
    assert waits[:8] == [0] * 8 and set(waits[8:]) == {60}
    assert defence.seconds_to_wait(crowd, waited=True, worked=True) >= 60  # a flood, even of those who waited
    defence.forget_all()
    assert defence.seconds_to_wait(crowd, waited=True, worked=False) == 0
