"""A directory and a real S3 server do the same."""

from __future__ import annotations

import hashlib
import io
import os
import random
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest

from tests.s3.server import S3Server, s3_server
from tipline.core.config import Config, load_config
from tipline.core.errors import InvalidInputError, TransientError
from tipline.core.storage import Store, new_key, open_store
from tipline.core.storage.s3.store import PART_BYTES
from tipline.reports.evidence import open_intake, remove_seal

NOISE = random.Random(1).randbytes(1_000_000)
CUSTODIAN = pyrage.x25519.Identity.generate()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with s3_server(tmp_path_factory.mktemp("s3")) as running:
        yield running


@pytest.fixture(params=["directory", "s3"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Config:
    environ = {"TIPLINE_DATA_DIR": str(tmp_path / "var"), "TIPLINE_EVIDENCE_RECIPIENT": str(CUSTODIAN.to_public())}
    if request.param == "s3":
        environ |= request.getfixturevalue("server").env
    made = load_config(environ)
    if made.s3 is not None:  # each test has a prefix of its own
        made = replace(made, s3=replace(made.s3, prefix=f"{tmp_path.name}/"))
    return made


@pytest.fixture
def store(settings: Config) -> Store:
    return open_store(settings)


def put(store: Store, content: bytes) -> str:
    key = new_key()
    writer = store.writer(key)
    for start in range(0, len(content), 100_000):
        writer.write(content[start : start + 100_000])
    writer.commit()
    return key


def everything(store: Store) -> tuple[list[str], list[str]]:
    return [one.key for one in store.stored()], [one.key for one in store.unfinished()]


@pytest.mark.parametrize("size", [0, 1, len(NOISE), PART_BYTES - 1, PART_BYTES, 2 * PART_BYTES + 17])
def test_what_was_committed_stands_there_whole(store: Store, size: int) -> None:
    content = (NOISE * (size // len(NOISE) + 1))[:size]
    key = put(store, content)
    assert store.size(key) == size
    assert store.sha256(key) == hashlib.sha256(content).hexdigest()
    copy = io.BytesIO()
    assert store.carry(key, copy) == hashlib.sha256(content).hexdigest()
    assert copy.getvalue() == content
    assert everything(store) == ([key], [])
    store.remove(key)
    store.remove(key)
    assert (store.size(key), store.sha256(key), store.carry(key, io.BytesIO())) == (None, None, None)
    assert everything(store) == ([], [])


@pytest.mark.parametrize("size", [10, 2 * PART_BYTES + 1])
def test_nothing_stands_under_the_key_before_it_is_committed_and_an_abort_leaves_nothing(
    store: Store, size: int
) -> None:
    key = new_key()
    writer = store.writer(key)
    for _ in range(4):
        writer.write(b"x" * (size // 4))
    assert store.size(key) is None
    writer.abort()
    writer.abort()
    assert everything(store) == ([], [])


@pytest.mark.parametrize("size", [10, 2 * PART_BYTES + 1])
def test_nothing_is_written_over(store: Store, size: int) -> None:
    key = put(store, b"the first")
    writer = store.writer(key)
    writer.write(b"x" * size)
    with pytest.raises(TransientError, match="evidence store"):
        writer.commit()
    writer.abort()
    assert store.sha256(key) == hashlib.sha256(b"the first").hexdigest()
    assert everything(store) == ([key], [])


def test_what_a_killed_process_left_is_found_and_can_be_discarded(store: Store) -> None:
    whole, key = put(store, b"whole"), new_key()
    store.writer(key).write(b"x" * (PART_BYTES + 1))  # and nobody goes on
    (left,) = store.unfinished()
    assert left.key == key
    store.discard(left)
    store.discard(left)
    assert everything(store) == ([whole], [])


@pytest.mark.parametrize(
    "key", ["", "../../etc/passwd", "ab/../../x.age", "/etc/passwd", "ab/abcd.age", "AB/" + "a" * 32 + ".age"]
)
def test_only_keys_of_its_own_making_are_touched(store: Store, key: str) -> None:
    for act in (store.writer, store.remove, store.size, store.sha256):
        with pytest.raises(InvalidInputError):
            act(key)


def test_a_file_is_sealed_into_it_and_its_digest_is_that_of_the_seal(
    settings: Config, store: Store, tmp_path: Path
) -> None:
    intake = open_intake(settings)
    for _ in range(20):
        intake.write(NOISE)
    digests = intake.close()
    assert digests.seal is not None
    assert digests.seal.recipients == (str(CUSTODIAN.to_public()),)
    assert (store.size(digests.storage_key), store.sha256(digests.storage_key)) == (
        digests.seal.size_bytes, digests.seal.sha256,
    )  # fmt: skip
    assert digests.seal.size_bytes > digests.size_bytes == 20 * len(NOISE)
    remove_seal(settings, digests.storage_key)
    assert everything(store) == ([], [])


def test_an_upload_that_breaks_off_leaves_nothing(settings: Config, store: Store) -> None:
    intake = open_intake(settings)
    for _ in range(20):
        intake.write(NOISE)
    intake.abort()
    assert everything(store) == ([], [])


def test_each_of_several_custodians_opens_the_seal_alone(tmp_path: Path) -> None:
    custodians = [pyrage.x25519.Identity.generate() for _ in range(3)]
    made = load_config({
        "TIPLINE_DATA_DIR": str(tmp_path / "var"),
        "TIPLINE_EVIDENCE_RECIPIENT": ", ".join(str(one.to_public()) for one in custodians),
    })  # fmt: skip
    intake = open_intake(made)
    intake.write(NOISE)
    sealed = (tmp_path / "var" / "evidence" / intake.close().storage_key).read_bytes()
    assert [pyrage.decrypt(sealed, [one]) for one in custodians] == [NOISE] * 3


def test_a_directory_is_the_owners_only(tmp_path: Path) -> None:
    store = open_store(load_config({"TIPLINE_DATA_DIR": str(tmp_path / "var")}))
    path = tmp_path / "var" / "evidence" / put(store, NOISE)
    for folder in (path.parent, path.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (store.free_bytes() or 0) > 0


# --- the server misbehaves -----------------------------------------------------------------------------------


def s3_settings(server: S3Server, tmp_path: Path, **changed: str) -> Config:
    recipient = {"TIPLINE_EVIDENCE_RECIPIENT": str(CUSTODIAN.to_public()), "TIPLINE_DATA_DIR": str(tmp_path / "var")}
    return load_config(server.env | recipient | changed)


def test_a_wrong_secret_is_refused_by_the_server_and_never_told(server: S3Server, tmp_path: Path) -> None:
    wrong = tmp_path / "credentials"
    wrong.write_text(f"{server.key_id}\nnot-the-secret\n")
    wrong.chmod(0o600)
    store = open_store(s3_settings(server, tmp_path, TIPLINE_S3_CREDENTIALS_FILE=str(wrong)))
    with pytest.raises(TransientError, match="403 SignatureDoesNotMatch") as caught:
        put(store, NOISE)
    for secret in ("not-the-secret", server.key_id, "sealed-evidence"):
        assert secret not in str(caught.value)


def test_a_server_that_is_away_asks_the_caller_to_try_again(server: S3Server, tmp_path: Path) -> None:
    store = open_store(s3_settings(server, tmp_path, TIPLINE_S3_ENDPOINT="http://127.0.0.1:9"))
    with pytest.raises(TransientError, match="ConnectError"):
        put(store, NOISE)


def test_a_bucket_that_is_not_there_is_an_error_and_no_empty_list(server: S3Server, tmp_path: Path) -> None:
    store = open_store(s3_settings(server, tmp_path, TIPLINE_STORAGE_URL="s3://no-such-bucket"))
    with pytest.raises(TransientError, match="NoSuchBucket"):
        list(store.stored())


def test_proxies_of_the_environment_are_not_used(
    server: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody-else")
    store = open_store(s3_settings(server, tmp_path, TIPLINE_STORAGE_URL="s3://sealed-evidence/proxies"))
    assert store.size(put(store, NOISE)) == len(NOISE)
    assert "HTTP_PROXY" in os.environ
