"""The real client `ncmec-cybertip` files everything it can say, and what it sent is what the record holds."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.acceptance.conftest import Installation, made_in
from tipline.core.database.layout import DATABASE, OWNER_ROLE, Layout

pytestmark = pytest.mark.acceptance

PROJECT = Path(__file__).parents[2]
PASSWORD = "a provider's password"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with made_in(tmp_path_factory.mktemp("door")) as made:
        yield made


@pytest.fixture(scope="module")
def filed(installation: Installation) -> dict[str, Any]:
    """What the client sent and was answered, to a running door."""
    python = PROJECT / ".tools" / "client" / "bin" / "python"
    if not python.exists():
        pytest.fail("the real client is not there: run tools/ensure_client.sh, which says why (it needs a Python 3.13)")
    installation.import_agencies()
    installation.run("reporter", "add", "Pictogram", "--username", "pic", "--password-stdin", stdin=f"{PASSWORD}\n")
    installation.up()
    done = subprocess.run(
        [str(python), str(Path(__file__).parent / "client" / "drive.py"), f"{installation.url}/ispws", "pic", PASSWORD],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    installation.until_processed()
    return found


def rows(installation: Installation, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(Layout(installation.data_dir).url(OWNER_ROLE, DATABASE)) as connection:
        return connection.execute(query).fetchall()  # type: ignore[call-overload,no-any-return]


def test_the_real_client_is_understood_and_kept(installation: Installation, filed: dict[str, Any]) -> None:
    schema = PROJECT / "src/tipline/intake/cybertipline/schema/cybertipline.xsd"
    assert filed["status"] == {"code": 0, "report_id": None}
    assert filed["xsd"] == hashlib.sha256(schema.read_bytes()).hexdigest()
    assert len(filed["reports"]) == 8
    documents = {
        (report_id, kind): (sha256, hashlib.sha256(bytes(body)).hexdigest())
        for report_id, kind, sha256, body in rows(
            installation, "SELECT report_id, kind, sha256, body FROM reports_document"
        )
    }
    for one in filed["reports"]:
        sent = {call["call"]: call["sha256"] for call in one["sent"]}
        assert documents[one["id"], "report"] == (sent["submit"], sent["submit"])
        assert documents[one["id"], "fileDetails"] == (sent["fileinfo"], sent["fileinfo"])
        assert one["described"] == one["finished"] == one["id"]
        assert one["files"] == [one["file"]]
        shown = installation.json("report", "show", str(one["id"]), "--json")
        assert (shown["state"], shown["processing"], shown["incident"]["type"]) == ("finished", "done", one["kind"])
        assert shown["incident"]["at"] == "2026-01-05T10:15:00+00:00"
        assert (shown["files"][0]["md5"], shown["files"][0]["sha256"]) == (one["md5"], one["sha256"])


def test_every_part_of_the_document_is_in_the_record(installation: Installation, filed: dict[str, Any]) -> None:
    shown = installation.json("report", "show", str(filed["reports"][0]["id"]), "--json")
    identifiers = {(i["role"], i["kind"], i["value"]) for i in shown["identifiers"]}
    # a telephone number and a device of the child are the reported account's too, and masked there
    assert {
        ("reported", "handle", "reported_handle"), ("reported", "account_id", "id-reported_handle"),
        ("reported", "ip", "192.0.2.11"), ("reported", "ip", "2001:db8:1::5"), ("reported", "device", "DEVREPORTED_HANDLE"),
        ("reported", "email", "reported@mail.example"), ("reported", "phone", "Child 1: telephone number withheld"),
        ("reported", "url", "https://pictogram.example/reported_handle"), ("recipient", "handle", "recipient1"),
        ("victim", "handle", "Child 1: handle withheld"), ("associated", "handle", "assoc5"), ("associated", "device", "Child 1: device withheld"),
        ("incident", "url", "https://pictogram.example/p/2"), ("incident", "email", "news@mail.example"),
        ("incident", "phone", "+12025550105"), ("incident", "ip", "192.0.2.14"), ("file", "ip", "192.0.2.16"),
        ("file", "device", "FILE1"), ("officer", "email", "officer@mail.example"), ("reporter", "email", "contact@mail.example"),
    } <= identifiers  # fmt: skip
    roles = [p["role"] for p in shown["persons"]]
    assert {role: roles.count(role) for role in set(roles)} == {
        "reported": 1, "associated": 6, "recipient": 2, "victim": 2, "reporter": 2, "officer": 1,
    }  # fmt: skip
    reported = next(p for p in shown["persons"] if p["role"] == "reported")
    assert (reported["first_name"], reported["age"], reported["display_names"]) == (
        "Reported",
        30,
        ["Reported_Handle", "[Child 1: name withheld]"],  # the child is called so too
    )
    # free text may name a child: that it is there is told
    assert {t["element"] for t in shown["texts"] if t["of"] == "Account or person reported"} >= {
        "profileBio",
        "vehicleDescription",
    }
    assert shown["incident"]["escalated"]
    assert sorted(shown["incident"]["annotations"]) == sorted(
        [
            "sextortion",
            "csamSolicitation",
            "minorToMinorInteraction",
            "spam",
            "sadisticOnlineExploitation",
            "informational",
        ]
    )
    file = shown["files"][0]
    # a file's name may name a child: it is among the texts that a person opens
    assert (file["name"], file["viewed_by_provider"], file["classification"]) == (None, True, "A2")
    assert {"of": "File 1", "element": "originalFileName", "masked": False, "text": None} in shown["texts"]
    assert len(file["annotations"]) == 10
    assert [kind for kind, _ in file["stated_hashes"]] == ["MD5", "SHA1", "SHA256"]
    sighting = next(i for i in shown["identifiers"] if i["value"] == "192.0.2.11" and i["role"] == "reported")[
        "sightings"
    ][0]
    assert (sighting["port"], sighting["event"], sighting["possible_proxy"], sighting["at_zone_stated"]) == (
        50112,
        "Login",
        False,
        True,
    )
    ((details,),) = rows(installation, f"SELECT details FROM reports_report WHERE id = {filed['reports'][0]['id']}")
    assert len(details["internetDetails"]) == 8
    assert details["additionalInfo"] == ["the whole schema"]


def test_the_client_is_told_what_is_wrong(filed: dict[str, Any]) -> None:
    errors = filed["errors"]
    assert {name: error[0] for name, error in errors.items()} == {
        "finish twice": 5102, "retract finished": 5102, "upload finished": 5102, "details finished": 5102, "retract twice": 5101,
        "no such report": 5001, "empty file": 4200, "wrong password": 401,
    }  # fmt: skip
    assert all(length == 32 for _, _, length in errors.values())
    assert "already finished" in errors["retract finished"][1]
