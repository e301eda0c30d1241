"""A real S3 server over real HTTP (moto's), which checks signatures, for the length of a test."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.acceptance.conftest import free_port

PROJECT = Path(__file__).parents[2]
PYTHON = PROJECT / ".tools" / "s3" / "bin" / "python"
BUCKET = "sealed-evidence"


@dataclass(frozen=True)
class S3Server:
    """The server, and how Tipline is told of it."""

    endpoint: str
    key_id: str
    secret: str
    env: dict[str, str]
    log: Path


@contextmanager
def s3_server(folder: Path) -> Iterator[S3Server]:
    """A server with one bucket and one access key; every request has to be signed with it."""
    if not PYTHON.exists():
        pytest.fail("the S3 server of the tests is not there: run tools/ensure_s3.sh, which says why")
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    log = folder / "s3.log"
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("AWS_")},
        "INITIAL_NO_AUTH_ACTION_COUNT": "4",
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [PYTHON, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
            env=environment, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while not _answers(endpoint):
            assert process.poll() is None and time.monotonic() < deadline, log.read_text()[-2000:]
            time.sleep(0.1)
        done = subprocess.run(
            [PYTHON, Path(__file__).parent / "prepare.py", endpoint, BUCKET],
            capture_output=True, text=True, check=True, env=environment, timeout=60,
        )  # fmt: skip
        key_id, secret = json.loads(done.stdout)
        credentials = folder / "s3-credentials"
        credentials.write_text(f"{key_id}\n{secret}\n")
        credentials.chmod(0o600)
        settings = {
            "TIPLINE_STORAGE_URL": f"s3://{BUCKET}/seals/of-tests",
            "TIPLINE_S3_ENDPOINT": endpoint,
            "TIPLINE_S3_REGION": "eu-central-1",
            "TIPLINE_S3_CREDENTIALS_FILE": str(credentials),
        }
        yield S3Server(endpoint, key_id, secret, settings, log)
    finally:
        process.kill()
        process.wait()


def _answers(endpoint: str) -> bool:
    try:
        with urlopen(f"{endpoint}/moto-api/", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
