"""The list of outcomes is whole, and every word of it leads somewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.core.errors import InvalidInputError
from tipline.intake.doors.models import Useful
from tipline.intake.doors.outcomes import DECISIONS, WORDS
from tipline.investigation.outcomes.kinds import KINDS, OUTCOMES, SAFEGUARDED, Outcomes, Usefulness, kind_of, label_of
from tipline.investigation.outcomes.models import Outcome
from tipline.investigation.outcomes.queries import standing


def test_what_the_issue_names_is_in_the_list() -> None:
    assert {"arrest", "child_safeguarded", "no_offence_here", "insufficient", "duplicate", "not_our_place"} <= set(
        KINDS
    )
    assert next(iter(KINDS)) == SAFEGUARDED


def test_every_word_for_the_provider_has_words_at_the_door() -> None:
    for kind in KINDS.values():
        assert not kind.decided or (kind.decided in DECISIONS and kind.decided in WORDS.told), kind.id
        assert (kind.usefulness == Usefulness.NONE) == (kind.decided == ""), kind.id
        if kind.usefulness in {Usefulness.ACTIONABLE, Usefulness.USEFUL}:
            assert WORDS.told[kind.decided].useful == Useful.YES, kind.id
        elif kind.decided:
            assert WORDS.told[kind.decided].useful != Useful.YES, kind.id


def test_nothing_that_a_provider_reads_names_an_outcome_or_a_place() -> None:
    for words in WORDS.reasons.values():
        assert not any(word in words.lower() for word in ("arrest", "child", "convict", "police", "case", "court"))


@pytest.mark.parametrize("language", ["en", "hi", "mr"])
def test_labels_are_there_in_three_languages(language: str) -> None:
    labels = [kind.label_in(language) for kind in KINDS.values()]
    assert all(labels) and len(set(labels)) == len(labels)


@pytest.mark.parametrize("change", ["twice", "no_children"])
def test_a_wrong_list_is_refused(change: str) -> None:
    raw = OUTCOMES.model_dump(mode="json")
    if change == "twice":
        raw["kinds"].append(raw["kinds"][-1])
    else:
        raw["kinds"] = raw["kinds"][1:]
    with pytest.raises(ValueError, match=r"one id|first number"):
        Outcomes.model_validate(raw)


def test_a_kind_of_an_earlier_list_still_has_a_name() -> None:
    assert label_of("gone_from_the_list") == "gone_from_the_list"
    with pytest.raises(InvalidInputError):
        kind_of("gone_from_the_list")


ROWS = st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.booleans()), max_size=12)


@given(ROWS)
def test_of_each_kind_the_newest_that_stands_counts_and_no_other(rows: list[tuple[str, bool]]) -> None:
    from tipline.core.clock import now

    made = [
        Outcome(pk=number, kind=kind, withdrawn_at=now() if withdrawn else None)
        for number, (kind, withdrawn) in enumerate(rows, 1)
    ]
    found = {row.kind: row.pk for row in standing(made)}
    assert found == {kind: number for number, (kind, withdrawn) in enumerate(rows, 1) if not withdrawn}
