"""The table of secrets: what is listed, with which rights, and what a rotation leaves behind."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from tipline.core import secrets
from tipline.core.config import Config, load_config
from tipline.core.errors import ConfigurationError
from tipline.core.keys import signing_key
from tipline.core.secrets import Secret, register, rotatable, rotate_session_key, secret_files, session_keys


@pytest.fixture
def settings(tmp_path: Path) -> Config:
    return load_config({"TIPLINE_DATA_DIR": str(tmp_path / "data")})


def test_the_session_key_is_made_once_for_its_owner_alone(settings: Config) -> None:
    (key,) = session_keys(settings)
    assert len(key) >= 64
    assert session_keys(settings) == [key]
    assert stat.S_IMODE(settings.secret_key_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.secrets_dir.stat().st_mode) == 0o700


def test_the_key_before_is_believed_until_the_next_rotation(settings: Config) -> None:
    (first,) = session_keys(settings)
    rotate_session_key(settings)
    second, previous = session_keys(settings)
    assert previous == first != second
    rotate_session_key(settings)
    assert session_keys(settings)[1] == second
    assert first not in settings.secret_key_file.read_text()
    assert stat.S_IMODE(settings.secret_key_file.stat().st_mode) == 0o600


def test_at_once_means_that_nothing_of_the_old_key_is_left(settings: Config) -> None:
    (first,) = session_keys(settings)
    rotate_session_key(settings, keep_previous=False)
    (only,) = session_keys(settings)
    assert only != first


def test_a_key_kept_elsewhere_leaves_the_rights_of_its_directory_alone(settings: Config, tmp_path: Path) -> None:
    shared = tmp_path / "etc"
    shared.mkdir(mode=0o755)
    elsewhere = replace(settings, secret_key_file=shared / "tipline.key")
    session_keys(elsewhere)
    rotate_session_key(elsewhere)
    assert stat.S_IMODE(shared.stat().st_mode) == 0o755
    assert {one.path for one in secret_files(elsewhere)} == {shared / "tipline.key"}


def test_a_key_that_cannot_be_replaced_says_so(settings: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    session_keys(settings)

    def refuse(path: Path, text: str) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(secrets, "replace_secret", refuse)
    with pytest.raises(ConfigurationError, match="cannot be replaced: Read-only file system"):
        rotate_session_key(settings)


def test_every_file_is_in_the_table_also_one_that_nobody_knows(settings: Config) -> None:
    session_keys(settings)
    key = signing_key(settings)
    stranger = settings.secrets_dir / "deep" / "left-over"
    stranger.parent.mkdir()
    stranger.write_text("x")
    stranger.chmod(0o644)
    found = {one.path.relative_to(settings.secrets_dir).as_posix(): one for one in secret_files(settings)}
    assert set(found) == {
        "session.key",
        f"signing/{key.public.name}.key",
        "signing/keys.json",
        "signing/lock",
        "deep/left-over",
    }
    assert found["session.key"].name == "session"
    assert found["deep/left-over"].name == ""
    assert [name for name, one in found.items() if one.open_to_others] == ["deep/left-over"]
    assert session_keys(settings)[0] not in repr(found)


def test_a_room_registers_its_own(settings: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_registered", dict(secrets._registered))
    register(Secret("mfa", "seals second factors", lambda s: [s.secrets_dir / "mfa.key"], lambda s: "done"))
    assert rotatable()["mfa"](settings) == "done"
    assert "simulator" not in rotatable()


def test_a_given_databases_passwords_are_not_ours_to_change() -> None:
    given = load_config({"TIPLINE_DATABASE_URL": "postgresql://tipline@db.example/tipline"})
    with pytest.raises(ConfigurationError, match="the database is your own"):
        rotatable()["database"](given)
