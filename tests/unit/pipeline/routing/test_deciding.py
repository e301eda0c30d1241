"""The standard rules, on a small tree: which desks, or why a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.pipeline.routing.standing_tree import (
    ABROAD,
    BULDHANA,
    CLEARINGHOUSE,
    DESKS,
    GUJARAT,
    INDIA,
    JALGAON,
    PUNE,
    STATE,
    at,
    desk,
    known,
    tree,
)
from tipline.pipeline.routing.deciding import Decided, decide
from tipline.pipeline.routing.facts import Located
from tipline.pipeline.routing.rules import STANDARD, RuleFile, parse
from tipline.pipeline.routing.tree import Place, Standing, Tree
from tipline.trust.agencies.calendars import Calendar

RULES = parse(STANDARD.read_text())
NOON = datetime(2026, 11, 27, 6, 30, tzinfo=UTC)  # a Friday; noon in India
MAJORITY, FLOOR = 2 / 3, 0.6


def choose(located: Sequence[Located], where: Tree | None = None, rules: RuleFile = RULES, **more: object) -> Decided:
    return decide(known(*located, **more), rules, where or tree(), NOON)


def code(chosen: Decided) -> str:
    return chosen.lead.desk.code if chosen.lead else ""


def names(chosen: Decided) -> list[str]:
    return [reason["rule"] for reason in chosen.reasons]


def test_one_certain_address_leads_to_its_districts_desk() -> None:
    chosen = choose([at(JALGAON)])
    assert (code(chosen), chosen.confidence, chosen.rule) == ("IN-MH-JALGAON", 0.95, "majority")
    assert names(chosen) == ["addresses", "majority", "district-desk"]
    assert "Jalgaon, Maharashtra, IN holds 100%" in chosen.reasons[1]["text"]
    assert chosen.guesses == ()
    assert chosen.lead is not None
    assert tree().codes(chosen.lead.way) == ["US-NCMEC", "IN-NCRB", "IN-MH-CYBER", "IN-MH-JALGAON"]


def test_addresses_that_agree_are_no_surer_than_the_surest_of_them() -> None:
    assert choose([at(JALGAON, 0.8), at(JALGAON, 0.9), at(JALGAON, 0.7)]).confidence == 0.9


def test_two_thirds_of_the_weight_decide_and_the_rest_lowers_the_confidence() -> None:
    chosen = choose([at(JALGAON, 0.9), at(JALGAON, 0.9), at(PUNE, 0.9)])
    assert (code(chosen), chosen.confidence) == ("IN-MH-JALGAON", 0.6)
    assert "holds 67%" in chosen.reasons[3]["text"]


def test_less_than_two_thirds_is_left_to_a_person_with_the_best_guesses_first() -> None:
    chosen = choose([at(PUNE, 0.7), at(JALGAON, 0.9)])
    assert (code(chosen), chosen.confidence, chosen.rule) == ("", 0.0, "districts-disagree")
    assert "different districts of Maharashtra" in chosen.reasons[0]["text"]
    assert chosen.reasons[0]["text"].endswith("a person decides")
    assert chosen.guesses == (
        {"place": "Jalgaon, Maharashtra, IN", "agency": "IN-MH-JALGAON", "share": 0.56},
        {"place": "Pune, Maharashtra, IN", "agency": "IN-MH-PUNE", "share": 0.44},
    )


@pytest.mark.parametrize(
    ("other", "what"),
    [(PUNE, "different districts of Maharashtra"), (GUJARAT, "different states"), (ABROAD, "different countries")],
)
def test_a_disagreement_says_how_far_apart_the_addresses_lie(other: Place, what: str) -> None:
    chosen = choose([at(JALGAON), at(other)])
    assert code(chosen) == ""
    assert what in chosen.reasons[0]["text"]


def test_two_districts_that_are_as_sure_as_each_other_act_together() -> None:
    chosen = choose([at(PUNE), at(JALGAON), at(PUNE), at(JALGAON)])
    assert [(one.desk.code, one.role, one.confidence) for one in chosen.desks] == [
        ("IN-MH-PUNE", "lead", 0.475),  # stated last
        ("IN-MH-JALGAON", "joint", 0.475),
    ]
    assert chosen.rule == "two-districts-equal"
    assert choose([at(PUNE), at(JALGAON), at(PUNE), at(JALGAON)], tree(without=((2, 3),))).desks[1:] == ()


def test_weight_is_confidence_and_not_the_count_of_addresses() -> None:
    assert code(choose([at(JALGAON, 0.99), at(PUNE, 0.61), at(PUNE, 0.61)])) == ""
    assert names(choose([at(JALGAON, 0.99), at(JALGAON, 0.99), at(PUNE, 0.61)]))[-1] == "district-desk"


def test_an_address_that_abstained_has_no_weight_but_is_told() -> None:
    chosen = choose([at(JALGAON), at(PUNE, 0.5, abstained=True), at(PUNE, 0.5, abstained=True)])
    assert (code(chosen), chosen.confidence) == ("IN-MH-JALGAON", 0.95)
    assert names(chosen).count("addresses") == 3


def test_when_all_abstained_a_person_decides_and_sees_where_they_point() -> None:
    chosen = choose([at(JALGAON, 0.5, abstained=True), at(("", "", ""), 0.0, abstained=True)])
    assert names(chosen) == ["all-abstained", "addresses", "addresses"]
    assert chosen.reasons[0]["text"] == "attribution is not sure enough of any one place: a person decides"
    assert chosen.guesses == ({"place": "Jalgaon, Maharashtra, IN", "agency": "IN-MH-JALGAON", "share": 1.0},)


def test_what_attribution_abstains_from_as_a_whole_is_a_persons_however_sure_each_address_is() -> None:
    chosen = decide(known(at(JALGAON), abstains=True, said="Seen in two places at once."), RULES, tree(), NOON)
    assert (chosen.rule, chosen.desks) == ("all-abstained", ())
    assert chosen.reasons[1]["text"] == "Seen in two places at once."


def test_a_report_without_an_address_is_left_to_a_person() -> None:
    chosen = choose([])
    assert (code(chosen), names(chosen), chosen.guesses) == ("", ["no-address"], ())


@pytest.mark.parametrize(
    ("place", "expected", "rule"),
    [
        (JALGAON, "IN-MH-JALGAON", "district-desk"),
        (("IN", "Maharashtra", "Gondia"), "IN-MH-CYBER", "state-desk"),
        (STATE, "IN-MH-CYBER", "state-desk"),
        (GUJARAT, "IN-NCRB", "national-desk"),
        (("IN", "Gujarat", "Surat"), "IN-NCRB", "national-desk"),
        (INDIA, "IN-NCRB", "national-desk"),
        (("IN", "Gujarat", "Jalgaon"), "IN-NCRB", "national-desk"),
        (("IN", "Maharashtra", "Jalgaon Jamod"), "IN-MH-CYBER", "state-desk"),
    ],
)
def test_the_most_specific_active_desk_is_taken_and_the_reason_names_its_level(
    place: Place, expected: str, rule: str
) -> None:
    chosen = choose([at(place)])
    assert code(chosen) == expected
    assert names(chosen)[-1] == rule
    assert expected in chosen.reasons[-1]["text"]


def test_a_country_without_a_desk_is_left_to_a_person() -> None:
    chosen = choose([at(ABROAD)])
    assert (code(chosen), chosen.rule) == ("", "no-desk")
    assert "LK" in chosen.reasons[0]["text"]
    assert chosen.guesses == ({"place": "LK", "agency": "", "share": 1.0},)


@pytest.mark.parametrize("hop", [(CLEARINGHOUSE, 1), (1, 2), (2, 3)])
def test_without_an_agreement_for_every_hop_a_person_decides(hop: tuple[int, int]) -> None:
    chosen = choose([at(JALGAON)], tree(without=(hop,)))
    assert (code(chosen), chosen.rule) == ("", "no-agreement")


def test_a_desk_that_is_not_below_the_receiving_one_is_left_to_a_person() -> None:
    from dataclasses import replace

    chosen = decide(replace(known(at(JALGAON)), receiving_id=4), RULES, tree(), NOON)
    assert (code(chosen), chosen.rule) == ("", "no-way")


def test_a_majority_of_unsure_addresses_is_still_unsure_and_says_how_little_was_missing() -> None:
    chosen = choose([at(JALGAON, 0.62), at(JALGAON, 0.62), at(JALGAON, 0.62), at(PUNE, 0.62)])
    assert (code(chosen), chosen.rule) == ("", "too-unsure")
    assert "0.47 is under the floor of 0.60" in chosen.reasons[0]["text"] or "0.46" in chosen.reasons[0]["text"]
    near = {one.rule: one.missing for one in chosen.near}
    assert (near["majority"].fact, near["majority"].wanted) == ("confidence", 0.6)
    assert near["majority"].by == pytest.approx(0.135, abs=0.001)


def test_several_desks_of_one_place_act_together_and_the_one_that_reads_the_language_leads() -> None:
    places = {**DESKS, PUNE: (*DESKS[PUNE], desk(6, "IN-MH-PUNE-CITY", "district", 1, 2, languages="mr"))}
    both = choose([at(PUNE)], tree(places))
    assert [(d.desk.code, d.role) for d in both.desks] == [("IN-MH-PUNE", "lead"), ("IN-MH-PUNE-CITY", "joint")]
    marathi = choose([at(PUNE)], tree(places), languages=("mr",))
    assert [(d.desk.code, d.role) for d in marathi.desks] == [("IN-MH-PUNE-CITY", "lead"), ("IN-MH-PUNE", "joint")]


# -- office hours ------------------------------------------------------------------------------------------------------
INDIA_TIME = ZoneInfo("Asia/Kolkata")
CLOSED_TODAY = Calendar(INDIA_TIME, {"mon": (("09:30", "18:00"),)})
ON_LEAVE = Calendar(INDIA_TIME, {"fri": (("00:00", "24:00"),)}, out_until=NOON + timedelta(days=9), deputy_id=4)
WAITS = {2: Standing("forward", wait_for_hours=True)}


def test_what_is_not_urgent_waits_above_a_closed_desk_only_where_that_desks_rule_says_so() -> None:
    waiting = choose([at(JALGAON)], tree(calendars={3: CLOSED_TODAY}, standing=WAITS))
    assert waiting.waits_until == datetime(2026, 11, 30, 4, 0, tzinfo=UTC)
    assert "waits at IN-MH-CYBER until 2026-11-30 09:30 IST" in waiting.waits_reason
    assert choose([at(JALGAON)], tree(calendars={3: CLOSED_TODAY})).waits_until is None


def test_what_is_urgent_never_waits() -> None:
    chosen = choose([at(JALGAON)], tree(calendars={3: CLOSED_TODAY}, standing=WAITS), urgent=True)
    assert (code(chosen), chosen.waits_until, chosen.urgent) == ("IN-MH-JALGAON", None, True)


def test_a_desk_on_leave_is_stood_in_for_by_its_deputy() -> None:
    for urgent in (False, True):
        chosen = choose([at(JALGAON)], tree(calendars={3: ON_LEAVE}, standing=WAITS), urgent=urgent)
        assert code(chosen) == "IN-MH-PUNE"
        assert "IN-MH-JALGAON is on leave: IN-MH-PUNE acts for it" in [r["text"] for r in chosen.reasons]


def test_what_is_urgent_goes_to_the_duty_desk_of_the_parent_when_nobody_stands_in() -> None:
    duty = Calendar(INDIA_TIME, {"fri": (("00:00", "24:00"),)}, duty_desk_id=5)
    calendars = {3: CLOSED_TODAY, 2: duty}
    assert code(choose([at(JALGAON)], tree(calendars=calendars), urgent=True)) == "IN-MH-BULDHANA"
    assert code(choose([at(JALGAON)], tree(calendars=calendars))) == "IN-MH-JALGAON"


def test_a_deputy_without_an_agreement_gets_nothing() -> None:
    chosen = choose([at(JALGAON)], tree(calendars={3: ON_LEAVE}, without=((2, 4),)), urgent=True)
    assert code(chosen) == "IN-MH-JALGAON"


def test_a_closed_day_is_a_closed_day() -> None:
    always = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), (("00:00", "24:00"),))
    closed = Calendar(INDIA_TIME, always, closed_days=frozenset({date(2026, 11, 27)}))
    chosen = choose([at(JALGAON)], tree(calendars={3: closed}, standing=WAITS))
    assert chosen.waits_until == datetime(2026, 11, 27, 18, 30, tzinfo=UTC)


# -- properties --------------------------------------------------------------------------------------------------------
LOCATED = st.builds(
    lambda place, confidence: at(place, confidence, abstained=confidence < 0.6),
    st.sampled_from([JALGAON, PUNE, BULDHANA, STATE, GUJARAT, INDIA, ABROAD]),
    st.floats(0.01, 1),
)


@given(st.lists(LOCATED, max_size=6), st.booleans())
def test_software_acts_only_on_two_thirds_of_the_weight_and_above_the_floor(
    located: list[Located], urgent: bool
) -> None:
    chosen = choose(located, urgent=urgent)
    assert chosen.urgent == urgent
    if chosen.lead is None:
        assert chosen.confidence == 0
        assert chosen.reasons[0]["text"].endswith("a person decides")
        return
    assert [one.role for one in chosen.desks].count("lead") == 1
    certain = [one for one in located if not one.abstained]
    total = sum(one.confidence for one in certain)
    weights = sorted(sum(o.confidence for o in certain if o.place == p) / total for p in {o.place for o in certain})
    if chosen.rule == "two-districts-equal":
        assert weights[-1] - weights[0] <= 0.02
        return
    assert chosen.confidence >= FLOOR
    assert weights[-1] >= MAJORITY - 1e-9


@given(st.lists(LOCATED, max_size=5), st.randoms())
def test_the_order_of_the_addresses_decides_nothing_but_which_of_two_equals_leads(
    located: list[Located], random: object
) -> None:
    shuffled = list(located)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = choose(located), choose(shuffled)
    assert {d.desk.code for d in one.desks} == {d.desk.code for d in other.desks}
    assert one.confidence == pytest.approx(other.confidence, abs=0.0011)
