from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from tipline.core.errors import ConfigurationError
from tipline.core.files import ensure_private_dir, read_or_create_secret, write_private


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_directory_is_closed_to_others_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        ensure_private_dir(tmp_path / "a" / "secrets")
    finally:
        os.umask(before)
    assert mode(tmp_path / "a" / "secrets") == 0o700


@pytest.mark.parametrize(("found", "left"), [(0o755, 0o700), (0o770, 0o700), (0o701, 0o700), (0o500, 0o500)])
def test_an_existing_directory_is_closed_and_a_stricter_one_is_left(tmp_path: Path, found: int, left: int) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    folder.chmod(found)
    ensure_private_dir(folder)
    assert mode(folder) == left
    folder.chmod(0o700)


def test_a_file_in_the_way_of_a_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    with pytest.raises(ConfigurationError, match="taken"):
        ensure_private_dir(tmp_path / "taken" / "secrets")


def test_a_written_file_is_the_owners_only_and_replaces_the_old_one_whole(tmp_path: Path) -> None:
    path = tmp_path / "state" / "port"
    before = os.umask(0)
    try:
        write_private(path, "the first, longer text")
        write_private(path, "zweiter ü")
    finally:
        os.umask(before)
    assert path.read_text(encoding="utf-8") == "zweiter ü"
    assert mode(path) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["port"]


def test_a_link_at_the_place_of_a_file_is_replaced_and_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("untouched")
    link = tmp_path / "state" / "port"
    link.parent.mkdir(mode=0o700)
    link.symlink_to(elsewhere)
    write_private(link, "new")
    assert elsewhere.read_text() == "untouched"
    assert not link.is_symlink()


def test_a_secret_is_made_once_with_the_randomness_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "session.key"
    made = read_or_create_secret(path, 32)
    assert len(made) == 43
    assert read_or_create_secret(path, 32) == made
    assert mode(path) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["session.key"]
    assert read_or_create_secret(tmp_path / "secrets" / "other.key", 32) != made


def test_processes_that_start_at_once_agree_on_one_secret(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "session.key"
    together = Barrier(8)

    def start(_: int) -> str:
        together.wait(10)
        return read_or_create_secret(path, 32)

    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(start, range(8)))
    assert secrets == {path.read_text()}
    assert [p.name for p in path.parent.iterdir()] == ["session.key"]


@pytest.mark.parametrize("rights", [0o640, 0o604, 0o666])
def test_a_secret_that_others_can_read_is_refused_with_the_remedy(tmp_path: Path, rights: int) -> None:
    path = tmp_path / "session.key"
    path.write_text("secret")
    path.chmod(rights)
    with pytest.raises(ConfigurationError, match=f"chmod 600 {path}"):
        read_or_create_secret(path, 32)


def test_an_empty_secret_is_refused_rather_than_used(tmp_path: Path) -> None:
    path = tmp_path / "session.key"
    path.write_text(" \n")
    path.chmod(0o600)
    with pytest.raises(ConfigurationError, match="is empty"):
        read_or_create_secret(path, 32)


def test_the_directory_of_a_secret_elsewhere_keeps_its_rights(tmp_path: Path) -> None:
    """TIPLINE_SECRET_KEY_FILE=/etc/tipline.key must not close /etc to everybody else."""
    shared = tmp_path / "etc"
    shared.mkdir()
    shared.chmod(0o755)
    read_or_create_secret(shared / "tipline.key", 32)
    assert mode(shared) == 0o755


def test_a_link_to_a_private_file_will_do_as_containers_mount_their_secrets(tmp_path: Path) -> None:
    made = read_or_create_secret(tmp_path / "real", 32)
    (tmp_path / "key").symlink_to(tmp_path / "real")
    assert read_or_create_secret(tmp_path / "key", 32) == made


def test_what_is_no_text_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    (tmp_path / "binary").chmod(0o600)
    os.mkfifo(tmp_path / "pipe", 0o600)
    for path in (tmp_path / "binary", tmp_path / "pipe", tmp_path, tmp_path / "pipe" / "key"):
        with pytest.raises(ConfigurationError, match=f"the secret {path}"):
            read_or_create_secret(path, 32)
