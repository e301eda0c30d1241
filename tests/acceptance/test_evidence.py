"""Sealed evidence, whole: a real server, a real upload, a real store, the custodian's tool; and kill -9 in the middle."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pyrage
import pytest

from tests.acceptance.conftest import Installation
from tests.s3.server import BUCKET, PYTHON, s3_server
from tipline.core.clock import now
from tipline.core.config import load_config
from tipline.core.storage import Store, open_store
from tipline.core.storage.directory import DirectoryStore
from tipline.demo.synthetic import report_xml, stream

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(600)]

TOOL = Path(__file__).parents[2] / "tools" / "custodian.py"
PASSWORD = "a provider's password"
MIB = 1024 * 1024
BIG = 300
BOUNDARY = "noise-and-no-more"


def custodian(folder: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(TOOL), *arguments],
        cwd=folder,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def public(tmp_path: Path) -> str:
    """The custodian makes a key and hands over its public half."""
    return custodian(tmp_path, "keygen", "-o", "key.txt").stdout.strip()


def noise(size_mib: int) -> Iterator[bytes]:
    block = random.Random(3).randbytes(MIB)
    for number in range(size_mib):
        yield number.to_bytes(8, "big") + block[8:]


class Provider:
    """A provider that streams what it sends."""

    def __init__(self, installation: Installation) -> None:
        self._port = installation.port
        installation.import_agencies()
        installation.run("reporter", "add", "Pictogram", "--username", "pic", "--password-stdin", stdin=f"{PASSWORD}\n")
        self._headers = {"Authorization": "Basic " + base64.b64encode(f"pic:{PASSWORD}".encode()).decode()}
        self._number = 0

    def post(self, call: str, body: Any, headers: dict[str, str]) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=300)
        try:
            connection.request("POST", f"/ispws/{call}", body=body, headers=self._headers | headers)
            return connection.getresponse().read()
        finally:
            connection.close()

    def opened(self) -> int:
        self._number += 1
        report = report_xml(next(stream(1, self._number, now(), (("Pictogram", "pictogram.example"),))))
        answer = self.post("submit", report, {"Content-Type": "text/xml"})
        found = re.search(rb"<reportId>(\d+)<", answer)
        assert found, answer
        return int(found[1])

    def upload(self, report_id: int, size_mib: int, *, pause: Any = None) -> bytes:
        """Send `size_mib` of noise; `pause` is called when half of it is sent."""
        part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="'
        head = f'{part}id"\r\n\r\n{report_id}\r\n{part}file"; filename="noise.bin"\r\n\r\n'.encode()
        tail = f"\r\n--{BOUNDARY}--\r\n".encode()

        def body() -> Iterator[bytes]:
            yield head
            for number, piece in enumerate(noise(size_mib)):
                if pause is not None and number == size_mib // 2:
                    pause()
                yield piece
            yield tail

        length = len(head) + size_mib * MIB + len(tail)
        content_type = f"multipart/form-data; boundary={BOUNDARY}"
        return self.post("upload", body(), {"Content-Type": content_type, "Content-Length": str(length)})


def memory(installation: Installation, what: str) -> int:
    """A number of /proc/PID/status of the web process, the largest, in KiB."""
    found = []
    for process in installation.processes()["web"]:
        match = re.search(rf"{what}:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text())
        found.append(int(match[1]) if match else 0)
    return max(found)


def store_of(installation: Installation) -> Store:
    return open_store(
        load_config({name: value for name, value in installation.env.items() if name.startswith("TIPLINE_")})
    )


def test_memory_does_not_grow_with_the_file(installation: Installation, public: str) -> None:
    installation.extra["TIPLINE_EVIDENCE_RECIPIENT"] = public
    provider = Provider(installation)
    installation.up("--workers", "0")
    assert b"<responseCode>0<" in provider.upload(provider.opened(), 1)
    before = memory(installation, "VmHWM")
    answer = provider.upload(provider.opened(), BIG)
    assert b"<responseCode>0<" in answer
    assert (memory(installation, "VmHWM") - before) / 1024 < 64
    digest = hashlib.md5()
    for piece in noise(BIG):
        digest.update(piece)
    assert digest.hexdigest().encode() in answer


@pytest.mark.parametrize("where", ["directory", "s3"])
def test_from_the_door_to_the_custodian(installation: Installation, public: str, tmp_path: Path, where: str) -> None:
    installation.extra["TIPLINE_EVIDENCE_RECIPIENT"] = public
    if where == "directory":
        journey(installation, public, tmp_path, None)
        return
    with s3_server(tmp_path) as server:
        installation.extra |= server.env
        journey(installation, public, tmp_path, server.endpoint)
        log = installation.log.read_text()
        assert server.secret not in log
        assert server.key_id not in log
        told = installation.run("doctor", "--deep", "--json").stdout
        assert server.secret not in told
        assert server.key_id not in told


def journey(installation: Installation, public: str, tmp_path: Path, endpoint: str | None) -> None:
    """A file goes through the door, is found in the store, is checked, carried away and opened."""
    provider = Provider(installation)
    installation.up("--workers", "0")
    doctor = installation.json("doctor", "--deep", "--json")
    assert (doctor["ok"], doctor["evidence"], doctor["evidence_recipients"]) == (True, "seal", [public])
    report_id = provider.opened()
    assert b"<responseCode>0<" in provider.upload(report_id, 20)
    store = store_of(installation)
    (seal,) = store.stored()
    assert list(store.unfinished()) == []
    assert installation.json("evidence", "check", "--deep", "--json") == {
        "ok": True, "seals": 1, "without_digest": 0, "damages": [],
    }  # fmt: skip
    (detail,) = installation.json("evidence", "list", str(report_id), "--json")
    noted = installation.json("audit", "list", "report", str(report_id), "--json")
    entry = next(entry["detail"] for entry in noted if entry["action"] == "report.file_added")
    assert (entry["sealed_sha256"], entry["sha256"]) == (detail["sealed_sha256"], detail["sha256"])
    assert (seal.key, store.sha256(seal.key)) == (detail["storage_key"], detail["sealed_sha256"])
    sealed = tmp_path / "carried.age"
    sealed.write_bytes(carried(installation, seal.key, endpoint))
    done = custodian(
        tmp_path, "open", "carried.age", "-i", "key.txt", "-o", "out.bin", "--reason", "order 12/2026",
        "--sha256", detail["sha256"], "--sealed-sha256", detail["sealed_sha256"], stdin=detail["sealed_sha256"][:8] + "\n",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out.bin").read_bytes() == b"".join(noise(20))
    store.remove(seal.key)
    gone = installation.run("evidence", "check", "--json", check=False)
    assert (gone.returncode, json.loads(gone.stdout)["damages"][0]["kind"]) == (1, "missing")


def carried(installation: Installation, key: str, endpoint: str | None) -> bytes:
    """The sealed bytes as an operator copies them, with the means of the place: never with Tipline, which cannot."""
    if endpoint is None:
        return (installation.data_dir / "evidence" / key).read_bytes()
    key_id, secret = Path(installation.extra["TIPLINE_S3_CREDENTIALS_FILE"]).read_text().split()
    program = (
        "import boto3, sys; sys.stdout.buffer.write(boto3.client('s3', endpoint_url=sys.argv[1], region_name='eu-central-1',"
        " aws_access_key_id=sys.argv[2], aws_secret_access_key=sys.argv[3])"
        ".get_object(Bucket=sys.argv[4], Key='seals/of-tests/' + sys.argv[5])['Body'].read())"
    )
    return subprocess.run(
        [PYTHON, "-c", program, endpoint, key_id, secret, BUCKET, key], capture_output=True, check=True, timeout=120
    ).stdout


@pytest.mark.parametrize("where", ["directory", "s3"])
def test_kill_9_in_the_middle_of_an_upload_leaves_what_the_sweep_finds(
    installation: Installation, tmp_path: Path, where: str
) -> None:
    installation.extra["TIPLINE_EVIDENCE_RECIPIENT"] = str(pyrage.x25519.Identity.generate().to_public())
    if where == "directory":
        killed(installation)
        return
    with s3_server(tmp_path) as server:
        installation.extra |= server.env
        killed(installation)


def killed(installation: Installation) -> None:
    provider = Provider(installation)
    installation.up("--workers", "0")
    store = store_of(installation)
    assert b"<responseCode>0<" in provider.upload(provider.opened(), 1)
    whole = [one.key for one in store.stored()]

    def kill() -> None:
        deadline = time.monotonic() + 60
        while not list(store.unfinished()):  # under way
            assert time.monotonic() < deadline
            time.sleep(0.05)
        for process in installation.processes()["web"]:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue

    with pytest.raises((OSError, http.client.HTTPException)):
        provider.upload(provider.opened(), 40, pause=kill)
    assert [one.key for one in store.stored()] == whole
    assert len(list(store.unfinished())) == 1
    found = installation.json("evidence", "sweep", "--dry-run", "--json")
    assert found["orphans"] == []
    if isinstance(store, DirectoryStore):  # it is young: nobody's upload is taken away
        assert (found["unfinished"], found["kept_young"]) == ([], 2)
        for path in store._root.rglob("*.part"):
            os.utime(path, (time.time() - 2 * 86_400,) * 2)
    # the S3 server of the tests says of every upload that it began in 2010
    assert len(installation.json("evidence", "sweep", "--json")["unfinished"]) == 1
    assert list(store.unfinished()) == []
    assert [one.key for one in store.stored()] == whole
    deadline = time.monotonic() + 60
    while True:  # the web process came back by itself, and takes the next one
        try:
            answer = provider.upload(provider.opened(), 20)
            break
        except (OSError, http.client.HTTPException, AssertionError):
            assert time.monotonic() < deadline
            time.sleep(0.2)
    assert b"<responseCode>0<" in answer
    assert installation.json("evidence", "check", "--deep", "--json")["seals"] == 2
