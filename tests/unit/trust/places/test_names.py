from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.trust.places.names import canonical_place, key, local_place


@pytest.mark.parametrize(
    ("written", "district"),
    [
        ("Jalgaon", "Jalgaon"),
        ("  jalGAON ", "Jalgaon"),
        ("जळगाव", "Jalgaon"),
        ("East  Khandesh", "Jalgaon"),
        ("Ahmednagar", "Ahilyanagar"),
        ("औरंगाबाद", "Chhatrapati Sambhajinagar"),
        ("Osmanabad", "Dharashiv"),
        ("Bombay", "Mumbai City"),
        ("Mumbai (Suburban)", "Mumbai Suburban"),
        ("ＰＵＮＥ", "Pune"),
        ("Yeotmal", "Yavatmal"),
    ],
)
def test_old_names_and_other_spellings_lead_to_the_district(written: str, district: str) -> None:
    assert canonical_place("IN", "Maharashtra", written) == ("Maharashtra", district)


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ("maharashtra", "Maharashtra"),
        ("महाराष्ट्र", "Maharashtra"),
        ("IN-MH", "Maharashtra"),
        ("Orissa", "Odisha"),
        ("Pondicherry", "Puducherry"),
        ("NCT of Delhi", "Delhi"),
        ("Daman and Diu", "Dadra and Nagar Haveli and Daman and Diu"),
        ("IN-UT", "Uttarakhand"),
    ],
)
def test_codes_old_names_and_other_spellings_lead_to_the_state(written: str, state: str) -> None:
    assert canonical_place("IN", written, "") == (state, "")


def test_an_alias_of_the_state_still_leads_to_its_districts() -> None:
    assert canonical_place("IN", "IN-MH", "Poona") == ("Maharashtra", "Pune")


@pytest.mark.parametrize("town", ["Jalgaon Jamod", "Jalgaon (Buldhana)", "New Jalgaon", "Jalga", "Nashik Road"])
def test_nothing_is_matched_by_a_part_of_its_name(town: str) -> None:
    assert canonical_place("IN", "Maharashtra", town) == ("Maharashtra", town)


@pytest.mark.parametrize(
    ("country", "state", "district"),
    [
        ("IN", "Bihar", "Aurangabad"),
        ("IN", "Chhattisgarh", "Raigarh"),
        ("PK", "Punjab", "Lahore"),
        ("US", "IN-MH", "Pune"),
    ],
)
def test_a_name_shared_with_another_state_or_country_is_not_taken_for_ours(
    country: str, state: str, district: str
) -> None:
    assert canonical_place(country, state, district) == (state, district)


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_canonical_place_is_its_own(state: str, district: str) -> None:
    once = canonical_place("IN", state, district)
    assert canonical_place("IN", *once) == once


@given(st.text(max_size=30))
def test_the_form_of_comparison_is_its_own(name: str) -> None:
    assert key(key(name)) == key(name)


@pytest.mark.parametrize(
    ("place", "language", "written"),
    [
        (("Maharashtra", "Jalgaon"), "mr", ("महाराष्ट्र", "जळगाव")),
        (("Maharashtra", "Jalgaon"), "hi", ("महाराष्ट्र", "जलगांव")),
        (("Assam", ""), "mr", ("आसाम", "")),
        (("Maharashtra", "Jalgaon"), "en", ("Maharashtra", "Jalgaon")),
        (("Bihar", "Jalgaon"), "mr", ("बिहार", "Jalgaon")),
        (("nowhere", "none"), "mr", ("nowhere", "none")),
    ],
)
def test_a_place_is_written_in_a_language_as_far_as_it_has_a_name_there(
    place: tuple[str, str], language: str, written: tuple[str, str]
) -> None:
    assert local_place("IN", *place, language) == written
    assert local_place("XX", *place, language) == place
