"""An installation for the length of a benchmark: an embedded database of its own, migrated, with the standard tree."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tipline.core.config import Config, config


@contextmanager
def installation() -> Iterator[Config]:
    """Run on a data directory that is removed afterwards. Only one in a process: Django's settings are read once."""
    with tempfile.TemporaryDirectory(prefix="tipline-bench-") as folder:
        Path(folder).chmod(0o755)  # as root the server runs as another user
        os.environ |= {"TIPLINE_DATA_DIR": folder, "TIPLINE_DATABASE_URL": ""}
        config.cache_clear()
        from tipline.cli.runtime import installation as here

        with here() as settings:
            from tipline.trust.actors import system
            from tipline.trust.agencies.services import STANDARD_TREE, import_tree

            import_tree(STANDARD_TREE, system("bench"))
            yield settings


@contextmanager
def without_triggers(owner: psycopg.Connection[Any], beginning: str) -> Iterator[None]:
    """Switch off the triggers whose names begin so: what the work costs without them."""
    found = owner.execute(
        "SELECT DISTINCT tgrelid::regclass::text, tgname FROM pg_trigger WHERE starts_with(tgname, %s) AND NOT tgisinternal",
        [beginning],
    ).fetchall()
    for word in ("DISABLE", "ENABLE"):
        for table, name in found:
            owner.execute(f"ALTER TABLE {table} {word} TRIGGER {name}")
        if word == "DISABLE":
            yield
