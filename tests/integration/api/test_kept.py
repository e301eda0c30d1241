"""What is made of the description is up to date, nothing of it is lost in silence, and every screen has its endpoints or a reason."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse

from tipline.api import deprecations
from tipline.api.deprecations import Deprecated, allowed_to_go, lost, noted
from tipline.api.face import api_of
from tipline.api.screens import ENDPOINTS, NOT_OFFERED
from tipline.console.urls import urlpatterns
from tipline.core.config import Face
from tools import api_client

KEPT: dict[str, Any] = json.loads(api_client.KEPT.read_text(encoding="utf-8"))


def test_the_kept_description_the_tables_and_the_client_are_what_the_code_says() -> None:
    stale = [path.name for path, text in api_client.made().items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run tools/api_client.py"


def test_nothing_that_was_promised_is_gone() -> None:
    gone = lost(KEPT, api_client.described())
    assert [one for one in gone if not allowed_to_go(one)] == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda api: api["paths"].pop("/api/v1/desk"), ["GET /api/v1/desk"]),
        (lambda api: api["paths"]["/api/v1/desk"]["get"].update(operationId="pile"), ["GET /api/v1/desk: another operationId, which clients call it by"]),
        (lambda api: api["paths"]["/api/v1/desk"]["get"]["parameters"].pop(), ["GET /api/v1/desk: parameter If-None-Match"]),
        (
            lambda api: api["paths"]["/api/v1/desk"]["get"]["parameters"].append({"in": "query", "name": "x", "required": True}),
            ["GET /api/v1/desk: demands x"],
        ),
        (lambda api: api["components"]["schemas"]["Done"]["properties"].pop("number"), ["schema Done: field number"]),
        (
            lambda api: api["components"]["schemas"]["Done"]["properties"].update(done={"type": "integer"}),
            ["schema Done: field done is of another type"],
        ),
        (
            lambda api: api["components"]["schemas"]["Chosen"].update(
                required=["reports", "why"], properties={**api["components"]["schemas"]["Chosen"]["properties"], "why": {"type": "string"}}
            ),
            ["schema Chosen: demands why"],
        ),
        (lambda api: api["components"]["schemas"].pop("Why"), ["schema Why"]),
        (lambda api: api["components"]["schemas"]["Done"]["properties"].update(more={"type": "string"}), []),
    ],
)  # fmt: skip
def test_each_way_of_losing_something_is_seen(change: Any, said: list[str]) -> None:
    after = copy.deepcopy(KEPT)
    change(after)
    assert lost(KEPT, after) == said


def test_what_is_deprecated_says_so_and_goes_only_when_its_day_has_come() -> None:
    among = {"GET /api/v1/desk": Deprecated(date(2027, 1, 1), date(2028, 1, 1), "GET /api/v1/piles")}
    answer = noted(HttpResponse(), "GET /api/v1/desk", among)
    assert answer["Deprecation"] == "@1798761600"
    assert answer["Sunset"] == "Sat, 01 Jan 2028 00:00:00 GMT"
    assert "Sunset" not in noted(HttpResponse(), "GET /api/v1/cases", among)
    assert not allowed_to_go("GET /api/v1/desk", date(2027, 12, 31), among)
    assert allowed_to_go("GET /api/v1/desk: parameter tab", date(2028, 1, 1), among)
    assert not allowed_to_go("GET /api/v1/cases", date(2030, 1, 1), among)


def test_whoever_deprecates_gives_a_year() -> None:
    for operation, notice in deprecations.DEPRECATED.items():
        assert notice.sunset - notice.since >= deprecations.NOTICE and notice.instead, operation


def test_every_screen_has_its_endpoints_or_a_reason() -> None:
    screens = {pattern.name for pattern in urlpatterns}
    assert screens - set(ENDPOINTS) - set(NOT_OFFERED) == set(), "a screen without a row: src/tipline/api/screens.py"
    assert (set(ENDPOINTS) | set(NOT_OFFERED)) - screens == set()
    assert all(reason for reason in NOT_OFFERED.values())


def test_every_endpoint_that_a_screen_names_exists_and_every_one_has_its_screen() -> None:
    there = {
        f"{'POST ' if method == 'post' else ''}{path.removeprefix('/api/v1')}"
        for path, method, _ in api_client.operations(KEPT)
    }
    named = {endpoint for endpoints in ENDPOINTS.values() for endpoint in endpoints}
    assert named - there == set()
    # other rooms name theirs where they stand (operations)
    assert {one for one in there - named if "/operations" not in one} == set()


def test_no_two_types_of_the_description_have_one_name() -> None:
    """django-ninja names a type by its class alone: the second of that name would be described as the first."""
    from ninja import Schema
    from pydantic import BaseModel

    seen: dict[str, set[str]] = {}

    def walk(kind: type[BaseModel]) -> None:
        for one in kind.__subclasses__():
            if one.__module__.startswith("tipline.api"):
                seen.setdefault(one.__name__, set()).add(one.__module__)
            walk(one)

    api_of(Face)
    walk(BaseModel)
    assert {name: where for name, where in seen.items() if len(where) > 1} == {}
    assert Schema


def test_the_client_is_typed_strictly() -> None:
    folder = Path(api_client.CLIENT)
    mypy = Path(sys.executable).with_name("mypy")
    told = subprocess.run(
        [str(mypy), "--strict", "--config-file=", "--no-incremental", str(folder)],
        capture_output=True, text=True, check=False, cwd=folder.parent, timeout=280,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout
