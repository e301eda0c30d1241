"""The conformance page in a real browser, at a desk and on a telephone, light and dark."""

from __future__ import annotations

import base64
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests import factories
from tests.acceptance.conftest import Installation, made_in
from tipline.demo.synthetic import report_xml

PASSWORD = "long enough for tests"


def _asked(url: str, path: str, body: bytes | None = None, **headers: str) -> bytes:
    pair = base64.b64encode(f"pictogram:{PASSWORD}".encode()).decode()
    request = urllib.request.Request(f"{url}{path}", body, {"Authorization": f"Basic {pair}", **headers})
    try:
        return bytes(urllib.request.urlopen(request, timeout=20).read())
    except urllib.error.HTTPError as refused:
        return refused.read()


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation whose provider called the sandbox: well, and badly with a word that has no place to break."""
    with made_in(tmp_path_factory.mktemp("door")) as installation:
        yield _called(installation)


def _called(installation: Installation) -> Installation:
    installation.import_agencies()
    installation.run(
        "reporter",
        "add",
        "Pictogram",
        "--username",
        "pictogram",
        "--password-stdin",
        "--agency",
        "US-NCMEC",
        stdin=PASSWORD,
    )
    installation.up()
    run = {"Conformance-Run": "phone", "Content-Type": "text/xml"}
    _asked(installation.url, "/ispws-test/submit", report_xml(factories.synthetic()), **run)
    _asked(installation.url, "/ispws-test/submit", b"<report><" + b"x" * 300 + b"/></report>", **run)
    return installation


def test_it_fits_and_the_browser_has_nothing_to_complain_of(
    door: Installation, browser: Browser, tmp_path: Path
) -> None:
    deadline = time.monotonic() + 20
    while b'"calls": 2' not in _asked(door.url, "/provider/runs/phone.json"):
        assert time.monotonic() < deadline
        time.sleep(0.3)
    for width in (1280, 390):
        for scheme in ("light", "dark"):
            options: dict[str, Any] = {
                "viewport": {"width": width, "height": 900},
                "color_scheme": scheme,
                "http_credentials": {"username": "pictogram", "password": PASSWORD},
            }
            context = browser.new_context(**options)
            page = context.new_page()
            said: list[str] = []
            page.on("console", lambda message, said=said: said.append(message.text))  # type: ignore[misc]
            page.on("pageerror", lambda error, said=said: said.append(str(error)))  # type: ignore[misc]
            for path in ("/provider/", "/provider/runs/phone/"):
                page.goto(door.url + path)
                for fold in page.locator("details summary").all():
                    fold.click()
                assert page.locator(".call").count() == 2
                assert page.locator("html").evaluate("html => html.scrollWidth <= html.clientWidth"), width
                page.screenshot(path=tmp_path / f"{width}-{scheme}.png", full_page=True)
            assert said == []
            assert context.cookies() == []
            context.close()


def test_what_was_noted_is_written_when_the_server_is_told_to_stop(door: Installation) -> None:
    assert b"2000000001" in _asked(
        door.url, "/ispws-test/submit", report_xml(factories.synthetic("kite_8")), **{"Conformance-Run": "last"}
    )
    door.down()
    assert door.json("conformance", "last", "--json")["calls"] == 1
