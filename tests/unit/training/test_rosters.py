"""Rosters as people send them: encodings, duplicates, what is missing, text that is data."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.core.errors import InvalidInputError
from tipline.training.courses import demo
from tipline.training.courses.rosters import MOST_BYTES, MOST_ROWS, read_roster

HEAD = "name,email,rank,district\n"
ONE = HEAD + "Zoë Patil,zoe@police.example,Inspector,Jalgaon\n"
MARATHI = HEAD + "आशा पाटील,asha@police.example,निरीक्षक,जळगाव\n"


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (MARATHI.encode(), "utf-8"),
        (MARATHI.encode("utf-8-sig"), "utf-8"),
        (MARATHI.encode("utf-16"), "utf-16"),
        (MARATHI.encode("utf-16-le"), "utf-16-le"),
        (MARATHI.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_unicode_is_read_with_and_without_its_mark(body: bytes, encoding: str) -> None:
    read = read_roster(body)
    assert read.encoding == encoding
    assert [(row.name, row.rank) for row in read.rows] == [("आशा पाटील", "निरीक्षक")]
    assert bool(read.notes) == encoding.startswith("utf-16")


def test_windows_1252_is_read_and_told() -> None:
    read = read_roster(ONE.encode("windows-1252"))
    assert read.rows[0].name == "Zoë Patil"
    assert read.encoding == "windows-1252"
    assert "Windows-1252" in read.notes[0]


def _workbook() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (ONE.encode("utf-32"), "UTF-32"),
        (MARATHI.encode("utf-8")[:-3] + b"\x81\x8d\xff", "neither UTF-8 nor UTF-16"),
        ("name,email,rank,district\n山田,a@b.example,x,y\n".encode("shift-jis"), "neither UTF-8"),
        (b"\xff\xfe\x00", "says it is UTF-16 and is not"),
        (b"\xef\xbb\xbf\xff\xff", "says it is UTF-8 and is not"),
        (b"name,email\x00\x00,rank,district\nx", "NUL"),
        (_workbook(), "workbook"),
        (b"\xd0\xcf\x11\xe0" + bytes(100), "old Excel"),
        (b"%PDF-1.7", "a PDF"),
        (b"", "missing"),
        (b"name,email,rank\nx,y@z.example,c\n", "the column district is missing"),
        (b"who,mail\n", "the columns name, email, rank, district are missing"),
        (b"name,name,email,rank,district\n", "the column name is there twice"),
        (HEAD.encode(), "no rows"),
        (HEAD.encode() + b'"unclosed,a@b.example,c,d\n', "not CSV"),
        (b"x" * (MOST_BYTES + 1), "at most"),
        (HEAD.encode() + b"A,a@b.example,c,d\n" * (MOST_ROWS + 1), f"more than {MOST_ROWS} rows"),
    ],
)
def test_what_is_no_roster_is_refused_by_name(body: bytes, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        read_roster(body)


def test_a_row_that_cannot_be_taken_is_named_and_the_others_go_on() -> None:
    body = HEAD + "\n".join(
        [
            "Good,good@police.example,C,Pune",
            ",empty@police.example,C,Pune",
            "Bad,not an address,C,Pune",
            "Same,GOOD@police.example,C,Pune",
            "Good,good@police.example,C,Pune",
            "Few,few@police.example",
            f"{'n' * 201},long@police.example,C,Pune",
            '"Line\nEnd",line@police.example,C,Pune',
            "Ünï,ünï@police.example,C,Pune",
            "Last,last@police.example,C,Pune",
        ]
    )
    read = read_roster(body.encode())
    assert [row.name for row in read.rows] == ["Good", "Last"]
    refused = [(one.line, one.what) for one in read.refused]
    assert refused == [(3, "name"), (4, "email"), (5, "email"), (6, "email"), (7, "columns"), (8, "name"), (9, "name"), (11, "email")]  # fmt: skip
    why = {one.line: one.why for one in read.refused}
    assert "line 2 already, for another name" in why[5]
    assert why[6] == "the address stands in line 2 already"


def test_two_people_of_one_name_are_two_people() -> None:
    read = read_roster((HEAD + "Asha Patil,a@p.example,C,Pune\nasha  patil,b@p.example,C,Pune\n").encode())
    assert len(read.rows) == 2
    assert "2 people of one name (lines 2, 3)" in read.notes[0]


@pytest.mark.parametrize("sign", [";", "\t"])
def test_other_separators_other_orders_and_further_columns(sign: str) -> None:
    body = (
        sign.join(["District", " EMAIL ", "Name", "Rank", "Phone"])
        + "\n"
        + sign.join(["jalgaon", "A@P.example", "A", "C", "x"])
    )
    read = read_roster(body.encode())
    assert (read.rows[0].email, read.rows[0].district) == ("a@p.example", "Jalgaon")
    assert "phone" in read.notes[0]


@pytest.mark.parametrize("name", ["=1+1", "@SUM(A1)", "+91", "-x", "<script>", "'; DROP TABLE x;--"])
def test_text_is_data(name: str) -> None:
    assert read_roster((HEAD + f"{name},a@p.example,C,Pune").encode()).rows[0].name == name


@given(st.binary(max_size=300))
def test_whatever_comes_is_read_or_refused(body: bytes) -> None:
    for start in (b"", HEAD.encode()):
        with suppress(InvalidInputError):
            read_roster(start + body)


def test_the_sample_roster_is_fictional_and_whole() -> None:
    read = read_roster(Path(demo.ROSTER).read_bytes())
    assert (len(read.rows), read.refused) == (320, ())
    assert all(row.email.endswith(".example") for row in read.rows)
    assert len({row.district for row in read.rows}) == 36
