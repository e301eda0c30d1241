"""The words of the form: the same in every language, readable, and with the right numbers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.unit.console.test_contrast import contrast
from tipline.intake import public_form
from tipline.intake.public_form.models import Told
from tipline.intake.public_form.texts import CHOICES, LANGUAGES, help_of, places, preferred

ROOM = Path(public_form.__file__).parent
ENGLISH = LANGUAGES["en"]
SENTENCE = re.compile(r"[.!?:।]+(?:\s|$)")


def test_there_are_three_languages_by_their_own_names() -> None:
    assert {code: one.language.name for code, one in LANGUAGES.items()} == {
        "en": "English",
        "hi": "हिन्दी",
        "mr": "मराठी",
    }


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_has_every_text_with_every_place(code: str) -> None:
    texts = LANGUAGES[code]
    assert list(texts.texts) == list(ENGLISH.texts)
    assert list(texts.choices) == list(ENGLISH.choices) == [one.id for one in CHOICES.choices]
    for key, text in texts.texts.items():
        assert places(text) == places(ENGLISH.texts[key]), key
        assert "<" not in text and "&" not in text, key
    assert {f"state_{told}" for told in Told.values} <= set(texts.texts)
    if code != "en":
        assert [key for key, text in texts.texts.items() if not re.search(r"[\u0900-\u097f]", text)] == []
        assert len(set(texts.choices.values())) == len(texts.choices)


def test_every_text_stands_on_a_page_and_every_page_has_its_texts() -> None:
    used = set()
    for path in (ROOM / "templates").rglob("*.html"):
        source = path.read_text(encoding="utf-8")
        used |= set(re.findall(r"\bt\.(\w+)", source)) | set(re.findall(r"{% say '(\w+)'", source))
        fields = re.findall(r'{% field "(\w+)"', source)
        used |= {f"{name}_{part}" for name in fields for part in ("question", "hint")}
    code = "".join(path.read_text(encoding="utf-8") for path in ROOM.glob("*.py"))
    used |= set(re.findall(r'"(error_\w+|added|contact_deleted)"', code))
    used |= {f"state_{told}" for told in Told.values}
    used |= {f"page_{path.stem}" for path in (ROOM / "templates").rglob("*.html")}
    assert set(ENGLISH.texts) - used == set()
    optional = {"name_hint", "phone_hint", "email_hint"} | {f"page_{name}" for name in ("base", "help", "field")}
    assert used - set(ENGLISH.texts) - optional == set()


def _syllables(word: str) -> int:
    """Groups of vowels; a silent e at the end makes none."""
    groups = re.findall(r"[aeiouy]+", word.lower())
    silent = len(groups) > 1 and re.search(r"[^aeioul]e$", word.lower())
    return max(1, len(groups) - bool(silent))


def grade(text: str) -> float:
    """Flesch-Kincaid grade level (Kincaid et al. 1975): the years at school that a text asks for."""
    sentences = [s for s in SENTENCE.split(text) if s.strip()]
    words = re.findall(r"[A-Za-z']+", text)
    syllables = sum(map(_syllables, words))
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("The cat sat on the mat.", -2.0, 0.0),
        ("The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.", 11.0, 14.5),
    ],
)
def test_the_measure_is_that_of_flesch_and_kincaid(text: str, low: float, high: float) -> None:
    assert low < grade(text) < high


def test_english_is_for_grade_six_and_below() -> None:
    filled = {k: re.sub(r"{\w+}", "20", t) for k, t in ENGLISH.texts.items()}
    everything = " ".join(t if SENTENCE.search(t) else f"{t}." for t in (*filled.values(), *ENGLISH.choices.values()))
    assert grade(everything) <= 5.0
    # no single text of some length is hard either
    hard = {k: round(grade(t), 1) for k, t in filled.items() if len(t.split()) >= 12 and grade(t) > 6.0}
    assert hard == {}


@pytest.mark.parametrize("code", LANGUAGES)
def test_sentences_are_short(code: str) -> None:
    lengths = [
        (len(sentence.split()), sentence)
        for text in (*LANGUAGES[code].texts.values(), *LANGUAGES[code].choices.values())
        for sentence in SENTENCE.split(text)
        if sentence.strip()
    ]
    assert max(lengths)[0] <= 20, max(lengths)
    assert sum(length for length, _ in lengths) / len(lengths) <= 9


def test_the_numbers_of_india_are_right_and_said_in_every_language() -> None:
    found = help_of("IN")
    assert found is not None
    assert [(line.number, line.kind) for line in found.lines] == [
        ("112", "emergency"), ("1098", "children"), ("1930", "online"),
    ]  # fmt: skip
    for line in found.lines:
        assert set(line.name) == set(line.what) == set(LANGUAGES)
    assert found.site == "cybercrime.gov.in"
    assert help_of("XX") is None and help_of("../x") is None and help_of("") is None


def test_what_is_not_sure_has_no_type_and_all_else_one_of_the_wires() -> None:
    from lxml import etree

    from tipline.intake.cybertipline.document import SCHEMA_FILE

    schema = etree.parse(SCHEMA_FILE)
    space = "{http://www.w3.org/2001/XMLSchema}"
    kinds = {
        e.get("value") for e in schema.find(f"{space}simpleType[@name='IncidentType']").iter(f"{space}enumeration")
    }  # type: ignore[union-attr]
    flags = {e.get("name") for e in schema.iter(f"{space}element")}
    for choice in CHOICES.choices:
        assert (choice.incident_type in kinds) == (choice.id != "unsure")
        assert set(choice.annotations) <= flags


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"), ("mr-IN,en;q=0.5", "mr"), ("en;q=0.5, hi;q=0.9", "hi"), ("fr, de", "en"), ("hi;q=0, mr;q=0.1", "mr"),
        ("*", "en"), ("HI", "hi"), ("mr;q=x, hi;q=0.2", "hi"), (",;=," * 500, "en"),
    ],
)  # fmt: skip
def test_the_browsers_first_language_of_ours_is_taken(header: str, language: str) -> None:
    assert preferred(header) == language


PAIRS = [
    *((ink, ground) for ink in ("ink", "quiet", "accent", "bad") for ground in ("paper", "ground")),
    ("warm-ink", "warm"), ("warm", "warm-ink"), ("accent-ink", "accent"), ("paper", "bad"), ("good", "good-soft"),
    ("bad", "bad-soft"), ("ink", "bad-soft"),
]  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_pair_of_colours_is_readable(theme: str) -> None:
    css = (ROOM / "assets" / "form.css").read_text(encoding="utf-8")
    light, _, dark = css.partition("@media (prefers-color-scheme: dark)")
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    if theme == "dark":
        colours |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", dark))
    for ink, ground in PAIRS:
        assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    for ground in ("paper", "ground"):
        assert contrast(colours["line"], colours[ground]) >= 3.0, ground
