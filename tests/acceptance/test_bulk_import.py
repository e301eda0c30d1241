"""kill -9 in the middle of an import: run again, the record holds every report of the input once."""

from __future__ import annotations

import subprocess
import time
import zipfile
from pathlib import Path

import psycopg
import pytest

from tests.acceptance.conftest import TIPLINE, Installation
from tipline.core.clock import now
from tipline.core.database.layout import DATABASE, OWNER_ROLE, Layout
from tipline.demo.synthetic import file_details_xml, report_xml, stream
from tipline.intake.bulk.items import Part, key_of

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

REPORTS = 3_000


def backlog(path: Path) -> set[str]:
    """A ZIP of reports, each with the details of its files, and one that is refused. The keys that will be on record."""
    keys = set()
    with zipfile.ZipFile(path, "w") as archive:
        for number, report in enumerate(stream(REPORTS, 1, now(), (("Pictogram", "pictogram.example"),))):
            body = report_xml(report)
            archive.writestr(f"r{number}.xml", body)
            parts = []
            for at, file in enumerate(report.files, 1):
                parts.append(Part("", file_details_xml(number, f"{at:032x}", file, report, at)))
                archive.writestr(f"r{number}.files/{at}.xml", parts[-1].body)
            keys.add(key_of(body, parts))
        archive.writestr("broken.xml", "<report>")
    return keys


def test_a_killed_import_goes_on_where_it_was(installation: Installation, tmp_path: Path) -> None:
    keys = backlog(tmp_path / "in.zip")
    installation.import_agencies()
    installation.run(
        "reporter", "add", "Pictogram", "--username", "pictogram", "--password-stdin", stdin="a long enough password\n"
    )
    installation.up("--workers", "1")
    command = ["import", str(tmp_path / "in.zip"), "--reporter", "pictogram", "--json", "--lot", "100"]
    url = Layout(installation.data_dir).url(OWNER_ROLE, DATABASE)
    with psycopg.connect(url, autocommit=True) as database:

        def count() -> int:
            row = database.execute("SELECT count(*) FROM reports_report").fetchone()
            assert row
            return int(row[0])

        for _ in range(2):
            before = count()
            process = subprocess.Popen([*TIPLINE, *command], env=installation.env, stdout=subprocess.DEVNULL)
            deadline = time.monotonic() + 60
            while count() < before + 300:
                assert process.poll() is None and time.monotonic() < deadline
                time.sleep(0.01)
            process.kill()
            process.wait(10)
        there = count()
        assert 600 <= there < REPORTS
        done = installation.run(*command, check=False)
        assert done.returncode == 1, done.stderr  # one is refused
        again = installation.run(*command, check=False)
        assert again.returncode == 1
        assert f'"there": {REPORTS}' in again.stdout and '"taken": 0' in again.stdout and '"refused": 1' in again.stdout
        rows = database.execute("SELECT idempotency_key, state, channel FROM reports_report").fetchall()
        assert {row[0] for row in rows} == keys and len(rows) == len(keys)
        assert {row[1:] for row in rows} == {("finished", "bulk")}
        files = database.execute(
            "SELECT count(*), count(DISTINCT f.id) FROM reports_reportedfile f JOIN reports_document d ON d.reported_file_id = f.id"
        ).fetchone()
        assert files and files[0] == files[1] > REPORTS
        assert database.execute("SELECT count(*) FROM cybertipline_refuseddocument").fetchone() == (1,)
