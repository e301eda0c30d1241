"""MISP: PyMISP loads the events, every object fits its template, nobody else is to get them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pymisp import MISPEvent

from tests.exchange_records import records
from tests.exchange_validators import check_misp
from tipline.exchange.forms import form_named
from tipline.exchange.misp.event import TAGS
from tipline.exchange.record.model import Record


def event(record: Record) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(b"".join(form_named("misp").write(record)))
    return found


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("no_network")
def test_two_hundred_records_load_and_fit_their_templates() -> None:
    for record in records():
        check_misp(event(record))


@pytest.mark.usefixtures("no_network")
def test_values_arrive_as_they_were_written() -> None:
    """PyMISP and MISP trim and normalise: what they would change is written so that they do not."""
    for record in records(30):
        said = event(record)
        loaded = MISPEvent()
        loaded.load(json.dumps(said))
        for before, after in zip(said["Event"]["Object"], loaded.objects, strict=True):
            written = {
                one["uuid"]: one["value"]
                for one in before["Attribute"]
                if one["type"] not in {"datetime", "size-in-bytes", "port"}
            }
            assert {one.uuid: str(one.value) for one in after.attributes if one.uuid in written} == written


def test_it_is_for_the_receivers_own_organisation_and_detects_nobody() -> None:
    for record in records(20):
        said = event(record)["Event"]
        assert (said["distribution"], said["published"]) == ("0", False)
        assert tuple(tag["name"] for tag in said["Tag"]) == TAGS
        attributes = [*said["Attribute"], *[inner for one in said["Object"] for inner in one["Attribute"]]]
        assert not [one for one in attributes if one["to_ids"]]
        assert {one["distribution"] for one in [*attributes, *said["Object"]]} == {"5"}
        assert not {one["name"] for one in said["Object"]} & {"person", "victim"}
