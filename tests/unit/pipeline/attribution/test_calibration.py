"""Holding answers against known places: the table that is read, the figures that come out, and an installation's own floors."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tipline.core.config import load_config
from tipline.core.errors import ConfigurationError, InvalidInputError
from tipline.pipeline.attribution.calibration import Known, figures, read_truth, table
from tipline.pipeline.attribution.fusion import fuse
from tipline.pipeline.attribution.fusion.model import SHIPPED, _with
from tipline.pipeline.attribution.statements import Claim

AT = datetime(2026, 11, 24, tzinfo=UTC)
HEAD = "ip,at,country,state,district\n"
OWN = """
[about]
title = "Our floors"
version = "7"
source = "a decision"
licence = "internal"
as_of = "2026-12-01"

[floors]
country = 0.6
state = 0.8
district = 0.99
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "truth.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_of_known_places_is_read(tmp_path: Path) -> None:
    rows = "192.0.2.1,2026-11-24T10:00:00Z,in,maharashtra,Jalgaon\n2001:db8::1,,IN,,\n"
    one, other = read_truth(written(tmp_path, HEAD + rows))
    assert (one.place, one.at.hour) == (("IN", "Maharashtra", "Jalgaon"), 10)
    assert other.place == ("IN", "", "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ip,country\n", "line 1: the columns must be"), (HEAD, "no row"), (HEAD + "300.1.1.1,,IN,,\n", "line 2, ip"),
        (HEAD + "192.0.2.1,yesterday,IN,,\n", "line 2, at"), (HEAD + "192.0.2.1,,India,,\n", "line 2, country"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        read_truth(written(tmp_path, text))


def test_figures_count_what_was_named_and_what_was_right() -> None:
    right = Claim("r.csv", "operator_ranges", "1", AT.date(), "IN", "Maharashtra", "Jalgaon", "district")
    public = Claim("a.mmdb", "mmdb", "1", AT.date(), "IN", "Maharashtra", "Pune", "district")
    verdicts = [fuse([c] if c else [], AT.date(), by=SHIPPED) for c in (right, public, None)]
    truth = [Known("192.0.2.1", AT, ("IN", "Maharashtra", "Jalgaon"))] * 3
    found = figures(truth, verdicts, "2")
    assert (found["rows"], found["abstained"]) == (3, 1)
    district, state = found["levels"]["district"], found["levels"]["state"]
    assert (district["named"], district["right"], district["precision"]) == (1, 1, 1.0)
    assert (state["named"], state["right"], state["recall"]) == (2, 2, 0.6667)
    assert district["brier"] == pytest.approx(((1 - 0.95) ** 2 + 0.5**2) / 2, abs=1e-3)
    assert "precision 1.0000" in table(found)


def test_an_installation_sets_its_own_floors_and_its_version_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    own = _with(path)
    claim = Claim("r.csv", "operator_ranges", "1", date(2026, 11, 24), "IN", "Maharashtra", "Jalgaon", "district")
    said = fuse([claim], date(2026, 11, 24), by=own)
    assert (said.level, said.model_version) == ("state", "2+7")
    assert fuse([claim], date(2026, 11, 24), by=SHIPPED).level == "district"


def test_a_wrong_file_of_floors_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="TIPLINE_ATTRIBUTION names"):
        load_config({"TIPLINE_ATTRIBUTION": str(tmp_path / "none.toml"), "TIPLINE_DATA_DIR": str(tmp_path)})
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace("0.99", "1.5"), encoding="utf-8")
    with pytest.raises(InvalidInputError, match=r"own.toml, floors.district"):
        _with(path)
