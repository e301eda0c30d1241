"""Sources of where addresses are: what an import takes, what it refuses and names, and what a look-up says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests import factories
from tipline.core.clock import now
from tipline.core.errors import InvalidInputError
from tipline.pipeline.attribution import asking
from tipline.pipeline.attribution.fusion import Verdict, fuse
from tipline.pipeline.attribution.models import AddressRange, Source
from tipline.pipeline.attribution.services import import_source
from tipline.pipeline.attribution.sources import ask

pytestmark = pytest.mark.django_db
HEAD = "network,country,state,district,owner,flags\n"


def ranges(folder: Path, rows: str, name: str = "ranges.csv") -> Path:
    path = folder / name
    path.write_text(HEAD + rows, encoding="utf-8")
    return path


def test_the_most_precise_network_speaks_and_old_names_become_canonical(tmp_path: Path) -> None:
    rows = "192.0.2.0/24,IN,Maharashtra,,Wide,\n192.0.2.0/28,in,maharashtra,Aurangabad,Narrow,mobile cgnat\n"
    import_source(ranges(tmp_path, rows), tmp_path, factories.TESTS)
    said = ask(["192.0.2.5", "192.0.2.77", "203.0.113.1"])
    assert [(s.district, s.owner, s.flags) for s in said["192.0.2.5"]] == [
        ("Chhatrapati Sambhajinagar", "Narrow", ("mobile", "cgnat"))
    ]
    assert [(s.state, s.district) for s in said["192.0.2.77"]] == [("Maharashtra", "")]
    assert "203.0.113.1" not in said


def test_importing_again_replaces_and_keeps_the_old_source_on_record(tmp_path: Path) -> None:
    first = ranges(tmp_path, "192.0.2.0/24,IN,Gujarat,,A,\n")
    assert not import_source(first, tmp_path, factories.TESTS).unchanged
    assert import_source(first, tmp_path, factories.TESTS).unchanged
    import_source(ranges(tmp_path, "192.0.2.0/24,IN,Kerala,,B,\n"), tmp_path, factories.TESTS)
    assert [s.state for s in ask(["192.0.2.1"])["192.0.2.1"]] == ["Kerala"]
    assert list(Source.objects.order_by("id").values_list("active", flat=True)) == [False, True]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("192.0.2.1/24,IN,,,x,\n", "line 2, network"),
        ("300.0.0.0/8,IN,,,x,\n", "line 2, network"),
        ("192.0.2.0/24,India,,,x,\n", "line 2, country"),
        ("192.0.2.0/24,IN,,Jalgaon,x,\n", "line 2, state"),
        ("192.0.2.0/24,IN,,,x,weird\n", "line 2, flags: 'weird'"),
        ("192.0.2.0/24,IN,,,x,\n192.0.2.0/24,IN,,,y,\n", "line 3: 192.0.2.0/24 stands at line 2 already"),
        ("192.0.2.0/24,IN,,,x,,extra\n", "line 2: more than 6 columns"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_imported(tmp_path: Path, rows: str, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words.replace("(", r"\(")):
        import_source(ranges(tmp_path, rows), tmp_path, factories.TESTS)
    assert not Source.objects.exists()
    assert not AddressRange.objects.exists()


def test_a_file_that_is_neither_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.mmdb"
    path.write_bytes(b"\x00\xff" * 100)
    with pytest.raises(InvalidInputError, match="neither an MMDB file nor UTF-8 text"):
        import_source(path, tmp_path, factories.TESTS)
    path.write_bytes(b"\x00" * 50 + b"\xab\xcd\xefMaxMind.com" + b"\x00" * 9)
    with pytest.raises(InvalidInputError, match="not a readable MMDB"):
        import_source(path, tmp_path, factories.TESTS)


def test_a_second_operator_table_that_disagrees_lowers_confidence(tmp_path: Path) -> None:
    import_source(ranges(tmp_path, "192.0.2.0/24,IN,Maharashtra,Jalgaon,A,\n", "a.csv"), tmp_path, factories.TESTS)
    alone = _verdict("192.0.2.1")
    import_source(ranges(tmp_path, "192.0.2.0/24,IN,Maharashtra,Pune,B,\n", "b.csv"), tmp_path, factories.TESTS)
    both = _verdict("192.0.2.1")
    assert (alone.level, alone.district) == ("district", "Jalgaon")
    assert (both.level, both.state, both.district) == ("state", "Maharashtra", "")
    assert both.confidences[2] < alone.confidences[2]


def _verdict(ip: str) -> Verdict:
    asked = asking.ask([(ip, now())])
    return fuse(asked.combos[0], now().date())


def mmdb(record: dict[str, Any], ip_version: int) -> bytes:
    """An MMDB file whose every address has one record (MaxMind DB file format 2.0)."""

    def value(data: Any) -> bytes:
        match data:
            case str():
                body = data.encode()
                return bytes([2 << 5 | len(body)]) + body
            case (2 as size, int(number)):
                return bytes([5 << 5 | size]) + number.to_bytes(size, "big")
            case (4 as size, int(number)):
                return bytes([6 << 5 | size]) + number.to_bytes(size, "big")
            case (8 as size, int(number)):
                return bytes([size, 9 - 7]) + number.to_bytes(size, "big")
            case list():
                return bytes([len(data), 11 - 7]) + b"".join(map(value, data))
            case dict():
                return bytes([7 << 5 | len(data)]) + b"".join(value(k) + value(v) for k, v in data.items())
        raise TypeError(data)

    pointer = (1 + 16).to_bytes(3, "big")  # one node, then the first byte of the data section
    about = {  # unsigned numbers with their size in bytes
        "node_count": (4, 1), "record_size": (2, 24), "ip_version": (2, ip_version), "database_type": "Test-City",
        "languages": ["en"], "binary_format_major_version": (2, 2), "binary_format_minor_version": (2, 0),
        "build_epoch": (8, 1_780_000_000), "description": {"en": "x"},
    }  # fmt: skip
    return pointer * 2 + bytes(16) + value(record) + b"\xab\xcd\xefMaxMind.com" + value(about)


@pytest.mark.parametrize(
    "record",
    [
        {"country": {"iso_code": "IN"}, "subdivisions": [{"names": {"en": "Maharashtra"}}, {"names": {"en": "Poona"}}]},
        {"country_code": "IN", "state1": "maharashtra", "state2": "Poona"},
    ],
)
def test_both_layouts_of_mmdb_files_are_read_into_canonical_places(tmp_path: Path, record: dict[str, Any]) -> None:
    path = tmp_path / "city.mmdb"
    path.write_bytes(mmdb(record, 6))
    assert import_source(path, tmp_path, factories.TESTS).kind == "mmdb"
    (said,) = ask(["2001:db8::1"])["2001:db8::1"]
    assert (said.country, said.state, said.district) == ("IN", "Maharashtra", "Pune")
    assert (said.network, said.as_of) == ("::/1", "2026-05-28")


def test_a_file_of_ipv4_only_is_not_asked_for_ipv6(tmp_path: Path) -> None:
    path = tmp_path / "city-ipv4.mmdb"
    path.write_bytes(mmdb({"country_code": "IN"}, 4))
    import_source(path, tmp_path, factories.TESTS)
    said = ask(["2001:db8::1", "203.0.113.9"])
    assert list(said) == ["203.0.113.9"]
    assert said["203.0.113.9"][0].network == "128.0.0.0/1"
