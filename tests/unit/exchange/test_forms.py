"""All forms: found by being there, complete in what they say of themselves, the same bytes for the same record, and nothing of a child."""

from __future__ import annotations

import json
import random
import typing
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.exchange_records import HOSTILE, MASKED, record_of, records
from tipline.core.errors import InvalidInputError
from tipline.exchange.bulk.tables import _bare, _is_part, _of_tuple
from tipline.exchange.forms import Form, form_named, forms
from tipline.exchange.record.model import Part, Record
from tipline.exchange.reference import FOLDER, pages

PROJECT = Path(__file__).parents[3]
ALL = pytest.mark.parametrize("form", forms(), ids=lambda form: form.described.name)
# forms that say nothing of children, or only how many there are; the tables carry the record's masks
SILENT = [form for form in forms() if form.described.name not in {"csv", "ndjson", "parquet"}]


def written(form: Form, record: Record) -> bytes:
    return b"".join(form.write(record))


def paths(part: type[Part], above: str = "") -> Iterator[str]:
    """Every field of the record that is no part itself, by its path."""
    hints = typing.get_type_hints(part)
    for name in part.model_fields:
        bare = _bare(hints[name])
        inner = bare if _is_part(bare) else _of_tuple(bare)
        if _is_part(inner):
            yield from paths(inner, f"{above}{name}.")
        else:
            yield f"{above}{name}"


def test_these_forms_are_there() -> None:
    assert [form.described.name for form in forms()] == [
        "case-uco",
        "csv",
        "cybertipline",
        "misp",
        "ndjson",
        "parquet",
        "stix",
        "vics",
    ]
    with pytest.raises(InvalidInputError, match=r"'pdf' is not a form that referrals go out in: case-uco, csv"):
        form_named("pdf")


@ALL
def test_every_part_of_the_record_is_mapped_or_said_to_be_lost(form: Form) -> None:
    said = [path for row in (*form.described.mapping, *form.described.losses) for path in row.of]
    every = list(paths(Record))
    assert [path for path in every if not any(path == one or path.startswith(f"{one}.") for one in said)] == []
    assert [one for one in said if not any(path == one or path.startswith(f"{one}.") for path in every)] == []


def test_the_pages_of_the_reference_are_as_their_files_say() -> None:
    """`python -m tipline.exchange.reference` writes them."""
    for name, text in pages().items():
        assert (PROJECT / FOLDER / name).read_text(encoding="utf-8") == text, name


@ALL
def test_the_same_record_makes_the_same_bytes(form: Form) -> None:
    for record in records(5):
        again = Record.model_validate_json(record.model_dump_json())
        assert written(form, record) == written(form, again)


@pytest.mark.parametrize("form", SILENT, ids=lambda form: form.described.name)
def test_nothing_of_a_child_is_in_a_form(form: Form) -> None:
    """Not even what a record that is wrong has not masked."""
    said = json.loads(record_of(random.Random(3), 3, reports=3).model_dump_json())
    secret = "kestrel7714"
    for report in said["reports"]:
        report["identifiers"] += [
            {
                "kind": "handle",
                "value": secret,
                "scope": secret,
                "role": "victim",
                "child": 1,
                "seen": [{"original": secret, "port": 1}],
            },
            {"kind": "email", "value": f"{secret}@mail.example", "role": "recipient", "child": 2},
            {"kind": "ip", "value": MASKED, "role": "victim", "masked": True},
        ]
        report["persons"] += [
            {"role": "victim", "first_name": secret, "display_names": [secret], "platform": secret, "age": 9}
        ]
        report["places"] = [one | {"masked": True, "explanation": secret, "owner": secret} for one in report["places"]]
    body = written(form, Record.model_validate(said))
    assert secret.encode() not in body
    assert MASKED.encode() not in body


@pytest.mark.parametrize("name", ["case-uco", "stix", "misp", "vics"])
def test_json_hides_and_reorders_nothing(name: str) -> None:
    for record in records(20):
        body = written(form_named(name), record)
        assert body.isascii()
        assert not set(body) & set(range(32)) - {10}
        json.loads(body)


def test_the_records_hold_what_is_hard() -> None:
    """The control of everything that runs over them."""
    every = list(records())
    assert len(every) == 200
    reports = [report for record in every for report in record.reports]
    identifiers = [one for report in reports for one in report.identifiers]
    assert {one.kind for one in identifiers} == {"handle", "account_id", "email", "phone", "url", "ip", "device"}
    assert any(one.masked for one in identifiers)
    assert any(place.abstained for report in reports for place in report.places)
    assert set(HOSTILE) - {""} <= {one.value for one in identifiers} | {one.scope for one in identifiers} | {
        report.platform for report in reports
    }
    assert any(seen.at is None for one in identifiers for seen in one.seen)
    assert max(len(record.reports) for record in every) == 16
