from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.pipeline.routing.choosing import FLOOR, MAJORITY, Chosen, Desk, Located, Place, choose

INDIA: Place = ("IN", "", "")
STATE: Place = ("IN", "Maharashtra", "")
JALGAON: Place = ("IN", "Maharashtra", "Jalgaon")
PUNE: Place = ("IN", "Maharashtra", "Pune")
BULDHANA: Place = ("IN", "Maharashtra", "Buldhana")
GUJARAT: Place = ("IN", "Gujarat", "")
ABROAD: Place = ("LK", "", "")


def desk(number: int, code: str) -> Desk:
    return Desk(number, code, ((number, code),))


DESKS = {
    INDIA: desk(1, "IN-NCRB"),
    STATE: desk(2, "IN-MH-CYBER"),
    JALGAON: desk(3, "IN-MH-JALGAON"),
    PUNE: desk(4, "IN-MH-PUNE"),
    BULDHANA: desk(5, "IN-MH-BULDHANA"),
}


def at(place: Place, confidence: float = 0.95, *, abstained: bool = False) -> Located:
    return Located("192.0.2.1", place, confidence, abstained, f"it says {place}")


def code(chosen: Chosen) -> str:
    return chosen.desk.code if chosen.desk else ""


def rules(chosen: Chosen) -> list[str]:
    return [reason["rule"] for reason in chosen.reasons]


def test_one_certain_address_leads_to_its_districts_desk() -> None:
    chosen = choose([at(JALGAON)], DESKS)
    assert (code(chosen), chosen.confidence) == ("IN-MH-JALGAON", 0.95)
    assert rules(chosen) == ["addresses", "majority", "district-desk"]
    assert "Jalgaon, Maharashtra, IN holds 100%" in chosen.reasons[1]["text"]
    assert chosen.guesses == ()


def test_addresses_that_agree_are_no_surer_than_the_surest_of_them() -> None:
    assert choose([at(JALGAON, 0.8), at(JALGAON, 0.9), at(JALGAON, 0.7)], DESKS).confidence == 0.9


def test_two_thirds_of_the_weight_decide_and_the_rest_lowers_the_confidence() -> None:
    chosen = choose([at(JALGAON, 0.9), at(JALGAON, 0.9), at(PUNE, 0.9)], DESKS)
    assert (code(chosen), chosen.confidence) == ("IN-MH-JALGAON", 0.6)
    assert "holds 67%" in chosen.reasons[3]["text"]


def test_less_than_two_thirds_is_left_to_a_person_with_the_best_guesses_first() -> None:
    chosen = choose([at(PUNE, 0.7), at(JALGAON, 0.9)], DESKS)
    assert (code(chosen), chosen.confidence, rules(chosen)[0]) == ("", 0.0, "addresses-disagree")
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
    chosen = choose([at(JALGAON), at(other)], DESKS)
    assert code(chosen) == ""
    assert what in chosen.reasons[0]["text"]


def test_weight_is_confidence_and_not_the_count_of_addresses() -> None:
    assert code(choose([at(JALGAON, 0.99), at(PUNE, 0.61), at(PUNE, 0.61)], DESKS)) == ""
    assert rules(choose([at(JALGAON, 0.99), at(JALGAON, 0.99), at(PUNE, 0.61)], DESKS))[-1] == "district-desk"


def test_an_address_that_abstained_has_no_weight_but_is_told() -> None:
    chosen = choose([at(JALGAON), at(PUNE, 0.5, abstained=True), at(PUNE, 0.5, abstained=True)], DESKS)
    assert (code(chosen), chosen.confidence) == ("IN-MH-JALGAON", 0.95)
    assert rules(chosen).count("addresses") == 3


def test_when_all_abstained_a_person_decides_and_sees_where_they_point() -> None:
    chosen = choose([at(JALGAON, 0.5, abstained=True), at(("", "", ""), 0.0, abstained=True)], DESKS)
    assert rules(chosen) == ["all-abstained", "addresses", "addresses"]
    assert "none of its 2 addresses" in chosen.reasons[0]["text"]
    assert chosen.guesses == ({"place": "Jalgaon, Maharashtra, IN", "agency": "IN-MH-JALGAON", "share": 1.0},)


def test_a_report_without_an_address_is_left_to_a_person() -> None:
    chosen = choose([], DESKS)
    assert (code(chosen), rules(chosen), chosen.guesses) == ("", ["no-address"], ())


@pytest.mark.parametrize(
    ("place", "expected", "rule"),
    [
        (JALGAON, "IN-MH-JALGAON", "district-desk"),
        (("IN", "Maharashtra", "Gondia"), "IN-MH-CYBER", "state-desk"),
        (STATE, "IN-MH-CYBER", "state-desk"),
        (GUJARAT, "IN-NCRB", "national-desk"),
        (("IN", "Gujarat", "Surat"), "IN-NCRB", "national-desk"),
        (("IN", "", ""), "IN-NCRB", "national-desk"),
    ],
)
def test_the_most_specific_active_desk_is_taken_and_the_reason_names_its_level(
    place: Place, expected: str, rule: str
) -> None:
    chosen = choose([at(place)], DESKS)
    assert code(chosen) == expected
    assert rules(chosen)[-1] == rule
    assert expected in chosen.reasons[-1]["text"]


def test_a_country_without_a_desk_is_left_to_a_person() -> None:
    chosen = choose([at(ABROAD)], DESKS)
    assert (code(chosen), rules(chosen)[0]) == ("", "no-desk")
    assert "LK" in chosen.reasons[0]["text"]
    assert chosen.guesses == ({"place": "LK", "agency": "", "share": 1.0},)


def test_jalgaon_jamod_is_a_town_of_buldhana_and_never_jalgaons() -> None:
    jamod = choose([at(("IN", "Maharashtra", "Jalgaon Jamod"))], DESKS)
    assert code(jamod) == "IN-MH-CYBER"
    assert code(choose([at(BULDHANA), at(BULDHANA)], DESKS)) == "IN-MH-BULDHANA"
    assert code(choose([at(BULDHANA), at(JALGAON)], DESKS)) == ""


def test_a_district_of_the_same_name_in_another_state_is_not_ours() -> None:
    assert code(choose([at(("IN", "Gujarat", "Jalgaon"))], DESKS)) == "IN-NCRB"


def test_a_majority_of_unsure_addresses_is_still_unsure() -> None:
    chosen = choose([at(JALGAON, 0.62), at(JALGAON, 0.62), at(JALGAON, 0.62), at(PUNE, 0.62)], DESKS)
    assert (code(chosen), rules(chosen)[0]) == ("", "too-unsure")
    assert "0.47 is under the floor of 0.60" in chosen.reasons[0]["text"]


LOCATED = st.builds(
    lambda place, confidence: at(place, confidence, abstained=confidence < 0.6),
    st.sampled_from([JALGAON, PUNE, BULDHANA, STATE, GUJARAT, INDIA, ABROAD]),
    st.floats(0.01, 1),
)


@given(st.lists(LOCATED, max_size=6))
def test_software_acts_only_on_two_thirds_of_the_weight_and_above_the_floor(located: list[Located]) -> None:
    chosen = choose(located, DESKS)
    if chosen.desk is None:
        assert chosen.confidence == 0
        assert chosen.reasons[0]["text"].endswith("a person decides")
        return
    assert chosen.confidence >= FLOOR
    certain = [one for one in located if not one.abstained]
    total = sum(one.confidence for one in certain)
    best = max(sum(o.confidence for o in certain if o.place == place) for place in {o.place for o in certain})
    assert best / total >= MAJORITY - 1e-9


@given(st.lists(LOCATED, max_size=5), st.randoms())
def test_the_order_of_the_addresses_decides_nothing(located: list[Located], random: object) -> None:
    shuffled = list(located)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = choose(located, DESKS), choose(shuffled, DESKS)
    assert (one.desk, one.confidence) == (other.desk, pytest.approx(other.confidence, abs=0.0011))
