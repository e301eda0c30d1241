"""The environment of the training range: what it is made of, and what is left out."""

from __future__ import annotations

import pytest

from tipline.core.config import VARIABLES, Face, load_config
from tipline.core.errors import ConfigurationError
from tipline.core.training_range import range_environment

LIVE = {
    "TIPLINE_DATA_DIR": "/tmp/live",
    "TIPLINE_DATABASE_URL": "postgresql://app:secret@db.example/live",
    "TIPLINE_DATABASE_OWNER_URL": "postgresql://owner:secret@db.example/live",
    "TIPLINE_BIND": "127.0.0.1:8000",
    "TIPLINE_PUBLIC_BIND": "127.0.0.1:8001",
    "TIPLINE_AUDIT_WITNESS": "https://witness.example/",
    "TIPLINE_ALLOWED_HOSTS": "range.example",
    "PGPASSWORD": "secret",
    "PATH": "/usr/bin",
}


def test_what_is_not_named_is_left_out() -> None:
    made = range_environment(LIVE)
    assert made == {
        "PATH": "/usr/bin",
        "TIPLINE_ALLOWED_HOSTS": "range.example",
        "TIPLINE_RANGE": "1",
        "TIPLINE_DATA_DIR": "/tmp/live/training",
        "TIPLINE_BIND": "127.0.0.1:8010",
    }
    assert "secret" not in str(made)
    assert range_environment(made) == made


def test_the_range_serves_the_console_alone() -> None:
    found = load_config(range_environment(LIVE))
    assert found.faces == {Face.CONSOLE}
    assert found.embedded
    assert found.audit_witness.startswith("file:///tmp/live/training/")


def test_a_database_of_its_own_may_be_given() -> None:
    own = {"TIPLINE_TRAINING_DATABASE_URL": "postgresql://range@db.example/range"}
    assert load_config(range_environment(LIVE | own)).database_url == own["TIPLINE_TRAINING_DATABASE_URL"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"TIPLINE_TRAINING_DATABASE_URL": "postgresql://range@db.example/live"}, "names the live database"),
        ({"TIPLINE_TRAINING_DATABASE_URL": "postgresql://app@db.example:5432/range"}, "a role of the live database"),
        (
            {"TIPLINE_TRAINING_DATABASE_OWNER_URL": "postgresql://o@db.example/range"},
            "TIPLINE_TRAINING_DATABASE_URL is not",
        ),
        ({"TIPLINE_TRAINING_DATABASE_URL": "mysql://x"}, "TIPLINE_TRAINING_DATABASE_URL must look like"),
        ({"TIPLINE_TRAINING_BIND": "nowhere"}, "TIPLINE_TRAINING_BIND must be HOST:PORT"),
    ],
)
def test_what_would_lead_across_is_refused(more: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        range_environment(LIVE | more)


@pytest.mark.parametrize("name", [name for name in VARIABLES if name in {"TIPLINE_DOOR_BIND", "TIPLINE_PUBLIC_BIND", "TIPLINE_AUDIT_WITNESS", "TIPLINE_OIDC_ISSUER", "TIPLINE_GEO", "TIPLINE_STORAGE_URL"}])  # fmt: skip
def test_a_range_that_is_set_up_by_hand_takes_no_way_out_either(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name} is set"):
        load_config({"TIPLINE_RANGE": "1", name: "x"})
