from __future__ import annotations

import csv
import unicodedata
import zoneinfo
from collections import Counter
from pathlib import Path

import pytest

from tipline.demo.scenario import RANGES
from tipline.trust.agencies.models import AgencyKind
from tipline.trust.agencies.services import COLUMNS, STANDARD_TREE
from tipline.trust.places import canonical_place
from tipline.trust.places.loading import DATA

Rows = list[dict[str, str]]


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.fixture(scope="module")
def agencies() -> Rows:
    return read(STANDARD_TREE)


@pytest.fixture(scope="module")
def states() -> Rows:
    return read(DATA / "IN" / "states.csv")


@pytest.fixture(scope="module")
def districts() -> Rows:
    return [row for row in read(DATA / "IN" / "districts.csv") if row["state"] == "Maharashtra"]


def test_india_has_28_states_and_8_union_territories(states: Rows) -> None:
    assert Counter(row["kind"] for row in states) == {"state": 28, "union territory": 8}
    assert len({row["name"] for row in states}) == len({row["code"] for row in states}) == 36


def test_maharashtra_has_36_districts_each_with_its_marathi_name(districts: Rows) -> None:
    assert len(districts) == len({row["district"] for row in districts}) == 36
    for row in districts:
        assert all(unicodedata.name(c).startswith("DEVANAGARI") for c in row["name_mr"] if not c.isspace())
        assert row["name_mr"].strip()


def test_names_that_are_no_longer_in_force_are_aliases_only(districts: Rows) -> None:
    names = {row["district"] for row in districts}
    assert {"Ahilyanagar", "Chhatrapati Sambhajinagar", "Dharashiv"} <= names
    assert not names & {"Ahmednagar", "Aurangabad", "Osmanabad"}


def test_the_tree_has_the_columns_that_an_import_reads(agencies: Rows) -> None:
    assert tuple(agencies[0]) == COLUMNS
    assert len(agencies) == 2 + 36 + 36


def test_every_agency_stands_once_and_below_one_that_exists(agencies: Rows) -> None:
    codes = [row["code"] for row in agencies]
    assert len(codes) == len(set(codes))
    assert [row["code"] for row in agencies if not row["parent"]] == ["US-NCMEC"]
    for index, row in enumerate(agencies):
        assert not row["parent"] or row["parent"] in codes[:index]


def test_each_kind_stands_below_the_kind_above_it(agencies: Rows) -> None:
    kind = {row["code"]: row["kind"] for row in agencies}
    above = {"national": "clearinghouse", "state": "national", "district": "state"}
    assert set(kind.values()) <= set(AgencyKind.values)
    assert all(kind[row["parent"]] == above[row["kind"]] for row in agencies if row["parent"])


def test_every_state_and_every_district_has_exactly_one_desk(agencies: Rows, states: Rows, districts: Rows) -> None:
    desks = Counter((row["state"], row["district"]) for row in agencies if row["country"] == "IN")
    expected = [("", "")] + [(s["name"], "") for s in states] + [("Maharashtra", d["district"]) for d in districts]
    assert desks == Counter(expected)


def test_an_agencys_code_begins_with_its_state_and_its_parents(agencies: Rows, states: Rows) -> None:
    code = {row["name"]: row["code"] for row in states}
    for row in agencies:
        if row["kind"] == "state":
            assert row["code"] == f"{code[row['state']]}-CYBER"
        if row["kind"] == "district":
            assert row["code"] == f"IN-MH-{row['district'].replace(' ', '').upper()}"
            assert row["district"] in row["name"]


def test_every_agency_has_a_known_time_zone_and_a_language(agencies: Rows) -> None:
    assert {row["timezone"] for row in agencies} <= zoneinfo.available_timezones()
    assert {row["timezone"] for row in agencies if row["country"] == "IN"} == {"Asia/Kolkata"}
    assert all(row["languages"].split() for row in agencies)


def test_jurisdictions_are_written_by_their_canonical_names(agencies: Rows) -> None:
    for row in agencies:
        assert canonical_place(row["country"], row["state"], row["district"]) == (row["state"], row["district"])


def test_the_demos_ranges_lie_in_places_that_have_a_desk(agencies: Rows) -> None:
    desks = {(row["country"], row["state"], row["district"]) for row in agencies}
    with RANGES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert (row["country"], row["state"], row["district"]) in desks
