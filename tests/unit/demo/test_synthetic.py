from __future__ import annotations

import ipaddress
import re
import struct
import zlib
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tipline.demo.scenario import RANGES, Scenario, load
from tipline.demo.synthetic import SyntheticReport, file_details_xml, noise_png, report_xml, stream
from tipline.intake.cybertipline.document import parse_file_details, parse_report
from tipline.pipeline.extraction.kinds import UNREADABLE
from tipline.pipeline.extraction.reading import Extract, read
from tipline.reports.models import IdentifierKind
from tipline.trust.agencies.services import STANDARD_TREE

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PLATFORMS = (("Pictogram", "pictogram.example"), ("Clipwave", "clipwave.example"))
DOCUMENTATION = [
    ipaddress.ip_network(n) for n in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]
SCENARIO = load()


def documents(report: SyntheticReport) -> list[bytes]:
    return [report_xml(report)] + [
        file_details_xml(1, f"f{n}", body, report, n) for n, body in enumerate(report.files, 1)
    ]


def extract(report: SyntheticReport) -> Extract:
    first, *details = documents(report)
    return read(first, [(f"f{n}", body) for n, body in enumerate(details, 1)], report.platform)


def of_scenario() -> list[SyntheticReport]:
    return [SCENARIO.synthetic(entry, NOW) for entry in SCENARIO.reports]


def of_stream() -> list[SyntheticReport]:
    return list(stream(150, 7, NOW, PLATFORMS))


SOURCES = pytest.mark.parametrize("reports", [of_scenario, of_stream], ids=["scenario", "stream"])
Made = Callable[[], list[SyntheticReport]]


@SOURCES
def test_every_document_is_valid_at_the_door(reports: Made) -> None:
    for report in reports():
        first, *details = documents(report)
        assert parse_report(first).findtext("incidentSummary/platform") == report.platform
        for number, body in enumerate(details, 1):
            assert parse_file_details(body).findtext("fileId") == f"f{number}"


@SOURCES
def test_every_domain_is_fictional(reports: Made) -> None:
    for body in chain.from_iterable(map(documents, reports())):
        # the names of the schema are no links of the report
        text = re.sub(r'(xmlns:xsi|xsi:noNamespaceSchemaLocation)="[^"]*"', "", body.decode())
        hosts = re.findall(r"(?:://|@)([^/<\"\s]+)", text)
        assert hosts or b"fileDetails" in body
        assert [host for host in hosts if not host.endswith(".example")] == []


@SOURCES
def test_every_address_is_one_for_documentation(reports: Made) -> None:
    addresses = {
        ipaddress.ip_address(str(element.text))
        for body in chain.from_iterable(map(documents, reports()))
        for element in etree.fromstring(body).iter("ipAddress")
    }
    assert len(addresses) > 10
    assert [a for a in addresses if not any(a in net for net in DOCUMENTATION)] == []


@SOURCES
def test_every_identifier_can_be_read_and_every_telephone_number_is_kept_for_fiction(reports: Made) -> None:
    for report in reports():
        sightings = extract(report).sightings
        assert [s.original for s in sightings if s.identifier.scope == UNREADABLE] == []
        numbers = [s.identifier.value for s in sightings if s.identifier.kind is IdentifierKind.PHONE]
        assert all(re.fullmatch(r"\+120255501\d\d", number) for number in numbers)
        handles = {s.identifier.value for s in sightings if s.identifier.kind is IdentifierKind.HANDLE}
        assert handles == {report.handle.casefold()}


@SOURCES
def test_addresses_keep_their_port_time_and_event_through_the_documents(reports: Made) -> None:
    for report in reports():
        seen = [(s.ip, s.port, s.at, s.event) for s in extract(report).sightings if s.ip]
        assert seen == [
            (str(ipaddress.ip_address(s.ip)), s.port, s.at.replace(microsecond=0), s.event) for s in report.seen
        ]


def test_the_same_seed_makes_the_same_reports_and_another_others() -> None:
    assert list(stream(20, 7, NOW, PLATFORMS)) == list(stream(20, 7, NOW, PLATFORMS))
    assert list(stream(20, 7, NOW, PLATFORMS)) != list(stream(20, 8, NOW, PLATFORMS))
    assert list(stream(5, 7, NOW, PLATFORMS)) == list(stream(20, 7, NOW, PLATFORMS))[:5]


def test_the_stream_has_the_mix_that_it_promises() -> None:
    reports = list(stream(2_000, 3, NOW, PLATFORMS))
    assert len({r.handle for r in reports}) == 2_000
    assert {len(r.seen) for r in reports} == {1, 2, 3}
    assert {len(r.files) for r in reports} == {1, 2, 3, 4}
    assert all(r.at < NOW and all(s.at <= r.at for s in r.seen) for r in reports)
    assert 20 <= sum(bool(re.fullmatch(r"SIM-\d{4}", r.device)) for r in reports) <= 65
    assert 35 <= sum(r.email.startswith("shared") for r in reports) <= 105
    assert 1 <= sum(bool(r.escalate) for r in reports) <= 12
    assert {r.platform for r in reports} == {"Pictogram", "Clipwave"}


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32))
def test_whatever_the_seed_the_documents_are_valid(seed: int) -> None:
    for report in stream(3, seed, NOW, PLATFORMS):
        parse_report(report_xml(report))


def test_a_handle_with_signs_of_xml_stays_text() -> None:
    report = SyntheticReport("<a&b>\"'", "P & Q", "p.example", "a@p.example", NOW)
    root = parse_report(report_xml(report))
    assert root.findtext("personOrUserReported/screenName") == "<a&b>\"'"
    assert root.findtext("incidentSummary/platform") == "P & Q"


def test_media_are_small_pictures_of_noise_that_differ_by_seed() -> None:
    first, second = noise_png(1), noise_png(2)
    assert first == noise_png(1)
    assert first != second
    chunks = {}
    at = 8
    while at < len(first):
        (length,) = struct.unpack_from(">I", first, at)
        kind, body = first[at + 4 : at + 8], first[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", first, at + 8 + length) == (zlib.crc32(kind + body),)
        chunks[kind] = body
        at += 12 + length
    assert first.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">IIBB", chunks[b"IHDR"][:10]) == (24, 24, 8, 0)  # size, depth, grey
    rows = zlib.decompress(chunks[b"IDAT"])
    greys = Counter(rows[i] for i in range(len(rows)) if i % 25)  # without each row's filter byte
    assert greys.total() == 24 * 24
    assert len(greys) > 200  # noise has nearly every grey and no large patch of one
    assert max(greys.values()) < 15


@pytest.fixture
def scenario() -> Scenario:
    return SCENARIO


def test_the_scenario_has_sixteen_accounts_of_the_bundle_and_no_file_twice(scenario: Scenario) -> None:
    assert sum(e.expect == "IN-MH-JALGAON" for e in scenario.reports) >= 16
    bodies = [body for report in of_scenario() for body in report.files]
    assert len(set(bodies)) == len(bodies) == len(scenario.reports)


def test_every_entry_names_a_provider_of_the_scenario_and_an_agency_of_the_tree(scenario: Scenario) -> None:
    platforms = {p.name for p in scenario.platforms}
    codes = {line.partition(",")[0] for line in STANDARD_TREE.read_text(encoding="utf-8").splitlines()[1:]}
    assert {e.platform for e in scenario.reports} <= platforms
    assert {e.expect for e in scenario.reports} <= codes | {""}
    assert "" in {e.expect for e in scenario.reports}
    assert RANGES.is_file()
