"""From a stated place to its district: names held apart, two witnesses heard, and a guess never made."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.trust.places import Place, districts, resolve, states
from tipline.trust.places.loading import District

JALGAON = Place("IN", "Maharashtra", "Jalgaon")


@pytest.mark.parametrize(
    ("state", "city", "point", "district"),
    [
        ("Maharashtra", "Jalgaon", (21.0077, 75.5626), "Jalgaon"),
        ("Maharashtra", "Bhusawal", (21.0455, 75.8011), "Jalgaon"),
        ("Maharashtra", "Bhusaval", (21.0455, 75.8011), "Jalgaon"),
        ("Maharashtra", "Chalisgaon", (20.4619, 74.9977), "Jalgaon"),
        ("Maharashtra", "Amalner", (21.0401, 75.0584), "Jalgaon"),
        ("Maharashtra", "Majalgaon", (19.1561, 76.2081), "Beed"),
        ("Maharashtra", "Aurangabad", (19.8762, 75.3433), "Chhatrapati Sambhajinagar"),
        ("Maharashtra", "Ahmednagar", (19.0948, 74.7480), "Ahilyanagar"),
        ("Maharashtra", "Osmanabad", (18.1811, 76.0389), "Dharashiv"),
        ("Maharashtra", "Mumbai (Dadar West)", (19.0211, 72.8305), "Mumbai City"),
        ("Maharashtra", "Navi Mumbai (Ghansoli)", (19.1258, 73.0004), "Thane"),
        ("Chhattisgarh", "Pathalgaon", (22.5560, 83.4630), "Jashpur"),
        ("Bihar", "Aurangabad", (24.7521, 84.3742), "Aurangabad"),
        ("Karnataka", "Bangalore", (12.9716, 77.5946), "Bengaluru Urban"),
        ("Karnataka", "Mangalore", (12.9141, 74.8560), "Dakshina Kannada"),
        ("Uttar Pradesh", "Allahabad", (25.4358, 81.8463), "Prayagraj"),
        ("Kerala", "Kochi", (9.9816, 76.2999), "Ernakulam"),
        ("West Bengal", "Durgapur", (23.5204, 87.3119), "Paschim Bardhaman"),
    ],
)
def test_a_city_with_coordinates_is_placed_in_its_district(
    state: str, city: str, point: tuple[float, float], district: str
) -> None:
    found = resolve("IN", state, city=city, latitude=point[0], longitude=point[1])
    assert found.place == Place("IN", state, district)
    assert found.sureness >= 0.7
    assert district in found.text


@pytest.mark.parametrize(
    ("state", "city", "point", "also"),
    [
        # Greater Mumbai lies in two districts, Delhi in eleven, Hyderabad in four
        ("Maharashtra", "Mumbai", (19.0760, 72.8777), "Mumbai Suburban"),
        ("Delhi", "New Delhi", (28.6139, 77.2088), "South Delhi"),
        ("Telangana", "Hyderabad", (17.3850, 78.4867), "Ranga Reddy"),
        # a name that many places bear, with nothing to tell them apart
        ("Maharashtra", "Gangapur", None, "Nashik"),
        ("West Bengal", "Krishnapur", None, "Birbhum"),
    ],
)
def test_between_several_districts_it_is_the_state_with_the_candidates(
    state: str, city: str, point: tuple[float, float] | None, also: str
) -> None:
    latitude, longitude = point or (None, None)
    found = resolve("IN", state, city=city, latitude=latitude, longitude=longitude)
    assert found.place == Place("IN", state)
    assert Place("IN", state, also) in found.candidates
    assert found.text


def test_a_name_is_never_matched_by_a_part_of_it() -> None:
    for city in ("Majalgaon", "Pathalgaon", "Jalgaon Jamod", "Nandurbar Jalgaon Road Corner"):
        assert resolve("IN", "Maharashtra", city=city).place != JALGAON


def test_a_place_that_bears_a_part_of_the_name_is_another() -> None:
    # Jalgaon (Jamod) is a taluka of Buldhana, 100 km from Jalgaon
    found = resolve("IN", "Maharashtra", city="Jalgaon Jamod", latitude=21.0492, longitude=76.5346)
    assert JALGAON not in (found.place, *found.candidates)


def test_a_name_alone_is_placed_with_less_sureness_than_with_coordinates() -> None:
    alone = resolve("IN", "Maharashtra", city="Jalgaon")
    both = resolve("IN", "Maharashtra", city="Jalgaon", latitude=21.0077, longitude=75.5626)
    assert alone.place == both.place == JALGAON
    assert alone.sureness < both.sureness == 1.0


def test_when_name_and_coordinates_contradict_each_other_neither_is_believed() -> None:
    found = resolve("IN", "Maharashtra", city="Jalgaon", latitude=18.5204, longitude=73.8567)  # Pune's
    assert found.place == Place("IN", "Maharashtra")


def test_when_state_and_coordinates_contradict_each_other_no_state_is_named() -> None:
    found = resolve("IN", "Haryana", city="Chandigarh", latitude=30.7333, longitude=76.7794)
    assert found.place == Place("IN")
    assert {p.state for p in found.candidates} == {"Haryana", "Chandigarh"}


def test_a_village_of_the_same_name_far_from_the_coordinates_is_another_place() -> None:
    # a village Soygaon is in Nashik; the coordinates are those of the taluka of that name
    found = resolve("IN", "Maharashtra", city="Soygaon", latitude=20.5961, longitude=75.6177)
    assert found.place.district != "Nashik"


@pytest.mark.parametrize(
    ("code", "district"), [("425001", "Jalgaon"), ("425 201", "Jalgaon"), ("411001", "Pune"), ("110001", "New Delhi")]
)
def test_a_postal_code_of_one_district_is_that_district(code: str, district: str) -> None:
    assert resolve("IN", postal_code=code).place.district == district


@pytest.mark.parametrize("code", ["000000", "42500", "4250011", "999999", "४२५००१", "425001; DROP", "", " "])
def test_what_is_no_postal_code_places_nothing(code: str) -> None:
    assert resolve("IN", postal_code=code).place == Place("IN")


def test_a_postal_code_of_another_state_than_stated_names_no_state() -> None:
    assert resolve("IN", "Gujarat", postal_code="425001").place == Place("IN")


@pytest.mark.parametrize(
    "point", [(0.0, 0.0), (91.0, 75.0), (21.0, 181.0), (math.nan, 75.0), (math.inf, 75.0), (51.5, -0.1), (15.0, 65.0)]
)
def test_coordinates_that_are_nowhere_in_the_country_place_nothing(point: tuple[float, float]) -> None:
    assert resolve("IN", latitude=point[0], longitude=point[1]).place.state == ""


def test_coordinates_alone_place_where_all_around_is_one_district() -> None:
    found = resolve("IN", latitude=21.0077, longitude=75.5626)
    assert (found.place, found.rule) == (JALGAON, "coordinates")
    assert found.sureness < 1


def test_a_country_without_a_folder_keeps_what_was_stated() -> None:
    assert resolve("fr", "Île-de-France", "Paris").place == Place("FR", "Île-de-France", "Paris")


_texts = st.text(max_size=30) | st.sampled_from([d.name for d in districts("IN")][::20])
_states = st.sampled_from([s.name for s in states("IN")]) | st.text(max_size=12) | st.just("")
_degrees = st.floats(allow_nan=True, allow_infinity=True, width=32) | st.floats(5, 40) | st.floats(65, 100)


@given(_states, _texts, _texts, st.none() | _degrees, st.none() | _degrees, st.text(max_size=10))
def test_whatever_is_stated_the_answer_is_a_place_of_the_gazetteer_within_what_was_stated(
    state: str, district: str, city: str, latitude: float | None, longitude: float | None, code: str
) -> None:
    found = resolve("IN", state, district, city, latitude, longitude, code)
    known = {(d.state, d.name) for d in districts("IN")}
    assert found.place.country in {"IN", ""}
    if found.place.district:
        assert (found.place.state, found.place.district) in known
    if found.place.state and state in {s.name for s in states("IN")}:
        assert found.place.state == state
    assert 0 < found.sureness <= 1


@given(st.sampled_from(districts("IN")))
def test_every_district_is_found_by_each_of_its_names(district: District) -> None:
    for name in district.names:
        assert resolve("IN", district.state, name).place.district == district.name


def test_a_town_whose_district_is_newer_than_the_offices_is_placed_in_the_newer_one() -> None:
    # Balotra was made of a part of Barmer in 2023
    found = resolve("IN", "Rajasthan", city="Balotra", latitude=25.8322, longitude=72.2404)
    assert found.place == Place("IN", "Rajasthan", "Balotra")
    beside = resolve("IN", "Rajasthan", city="Barmer", latitude=25.7521, longitude=71.3967)
    assert beside.place.district == "Barmer"
    assert "Balotra" in beside.text
    assert beside.sureness < 1
