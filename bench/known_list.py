"""A list of `size` PDQ hashes that comes in: its first import, the same file again, a whole list without one in ten, and one with all revoked.

`value` is the first import in thousands of entries a second; the peer is what PostgreSQL does by itself with the same file: COPY into a plain
table with one unique index. All that the import adds to that is reading, comparing, and two tables with their keys.
"""

from __future__ import annotations

import hashlib
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
from _throwaway import installation

SIZES = (20_000, 200_000, 1_000_000)


def run(size: int, seed: int) -> dict[str, Any]:
    """Four imports of lists of `size`."""
    with installation() as settings, tempfile.TemporaryDirectory(prefix="tipline-bench-lists-") as folder:
        from django.db import connection

        from tipline.core.database import database_urls
        from tipline.pipeline.matching.lists import importing, services
        from tipline.trust.actors import system

        actor = system("bench")
        known = services.add("bench", services.Terms(), None, actor)
        values = [hashlib.sha256(f"{seed} {n}".encode()).hexdigest() for n in range(size)]
        files = {
            "first": values, "again": values, "without_a_tenth": values[size // 10 :],
        }  # fmt: skip
        took: dict[str, float] = {}
        counts: dict[str, Any] = {}
        for name, rows in files.items():
            path = Path(folder) / name
            path.write_text("\n".join(rows), encoding="ascii")
            how = importing.How(kind="pdq", replaces=name == "without_a_tenth")
            took[name], row = _import(known, path, how, actor)
            counts[name] = [row.added, row.same, row.revoked, row.refused]
        path = Path(folder) / "revoked"
        path.write_text("kind,hash,revoked\n" + "".join(f"pdq,{one},1\n" for one in values), encoding="ascii")
        took["revoked"], row = _import(known, path, importing.How(), actor)
        counts["revoked"] = [row.added, row.same, row.revoked, row.refused]
        peer = _copied(database_urls(settings).owner, values)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_total_relation_size('matching_knownhash') + pg_total_relation_size('matching_hashvalue')"
            )
            disk = cursor.fetchone()[0]
    value = round(size / took["first"] / 1000, 1)
    return {
        "value": value,
        "unit": "thousand entries a second",
        "peer": round(size / peer / 1000, 1),
        "ratio": round(took["first"] / peer, 1),
        "size": size,
        "seconds": took,
        "counts": counts,
        "bytes_of_disk_an_entry": round(disk / size),
        "most_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _import(known: Any, path: Path, how: Any, actor: Any) -> tuple[float, Any]:
    from tipline.pipeline.matching.lists import importing

    row = importing.begin(known, path.name, path.stat().st_size, how, actor)
    started = time.perf_counter()
    importing.run(row, path, how, actor)
    return round(time.perf_counter() - started, 1), row


def _copied(url: str, values: list[str]) -> float:
    with psycopg.connect(url) as owner, owner.cursor() as cursor:
        started = time.perf_counter()
        cursor.execute("CREATE TABLE bench_peer (id bigserial PRIMARY KEY, value bytea UNIQUE)")
        with cursor.copy("COPY bench_peer (value) FROM STDIN") as copy:
            copy.write("".join(f"\\\\x{one}\n" for one in values))
        owner.commit()
        return time.perf_counter() - started
