"""The list of other countries' national desks, in the columns of the tree."""

from __future__ import annotations

import csv
import re
import tomllib
import zoneinfo
from pathlib import Path

import pytest

from tipline.trust.agencies.services import STANDARD_DESKS, STANDARD_TREE
from tipline.trust.places.countries import country_name

Rows = list[dict[str, str]]


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.fixture(scope="module")
def desks() -> Rows:
    return read(STANDARD_DESKS)


def test_it_has_the_trees_columns_and_the_one_for_agreements(desks: Rows) -> None:
    assert ",".join(desks[0]) == "code,name,kind,parent,country,state,district,timezone,languages,agreement"


def test_each_country_has_one_desk_whose_code_begins_with_it(desks: Rows) -> None:
    assert len({row["country"] for row in desks}) == len({row["code"] for row in desks}) == len(desks)
    for row in desks:
        assert country_name(row["country"]) != row["country"]
        assert re.fullmatch(r"[A-Z0-9]+(-[A-Z0-9]+)*", row["code"])
        assert row["code"].startswith(f"{row['country']}-")
        assert len(row["code"]) <= 40
        assert 0 < len(row["name"]) <= 200


def test_each_stands_below_the_clearinghouse_for_a_whole_country(desks: Rows) -> None:
    for row in desks:
        assert (row["kind"], row["parent"], row["state"], row["district"]) == ("national", "US-NCMEC", "", "")


def test_no_agreement_is_claimed(desks: Rows) -> None:
    assert {row["agreement"] for row in desks} == {"none"}


def test_it_repeats_no_desk_and_no_country_of_the_standard_tree(desks: Rows) -> None:
    tree = read(STANDARD_TREE)
    assert not {row["code"] for row in tree} & {row["code"] for row in desks}
    assert not {row["country"] for row in tree} & {row["country"] for row in desks}


def test_time_zones_and_languages_are_known_ones(desks: Rows) -> None:
    assert {row["timezone"] for row in desks} <= zoneinfo.available_timezones()
    assert all(re.fullmatch(r"[a-z]{2,3}( [a-z]{2,3})*", row["languages"]) for row in desks)


def test_its_head_says_that_nobody_agreed_to_anything() -> None:
    head = tomllib.loads(STANDARD_DESKS.with_suffix(".toml").read_text(encoding="utf-8"))["about"]
    assert {"title", "version", "source", "licence", "as_of", "note"} <= set(head)
    assert "no agreement recorded" in head["note"]
