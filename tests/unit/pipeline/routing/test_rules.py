"""The rule language and its files: what is refused says where and why, and what is not refused always decides."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.pipeline.routing.standing_tree import JALGAON, PUNE, at, known, tree
from tipline.core.errors import InvalidInputError
from tipline.pipeline.routing.deciding import decide
from tipline.pipeline.routing.facts import facts_for
from tipline.pipeline.routing.language import FACTS, OPERATORS, Condition, contradiction, missing
from tipline.pipeline.routing.rules import STANDARD, parse, problems

NOON = datetime(2026, 11, 27, 6, 30, tzinfo=UTC)
HEAD = """[about]
title = "T"
version = "1"
source = "a test"
licence = "Apache-2.0"
as_of = "2026-11-28"

[floors]
district = 0.6
state = 0.6
country = 0.6
"""


def rule(when: str = "{}", then: str = "{ person = true }", name: str = "one", because: str = "so it is") -> str:
    return f'\n[[rules]]\nname = "{name}"\ntext = "A sentence."\nwhen = {when}\nthen = {then}\nbecause = "{because}"\n'


def test_the_standard_rules_have_nothing_wrong_and_nothing_odd() -> None:
    assert problems(STANDARD.read_text()) == []


@pytest.mark.parametrize(
    ("body", "line", "what"),
    [
        (rule('{ fact = "colour", equals = "red" }'), 16, "no fact 'colour'"),
        (rule('{ fact = "share", one_of = ["a"] }'), 16, "one_of does not fit 'share'"),
        (rule('{ fact = "share", at_least = "place" }'), 16, "neither a number nor a fact"),
        (rule('{ fact = "level", equals = "town" }'), 16, "never 'town'"),
        (rule('{ fact = "urgent", equals = 1 }'), 16, "true or false"),
        (rule('{ fact = "urgent" }'), 16, "needs exactly one of"),
        (rule("{ equals = true }"), 16, "needs a fact"),
        (rule('{ all = [{ fact = "share", at_least = 0.5 }], any = [{}] }'), 16, "side by side"),
        (rule('{ all = [{ fact = "share", at_least = 0.7 }, { fact = "share", less_than = 0.7 }] }'), 13, "never fire"),
        (
            rule('{ all = [{ fact = "level", equals = "state" }, { fact = "level", equals = "none" }] }'),
            13,
            "never fire",
        ),
        (rule("{ not = {} }"), 13, "never fire"),
        (rule(then="{ }"), 17, "desks or to a person"),
        (rule(then='{ desks = [{ to = "place", role = "joint" }] }'), 17, "exactly one desk leads"),
        (rule(then='{ desks = [{ to = "place" }], urgent = true, wait_for_hours = true }'), 17, "never waits"),
        (rule(then='{ desks = [{ to = "agency" }] }'), 17, "go together"),
        (rule(then='{ desks = [{ to = "everybody" }] }'), 17, "Input should be"),
        (rule(because="{__class__}"), 13, "because names"),
        (rule() + rule(), 20, "stands twice"),
        (rule().replace("text =", "colour ="), 15, "colour"),
        ("\n[[rules]\n", 13, "not TOML"),
        ("", 1, "rules"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_line(body: str, line: int, what: str) -> None:
    found = problems(HEAD + body)
    assert any(what in one.text and one.line == line and not one.warning for one in found), found
    with pytest.raises(InvalidInputError, match="line"):
        parse(HEAD + body)


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000, "a = " + "[" * 5000, "a = " + "{a=" * 5000, "a" + ".a" * 20_000 + " = 1", "x" * 70_000, "\x00",
        "a = " + "9" * 20_000, "a = nan", HEAD + rule('{ fact = "share", at_least = nan }'),
        HEAD + rule('{ fact = "share", at_least = inf }'), HEAD + "rules = 7", HEAD + "[rules]\na = 1",
        HEAD + rule("{ not = " * 10 + "{}" + " }" * 10), HEAD + "".join(rule(name=f"r{n}") for n in range(101)), "\ud800",
    ],
)  # fmt: skip
def test_hostile_files_are_refused_in_a_sentence(body: str) -> None:
    found = problems(body)
    assert found and not found[0].warning
    assert found[0].line >= 1 and len(found[0].text) < 2000


@given(st.text(max_size=300))
def test_any_text_is_checked_without_a_fault_of_ours(body: str) -> None:
    assert problems(body)
    assert problems(HEAD + body) is not None


def test_a_rule_below_one_that_catches_everything_of_it_is_warned_of() -> None:
    body = HEAD + rule('{ fact = "share", at_least = 0.5 }', name="wide")
    body += rule('{ all = [{ fact = "share", at_least = 0.5 }, { fact = "urgent", equals = true }] }', name="narrow")
    body += rule(name="rest") + rule('{ fact = "urgent", equals = true }', name="late")
    found = [(one.rule, one.line) for one in problems(body) if one.warning and "never fire" in one.text]
    assert found == [("narrow", 20), ("late", 34)]
    parse(body)  # a warning refuses nothing


def test_an_open_end_is_warned_of_and_leads_to_a_person() -> None:
    body = HEAD + rule('{ fact = "urgent", equals = true }')
    assert [one.warning for one in problems(body)] == [True]
    decided = decide(known(at(JALGAON)), parse(body), tree(), NOON)
    assert (decided.rule, decided.desks) == ("no-rule", ())


# -- properties of the language ----------------------------------------------------------------------------------------


def _value(name: str) -> st.SearchStrategy[Any]:
    fact = FACTS[name]
    if fact.kind == "number":
        return st.one_of(
            st.sampled_from([0.0, 0.5, 1.0, 2.0, 80.0]),
            st.sampled_from([n for n, f in FACTS.items() if f.kind == "number"]),
        )
    if fact.kind == "flag":
        return st.booleans()
    return st.sampled_from(fact.values or ("IN", "Maharashtra", "mr", "infant"))


@st.composite
def comparison(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(st.sampled_from(sorted(FACTS)))
    operator = draw(st.sampled_from([op for op, kinds in OPERATORS.items() if FACTS[name].kind in kinds]))
    value = draw(_value(name))
    if operator in {"one_of", "has_any"}:
        value = [value]
    if operator == "equals" and FACTS[name].kind == "number":
        value = 1.0
    return {"fact": name, operator: value}


CONDITIONS = st.recursive(
    comparison(),
    lambda below: st.one_of(
        st.fixed_dictionaries({"all": st.lists(below, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(below, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"not": below}),
    ),
    max_leaves=6,
)
KNOWN = st.builds(
    lambda located, urgent, languages, triage: known(
        *located, urgent=urgent, languages=tuple(languages), triage=tuple(triage), scores=(("priority", 80),)
    ),
    st.lists(st.builds(at, st.sampled_from([JALGAON, PUNE]), st.sampled_from([0.5, 0.9])), max_size=3),
    st.booleans(), st.lists(st.sampled_from(["mr", "hi"]), max_size=1), st.lists(st.just("infant"), max_size=1),
)  # fmt: skip
STANDARD_RULES = parse(STANDARD.read_text())


@given(CONDITIONS, KNOWN)
def test_what_is_missing_is_nothing_exactly_when_it_holds(raw: dict[str, Any], report: Any) -> None:
    condition, facts = Condition.model_validate(raw), facts_for(report, STANDARD_RULES, tree(), NOON)
    assert set(facts) == set(FACTS)
    holds = condition.holds(facts)
    assert (missing(condition, facts) == ()) == holds
    assert Condition.model_validate({"not": raw}).holds(facts) != holds
    json.dumps([one.text for one in missing(condition, facts)])
    if holds:
        assert contradiction(condition) == ""


@given(CONDITIONS, KNOWN, st.booleans())
def test_any_rule_that_is_taken_decides_with_one_lead_or_a_person(
    raw: dict[str, Any], report: Any, urgent: bool
) -> None:
    if contradiction(Condition.model_validate(raw)):
        return
    then = {"desks": [{"to": "place"}, {"to": "second-place", "role": "joint"}], "urgent": urgent}
    file = STANDARD_RULES.model_validate(
        {
            **STANDARD_RULES.model_dump(by_alias=True, exclude_none=True),
            "rules": [{"name": "one", "text": "T", "when": raw, "then": then, "because": "{place}"}],
        }
    )
    decided = decide(report, file, tree(), NOON)
    assert [one.role for one in decided.desks[:1]] == ["lead"][: len(decided.desks)]
    assert len({one.desk.code for one in decided.desks}) == len(decided.desks)
    assert decided.urgent >= report.urgent  # no rule lowers it
    assert decided.reasons
