"""Question banks, the papers drawn from them, and what answers say."""

from __future__ import annotations

import pytest

from tipline.training.knowledge.banks import DATA, MOST_ITEMS, OPTIONS, bank, draw
from tipline.training.knowledge.item_statistics import Answered, gains, item_statistics
from tipline.training.scenarios.format import Topic

TOPICS = [topic for topic in Topic if (DATA / f"{topic}.toml").exists()]


def test_every_topic_has_a_bank() -> None:
    assert set(TOPICS) == set(Topic)


@pytest.mark.parametrize("topic", TOPICS)
def test_a_bank_asks_the_same_in_both_forms_and_all_languages(topic: Topic) -> None:
    found = bank(topic)
    assert found.topic == topic
    forms = {form: [item.about for item in found.items if item.form == form] for form in ("A", "B")}
    assert sorted(forms["A"]) == sorted(forms["B"])
    assert len(forms["A"]) == 6
    for item in found.items:
        for language in ("hi", "mr"):
            words = item.words(language)
            assert any("\u0900" <= sign <= "\u097f" for sign in words.question), item.id
            assert item.words("en").question != words.question
        assert item.words("xx") == item.en


def test_the_right_option_is_not_told_by_its_length() -> None:
    """Who always takes the longest option should not pass."""
    for language in ("en", "hi", "mr"):
        longest = [
            max(range(OPTIONS), key=lambda place: len(words.options[place])) == 0
            for topic in TOPICS
            for item in bank(topic).items
            if len(set(map(len, (words := item.words(language)).options))) > 1
        ]
        assert sum(longest) / len(longest) < 0.8, language


def test_a_paper_is_drawn_by_its_seed_and_evenly() -> None:
    one, again, other = (draw(TOPICS, "A", seed) for seed in ("s", "s", "t"))
    assert one == again != other
    assert 0 < len(one) <= MOST_ITEMS
    of_topic = [sum(drawn.key.startswith(f"{topic}/") for drawn in one) for topic in TOPICS]
    assert len(set(of_topic)) == 1
    assert len(draw(TOPICS[:1], "B", "s")) == 6
    assert {drawn.order.index(0) for drawn in (*one, *other, *draw(TOPICS, "B", "u"))} == {0, 1, 2, 3}


def _papers() -> list[Answered]:
    """Forty people: of three items `good` is right for the better half, `odd` for the worse half, `easy` for everybody."""
    return [
        Answered(
            {
                "good": 0 if able else 1,
                "odd": 2 if able else 0,
                "easy": 0,
                "more": 0 if able else None,
                "and": 0 if able else 3,
            }
        )
        for able in [True] * 20 + [False] * 20
    ]


def test_item_statistics_tell_a_good_item_from_a_wrong_key() -> None:
    found = {one.item: one for one in item_statistics(_papers(), OPTIONS)}
    assert found["good"].difficulty == 0.5
    assert found["good"].discrimination == pytest.approx(1.0)
    assert found["odd"].discrimination == pytest.approx(-1.0)
    assert "wrong key" in found["odd"].remark
    assert found["easy"].discrimination is None  # everybody is right: it tells nobody apart
    assert found["good"].options == (0.5, 0.5, 0.0, 0.0)
    assert found["more"].omitted == 0.5


def test_the_discrimination_leaves_the_item_itself_out() -> None:
    """Of two items without any relation it is about nothing; with the item itself in the total it would be high."""
    papers = [Answered({"a": 0 if n & 1 else 1, "b": 0 if n & 2 else 1}) for n in range(40)]
    assert item_statistics(papers, OPTIONS)[0].discrimination == pytest.approx(0.0)


def test_few_answers_are_not_judged() -> None:
    (one,) = item_statistics([Answered({"a": 0})] * 9, OPTIONS)
    assert one.discrimination is None
    assert "too few" in one.remark


def test_gains_are_of_who_took_both_by_district() -> None:
    found = gains([("Pune", 0.2, 0.6), ("Pune", 0.4, 0.6), ("Beed", 0.5, 0.4)])
    assert [(one.district, one.people, one.gain_percent) for one in found] == [("Beed", 1, "-10"), ("Pune", 2, "+30")]
