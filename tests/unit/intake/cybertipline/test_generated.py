"""Documents made from the schema itself are read as they were meant, by the door and by extraction."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.strategies_cybertipline import Written, canonical, documents, fullest, schema_of, written
from tipline.intake.cybertipline.document import header_of, parse_file_details, parse_report
from tipline.pipeline.extraction.reading import parse, read

PARSE = {"report": parse_report, "fileDetails": parse_file_details}
SMALLEST = etree.tostring(fullest("report"))


@pytest.mark.parametrize("root", PARSE)
def test_a_document_with_everything_in_it_is_valid_and_read(root: str) -> None:
    tree = fullest(root)
    named = {element.getroottree().getpath(element) for element in tree.iter()}
    plain = {"/".join(part.partition("[")[0] for part in path.split("/")) for path in named}
    assert plain == {node.path for node in schema_of(root).all()}
    assert canonical(PARSE[root](etree.tostring(tree))) == canonical(tree)


@pytest.mark.parametrize("root", PARSE)
@settings(max_examples=150)
@given(data=st.data())
def test_however_a_client_writes_it_the_same_document_is_read(root: str, data: st.DataObject) -> None:
    document: Written = data.draw(written(documents(root)))
    assert canonical(PARSE[root](document.body)) == canonical(document.root)
    assert canonical(parse(document.body)) == canonical(document.root)


@settings(max_examples=150)
@given(report=written(documents("report")), details=st.lists(written(documents("fileDetails")), max_size=2))
def test_whatever_the_door_accepts_extraction_reads(report: Written, details: list[Written]) -> None:
    header = header_of(parse_report(report.body))
    found = read(report.body, [("f", one.body) for one in details], "Pictogram")
    assert len(header.incident_at_text) <= 64
    seen = list(report.root.iter("personOrUserReported", "intendedRecipient", "victim", "associatedAccount"))
    assert len([p for p in found.persons if p.role in ("reported", "recipient", "victim", "associated")]) == len(seen)
    assert len(found.files) == min(1, len(details))
