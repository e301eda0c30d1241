from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.pipeline.attribution.places import FLOOR, MARKS, TRUST, Statement, answer

IP = "192.0.2.11"
OPERATOR = Statement("ranges.csv", "ranges", "192.0.2.0/26", "IN", "Maharashtra", "Jalgaon", "Example Broadband")
PUBLIC = Statement("public.mmdb", "mmdb", "192.0.2.0/24", "IN", "Maharashtra", "Jalgaon")


def test_an_operators_own_range_is_believed() -> None:
    said = answer(IP, [OPERATOR])
    assert (said.country, said.state, said.district) == ("IN", "Maharashtra", "Jalgaon")
    assert (said.confidence, said.abstained, said.owner) == (0.95, False, "Example Broadband")
    assert "ranges.csv (192.0.2.0/26) says Jalgaon, Maharashtra, IN" in said.explanation


def test_a_public_estimate_of_a_district_stays_under_the_floor() -> None:
    said = answer(IP, [PUBLIC])
    assert said.confidence == 0.5
    assert said.abstained


@pytest.mark.parametrize(
    ("state", "district", "confidence", "abstained"),
    [("Maharashtra", "Jalgaon", 0.5, True), ("Maharashtra", "", 0.7, False), ("", "", 0.9, False)],
)
def test_the_less_a_public_estimate_claims_the_more_it_is_believed(
    state: str, district: str, confidence: float, abstained: bool
) -> None:
    said = answer(IP, [replace(PUBLIC, state=state, district=district)])
    assert (said.confidence, said.abstained) == (confidence, abstained)


def test_two_public_estimates_that_agree_pass_the_floor_together() -> None:
    said = answer(IP, [PUBLIC, replace(PUBLIC, source="second.mmdb", district="jalgaon")])
    assert said.confidence == 0.625
    assert not said.abstained
    assert "second.mmdb agrees" in said.explanation


def test_agreement_raises_and_disagreement_lowers() -> None:
    alone = answer(IP, [OPERATOR]).confidence
    agreed = answer(IP, [OPERATOR, PUBLIC]).confidence
    other_district = answer(IP, [OPERATOR, replace(PUBLIC, district="Pune")])
    other_country = answer(IP, [OPERATOR, replace(PUBLIC, country="LK", state="", district="")])
    assert other_country.confidence < other_district.confidence < alone < agreed <= 1
    assert "public.mmdb disagrees: Pune, Maharashtra, IN" in other_district.explanation
    assert "public.mmdb names another country (LK)" in other_country.explanation


def test_a_source_that_names_only_the_state_neither_raises_nor_lowers_the_district() -> None:
    said = answer(IP, [OPERATOR, replace(PUBLIC, district="")])
    assert said.confidence == 0.95
    assert "agrees as far as it goes (Maharashtra, IN)" in said.explanation


def test_another_state_is_a_disagreement_although_the_district_bears_the_same_name() -> None:
    maharashtra = replace(OPERATOR, district="Aurangabad")
    bihar = replace(PUBLIC, state="Bihar", district="Aurangabad")
    said = answer(IP, [maharashtra, bihar])
    assert said.confidence < 0.95
    assert "disagrees" in said.explanation


def test_a_disagreement_never_moves_the_place_to_the_less_trusted_source() -> None:
    said = answer(IP, [OPERATOR] + [replace(PUBLIC, district="Pune")] * 4)
    assert said.district == "Jalgaon"
    assert said.abstained


@pytest.mark.parametrize(("flag", "factor"), sorted(MARKS.items()))
def test_a_marked_address_loosens_the_tie_and_says_so(flag: str, factor: float) -> None:
    said = answer(IP, [replace(OPERATOR, flags=(flag,))])
    assert said.confidence == pytest.approx(0.95 * factor, abs=0.001)
    assert said.abstained == (0.95 * factor < FLOOR)
    assert f"it is marked {flag}" in said.explanation
    assert said.flags == (flag,)


@pytest.mark.parametrize("flag", ["hosting", "proxy", "vpn", "anycast", "satellite"])
def test_an_address_that_is_nobodys_home_names_no_desk(flag: str) -> None:
    assert answer(IP, [replace(OPERATOR, flags=(flag,)), PUBLIC]).abstained


def test_the_heaviest_mark_counts_once() -> None:
    both = answer(IP, [replace(OPERATOR, flags=("mobile",)), replace(PUBLIC, flags=("hosting", "mobile"))])
    assert both.flags == ("mobile", "hosting")
    assert both.confidence == answer(IP, [replace(OPERATOR, flags=("hosting",)), PUBLIC]).confidence


def test_a_mark_that_is_not_known_is_kept_and_changes_nothing() -> None:
    said = answer(IP, [replace(OPERATOR, flags=("satelite",))])
    assert (said.confidence, said.flags) == (0.95, ("satelite",))


def test_the_providers_suspicion_of_a_proxy_is_heard() -> None:
    assert answer(IP, [OPERATOR], possible_proxy=True).abstained
    assert "possible-proxy" in answer(IP, [OPERATOR], possible_proxy=True).flags
    assert answer(IP, [OPERATOR], possible_proxy=False) == answer(IP, [OPERATOR], possible_proxy=None)


def test_an_abstention_explains_itself_and_hands_over_to_a_person() -> None:
    said = answer(IP, [PUBLIC])
    assert said.explanation == (
        "192.0.2.11: public.mmdb (192.0.2.0/24) says Jalgaon, Maharashtra, IN; "
        "confidence 0.50 is under the floor of 0.60, so Tipline abstains and a person decides."
    )


@pytest.mark.parametrize(
    ("statements", "reason"),
    [
        ([], "no source knows this address"),
        ([Statement("a.mmdb", "mmdb", "192.0.2.0/24", "", owner="X")], "no source names a place"),
    ],
)
def test_an_unknown_address_is_an_abstention_with_its_reason(statements: list[Statement], reason: str) -> None:
    said = answer(IP, statements)
    assert (said.abstained, said.confidence, said.country) == (True, 0.0, "")
    assert reason in said.explanation
    assert "A person decides" in said.explanation


def test_what_each_source_said_is_kept_with_the_answer() -> None:
    said = answer(IP, [OPERATOR, replace(PUBLIC, as_of="2026-11-01")])
    assert [(s["source"], s["district"], s["as_of"]) for s in said.sources] == [
        ("ranges.csv", "Jalgaon", ""),
        ("public.mmdb", "Jalgaon", "2026-11-01"),
    ]


PLACES = st.sampled_from([
    ("", "", ""), ("IN", "", ""), ("IN", "Maharashtra", ""), ("IN", "Maharashtra", "Jalgaon"), ("IN", "Maharashtra", "Pune"),
    ("IN", "Gujarat", ""), ("IN", "Gujarat", "Surat"), ("LK", "", ""),
])  # fmt: skip
STATEMENTS = st.builds(
    lambda kind, place, flags: Statement("s", kind, "192.0.2.0/24", *place, flags=tuple(flags)),
    st.sampled_from(sorted(TRUST)),
    PLACES,
    st.lists(st.sampled_from([*MARKS, "unheard-of"]), max_size=2),
)


@given(st.lists(STATEMENTS, max_size=5), st.sampled_from([True, False, None]))
def test_an_answer_is_a_probability_and_software_acts_only_on_the_floor_or_above(
    statements: list[Statement], proxy: bool | None
) -> None:
    said = answer(IP, statements, possible_proxy=proxy)
    assert 0 <= said.confidence <= 1
    assert said.abstained == (said.confidence < FLOOR)
    assert bool(said.country) == any(s.country for s in statements)
    assert said.explanation.startswith(f"{IP}: ")


@given(STATEMENTS.filter(lambda s: bool(s.country)), STATEMENTS)
def test_a_mark_never_makes_an_answer_more_certain(first: Statement, second: Statement) -> None:
    marked = answer(IP, [first, second]).confidence
    clean = answer(IP, [replace(first, flags=()), replace(second, flags=())]).confidence
    assert marked <= clean
