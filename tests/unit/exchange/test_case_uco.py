"""CASE/UCO: valid by the ontologies that `case_validate` brings along, readable by Tipline's own reader, with no context to fetch."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.exchange_records import records
from tests.exchange_validators import check_case, queries_parsed_once
from tipline.exchange.forms import form_named
from tipline.exchange.record.model import Record
from tipline.investigation.exhibits.case_uco import read_case
from tipline.investigation.exhibits.tables import Hashed

__all__ = ["queries_parsed_once"]
# `case_validate` itself, in a process that cannot reach anything
COMMAND = """
import socket, sys
def refused(*a, **k): raise SystemExit("a validator went to the network")
socket.getaddrinfo = socket.socket.connect = refused
from case_utils.case_validate import main
main()
"""


def document(record: Record) -> bytes:
    return b"".join(form_named("case-uco").write(record))


@pytest.mark.timeout(1800)
@pytest.mark.usefixtures("no_network", "queries_parsed_once")
def test_two_hundred_records_are_valid() -> None:
    check_case(document(record) for record in records())


@pytest.mark.timeout(600)
@pytest.mark.parametrize("version", ["1.3.0", "1.5.0"])
def test_the_command_finds_nothing_by_other_versions(version: str, tmp_path: Path) -> None:
    file = tmp_path / "referral.jsonld"
    file.write_bytes(document(next(records(1, seed=4))))
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "--allow-info", "--built-version", f"case-{version}", str(file)],
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0 and "Conforms: True" in done.stdout, done.stdout[-2000:] + done.stderr[-2000:]
    assert "sh:Violation" not in done.stdout and "sh:Warning" not in done.stdout
    # UCO 1.3 remarks that the name of a hash method is a plain string; since 1.4 it has to be one
    assert version == "1.3.0" or "Results" not in done.stdout


def test_the_context_is_in_the_document() -> None:
    said = json.loads(document(next(records(1))))
    assert isinstance(said["@context"], dict)
    assert all(isinstance(iri, str) for iri in said["@context"].values())


def test_tiplines_own_reader_reads_the_hashes() -> None:
    for record in records(20):
        read = [one for one in read_case(io.BytesIO(document(record))).rows if isinstance(one, Hashed)]
        found = {value for one in read for value in one.hashes.values()}
        wanted = {one.sha256 for report in record.reports for one in report.files if one.sha256} | {
            one.sha256 for report in record.reports for one in report.documents
        }
        assert wanted <= found


def test_an_account_is_one_node_in_every_file() -> None:
    """What two referrals share is found by its name."""
    first, second = records(2, seed=11)
    shared = first.reports[0].model_copy(update={"identifiers": ()})
    one = {"kind": "handle", "value": "fern", "scope": "pixhaven", "role": "reported"}
    names = []
    for record in (first, second):
        report = shared.model_validate(shared.model_dump() | {"uid": record.reports[0].uid, "identifiers": [one]})
        graph = json.loads(document(record.model_copy(update={"reports": (report,)})))["@graph"]
        names.append([node["@id"] for node in graph if node["@type"] == "uco-observable:DigitalAccount"])
    assert names[0] == names[1]
    assert len(names[0]) == 1
