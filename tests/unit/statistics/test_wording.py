"""Figures on paper in another language: nothing is missing, places and kinds among it, and a translation changes neither version nor fingerprint."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.statistics.made import HIDDEN, SMALL
from tests.unit.statistics.made import answer as made
from tipline.core.errors import InvalidInputError
from tipline.core.printing.model import Facts, Heading, Picture, Remark, Table
from tipline.investigation.process.models import RequestKind
from tipline.reports.incidents import WORDS
from tipline.statistics.catalogue import FIGURES
from tipline.statistics.figures import Answer, Cell, Dimension, Over, Row
from tipline.statistics.files import fingerprint
from tipline.statistics.papers import blocks_of
from tipline.statistics.wording import DATA, ENGLISH, WORDINGS, load_translations

KEYS = {
    Dimension.MONTH: ("2026-05", "2026-05"), Dimension.DISTRICT: ("IN/Maharashtra/Jalgaon", "Jalgaon"), Dimension.PLATFORM: ("7", "Pictogram"),
    Dimension.DESK: ("", "Not known"), Dimension.CATEGORY: ("Child Sex Trafficking", "Trafficking"),
}  # fmt: skip


def answers() -> list[Answer]:
    """Every version of every figure, cut by each of its dimensions, a small and a hidden number among its cells."""
    found = []
    for figure in FIGURES.values():
        of = figure.definition
        for dimension in of.by:
            key = (
                ("production", "Order to produce")
                if of.over == Over.REQUESTS and dimension == Dimension.CATEGORY
                else KEYS[dimension]
            )
            cells = tuple([SMALL, HIDDEN, *(Cell(7.0) for _ in of.measures)][: len(of.measures)])
            asked = made([], by=[dimension], name=of.name).asked
            found.append(replace(made([]), definition=of, asked=asked, rows=(Row(key[:1], key[1:], cells),)))
    return found  # fmt: skip


@pytest.mark.parametrize("language", sorted(WORDINGS.keys() - {"en"}))
def test_every_figure_is_printed_without_its_english_words(language: str) -> None:
    words = WORDINGS[language]
    for one in answers():
        of, printed = one.definition, FIGURES[f"{one.definition.name}@{one.definition.version}"].definition
        before = fingerprint([one])
        blocks = blocks_of(one, language)
        assert fingerprint([one]) == before and of == printed, "what was answered stays as it was"
        told = [text for block in blocks for text in texts(block)]
        english = {of.title, of.counts, of.leaves_out, *(measure.label for measure in of.measures), "fewer than 5", "withheld", "Not known", "Trafficking", "Jalgaon"}  # fmt: skip
        if language == "hi":
            english.discard("Jalgaon")  # the gazetteer has no Hindi for districts of Maharashtra
        for text in told:
            found = [word for word in english if word in text]
            assert not found, (of.name, found, text)
        assert words.definition(of).counts in told
        assert any(isinstance(block, Remark) for block in blocks), "hidden numbers are explained"


def texts(block: object) -> list[str]:
    """What a block says."""
    if isinstance(block, Heading):
        return [str(block.text)]
    if isinstance(block, Facts):
        return [str(part) for pair in block.rows for part in pair]
    if isinstance(block, Picture):
        return [block.alt]  # the drawing has English words
    if isinstance(block, Table):
        return [block.caption, *block.head, *(str(cell) for row in block.rows for cell in row)]
    return [str(block)]


def test_english_is_what_the_figures_say() -> None:
    for figure in FIGURES.values():
        assert ENGLISH.definition(figure.definition) is figure.definition
    assert {one.value: ENGLISH.word("request", one.value) for one in RequestKind} == dict(RequestKind.choices)


@pytest.mark.parametrize("language", sorted(WORDINGS.keys() - {"en"}))
def test_closed_lists_have_a_word_for_every_value(language: str) -> None:
    from tipline.investigation.leads.texts import LANGUAGES as LEADS

    assert WORDINGS[language].texts.words["request"].keys() == set(RequestKind.values)
    assert WORDINGS[language].texts.words["dimension"].keys() == {one.value for one in Dimension}
    assert LEADS[language].words["incident"].keys() == WORDS.keys()


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (('"Repeats" = ', '"Repeated" = '), "names: 'Repeat"),
        (('"funnel@1" = ', '"funnel@9" = '), "counts: 'funnel@"),
        (("[leaves_out]", '[leaves_out]\n"nothing@1" = "x"'), "leaves_out: 'nothing@1'"),
        (('code = "hi"', 'code = "Hindi"'), "code"),
    ],
)
def test_a_translation_that_lacks_something_is_named(tmp_path: Path, change: tuple[str, str], wrong: str) -> None:
    text = (DATA / "figures_hi.toml").read_text(encoding="utf-8")
    (tmp_path / "figures_hi.toml").write_text(text.replace(*change, 1), encoding="utf-8")
    with pytest.raises(InvalidInputError) as found:
        load_translations(tmp_path)
    assert "figures_hi.toml" in str(found.value) and wrong in str(found.value)
