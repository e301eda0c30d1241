"""CASE/UCO: valid by the ontologies that `case_validate` brings along, readable by Tipline's own reader, with no context to fetch."""

from __future__ import annotations

import functools
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyshacl
import pytest
import rdflib
from case_utils.case_validate.validate_utils import disable_tbox_review, get_invalid_cdo_concepts, get_ontology_graph
from rdflib.plugins.sparql import processor

from tests.exchange_records import records
from tipline.exchange.forms import form_named
from tipline.exchange.record.model import Record
from tipline.investigation.exhibits.case_uco import read_case
from tipline.investigation.exhibits.tables import Hashed

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


@pytest.fixture
def queries_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ontology asks the same four SPARQL queries of every node; rdflib parses them each time, which is most of the time that it takes."""
    translate: Callable[..., Any] = processor.translateQuery
    parse: Callable[[str], Any] = processor.parseQuery

    @functools.cache
    def once(query: str, base: str | None, names: tuple[tuple[str, Any], ...]) -> Any:
        return translate(parse(query), base, dict(names))

    monkeypatch.setattr(processor, "parseQuery", lambda query: query)
    monkeypatch.setattr(
        processor,
        "translateQuery",
        lambda query, base=None, names=None: once(query, base, tuple(sorted((names or {}).items()))),
    )


@pytest.mark.timeout(1800)
@pytest.mark.usefixtures("no_network", "queries_parsed_once")
def test_two_hundred_records_are_valid() -> None:
    """By the calls that `case_validate` makes, over all of them as one graph: so they also fit together."""
    graph = rdflib.Graph()
    for record in records():
        graph.parse(data=document(record), format="json-ld")
    ontology = get_ontology_graph("case-1.4.0")
    disable_tbox_review(ontology)
    assert get_invalid_cdo_concepts(graph, ontology) == set()
    conforms, _, told = pyshacl.validate(
        graph, ont_graph=ontology, shacl_graph=ontology, inference="none", inplace=True
    )
    assert conforms, told[:4000]


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
