"""Signing keys: made once, readable by nobody else, replaced without disowning what they signed, in no log."""

from __future__ import annotations

import base64
import itertools
import json
import logging
import multiprocessing
import stat
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from structlog.testing import capture_logs

from tipline.core.config import Config, load_config
from tipline.core.errors import ConfigurationError, InvalidInputError
from tipline.core.keys import (
    listed_keys,
    published_keys,
    read_verifying_key,
    rotate_signing_key,
    signing_key,
)


@pytest.fixture
def settings(tmp_path: Path) -> Config:
    return load_config({"TIPLINE_DATA_DIR": str(tmp_path)})


def folder_of(settings: Config) -> Path:
    return settings.secrets_dir / "signing"


def key_file(settings: Config) -> Path:
    return folder_of(settings) / f"{listed_keys(settings)[-1].name}.key"


def test_a_key_is_made_at_first_use_and_only_its_owner_reads_it(settings: Config) -> None:
    assert listed_keys(settings) == []
    key = signing_key(settings)
    assert str(signing_key(settings).public) == str(key.public) == listed_keys(settings)[0].key
    for path in folder_of(settings).iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert stat.S_IMODE(folder_of(settings).stat().st_mode) == 0o700
    assert stat.S_IMODE(settings.secrets_dir.stat().st_mode) == 0o700


def _use(folder: str, queue: Any) -> None:
    queue.put(str(signing_key(load_config({"TIPLINE_DATA_DIR": folder})).public))


def test_processes_that_start_at_once_make_one_key(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    queue = spawn.Queue()
    processes = [spawn.Process(target=_use, args=(str(tmp_path), queue)) for _ in range(4)]
    for process in processes:
        process.start()
    keys = {queue.get(timeout=60) for _ in processes}
    for process in processes:
        process.join(timeout=60)
    assert len(keys) == 1
    assert len(list((tmp_path / "secrets" / "signing").glob("*.key"))) == 1


def test_a_signature_is_ed25519(settings: Config) -> None:
    key = signing_key(settings)
    Ed25519PublicKey.from_public_bytes(key.public.raw).verify(key.sign(b"message"), b"message")


def test_rotation_keeps_the_old_key_listed_with_its_end_and_destroys_its_private_side(settings: Config) -> None:
    first = signing_key(settings)
    old_file = key_file(settings)
    before = datetime.fromisoformat(listed_keys(settings)[0].valid_from)
    second = rotate_signing_key(settings)
    third = rotate_signing_key(settings)
    listed = listed_keys(settings)
    assert [key.key for key in listed] == [str(first.public), second.key, third.key]
    assert [bool(key.valid_until) for key in listed] == [True, True, False]
    assert str(signing_key(settings).public) == third.key
    assert not old_file.exists()
    assert len(list(folder_of(settings).glob("*.key"))) == 1
    end = datetime.fromisoformat(listed[0].valid_until)
    assert listed[0].valid_at(before)
    assert listed[0].valid_at(end)
    assert not listed[0].valid_at(end + timedelta(seconds=1))
    assert not listed[0].valid_at(before - timedelta(seconds=1))
    assert listed[2].valid_at(end + timedelta(days=9000))


def test_who_has_one_key_can_follow_to_the_next(settings: Config) -> None:
    signing_key(settings)
    rotate_signing_key(settings)
    rotate_signing_key(settings)
    listed = listed_keys(settings)
    assert not listed[0].endorsement
    for old, new in itertools.pairwise(listed):
        Ed25519PublicKey.from_public_bytes(old.public.raw).verify(base64.b64decode(new.endorsement), new.endorsed_text)


def test_the_published_list_is_signed_by_the_key_in_use_and_holds_nothing_private(settings: Config) -> None:
    signing_key(settings)
    rotate_signing_key(settings)
    published = published_keys(settings)
    assert [line["key"] for line in published["keys"]] == [key.key for key in listed_keys(settings)]
    signed = json.dumps(published["keys"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    key = read_verifying_key(published["signed_by"])
    Ed25519PublicKey.from_public_bytes(key.raw).verify(base64.b64decode(published["signature"]), signed)
    assert key_file(settings).read_text() not in json.dumps(published)


def test_secrets_are_in_no_text_and_no_log(settings: Config, caplog: pytest.LogCaptureFixture) -> None:
    with capture_logs() as logged, caplog.at_level(logging.DEBUG):
        key = signing_key(settings)
        rotate_signing_key(settings)
        rotated = signing_key(settings)
        seeds = [path.read_text() for path in folder_of(settings).glob("*.key")]
        texts = [repr(key), str(key), f"{rotated!r}", repr(rotated.public), repr(listed_keys(settings)), repr(settings)]
    assert all(len(base64.b64decode(seed)) == 32 for seed in seeds)
    everything = "\n".join([*texts, *map(str, logged), caplog.text])
    for seed in seeds:
        assert seed not in everything
        assert base64.b64decode(seed).hex() not in everything


# --- what is wrong on disk is told with the file's name ---------------------------------------------------------


def test_a_missing_key_is_named(settings: Config) -> None:
    signing_key(settings)
    path = key_file(settings)
    path.unlink()
    with pytest.raises(ConfigurationError, match=path.name):
        signing_key(settings)
    rotate_signing_key(settings)  # as the message says
    signing_key(settings)
    assert not listed_keys(settings)[-1].endorsement, "the lost key could not vouch for it"


@pytest.mark.parametrize("content", ["", "x", "not base64 !", base64.b64encode(b"short").decode(), "\u0967"])
def test_an_unreadable_key_is_named(settings: Config, content: str) -> None:
    signing_key(settings)
    path = key_file(settings)
    path.write_text(content)
    with pytest.raises(ConfigurationError, match=path.name):
        signing_key(settings)


def test_the_key_of_another_installation_is_named(settings: Config) -> None:
    signing_key(settings)
    path = key_file(settings)
    path.write_text(base64.b64encode(b"k" * 32).decode())
    with pytest.raises(ConfigurationError, match=f"{path.name} is not the one in the list"):
        signing_key(settings)


def test_a_key_that_others_can_read_is_refused(settings: Config) -> None:
    signing_key(settings)
    path = key_file(settings)
    path.chmod(0o640)
    with pytest.raises(ConfigurationError, match=f"{path.name} can be read by others"):
        signing_key(settings)


@pytest.mark.parametrize(
    "content",
    ["", "x", "[]", "{}", '{"keys": 1}', '{"keys": [{}]}', '{"keys": [{"name": "a", "key": "b", "valid_from": "c"}]}',
     '{"keys": [{"name": "a", "key": 1, "valid_from": 2}]}', '{"keys": [null]}'],
)  # fmt: skip
def test_a_list_that_cannot_be_read_is_named(settings: Config, content: str) -> None:
    signing_key(settings)
    path = folder_of(settings) / "keys.json"
    path.write_text(content)
    for use in (listed_keys, signing_key, rotate_signing_key, published_keys):
        with pytest.raises(ConfigurationError, match=r"keys\.json"):
            use(settings)


def test_a_list_that_is_gone_is_not_replaced_by_a_new_one(settings: Config) -> None:
    signing_key(settings)
    (folder_of(settings) / "keys.json").unlink()
    with pytest.raises(ConfigurationError, match=r"keys\.json is missing"):
        signing_key(settings)


@pytest.mark.parametrize("text", ["", "a", "a+b", "a+b+c", "a+00000000+AQID", "+".join("abcd")])
def test_what_is_no_verifying_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match=r"NAME\+HASH\+KEY"):
        read_verifying_key(text)


def test_a_verifying_key_is_read_as_it_is_written(settings: Config) -> None:
    public = signing_key(settings).public
    assert read_verifying_key(f"  {public}\n") == public
    name, _, blob = str(public).split("+", 2)
    with pytest.raises(InvalidInputError):
        read_verifying_key(f"{name}+00000000+{blob}")
