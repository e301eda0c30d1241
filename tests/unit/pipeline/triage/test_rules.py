from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from pydantic import ValidationError

from tipline.core.errors import InvalidInputError
from tipline.intake.cybertipline.document import SCHEMA_FILE
from tipline.investigation.legal.catalogue import catalogue
from tipline.pipeline.triage import facts
from tipline.pipeline.triage.rules import (
    FLOORS,
    JURISDICTIONS,
    LOWERED_RULE,
    RAISED,
    RAISED_RULE,
    RULES,
    SCORES,
    STANDARD,
    Jurisdiction,
    PersonsWord,
    RuleSet,
    ScoreName,
    parse,
    urgent,
)

ABOUT = {"title": "t", "version": "9", "source": "made for a test", "licence": "Apache-2.0", "as_of": "2026-11-24"}


def ruleset(*rules: Mapping[str, object]) -> RuleSet:
    return RuleSet.model_validate({
        "about": ABOUT,
        "rules": [{"id": f"r{i}", "score": "priority", "title": "t", "source": "s", **r} for i, r in enumerate(rules)],
    })  # fmt: skip


def columns_of_the_statement() -> list[str]:
    last = facts._FACTS.rpartition("\nSELECT r.id,")[2].rpartition("\nFROM r LEFT JOIN")[0]
    return re.findall(r"\bAS (\w+),?$", last, re.MULTILINE)


NOTHING: dict[str, bool] = dict.fromkeys([*columns_of_the_statement(), *facts.TEXT_FACTS], False)
ALL_RULES = (*RULES.rules, *(rule for one in JURISDICTIONS.values() for rule in one.rules))


def score(name: ScoreName, *facts: str) -> int:
    assert set(facts) <= set(NOTHING)
    return RULES.score(NOTHING | dict.fromkeys(facts, True))[name].score


def test_every_fact_that_a_rule_names_is_computed_by_the_stage() -> None:
    assert sorted({rule.when for rule in ALL_RULES} - set(NOTHING)) == []
    assert set(NOTHING) == facts.FACTS


def test_a_rule_of_law_names_sections_of_the_catalogue() -> None:
    known = {offence.id for offence in catalogue("IN").sections}
    assert {section for rule in JURISDICTIONS["IN"].rules for section in rule.sections} <= known


def test_every_computed_fact_has_one_name() -> None:
    columns = columns_of_the_statement()
    assert len(columns) > 25
    assert len(columns) == len(set(columns))


def test_every_annotation_that_the_statement_asks_for_is_one_of_the_schema() -> None:
    schema = etree.parse(SCHEMA_FILE)
    names = {
        element.get("name")
        for kind in ("ReportAnnotations", "FileAnnotations")
        for element in schema.findall(f".//{{*}}complexType[@name='{kind}']//{{*}}element")
    }
    asked = set(re.findall(r"annotations \? '(\w+)'", facts._FACTS))
    for several in re.findall(r"annotations \?\| ARRAY\[([^]]+)\]", facts._FACTS):
        asked |= set(re.findall(r"'(\w+)'", several))
    assert len(asked) == 12
    assert sorted(asked - names) == []


def test_every_incident_that_the_statement_compares_with_is_one_of_the_schema() -> None:
    types = {
        str(e.get("value"))
        for e in etree.parse(SCHEMA_FILE).findall(".//{*}simpleType[@name='IncidentType']//{*}enumeration")
    }
    asked = set(re.findall(r"incident_type = '([^']+)'", facts._FACTS))
    assert asked == {"Online Enticement of Children for Sexual Acts", "Child Sex Trafficking"}
    assert asked <= types


def test_a_report_of_which_nothing_is_known_scores_nothing() -> None:
    assert {name: result.score for name, result in RULES.score(NOTHING).items()} == dict.fromkeys(SCORES, 0)


def test_what_can_be_traced_completely_is_complete() -> None:
    assert score("completeness", *(r.when for r in RULES.rules if r.score == "completeness")) == 100


def test_an_address_alone_is_little_and_with_port_and_time_it_is_much() -> None:
    assert score("completeness", "has_ip") == 20
    assert score("completeness", "has_ip", "has_ip_with_port_and_time") == 40


def test_urgency_is_never_argued_away() -> None:
    against = [r.when for r in RULES.rules if r.score == "priority" and r.points < 0]
    assert against
    assert score("priority", "escalated", *against) == 80


def test_an_escalated_report_stands_before_any_single_other_reason() -> None:
    others = {r.when for r in RULES.rules if r.score == "priority"} - set(FLOORS)
    assert all(score("priority", "escalated") > score("priority", other) for other in others)


@pytest.mark.parametrize("kind", ["incident_is_csam_type", "incident_is_enticement", "incident_is_trafficking"])
def test_a_crime_that_the_schema_names_is_at_least_as_relevant_in_law_as_any_other_kind(kind: str) -> None:
    assert score("legal_relevance", kind) >= score("legal_relevance", "incident_is_other") > 0


def test_a_clock_that_runs_out_sooner_weighs_more_and_one_that_ran_out_weighs_against() -> None:
    base = score("priority", "sextortion")
    fortnight = score("priority", "sextortion", "log_expiry_within_14_days")
    week = score("priority", "sextortion", "log_expiry_within_14_days", "log_expiry_within_7_days")
    days = score(
        "priority", "sextortion",
        "log_expiry_within_14_days", "log_expiry_within_7_days", "log_expiry_within_3_days",
    )  # fmt: skip
    assert score("priority", "sextortion", "log_expired_all") < base < fortnight < week < days


def test_every_reason_carries_its_rule_its_points_and_its_source() -> None:
    reasons = RULES.score({**NOTHING, "escalated": True, "spam": True})["priority"].reasons
    assert [(r.rule, r.points) for r in reasons] == [("escalated", 40), ("escalated-floor", 0), ("spam", -30)]
    assert all(r.title and r.source for r in reasons)


FACTS = st.fixed_dictionaries(dict.fromkeys(sorted(NOTHING), st.booleans()))


@given(FACTS)
def test_scores_stay_within_0_and_100_and_the_reasons_are_the_rules_that_hold(held: dict[str, bool]) -> None:
    for name, result in RULES.score(held).items():
        assert 0 <= result.score <= 100
        assert {r.rule for r in result.reasons} == {r.id for r in ALL_RULES if r.score == name and held[r.when]}


@given(FACTS)
def test_asking_for_urgency_never_lowers_a_priority(held: dict[str, bool]) -> None:
    calm = RULES.score({**held, "escalated": False})["priority"].score
    urgent = RULES.score({**held, "escalated": True})["priority"].score
    assert urgent >= max(calm, 80)


@given(FACTS, st.sampled_from(ALL_RULES))
def test_a_fact_with_points_only_moves_its_own_scores_and_in_their_direction(
    held: dict[str, bool], rule: object
) -> None:
    when = rule.when  # type: ignore[attr-defined]
    without, with_it = RULES.score({**held, when: False}), RULES.score({**held, when: True})
    for name in SCORES:
        points = [r.points or r.floor for r in ALL_RULES if r.when == when and r.score == name]
        if all(p >= 0 for p in points):
            assert with_it[name].score >= without[name].score
        if all(p <= 0 for p in points):
            assert with_it[name].score <= without[name].score


@given(st.lists(st.one_of(
    st.integers(-100, 100).filter(bool).map(lambda p: {"when": "f", "points": p}),
    st.integers(1, 100).map(lambda f: {"when": "f", "floor": f}),
), max_size=6))  # fmt: skip
def test_a_floor_holds_whatever_else_stands_in_the_file(rules: list[dict[str, object]]) -> None:
    result = ruleset(*rules).score({"f": True}, law={})["priority"]
    floors = [int(str(r["floor"])) for r in rules if "floor" in r]
    assert max(floors, default=0) <= result.score <= 100


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"when": "f"}, "either points or a floor"),
        ({"when": "f", "points": 5, "floor": 5}, "either points or a floor"),
        ({"when": "f", "points": 101}, "points"),
        ({"when": "f", "floor": -1}, "floor"),
        ({"when": "F g", "points": 1}, "when"),
        ({"when": "f", "points": 1, "source": ""}, "source"),
        ({"when": "f", "points": 1, "score": "guilt"}, "score"),
        ({"when": "f", "points": 1, "weight": 2}, "weight"),
    ],
)
def test_a_rule_that_does_nothing_or_cites_nothing_is_refused(rule: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        ruleset(rule)


def test_two_rules_of_one_name_are_refused_by_name() -> None:
    with pytest.raises(ValidationError, match="stand twice: same"):
        ruleset({"id": "same", "when": "f", "points": 1}, {"id": "same", "when": "g", "points": 1})


def test_a_fact_that_was_not_computed_is_an_error_and_not_a_no() -> None:
    with pytest.raises(KeyError):
        ruleset({"when": "forgotten", "points": 1}).score({}, law={})


def test_where_no_law_is_touched_every_file_is_asked_and_the_highest_counts() -> None:
    held = {**NOTHING, "incident_is_csam_type": True}
    other = JURISDICTIONS["IN"].model_copy(
        update={"country": "XA", "rules": tuple(r.model_copy(update={"points": 7}) for r in JURISDICTIONS["IN"].rules)}
    )
    law = {**JURISDICTIONS, "XA": other}
    anywhere, there = (RULES.score(held, touched, law=law)["legal_relevance"] for touched in ((), ("XA",)))
    assert anywhere.score == RULES.score(held, ("IN", "XA"), law=law)["legal_relevance"].score == 40
    assert dict(anywhere.jurisdictions) == {"IN": 40, "XA": 7}
    assert (there.score, there.jurisdictions, there.reasons[0].jurisdiction) == (7, (("XA", 7),), "XA")


def test_a_country_without_a_file_does_not_hide_the_one_that_has_one() -> None:
    held = {**NOTHING, "incident_is_csam_type": True}
    assert RULES.score(held, ("IN", "ZZ"))["legal_relevance"].jurisdictions == (("IN", 40),)


def test_a_jurisdiction_has_rules_of_law_alone() -> None:
    rule = {"id": "r", "score": "priority", "when": "f", "points": 1, "title": "t", "source": "s"}
    with pytest.raises(ValidationError, match="are of legal_relevance: r"):
        Jurisdiction.model_validate({"about": ABOUT, "country": "XA", "name": "X", "rules": [rule]})


@given(FACTS, st.booleans())
def test_what_a_person_raised_is_urgent_whatever_the_rules_say(held: dict[str, bool], more: bool) -> None:
    said = PersonsWord(7, True)
    found = RULES.score({**held, "spam": more}, said=said)["priority"]
    assert found.score >= RAISED
    assert urgent(found, said)
    assert found.reasons[-1].rule == RAISED_RULE
    assert found.reasons[-1].facts == ({"kind": "mark", "id": 7},)


@given(FACTS)
def test_a_person_lowers_what_was_known_and_a_new_floor_lifts_again(held: dict[str, bool]) -> None:
    plain = RULES.score(held)["priority"]
    said = PersonsWord(7, False, frozenset(plain.floors))
    found = RULES.score(held, said=said)["priority"]
    assert not urgent(found, said)
    assert found.reasons[-1].rule == LOWERED_RULE
    assert found.score == plain.score + found.reasons[-1].points
    for fact in FLOORS:
        again = RULES.score({**held, fact: True}, said=said)["priority"]
        assert urgent(again, said) == (not held[fact])


def test_the_standard_file_may_be_released_and_one_without_a_floor_may_not() -> None:
    body = STANDARD.read_text()
    assert parse(body, facts.FACTS) == RULES
    for rule in ("escalated-floor", "text-self-harm-floor", "text-meeting-floor"):
        start = body.index(f'[[rules]]\nid = "{rule}"')
        end = body.index("[[rules]]", start + 1)
        with pytest.raises(InvalidInputError, match="always reaches the urgent lane"):
            parse(body[:start] + body[end:], facts.FACTS)
        with pytest.raises(InvalidInputError, match="lift it to 80"):
            parse(body[:start] + body[start:end].replace("floor = 80", "floor = 60") + body[end:], facts.FACTS)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("x" * 70_000, "longer than 64 KiB"),
        ("= 1", "not TOML"),
        ("a = " + "[" * 3000, "not TOML"),
        (STANDARD.read_text().replace('when = "has_ip"', 'when = "has_luck"'), "rule address: no fact is called 'has_luck'"),
        (STANDARD.read_text().replace("points = 40", "points = 400", 1), "rule escalated: points"),
        (STANDARD.read_text().replace('id = "address"', 'id = "raised-by-person"'), "a person's word"),
    ],
)  # fmt: skip
def test_a_set_that_cannot_be_used_is_refused_by_name(body: str, message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        parse(body, facts.FACTS)
