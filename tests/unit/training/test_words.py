"""Words of the trainee's pages: in every language, for everything that is said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tipline.training.attempts import words
from tipline.training.attempts.words import LANGUAGES

ENGLISH = LANGUAGES["en"].words
SOURCE = Path(words.__file__).parents[2]


@pytest.mark.parametrize("language", ["hi", "mr"])
def test_every_language_says_the_same_with_the_same_places(language: str) -> None:
    told = LANGUAGES[language].words
    assert set(told) == set(ENGLISH)
    for key, text in ENGLISH.items():
        assert set(re.findall(r"\{(\w+)\}", told[key])) == set(re.findall(r"\{(\w+)\}", text)), key


def test_every_reason_of_a_check_has_its_words() -> None:
    source = (SOURCE / "training" / "desk" / "checks.py").read_text()
    named = set(re.findall(r'because\([^"]*"(\w+)"', source)) | set(
        re.findall(r'\(?"(\w+)"(?: if | else |, \{)', source)
    )
    named |= set(re.findall(r'else "(\w+)", \{\}', source)) | {"preservation", "production", "said"}
    told = {key.removeprefix("desk_says_") for key in ENGLISH if key.startswith("desk_says_")}
    assert told <= named, told - named
    assert {name for name in named if f"desk_says_{name}" not in ENGLISH} <= {"accounts_traced", "IN-ITA-67B"}


def test_every_word_of_certificates_and_pages_is_there() -> None:
    source = (SOURCE / "training" / "courses" / "certificates.py").read_text()
    for name in re.findall(r'word\("(\w+)"', source) + re.findall(r'^        \("(\w+)", ', source, re.MULTILINE):
        assert f"certificate_{name}" in ENGLISH, name
    for template in (SOURCE / "console" / "templates" / "console").glob("course_*.html"):
        for name in re.findall(r"\{\{ words\.(\w+)", template.read_text()):
            assert f"course_{name}" in ENGLISH, (template.name, name)
    for template in (SOURCE / "console" / "templates" / "console" / "training").glob("*.html"):
        for name in re.findall(r"\{% say '(\w+)'", template.read_text()):
            assert name in ENGLISH, (template.name, name)
