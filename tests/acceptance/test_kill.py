"""kill -9 at random moments while reports come in: whatever was acknowledged is routed exactly once."""

from __future__ import annotations

import random
import subprocess
import time
from pathlib import Path

import psycopg
import pytest

from tests.acceptance.conftest import TIPLINE, Installation
from tipline.core.database.layout import DATABASE, OWNER_ROLE, Layout
from tipline.demo.scenario import RANGES

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(900)]

ROUNDS = 5
REPORTS = 300
VICTIMS = (("web",), ("worker",), ("database",), ("supervisor",), ("supervisor", "web", "worker", "database"))


def simulate(installation: Installation, seed: int, acknowledged: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*TIPLINE, "simulate", "--reports", str(REPORTS), "--seed", str(seed), "--rate", "60", "--patience", "120",
         "--acknowledged", str(acknowledged), "--json"],
        env=installation.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_nothing_acknowledged_is_lost_or_doubled(installation: Installation, tmp_path: Path) -> None:
    source = random.Random(20261124)
    installation.import_agencies()
    installation.run("geo", "import", str(RANGES))
    for code in ("US-NCMEC", "IN-NCRB", "IN-MH-CYBER"):
        installation.run("agency", "rule", code, "forward")
    acknowledged = tmp_path / "acknowledged"
    acknowledged.touch()
    for number in range(ROUNDS):
        installation.up("--workers", "2")
        before = len(acknowledged.read_text().splitlines())
        client = simulate(installation, number, acknowledged)
        deadline = time.monotonic() + 60
        while len(acknowledged.read_text().splitlines()) < before + 20:  # under way
            assert time.monotonic() < deadline
            assert client.poll() is None, client.communicate()
            time.sleep(0.05)
        time.sleep(source.uniform(0, 2.5))
        victims = VICTIMS[number]
        installation.kill(*victims)
        if "supervisor" in victims:  # whatever else is killed comes back by itself
            installation.kill("supervisor", "web", "worker", "database")
            assert installation.process is not None
            installation.process.wait(30)
            installation.up("--workers", "2")
        output, errors = client.communicate(timeout=180)
        assert client.returncode == 0, errors
        assert f'"reports": {REPORTS}' in output
        installation.until_processed()
        assert installation.down() == 0
    ids = [int(line) for line in acknowledged.read_text().splitlines()]
    assert len(ids) == ROUNDS * REPORTS
    installation.up()
    with psycopg.connect(Layout(installation.data_dir).url(OWNER_ROLE, DATABASE)) as connection:
        rows = connection.execute(
            """
            SELECT r.id, r.processing,
                (SELECT count(*) FROM routing_decision d WHERE d.report_id = r.id),
                (SELECT count(*) FROM reports_holding h WHERE h.report_id = r.id AND h.held_until IS NULL),
                (SELECT count(*) - count(DISTINCT f.to_agency_id) FROM referrals_referral f WHERE f.report_id = r.id),
                (SELECT count(*) FROM pipeline_stagerun s WHERE s.report_id = r.id),
                (SELECT count(*) FROM audit_entry a WHERE a.object_type = 'report' AND a.object_id = r.id::text
                    AND a.action = 'report.processed')
            FROM reports_report r WHERE r.state = 'finished'
            """
        ).fetchall()
        repeats = connection.execute(
            "SELECT count(*) FROM reports_report WHERE probable_repeat_of_id IS NOT NULL"
        ).fetchone()
    found = {row[0]: row[1:] for row in rows}
    assert set(ids) <= set(found)
    # a finish whose answer was lost is finished all the same, and nothing else is
    assert len(found) == len(ids)
    assert set(found.values()) == {("done", 1, 1, 0, 6, 1)}
    assert repeats == (0,)
    assert installation.status()["quarantined"] == 0
