"""A world as bytes and back: what an attempt began with stays what it is, whatever blocks a newer Tipline has."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from tipline.training.scenarios.format import Level
from tipline.training.scenarios.worlds import Column, Document, DocumentRow, Fact, Paper, World


def packed(world: World) -> bytes:
    """The facts and documents of a world: JSON, compressed (zlib). 2 to 23 kB."""
    documents = [
        [one.id, one.paper, one.body, [[c.key, c.kind] for c in one.columns], [[row.id, row.cells] for row in one.rows]]
        for one in world.documents.values()
    ]
    facts = {name: _plain(fact) for name, fact in world.facts.items()}
    return zlib.compress(json.dumps({"facts": facts, "documents": documents}, ensure_ascii=False).encode())


def unpacked(body: bytes, seed: str, level: Level, papers: Mapping[str, str]) -> World:
    """The world again; `papers` are the scenario's, which its version keeps."""
    told = json.loads(zlib.decompress(body))
    world = World(seed=seed, level=level, papers=papers)
    for name, (kind, value) in told["facts"].items():
        world.know(name, _READ[kind](value))
    for document, paper, text, columns, rows in told["documents"]:
        world.lay(
            Document(
                document, Paper(paper), text, tuple(Column(*column) for column in columns),
                tuple(DocumentRow(row, tuple(cells)) for row, cells in rows),
            )
        )  # fmt: skip
    return world


def _plain(fact: Fact) -> list[Any]:
    if isinstance(fact, datetime):
        return ["moment", fact.isoformat()]
    if isinstance(fact, Decimal):
        return ["decimal", str(fact)]
    return ["list", fact] if isinstance(fact, tuple) else ["plain", fact]


_READ: Mapping[str, Any] = {
    "moment": datetime.fromisoformat, "decimal": Decimal, "list": tuple, "plain": lambda value: value,
}  # fmt: skip
