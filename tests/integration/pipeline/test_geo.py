"""Sources of where addresses are: what an import takes, what it refuses and names, and what a look-up says."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests import factories, mmdb
from tipline.core.errors import InvalidInputError
from tipline.pipeline.attribution.fusion import fuse
from tipline.pipeline.attribution.models import AddressRange, Source
from tipline.pipeline.attribution.services import import_source
from tipline.pipeline.attribution.sources import ask
from tipline.pipeline.attribution.statements import Statement

pytestmark = pytest.mark.django_db
HEAD = "network,country,state,district,owner,flags\n"


def said_of(*addresses: str, at: datetime | None = None) -> list[tuple[Statement, ...]]:
    said = ask([(ip, at) for ip in addresses])
    for number in range(len(addresses)):  # what is weighed is what is shown
        assert said.combos[said.which[number]] == tuple(s.claim for s in said.statements(number))
    return [said.statements(number) for number in range(len(addresses))]


def ranges(folder: Path, rows: str, name: str = "ranges.csv") -> Path:
    path = folder / name
    path.write_text(HEAD + rows, encoding="utf-8")
    return path


def test_the_most_precise_network_speaks_and_old_names_become_canonical(tmp_path: Path) -> None:
    rows = "192.0.2.0/24,IN,Maharashtra,,Wide,\n192.0.2.0/28,in,maharashtra,Aurangabad,Narrow,mobile cgnat\n"
    import_source(ranges(tmp_path, rows), tmp_path, factories.TESTS)
    narrow, wide, other = said_of("192.0.2.5", "192.0.2.77", "203.0.113.1")
    assert [(s.claim.district, s.owner, s.claim.flags, s.found_by) for s in narrow] == [
        ("Chhatrapati Sambhajinagar", "Narrow", ("mobile", "cgnat"), "192.0.2.0/28")
    ]
    assert [(s.claim.state, s.claim.district, s.found_by) for s in wide] == [("Maharashtra", "", "192.0.2.0/24")]
    assert [s.claim.flags for s in other] == [("documentation",)]


def test_importing_again_replaces_and_keeps_the_old_source_on_record(tmp_path: Path) -> None:
    first = ranges(tmp_path, "192.0.2.0/24,IN,Gujarat,,A,\n")
    assert not import_source(first, tmp_path, factories.TESTS).unchanged
    assert import_source(first, tmp_path, factories.TESTS).unchanged
    import_source(ranges(tmp_path, "192.0.2.0/24,IN,Kerala,,B,\n"), tmp_path, factories.TESTS)
    assert [s.claim.state for s in said_of("192.0.2.1")[0]] == ["Kerala"]
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
    alone = fuse([s.claim for s in said_of("192.0.2.1")[0]])
    import_source(ranges(tmp_path, "192.0.2.0/24,IN,Maharashtra,Pune,B,\n", "b.csv"), tmp_path, factories.TESTS)
    both = fuse([s.claim for s in said_of("192.0.2.1")[0]])
    assert (alone.level, alone.district) == ("district", "Jalgaon")
    assert (both.level, both.state, both.district) == ("state", "Maharashtra", "")
    assert both.confidences[2] < alone.confidences[2]


@pytest.mark.parametrize(
    "record",
    [
        {"country": {"iso_code": "IN"}, "subdivisions": [{"names": {"en": "Maharashtra"}}, {"names": {"en": "Poona"}}]},
        {"country_code": "IN", "state1": "maharashtra", "state2": "Poona"},
    ],
)
def test_nested_and_flat_mmdb_files_are_read_into_canonical_places(tmp_path: Path, record: dict[str, Any]) -> None:
    path = tmp_path / "city.mmdb"
    path.write_bytes(mmdb.write({"2400::/12": record}, 6))
    done = import_source(path, tmp_path, factories.TESTS)
    assert (done.kind, done.rows) == ("mmdb", 1)
    ((said,),) = said_of("2400::1")
    assert (said.claim.country, said.claim.state, said.claim.district) == ("IN", "Maharashtra", "Pune")
    assert (said.found_by, str(said.claim.as_of)) == ("2400::/12", "2026-05-28")


def test_a_file_of_ipv4_only_is_not_asked_for_ipv6(tmp_path: Path) -> None:
    path = tmp_path / "city-ipv4.mmdb"
    path.write_bytes(mmdb.write({"0.0.0.0/0": {"country_code": "IN"}}))
    import_source(path, tmp_path, factories.TESTS)
    nothing, something = said_of("2400::1", "1.2.3.4")
    assert nothing == ()
    assert [(s.claim.country, s.found_by) for s in something] == [("IN", "0.0.0.0/1")]
