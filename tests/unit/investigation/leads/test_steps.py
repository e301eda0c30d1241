"""The rules of the lead: files that are wrong do not load, sentences and steps follow from facts, texts are whole in every language."""

from __future__ import annotations

from pathlib import Path

import pytest

from tipline.core.datafile import load_toml
from tipline.core.errors import InvalidInputError
from tipline.investigation.leads.facts import FACTS, Facts
from tipline.investigation.leads.steps import (
    SENTENCES,
    STEPS,
    Conditions,
    Mark,
    Sentences,
    Standing,
    Steps,
    due,
    load_sentences,
    open_of,
    said,
)
from tipline.investigation.leads.texts import DATA, LANGUAGES, language_of, load_texts
from tipline.pipeline.triage.models import ScoreKind
from tipline.reports.incidents import WORDS as INCIDENTS
from tipline.reports.models import IdentifierKind, PersonRole


def facts(**numbers: int) -> Facts:
    values = {
        "place": "Jalgaon, Maharashtra, IN",
        "holder": "Monsoon Net",
        "date": "2026-12-08",
        "case": "IN-MH-JALGAON/2026/0001",
    }
    return Facts(dict.fromkeys(FACTS, 0) | numbers, values)


def test_conditions() -> None:
    conditions = Conditions(all=("held",), any=("related", "repeat"), none=("in_case",))
    assert conditions.hold(facts(held=1, repeat=2).numbers)
    assert not conditions.hold(facts(held=1).numbers)
    assert not conditions.hold(facts(repeat=1).numbers)
    assert not conditions.hold(facts(held=1, repeat=1, in_case=1).numbers)
    assert Conditions().hold(facts().numbers)


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ('all = ["children"]', 'all = ["childern"]', "there is no fact 'childern'"),
        ('done_when = { none = ["logs_unasked"] }', 'done_when = { none = ["logs_unaskd"] }', "there is no fact 'logs_unaskd'"),
        ("IN-POCSO-19", "IN-POCSO-99", "there is no section 'IN-POCSO-99'"),
        ('id = "danger"', 'id = "child-safety"', "a step's id stands twice"),
        ('id = "port"\nurgency = "today"', 'id = "port"\nurgency = "then"', "a step stands before one that is due sooner"),
        ('mr = "अहवाल मिळाल्याची पोच द्या."\n', "", "text is missing in mr"),
        ('at = "way"', 'at = "nowhere"', "the page has no part 'nowhere'"),
    ],
)  # fmt: skip
def test_a_checklist_that_is_wrong_does_not_load(before: str, after: str, complaint: str, tmp_path: Path) -> None:
    text = (DATA / "next_steps.toml").read_text(encoding="utf-8")
    assert before in text
    path = tmp_path / "next_steps.toml"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(InvalidInputError, match=complaint):
        load_toml(path, Steps)


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ('all = ["urgent"]', 'all = ["urgnt"]', "there is no fact 'urgnt'"),
        ('count = "children"', 'count = "childern"', "there is no fact 'childern'"),
        ('count = "children"', "", "child-named: nothing fills in 'count'"),
        ('id = "urgent"', 'id = "very-urgent"', "urgent: stands in it or in texts_en.toml only"),
    ],
)
def test_sentences_that_are_wrong_do_not_load(before: str, after: str, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "known.toml"
    path.write_text((DATA / "known.toml").read_text(encoding="utf-8").replace(before, after, 1), encoding="utf-8")
    with pytest.raises(InvalidInputError, match=complaint):
        load_sentences(path)
    load_toml(DATA / "known.toml", Sentences)


def test_every_language_says_the_same_things(tmp_path: Path) -> None:
    assert set(LANGUAGES) == {"en", "hi", "mr"}
    for path in DATA.glob("texts_*.toml"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    mr = tmp_path / "texts_mr.toml"
    text = mr.read_text(encoding="utf-8")
    mr.write_text(text.replace("{number}", "{nummer}", 1), encoding="utf-8")
    with pytest.raises(InvalidInputError, match=r"texts_mr.toml, labels.title: other places to fill in"):
        load_texts(tmp_path)
    mr.write_text(text.replace('now = "आत्ता"\n', ""), encoding="utf-8")
    with pytest.raises(InvalidInputError, match=r"words.urgency.now: stands in one of en and mr only"):
        load_texts(tmp_path)


def test_closed_lists_have_a_word_for_each_value() -> None:
    texts = LANGUAGES["en"]
    assert set(texts.words["kind"]) == set(IdentifierKind.values)
    assert set(texts.words["role"]) == set(PersonRole.values)
    assert set(texts.words["score"]) == set(ScoreKind.values)
    assert set(texts.words["incident"]) == set(INCIDENTS)
    assert set(texts.words["standing"]) == set(Standing)


def test_a_desk_reads_its_own_language() -> None:
    assert [language_of(one) for one in ("mr hi en", "gu hi", "ta", "", "EN")] == ["mr", "hi", "en", "en", "en"]


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_sentence_and_step_can_be_said(language: str) -> None:
    everything = Facts(dict.fromkeys(FACTS, 1), facts().values)
    sentences = said(everything, "known", language, "8 Dec 2026") + said(everything, "unknown", language)
    assert {one.id for one in sentences} == {one.id for one in SENTENCES.sentences}
    assert not any("{" in one.text for one in sentences)
    assert any("8 Dec 2026" in one.text for one in sentences)
    for step in STEPS.steps:
        assert step.text[language] and step.why[language]


def test_of_nothing_only_the_person_is_not_known() -> None:
    assert said(facts(), "known", "en") == ()
    assert [one.id for one in said(facts(), "unknown", "en")] == ["holder"]
    assert due(facts()) == ()


def test_software_sees_some_steps_done_and_people_tick_the_others() -> None:
    start = due(facts(logs_running=2, logs_unasked=1, held=1))
    assert [(one.step.id, one.standing, one.seen) for one in start] == [
        ("preserve", Standing.OPEN, False), ("deconflict", Standing.OPEN, False),
    ]  # fmt: skip
    asked = due(
        facts(logs_running=2, held=1), {"deconflict": Mark(Standing.DONE, "Somebody", "2026-11-28T06:00:00+00:00")}
    )
    assert [(one.step.id, one.standing, one.seen) for one in asked] == [
        ("preserve", Standing.DONE, True), ("deconflict", Standing.DONE, False),
    ]  # fmt: skip
    assert (open_of(start), open_of(asked)) == (2, 0)


def test_a_step_that_somebody_marked_stays_when_it_makes_no_sense_any_more() -> None:
    mark = Mark(Standing.NOT_NEEDED, "Somebody", "2026-11-28T06:00:00+00:00", "a reason")
    (one,) = due(facts(), {"port": mark})
    assert (one.standing, one.mark) == (Standing.NOT_NEEDED, mark)


def test_nothing_that_is_said_calls_anybody_guilty() -> None:
    said_of = " ".join(path.read_text(encoding="utf-8") for path in DATA.glob("*.toml")).casefold()
    for word in (
        "suspect",
        "guilty",
        "culprit",
        "offender",
        "accused",
        "आरोपी",
        "संदिग्ध",
        "संशयित",
        "दोषी",
        "अपराधी",
        "गुन्हेगार",
    ):
        assert word not in said_of, word
