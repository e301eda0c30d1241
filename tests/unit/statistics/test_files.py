"""Figures as files: what people and programs open, with nothing hidden in it told and no text taken for a formula."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from tests.unit.statistics.made import HIDDEN, NONE, SMALL, answer, measure
from tipline.statistics.figures import Answer, Dimension, Unit
from tipline.statistics.files import fingerprint, name_of, to_csv, to_json, to_parquet
from tipline.statistics.tables import table_of

HOSTILE = ("=HYPERLINK(1)", "+1", "-1", "@x", "\u202egnp", "a\nb", 'q"uote', "o'clock")


@pytest.fixture
def by_platform() -> Answer:
    return answer(
        [*(((name,), (12, 3.5)) for name in HOSTILE), (("Small",), (SMALL, HIDDEN)), (("None",), (0, NONE))],
        measure("reports", "Reports"), measure("days_median", "Days", Unit.DAYS), by=[Dimension.PLATFORM],
    )  # fmt: skip


def test_csv_is_safe_to_open_and_hides_what_the_answer_hides(by_platform: Answer) -> None:
    rows = list(csv.reader(io.StringIO(to_csv(by_platform).decode("utf-8-sig"))))
    assert rows[0] == ["Platform", "Reports", "Days"]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]
    assert rows[5][0] == "⟨U+202E⟩gnp" and rows[1][1:] == ["12", "3.5"]
    assert rows[-2][1:] == ["fewer than 5", "withheld"]
    assert rows[-1][1:] == ["0", "nothing to tell"]


def test_parquet_has_the_same_numbers_and_says_what_they_are(by_platform: Answer, tmp_path: Path) -> None:
    file = tmp_path / "x.parquet"
    file.write_bytes(to_parquet(by_platform))
    with duckdb.connect() as db:
        rows = db.execute(f"SELECT * FROM '{file}'").fetchall()
        about = dict(db.execute(f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{file}')").fetchall())
    assert [row[0] for row in rows[: len(HOSTILE)]] == list(HOSTILE)  # data, as stored: programs read it
    assert rows[0][2:] == (12.0, "", 3.5, "")
    assert rows[-2][2:] == (None, "fewer than 5", None, "withheld")
    assert about["figure"] == "funnel@1" and about["fingerprint"] == fingerprint([by_platform])


def test_json_has_the_sentences_and_the_numbers_and_a_fingerprint_that_changes_with_them(by_platform: Answer) -> None:
    told = json.loads(to_json(by_platform))
    assert told["rows"][0]["values"] == [12, 3.5] and told["rows"][-2]["why_empty"] == ["fewer than 5", "withheld"]
    assert told["counts"] and told["leaves_out"] and told["version"] == 1
    other = answer([((), (1, 2, 3, 4, 5, 6))])
    assert fingerprint([other]) == fingerprint([answer([((), (1, 2, 3, 4, 5, 6))])])
    assert fingerprint([other]) != fingerprint([answer([((), (1, 2, 3, 4, 5, 7))])])


def test_a_file_s_name_says_what_is_in_it() -> None:
    made = answer([((), (1, 2, 3, 4, 5, 6))], as_of=datetime(2026, 6, 1, tzinfo=UTC))
    assert name_of(made) == "funnel-v1-IN-MH-CYBER-2026-01-2026-07"


def test_the_table_says_in_words_what_is_hidden_and_never_a_zero(by_platform: Answer) -> None:
    table = table_of(by_platform)
    assert table.rows[-2] == (("Small",), ("fewer than 5", "withheld"))
    assert table.rows[-1] == (("None",), ("0", "–"))
    assert table.measures == ("Reports", "Days")
