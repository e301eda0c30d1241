"""VICS: hashes only, each once, without a judgement; what others wrote is read, and refused by name where it is something else."""

from __future__ import annotations

import io
import json

import pytest

from tests.exchange_records import records
from tipline.core.errors import InvalidInputError
from tipline.exchange.forms import form_named
from tipline.exchange.vics import CONTEXT
from tipline.exchange.vics.reading import Listed, read_vics

MD5, SHA1 = "ab" * 16, "cd" * 20


def listed(*media: object, context: str = CONTEXT, key: str = "@odata.context") -> io.BytesIO:
    return io.BytesIO(json.dumps({key: context, "value": media}).encode())


def test_what_is_written_is_read_back() -> None:
    for record in records():
        body = b"".join(form_named("vics").write(record))
        read = read_vics(io.BytesIO(body))
        files = [one for report in record.reports for one in report.files if one.md5]
        assert (read.version, read.unreadable) == ("2.0", 0)
        assert {(one.md5, one.sha1, one.size_bytes) for one in read.entries} == {
            (one.md5, one.sha1, one.size_bytes) for one in files
        }
        assert {one.category for one in read.entries} <= {0}


def test_nothing_but_hashes_is_in_it() -> None:
    keys = set()
    for record in records(50):
        for one in json.loads(b"".join(form_named("vics").write(record)))["value"]:
            keys |= set(one)
    assert keys == {"MediaID", "Category", "MD5", "SHA1", "MediaSize", "DateUpdated", "IsPrecategorized"}


def test_hash_sets_and_cases_of_others_are_read() -> None:
    one = Listed(MD5, SHA1, 7, 1)
    media = {
        "MediaID": 9,
        "Category": 1,
        "MD5": MD5.upper(),
        "SHA1": SHA1.upper(),
        "MediaSize": 7,
        "Series": "x",
        "Tags": None,
    }
    assert read_vics(listed(media, {"MediaID": 3}, "no object", {"MD5": "../.."})).entries == (one,)
    assert read_vics(listed(media, {"MediaID": 3}, "no object", {"MD5": "../.."})).unreadable == 3
    case = listed(
        {"CaseID": "x", "Media": [media]},
        context="http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Cases",
    )
    assert read_vics(case).entries == (one,)
    old = listed(media, context="http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media", key="odata.metadata")
    assert read_vics(old).version == "1.3"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "a list `value`"),
        (b'{"@odata.context": "http://example.org/x", "value": []}', "'http://example.org/x' is no data model"),
        (b'{"@odata.context": 5, "value": []}', "'5' is no data model"),
    ],
)  # fmt: skip
def test_something_else_is_refused_by_name(body: bytes, told: str) -> None:
    with pytest.raises(InvalidInputError, match=told):
        read_vics(io.BytesIO(body))
