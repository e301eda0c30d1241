"""The training range beside a live installation, as real processes: nothing leads across."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest

from tests.acceptance.conftest import TIPLINE, Installation, free_port
from tipline.core.database.layout import APP_ROLE, DATABASE, OWNER_ROLE, SUPERUSER, Layout

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(900)]
PASSWORD = "seven violet kites over water"
SECRET = "a-live-password-of-the-database"
ROSTER = "name,email,rank,district\nAsha Patil,asha@police.example,Inspector,Jalgaon\nAsha Patil,asha2@police.example,Constable,Pune\n"


@pytest.fixture
def training(installation: Installation, tmp_path: Path) -> Iterator[str]:
    """The address of a range that runs beside the live installation, which runs too."""
    installation.extra |= {
        "TIPLINE_TRAINING_BIND": f"127.0.0.1:{free_port()}",
        "TIPLINE_EVIDENCE": "discard",
        "TIPLINE_PUBLIC_BIND": f"127.0.0.1:{free_port()}",
        "PGAPPNAME": SECRET,
    }
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    done = installation.json("training", "roster", "import", str(tmp_path / "roster.csv"), "--course", "C", "--json")
    assert (done["imported"], done["refused"]) == (2, [])
    installation.run(
        "training", "instructor", "add", "t@range.example", "--name", "T", "--password-stdin", stdin=PASSWORD
    )
    installation.run("agency", "import")
    installation.run("user", "add", "s@live.example", "--agency", "IN-MH-PUNE", "--role", "statistician", "--password-stdin", stdin=PASSWORD)  # fmt: skip
    with (tmp_path / "range.log").open("w") as log:
        process = subprocess.Popen([*TIPLINE, "training", "up"], env=installation.env, stdout=subprocess.PIPE, stderr=log, text=True)  # fmt: skip
    try:
        installation.up("--workers", "0")
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line == f"Ready: http://{installation.extra['TIPLINE_TRAINING_BIND']}\n", (
            tmp_path / "range.log"
        ).read_text()[-2000:]
        yield line.removeprefix("Ready: ").strip()
    finally:
        process.terminate()
        process.wait(60)


def _signed_in(url: str, email: str) -> httpx.Client:
    browser = httpx.Client(base_url=url, follow_redirects=True, trust_env=False)
    page = browser.get("/sign-in/").text
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    done = browser.post("/sign-in/", data={"email": email, "password": PASSWORD, "csrfmiddlewaretoken": token})
    assert "Sign out" in done.text, done.text[-500:]
    return browser


def test_the_range_and_a_live_installation_have_nothing_in_common(installation: Installation, training: str) -> None:
    folder = installation.data_dir / "training"
    _no_live_address_or_secret_in_its_processes(installation, folder)
    _secrets_differ(installation.data_dir, folder)
    _roles_of_one_do_not_open_the_other(installation.data_dir, folder)
    _sessions_of_one_do_not_open_the_other(installation, training)
    for path in ("/ispws/status", "/report/", "/api/v1/openapi.json", "/provider/"):
        assert httpx.get(training + path, trust_env=False).status_code == 404, path
    assert httpx.get(f"{installation.url}/enter/", trust_env=False).status_code == 404


def _no_live_address_or_secret_in_its_processes(installation: Installation, folder: Path) -> None:
    live = [str(path) for path in installation.data_dir.iterdir() if path != folder]
    ours = [
        one
        for one in psutil.process_iter(["environ"])
        if (one.info["environ"] or {}).get("TIPLINE_DATA_DIR") == str(folder)
    ]
    assert len(ours) >= 3  # supervisor, web, worker
    for one in ours:
        environ = one.environ()
        assert environ["TIPLINE_RANGE"] == "1"
        text = json.dumps(environ)
        assert SECRET not in text
        assert str(installation.port) not in {
            value.rpartition(":")[2] for name, value in environ.items() if name.startswith("TIPLINE_")
        }
        assert not [name for name in environ if name.startswith("PG") or name == "TIPLINE_PUBLIC_BIND"]
        opened = [file.path for file in one.open_files()]
        opened += [str(socket_.laddr) for socket_ in one.net_connections("unix")] + [
            str(socket_.raddr) for socket_ in one.net_connections("unix")
        ]
        assert not [path for path in opened if path.startswith(tuple(live))], (one.cmdline(), opened)


def _secrets_differ(live: Path, training: Path) -> None:
    for name in ("session.key", "pgpass"):
        one, other = (folder / "secrets" / name for folder in (live, training))
        assert one.read_text() != other.read_text()
        assert other.stat().st_mode & 0o077 == 0


def _roles_of_one_do_not_open_the_other(live: Path, training: Path) -> None:
    for server, keys in ((live, training), (training, live)):
        for role in (APP_ROLE, OWNER_ROLE, SUPERUSER):
            url = Layout(server).url(role, DATABASE).rpartition("&passfile=")[0]
            with psycopg.connect(f"{url}&passfile={Layout(server).passfile}"):
                pass
            with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
                psycopg.connect(f"{url}&passfile={Layout(keys).passfile}")


def _sessions_of_one_do_not_open_the_other(installation: Installation, training: str) -> None:
    live, trainer = _signed_in(installation.url, "s@live.example"), _signed_in(training, "t@range.example")
    assert not set(live.cookies) & set(trainer.cookies)  # one host: a browser sends both to both
    for browser, url, name in (
        (live, training, "tipline_range_session"),
        (trainer, installation.url, "tipline_session"),
    ):
        for value in browser.cookies.values():
            stranger = httpx.Client(cookies={name: value}, trust_env=False)
            assert stranger.get(f"{url}/account/").status_code == 302
    token = installation.json("token", "add", "s@live.example", "--scope", "counts:read", "--name", "t", "--json")[
        "token"
    ]
    assert (
        httpx.get(
            f"{training}/api/v1/counts", headers={"Authorization": f"Bearer {token}"}, trust_env=False
        ).status_code
        == 404
    )


def test_live_and_range_refuse_each_others_data(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    installation.run("training", "roster", "import", str(tmp_path / "roster.csv"), "--course", "C")
    installation.run("agency", "import")
    wrong = Installation(installation.data_dir / "training", free_port(), tmp_path / "wrong.log")
    said = wrong.run("up", check=False)
    assert said.returncode == 1
    assert "this database is a training range's" in said.stderr
    live = Installation(installation.data_dir, free_port(), tmp_path / "live.log", extra={"TIPLINE_RANGE": "1"})
    said = live.run("training", "up", check=False)
    assert said.returncode == 1
    assert "this database is a live installation's" in said.stderr


def test_scenarios_are_listed_without_any_database(installation: Installation) -> None:
    entries = installation.json("training", "scenario", "list", "--json")
    assert {"topic", "level", "title"} <= set(entries[0])
    assert not (installation.data_dir / "training" / "postgres").exists()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"TIPLINE_TRAINING_BIND": "nowhere"}, "TIPLINE_TRAINING_BIND must be HOST:PORT"),
        ({"TIPLINE_TRAINING_DATABASE_OWNER_URL": "postgresql://o@h/d"}, "TIPLINE_TRAINING_DATABASE_URL is not"),
        (
            {"TIPLINE_DATABASE_URL": "postgresql://a@h/live", "TIPLINE_TRAINING_DATABASE_URL": "postgresql://b@h/live"},
            "names the live database",
        ),
        (
            {
                "TIPLINE_DATABASE_URL": "postgresql://a@h/live",
                "TIPLINE_TRAINING_DATABASE_URL": "postgresql://a@h/range",
            },
            "a role of the live database",
        ),
        ({"TIPLINE_RANGE": "1", "TIPLINE_DOOR_BIND": "127.0.0.1:1"}, "TIPLINE_DOOR_BIND is set"),
    ],
)
def test_wrong_settings_are_told(installation: Installation, more: dict[str, str], words: str) -> None:
    installation.extra |= more
    said = installation.run("training", "course", "list", check=False)
    assert said.returncode == 1
    assert words in said.stderr
