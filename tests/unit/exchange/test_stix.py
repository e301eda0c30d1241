"""STIX 2.1: every MUST by `stix2-validator`, the names that the standard gives observables, markings on everything, no indicator."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from tests.exchange_records import records
from tests.exchange_validators import check_stix, schemas_read_once
from tipline.exchange.forms import form_named
from tipline.exchange.record.model import Record
from tipline.exchange.stix.bundle import EXTENSION, TLP_AMBER_STRICT

__all__ = ["schemas_read_once"]
COMMAND = """
import socket, sys
def refused(*a, **k): raise SystemExit("a validator went to the network")
socket.getaddrinfo = socket.socket.connect = refused
from stix2validator.scripts.stix2_validator import main
main()
"""


def bundle(record: Record) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(b"".join(form_named("stix").write(record)))
    return found


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("no_network", "schemas_read_once")
def test_two_hundred_records_are_valid() -> None:
    check_stix(bundle(record) for record in records())


@pytest.mark.timeout(300)
def test_the_command_finds_nothing(tmp_path: Path) -> None:
    for number, record in enumerate(records(3, seed=5)):
        (tmp_path / f"{number}.json").write_bytes(b"".join(form_named("stix").write(record)))
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "--version", "2.1", "-q", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]


def test_observables_have_the_names_of_the_standard() -> None:
    """Section 2.9, by the example of an address."""
    for record in records(20):
        for one in bundle(record)["objects"]:
            if one["type"] in {"ipv4-addr", "url", "email-addr"}:
                name = rfc8785.dumps({"value": one["value"]}).decode()
                assert (
                    one["id"] == f"{one['type']}--{uuid.uuid5(uuid.UUID('00abedb4-aa42-466c-9c01-fed23315a9b7'), name)}"
                )


def test_everything_is_marked_and_nothing_is_an_indicator() -> None:
    for record in records(20):
        objects = bundle(record)["objects"]
        assert not {one["type"] for one in objects} & {"indicator", "threat-actor", "malware", "attack-pattern"}
        for one in objects:
            if one["type"] not in {"marking-definition", "extension-definition"}:
                assert TLP_AMBER_STRICT in one["object_marking_refs"]
                assert set(one.get("extensions", {EXTENSION})) == {EXTENSION}
            assert not [key for key in one if key.startswith("x_")]
