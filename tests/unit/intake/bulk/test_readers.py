"""Directories, ZIPs and tables: what belongs together, what is refused and why, and that the others go on."""

from __future__ import annotations

import stat
import struct
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from tipline.demo.synthetic import file_details_xml, report_xml
from tipline.intake.bulk import archives
from tipline.intake.bulk.converted import lines_of, whole_of
from tipline.intake.bulk.inputs import Reading, read_paths
from tipline.intake.bulk.items import Found, Item, PassedOver, Refused, RefusedError
from tipline.intake.bulk.mapping import load_mapping
from tipline.intake.bulk.tables import LONGEST_CELL, read_table

LIMIT = 1024 * 1024
REPORT = report_xml(factories.synthetic())
DETAILS = file_details_xml(77, "ab" * 16, b"noise", factories.synthetic(), 1)
READING = Reading(LIMIT, xml=True, whole={".json": whole_of(None)}, tables={".ndjson": lines_of(None, LIMIT)})
DATA = Path(archives.__file__).parent / "data"


def read(*paths: Path) -> list[Found]:
    return list(read_paths(paths, READING))


def rules(found: list[Found]) -> dict[str, str]:
    """Refused members or files by name, with the first rule."""
    return {
        (one.place.member or Path(one.place.file).name): one.faults[0].rule for one in found if isinstance(one, Refused)
    }


def items(found: list[Found]) -> list[Item]:
    return [one for one in found if isinstance(one, Item)]


def zipped(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return path


LAID_OUT = {
    "plain.xml": REPORT,
    "with.xml": REPORT + b"\n",
    "with.files/one.xml": DETAILS,
    "with.files/two.xml": DETAILS + b"\n",
    "with.files/two.png": b"never read",
    "deep/er/report.xml": REPORT + b"\n\n",
    "deep/er/file-1.xml": DETAILS,
    "deep/er/other.xml": REPORT + b" ",
    "notes.docx": b"?",
}
BELONGS = {"plain.xml": 0, "with.xml": 2, "report.xml": 1, "other.xml": 0}


def test_what_goes_with_what_is_the_same_in_a_directory_and_in_a_zip(tmp_path: Path) -> None:
    folder = tmp_path / "laid"
    for name, body in LAID_OUT.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(body)
    for found in (read(folder), read(zipped(tmp_path / "a.zip", LAID_OUT))):
        by_name = {Path(i.place.member or i.place.file).name: i for i in items(found)}
        assert {name: len(item.parts) for name, item in by_name.items()} == BELONGS
        assert not rules(found)
        assert sum(isinstance(one, PassedOver) for one in found) == 2
        draft = by_name["with.xml"].draft()
        assert [file.name for file in draft.files] == ["upload-1.png"] * 2
    assert len({item.key for item in by_name.values()}) == 4


def test_file_details_keep_every_byte_but_their_numbers(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(REPORT)
    (tmp_path / "a.files").mkdir()
    (tmp_path / "a.files" / "1.xml").write_bytes(DETAILS)
    (item,) = items(read(tmp_path))
    made = item.draft().files[0].details(4711, "cd" * 16)
    expected = DETAILS.replace(b">77<", b">4711<").replace(b"ab" * 16, b"cd" * 16)
    assert made.startswith(expected)
    assert made[len(expected) :].startswith(b"\n<!-- imported: was reportId 77, fileId " + b"ab" * 16)


@pytest.mark.parametrize("number", ["<![CDATA[77]]>", "7<!-- x -->7", "<!-- <reportId>1</reportId> -->77"])
def test_numbers_are_replaced_however_they_are_written(tmp_path: Path, number: str) -> None:
    from tipline.intake.bulk.documents import draft_xml
    from tipline.intake.bulk.items import Part
    from tipline.intake.cybertipline.document import parse_file_details

    body = DETAILS.replace(b">77<", f">{number}<".encode())
    made = parse_file_details(draft_xml(REPORT, [Part("1.xml", body)]).files[0].details(5, "cd" * 16))
    assert (made.findtext("reportId"), made.findtext("fileId")) == ("5", "cd" * 16)


def test_links_and_orphans_are_refused_and_the_others_go_on(tmp_path: Path) -> None:
    (tmp_path / "good.xml").write_bytes(REPORT)
    (tmp_path / "link.xml").symlink_to(tmp_path / "good.xml")
    (tmp_path / "lost.files").mkdir()
    (tmp_path / "lost.files" / "1.xml").write_bytes(DETAILS)
    found = read(tmp_path)
    assert "symbolic link" in rules(found)["link.xml"]
    good, orphan = items(found)
    assert good.draft().header.platform == "Pictogram"
    with pytest.raises(RefusedError, match="no report goes with it"):
        orphan.draft()


def test_hostile_members_are_refused_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "hostile.zip"
    link = zipfile.ZipInfo("link.xml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("/etc/a.xml", "../b.xml", "c\\..\\..\\d.xml", "C:/e.xml", "good.xml"):
            archive.writestr(name, REPORT)
        archive.writestr(link, "/etc/passwd")
        archive.writestr("large.xml", b"x" * (LIMIT + 1), zipfile.ZIP_STORED)
        archive.writestr("bomb.xml", b" " * (LIMIT + 1))
        archive.writestr("inner.zip", b"PK")
        archive.writestr("lzma.xml", REPORT, zipfile.ZIP_LZMA)
        archive.writestr("encrypted.xml", REPORT)
        archive.writestr("crc.xml", REPORT, zipfile.ZIP_STORED)
    raw = bytearray(path.read_bytes())
    at = raw.rindex(b"encrypted.xml")
    raw[at - 46 + 8] |= 1
    at = raw.index(b"crc.xml") + len(b"crc.xml") + 40
    raw[at] ^= 1
    path.write_bytes(raw)
    found = read(path)
    told = rules(found)
    assert [Path(i.place.member).name for i in items(found)] == ["good.xml"]
    assert set(told) == {
        "/etc/a.xml", "../b.xml", "c\\..\\..\\d.xml", "C:/e.xml", "link.xml", "large.xml", "bomb.xml", "inner.zip",
        "lzma.xml", "encrypted.xml", "crc.xml",
    }  # fmt: skip
    assert "larger than" in told["large.xml"] and "inflate" in told["bomb.xml"] and "checksum" in told["crc.xml"]
    assert "encrypted" in told["encrypted.xml"] and "symbolic" in told["link.xml"]


def test_members_that_share_bytes_are_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "o.zip", {"a.xml": REPORT, "b.xml": REPORT + b" ", "c.xml": REPORT + b"  "})
    raw = bytearray(path.read_bytes())
    entry = raw.rindex(b"b.xml") - 46
    raw[entry + 42 : entry + 46] = struct.pack("<L", 0)  # b begins where a does
    path.write_bytes(raw)
    found = read(path)
    assert [i.place.member for i in items(found)] == ["c.xml"]
    assert set(rules(found)) == {"a.xml", "b.xml"}


def test_a_zip_of_too_many_members_is_refused_before_its_list_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = zipped(tmp_path / "many.zip", {f"{n}.xml": b"x" for n in range(20)})
    monkeypatch.setattr(archives, "MOST_MEMBERS", 19)
    assert "split it" in rules(read(path))["many.zip"]


@given(st.data())
def test_a_damaged_zip_never_breaks_the_run(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = zipped(tmp_path_factory.mktemp("z") / "d.zip", {"a.xml": REPORT, "b.files/c.xml": DETAILS, "b.xml": REPORT})
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(raw[: data.draw(st.integers(0, len(raw)))])
    for item in items(read(path)):
        with suppress(RefusedError):
            item.draft()


def test_lines_of_json_are_items_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_bytes(b'{"a": 1}\n\n' + b"x" * (LIMIT + 10) + b'\n{"b"')
    found = read(path)
    assert [(i.place.line, i.body) for i in items(found)] == [(1, b'{"a": 1}'), (4, b'{"b"')]
    assert "longer than" in rules(found)["a.ndjson"]


# --- tables ---------------------------------------------------------------------------------------------------

HEAD = (DATA / "hotline.csv").read_text(encoding="utf-8").splitlines(keepends=True)[0]
GOOD = "H,05/01/2026,15:45,CSAM,,,,name,,,,,\n"


def table(tmp_path: Path, text: str | bytes, mapping: Path = DATA / "hotline.toml") -> list[Found]:
    path = tmp_path / "t.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_table(path, load_mapping(mapping)))


def told(found: list[Found]) -> dict[int, str]:
    """What is wrong by line, of rows as they are read and as they are drafted."""
    wrong = {}
    for one in found:
        if isinstance(one, Refused):
            wrong[one.place.line] = one.faults[0].rule
        elif isinstance(one, Item):
            try:
                one.draft()
            except RefusedError as error:
                wrong[one.place.line] = error.faults[0].rule
    return wrong


def test_one_bad_row_costs_one_row(tmp_path: Path) -> None:
    rows = [
        GOOD,
        "H,05/01/2026\n",
        'H,05/01/2026,15:45,CSAM,,,,"never closed,,,,,\n',
        GOOD,
        GOOD.replace("name", "na\0me"),
        GOOD.replace("CSAM", "Other"),
        GOOD.replace("05/01/2026", "2026-01-05"),
        GOOD.replace("name", "n" * 300),
        GOOD.replace("name", '"x' + "y" * (LONGEST_CELL + 10) + '"'),
        GOOD,
    ]
    found = table(tmp_path, HEAD + "".join(rows))
    wrong = told(found)
    assert set(wrong) == {3, 4, 6, 7, 8, 9, 10}
    assert "2 cells" in wrong[3] and "quotation mark" in wrong[4] and "U+0000 at character 3" in wrong[6]
    assert "'Other'" in wrong[7] and "fits none" in wrong[8] and "column 'Username'" in wrong[9]
    assert "longer than" in wrong[10]


def test_a_row_is_kept_as_it_came_with_its_header(tmp_path: Path) -> None:
    found = table(tmp_path, b"\xef\xbb\xbf" + (HEAD + GOOD.replace("name", '"=1+1"')).encode())
    (item,) = items(found)
    draft = item.draft()
    assert draft.source is not None
    assert draft.source.body.decode() == HEAD + GOOD.replace("name", '"=1+1"')
    assert draft.source.format == "csv-hotline/1"
    assert b"<screenName>=1+1</screenName>" in draft.body


@pytest.mark.parametrize(
    ("header", "why"),
    [
        (HEAD.replace("Viewed", "Seen"), "needs these columns, which are not there: 'Viewed'"),
        (HEAD.strip() + ",New\n", "does not know these columns: 'New'"),
        (HEAD.strip() + ",Viewed\n", "stand twice: 'Viewed'"),
        ("", "the file is empty"),
    ],
)
def test_a_changed_export_is_refused_as_a_whole(tmp_path: Path, header: str, why: str) -> None:
    (one,) = table(tmp_path, header)
    assert isinstance(one, Refused) and why in one.faults[0].rule


def test_bytes_of_another_encoding_cost_their_row(tmp_path: Path) -> None:
    found = table(tmp_path, HEAD.encode() + GOOD.replace("name", "n\xe9").encode("latin-1") + GOOD.encode())
    assert set(told(found)) == {2} and len(items(found)) == 1


@given(st.lists(st.text(max_size=30), min_size=13, max_size=13), st.text(max_size=60))
def test_any_row_is_taken_or_refused(tmp_path_factory: pytest.TempPathFactory, cells: list[str], tail: str) -> None:
    import csv
    import io

    text = io.StringIO(newline="")
    csv.writer(text).writerow(cells)
    raw = (HEAD + text.getvalue() + tail).encode("utf-8", "surrogatepass")
    told(table(tmp_path_factory.mktemp("t"), raw))


# --- mappings -------------------------------------------------------------------------------------------------

ABOUT = (DATA / "hotline.toml").read_text(encoding="utf-8").partition("[[fields]]")[0]


@pytest.mark.parametrize(
    ("field", "why"),
    [
        ('to = "report/incidentSumary/platform"\nfrom = ["A"]', "fields.0.to: the schema has no incidentSumary there; did you mean incidentSummary"),
        ('to = "report/incidentSummary"\nfrom = ["A"]', "holds elements, not text"),
        ('to = "report/incidentSummary/platform[2]"\nfrom = ["A"]', "stands once at most"),
        ('to = "report/incidentSummary/platform/@x"\nfrom = ["A"]', "has no attribute x"),
        ('to = "report/incidentSummary/platform"', "fields.0.from: give either"),
        ('to = "report/incidentSummary/platform"\nfrom = ["A"]\nsplit = ";"', "fields.0.split: nothing on this path"),
        ('to = "report/incidentSummary/platform"\nfrom = ["A"]\ndates = ["%Y"]', "fields.0.dates: this element holds no time"),
        ('to = "report/incidentSummary/platform"\nfrom = ["A"]\nfroms = 1', "fields.0.froms"),
        ('to = "fileDetails/fileId"\nfrom = ["A"]', "is given by Tipline"),
        ('to = "report/incidentSummary/reportAnnotations/spam"\nfrom = ["A"]', "fields.0.flag"),
        ('to = "report/incidentSummary/platform"\nfrom = ["A"]\nzone = "Mars/Base"', "fields.0.zone"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_names_the_key(tmp_path: Path, field: str, why: str) -> None:
    from tipline.core.errors import InvalidInputError

    path = tmp_path / "m.toml"
    path.write_text(f"{ABOUT}[[fields]]\n{field}\n", encoding="utf-8")
    with pytest.raises(InvalidInputError) as refusal:
        load_mapping(path)
    assert why in str(refusal.value)


def dated(tmp_path: Path, zone: str, patterns: str, text: str) -> str:
    path = tmp_path / "m.toml"
    path.write_text(
        ABOUT.replace("Asia/Kolkata", zone)
        .replace("[csv]", '[csv]\nunused = ["B"]')
        .replace('unused = ["Case ID"]\n', "")
        + f'[[fields]]\nto = "report/incidentSummary/incidentDateTime"\nfrom = ["A"]\ndates = {patterns}\n'
        + '[[fields]]\nto = "report/incidentSummary/incidentType"\nvalue = "Child Sex Tourism"\n',
        encoding="utf-8",
    )
    (one,) = table(tmp_path, f"A,B\n{text},\n", path)
    assert isinstance(one, Item)
    try:
        return one.draft().header.incident_at_text
    except RefusedError as error:
        return error.faults[0].rule


@pytest.mark.parametrize(
    ("zone", "patterns", "text", "expected"),
    [
        ("Asia/Kolkata", '["%d/%m/%Y %H:%M"]', "05/01/2026 10:00", "2026-01-05T10:00:00+05:30"),
        ("UTC", '["%d/%m/%Y %H:%M"]', "05/01/2026 10:00", "2026-01-05T10:00:00Z"),
        ("UTC", '["%Y-%m-%dT%H:%M:%S%z"]', "2026-01-05T10:00:00-0500", "2026-01-05T10:00:00-05:00"),
        ("UTC", '["%d/%m/%Y", "%m/%d/%Y"]', "05/01/2026", "read differently"),
        ("UTC", '["%d/%m/%Y", "%m/%d/%Y"]', "13/01/2026", "2026-01-13T00:00:00Z"),
        ("Europe/Berlin", '["%Y-%m-%d %H:%M"]', "2026-10-25 02:30", "stands for two moments"),
        ("Europe/Berlin", '["%Y-%m-%d %H:%M"]', "2026-03-29 02:30", "does not exist"),
    ],
)
def test_a_time_is_one_moment_or_refused(tmp_path: Path, zone: str, patterns: str, text: str, expected: str) -> None:
    assert expected in dated(tmp_path, zone, patterns, text)


def test_the_reference_names_every_key_of_a_mapping(project: Path) -> None:
    from tipline.intake.bulk.mapping import MappingFile, Table, To

    text = (project / "docs" / "reference" / "import-mapping.md").read_text(encoding="utf-8")
    fields = {field.alias or name for name, field in To.model_fields.items()} - {"join", "repeats"}
    assert [key for key in fields | set(MappingFile.model_fields) - {"csv"} if f"| `{key}` |" not in text] == []
    assert [key for key in {*Table.model_fields} if f"`csv.{key}`" not in text] == []
    assert "`join`" in text and "`repeats`" in text


def test_the_example_reads_its_table() -> None:
    mapping = load_mapping(DATA / "hotline.toml")
    drafts = [one.draft() for one in read_table(DATA / "hotline.csv", mapping) if isinstance(one, Item)]
    assert [len(draft.files) for draft in drafts] == [2, 0]
    assert drafts[0].body.count(b"<eventName>Upload</eventName>") == 2
    assert b"ipCaptureEvent" not in drafts[1].body and drafts[1].header.escalated
    assert drafts[0].header.incident_at_text == "2026-01-05T15:45:00+05:30"


def test_a_form_that_was_named_reads_no_media_of_a_directory(tmp_path: Path) -> None:
    """Only what the operator named by itself is read whatever its name is."""
    from tipline.intake.forms import form_named

    named = Reading(LIMIT, xml=False, whole={"*": whole_of(form_named("tipline-json"))}, tables={})
    folder = tmp_path / "mixed"
    folder.mkdir()
    for name in ("a.json", "b", "c.png", "d.MP4"):
        (folder / name).write_bytes(b"{}")
    for where in (folder, zipped(tmp_path / "mixed.zip", dict.fromkeys(("a.json", "b", "c.png", "d.MP4"), b"{}"))):
        found = list(read_paths([where], named))
        assert {Path(one.place.member or one.place.file).name for one in found if isinstance(one, PassedOver)} == {
            "c.png",
            "d.MP4",
        }
        assert len(found) == 4
    (alone,) = read_paths([folder / "c.png"], named)
    assert not isinstance(alone, PassedOver)
