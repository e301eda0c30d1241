"""The bar of a case's pages: every page once, in its group, and the one where one is marked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from tests import factories
from tests.factories import drain, person, signed_in
from tipline.console.cases.pages import GROUPS
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.services import open_case
from tipline.trust.accounts.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(tmp_path: Path) -> Case:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    report = factories.filed(factories.provider(), factories.synthetic("kite", "192.0.2.11"))
    drain()
    return open_case(person("IN-MH-JALGAON"), [report.pk], "Kites")


@pytest.fixture
def client(case: Case) -> Client:
    return signed_in(person("IN-MH-JALGAON", Role.SUPERVISOR))


def bar_of(client: Client, address: str) -> tuple[str, dict[str, str]]:
    """The bar of a page, and its links that are marked: address → mark."""
    page = client.get(address).content.decode()
    bar = page[page.index('aria-label="Pages of the case"') :].split("</nav>")[0]
    return bar, dict(re.findall(r'<a href="([^"]+)" aria-current="([^"]+)"', bar))


def test_every_page_is_reached_and_marked_with_its_group(case: Case, client: Client) -> None:
    groups, _ = bar_of(client, f"/cases/{case.pk}/")
    first = re.findall(r'<a href="([^"]+)"', groups)
    assert len(first) == len(GROUPS) <= 7, "what fits a screen"
    seen = []
    for address, group in zip(first, GROUPS, strict=True):
        bar, marked = bar_of(client, address)
        assert marked[address] == "page", group.label
        pages = [link for link in re.findall(r'<a href="([^"]+)"', bar) if link not in first or link == address]
        for page in dict.fromkeys(pages):
            inside, marks = bar_of(client, page)
            assert marks[page] == "page"
            if page != address:
                assert marks[address] == "true" and f'aria-label="{group.label}"' in inside
            seen.append(page)
    assert len(seen) == len(set(seen)) == sum(len(group.tabs) for group in GROUPS)


def test_a_page_that_one_may_not_read_says_why(case: Case) -> None:
    answer = signed_in(person("IN-MH-JALGAON")).get(f"/cases/{case.pk}/safeguarding/")
    assert answer.status_code == 403
    assert "is for those who are assigned to it, and for supervisors of its agency" in answer.content.decode()
