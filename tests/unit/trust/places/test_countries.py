from __future__ import annotations

import csv
import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.trust.places import key
from tipline.trust.places.countries import LONGEST_CALLING_CODE, countries_of_number, country_code
from tipline.trust.places.loading import DATA

Rows = list[dict[str, str]]

# Ascension and Tristan da Cunha, which ISO 3166-1 counts to Saint Helena.
SAINT_HELENAS = {"AC", "TA"}
# Territories of whose numbers some, mostly mobile ones, lie among those of the country that they share a code with.
AMONG_OTHERS = {"AX", "EH", "CC", "CX", "YT", "SJ", "GG", "JE", "VA"}


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
                assert country_code(name) == row["alpha2"]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("India", "IN"),
        ("भारत", "IN"),
        ("IND", "IN"),
        (" in ", "IN"),
        ("Holland", "NL"),
        ("Türkiye", "TR"),
        ("turkey", "TR"),
        ("cote d'ivoire", "CI"),
        ("UK", "GB"),
        ("नेपाल", "NP"),
        ("Burma", "MM"),
        ("Atlantis", ""),
        ("", ""),
    ],
)
def test_a_country_is_known_by_its_codes_and_names(written: str, code: str) -> None:
    assert country_code(written) == code


@pytest.mark.parametrize(
    ("number", "countries"),
    [
        ("+919820000000", ("IN",)),
        ("919820000000", ("IN",)),
        ("+12125550100", ("CA", "US")),
        ("+18765550100", ("JM",)),
        ("+77010000000", ("KZ",)),
        ("+74950000000", ("RU",)),
        ("+441624000000", ("IM",)),
        ("+442000000000", ("GB",)),
        ("+9771000000", ("NP",)),
        ("+8801000000000", ("BD",)),
        ("+599", ()),
        ("+5999", ("CW",)),
        ("+999", ()),
        ("", ()),
        ("नौ", ()),
    ],
)
def test_a_number_names_its_country_or_those_that_share_its_code(number: str, countries: tuple[str, ...]) -> None:
    assert countries_of_number(number) == countries


def test_codes_agree_with_the_metadata_of_numbers(countries: Rows) -> None:
    for row in countries:
        for code in filter(None, row["calling_code"].split(";")):
            assert len(code) <= LONGEST_CALLING_CODE
            assert row["alpha2"] in countries_of_number(code)
            if row["alpha2"] in phonenumbers.SUPPORTED_REGIONS:
                assert code.startswith(str(phonenumbers.country_code_for_region(row["alpha2"]))) or code == "379"


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS - SAINT_HELENAS - AMONG_OTHERS))
def test_an_example_number_of_a_country_can_be_that_countrys(region: str) -> None:
    for kind in (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE):
        if example := phonenumbers.example_number_for_type(region, kind):
            number = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
            assert region in countries_of_number(number)


@given(st.text(max_size=30))
def test_no_text_is_too_odd(text: str) -> None:
    country_code(text)
    countries_of_number(text)
