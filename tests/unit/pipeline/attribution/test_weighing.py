"""What the model promises, whatever the sources say: held against claims of every kind and age."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.pipeline.attribution.fusion import LEVELS, fuse
from tipline.pipeline.attribution.fusion.model import SHIPPED
from tipline.pipeline.attribution.statements import Claim

DAY = date(2026, 11, 24)
OPERATOR = Claim("ranges.csv", "operator_ranges", "ab12", DAY, "IN", "Maharashtra", "Jalgaon", "district")
PUBLIC = Claim("public.mmdb", "mmdb", "cd34", DAY, "IN", "Maharashtra", "Jalgaon", "district")

PLACES = [
    ("", "", ""), ("IN", "", ""), ("IN", "Maharashtra", ""), ("IN", "Maharashtra", "Jalgaon"), ("IN", "Maharashtra", "Pune"),
    ("IN", "Gujarat", ""), ("IN", "Gujarat", "Surat"), ("IN", "Bihar", "Aurangabad"), ("LK", "", ""),
]  # fmt: skip
KINDS = [kind for kind in SHIPPED.kinds if kind != "special_ranges"]
MARKS = sorted(SHIPPED.marks)


def claim_of(place: tuple[str, str, str], kind: str, age: int | None, sureness: float, flags: tuple[str, ...]) -> Claim:
    level = LEVELS[max(sum(map(bool, place)) - 1, 0)]
    as_of = None if age is None else DAY - timedelta(days=age)
    return Claim("s", kind, "1", as_of, *place, precision=level, sureness=sureness, flags=flags)


def claims(marked: bool = True) -> st.SearchStrategy[Claim]:
    flags = st.lists(st.sampled_from([*MARKS, "unheard-of"]), max_size=2).map(tuple) if marked else st.just(())
    return st.builds(
        claim_of, st.sampled_from(PLACES), st.sampled_from([*KINDS, "unheard-of"]), st.none() | st.integers(0, 4000),
        st.floats(0, 1), flags,
    )  # fmt: skip


MANY = st.lists(claims(), max_size=6)


@given(MANY, st.lists(st.sampled_from(MARKS), max_size=2))
def test_a_verdict_is_a_probability_that_falls_from_country_to_district(several: list[Claim], extra: list[str]) -> None:
    said = fuse(several, DAY, extra)
    country, state, district = said.confidences
    assert 0 <= district <= state <= country <= 1
    assert said.abstained == all(c < SHIPPED.floors.at(d) for d, c in enumerate(said.confidences))
    assert 0 <= said.confidence <= 1
    if not said.abstained:
        assert said.confidence == said.confidences[LEVELS.index(said.level)]
        assert len(said.names) == LEVELS.index(said.level) + 1
    assert not said.guesses or sum(g.share for g in said.guesses) <= 1.01


@given(MANY)
def test_a_verdict_is_never_more_precise_than_the_most_precise_claim(several: list[Claim]) -> None:
    said = fuse(several, DAY)
    most = max((LEVELS.index(c.precision) + 1 for c in several if c.country), default=0)
    assert len(said.names) <= most
    if said.names:
        assert any((c.country, c.state, c.district)[: len(said.names)] == said.names for c in several)


@given(MANY, st.randoms(use_true_random=False))
def test_the_order_of_claims_does_not_matter(several: list[Claim], random: object) -> None:
    shuffled = list(several)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = fuse(several, DAY), fuse(shuffled, DAY)
    assert one.names == other.names
    assert one.confidences == pytest.approx(other.confidences, abs=2e-4)
    assert one.abstained == other.abstained


@given(MANY, st.sampled_from(KINDS), st.integers(0, 4000), st.floats(0, 1))
def test_a_claim_that_agrees_never_lowers(several: list[Claim], kind: str, age: int, sureness: float) -> None:
    before = fuse(several, DAY)
    if not before.names or before.abstained:
        return
    place = (*before.names, "", "")[:3]
    agreeing = claim_of(place, kind, age, sureness, ())  # type: ignore[arg-type]
    after = fuse([*several, agreeing], DAY)
    assert after.names[: len(before.names)] == before.names
    for depth in range(len(before.names)):
        assert after.confidences[depth] >= before.confidences[depth] - 1e-4


@given(MANY, claims(marked=False))
def test_a_claim_that_disagrees_never_raises(several: list[Claim], other: Claim) -> None:
    before = fuse(several, DAY)
    if before.abstained:
        return
    named = (other.country, other.state, other.district)
    same = all(a == b for a, b in zip(before.names, [n for n in named if n], strict=False))
    if same:
        return
    after = fuse([*several, other], DAY)
    if after.names[: len(before.names)] == before.names:
        depth = len(before.names) - 1
        assert after.confidences[depth] <= before.confidences[depth] + 1e-4


@given(MANY, st.integers(0, 3000), st.integers(1, 3000))
def test_older_evidence_is_never_more_sure(several: list[Claim], later: int, more: int) -> None:
    dated = [replace(c, as_of=c.as_of or DAY) for c in several]
    now, then = DAY + timedelta(days=later), DAY + timedelta(days=later + more)
    young, old = fuse(dated, now), fuse(dated, then)
    if young.names and old.names[: len(young.names)] == young.names:
        depth = len(young.names) - 1
        assert old.confidences[depth] <= young.confidences[depth] + 1e-4


@given(claims(marked=False), st.integers(1, 3000))
def test_a_source_of_longer_ago_is_never_more_sure(one: Claim, more: int) -> None:
    young = replace(one, as_of=DAY)
    old = replace(one, as_of=DAY - timedelta(days=more))
    assert all(o <= y for o, y in zip(fuse([old], DAY).confidences, fuse([young], DAY).confidences, strict=True))


@given(st.lists(claims(marked=False), max_size=6), st.sampled_from(MARKS))
def test_a_mark_never_raises(several: list[Claim], mark: str) -> None:
    clean, marked = fuse(several, DAY), fuse(several, DAY, [mark])
    assert all(m <= c for m, c in zip(marked.confidences, clean.confidences, strict=True))
    assert len(marked.names) <= len(clean.names)
    assert marked.abstained >= clean.abstained


@given(MANY)
def test_what_was_weighed_is_kept_claim_by_claim(several: list[Claim]) -> None:
    said = fuse(several, DAY)
    assert [h.claim for h in said.heard] == several
    assert said.reasons or not said.abstained


def test_an_operators_own_table_is_believed_for_a_district() -> None:
    said = fuse([OPERATOR], DAY)
    assert (said.names, said.level, said.confidence) == (("IN", "Maharashtra", "Jalgaon"), "district", 0.95)


def test_a_public_file_alone_stands_for_the_state_and_says_why() -> None:
    said = fuse([PUBLIC], DAY)
    assert (said.names, said.level, said.confidence) == (("IN", "Maharashtra"), "state", 0.7)
    assert [r.rule for r in said.reasons] == ["fallback"]
    assert said.guesses[0].names == ("IN", "Maharashtra", "Jalgaon")


def test_different_districts_of_one_state_add_up_to_the_state() -> None:
    said = fuse(
        [PUBLIC, replace(PUBLIC, source="b", district="Pune"), replace(PUBLIC, source="c", district="Nashik")], DAY
    )
    assert said.names == ("IN", "Maharashtra")
    assert said.confidence > 0.7


def test_public_files_that_agree_count_as_copies_in_part() -> None:
    two = fuse([PUBLIC, replace(PUBLIC, source="b")], DAY).confidences[2]
    assert two == pytest.approx(1 - 0.5 * (1 - 0.3 * 0.5), abs=1e-4)
    many = fuse([replace(PUBLIC, source=str(n)) for n in range(3)], DAY).confidences[2]
    assert two < many < 0.95


def test_two_operators_that_contradict_each_other_leave_what_they_share() -> None:
    said = fuse([OPERATOR, replace(OPERATOR, source="b.csv", district="Pune")], DAY)
    assert said.names == ("IN", "Maharashtra")
    assert [r.rule for r in said.reasons] == ["tie"]


def test_the_same_district_name_in_another_state_is_a_contradiction() -> None:
    maharashtra, bihar = replace(OPERATOR, district="Aurangabad"), replace(PUBLIC, state="Bihar", district="Aurangabad")
    said = fuse([maharashtra, bihar], DAY)
    assert said.confidences[2] < 0.95
    assert [h.relation for h in said.heard] == ["agrees", "contradicts"]


@pytest.mark.parametrize("mark", ["cgnat", "mobile"])
def test_a_public_district_never_stands_behind_a_shared_gateway(mark: str) -> None:
    several = [replace(PUBLIC, source=str(n), flags=(mark,)) for n in range(6)]
    said = fuse(several, DAY)
    assert said.names == ("IN", "Maharashtra")
    assert "cap" in {r.rule for r in said.reasons}


def test_an_operators_district_stands_behind_its_own_gateway_less_sure() -> None:
    said = fuse([replace(OPERATOR, flags=("mobile",))], DAY)
    assert (said.level, said.confidence) == ("district", 0.76)


@pytest.mark.parametrize(
    "mark", ["hosting", "vpn", "proxy", "anycast", "tor", "satellite", "anonymous", "possible-proxy"]
)
def test_an_address_that_is_nobodys_home_is_acted_on_by_nobody(mark: str) -> None:
    said = fuse([OPERATOR, PUBLIC], DAY, [mark])
    assert said.abstained
    assert said.names in {("IN",), ()}
    assert said.reasons[-1].rule == "floor"


def test_a_special_range_is_never_placed() -> None:
    special = Claim("iana", "special_ranges", flags=("private",), how="it is private (RFC 1918)")
    said = fuse([special, OPERATOR], DAY)
    assert (said.abstained, said.names, said.reasons[0].rule) == (True, (), "special-range")
    example = replace(special, flags=("documentation",), how="it is kept for examples (RFC 5737)")
    assert fuse([example], DAY).abstained
    assert fuse([example, PUBLIC], DAY).abstained
    assert fuse([example, OPERATOR], DAY).names == ("IN", "Maharashtra", "Jalgaon")


def test_candidates_of_an_ambiguous_name_are_guesses_and_no_place() -> None:
    unsure = replace(
        PUBLIC,
        district="",
        candidates=(("IN", "Maharashtra", "Jalgaon"), ("IN", "Maharashtra", "Buldhana")),
        sureness=0.5,
    )
    said = fuse([unsure], DAY)
    assert said.names in {("IN",), ("IN", "Maharashtra")}
    assert {g.names for g in said.guesses} == {("IN", "Maharashtra", "Jalgaon"), ("IN", "Maharashtra", "Buldhana")}


def test_nothing_known_is_an_abstention_with_its_reason() -> None:
    assert fuse([], DAY).reasons[0].rule == "no-source"
    assert fuse([replace(PUBLIC, country="", state="", district="")], DAY).reasons[0].rule == "no-place"
