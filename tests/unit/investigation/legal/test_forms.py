"""Forms are data: complete in three languages, with named fields and nothing that is evaluated."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.core.errors import InvalidInputError, NotFoundError
from tipline.investigation.legal.catalogue import catalogue
from tipline.investigation.legal.letters import forms as forms_module
from tipline.investigation.legal.letters.body import _parsed, _plain
from tipline.investigation.legal.letters.fields import FIELDS, TABLES
from tipline.investigation.legal.letters.forms import (
    LANGUAGES,
    form_of,
    forms,
    pieces,
    read_form,
    vocabulary,
)
from tipline.investigation.legal.letters.record import CONDITIONS
from tipline.trust.accounts.models import Rank

FOLDER = Path(forms_module.DATA) / "IN"
WANTED = {
    "fir", "preliminary-enquiry", "cwc-notice", "special-court-notice", "certificate", "preservation", "production",
    "assistance", "emergency", "mlat-note", "contact-24x7",
}  # fmt: skip
_DEVANAGARI = re.compile(r"[\u0900-\u097f]")


def test_india_has_every_form_of_the_field() -> None:
    assert {form.id for form in forms("IN")} == WANTED
    assert [path.stem for path in sorted(FOLDER.glob("*.toml")) if path.stem != "fields"] == sorted(WANTED)
    assert forms("LK") == () == forms("../IN") == forms("in")
    with pytest.raises(NotFoundError, match="no form 'letter'"):
        form_of("IN", "letter")


def test_every_text_is_in_three_languages() -> None:
    for form in forms("IN"):
        for block in form.blocks:
            for words in block.texts:
                prose = [re.sub(r"\{[^}]*\}", "", text) for text in words.all]
                if re.search(r"[A-Za-z]{3}", prose[0]):
                    assert _DEVANAGARI.search(prose[1]) and _DEVANAGARI.search(prose[2]), (form.id, words.en)
                    assert prose[1] != prose[2] or len(prose[1]) < 30, (
                        form.id,
                        words.hi,
                    )  # a short one may be the same


def test_the_vocabulary_names_exactly_what_the_record_can_say() -> None:
    words = vocabulary("IN")
    assert set(words.fields) == set(FIELDS)
    assert set(words.tables) == set(TABLES)
    assert {f"rank_{rank}" for rank in Rank if rank} <= set(words.words)
    used = {field for form in forms("IN") for block in form.blocks for field in block.rows}
    for form in forms("IN"):
        for block in form.blocks:
            used |= {name for text in block.texts for name, is_field in pieces(text.en) if is_field}
    assert {f"blank.{name}" for name in words.blanks} <= used, "a blank that no form has"


def test_every_form_cites_sections_that_the_catalogue_dates() -> None:
    law = catalogue("IN")
    for form in forms("IN"):
        assert any(block.table == "basis" for block in form.blocks), form.id
        assert all(law.section(section).source for section in form.basis)


def test_every_condition_has_a_meaning() -> None:
    assert set(forms_module.When.__args__) == set(CONDITIONS)  # type: ignore[attr-defined]


def test_no_form_calls_anybody_guilty_or_names_a_child() -> None:
    for form in forms("IN"):
        for block in form.blocks:
            for words in block.texts:
                assert not re.search(r"\b(suspect|accused|guilty|culprit|victim)", words.en, re.IGNORECASE), words.en
                assert "{child" not in words.en


def _with(text: str, tmp_path: Path) -> Path:
    source = (FOLDER / "fir.toml").read_text(encoding="utf-8")
    path = tmp_path / "broken.toml"
    path.write_text(source.replace('en = "First information report: draft"', f'en = "{text}"'), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Case {case.colour}", "broken.toml: there is no field 'case.colour'"),
        ("Case {blank.colour}", "there is no field 'blank.colour'"),
        ("Case {case.number!r}", "a brace that is not part of a named field"),
        ("Case {{case.number}}", "a brace that is not part of a named field"),
        ("Case {case.number", "a brace"),
        ("Case {case.number.__class__}", "a brace"),
        ("{% if x %}", "a brace"),
        ("Case {case.number}", "differ between languages"),
    ],
)
def test_a_form_with_a_wrong_field_is_refused_by_file_and_field(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=re.escape(says)):
        read_form(_with(text, tmp_path), vocabulary("IN"), "IN")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"IN-BNSS-173"', '"IN-BNSS-1730"', "basis: there is no section"),
        ('table = "offences"', 'table = "crimes"', "there is no table 'crimes'"),
        ('"port"', '"harbour"', "table addresses has no column 'harbour'"),
        ('hi = "प्रथम सूचना रिपोर्ट: प्रारूप"', 'hi = ""', "title.hi"),
        ('kind = "sign"', 'kind = "facts"', "a block of kind facts has rows"),
        ('when = "fir"', 'when = "1 == 1"', "when"),
    ],
)
def test_a_form_that_does_not_fit_is_refused(old: str, new: str, says: str, tmp_path: Path) -> None:
    source = (FOLDER / "fir.toml").read_text(encoding="utf-8")
    assert old in source
    path = tmp_path / "broken.toml"
    path.write_text(source.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InvalidInputError, match=re.escape(says)):
        read_form(path, vocabulary("IN"), "IN")


@given(st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_any_text_that_a_person_types_comes_back_as_they_typed_it(text: str, language: str) -> None:
    assert _plain(_parsed(text, vocabulary("IN").by_label(language))) == text


def test_the_name_of_a_field_in_brackets_stays_a_blank() -> None:
    labels = vocabulary("IN").by_label("en")
    parsed = _parsed("At [Police station] [or so], [Serial number].", labels)
    assert [run for run in parsed if run[1] == "missing"] == [
        ["Police station", "missing", "agency.station"],
        ["Serial number", "missing", "blank.device_serial"],
    ]


def test_every_form_field_and_table_is_in_the_reference(project: Path) -> None:
    page = (project / "docs" / "reference" / "letter-fields.md").read_text(encoding="utf-8")
    words = vocabulary("IN")
    named = {form.id for form in forms("IN")} | set(words.fields) | set(words.tables)
    named |= {f"blank.{name}" for name in words.blanks}
    assert set(re.findall(r"^\| `([a-z0-9_.-]+)` \|", page, re.MULTILINE)) == named
    for form in forms("IN"):
        assert f"| {form.in_set} |" in page
