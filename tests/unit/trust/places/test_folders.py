"""Another country is another folder, and no code; a wrong folder is named with its file and line."""

from __future__ import annotations

import csv
import lzma
from collections.abc import Iterator
from pathlib import Path

import pytest

from tipline.core.errors import ConfigurationError
from tipline.trust.places import Place, canonical_place, known_countries, loading, names, resolve, version
from tipline.trust.places.gazetteer import gazetteer

ABOUT = """
[about]
title = "Places of nowhere"
version = "1"
source = "made for a test"
licence = "Apache-2.0"
as_of = "2026-11-28"
postal_code = "[0-9]{4}"
"""
OFFICES = [
    ("Northland", "Upper Fell", f"10{n:02d}", "S", f"{60 + n * 0.01:.4f}", f"{-30 + n % 5 * 0.01:.4f}", f"Fell {n}")
    for n in range(20)
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installation's own places: a country XN that exists nowhere."""
    own = tmp_path / "places" / "XN"
    own.mkdir(parents=True)
    (own / "about.toml").write_text(ABOUT)
    (own / "states.csv").write_text("name,code,aliases\nNorthland,XN-1,Nordland\n")
    (own / "districts.csv").write_text("state,district,code,aliases\nNorthland,Upper Fell,7,Oberfell\n")
    with lzma.open(own / "offices.csv.xz", "wt", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([loading.OFFICE, *OFFICES])
    monkeypatch.setattr(loading, "own_folder", lambda: tmp_path / "places")
    _forget()
    yield own
    _forget()


def _forget() -> None:
    for cached in (
        loading.head, loading.version, loading.states, loading.districts, loading.cities, names.state_names, names.district_names,
    ):  # fmt: skip
        cached.cache_clear()


def test_a_second_country_needs_no_code(folder: Path) -> None:
    assert known_countries() == ("IN", "XN")
    assert canonical_place("XN", "nordland", "OBERFELL") == ("Northland", "Upper Fell")
    assert resolve("XN", "Nordland", "Oberfell").place == Place("XN", "Northland", "Upper Fell")
    assert resolve("XN", city="Fell 3", latitude=60.03, longitude=-29.97).place.district == "Upper Fell"
    assert resolve("XN", postal_code="1007").place.district == "Upper Fell"
    assert resolve("IN", "Maharashtra", "Jalgaon").place.district == "Jalgaon"


def test_an_installations_own_file_stands_in_the_place_of_the_one_that_came_with_tipline(folder: Path) -> None:
    before = version("IN")
    own = folder.parent / "IN"
    own.mkdir()
    (own / "cities.csv").write_text("state,city,districts,aliases\nMaharashtra,Khandesh Nagari,Jalgaon,\n")
    _forget()
    assert version("IN") != before
    assert resolve("IN", "Maharashtra", city="Khandesh Nagari").place.district == "Jalgaon"


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("about.toml", "[about]\ntitle = 'x'\n", "about.toml is not a head"),
        ("about.toml", "not toml", "about.toml is not a head"),
        ("states.csv", "name,aliases\nNorthland,\n", "states.csv line 1: there is no column code"),
        ("districts.csv", "state,district,aliases\nNorthland,,\n", "districts.csv line 2: a district needs"),
        ("districts.csv", "state,district,aliases\nNorthland,Fell\n", "districts.csv line 2: it has not as many cells"),
        ("districts.csv", "state,district,aliases\nNorthland,Lower Fell,\n", "names Upper Fell, Northland: districts.csv does not"),
        ("cities.csv", "state,city,districts,aliases\nNorthland,Fellton,,\n", "cities.csv line 2: a city needs"),
        ("offices.csv.xz", "not xz", "offices.csv.xz cannot be read"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_named_with_its_line(folder: Path, file: str, text: str, said: str) -> None:
    (folder / file).write_text(text)
    _forget()
    with pytest.raises(ConfigurationError, match=said):
        gazetteer("XN")


def test_coordinates_that_are_no_numbers_are_named_with_their_line(folder: Path) -> None:
    with lzma.open(folder / "offices.csv.xz", "wt", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([loading.OFFICE, ("Northland", "Upper Fell", "1000", "S", "sixty", "-30", "Fell")])
    _forget()
    with pytest.raises(ConfigurationError, match=r"line 2: coordinates are not numbers"):
        gazetteer("XN")
