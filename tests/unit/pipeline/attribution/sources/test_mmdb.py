"""MMDB files: the tree says what maxminddb says, damage is refused, layouts are recognised by what is in them."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import maxminddb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import mmdb
from tipline.core.errors import InvalidInputError
from tipline.pipeline.attribution.sources.addresses import parse
from tipline.pipeline.attribution.sources.intervals import NOTHING
from tipline.pipeline.attribution.sources.mmdb import Opened, compile_file
from tipline.pipeline.attribution.sources.mmdb.layouts import LAYOUTS, layout_of


def opened(folder: Path, body: bytes) -> Opened:
    path = folder / "x.mmdb"
    path.write_bytes(body)
    return compile_file(path, "x.mmdb")


def asked(found: Opened, ip: str) -> tuple[str, str] | None:
    """Country and network of an address as compiled."""
    compiled, parsed = found.compiled, parse([ip])
    cover = compiled.v4 if len(parsed.v4) else compiled.v6
    if cover is None:
        return None
    interval = cover.find(parsed.v4) if len(parsed.v4) else cover.find(parsed.high, parsed.low)
    row = int(compiled.rows_at(cover, interval, None)[0])
    if row == NOTHING:
        return None
    address = ip_address(ip)
    return compiled.templates[compiled.claim[row]].country, compiled.found_by(
        cover, int(interval[0]), row, int(address)
    )


def bare(path: Path, ip: str) -> tuple[str, str] | None:
    """The same as maxminddb has it."""
    with maxminddb.open_database(path) as reader:
        if ":" in ip and reader.metadata().ip_version == 4:
            return None
        record, length = reader.get_with_prefix_len(ip)
    if not isinstance(record, dict):
        return None
    return str(record["country_code"]), str(ip_network(f"{ip}/{length}", strict=False))


COUNTRIES = st.sampled_from(["IN", "LK", "NP"])
NETWORKS4 = st.builds(
    lambda number, length: str(ip_network((number, length), strict=False)),
    st.integers(0, 2**32 - 1),
    st.integers(1, 32),
)
NETWORKS6 = st.builds(
    lambda number, length: str(ip_network((number, length), strict=False)),
    st.one_of(st.integers(2**125, 2**128 - 1), st.integers(0x2400 << 112, (0x2400 << 112) + 2**20)),
    st.sampled_from([3, 12, 32, 48, 64, 65, 100, 127, 128]),
)


@pytest.mark.parametrize("merged", [True, False])
@pytest.mark.parametrize("size", [24, 28, 32])
@settings(max_examples=30)
@given(
    records=st.dictionaries(NETWORKS4, COUNTRIES, min_size=1, max_size=10),
    extra=st.lists(st.integers(0, 2**32 - 1), max_size=5),
)
def test_ipv4_files(
    tmp_path_factory: pytest.TempPathFactory, size: int, merged: bool, records: dict[str, str], extra: list[int]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    body = mmdb.write({n: {"country_code": c} for n, c in records.items()}, record_size=size, merged=merged)
    found = opened(folder, body)
    for number in {int(ip_network(n)[i]) for n in records for i in (0, -1)} | set(extra):
        for near in {max(0, number - 1), number, min(2**32 - 1, number + 1)}:
            ip = str(ip_address(near))
            assert asked(found, ip) == bare(folder / "x.mmdb", ip)


@settings(max_examples=60)
@given(
    records=st.dictionaries(st.one_of(NETWORKS4, NETWORKS6), COUNTRIES, min_size=1, max_size=10),
    extra=st.lists(st.integers(2**125, 2**128 - 1), max_size=5),
)
def test_ipv6_files_with_ipv4_inside(
    tmp_path_factory: pytest.TempPathFactory, records: dict[str, str], extra: list[int]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    found = opened(folder, mmdb.write({n: {"country_code": c} for n, c in records.items()}, 6, 28))
    whole = [ip_network(n)[i] for n in records for i in (0, -1)] + [ip_address(e) for e in extra]
    for address in whole:
        assert asked(found, str(address)) == bare(folder / "x.mmdb", str(address))


def test_other_names_of_the_ipv4_tree_are_left_out(tmp_path: Path) -> None:
    records = {"1.0.0.0/8": {"country_code": "IN"}, "2400::/12": {"country_code": "LK"}}
    found = opened(tmp_path, mmdb.write(records, 6, aliases=("2002::/16", "::ffff:0:0/96", "2001::/32")))
    assert asked(found, "1.2.3.4") == ("IN", "1.0.0.0/8")
    assert asked(found, "2400::1") == ("LK", "2400::/12")
    assert asked(found, "2002:102:304::1") is None  # maxminddb would say IN
    assert found.compiled.networks == 2


@pytest.mark.parametrize("twentieth", range(20))
def test_a_file_that_was_cut_off_is_refused(tmp_path: Path, twentieth: int) -> None:
    records = {f"{n}.0.0.0/8": {"country_code": "IN", "city": f"City {n}"} for n in range(1, 100)}
    whole = mmdb.write(records)
    with pytest.raises(InvalidInputError, match=r"x\.mmdb is not a readable MMDB file"):
        opened(tmp_path, whole[: len(whole) * twentieth // 20])


@pytest.mark.parametrize("twentieth", range(1, 20))
def test_a_file_that_lacks_its_middle_is_refused_and_never_misread(tmp_path: Path, twentieth: int) -> None:
    records = {f"{n}.0.0.0/8": {"country_code": "IN", "city": f"City {n}"} for n in range(1, 100)}
    whole = mmdb.write(records)
    end = whole.rindex(mmdb.MARKER)
    with pytest.raises(InvalidInputError):
        opened(tmp_path, whole[: end * twentieth // 20] + whole[end:])


@given(st.data())
def test_any_damage_is_refused_or_harmless(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    whole = bytearray(mmdb.write({f"{n}.0.0.0/8": {"country_code": "IN"} for n in range(1, 30)}))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(InvalidInputError):  # nothing else comes out of it
        opened(tmp_path_factory.getbasetemp(), bytes(whole))


def test_a_tree_that_runs_in_circles_is_refused(tmp_path: Path) -> None:
    whole = mmdb.write({"1.0.0.0/8": {"country_code": "IN"}})
    circle = b"\0\0\0" * 2 + whole[6:]  # both halves of the root lead to the root
    with pytest.raises(InvalidInputError, match="runs in circles"):
        opened(tmp_path, circle)


def name(english: str) -> dict[str, Any]:
    return {"names": {"en": english}}


NESTED = {
    "country": {"iso_code": "IN", **name("India")}, "subdivisions": [name("Maharashtra")], "city": name("Jalgaon"),
    "location": {"latitude": 21.0, "longitude": 75.5, "accuracy_radius": 20}, "postal": {"code": "425001"},
    "traits": {"is_anycast": True, "user_type": "cellular"},
}  # fmt: skip
CASES: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("maxmind-city", "GeoLite2-City", NESTED, {"country": "IN", "state": "Maharashtra", "city": "Jalgaon", "postal_code": "425001",
     "latitude": 21.0, "flags": ("anycast", "mobile")}),
    ("maxmind-city", "GeoIP2-Enterprise", {**NESTED, "location": {"latitude": 21.0, "longitude": 75.5, "accuracy_radius": 1000}},
     {"city": "Jalgaon", "latitude": None, "longitude": None}),
    ("maxmind-country", "GeoLite2-Country", {"country": {"iso_code": "IN"}, "registered_country": {"iso_code": "LK"}}, {"country": "IN"}),
    ("maxmind-country", "GeoLite2-Country", {"registered_country": {"iso_code": "LK"}}, {"country": ""}),
    ("maxmind-asn", "GeoLite2-ASN", {"autonomous_system_number": 64500, "autonomous_system_organization": "Example"},
     {"asn": 64500, "owner": "Example"}),
    ("maxmind-isp", "GeoIP2-ISP", {"isp": "Example Net", "organization": "Other", "autonomous_system_number": 64500,
     "mobile_network_code": "10"}, {"owner": "Example Net", "asn": 64500, "flags": ("mobile",)}),
    ("maxmind-anonymous", "GeoIP2-Anonymous-IP", {"is_anonymous": True, "is_tor_exit_node": True, "is_anonymous_vpn": False},
     {"flags": ("anonymous", "tor")}),
    ("maxmind-connection", "GeoIP2-Connection-Type", {"connection_type": "Cellular"}, {"flags": ("mobile",)}),
    ("dbip", "DBIP-Location-ISP (compat=Enterprise)", {**NESTED, "city": name("Jalgaon (Ring Road)"), "traits":
     {"isp": "Example", "autonomous_system_number": 64500, "connection_type": "Satellite"}},
     {"city": "Jalgaon (Ring Road)", "owner": "Example", "asn": 64500, "flags": ("satellite",)}),
    ("dbip-flat", "city ipv4", {"country_code": "IN", "state1": "Maharashtra", "state2": "", "city": "Bhusawal (Town)", "postcode": "",
     "latitude": 21.05, "longitude": 75.78, "timezone": ""}, {"state": "Maharashtra", "city": "Bhusawal (Town)", "latitude": 21.05}),
    ("ipinfo", "ipinfo standard_location.mmdb", {"country": "IN", "region": "Maharashtra", "city": "Jalgaon", "lat": "21.0", "lng": "75.5",
     "postal_code": "425001"}, {"country": "IN", "state": "Maharashtra", "latitude": 21.0, "longitude": 75.5}),
    ("ipinfo", "ipinfo generic_location_free", {"country": "IN", "region": "Maharashtra", "city": "Jalgaon", "loc": "21.0,75.5"},
     {"latitude": 21.0, "longitude": 75.5}),
    ("ipinfo", "ipinfo bundle_location_lite.mmdb", {"asn": "AS64500", "as_name": "Example", "as_domain": "net.example", "country": "India",
     "country_code": "IN", "continent": "Asia"}, {"country": "IN", "asn": 64500, "owner": "Example"}),
    ("ipinfo", "ipinfo standard_privacy.mmdb", {"hosting": "true", "vpn": "true", "proxy": "", "tor": "", "relay": "true"},
     {"flags": ("hosting", "relay", "vpn")}),
    ("ip2location", "IP2LITE-City", NESTED, {"country": "IN", "city": "Jalgaon"}),
    ("ip2location", "IP2Location DB11", NESTED, {"state": "Maharashtra"}),
]  # fmt: skip


@pytest.mark.parametrize(("layout", "database_type", "record", "says"), CASES)
def test_every_layout_is_recognised_and_read(
    tmp_path: Path, layout: str, database_type: str, record: dict[str, Any], says: dict[str, Any]
) -> None:
    found = opened(tmp_path, mmdb.write({"1.0.0.0/8": record}, database_type=database_type))
    assert (found.layout.name, str(found.as_of)) == (layout, "2026-05-28")
    with maxminddb.open_database(tmp_path / "x.mmdb") as reader:
        stored = reader.get("1.2.3.4")
    assert isinstance(stored, dict)
    reading = found.layout.read(stored)
    assert {key: getattr(reading, key) for key in says} == says


def test_there_is_a_case_of_every_layout() -> None:
    assert {case[0] for case in CASES} == {layout.name for layout in LAYOUTS}


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (
            {"domain": "net.example"},
            r"of type 'GeoIP2-Domain' whose records have the fields domain \(text\) is of no layout",
        ),
        ({}, "fields none"),
    ],
)
def test_an_unknown_layout_is_refused_with_what_was_found(tmp_path: Path, record: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        opened(tmp_path, mmdb.write({"1.0.0.0/8": record}, database_type="GeoIP2-Domain"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=8,
)  # fmt: skip
FIELDS = st.sampled_from(sorted({key for case in CASES for key in case[2]} | {"names", "iso_code"}))


@given(st.sampled_from(LAYOUTS), st.dictionaries(FIELDS, JSON, max_size=6))
def test_values_of_any_kind_are_no_fault_of_the_reader(layout: Any, record: dict[str, Any]) -> None:
    reading = layout.read(record)
    assert len(reading.country) in (0, 2) and reading.owner.isprintable() and reading.city.isprintable()
    with suppress(InvalidInputError):
        layout_of("x.mmdb", "anything", [record])


def test_a_country_known_by_nothing_but_its_middle_is_not_placed_in_it(tmp_path: Path) -> None:
    record = {"country_code": "IN", "state1": "", "city": "", "latitude": 21.0, "longitude": 75.5}
    found = opened(tmp_path, mmdb.write({"1.0.0.0/8": record}))
    (template,) = found.compiled.templates
    assert (template.country, template.state, template.district, template.precision) == ("IN", "", "", "country")


def test_the_day_of_a_file_that_cannot_be_is_not_believed(tmp_path: Path) -> None:
    for built in (1, 2**36):
        assert opened(tmp_path, mmdb.write({"1.0.0.0/8": {"country_code": "IN"}}, built=built)).as_of is None


def test_real_files_say_what_maxminddb_says(dbip: tuple[Path, Path]) -> None:
    rng = np.random.default_rng(7)
    for path, bits in zip(dbip, (32, 128), strict=True):
        found = compile_file(path, path.name)
        cover = found.compiled.v4 if bits == 32 else found.compiled.v6
        assert cover is not None and found.layout.name == "dbip-flat"
        spans = [cover.span(int(i)) for i in rng.integers(0, len(cover.start), 4_000)]
        numbers = [edge for first, last in spans for edge in (first, last, (first + last) // 2)]
        addresses = [str(ip_address(n.to_bytes(bits // 8, "big"))) for n in numbers]
        parsed = parse(addresses)
        at, intervals = (
            (parsed.v4_at, cover.find(parsed.v4)) if bits == 32 else (parsed.v6_at, cover.find(parsed.high, parsed.low))
        )
        rows = found.compiled.rows_at(cover, intervals, None)
        with maxminddb.open_database(path) as reader:
            for position, interval, row in zip(at.tolist(), intervals.tolist(), rows.tolist(), strict=True):
                record, length = reader.get_with_prefix_len(addresses[position])
                if row == NOTHING:
                    assert record is None
                    continue
                assert isinstance(record, dict)
                network = found.compiled.found_by(cover, interval, row, numbers[position])
                assert network == str(ip_network(f"{addresses[position]}/{length}", strict=False))
                template = found.compiled.templates[found.compiled.claim[row]]
                assert template.country == str(record["country_code"]).replace("ZZ", "")
