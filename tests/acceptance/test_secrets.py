"""A whole installation in which everything goes wrong, and no secret of it is found in any log, answer or command line."""

from __future__ import annotations

import base64
import contextlib
import json
import stat
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest

from tests.acceptance.conftest import TIPLINE, Installation, made_in
from tests.acceptance.people import signed_in_over_http
from tipline.core.database.layout import OWNER_ROLE, Layout

pytestmark = pytest.mark.acceptance
OFFICER, PASSWORD = "officer@jalgaon.example", "an officer's own password"
DOOR_PASSWORD, WRONG_PASSWORD = "the door's own pass word", "a wrong pass word of a provider"


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with made_in(tmp_path_factory.mktemp("troubled")) as installation:
        installation.import_agencies()
        added = installation.json(
            "user", "add", OFFICER, "--agency", "IN-MH-JALGAON", "--role", "desk_officer", "--name", "Jyoti Patil",
            "--password-stdin", "--totp", "--json", stdin=f"{PASSWORD}\n",
        )  # fmt: skip
        (installation.data_dir.parent / "totp.secret").write_text(added["totp_secret"])
        installation.run(
            "reporter", "add", "Pictogram", "--username", "pictogram", "--password-stdin", stdin=f"{DOOR_PASSWORD}\n"
        )
        installation.up()
        installation.run("simulate", "--reports", "2", "--seed", "3")
        installation.until_processed()
        installation.run("keys", "list")  # makes the signing key
        yield installation


def session_of(installation: Installation) -> httpx.Client:
    """An officer's browser."""
    secret = (installation.data_dir.parent / "totp.secret").read_text()
    return signed_in_over_http(installation.url, OFFICER, PASSWORD, secret)


def secrets_on_disk(installation: Installation) -> dict[str, str]:
    """Every value, by where it is from."""
    folder = installation.data_dir / "secrets"
    found = {f"session key {n}": key for n, key in enumerate((folder / "session.key").read_text().split())}
    found |= {line.split(":")[3]: line.split(":")[4] for line in (folder / "pgpass").read_text().split()}
    found |= {path.name: path.read_text().strip() for path in (folder / "signing").glob("*.key")}
    found["second factors"] = (folder / "accounts.key").read_text().strip()
    found["the officer's app"] = (installation.data_dir.parent / "totp.secret").read_text()
    return found | {"simulator": (folder / "simulator.password").read_text().strip()}


def forms(value: str) -> list[str]:
    return [value, base64.b64encode(value.encode()).decode(), json.dumps(value)[1:-1]]


def test_whatever_fails_no_secret_is_said(troubled: Installation) -> None:
    browser = session_of(troubled)
    said: dict[str, str] = {}
    values = {**secrets_on_disk(troubled), "officer": PASSWORD, "door": DOOR_PASSWORD, "wrong": WRONG_PASSWORD}
    values |= {f"cookie {name}": value for name, value in browser.cookies.items()}

    def answer(name: str, response: httpx.Response, status: int) -> None:
        assert response.status_code == status, (name, response.text[:500])
        said[name] = "\n".join(
            [response.text, *(f"{k}: {v}" for k, v in response.headers.items() if k != "set-cookie")]
        )

    # credentials that are wrong, in every place where some can be
    door = f"{troubled.url}/ispws/status"
    answer("door", httpx.get(door, auth=("pictogram", WRONG_PASSWORD), trust_env=False), 401)
    answer("bearer", httpx.get(door, headers={"Authorization": f"Bearer {WRONG_PASSWORD}"}, trust_env=False), 401)
    form = {"email": OFFICER, "password": WRONG_PASSWORD}
    answer("forged", httpx.post(f"{troubled.url}/sign-in/", data=form, trust_env=False), 403)
    stranger = httpx.Client(base_url=troubled.url, trust_env=False)
    stranger.get("/sign-in/")
    answer(
        "sign-in", stranger.post("/sign-in/", data=form, headers={"X-CSRFToken": stranger.cookies["tipline_csrf"]}), 401
    )
    answer("elsewhere", browser.get("/desk/", headers={"Host": "evil.example"}), 400)
    answer("missing", browser.get(f"/cases/99999/?password={WRONG_PASSWORD}"), 404)

    # a fault of ours: a table that the pages and the door need is gone for a while
    layout = Layout(troubled.data_dir)
    with psycopg.connect(layout.url(OWNER_ROLE, "tipline"), autocommit=True) as owner:
        owner.execute("ALTER TABLE referrals_referral RENAME TO gone")
        owner.execute("ALTER TABLE accounts_reporter RENAME TO gone_too")
        try:
            answer("500", browser.get("/desk/"), 500)
            answer("door 500", httpx.get(door, auth=("pictogram", DOOR_PASSWORD), trust_env=False), 500)
            # a migration that fails: it looks for what is not there
            last = owner.execute(
                "DELETE FROM django_migrations WHERE id ="
                " (SELECT max(id) FROM django_migrations WHERE app = 'referrals') RETURNING name"
            ).fetchone()
            broken = troubled.run("migrate", check=False)
            assert broken.returncode
            said["migrate"] = broken.stdout + broken.stderr
        finally:
            owner.execute("ALTER TABLE gone RENAME TO referrals_referral")
            owner.execute("ALTER TABLE gone_too RENAME TO accounts_reporter")
            owner.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('referrals', %s, now())", last)
    assert httpx.get(f"{troubled.url}/readyz", trust_env=False).status_code == 200

    # a database password that is wrong, in the address and beside it
    socket = layout.socket_dir
    for address in (
        f"postgresql://tipline_app:{WRONG_PASSWORD.replace(' ', '%20')}@/tipline?host={socket}",
        f"postgresql://tipline_app@/tipline?host={socket}&password={WRONG_PASSWORD.replace(' ', '%20')}",
    ):
        other = Installation(troubled.data_dir.parent / "other", troubled.port, troubled.log)
        other.extra = {"TIPLINE_DATABASE_URL": address}
        refused = other.run("doctor", "--json", check=False)
        assert refused.returncode and "password authentication failed" in refused.stderr, refused.stderr
        said[f"doctor {address[:30]}"] = refused.stdout + refused.stderr

    for command in (
        ("doctor", "--deep", "--json"), ("status", "--json"), ("keys", "list"), ("keys", "list", "--secrets"),
    ):  # fmt: skip
        done = troubled.run(*command, check=False)
        said[" ".join(command)] = done.stdout + done.stderr

    said["log of tipline up"] = troubled.log.read_text()
    for path in (layout.pgdata / "log").iterdir():
        said[path.name] = path.read_text(errors="replace")
    said["start of the database"] = layout.log.read_text(errors="replace")
    command_lines = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            command_lines.append(" ".join(process.cmdline()))
    assert any(TIPLINE[0] in line for line in command_lines)
    said["command lines"] = "\n".join(command_lines)

    assert "UndefinedTable" in said["log of tipline up"]  # the faults above did reach the log
    for value_name, value in values.items():
        for place, text in said.items():
            assert not any(form in text for form in forms(value)), f"{value_name} in {place}"
    for place in ("500", "door 500", "missing", "elsewhere", "forged"):
        assert "Traceback" not in said[place] and "referral" not in said[place].lower(), place


def test_everything_secret_is_its_owners_alone(troubled: Installation) -> None:
    folder = troubled.data_dir / "secrets"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    listed = {Path(one["path"]): one for one in troubled.json("keys", "list", "--secrets", "--json")}
    on_disk = {path for path in folder.rglob("*") if path.is_file()}
    assert set(listed) == on_disk
    assert {stat.S_IMODE(path.stat().st_mode) for path in on_disk} == {0o600}
    assert {one["mode"] for one in listed.values()} == {"0600"}
    assert {one["name"] for one in listed.values() if one["rotate"]} >= {"session", "database", "signing"}
    assert all(one["what"] for path, one in listed.items() if path.name != "lock")
    (folder / "simulator.password").chmod(0o644)
    found = troubled.run("doctor", "--json", check=False)
    assert found.returncode == 1
    assert [p for p in json.loads(found.stdout)["problems"] if "simulator.password" in p and "chmod 600" in p]
    (folder / "simulator.password").chmod(0o600)


def test_new_passwords_for_the_database_while_it_runs_lose_nothing(troubled: Installation) -> None:
    browser = session_of(troubled)
    before = troubled.status()["reports"]["finished"] if "reports" in troubled.status() else None
    old = secrets_on_disk(troubled)
    troubled.run("keys", "rotate", "database")
    new = secrets_on_disk(troubled)
    assert {name for name in old if old[name] != new[name]} == {"tipline_app", "tipline_owner", "tipline_superuser"}
    assert browser.get("/desk/").status_code == 200
    assert troubled.json("simulate", "--reports", "5", "--seed", "9", "--json")["reports"] == 5
    troubled.until_processed()
    troubled.kill("web", "worker")  # what starts anew reads the new passwords
    troubled.json("simulate", "--reports", "1", "--seed", "10", "--json")
    troubled.until_processed()
    assert browser.get("/desk/").status_code == 200
    assert before is None or troubled.status()["reports"]["finished"] == before + 6


def test_a_new_session_key_keeps_people_signed_in_and_at_once_ends_every_session(troubled: Installation) -> None:
    browser = session_of(troubled)
    assert "restart" in troubled.run("keys", "rotate", "session").stdout
    assert troubled.down() == 0
    troubled.up()
    assert browser.get("/desk/").status_code == 200
    said = troubled.run("keys", "rotate", "session", "--now").stdout
    assert "sessions ended" in said
    assert browser.get("/desk/").status_code == 302  # before any restart
    assert len((troubled.data_dir / "secrets" / "session.key").read_text().split()) == 1
    wrong = troubled.run("keys", "rotate", "signing", "--now", check=False)
    assert wrong.returncode == 1 and "--now is for `session`" in wrong.stderr
    entries = troubled.json("audit", "list", "secret", "session", "--json")
    assert [entry["action"] for entry in entries] == ["secret.rotated"] * 2
