from __future__ import annotations

import hashlib
import stat
import threading
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tipline.core.config import Config, load_config
from tipline.core.errors import TransientError
from tipline.reports.evidence import Digests, open_intake, remove_seal

CHUNK = 65_536


@pytest.fixture(scope="module")
def custodian() -> pyrage.x25519.Identity:
    return pyrage.x25519.Identity.generate()


@pytest.fixture
def sealing(tmp_path: Path, custodian: pyrage.x25519.Identity) -> Config:
    return load_config(
        {"TIPLINE_DATA_DIR": str(tmp_path / "var"), "TIPLINE_EVIDENCE_RECIPIENT": str(custodian.to_public())}
    )


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "var" / "evidence"


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_the_digests_are_those_that_others_publish_for_the_same_bytes() -> None:
    intake = open_intake(load_config({}))
    for chunk in (b"a", b"", b"bc"):
        intake.write(chunk)
    assert intake.size_bytes == 3
    assert intake.close() == Digests(
        size_bytes=3,
        md5="900150983cd24fb0d6963f7d28e17f72",
        sha1="a9993e364706816aba3e25717850c26c9cd0d89d",
        sha256="ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        seal=None,
    )


def test_discarding_writes_nothing(tmp_path: Path) -> None:
    intake = open_intake(load_config({"TIPLINE_DATA_DIR": str(tmp_path / "var")}))
    intake.write(b"x" * CHUNK)
    intake.close()
    assert files(tmp_path) == []


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, 3 * CHUNK + 17])
def test_only_the_custodian_can_open_a_seal_and_finds_every_byte(
    sealing: Config, store: Path, custodian: pyrage.x25519.Identity, size: int
) -> None:
    body = bytes(i * 7 % 251 for i in range(size))
    intake = open_intake(sealing)
    for start in range(0, size, 10_007):
        intake.write(body[start : start + 10_007])
    digests = intake.close()
    sealed = store / digests.storage_key
    assert files(store) == [sealed]
    assert pyrage.decrypt(sealed.read_bytes(), [custodian]) == body
    assert digests.sha256 == hashlib.sha256(body).hexdigest()
    assert digests.size_bytes == size
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed.read_bytes(), [pyrage.x25519.Identity.generate()])


def test_no_stretch_of_the_file_stands_on_disk_unencrypted_at_any_time(sealing: Config, store: Path) -> None:
    marker = b"the very bytes of the upload"
    intake = open_intake(sealing)
    for _ in range(10_000):
        intake.write(marker)
    assert all(marker not in path.read_bytes() for path in files(store))
    assert marker not in (store / intake.close().storage_key).read_bytes()


def test_a_seal_and_its_directory_are_the_owners_only(sealing: Config, store: Path) -> None:
    sealed = store / open_intake(sealing).close().storage_key
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o600
    assert stat.S_IMODE(sealed.parent.stat().st_mode) == 0o700


def test_equal_files_have_different_keys_that_say_nothing_of_them(sealing: Config) -> None:
    keys = []
    for _ in range(2):
        intake = open_intake(sealing)
        intake.write(b"the same")
        digests = intake.close()
        keys.append(digests.storage_key)
        assert digests.sha256 not in digests.storage_key
    assert keys[0] != keys[1]


@pytest.mark.parametrize("written", [b"", b"half of it", b"x" * (4 * CHUNK)])
def test_an_abort_leaves_no_file_and_no_thread(sealing: Config, store: Path, written: bytes) -> None:
    before = threading.active_count()
    intake = open_intake(sealing)
    intake.write(written)
    intake.abort()
    assert files(store) == []
    assert threading.active_count() == before


def test_an_unfinished_file_stands_under_a_name_that_is_no_seal(sealing: Config, store: Path) -> None:
    intake = open_intake(sealing)
    intake.write(b"half")
    assert [path.suffix for path in files(store)] == [".part"]
    intake.abort()


def test_a_seal_whose_record_was_not_committed_can_be_removed(sealing: Config, store: Path) -> None:
    kept = open_intake(sealing).close().storage_key
    gone = open_intake(sealing).close().storage_key
    remove_seal(sealing, gone)
    remove_seal(sealing, gone)
    remove_seal(sealing, "")
    assert files(store) == [store / kept]


def test_a_store_that_cannot_be_written_asks_the_caller_to_try_again(sealing: Config, tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    broken = replace(sealing, storage_url=(tmp_path / "taken").as_uri())
    with pytest.raises(TransientError, match="evidence store cannot be written"):
        open_intake(broken)


def test_a_full_disk_fails_the_upload_instead_of_losing_bytes(sealing: Config, store: Path) -> None:
    intake = open_intake(sealing)
    keeper = intake._keeper
    assert keeper is not None
    keeper._writer._file.close()
    with Path("/dev/full").open("wb", buffering=0) as full:
        keeper._writer._file = full  # the seal writes where nothing fits any more
        with pytest.raises(TransientError, match="evidence store"):
            for _ in range(64):
                intake.write(b"x" * CHUNK)
            intake.close()
        intake.abort()
    assert files(store) == []


def test_a_seal_with_a_broken_recipient_is_an_error_and_not_a_lost_file(sealing: Config, store: Path) -> None:
    wrong_checksum = replace(sealing, evidence_recipients=("age1" + "q" * 58,))
    intake = open_intake(wrong_checksum)
    with pytest.raises(TransientError, match="evidence store"):
        for _ in range(64):
            intake.write(b"x" * CHUNK)
        intake.close()
    intake.abort()
    assert files(store) == []


def test_blanks_in_the_stores_path_are_understood(sealing: Config, tmp_path: Path) -> None:
    folder = tmp_path / "evidence store ü"
    digests = open_intake(replace(sealing, storage_url=folder.as_uri())).close()
    assert files(folder) == [folder / digests.storage_key]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.binary(max_size=3_000), max_size=8))
def test_however_the_bytes_are_cut_the_seal_and_the_digests_are_of_the_whole(
    sealing: Config, store: Path, custodian: pyrage.x25519.Identity, chunks: list[bytes]
) -> None:
    intake = open_intake(sealing)
    for chunk in chunks:
        intake.write(chunk)
    digests = intake.close()
    whole = b"".join(chunks)
    assert pyrage.decrypt((store / digests.storage_key).read_bytes(), [custodian]) == whole
    assert (digests.size_bytes, digests.md5) == (len(whole), hashlib.md5(whole, usedforsecurity=False).hexdigest())
