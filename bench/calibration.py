"""How well confidences match how often answers are right: on the demo's truth and on a seeded synthetic one. No database, no field truth.

python bench/calibration.py [--seed N] [--size N] [--json]
"""

from __future__ import annotations

import argparse
import csv
import ipaddress
import json
import random
from datetime import UTC, date, datetime
from typing import Any

from tipline.demo.scenario import RANGES
from tipline.pipeline.attribution.calibration import Known, figures, table
from tipline.pipeline.attribution.fusion import Verdict, fuse
from tipline.pipeline.attribution.fusion.model import SHIPPED
from tipline.pipeline.attribution.statements import Claim

DAY = date(2026, 11, 24)
_STATES = {
    "Maharashtra": ("Jalgaon", "Pune", "Nashik", "Nagpur", "Dhule", "Buldhana"), "Gujarat": ("Surat", "Rajkot", "Vadodara"),
    "Karnataka": ("Mysuru", "Dakshina Kannada", "Belagavi"), "Bihar": ("Patna", "Gaya"),
}  # fmt: skip
_FAR = ("LK", "BD", "NP", "AE")


def demo() -> tuple[list[Known], list[Verdict]]:
    """The demo's own ranges, each held against itself: what an operator's table does alone, with its marks."""
    truth, verdicts = [], []
    with RANGES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            place = (row["country"], row["state"], row["district"])
            level = "district" if place[2] else "state" if place[1] else "country"
            claim = Claim(
                RANGES.name, "operator_ranges", "demo", DAY, *place, precision=level, flags=tuple(row["flags"].split())
            )
            truth.append(_known(str(ipaddress.ip_network(row["network"])[1]), place))
            verdicts.append(fuse([claim], DAY, by=SHIPPED))
    return truth, verdicts


def synthetic(seed: int, size: int) -> tuple[list[Known], list[Verdict]]:
    """Addresses with a place drawn first, and sources that are right as often as we believe such sources are."""
    source = random.Random(seed)  # noqa: S311
    truth, verdicts = [], []
    for number in range(size):
        place = _anywhere(source)
        flags = ("mobile",) if source.random() < 0.1 else ()
        first = _estimate(place, source)
        claims = [
            _claim("a.mmdb", first, source),
            _claim("b.mmdb", first if source.random() < 0.5 else _estimate(place, source), source),
        ]
        if source.random() < 0.3:
            said = place if source.random() < 0.96 else _anywhere(source)
            claims.insert(0, Claim("ranges.csv", "operator_ranges", "1", DAY, *said, precision="district", flags=flags))
        truth.append(_known(f"2001:db8::{number + 1:x}", place))
        verdicts.append(fuse(claims, DAY, flags, by=SHIPPED))
    return truth, verdicts


def _known(ip: str, place: tuple[str, str, str]) -> Known:
    return Known(ip, datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC), place)


def _anywhere(source: random.Random) -> tuple[str, str, str]:
    state = source.choice(list(_STATES))
    return ("IN", state, source.choice(_STATES[state]))


def _estimate(place: tuple[str, str, str], source: random.Random) -> tuple[str, str, str]:
    """Right in the country in 97, the state in 80, the district in 55 of 100."""
    roll = source.random()
    if roll < 0.55:
        return place
    if roll < 0.80:
        return (place[0], place[1], source.choice(_STATES[place[1]]))
    return _anywhere(source) if roll < 0.97 else (source.choice(_FAR), "", "")


def _claim(name: str, place: tuple[str, str, str], source: random.Random) -> Claim:
    level = "district" if place[2] else "country"
    return Claim(name, "mmdb", "1", date(2026, source.choice((5, 8, 11)), 1), *place, precision=level)


def main() -> None:
    """Print both tables; with --json both as data."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--size", type=int, default=4000)
    arguments.add_argument("--json", action="store_true")
    given = arguments.parse_args()
    found: dict[str, Any] = {
        "demo": figures(*demo(), SHIPPED.version),
        "synthetic": figures(*synthetic(given.seed, given.size), SHIPPED.version),
    }
    if given.json:
        print(json.dumps(found))
        return
    for name, one in found.items():
        print(f"{name}: {table(one)}\n")


if __name__ == "__main__":
    main()
