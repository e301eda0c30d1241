"""The embedded database: starts, is shared, survives kill -9, stands beside others, and says clearly what is wrong."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from tipline.core.database.embedded import EmbeddedPostgres
from tipline.core.database.layout import APP_ROLE, DATABASE, OWNER_ROLE, Layout
from tipline.core.errors import DatabaseUnavailableError

HOLD = """
import sys, time
from pathlib import Path
from tipline.core.database.embedded import EmbeddedPostgres
from tipline.core.logs import configure
configure()
with EmbeddedPostgres(Path(sys.argv[1])).use():
    print("in use", flush=True)
    time.sleep(120)
"""


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "data"
    for process in servers(tmp_path / "data"):
        process.kill()


def servers(data_dir: Path) -> list[psutil.Process]:
    """Living server processes of a data directory."""
    pgdata = str(Layout(data_dir).pgdata)
    found = []
    for process in psutil.process_iter(["name", "cwd", "status"]):
        if process.info["name"] == "postgres" and process.info["cwd"] == pgdata and process.info["status"] != "zombie":
            found.append(process)
    return found


def holder(data_dir: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(data_dir)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "in use\n"
    return process


def query(data_dir: Path, role: str = APP_ROLE, statement: str = "SELECT current_user") -> str:
    with psycopg.connect(Layout(data_dir).url(role, DATABASE)) as connection:
        cursor = connection.execute(statement)  # type: ignore[call-overload]
        row = cursor.fetchone() if cursor.description else [""]
        return str(row[0])


def test_it_runs_while_used_and_stops_after(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir).use():
        assert query(data_dir) == APP_ROLE
        assert query(data_dir, statement="SHOW fsync") == "on"
        assert query(data_dir, statement="SHOW data_checksums") == "on"
        assert query(data_dir, statement="SHOW listen_addresses") == ""
        assert query(data_dir, statement="SELECT rolsuper FROM pg_roles WHERE rolname = 'tipline_owner'") == "False"
    assert not servers(data_dir)


def test_secrets_are_private_and_in_no_address(data_dir: Path) -> None:
    layout = Layout(data_dir)
    with EmbeddedPostgres(data_dir).use():
        assert stat.S_IMODE(layout.passfile.stat().st_mode) == 0o600
        assert stat.S_IMODE(layout.passfile.parent.stat().st_mode) == 0o700
        password = layout.passfile.read_text().split(":")[4].strip()
        assert password not in layout.url(APP_ROLE, DATABASE)
        with pytest.raises(psycopg.OperationalError, match=r"password"):
            psycopg.connect(f"postgresql://{OWNER_ROLE}@/{DATABASE}?host={layout.socket_dir}&passfile=/nonexistent")


def test_the_last_user_stops_it(data_dir: Path) -> None:
    other = holder(data_dir)
    with EmbeddedPostgres(data_dir).use():
        assert query(data_dir) == APP_ROLE
    assert servers(data_dir)
    other.send_signal(signal.SIGINT)
    other.wait(20)
    assert not servers(data_dir)


def test_a_killed_user_leaves_no_lock(data_dir: Path) -> None:
    other = holder(data_dir)
    other.kill()
    other.wait()
    assert servers(data_dir)
    with EmbeddedPostgres(data_dir).use():
        assert query(data_dir) == APP_ROLE
    assert not servers(data_dir)


def test_it_survives_kill_9_of_everything(data_dir: Path) -> None:
    other = holder(data_dir)
    query(data_dir, OWNER_ROLE, "SELECT 42 AS x INTO kept")
    for process in servers(data_dir):
        process.kill()
    other.kill()
    other.wait()
    with EmbeddedPostgres(data_dir).use():
        assert query(data_dir, OWNER_ROLE, "SELECT x FROM kept") == "42"


def test_it_survives_kill_9_of_the_postmaster_alone(data_dir: Path) -> None:
    other = holder(data_dir)
    with psycopg.connect(Layout(data_dir).url(APP_ROLE, DATABASE)):
        pid = int((Layout(data_dir).pgdata / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
    other.kill()
    other.wait()
    with EmbeddedPostgres(data_dir).use():
        assert query(data_dir) == APP_ROLE


def test_a_stale_pid_of_somebody_else_is_no_server(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir).use():
        pid_file = Layout(data_dir).pgdata / "postmaster.pid"
        text, owner = pid_file.read_text(), pid_file.stat()
    bystander = subprocess.Popen(["sleep", "60"])
    try:
        pid_file.write_text(text.replace(text.split("\n", 1)[0], str(bystander.pid), 1))
        pid_file.chmod(0o600)
        os.chown(pid_file, owner.st_uid, owner.st_gid)
        with EmbeddedPostgres(data_dir).use():
            assert query(data_dir) == APP_ROLE
        assert bystander.poll() is None
    finally:
        bystander.kill()


def test_a_half_finished_init_is_begun_again(data_dir: Path) -> None:
    half = Layout(data_dir).home / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(data_dir).use():
        assert query(data_dir) == APP_ROLE


def test_two_stand_side_by_side(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "a").use(), EmbeddedPostgres(tmp_path / "b").use():
        query(tmp_path / "a", OWNER_ROLE, "SELECT 1 AS x INTO only_here")
        with pytest.raises(psycopg.errors.UndefinedTable):
            query(tmp_path / "b", OWNER_ROLE, "SELECT * FROM only_here")


def test_a_path_too_long_for_a_socket_is_no_obstacle(tmp_path: Path) -> None:
    deep = tmp_path / ("long" * 20) / ("path" * 20)
    assert len(str(Layout(deep).socket_dir)) < 90
    with EmbeddedPostgres(deep).use():
        assert query(deep) == APP_ROLE


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [("data/PG_VERSION", "99\n", "PostgreSQL 99, this Tipline brings 18"), ("data/PG_VERSION", "14\n", "pg_dump"),
     ("LAYOUT", "7\n", "newer Tipline")],
)  # fmt: skip
def test_data_of_another_version_is_named_and_left_alone(data_dir: Path, file: str, text: str, words: str) -> None:
    path = Layout(data_dir).home / file
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(DatabaseUnavailableError, match=words), EmbeddedPostgres(data_dir).use():
        pass
    assert path.read_text() == text


def test_lost_passwords_are_named(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir).use():
        pass
    Layout(data_dir).passfile.unlink()
    with pytest.raises(DatabaseUnavailableError, match="restore it from your backup"), EmbeddedPostgres(data_dir).use():
        pass


def test_an_ordinary_user_runs_it_too(tmp_path: Path, project: Path) -> None:
    """Root gives up its rights in a child; everybody else is an ordinary user already, and the tests above showed it."""
    if os.geteuid() != 0:
        return
    home = Path(f"/tmp/tipline-user-{os.getpid()}")
    home.mkdir(mode=0o755)
    os.chown(home, 65534, 65534)
    script = HOLD.replace("time.sleep(120)", "pass")
    for directory in (Path(sys.prefix), *Path(sys.prefix).parents, project / "src", *Path(sys.base_prefix).parents):
        mode = stat.S_IMODE(directory.stat().st_mode)
        directory.chmod(mode | 0o011)
    try:
        done = subprocess.run(
            [sys.executable, "-c", script, str(home / "data")],
            user=65534, group=65534, extra_groups=[], cwd="/", capture_output=True, text=True, timeout=60,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(project / "src"), "HOME": str(home)},
        )  # fmt: skip
        assert done.stdout == "in use\n", done.stderr
        assert (home / "data" / "postgres" / "data").stat().st_uid == 65534
    finally:
        subprocess.run(["rm", "-rf", str(home)], check=True)


def test_starting_again_is_quick(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir).use():
        pass
    started = time.monotonic()
    with EmbeddedPostgres(data_dir).use():
        pass
    assert time.monotonic() - started < 20
