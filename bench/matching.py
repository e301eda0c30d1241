"""PDQ within 31 bits: `size` hashes in files of the index, searched one query at a time and 200 at a time, against `threatexchange`'s `PDQIndex`.

`value` is milliseconds a query asked alone, `batched_ms` in batches as the stage asks; `peer_value` is `PDQIndex.query` on the same hashes and
queries. A third of the hashes are near another, as pictures that are sent around are. Queries are hashes of the index with 0 to 39 bits changed;
`recall` is of those within 31, and of a sample everything is held against looking at every hash (`exact`). `growth` is the exponent of time between a
hundredth of the size and the size, and `viral_ms` a query that is near a hundred thousand others, of which it gets the nearest.

The peer needs a Python with `threatexchange` and `faiss-cpu`, of which the tests need none: name it in THREATEXCHANGE_PYTHON. Without it the
peer is missing, and said to be. At 10 M it takes 7 GB and twenty minutes to build.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil

SIZES = (10_000, 100_000, 1_000_000)
QUERIES = 400
BATCH = 200
VIRAL = 100_000
MOST = 2_000
_PEER = """
import json, sys, time
import numpy as np
from threatexchange.signal_type.pdq.pdq_index import PDQIndex
hashes, queries = np.load(sys.argv[1], mmap_mode="r"), np.load(sys.argv[2])
index = PDQIndex()
for start in range(0, len(hashes), 100_000):
    part = hashes[start : start + 100_000]
    index.add_all([(row.tobytes().hex(), start + n) for n, row in enumerate(part)])
asked = [row.tobytes().hex() for row in queries]
for one in asked[:5]:
    index.query(one)
began = time.perf_counter()
found = [[match.metadata for match in index.query(one)] for one in asked]
taken = time.perf_counter() - began
print(json.dumps({"ms": 1000 * taken / len(asked), "found": found}))
"""


def run(size: int, seed: int) -> dict[str, Any]:
    """Write files of three sizes and search them."""
    rng = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory(prefix="tipline-bench-") as name:
        folder = Path(name)
        small = _measured(folder, max(100, size // 100), rng)
        large = _measured(folder, size, rng)
        peer = _peer(folder, large.pop("hashes"), large["queries"])
        wanted = {(place, row) for place, row in large["wanted"]}
        found = None if peer is None else {(place, row) for place, rows in enumerate(peer["found"]) for row in rows}
        viral = _viral(folder, rng)
    value = large["alone_ms"]
    return {
        "size": size, "value": round(value, 4), "unit": "ms a query", "peer": "PDQIndex.query" if peer else "missing: THREATEXCHANGE_PYTHON is not set",
        "peer_value": round(peer["ms"], 4) if peer else None, "ratio": round(peer["ms"] / value, 2) if peer else None,
        "recall": large["recall"], "peer_recall": round(len(wanted & found) / len(wanted), 4) if found is not None else None,
        "exact": large["exact"], "batched_ms": round(large["batched_ms"], 4),
        "growth": round(math.log(value / small["alone_ms"]) / math.log(size / max(100, size // 100)), 2) if size > 100 else None,
        "bytes_a_hash": round(large["bytes"] / size, 1), "private_mib": large["private_mib"],
        "build_s": round(large["build_s"], 2), "open_s": round(large["open_s"], 2), "viral_ms": viral,
    }  # fmt: skip


def _hashes(count: int, rng: np.random.Generator) -> Any:
    """Rows of four words, a third of them near an earlier one."""
    made = rng.integers(0, 2**64, (count, 4), dtype=np.uint64)
    near = rng.choice(count, count // 3, replace=False)
    of = rng.integers(0, count, len(near))
    made[near] = _altered(made[of], rng.integers(1, 60, len(near)), rng)
    return made


def _altered(rows: Any, bits: Any, rng: np.random.Generator) -> Any:
    """With so many bits of each changed; now and then one bit twice."""
    found = rows.copy()
    for turn in range(int(bits.max(initial=0))):
        which = np.flatnonzero(bits > turn)
        place = rng.integers(0, 256, len(which))
        found[which, place // 64] ^= np.uint64(1) << (np.uint64(63) - (place % 64).astype(np.uint64))
    return found


def _measured(folder: Path, count: int, rng: np.random.Generator) -> dict[str, Any]:
    from tipline.pipeline.matching.index.segment import Segment, linear, write

    hashes = _hashes(count, rng)
    path = folder / f"{count}.idx"
    began = time.perf_counter()
    write(path, 0, hashes)
    built = time.perf_counter() - began
    before = _private()
    began = time.perf_counter()
    segment = Segment(path)
    opened = time.perf_counter() - began
    of = rng.integers(0, count, QUERIES)
    queries = _altered(hashes[of], np.arange(QUERIES) % 40, rng)
    segment.search(queries[:20], MOST)
    began = time.perf_counter()
    alone = [segment.search(queries[place : place + 1], MOST) for place in range(QUERIES)]
    alone_ms = 1000 * (time.perf_counter() - began) / QUERIES
    private = _private() - before
    began = time.perf_counter()
    batched = [segment.search(queries[start : start + BATCH], MOST) for start in range(0, QUERIES, BATCH)]
    batched_ms = 1000 * (time.perf_counter() - began) / QUERIES
    found = {(place, row) for place, hits in enumerate(alone) for row in hits.position.tolist()}
    assert found == {(BATCH * n + w, row) for n, hits in enumerate(batched) for w, row in zip(hits.which.tolist(), hits.position.tolist(), strict=True)}  # fmt: skip
    distance = np.bitwise_count(hashes[of] ^ queries).sum(axis=1)
    wanted = {(place, int(of[place])) for place in np.flatnonzero(distance <= 31).tolist()}
    sample = linear(hashes, 0, queries[:20], MOST)
    every = set(zip(sample.which.tolist(), sample.position.tolist(), strict=True))
    return {
        "hashes": hashes, "queries": queries, "wanted": sorted(wanted), "recall": len(wanted & found) / len(wanted),
        "exact": every == {one for one in found if one[0] < 20}, "alone_ms": alone_ms, "batched_ms": batched_ms,
        "bytes": segment.size_bytes, "private_mib": round(private / 2**20, 1), "build_s": built, "open_s": opened,
    }  # fmt: skip


def _private() -> int:
    """Bytes of this process alone: without the files that it shares with all others."""
    memory = psutil.Process().memory_info()
    return int(memory.rss - memory.shared)


def _viral(folder: Path, rng: np.random.Generator) -> float:
    """Milliseconds of a query whose neighbours somebody made by the hundred thousand."""
    from tipline.pipeline.matching.index.segment import Segment, write

    one = rng.integers(0, 2**64, (1, 4), dtype=np.uint64)
    write(folder / "viral.idx", 0, _altered(np.repeat(one, VIRAL, axis=0), rng.integers(1, 30, VIRAL), rng))
    segment = Segment(folder / "viral.idx")
    began = time.perf_counter()
    hits = segment.search(one, MOST)
    taken = time.perf_counter() - began
    assert hits.more.all()
    return round(1000 * taken, 1)


def _peer(folder: Path, hashes: Any, queries: Any) -> dict[str, Any] | None:
    python = os.environ.get("THREATEXCHANGE_PYTHON")
    if not python:
        return None
    for name, rows in (("hashes", hashes), ("queries", queries)):
        np.save(folder / f"{name}.npy", rows.astype(">u8").view(np.uint8).reshape(len(rows), 32))
    asked = [python, "-c", _PEER, str(folder / "hashes.npy"), str(folder / "queries.npy")]
    done = subprocess.run(asked, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))
