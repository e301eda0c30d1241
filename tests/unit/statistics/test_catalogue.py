"""Figures are data that is checked: what is wrong in a file is named, and what was released stays what it was."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tipline.core.errors import InvalidInputError, NotFoundError
from tipline.statistics.catalogue import FIGURES, as_markdown, figure_of, load, newest

# SHA-256 of each version's query. A query that counts otherwise is a new version beside the old one: a number that was published stays.
RELEASED = {
    "duplicates@1": "539d03ca429cdf645115d67b06bb44fefc0f36ec6793b5ed2f8252ae209719be",
    "expired_logs@1": "19b14894175cbc7b67fa044ba7972cc079a2d23cb9277e98cf37c3bcd605121f",
    "feedback@1": "ae80e32bf15928f1cc3efa50e0afec1685a0484bc3bfe0d39b2494cc24f9231c",
    "funnel@1": "b2b96e956445be303c684b704ec48520003bd90f8bf5cc9779d019ffeeefcb1c",
    "hop_days@1": "d87caf6dc6c31e5e24d2570b3a65baf2c1dc5c6673abcc3d636aa8d0323ff497",
    "hop_days@2": "3a0b27b1651b72c66df1ad6389db4c17d0e4ee377f90572854a8043b80453a77",
    "legal_requests@1": "04f89966ae7cb096a3b760e717f425087c77deae7d9d6a5ce55d1a89d2b22c82",
    "outcomes@1": "edfa07fa0091150ca6e5bdd9c2d5d9f6303aa73a69302ce26d873cf933cee5a9",
    "outcomes@2": "edfa07fa0091150ca6e5bdd9c2d5d9f6303aa73a69302ce26d873cf933cee5a9",
    "provider_reports@1": "70528ac4e024845eafccc5af0f71cde4de1b3296fbe1fbc08bfa9c50c7ab7133",
    "waiting@1": "1636dc6b7a891cb342b0007e0a3caeda0f5c1a08a3f2c61dc275c9a5011235c2",
    "waiting@2": "2e6be8cf930b4525247e3c14de0d99df139120fdcf00252cc678460ced6f6437",
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
SQL = "SELECT d1, d2, grouping(d1) AS g1, grouping(d2) AS g2, count(*) AS reports FROM facts GROUP BY GROUPING SETS (:sums)"


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
        (GOOD, SQL.replace("(:sums)", "((d1, d2))"), "does not group by"),
        (GOOD, SQL + "; DROP TABLE x", ";"),
        (GOOD.replace('unit = "reports"', 'unit = "reports", of = "nothing"'), SQL, "no measure"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(tmp_path: Path, toml: str, sql: str, wrong: str) -> None:
    with pytest.raises(InvalidInputError) as found:
        load(written(tmp_path, toml, sql))
    assert wrong in str(found.value)
