"""Scores pairs with Splink on DuckDB, in a process apart with bounded memory: run as a script by `suggesting/services.py`.

Standard input: {"settings", "memory", "rows": [[id, nicks, names, numbers, places], ...], "pairs": [[low, high], ...], "threshold"}.
Standard output, one JSON value a line: [low, high, probability, {field: [level number or -1, weight]}] a pair at or over the
threshold, then {"end": true}. Level numbers are Splink's gamma: 0 is whatever is left, higher is stronger.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import sys
import tempfile
from typing import Any

FIELDS = ("nicks", "names", "numbers", "places")
ADDRESS_SPACE_BYTES = 6 * 2**30  # DuckDB reserves far more than it uses


def main() -> None:
    """Read, score, write."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE_BYTES, ADDRESS_SPACE_BYTES))
    asked = json.load(sys.stdin)
    with tempfile.TemporaryDirectory(prefix="tipline-") as folder:
        os.environ["HOME"] = folder
        _score(asked, folder)
    print(json.dumps({"end": True}))  # noqa: T201 - this is the script's answer


def _score(asked: dict[str, Any], folder: str) -> None:
    import duckdb
    from splink import DuckDBAPI, Linker

    duck = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": str(asked["memory"]), "threads": 1, "temp_directory": folder,
            "autoinstall_known_extensions": False, "autoload_known_extensions": False,
        },
    )  # fmt: skip
    for table, columns in (
        ("rows", "unique_id BIGINT, nicks VARCHAR[], names VARCHAR[], numbers VARCHAR[], places VARCHAR[]"),
        ("pairs", "join_key_l BIGINT, join_key_r BIGINT, match_key VARCHAR"),
    ):
        duck.execute(f"CREATE TABLE {table} ({columns})")
    # one text in, one statement a table: rows one by one would take most of the time
    names = ["unique_id", *FIELDS]
    rows = [dict(zip(names, one, strict=True)) for one in asked["rows"]]
    shape = (
        '[{"unique_id":"BIGINT","nicks":["VARCHAR"],"names":["VARCHAR"],"numbers":["VARCHAR"],"places":["VARCHAR"]}]'
    )
    duck.execute("INSERT INTO rows SELECT unnest(from_json(?, ?), recursive := true)", [json.dumps(rows), shape])
    duck.execute(
        "INSERT INTO pairs SELECT p[1], p[2], '0' FROM (SELECT unnest(from_json(?, '[[\"BIGINT\"]]')) AS p)",
        [json.dumps(asked["pairs"])],
    )
    api = DuckDBAPI(duck)
    linker = Linker(api.register("rows"), asked["settings"], log_level=logging.ERROR)
    linker.table_management.register_blocked_pairs_for_predict(api.register("pairs"))
    found = linker.inference.predict(warning_mode="never")
    levels = ", ".join(f"gamma_{name}, mw_{name}" for name in FIELDS)
    relation = duck.execute(
        f"SELECT unique_id_l, unique_id_r, match_probability, {levels} FROM {found.physical_name}"  # noqa: S608 - Splink's own name
        " WHERE match_probability >= ? ORDER BY 1, 2",
        [asked["threshold"]],
    )
    while rows_of_it := relation.fetchmany(1000):
        for low, high, probability, *numbers in rows_of_it:
            said = {name: [numbers[2 * at], round(numbers[2 * at + 1], 3)] for at, name in enumerate(FIELDS)}
            print(json.dumps([low, high, probability, said]))  # noqa: T201 - as above


if __name__ == "__main__":
    main()
