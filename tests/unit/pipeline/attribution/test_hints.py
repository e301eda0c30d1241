"""What a report says of a place beside its addresses: what each source reads, what it refuses, and whose data it leaves alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.pipeline.attribution.fusion.model import SHIPPED
from tipline.pipeline.attribution.hints import Material, Seen, elements, text, texts
from tipline.pipeline.attribution.sources import (
    address_text,
    gps,
    postal_code,
    profile_location,
    reverse_dns,
    telephone,
    time_zone,
)
from tipline.trust.places import Place, Resolved

AT = datetime(2026, 11, 24, tzinfo=UTC)
SOURCES = (address_text, gps, postal_code, profile_location, reverse_dns, telephone, time_zone)

# A gazetteer of the places that these tests speak of.
_STATES = {"maharashtra": "Maharashtra", "gujarat": "Gujarat"}
_TOWNS = {
    "jalgaon": [("Maharashtra", "Jalgaon")], "bhusawal": [("Maharashtra", "Jalgaon")], "pune": [("Maharashtra", "Pune")],
    "jalgaon jamod": [("Maharashtra", "Buldhana")], "majalgaon": [("Maharashtra", "Beed")],
    "rampur": [("Maharashtra", "Nagpur"), ("Maharashtra", "Nashik")],
}  # fmt: skip


def gazetteer(
    country: str, state: str = "", district: str = "", city: str = "", latitude: float | None = None,
    longitude: float | None = None, postal_code: str = "",
) -> Resolved:  # fmt: skip
    known = _STATES.get(state.casefold(), "")
    if country != "IN":
        return Resolved(Place(country, state), "as-stated")
    if postal_code.replace(" ", "") == "425001" or (
        latitude and longitude and 20 < latitude < 22 and 74 < longitude < 77
    ):
        return Resolved(Place("IN", "Maharashtra", "Jalgaon"), "office")
    found = [(s, d) for s, d in _TOWNS.get(city.casefold(), []) if known in {"", s}]
    if len(found) == 1:
        return Resolved(Place("IN", *found[0]), "name", f"{city!r} is in {found[0][1]}")
    candidates = tuple(Place("IN", *one) for one in found)
    return Resolved(Place("IN", known), "several" if found else "state", candidates=candidates)


@pytest.fixture(autouse=True)
def _places(monkeypatch: pytest.MonkeyPatch) -> None:
    for source in (address_text, gps, postal_code, profile_location):
        monkeypatch.setattr(source, "resolve", gazetteer)


def material(*people: dict[str, Any], seen: tuple[Seen, ...] = (), **more: Any) -> Material:
    return Material(1, AT, people, seen=seen, **more)


def address(**fields: str) -> dict[str, Any]:
    return {"personOrUserReportedPerson": [{"address": [{name: [value] for name, value in fields.items()}]}]}


def place(source: Any, of: Material) -> list[tuple[str, ...]]:
    return [tuple(p for p in (s.claim.country, s.claim.state, s.claim.district) if p) for s in source.read(of)]


@pytest.mark.parametrize("source", SOURCES)
def test_each_source_says_what_it_is_and_the_model_knows_how_far_to_believe_it(source: Any) -> None:
    assert source.KIND in SHIPPED.kinds
    assert SHIPPED.kinds[source.KIND].group == "hint"
    assert source.read(material()) == []


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+912572222222", ("IN", "Maharashtra", "Jalgaon")), ("+912532222222", ("IN", "Maharashtra", "Nashik")),
        ("+912222222222", ("IN", "Maharashtra")), ("+912026122222", ("IN", "Maharashtra", "Pune")),
        ("+919820012345", ("IN",)), ("+14155552671", ("US",)),
    ],
)  # fmt: skip
def test_a_house_line_says_its_exchange_and_a_mobile_its_country(number: str, expected: tuple[str, ...]) -> None:
    assert place(telephone, material(seen=(Seen("phone", "", number, number, None, ""),))) == [expected]


def test_a_number_of_no_country_says_nothing() -> None:
    assert place(telephone, material(seen=(Seen("phone", "", "+99999", "+99999", None, ""),))) == []


def test_exchanges_stand_once_each() -> None:
    codes = [one.code for one in telephone.INDIA.exchanges]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"country": "IN", "city": "Bhusawal", "nonUsaState": "Maharashtra"}, ("IN", "Maharashtra", "Jalgaon")),
        ({"country": "IN", "address": "12 Station Road, Jalgaon, Maharashtra"}, ("IN", "Maharashtra", "Jalgaon")),
        ({"country": "IN", "address": "Pathalgaon, Maharashtra"}, ("IN", "Maharashtra")),
        ({"country": "IN", "address": "near Jalgaonkar stores, Maharashtra"}, ("IN", "Maharashtra")),
        ({"country": "IN", "address": "Main Road, Majalgaon, Maharashtra"}, ("IN", "Maharashtra", "Beed")),
        ({"country": "IN", "address": "Flat 4, 425001"}, ("IN", "Maharashtra", "Jalgaon")),
        ({"country": "IN", "address": "Rampur, Maharashtra"}, ("IN", "Maharashtra")),
        ({"country": "IN", "address": "Jalgaon"}, ("IN",)),  # a town without its state may be any of that name
        ({"country": "US", "address": "Jalgaon, Maharashtra"}, ("US",)),
    ],
)  # fmt: skip
def test_an_address_is_read_by_whole_words(fields: dict[str, str], expected: tuple[str, ...]) -> None:
    found = place(address_text, material(address(**fields)))
    assert found == ([expected] if fields["country"] == "IN" or len(expected) > 1 else found)
    assert all(one[: len(expected)] == expected for one in found)


def test_a_name_of_several_places_is_none_and_its_places_are_kept() -> None:
    (said,) = address_text.read(material(address(country="IN", city="Rampur", nonUsaState="Maharashtra")))
    assert said.claim.district == ""
    assert {c[2] for c in said.claim.candidates} == {"Nagpur", "Nashik"}


def test_an_address_without_a_country_says_nothing() -> None:
    assert address_text.read(material(address(city="Jalgaon"))) == []
    assert postal_code.read(material(address(zipCode="425001"))) == []


@pytest.mark.parametrize(
    ("code", "expected"), [("425001", [("IN", "Maharashtra", "Jalgaon")]), ("425 001", [("IN", "Maharashtra", "Jalgaon")]),
                           ("025001", []), ("4250011", []), ("", [])],
)  # fmt: skip
def test_a_pin_code_has_six_digits(code: str, expected: list[tuple[str, ...]]) -> None:
    assert place(postal_code, material(address(country="IN", zipCode=code))) == expected


def test_the_stated_location_is_a_claim_of_the_day_it_was_stated() -> None:
    stated = {
        "estimatedLocation": [{"@timestamp": "2024-02-01T00:00:00Z", "city": ["Jalgaon Jamod"], "countryCode": ["IN"]}]
    }
    (said,) = profile_location.read(material(stated))
    assert (said.claim.district, str(said.claim.as_of)) == ("Buldhana", "2024-02-01")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("static-mumbai.vsnl.net.in", ("IN", "Maharashtra")), ("static-pune-1-2.vsnl.net.in", ("IN", "Maharashtra", "Pune")),
        ("abts-mh-dynamic-001.airtelbroadband.in", ("IN", "Maharashtra")), ("x.bsnl.in", ("IN",)),
        ("punekar.vsnl.net.in", ("IN",)), ("pune-mumbai-delhi.vsnl.net.in", ("IN",)),
    ],
)  # fmt: skip
def test_a_host_name_says_what_its_network_means_by_whole_words(host: str, expected: tuple[str, ...]) -> None:
    assert place(reverse_dns, material({"additionalInfo": [f"Seen as {host}, twice."]})) == [expected]


@pytest.mark.parametrize(
    "host", ["vsnl.net.in.evil.example", "a.b.example", "x@static-pune.vsnl.net.in", "http://pune.vsnl.net.in/x"]
)
def test_a_host_name_of_another_network_or_in_something_else_says_nothing(host: str) -> None:
    assert reverse_dns.read(material({"additionalInfo": [host]})) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("20.99", 20.99), ("-20.99", -20.99), ("20 deg 59' 24.00\" N", 20.99), ("20/1, 59/1, 2400/100 S", -20.99),
        ("75,33", None), ("20 75 0", None), ("", None), ("N", None), ("1/0", None), ("1 2 3 4", None),
    ],
)  # fmt: skip
def test_coordinates_are_read_in_the_forms_that_exif_tools_write(value: str, expected: float | None) -> None:
    found = gps.degrees(value)
    assert found is None if expected is None else found == pytest.approx(expected)


@given(st.text(max_size=100))
def test_no_text_breaks_the_reading_of_coordinates(value: str) -> None:
    found = gps.degrees(value)
    assert found is None or isinstance(found, float)


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ({"GPSLatitude": "20.99", "GPSLongitude": "75.57"}, [("IN", "Maharashtra", "Jalgaon")]),
        ({"GPS Latitude": "20 59 24", "GPSLatitudeRef": "N", "GPS Longitude": "75 34 12", "GPSLongitudeRef": "E"}, [("IN", "Maharashtra", "Jalgaon")]),
        ({"GPSPosition": "20.99 N, 75.57 E"}, [("IN", "Maharashtra", "Jalgaon")]),
        ({"GPSLatitude": "0", "GPSLongitude": "0"}, []), ({"GPSLatitude": "95", "GPSLongitude": "75"}, []),
        ({"GPSLatitude": "75.57", "GPSLongitude": "20.99"}, []), ({"GPSLatitude": "20.99"}, []), ({"Model": "x"}, []),
    ],
)  # fmt: skip
def test_coordinates_of_a_file_place_it_unless_they_cannot_be_right(
    pairs: dict[str, str], expected: list[tuple[str, ...]]
) -> None:
    assert place(gps, material(pairs=(pairs,))) == expected


def test_coordinates_themselves_are_in_no_explanation() -> None:
    (said,) = gps.read(material(pairs=({"GPSLatitude": "20.99123", "GPSLongitude": "75.57"},)))
    assert "20.99" not in repr(said)


def test_the_telephone_of_an_incident_has_coordinates_too() -> None:
    details = {"internetDetails": [{"cellPhoneIncident": [{"latitude": ["20.99"], "longitude": ["75.57"]}]}]}
    assert place(gps, material(details=details)) == [("IN", "Maharashtra", "Jalgaon")]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (Seen("ip", "", "192.0.2.1", "192.0.2.1", AT, "2026-01-01T10:00:00+05:30"), [("IN",)]),
        (Seen("ip", "", "192.0.2.1", "192.0.2.1", AT, "2026-01-01T10:00:00Z"), []),
        (Seen("device", "timezone", "ASIAKOLKATA", "Asia/Kolkata", AT, ""), [("IN",)]),
        (Seen("device", "Time Zone", "ASIACALCUTTA", "Asia/Calcutta", AT, ""), [("IN",)]),
        (Seen("device", "locale", "HIIN", "hi-IN", AT, ""), [("IN",)]),
        (Seen("device", "locale", "HI", "hi", AT, ""), []), (Seen("device", "locale", "!!", "!!", AT, ""), []),
        (Seen("device", "IMEI", "1", "1", AT, ""), []),
    ],
)  # fmt: skip
def test_zone_and_locale_say_a_country_at_most(seen: Seen, expected: list[tuple[str, ...]]) -> None:
    assert place(time_zone, material(seen=(seen,))) == expected


def test_a_display_name_in_a_script_is_a_weak_hint_and_two_letters_are_none() -> None:
    assert place(time_zone, material({"displayName": ["मुंबईकर"]})) == [("IN",)]
    assert place(time_zone, material({"displayName": ["मु x"]})) == []


@given(
    st.recursive(
        st.text(max_size=5) | st.none(),
        lambda c: (
            st.lists(c, max_size=3)
            | st.dictionaries(st.sampled_from(["address", "city", "country", "#"]), c, max_size=3)
        ),
        max_leaves=12,
    )
)
def test_odd_details_break_nothing(data: Any) -> None:
    for one in elements(data, "address"):
        assert isinstance(text(one, "city"), str)
        assert all(isinstance(t, str) for t in texts(one, "country"))
    for source in SOURCES:
        source.read(material(data if isinstance(data, dict) else {}, details=data if isinstance(data, dict) else {}))
