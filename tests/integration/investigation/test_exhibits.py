"""Exhibits of a case in the database: taking in, custody, hashes from tools, matches, and what stands in the way of each."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from django.db import DatabaseError, connection, transaction

from tests import factories
from tests.factories import drain, person
from tipline.core.clock import now
from tipline.core.config import load_config
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.core.printing.pdf import to_pdf
from tipline.investigation.cases.closing import close_case
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.services import open_case
from tipline.investigation.exhibits import papers, services
from tipline.investigation.exhibits.custody import Entry
from tipline.investigation.exhibits.hashes import Algorithm
from tipline.investigation.exhibits.importing import How, import_hashes
from tipline.investigation.exhibits.layouts import save_layout
from tipline.investigation.exhibits.models import (
    CustodyEvent,
    CustodyKind,
    Exhibit,
    ExhibitHash,
    ExhibitKind,
    HashImport,
)
from tipline.investigation.exhibits.queries import exhibit_of, exhibits_of, files_to_take, matches_of
from tipline.investigation.exhibits.tables import UnknownLayoutError
from tipline.investigation.legal.letters.record import gather
from tipline.investigation.retention.destroying import carry_out
from tipline.investigation.retention.services import By, confirm, order
from tipline.reports.models import Report, ReportedFile
from tipline.trust.accounts.models import Role, User
from tipline.trust.audit.models import Entry as LogEntry
from tipline.trust.visibility import acting, scope_of

pytestmark = pytest.mark.django_db
DESK = "IN-MH-JALGAON"
SHA256 = "ab" * 32


@pytest.fixture
def report(tmp_path: Path) -> Report:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    filed = factories.filed(factories.provider(), factories.synthetic(files=2))
    drain()
    return filed


@pytest.fixture
def officer(report: Report) -> User:
    return person(DESK)


@pytest.fixture
def case(report: Report, officer: User) -> Case:
    return open_case(officer, [report.pk], "Kite")


def taken(**more: object) -> services.Taken:
    given: dict[str, object] = {
        "kind": ExhibitKind.DEVICE, "description": "Mobile phone, black", "at": now() - timedelta(days=2),
        "place": "Jalgaon", "taken_by": "SI Patil", "from_whom": "A. Somebody", "memo": "Panchanama 4/2026",
    }  # fmt: skip
    return services.Taken(**(given | more))  # type: ignore[arg-type]


@pytest.fixture
def exhibit(officer: User, case: Case) -> Exhibit:
    return services.take_in(officer, case.pk, taken(seal_number="S-1", hashes={Algorithm.SHA256: SHA256.upper()}))


def table(*rows: str) -> io.BytesIO:
    return io.BytesIO(("path,size,md5,sha1,sha256,category\n" + "\n".join(rows) + "\n").encode())


def of_file(file: ReportedFile) -> str:
    return f"/img/{file.pk}.png,{file.size_bytes},{file.md5},{file.sha1},{file.sha256},x"


def test_an_exhibit_gets_its_number_and_its_first_entry(officer: User, case: Case, exhibit: Exhibit) -> None:
    assert exhibit.number == "EX-1"
    services.set_scheme(officer, "MR/{n}/26")
    assert services.take_in(officer, case.pk, taken()).number == "MR/2/26"
    first, second = exhibits_of(case)
    assert first.chain.now.holder == "SI Patil" and first.chain.now.seal == "S-1"
    assert not first.chain.verified and second.chain.now.seal == ""
    logged = LogEntry.objects.filter(action="case.exhibit_added").order_by("id")[0]
    assert logged.detail == {"exhibit": exhibit.pk, "number": "EX-1", "kind": "device", "hashes": 1}
    assert "Somebody" not in str(logged.detail)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"description": " "}, "needs a description"), ({"place": ""}, "needs the place"), ({"make": "x" * 101}, "at most 100"),
     ({"hashes": {Algorithm.SHA256: "ab" * 16}}, "looks like an MD5"), ({"kind": ExhibitKind.REPORTED_FILE}, "taken from its report"),
     ({"at": now() + timedelta(hours=1)}, "future")],
)  # fmt: skip
def test_what_is_wrong_with_an_exhibit_is_said(officer: User, case: Case, wrong: dict[str, object], says: str) -> None:
    with pytest.raises(InvalidInputError, match=says):
        services.take_in(officer, case.pk, taken(**wrong))
    assert not Exhibit.objects.exists()


def test_only_who_works_in_the_open_case_writes(officer: User, case: Case, exhibit: Exhibit) -> None:
    move = Entry(CustodyKind.MOVED, now(), place="Malkhana")
    for code, role, error in (
        ("IN-MH-PUNE", Role.DESK_OFFICER, NotFoundError), (DESK, Role.INVESTIGATOR, NotFoundError),
        (DESK, Role.ANALYST, NotPermittedError), (DESK, Role.AUDITOR, NotFoundError),
    ):  # fmt: skip
        with pytest.raises(error):
            services.write_custody(person(code, role), case.pk, exhibit.pk, move)
        with pytest.raises(error):
            import_hashes(person(code, role), case.pk, exhibit.pk, table(), "x.csv")
    close_case(officer, case, "untraced", "No log was left", despite=True)
    with pytest.raises(ConflictError, match="closed"):
        services.write_custody(officer, case.pk, exhibit.pk, move)


def test_custody_is_written_and_a_wrong_hash_is_loud_until_it_is_corrected(
    officer: User, case: Case, exhibit: Exhibit
) -> None:
    def write(kind: CustodyKind, **more: object) -> None:
        services.write_custody(officer, case.pk, exhibit.pk, Entry(kind, now(), **more))  # type: ignore[arg-type]

    write(CustodyKind.OPENED, purpose="To be imaged")
    write(CustodyKind.CHECKED, hash_algorithm="sha256", hash_value=SHA256)
    write(CustodyKind.CHECKED, hash_algorithm="sha256", hash_value="cd" * 32)
    with pytest.raises(InvalidInputError, match="no MD5 is recorded"):
        write(CustodyKind.CHECKED, hash_algorithm="md5", hash_value="ab" * 16)
    with pytest.raises(InvalidInputError, match="looks like an MD5"):
        write(CustodyKind.CHECKED, hash_algorithm="sha256", hash_value="ab" * 16)
    kept = exhibit_of(case, exhibit.pk)
    assert not kept.chain.verified and [s.entry.position for s in kept.chain.mismatches] == [4]
    sheet = "".join(
        p.get_textpage().get_text_range() for p in pypdfium2.PdfDocument(to_pdf(papers.custody_sheet(case, kept)))
    )
    assert "NOT the recorded hash: entry 4" in sheet and "Panchanama 4/2026" in sheet
    right = Entry(
        CustodyKind.CHECKED, kept.written[3].at, hash_algorithm="sha256", hash_value=SHA256, corrects=4,
        correction_reason="a digit was typed wrongly",
    )  # fmt: skip
    assert services.write_custody(officer, case.pk, exhibit.pk, right).verified
    kept = exhibit_of(case, exhibit.pk)
    assert [row.position for row in kept.written] == [1, 2, 3, 4, 5]
    sheet = "".join(
        p.get_textpage().get_text_range() for p in pypdfium2.PdfDocument(to_pdf(papers.custody_sheet(case, kept)))
    )
    assert "a digit was typed wrongly" in " ".join(sheet.split())
    details = [e.detail for e in LogEntry.objects.filter(action="case.custody_written").order_by("id")]
    assert details[2] == {"exhibit": exhibit.pk, "entry": 4, "kind": "checked", "hash_equal": False}


def test_custody_is_never_changed_in_the_database(exhibit: Exhibit) -> None:
    for change in (
        lambda: CustodyEvent.objects.update(place="elsewhere"),
        lambda: CustodyEvent.objects.filter(exhibit=exhibit).delete(),
    ):
        with pytest.raises(DatabaseError, match="correcting entry"), transaction.atomic():
            change()


def test_the_label_names_nobody_it_was_taken_from(case: Case, exhibit: Exhibit) -> None:
    text = (
        pypdfium2.PdfDocument(to_pdf(papers.label(case, exhibit_of(case, exhibit.pk))))[0]
        .get_textpage()
        .get_text_range()
    )
    assert "EX-1" in text and "S-1" in text and "Somebody" not in text


def test_hashes_of_a_reported_file_are_an_exhibit(officer: User, case: Case, report: Report) -> None:
    file, other = ReportedFile.objects.order_by("id")
    made = services.take_in_reported_file(officer, case.pk, report.pk, file.wire_id, "SI Patil")
    assert (made.reported_in, made.reported_file) == (report.pk, file.wire_id)
    with pytest.raises(ConflictError, match="already"):
        services.take_in_reported_file(officer, case.pk, report.pk, file.wire_id, "SI Patil")
    with pytest.raises(NotFoundError):
        services.take_in_reported_file(officer, case.pk, report.pk, "0" * 32, "SI Patil")
    assert files_to_take(case) == [other]
    certified = gather(case, now().date()).hashes
    of_files = [c for c in certified if c.what == "file"]
    assert len(of_files) == 6 and {c.what for c in certified} == {"report", "file"}, "a snapshot stands there once"
    assert {c.value for c in of_files} == {v for f in (file, other) for v in (f.md5, f.sha1, f.sha256)}
    assert matches_of(scope_of(officer), list(Exhibit.objects.all())) == []


def test_a_certificate_states_the_hash_of_an_exhibit_as_the_examiners_word(case: Case, exhibit: Exhibit) -> None:
    (one,) = [c for c in gather(case, now().date()).hashes if c.what == "exhibit"]
    assert (one.name, one.report_id, one.algorithm, one.value, one.own) == ("EX-1", None, "SHA-256", SHA256, False)


def test_hashes_of_a_tool_are_taken_over_once_with_a_report_of_what_was_refused(
    officer: User, case: Case, exhibit: Exhibit
) -> None:
    file = ReportedFile.objects.order_by("id")[0]
    body = table(of_file(file), "/b,1,xyz,,,", '"=1+1",2,,,' + "EF" * 32 + ",Vehicles")
    made = import_hashes(officer, case.pk, exhibit.pk, body, "x\u202e.csv")
    assert (made.rows, made.hashes, made.refused) == (3, 4, 1)
    assert made.refusals == [[3, "an MD5 has hex digits only, 0 to 9 and a to f"]]
    assert made.layout == "generic 1" and "\u202e" not in made.file_name
    row = ExhibitHash.objects.get(line=4)
    assert (row.algorithm, bytes(row.value).hex(), row.name, row.category) == ("sha256", "ef" * 32, "=1+1", "vehicles")
    with pytest.raises(ConflictError, match="taken over on"):
        import_hashes(officer, case.pk, exhibit.pk, body, "again.csv")
    assert exhibit_of(case, exhibit.pk).exhibit.hash_count == 4  # type: ignore[attr-defined]
    logged = LogEntry.objects.get(action="case.hashes_imported").detail
    assert (logged["rows"], logged["hashes"], logged["refused"]) == (3, 4, 1)


@pytest.mark.parametrize(
    ("body", "says"),
    [(b"", "empty"), (b"path,md5\n/a,xyz\n", "no row of this file"), (b"PK\x03\x04....", "workbook"),
     (b"path,md5\n/a," + b"ab" * 16 + b"\n/b\x00,\n", "NUL"), (b'{"@graph": [], "@graph": 1}', "twice")],
)  # fmt: skip
def test_nothing_of_a_file_is_half_applied(officer: User, case: Case, exhibit: Exhibit, body: bytes, says: str) -> None:
    with pytest.raises(InvalidInputError, match=says):
        import_hashes(officer, case.pk, exhibit.pk, io.BytesIO(body), "x.csv")
    assert not HashImport.objects.exists() and not ExhibitHash.objects.exists()
    assert not LogEntry.objects.filter(action="case.hashes_imported").exists()


def test_a_layout_that_is_mapped_by_hand_is_saved_for_the_agency(officer: User, case: Case, exhibit: Exhibit) -> None:
    body = io.BytesIO(f"Fingerprint,Where\n{SHA256},/a\n".encode())
    with pytest.raises(UnknownLayoutError):
        import_hashes(officer, case.pk, exhibit.pk, body, "x.csv")
    columns = {"sha256": "Fingerprint", "name": "Where"}
    assert import_hashes(officer, case.pk, exhibit.pk, body, "x.csv", How(columns)).hashes == 1
    save_layout(officer, "Our tool", columns)
    other = services.take_in(officer, case.pk, taken())
    assert import_hashes(officer, case.pk, other.pk, body, "x.csv").layout == "own: Our tool"
    with pytest.raises(InvalidInputError, match="two fields"):
        save_layout(officer, "x", {"sha256": "a", "name": "A"})
    with pytest.raises(InvalidInputError, match="holds a hash"):
        save_layout(officer, "x", {"name": "A"})


def test_matches_are_those_of_visible_reports_also_of_later_ones(
    officer: User, case: Case, exhibit: Exhibit, report: Report
) -> None:
    files = list(ReportedFile.objects.order_by("id"))
    unseen = ",".join(["/z", "1", "", "", "ef" * 32, ""])
    import_hashes(officer, case.pk, exhibit.pk, table(*map(of_file, files), unseen), "x.csv")
    scope = scope_of(officer)

    def found() -> list[tuple[int, int, int]]:
        with acting(scope):
            return [(m.report, m.hashes, m.files) for m in matches_of(scope, [exhibit])]

    assert found() == [(report.pk, 6, 2)]
    # a later report with one of the files, which came to the same desk, and one at a desk of another state
    later = factories.filed(report.reporter, factories.synthetic("kite_two", files=1))
    drain()
    assert (later.pk, 3, 1) in found()
    stranger = scope_of(person("IN-BR-CYBER"))
    with acting(stranger):
        assert matches_of(stranger, [exhibit]) == []


def test_exhibits_go_with_their_case(officer: User, case: Case, exhibit: Exhibit, tmp_path: Path) -> None:
    import_hashes(officer, case.pk, exhibit.pk, table("/a,1,,," + SHA256 + ","), "x.csv")
    close_case(officer, case, "untraced", "No log was left", despite=True)
    first, second = (
        By.somebody(p, scope_of(p)) for p in (person(DESK, Role.SUPERVISOR), person(DESK, Role.SUPERVISOR))
    )
    made = order(first, reference="1", authority="Court", case_id=case.pk, court_order=True)
    confirm(second, made.pk)
    assert carry_out(load_config({"TIPLINE_DATA_DIR": str(tmp_path / "data")}), made.pk)
    with connection.cursor() as cursor:
        for name in ("exhibit", "exhibitdigest", "custodyevent", "hashimport", "exhibithash"):
            cursor.execute(f"SELECT count(*) FROM exhibits_{name}")
            assert cursor.fetchone() == (0,), name
