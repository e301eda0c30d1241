from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from tipline.core.datafile import About, Strict, load_toml
from tipline.core.errors import InvalidInputError

ABOUT = """[about]
title = "Words"
version = "1"
source = "made for a test"
licence = "Apache-2.0"
as_of = "2026-11-24"
"""


class Words(Strict):
    about: About
    words: tuple[str, ...] = ()


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "words.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_cited_file_is_read_whole(tmp_path: Path) -> None:
    read = load_toml(written(tmp_path, 'words = ["जळगाव"]\n' + ABOUT), Words)
    assert read.words == ("जळगाव",)
    assert (read.about.version, read.about.as_of, read.about.note) == ("1", "2026-11-24", "")


def test_what_was_read_does_not_change(tmp_path: Path) -> None:
    read = load_toml(written(tmp_path, ABOUT), Words)
    with pytest.raises(ValidationError, match="frozen"):
        read.about.version = "2"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ABOUT.replace('licence = "Apache-2.0"\n', ""), r"words\.toml, about\.licence: Field required"),
        (ABOUT.replace("made for a test", ""), r"words\.toml, about\.source: "),
        (ABOUT.replace("2026-11-24", "last week"), r"words\.toml, about\.as_of: "),
        (ABOUT + 'lisence = "x"\n', r"words\.toml, about\.lisence: Extra inputs"),
        ('words = ["a", 2]\n' + ABOUT, r"words\.toml, words\.1: "),
        ("", r"words\.toml, about: Field required"),
        ("words = 1 2", r"words\.toml is not TOML: .*line 1, column 11"),
        (b"\xff\xfe", r"words\.toml is not TOML: "),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_the_key(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        load_toml(written(tmp_path, text), Words)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"nowhere\.toml cannot be read: No such file"):
        load_toml(tmp_path / "nowhere.toml", Words)


SOURCES = Path(load_toml.__code__.co_filename).parents[1]


@pytest.mark.parametrize(
    "path", sorted(SOURCES.glob("**/data/*.toml")), ids=lambda path: str(path.relative_to(SOURCES))
)
def test_every_data_file_that_ships_says_what_it_is_and_where_it_is_from(path: Path) -> None:
    class Any(Strict):
        model_config = {"extra": "ignore", "frozen": True}
        about: About

    assert len(load_toml(path, Any).about.source) > 20
