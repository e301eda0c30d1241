"""Every migration on an empty database, and what they leave: written to the path that is given (`make schema`)."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import psycopg

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TIPLINE_DATA_DIR"] = folder  # Django's settings look there
        from tipline.core.config import load_config
        from tipline.core.database import EmbeddedPostgres, snapshot
        from tipline.core.database.layout import OWNER_ROLE, SUPERUSER
        from tipline.core.database.roles import ensure_database
        from tipline.core.migrations import bring_up_to_date

        server = EmbeddedPostgres(Path(folder))
        second = server.layout.url(OWNER_ROLE, "second")
        with server.use():
            bring_up_to_date(load_config(os.environ), by_snapshot=False)
            made = snapshot.take(server.owner_url)
            # PostgreSQL writes some conditions differently once it has read them back: what is kept says itself again
            ensure_database(server.superuser_url, server.layout.url(SUPERUSER, "second"), "second", OWNER_ROLE)
            with psycopg.connect(second, autocommit=True) as owner:
                snapshot.load(owner, made)
            Path(sys.argv[1]).write_text(snapshot.take(second), encoding="utf-8")
