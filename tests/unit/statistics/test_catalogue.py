"""Figures are data that is checked: what is wrong in a file is named, and what was released stays what it was."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tipline.core.errors import InvalidInputError, NotFoundError
from tipline.statistics.catalogue import FIGURES, as_markdown, figure_of, load, newest

# SHA-256 of each version's query. A query that counts otherwise is a new version beside the old one: a number that was published stays.
RELEASED = {
    "duplicates@1": "b14b00837e976dfabefac3ec84fe66c8390ee884d786270e4b935f63693624d9",
    "expired_logs@1": "ec1263db747346d027a57fa7111bc978ddf2dd213fdd6afdeb1954f36175710b",
    "feedback@1": "934171f4f32e75b72b924cb3476a4e27eac7b8f0c15badf7bc98c33dc32ddfb7",
    "funnel@1": "4832d4c88888a180266543d9277659e1afa2ec34b1627cff55433a3360a256da",
    "hop_days@1": "bea66f385875aedeccdcb509421f34986c37e61c7cdfb2ee6d087fe5a9341c19",
    "legal_requests@1": "33e0d0ca7d91a08fb36b33fcb154046a85d0d5aeb3a988345ddd9d2fab8cd605",
    "outcomes@1": "6bed150cce7d630b60e21e7a799ca609da6f8c5427d57efef4797fe83f1256ad",
    "provider_reports@1": "c20bcdf32542d5fe0a92f11b0931c5db84ded1df9db82537bf16b8b17405a576",
    "waiting@1": "e57c02aa7491cf915e7a88327ad01d75b9b0a6bcb3725fbc53b4a79d1b024123",
}  # fmt: skip
GOOD = """
name = "some"
version = 1
title = "Some"
counts = "Reports of some kind, each once."
leaves_out = "All others."
by = ["month"]
measures = [{ key = "reports", label = "Reports", unit = "reports" }]
"""
SQL = "SELECT d1, d2, grouping(d1) AS g1, grouping(d2) AS g2, count(*) AS reports FROM facts GROUP BY GROUPING SETS ((d1, d2), (d1), (d2), ())"


def test_every_figure_says_what_it_counts_and_what_not() -> None:
    for name, figure in FIGURES.items():
        of = figure.definition
        assert of.counts.endswith(".") and of.leaves_out.endswith("."), name
        assert len({measure.key for measure in of.measures}) == len(of.measures), name
        assert all(measure.of for measure in of.measures if measure.unit in {"days", "per cent", "points"}), name
        assert all(measure.part for measure in of.measures if measure.unit == "per cent"), name


def test_a_query_that_was_released_has_not_changed() -> None:
    assert {name: hashlib.sha256(figure.sql.encode()).hexdigest() for name, figure in FIGURES.items()} == RELEASED


def test_the_page_of_figures_is_what_the_definitions_say(project: Path) -> None:
    assert (project / "docs/reference/figures.md").read_text(encoding="utf-8") == as_markdown(), "run tools/figures.py"


def test_a_name_alone_is_the_newest_version(tmp_path: Path) -> None:
    assert [figure.definition.name for figure in newest()] == sorted({f.definition.name for f in FIGURES.values()})
    assert figure_of("funnel") is FIGURES["funnel@1"]
    for name in ("nothing", "funnel@9", "", "../funnel"):
        with pytest.raises(NotFoundError):
            figure_of(name)


def written(folder: Path, toml: str = GOOD, sql: str = SQL, name: str = "some") -> Path:
    (folder / name).mkdir()
    (folder / name / "1.toml").write_text(toml)
    (folder / name / "1.sql").write_text(sql)
    return folder


def test_a_folder_is_a_figure(tmp_path: Path) -> None:
    assert set(load(written(tmp_path))) == {"some@1"}


@pytest.mark.parametrize(
    ("toml", "sql", "wrong"),
    [
        (GOOD.replace("version = 1", "version = 2"), SQL, "says that it is some@2"),
        (GOOD.replace('counts = "Reports of some kind, each once."', 'counts = "x"'), SQL, "counts"),
        (GOOD.replace('by = ["month"]', 'by = ["moon"]'), SQL, "by.0"),
        (GOOD, SQL.replace("AS reports", "AS others"), "no column 'reports'"),
        (GOOD, SQL.replace("count(*)", "count(now())"), "now("),
        (GOOD, SQL.replace("FROM facts", "FROM statistics_fact"), "statistics_"),
        (GOOD, SQL + "; DROP TABLE x", ";"),
        (GOOD.replace('unit = "reports"', 'unit = "reports", of = "nothing"'), SQL, "no measure"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(tmp_path: Path, toml: str, sql: str, wrong: str) -> None:
    with pytest.raises(InvalidInputError) as found:
        load(written(tmp_path, toml, sql))
    assert wrong in str(found.value)
