"""The real client files everything it can say while the web server is killed before each kind of call."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.acceptance.conftest import Installation
from tipline.core.database.layout import DATABASE, OWNER_ROLE, Layout
from tipline.core.supervisor import STEADY_SECONDS

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(600)]

PROJECT = Path(__file__).parents[2]
PASSWORD = "a provider's password"
# status, xsd, submit, upload, fileinfo, finish, submit, retract, and a finish that is refused
BEFORE = 9
REFUSED = {
    "finish twice": 5102, "retract finished": 5102, "upload finished": 5102, "details finished": 5102, "retract twice": 5101,
    "no such report": 5001, "empty file": 4200, "wrong password": 401,
}  # fmt: skip


def kill_web(installation: Installation) -> None:
    """kill -9 of the whole web server, once it has lived long enough for its supervisor not to see a crash loop."""
    started = min(process.create_time() for process in installation.processes()["web"])
    time.sleep(max(0.0, started + STEADY_SECONDS + 0.5 - time.time()))
    installation.kill("web")


def test_the_client_files_everything_though_the_server_is_killed_between_its_calls(installation: Installation) -> None:
    python = PROJECT / ".tools" / "client" / "bin" / "python"
    if not python.exists():
        pytest.fail("the real client is not there: run tools/ensure_client.sh, which says why (it needs a Python 3.13)")
    installation.import_agencies()
    installation.run("reporter", "add", "Pictogram", "--username", "pic", "--password-stdin", stdin=f"{PASSWORD}\n")
    installation.up()
    client = subprocess.Popen(
        [str(python), str(Path(__file__).parent / "client" / "drive.py"), f"{installation.url}/ispws", "pic", PASSWORD, "1"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert client.stdin is not None and client.stdout is not None and client.stderr is not None
    watchdog = threading.Timer(500, client.kill)
    watchdog.start()
    calls = 0
    said: list[str] = []
    for line in client.stderr:
        said.append(line)
        if not line.startswith("/ispws/"):
            continue
        calls += 1
        if calls <= BEFORE:
            kill_web(installation)
        client.stdin.write("go on\n")
        client.stdin.flush()
    filed: dict[str, Any] = json.loads(client.stdout.read() or "{}")
    watchdog.cancel()
    assert client.wait(30) == 0, "".join(said)[-3000:]
    assert calls > BEFORE
    assert {name: error[0] for name, error in filed["errors"].items()} == REFUSED
    installation.until_processed()

    with psycopg.connect(Layout(installation.data_dir).url(OWNER_ROLE, DATABASE)) as connection:
        reports = dict(connection.execute("SELECT id, state FROM reports_report").fetchall())
        documents = connection.execute("SELECT report_id, kind, sha256 FROM reports_document").fetchall()
        files = connection.execute("SELECT report_id, wire_id, md5 FROM reports_reportedfile").fetchall()
    finished = {one["id"] for one in filed["reports"]}
    # nothing acknowledged is missing, and nothing is there twice: one report filed, one retracted, one left open
    assert {report_id for report_id, state in reports.items() if state == "finished"} == finished
    assert sorted(reports.values()) == ["finished", "open", "retracted"]
    assert reports[filed["retracted"]] == "retracted"
    assert sorted(files) == sorted((one["id"], one["file"], one["md5"]) for one in filed["reports"])
    sent = {
        (one["id"], "report" if call["call"] == "submit" else "fileDetails", call["sha256"])
        for one in filed["reports"] for call in one["sent"] if call["call"] in ("submit", "fileinfo")
    }  # fmt: skip
    assert sorted(d for d in documents if d[0] in finished) == sorted(sent)
    for one in filed["reports"]:
        shown = installation.json("report", "show", str(one["id"]), "--json")
        assert (shown["state"], shown["processing"]) == ("finished", "done")
