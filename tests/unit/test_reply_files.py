"""Reply files of strangers: what is read, what is refused and why, and that nothing crashes a reader."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tipline.core.errors import InvalidInputError
from tipline.investigation.replies.files import rows as limits
from tipline.investigation.replies.files.forms import form_of
from tipline.investigation.replies.files.reading import open_sheet
from tipline.investigation.replies.files.rows import MediaError, RefusedFileError, Row, Sheet, letters, like_formula
from tipline.investigation.replies.layouts import (
    Meaning,
    check_meanings,
    converter,
    fingerprint,
    layouts,
    plain,
    recognise,
)
from tipline.investigation.replies.times import Clock, Dates, NeedsSayingError, UnreadableTimeError, zone_of

IST = ZoneInfo("Asia/Kolkata")
_CONTENT = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
_RELS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/></Relationships>'
_BOOK = '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
_SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'


def xlsx(*cells: str, content: str = _CONTENT, **more: bytes) -> bytes:
    """A workbook of cells as XML; `more` are further members, with `__` for a slash."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", content)
        archive.writestr("_rels/.rels", _RELS.format(kind="officeDocument", target="xl/workbook.xml"))
        archive.writestr("xl/workbook.xml", _BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", _RELS.format(kind="worksheet", target="worksheets/sheet1.xml"))
        archive.writestr("xl/worksheets/sheet1.xml", _SHEET.format(rows="".join(cells)))
        for name, body in more.items():
            archive.writestr(name.replace("__", "/"), body)
    return out.getvalue()


def row(number: int, *values: str, formula: str = "") -> str:
    cells = "".join(
        f'<c r="{letters(place)}{number}" t="inlineStr"><is><t>{value}</t></is></c>'
        for place, value in enumerate(values)
    )
    if formula:
        cells += f'<c r="{letters(len(values))}{number}"><f>{formula}</f><v>7</v></c>'
    return f'<row r="{number}">{cells}</row>'


def read(body: bytes, name: str = "x.csv", encoding: str = "") -> tuple[list[Row], Sheet]:
    sheet = open_sheet(name, body, encoding)
    return list(sheet.rows), sheet


def refusal(body: bytes, name: str = "x.csv", encoding: str = "") -> str:
    with pytest.raises(RefusedFileError) as error:
        read(body, name, encoding)
    return str(error.value)


# -- tables of text -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_delimiters_and_unicode_are_found(delimiter: str, codec: str) -> None:
    body = (
        f'a{delimiter}b{delimiter}c\n1{delimiter}"x{delimiter}y"{delimiter}मराठी\n\n2{delimiter}{delimiter}\n'.encode(
            codec
        )
    )
    rows, sheet = read(body)
    assert [r.cells for r in rows] == [("a", "b", "c"), ("1", f"x{delimiter}y", "मराठी"), ("2", "", "")]
    assert [r.line for r in rows] == [1, 2, 4]
    assert not sheet.suspicions


def test_an_encoding_that_is_not_unicode_is_asked_for_by_name() -> None:
    body = "name,city\nJosé,Málaga\n".encode("cp1252")
    assert "not UTF-8; if its sender says" in refusal(body)
    assert read(body, encoding="cp1252")[0][1].cells == ("José", "Málaga")
    assert "is not one of the encodings" in refusal(body, encoding="utf-7")
    assert "not UTF-16" in refusal(b"\xff\xfe\x00\xd8\x00")


def test_limits_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "5,000 columns" in refusal(b"a" + b",a" * 4_999 + b"\n")
    assert "a cell of 5,000 characters" in refusal(b"a,b\n1," + b"x" * 5_000 + b"\n")
    assert "without end" in refusal(b'a,b\n1,"' + b"x" * 400_000 + b"\n")
    assert "NUL" in refusal(b"a,b\n" + b"1,2\n" * 2_000 + b"1,\x00\n")
    monkeypatch.setattr(limits, "MOST_ROWS", 3)
    assert "more than 3 rows" in refusal(b"a,b\n1,2\n3,4\n5,6\n")


def test_cells_like_formulas_are_named_and_stay_text() -> None:
    rows, sheet = read(b"a,b\n=1+1,x\n\"=cmd|'/c calc'!A0\",+919820000001\n-5,@monsoon_kite\n@SUM(A1),-2+3+cmd|x\n")
    assert rows[1].cells[0] == "=1+1"
    assert [(s.line, s.column) for s in sheet.suspicions] == [(2, "A"), (3, "A"), (5, "A"), (5, "B")]


@pytest.mark.parametrize(
    ("text", "like"),
    [("=1", True), ("=", False), ("+919820000001", False), ("-5", False), ("@kite", False), ("@SUM(1)", True), ("\t=1", True), ("+1|2", True), ("a=1", False)],
)  # fmt: skip
def test_what_is_like_a_formula(text: str, like: bool) -> None:
    assert like_formula(text) is like


# -- other forms --------------------------------------------------------------------------------------------------------


def test_json_is_flattened_and_bounded() -> None:
    body = json.dumps(
        {
            "account": {"id": 12345678901234567890, "mails": ["a", "b"]},
            "logins": [{"ip": "x"}, {"ip": None, "ok": True}],
        }
    ).encode()
    rows, _ = read(body, "x.json")
    assert rows[0].cells == ("account.id", "account.mails", "ip", "ok")
    assert rows[1].cells == ("12345678901234567890", "a; b", "x", "")
    assert rows[2].cells == ("12345678901234567890", "a; b", "", "yes")
    for body, why in (
        (b'{"a": [{"x": 1}], "b": [{"x": 1}]}', "several lists"), (b"[1, 2]", "neither"), (b'{"a": {"b": {"c": {"d": {"e": 1}}}}}', "deeper"),
        (b'[{"a": [[1]]}]', "plain values"), (b'{"a": 1, "a": 2}', "JSON"), (b"[" * 100_000, "JSON"), (b'[{"a": "\\ud800"}]', "half of a character"),
        (b'[{"a": NaN}]', "JSON"), (b"{", "JSON"),
    ):  # fmt: skip
        assert why in refusal(body, "x.json"), body[:40]


def test_a_workbook_is_read_as_values() -> None:
    rows, sheet = read(xlsx(row(1, "a", "b"), row(2, "x", "=not computed")), "x.xlsx")
    assert [r.cells for r in rows] == [("a", "b"), ("x", "=not computed")]
    assert sheet.form == "xlsx" and len(sheet.suspicions) == 1  # text, and like a formula


def test_formulas_in_a_workbook_are_named_by_their_cells() -> None:
    _, sheet = read(xlsx(row(1, "a"), row(2, "x", formula="1+1"), row(3, "y", formula="HYPERLINK(1)")), "x.xlsx")
    assert [s.column for s in sheet.suspicions] == ["sheet1 B2", "sheet1 B3"]
    assert "formula" in sheet.suspicions[0].text


@pytest.mark.parametrize(
    ("member", "why"),
    [("xl__vbaProject.bin", "macros"), ("xl__macrosheets__s.xml", "macros"), ("xl__externalLinks__e1.xml", "links to other files"),
     ("xl__connections.xml", "links to data"), ("xl__embeddings__o.bin", "embedded"), ("xl__activeX__a.xml", "controls")],
)  # fmt: skip
def test_what_a_workbook_may_not_carry(member: str, why: str) -> None:
    assert why in refusal(xlsx(row(1, "a"), **{member: b"<x/>"}), "x.xlsx")


def test_a_macro_workbook_by_another_name_is_refused() -> None:
    content = _CONTENT.replace("spreadsheetml.sheet.main+xml", "sheet.macroEnabled.main+xml")
    assert "macros" in refusal(xlsx(row(1, "a"), content=content), "harmless.xlsx")


def test_pictures_are_not_even_read() -> None:
    with pytest.raises(MediaError):
        read(xlsx(row(1, "a"), **{"xl__media__image1.png": b"x"}), "x.xlsx")
    for start in (b"\xff\xd8\xff\xe0", b"GIF89a", b"\x1aE\xdf\xa3", b"RIFF\0\0\0\0WEBP", b"\0\0\0 ftypheic"):
        with pytest.raises(MediaError):
            form_of("reply.csv", start + b"\0" * 20)


def test_bombs_are_refused() -> None:
    assert "times its size" in refusal(xlsx(row(1, "a"), **{"xl__other.xml": b"0" * 30_000_000}), "x.xlsx")
    far = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    assert "columns" in refusal(xlsx(row(1, "a"), far), "x.xlsx")
    deep = '<row r="1048576"><c r="GZ1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    assert refusal(
        xlsx(row(1, "a"), deep), "x.xlsx"
    )  # a sheet of two hundred million cells: memory or columns, and no crash
    assert "document type" in refusal(xlsx(row(1, "a"), "<!DOCTYPE x>"), "x.xlsx")


def test_other_zips_and_broken_files_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("ipdr.csv", "a,b\n")
    assert "unpack it" in refusal(out.getvalue(), "x.zip")
    assert "broken ZIP" in refusal(xlsx(row(1, "a"))[:200], "x.xlsx")
    assert "empty" in refusal(b"")
    assert refusal(b"%PDF-1.7 nothing of one", "x.pdf") == "it cannot be read as a PDF"
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "x.xls").startswith("it cannot be read")
    assert "macros" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le"), "x.xls")
    assert "encrypted" in refusal(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "x.xlsx"
    )


def pdf(*lines: str) -> bytes:
    """A PDF of lines, as `core.printing` makes them."""
    from tipline.core.printing.model import Document, Paragraph, Run
    from tipline.core.printing.pdf import to_pdf

    return to_pdf(
        Document(title="Business record", language="en", blocks=tuple(Paragraph((Run(line),)) for line in lines))
    )


def test_a_pdfs_text_becomes_a_table() -> None:
    body = pdf(
        "Service: Facepage", "Vanity Name: monsoon_kite_07", "Registered Email: kite@mail.example", "IP Address: 192.0.2.11",
        "Time: 2026-01-05 10:15:00 UTC", "IP Address: 192.0.2.12", "Time: 2026-01-06 10:15:00 UTC",
    )  # fmt: skip
    rows, _ = read(body, "record.pdf")
    made = list(converter("facepage_example")(iter(rows)))
    assert recognise(made[0].cells, "pdf") == "facepage_example"
    assert [r.cells[-2:] for r in made[1:]] == [
        ("192.0.2.11", "2026-01-05 10:15:00 UTC"),
        ("192.0.2.12", "2026-01-06 10:15:00 UTC"),
    ]
    assert made[1].cells[1] == made[2].cells[1] == "monsoon_kite_07"


def test_the_child_process_knows_nothing_of_tipline() -> None:
    """It is run by its path, apart from everything; that it imports nothing of ours keeps it so."""
    from tipline.investigation.replies.files import apart

    assert "tipline" not in apart._CHILD.read_text().replace("knows nothing of Tipline", "").replace("Tipline", "")
    done = subprocess.run(
        [sys.executable, "-I", str(apart._CHILD), "xlsx"], input=b"no zip", capture_output=True, check=True
    )
    assert "refused" in json.loads(done.stdout)


@settings(max_examples=60)
@given(st.binary(max_size=300), st.sampled_from(["", "cp1252", "utf-16"]))
def test_no_bytes_crash_the_readers_in_this_process(body: bytes, encoding: str) -> None:
    """Whatever comes is rows or a refusal."""
    cells: list[str] = []
    with suppress(RefusedFileError):
        form = form_of("x.csv", body)
        if form.value in {"delimited", "json"}:
            cells = [cell for one in open_sheet("x.csv", body, encoding).rows for cell in one.cells]
    assert not any("\0" in cell for cell in cells)


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12), min_size=2, max_size=6),
        min_size=1,
        max_size=8,
    )
)
def test_what_was_written_as_csv_is_read_again(cells: list[list[str]]) -> None:
    import csv

    width = len(cells[0])
    square = [[cell.strip() for cell in (r + [""] * width)[:width]] for r in cells]
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(square)
    body = out.getvalue().encode()
    rows, _ = read(b"\xef\xbb\xbf" + body)
    assert [r.cells for r in rows] == [tuple(r) for r in square if any(r)]


# -- times --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "dates", "utc"),
    [
        ("05/06/2026 10:15:00", Dates.DAY_FIRST, "2026-06-05T04:45:00"), ("05/06/2026 10:15:00", Dates.MONTH_FIRST, "2026-05-06T04:45:00"),
        ("2026-06-05T10:15:00Z", Dates.UNSAID, "2026-06-05T10:15:00"), ("2026-06-05 10:15:00.250+0200", Dates.UNSAID, "2026-06-05T08:15:00.250000"),
        ("05-Jun-2026 10:15:00 PM", Dates.UNSAID, "2026-06-05T16:45:00"), ("5.6.26 1:05", Dates.DAY_FIRST, "2026-06-04T19:35:00"),
        ("05 June 2026, 00:00:59 (IST)", Dates.UNSAID, "2026-06-04T18:30:59"), ("1767608100", Dates.EPOCH, "2026-01-05T10:15:00"),
        ("1767608100000", Dates.EPOCH, "2026-01-05T10:15:00"), ("12/31/2026 12:00 AM", Dates.MONTH_FIRST, "2026-12-30T18:30:00"),
    ],
)  # fmt: skip
def test_times_as_companies_write_them(text: str, dates: Dates, utc: str) -> None:
    assert Clock(dates, IST).read(text) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize("text", ["05/06/2026", "31/02/2026 10:00:00", "x", "", "2026-06-05 25:00", "2026-06-05 13:00 PM", "05/06/1026 10:00", "٠٥/٠٦/٢٠٢٦ 10:00", "2026-06-05 10:00:61", "2026-06-05 10:00+99:00"])  # fmt: skip
def test_what_is_no_time_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(UnreadableTimeError) as error:
        Clock(Dates.DAY_FIRST, IST).read(text)
    assert str(error.value)


def test_what_could_be_two_times_is_asked_and_never_guessed() -> None:
    with pytest.raises(NeedsSayingError, match="which stands first"):
        Clock(Dates.UNSAID, IST).read("25/06/2026 10:00:00")
    with pytest.raises(NeedsSayingError, match="time zone"):
        Clock(Dates.DAY_FIRST, None).read("25/06/2026 10:00:00")
    berlin = Clock(Dates.DAY_FIRST, zone_of("Europe/Berlin"))
    with pytest.raises(UnreadableTimeError, match="twice"):
        berlin.read("25/10/2026 02:30:00")
    with pytest.raises(UnreadableTimeError, match="left out"):
        berlin.read("29/03/2026 02:30:00")
    assert Clock(Dates.UNSAID, zone_of("Europe/Berlin")).read("2026-10-25 02:30:00+01:00").hour == 1


@given(
    st.datetimes(datetime(1991, 1, 1), datetime(2099, 1, 1)),
    st.sampled_from(["Asia/Kolkata", "UTC", "America/New_York"]),
)
def test_a_written_time_is_read_as_itself_or_refused(local: datetime, zone: str) -> None:
    local, clock = local.replace(microsecond=0), Clock(Dates.DAY_FIRST, zone_of(zone))
    text = f"{local:%d/%m/%Y %H:%M:%S}"
    stated = local.replace(tzinfo=ZoneInfo(zone))
    if stated.utcoffset() != stated.replace(fold=1).utcoffset():
        with pytest.raises(UnreadableTimeError, match="clocks"):
            clock.read(text)
    else:
        assert clock.read(text).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local


@given(st.datetimes(datetime(1991, 1, 1), datetime(2099, 1, 1)), st.text("0123456789: .Z+-", max_size=4))
def test_a_clock_that_has_read_the_minute_reads_as_one_that_has_not(local: datetime, ending: str) -> None:
    def read(clock: Clock, text: str) -> datetime | str:
        try:
            return clock.read(text)
        except UnreadableTimeError as error:
            return str(error)

    used = Clock(Dates.DAY_FIRST, IST)
    read(used, f"{local:%d/%m/%Y %H:%M}:07")
    for text in (f"{local:%d/%m/%Y %H:%M}:{ending}", f"{local:%d/%m/%Y %H:%M}:61", f" {local:%d/%m/%Y %H:%M:%S}"):
        assert read(used, text) == read(Clock(Dates.DAY_FIRST, IST), text)


@given(st.text(max_size=40))
def test_no_text_crashes_the_clock(text: str) -> None:
    for dates in Dates:
        try:
            at = Clock(dates, IST).read(text)
        except UnreadableTimeError:
            continue
        assert at.tzinfo is UTC


# -- layouts ------------------------------------------------------------------------------------------------------------


def test_every_layout_reads_and_knows_itself() -> None:
    assert len(layouts()) >= 7
    for name, layout in layouts().items():
        for form in layout.forms:
            assert recognise(list(layout.columns), form) == name
        headings = [h.upper().replace(" ", "_") for h in layout.columns]
        assert recognise(headings, layout.forms[0]) == name
        assert "fiction" in layout.about.source.lower() or "Tipline" in layout.about.source


def test_headings_are_compared_without_case_and_signs() -> None:
    assert plain(" Start_Time  (IST)") == "start time ist"
    assert fingerprint(["A b", "C"]) == fingerprint(["a_B", "c"]) != fingerprint(["c", "a b"])


def test_meanings_that_make_no_reply_are_refused() -> None:
    from tipline.investigation.replies.layouts import Kind

    with pytest.raises(InvalidInputError, match="go together"):
        check_meanings(Kind.IPDR, [Meaning.IP, Meaning.START_DATE, Meaning.NAME])
    with pytest.raises(InvalidInputError, match="needs a column"):
        check_meanings(Kind.SUBSCRIBER, [Meaning.ADDRESS])


def test_a_million_rows_are_read_in_bounded_memory() -> None:
    """In a process of its own: its peak is the file and little more."""
    script = (
        "import resource, sys; sys.path.insert(0, 'src');"
        "from tipline.investigation.replies.files import delimited; from tipline.investigation.replies.files.rows import Sheet, bounded;"
        "body = b'a,b,c\\n' + b'192.0.2.1,1024,05/01/2026 10:00:00\\n' * 999_999;"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "print(sum(1 for _ in bounded(Sheet('', iter(())), delimited.read(body))), (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    rows, mebibytes = map(int, done.stdout.split())
    assert rows == 1_000_000
    assert mebibytes < 64, f"{mebibytes} MiB more than the file"
