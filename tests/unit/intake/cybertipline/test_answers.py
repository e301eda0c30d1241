from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tipline.intake.cybertipline.answers import LONGEST_DESCRIPTION, report_done_response, report_response
from tipline.intake.cybertipline.document import SCHEMA_FILE

SCHEMA = etree.XMLSchema(etree.parse(SCHEMA_FILE))


def read(body: bytes) -> etree._Element:
    root = etree.fromstring(body)
    SCHEMA.assertValid(root)
    return root


def told(body: bytes) -> list[tuple[str, str]]:
    return [(str(child.tag), child.text or "") for child in read(body)]


def test_an_answer_says_its_code_and_in_words_what_it_means() -> None:
    body = report_response(0, "Success", report_id=4564654)
    assert body.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    assert read(body).tag == "reportResponse"
    assert told(body) == [("responseCode", "0"), ("responseDescription", "Success"), ("reportId", "4564654")]


def test_an_uploaded_files_answer_has_its_id_and_its_hash() -> None:
    assert told(report_response(0, "Success", 1, "b0754af7", "fafa5efe")) == [
        ("responseCode", "0"),
        ("responseDescription", "Success"),
        ("reportId", "1"),
        ("fileId", "b0754af7"),
        ("hash", "fafa5efe"),
    ]


def test_a_refusal_carries_nothing_but_code_and_words() -> None:
    assert told(report_response(4100, "wrong")) == [("responseCode", "4100"), ("responseDescription", "wrong")]


def test_report_number_0_is_a_number() -> None:
    assert ("reportId", "0") in told(report_response(0, "Success", report_id=0))


@pytest.mark.parametrize("files", [[], ["a"], ["b", "a", "c"]])
def test_a_finish_lists_the_files_in_their_order(files: list[str]) -> None:
    root = read(report_done_response(7, files))
    assert root.tag == "reportDoneResponse"
    assert (root.findtext("responseCode"), root.findtext("reportId")) == ("0", "7")
    assert [e.text for e in root.findall("files/fileId")] == files


def test_words_cannot_become_elements() -> None:
    assert told(report_response(4100, "</responseDescription><reportId>1</reportId>&x;"))[1:] == [
        ("responseDescription", "</responseDescription><reportId>1</reportId>&x;")
    ]


def test_a_description_has_an_end() -> None:
    assert len(told(report_response(4100, "x" * 10_000))[1][1]) == LONGEST_DESCRIPTION + 1


@given(st.text(st.characters(codec=None)), st.integers(0, 9999), st.integers(0, 2**63 - 1))
def test_every_description_makes_a_valid_answer(description: str, code: int, report_id: int) -> None:
    assert told(report_response(code, description, report_id))[::2] == [
        ("responseCode", str(code)),
        ("reportId", str(report_id)),
    ]
