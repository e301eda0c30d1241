"""The embedded database: starts, is shared, survives kill -9, stands beside others, and says clearly what is wrong."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from tipline.core.database import EmbeddedPostgres
from tipline.core.database.layout import APP_ROLE, DATABASE, OWNER_ROLE, Layout
from tipline.core.errors import DatabaseUnavailableError

Holder = Callable[[], subprocess.Popen[str]]
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


@pytest.fixture
def holder(data_dir: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Starts processes that use the server until they are told to go."""
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen([sys.executable, "-c", HOLD, str(data_dir)], stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "in use\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def servers(data_dir: Path) -> list[psutil.Process]:
    """Living server processes of a data directory."""
    pgdata = str(Layout(data_dir).pgdata)
    found = []
    for process in psutil.process_iter(["name", "cwd", "status"]):
        if process.info["name"] == "postgres" and process.info["cwd"] == pgdata and process.info["status"] != "zombie":
            found.append(process)
    return found


def postmaster(data_dir: Path) -> psutil.Process:
    return psutil.Process(int((Layout(data_dir).pgdata / "postmaster.pid").read_text().split("\n", 1)[0]))


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


def test_the_last_user_stops_it(data_dir: Path, holder: Holder) -> None:
    other = holder()
    with EmbeddedPostgres(data_dir).use():
        assert query(data_dir) == APP_ROLE
    assert servers(data_dir)
    other.send_signal(signal.SIGINT)
    other.wait(20)
    assert not servers(data_dir)


def test_a_killed_user_leaves_no_lock(data_dir: Path, holder: Holder) -> None:
    other = holder()
    other.kill()
    other.wait()
    assert servers(data_dir)
    with EmbeddedPostgres(data_dir).use():
        assert query(data_dir) == APP_ROLE
    assert not servers(data_dir)


def test_it_survives_kill_9_of_everything(data_dir: Path, holder: Holder) -> None:
    other = holder()
    query(data_dir, OWNER_ROLE, "SELECT 42 AS x INTO kept")
    for process in servers(data_dir):
        process.kill()
    other.kill()
    other.wait()
    with EmbeddedPostgres(data_dir).use():
        assert query(data_dir, OWNER_ROLE, "SELECT x FROM kept") == "42"


def test_it_survives_kill_9_of_the_postmaster_alone(data_dir: Path, holder: Holder) -> None:
    other = holder()
    with psycopg.connect(Layout(data_dir).url(APP_ROLE, DATABASE)):
        pid = int((Layout(data_dir).pgdata / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
    other.kill()
    other.wait()
    with EmbeddedPostgres(data_dir).use():
        assert query(data_dir) == APP_ROLE


def test_the_server_comes_back_while_its_users_live_on(data_dir: Path, holder: Holder) -> None:
    holder()
    with EmbeddedPostgres(data_dir).use():
        connection = psycopg.connect(Layout(data_dir).url(APP_ROLE, DATABASE), autocommit=True)
        postmaster(data_dir).kill()  # its backend is still there for a moment
        with EmbeddedPostgres(data_dir).use():
            assert query(data_dir) == APP_ROLE
        assert query(data_dir) == APP_ROLE  # the others still use it
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


@pytest.mark.parametrize("uid", [0, 65534])
def test_a_number_that_somebody_else_has_now_is_no_server(data_dir: Path, uid: int) -> None:
    """The number in the pid file may have been given to another process, of the server's own user even."""
    pid_file = Layout(data_dir).pgdata / "postmaster.pid"
    with EmbeddedPostgres(data_dir).use():
        text = pid_file.read_text()
        owner = pid_file.stat()
    identity = {"user": uid or owner.st_uid, "group": owner.st_gid} if os.geteuid() == 0 else {}
    bystander = subprocess.Popen(["sleep", "60"], **identity)  # type: ignore[call-overload]
    try:
        pid_file.write_text(text.replace(text.split("\n", 1)[0], str(bystander.pid), 1))
        pid_file.chmod(0o600)
        os.chown(pid_file, owner.st_uid, owner.st_gid)
        with EmbeddedPostgres(data_dir).use():
            assert query(data_dir) == APP_ROLE
        assert not servers(data_dir)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_neighbour_with_the_number_of_our_dead_server_is_left_alone(tmp_path: Path) -> None:
    ours, neighbour = tmp_path / "ours", tmp_path / "neighbour"
    with EmbeddedPostgres(ours).use():
        pass
    with EmbeddedPostgres(neighbour).use():
        text = (Layout(neighbour).pgdata / "postmaster.pid").read_text()
        (Layout(ours).pgdata / "postmaster.pid").write_text(text)
        with EmbeddedPostgres(ours).use():
            assert query(ours) == APP_ROLE
        assert not servers(ours)
        assert query(neighbour) == APP_ROLE


def test_a_server_that_does_not_answer_yet_is_waited_for_not_ended(data_dir: Path, holder: Holder) -> None:
    holder()
    server = postmaster(data_dir)
    server.suspend()
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(data_dir)], stdout=subprocess.PIPE, text=True)
    try:
        time.sleep(1)
        server.resume()
        assert other.stdout is not None
        assert other.stdout.readline() == "in use\n"
        assert postmaster(data_dir).pid == server.pid
    finally:
        server.resume()
        other.kill()
        other.communicate()


def test_users_that_come_at_once_share_one_server(data_dir: Path) -> None:
    command = [sys.executable, "-c", HOLD.replace("time.sleep(120)", "time.sleep(1)"), str(data_dir)]
    several = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [(process.communicate(timeout=60)[0], process.returncode) for process in several] == [("in use\n", 0)] * 3
    assert not servers(data_dir)


def test_children_of_a_user_do_not_keep_the_server(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir).use():
        child = subprocess.Popen(["sleep", "60"], close_fds=False)
    try:
        assert not servers(data_dir)
    finally:
        child.kill()
        child.wait()


def test_a_half_finished_init_is_begun_again(data_dir: Path) -> None:
    half = Layout(data_dir).home / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    (half.parent / "initdb.password").write_text("")
    with EmbeddedPostgres(data_dir).use():
        assert query(data_dir) == APP_ROLE
    assert not half.exists()
    assert not (half.parent / "initdb.password").exists()


@pytest.mark.parametrize("seconds", [0.15, 0.4, 0.8])
def test_kill_9_during_the_first_start_does_no_harm(data_dir: Path, seconds: float) -> None:
    first = subprocess.Popen([sys.executable, "-c", HOLD, str(data_dir)], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 10
    while not Layout(data_dir).server_lock.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    time.sleep(seconds)
    first.kill()
    first.wait()
    with EmbeddedPostgres(data_dir).use():
        assert query(data_dir) == APP_ROLE
    assert not servers(data_dir)


def test_the_environment_of_the_caller_leads_nowhere_else(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PGPORT": "6543", "PGHOST": "192.0.2.1", "PGUSER": "x", "PGDATA": "/x", "TMPDIR": "/x"}.items():
        monkeypatch.setenv(name, value)
    with EmbeddedPostgres(data_dir).use():
        assert query(data_dir) == APP_ROLE


def test_migrations_can_make_the_extensions_they_want(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir).use(), psycopg.connect(Layout(data_dir).url(OWNER_ROLE, DATABASE)) as owner:
        for extension in ("pg_trgm", "btree_gist", "citext"):
            owner.execute(f"CREATE EXTENSION {extension}")  # type: ignore[arg-type]
        row = owner.execute("SELECT similarity('jalgaon', 'jalgoan') > 0.3, 'A'::citext = 'a'::citext").fetchone()
    assert row == (True, True)


def test_the_log_holds_nothing_that_was_reported(data_dir: Path) -> None:
    url = Layout(data_dir).url(OWNER_ROLE, DATABASE)
    with EmbeddedPostgres(data_dir).use(), psycopg.connect(url, autocommit=True) as owner:
        owner.execute("CREATE TABLE t (handle text UNIQUE)")
        owner.execute("INSERT INTO t VALUES ('somebody@mail.example')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            owner.execute("INSERT INTO t VALUES ('somebody@mail.example')")
        with pytest.raises(psycopg.errors.InvalidTextRepresentation, match="somebody"):
            owner.execute("SELECT 'somebody'::inet")
    text = "".join(path.read_text() for path in (Layout(data_dir).pgdata / "log").iterdir())
    assert "database system is ready" in text
    assert "ERROR" not in text  # what PostgreSQL says of an error may quote a value; our own log has the SQLSTATE
    assert "somebody" not in text


def test_two_stand_side_by_side(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "a").use(), EmbeddedPostgres(tmp_path / "b").use():
        query(tmp_path / "a", OWNER_ROLE, "SELECT 1 AS x INTO only_here")
        with pytest.raises(psycopg.errors.UndefinedTable):
            query(tmp_path / "b", OWNER_ROLE, "SELECT * FROM only_here")


def test_a_path_too_long_for_a_socket_is_no_obstacle(tmp_path: Path) -> None:
    deep = tmp_path / ("long" * 20) / ("path" * 20)
    assert len(str(Layout(deep).socket_dir)) < 90
    try:
        with EmbeddedPostgres(deep).use():
            assert query(deep) == APP_ROLE
            assert stat.S_IMODE(Layout(deep).socket_dir.stat().st_mode) == 0o700
    finally:
        shutil.rmtree(Layout(deep).socket_dir)


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
    passfile = Layout(data_dir).passfile
    text = passfile.read_text()
    passfile.unlink()
    with pytest.raises(DatabaseUnavailableError, match="restore it from your backup"), EmbeddedPostgres(data_dir).use():
        pass
    passfile.write_text("".join(f"{line.rpartition(':')[0]}:of another backup\n" for line in text.splitlines()))
    passfile.chmod(0o600)
    started = time.monotonic()
    with pytest.raises(DatabaseUnavailableError, match="from the same backup"), EmbeddedPostgres(data_dir).use():
        pass
    assert time.monotonic() - started < 10
    assert not servers(data_dir)


def test_a_server_that_cannot_start_says_why(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir).use():
        pass
    with (Layout(data_dir).pgdata / "postgresql.conf").open("a") as file:
        file.write("\nshared_buffers = 'much'\n")
    with pytest.raises(DatabaseUnavailableError, match="shared_buffers"), EmbeddedPostgres(data_dir).use():
        pass


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(DatabaseUnavailableError, match=f"{tmp_path}/file.*TIPLINE_DATA_DIR"),
        EmbeddedPostgres(tmp_path / "file" / "data").use(),
    ):
        pass


def test_starting_again_is_quick(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir).use():
        pass
    quickest = 60.0
    for _ in range(3):
        started = time.monotonic()
        with EmbeddedPostgres(data_dir).use():
            quickest = min(quickest, time.monotonic() - started)
    assert quickest < 1


# -- new passwords -------------------------------------------------------------------------------------------------------------


def test_passwords_are_rotated_while_it_runs(data_dir: Path, holder: Holder) -> None:
    holder()
    server = EmbeddedPostgres(data_dir)
    before = server.layout.passfile.read_text()
    with psycopg.connect(server.app_url, autocommit=True) as open_before:
        server.rotate_passwords()
        assert open_before.execute("SELECT 1").fetchone() == (1,)
    after = server.layout.passfile.read_text()
    assert not set(before.split()) & set(after.split())
    assert stat.S_IMODE(server.layout.passfile.stat().st_mode) == 0o600
    assert not server.layout.next_passfile.exists()
    for url in (server.app_url, server.owner_url, server.superuser_url):
        with psycopg.connect(url) as again:
            assert again.execute("SELECT 1").fetchone() == (1,)
    server.layout.passfile.write_text(before)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.app_url)
    logs = "".join(path.read_text() for path in (server.layout.pgdata / "log").iterdir())
    assert not any(line.rpartition(":")[2] in logs for line in (before + after).split())


@pytest.mark.parametrize("taken", [True, False])
def test_a_rotation_that_was_cut_off_is_finished_or_forgotten(
    data_dir: Path, taken: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tipline.core.database import embedded

    class CutOffError(Exception):
        pass

    real = embedded.set_passwords

    def cut_off(url: str, passwords: dict[str, str]) -> None:
        if taken:
            real(url, passwords)
        raise CutOffError

    server = EmbeddedPostgres(data_dir)
    with server.use():
        monkeypatch.setattr(embedded, "set_passwords", cut_off)
        with pytest.raises(CutOffError):
            server.rotate_passwords()
        monkeypatch.undo()
        server.layout.next_passfile.exists()
    with EmbeddedPostgres(data_dir).use(), psycopg.connect(server.app_url) as again:
        assert again.execute("SELECT 1").fetchone() == (1,)
    assert server.layout.next_passfile.exists() is not taken
