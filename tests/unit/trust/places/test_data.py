"""The tables of states and districts that come with Tipline."""

from __future__ import annotations

import csv
import re
import tomllib
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from tipline.trust.places import canonical_place, key
from tipline.trust.places.loading import DATA

Rows = list[dict[str, str]]

# What the Local Government Directory counted on 11 March 2022, and what was formed after that.
DIRECTORY = {
    "Andaman and Nicobar Islands": 3, "Andhra Pradesh": 26, "Arunachal Pradesh": 25, "Assam": 35, "Bihar": 38,
    "Chandigarh": 1, "Chhattisgarh": 33, "Dadra and Nagar Haveli and Daman and Diu": 3, "Delhi": 11, "Goa": 2,
    "Gujarat": 33, "Haryana": 22, "Himachal Pradesh": 12, "Jammu and Kashmir": 20, "Jharkhand": 24, "Karnataka": 31,
    "Kerala": 14, "Ladakh": 2, "Lakshadweep": 1, "Madhya Pradesh": 52, "Maharashtra": 36, "Manipur": 16,
    "Meghalaya": 12, "Mizoram": 11, "Nagaland": 14, "Odisha": 30, "Puducherry": 4, "Punjab": 23, "Rajasthan": 33,
    "Sikkim": 6, "Tamil Nadu": 38, "Telangana": 33, "Tripura": 8, "Uttar Pradesh": 75, "Uttarakhand": 13,
    "West Bengal": 23,
}  # fmt: skip
LATER = {
    "Andhra Pradesh": {"Markapuram", "Polavaram"},
    "Arunachal Pradesh": {"Bichom", "Itanagar Capital Complex", "Keyi Panyor"},
    "Delhi": {"Central North Delhi", "Old Delhi", "Outer North Delhi"},
    "Gujarat": {"Vav-Tharad"},
    "Haryana": {"Hansi"},
    "Madhya Pradesh": {"Maihar", "Mauganj", "Pandhurna"},
    "Nagaland": {"Meluri", "Niuland", "Shamator"},
    "Rajasthan": {
        "Balotra", "Beawar", "Deeg", "Didwana-Kuchaman", "Khairthal-Tijara", "Kotputli-Behror", "Phalodi", "Salumbar",
    },
}  # fmt: skip


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.fixture(scope="module")
def states() -> Rows:
    return read(DATA / "IN" / "states.csv")


@pytest.fixture(scope="module")
def districts() -> Rows:
    return read(DATA / "IN" / "districts.csv")


def names(row: dict[str, str], *columns: str) -> list[str]:
    return [name for column in columns for name in row[column].split(";") if name]


def test_every_state_has_the_districts_of_the_directory_and_those_formed_since(districts: Rows) -> None:
    assert Counter(row["state"] for row in districts if row["lgd_code"]) == DIRECTORY
    later: dict[str, set[str]] = {}
    for row in districts:
        if not row["lgd_code"]:
            later.setdefault(row["state"], set()).add(row["district"])
    assert later == LATER


def test_codes_are_the_directorys_and_the_censuss_each_once(states: Rows, districts: Rows) -> None:
    assert sorted(int(row["lgd_code"]) for row in districts if row["lgd_code"]) == list(range(1, 764))
    assert sorted(row["census_code"] for row in districts if row["census_code"]) == [f"{n:03}" for n in range(1, 641)]
    assert sorted(int(row["lgd_code"]) for row in states) == [*range(1, 25), *range(27, 39)]
    assert all(row["iso"] == row["code"] and re.fullmatch(r"IN-[A-Z]{2}", row["iso"]) for row in states)


@pytest.mark.parametrize(
    ("state", "district", "lgd", "census"),
    [
        ("Maharashtra", "Jalgaon", "478", "499"),
        ("Maharashtra", "Chhatrapati Sambhajinagar", "469", "515"),
        ("Maharashtra", "Palghar", "665", ""),
        ("Bihar", "Aurangabad", "189", "235"),
        ("Uttar Pradesh", "Prayagraj", "120", "175"),
        ("Karnataka", "Bengaluru South", "631", "584"),
        ("Telangana", "Hyderabad", "507", "536"),
        ("Jammu and Kashmir", "Kupwara", "8", "001"),
        ("Kerala", "Thiruvananthapuram", "565", "601"),
        ("Chhattisgarh", "Sakti", "762", ""),
    ],
)
def test_a_districts_codes(districts: Rows, state: str, district: str, lgd: str, census: str) -> None:
    [row] = [row for row in districts if (row["state"], row["district"]) == (state, district)]
    assert (row["lgd_code"], row["census_code"]) == (lgd, census)


def test_no_name_stands_for_two_districts_of_a_state_or_for_two_states(states: Rows, districts: Rows) -> None:
    seen: dict[tuple[str, str], str] = {}
    for row in districts:
        for name in names(row, "district", "name_hi", "name_mr", "aliases", "pin_name"):
            assert seen.setdefault((row["state"], key(name)), row["district"]) == row["district"], name
            assert canonical_place("IN", row["state"], name) == (row["state"], row["district"])
    known: dict[str, str] = {}
    for row in states:
        for name in names(row, "name", "code", "iso", "name_hi", "name_mr", "aliases"):
            assert known.setdefault(key(name), row["name"]) == row["name"], name
            assert canonical_place("IN", name, "") == (row["name"], "")


def test_an_alias_stands_once_and_says_something_else_than_the_name(states: Rows, districts: Rows) -> None:
    for row in (*states, *districts):
        aliases = [key(name) for name in names(row, "aliases")]
        assert len(set(aliases)) == len(aliases)
        assert key(row.get("district") or row["name"]) not in aliases


@pytest.mark.parametrize(
    ("state", "name"),
    [
        ("West Bengal", "24 Parganas"),
        ("West Bengal", "Barddhaman"),
        ("West Bengal", "Medinipur"),
        ("West Bengal", "Dinajpur"),
        ("Bihar", "Champaran"),
        ("Andhra Pradesh", "Godavari"),
        ("Jharkhand", "Singhbhum"),
        ("Meghalaya", "Garo Hills"),
        ("Meghalaya", "Jaintia Hills"),
        ("Delhi", "Delhi"),
        ("Tripura", "Tripura"),
        ("Manipur", "Imphal"),
        ("Maharashtra", "Pune Division"),
    ],
)
def test_a_name_that_several_districts_of_a_state_share_leads_to_none(districts: Rows, state: str, name: str) -> None:
    assert canonical_place("IN", state, name) == (state, name)
    assert (state, name) not in {(row["state"], row["district"]) for row in districts}


@pytest.mark.parametrize(
    ("state", "written", "district"),
    [
        ("Karnataka", "Bangalore Urban", "Bengaluru Urban"),
        ("Karnataka", "Mysore", "Mysuru"),
        ("Karnataka", "बेळगाव", "Belagavi"),
        ("Karnataka", "Gulbarga", "Kalaburagi"),
        ("Karnataka", "Bijapur", "Vijayapura"),
        ("Chhattisgarh", "Bijapur", "Bijapur"),
        ("Maharashtra", "Aurangabad", "Chhatrapati Sambhajinagar"),
        ("Bihar", "औरंगाबाद", "Aurangabad"),
        ("Maharashtra", "जलगांव", "Jalgaon"),
        ("Maharashtra", "Raigarh", "Raigad"),
        ("Chhattisgarh", "Raigarh", "Raigarh"),
        ("Uttar Pradesh", "इलाहाबाद", "Prayagraj"),
        ("Uttar Pradesh", "Faizabad", "Ayodhya"),
        ("Uttar Pradesh", "Cawnpore", "Kanpur Nagar"),
        ("Orissa", "Keonjhar", "Kendujhar"),
        ("Haryana", "Gurgaon", "Gurugram"),
        ("Haryana", "Mewat", "Nuh"),
        ("Assam", "Karimganj", "Sribhumi"),
        ("Madhya Pradesh", "Hoshangabad", "Narmadapuram"),
        ("Madhya Pradesh", "East Nimar", "Khandwa"),
        ("NCT of Delhi", "South-West Delhi", "South West Delhi"),
        ("Tamil Nadu", "Madras", "Chennai"),
        ("Pondicherry", "Pondicherry", "Puducherry"),
        ("पश्चिम बंगाल", "कोलकाता", "Kolkata"),
        ("Nagaland", "Chumoukedima", "Chümoukedima"),
    ],
)
def test_old_and_other_names_lead_to_the_district_in_force(state: str, written: str, district: str) -> None:
    assert canonical_place("IN", state, written)[1] == district


def test_every_district_of_the_pin_codes_leads_to_exactly_one_of_these(districts: Rows) -> None:
    known = {(row["state"], row["district"]) for row in districts}
    pins = read(Path(__file__).parent / "pins.csv")
    assert len(pins) == 754
    reached = Counter(canonical_place("IN", row["pin_state"], row["pin_district"]) for row in pins)
    assert set(reached) <= known
    assert max(reached.values()) == 1
    for row in pins:
        assert canonical_place("IN", row["pin_state"], row["pin_district"]) == (row["state"], row["district"])


def test_pin_name_is_the_pin_codes_own_spelling_where_that_differs(districts: Rows) -> None:
    written = {(row["state"], row["district"]): row["pin_district"] for row in read(Path(__file__).parent / "pins.csv")}
    for row in districts:
        spelling = written.get((row["state"], row["district"]), "")
        assert row["pin_name"] == ("" if key(spelling) == key(row["district"]) else spelling)


def test_a_district_formed_since_the_census_says_from_which_it_came(districts: Rows) -> None:
    known = {(row["state"], row["district"]) for row in districts}
    for row in districts:
        assert bool(row["part_of"]) == (not row["census_code"])
        assert all(
            (row["state"], older) in known - {(row["state"], row["district"])} for older in names(row, "part_of")
        )
        assert re.fullmatch(r"|20\d\d(-\d\d(-\d\d)?)?", row["since"])
        assert row["since"] or not row["part_of"] or row["district"] == "Itanagar Capital Complex"


def test_devanagari_stands_in_its_columns_and_every_place_has_its_hindi_name(states: Rows, districts: Rows) -> None:
    def devanagari(text: str) -> list[bool]:
        return [unicodedata.name(c).startswith("DEVANAGARI") for c in text if not (c.isspace() or c in ".-0123456789")]

    for row in (*states, *districts):
        assert row["name_hi"]
        assert all(devanagari(row["name_hi"] + row["name_mr"]))
        for column in row.keys() - {"name_hi", "name_mr", "aliases"}:
            assert not any(devanagari(row[column])), row
        for alias in names(row, "aliases"):
            assert len(set(devanagari(alias))) == 1, "an alias is written in one script"


def test_every_state_and_every_district_of_maharashtra_has_its_marathi_name(states: Rows, districts: Rows) -> None:
    assert all(row["name_mr"] for row in states)
    assert all(row["name_mr"] for row in districts if row["state"] == "Maharashtra")


def test_every_cell_is_trimmed_and_in_nfc(states: Rows, districts: Rows) -> None:
    for row in (*states, *districts):
        for cell in row.values():
            assert cell == cell.strip()
            assert not re.search(r";;|^;|;$|\s;|;\s|\s{2}|[\x00-\x1f]", cell), row


@pytest.mark.parametrize("table", ["IN/states", "IN/districts", "countries"])
def test_each_table_has_its_head(table: str) -> None:
    head = tomllib.loads((DATA / f"{table}.toml").read_text(encoding="utf-8"))["about"]
    assert {"title", "version", "source", "licence", "as_of", "note"} <= set(head)
