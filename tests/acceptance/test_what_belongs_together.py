"""What the demo's sixteen are to show: the clusters that were meant, a list that comes later and raises the right report, each point down to its rule."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.conftest import Installation, made_in
from tests.acceptance.people import code, give_code, give_password
from tipline.demo.scenario import load

pytestmark = pytest.mark.acceptance
SUPERVISOR, DESK = "supervisor@jalgaon.example", "IN-MH-JALGAON"
PATIENCE = 150  # seconds; history is looked through every fifteen


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, dict[str, Any]]]:
    """What the demo leaves, running, and what it told."""
    with made_in(tmp_path_factory.mktemp("together")) as installation:
        told = installation.play_the_demo()
        installation.up()
        yield installation, told


def report(page: Page, number: int) -> dict[str, Any] | None:
    """A report as its supervisor takes it away as a file; None: it is not theirs."""
    answer = page.request.get(f"/reports/{number}/export/")
    told: dict[str, Any] | None = answer.json() if answer.ok else None
    return told


def by_handle(page: Page, filed: int) -> dict[str, dict[str, Any]]:
    """The reports on the desk, by the handle that each is about."""
    found = {}
    for number in range(1, filed + 1):
        if told := report(page, number):
            (handle,) = (one["value"] for one in told["identifiers"] if one["kind"] == "handle")
            found[handle] = told
    return found


def test_the_sixteen_and_a_list_that_comes_later(browser: Browser, demo: tuple[Installation, dict[str, Any]]) -> None:
    installation, played = demo
    account = next(one for one in played["accounts"] if one["email"] == SUPERVISOR)
    context = browser.new_context(base_url=installation.url, java_script_enabled=False)
    page = context.new_page()
    give_password(page, SUPERVISOR, account["password"])
    give_code(page, code(account["totp_secret"]))
    page.wait_for_url("**/desk/")

    sixteen = {entry.handle: entry for entry in load().reports if entry.expect == DESK}
    before = by_handle(page, played["filed"])
    assert set(before) == set(sixteen)
    meant: dict[str, set[str]] = defaultdict(set)
    found: dict[Any, set[str]] = defaultdict(set)
    for handle, entry in sixteen.items():
        meant[entry.matter or handle].add(handle)
        cluster = before[handle]["cluster"]
        found[cluster["id"] if cluster else handle].add(handle)
    assert sorted(map(sorted, found.values())) == sorted(map(sorted, meant.values()))
    assert len(found) < len(sixteen)

    one = before["monsoon_kite_07"]
    md5 = one["files"][0]["md5"]
    file = installation.data_dir.parent / "later.txt"
    file.write_text(f"{md5}\n", encoding="utf-8")
    installation.run("hashes", "import", str(file), "--list", "later", "--kind", "md5")
    until = time.monotonic() + PATIENCE
    while not (raised := report(page, one["id"]) or {}).get("matches"):
        assert time.monotonic() < until, "nothing was found in history"
        time.sleep(1)
    assert raised["triage"]["priority"]["score"] > one["triage"]["priority"]["score"]
    after = by_handle(page, played["filed"])
    assert {handle for handle, told in after.items() if told["matches"]} == {
        handle for handle, told in before.items() if md5 in {file["md5"] for file in told["files"]}
    }

    page.goto(f"/reports/{one['id']}/")
    rules = [(kind, reason["rule"]) for kind, score in raised["triage"].items() for reason in score["reasons"]]
    assert ("priority", "known-file") in rules
    links = [str(link.get_attribute("href")) for link in page.locator("a[href^='/triage/rules/']").all()]
    assert len(links) == len(rules)
    for address, _, rule in (link.partition("#") for link in links):
        if page.url != installation.url + address:
            page.goto(address)
        expect(page.locator(f"[id='{rule}']")).to_be_visible()
    context.close()
