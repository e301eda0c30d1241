"""Rules in words: every fact, comparison and target of the language has words, and nothing of a rule is left out."""

from __future__ import annotations

import pytest

from tipline.console.routing import words
from tipline.pipeline.routing.language import FACTS, OPERATORS, Condition
from tipline.pipeline.routing.rules import STANDARD, Target, Then, parse


def test_every_fact_has_words() -> None:
    flags = {name for name, fact in FACTS.items() if fact.kind == "flag"}
    assert set(words.FLAGS) == flags
    assert set(words.NOUNS) == set(FACTS) - flags
    for name, meant in words.PHRASES.items():
        assert set(meant) == set(FACTS[name].values)


def test_every_comparison_and_target_has_words() -> None:
    assert set(words._COMPARED) == set(OPERATORS)
    named = set(Target.model_fields["to"].annotation.__args__)  # type: ignore[union-attr]
    assert set(words._TO) | {"agency"} == named


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ({}, "always"),
        ({"fact": "urgent", "equals": False}, "the report is not urgent"),
        ({"fact": "confidence", "less_than": "floor"}, "the confidence in the first place is less than the floor of its level"),
        ({"fact": "share", "at_least": 0.6666}, "the first place's share of the weight is at least 0.67"),
        ({"fact": "apart", "equals": "state"}, "the places lie in different states"),
        ({"fact": "channel", "one_of": ("public", "bulk")}, "the door it came by is one of public, bulk"),
        ({"not": {"fact": "triage", "has": "infant"}}, "not (the triage rules that counted include infant)"),
        (
            {"any": [{"fact": "urgent", "equals": True}, {"all": [{"fact": "places", "equals": 2}, {"fact": "way", "equals": True}]}]},
            "the report is urgent or (the number of places is 2 and the desk is below the receiving one)",
        ),
    ],
)  # fmt: skip
def test_a_condition_is_a_clause(when: dict[str, object], told: str) -> None:
    assert words.condition(Condition.model_validate(when)) == told


@pytest.mark.parametrize(
    ("then", "told"),
    [
        ({"person": True}, "a person decides"),
        ({"desks": [{"to": "agency", "agency": "IN-NCRB"}]}, "it goes to IN-NCRB"),
        (
            {"desks": [{"to": "place"}, {"to": "second-place", "role": "joint"}]},
            "it goes to the desk of the place, which leads; the desk of the second place takes part",
        ),
        (
            {"desks": [{"to": "state"}, {"to": "others-here", "role": "joint"}]},
            "it goes to the desk of the state, which leads; the other desks of that place take part",
        ),
    ],
)
def test_what_follows_is_a_clause(then: dict[str, object], told: str) -> None:
    assert words.outcome(Then.model_validate(then)) == told


def test_the_standard_rules_are_told_without_a_gap() -> None:
    for rule in parse(STANDARD.read_text(encoding="utf-8")).rules:
        one = words.told(rule)
        assert one.outcome and all(one.conditions)
        assert len(one.conditions) == len(rule.when.all_ or (() if rule.when.always else (rule.when,)))
