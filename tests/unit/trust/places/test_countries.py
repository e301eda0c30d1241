from __future__ import annotations

import csv
import re

import phonenumbers
import pytest

from tipline.trust.places import key
from tipline.trust.places.countries import country_name
from tipline.trust.places.loading import DATA

Rows = list[dict[str, str]]

# Ascension and Tristan da Cunha, which ISO 3166-1 counts to Saint Helena.
SAINT_HELENAS = {"AC", "TA"}


@pytest.fixture(scope="module")
def countries() -> Rows:
    with (DATA / "countries.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_the_table_holds_the_249_of_the_standard_and_kosovo(countries: Rows) -> None:
    assert len({row["alpha2"] for row in countries}) == len({row["alpha3"] for row in countries}) == len(countries)
    assert len(countries) == 249 + 1
    assert all(re.fullmatch("[A-Z]{2}", r["alpha2"]) and re.fullmatch("[A-Z]{3}", r["alpha3"]) for r in countries)
    assert all(row["name"] and row["name_hi"] and row["name_mr"] for row in countries)


def test_the_table_has_every_country_that_telephone_numbers_name(countries: Rows) -> None:
    assert phonenumbers.SUPPORTED_REGIONS - {row["alpha2"] for row in countries} == SAINT_HELENAS


def test_no_name_stands_for_two_countries(countries: Rows) -> None:
    seen: dict[str, str] = {}
    for row in countries:
        for column in ("alpha2", "alpha3", "name", "name_hi", "name_mr", "aliases"):
            for name in filter(None, row[column].split(";")):
                assert seen.setdefault(key(name), row["alpha2"]) == row["alpha2"], name


def test_a_country_has_its_name_and_a_code_that_is_none_stays(countries: Rows) -> None:
    assert all(country_name(row["alpha2"]) == row["name"] for row in countries)
    assert (country_name("IN"), country_name("XX"), country_name("")) == ("India", "XX", "")
