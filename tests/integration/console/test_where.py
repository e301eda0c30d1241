"""The report's page says where the account was, and where each address was, in the same sentence as the command."""

from __future__ import annotations

import html
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests import factories
from tipline.core.clock import now
from tipline.demo.synthetic import Seen
from tipline.investigation.chain import chain
from tipline.pipeline.attribution.models import Attribution, Source
from tipline.reports.models import Report
from tipline.trust.visibility import OPERATOR

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(tmp_path: Path) -> Report:
    """An account that was in Pune and then in Jalgaon, on the desk of Jalgaon."""
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    at = now().replace(microsecond=0) - timedelta(days=1)
    seen = (
        Seen("192.0.2.11", 50112, at, "Upload"),
        Seen("192.0.2.12", 50113, at, "Login"),
        Seen("192.0.2.70", 50114, at - timedelta(days=40), "Login"),
    )
    filed = factories.filed(
        factories.provider(), replace(factories.synthetic(files=0, phone="+919820012345"), seen=seen, at=at)
    )
    factories.drain()
    return filed


def page(code: str, path: str) -> tuple[int, str]:
    answer = factories.signed_in(factories.person(code)).get(path)
    return answer.status_code, html.unescape(answer.content.decode())


def test_the_page_says_where_and_since_when_and_what_hints_say(report: Report) -> None:
    status, text = page("IN-MH-JALGAON", f"/reports/{report.pk}/")
    assert status == 200
    where = chain(OPERATOR, report.pk)["whereabouts"]
    assert where["explanation"] in text
    for words in (
        "Places over time",
        "IN, Maharashtra, Pune",
        "1 hint in the report",
        "telephone prefix",
        "Model 2",
        "as far as the district",
    ):
        assert words in text, words
    for explanation in Attribution.objects.values_list("explanation", flat=True):
        assert explanation in text
    assert "suspect" not in text[text.index('id="where"') :].casefold()


def test_another_desk_gets_nothing_of_it(report: Report) -> None:
    assert page("IN-MH-PUNE", f"/reports/{report.pk}/")[0] == 404


def test_whom_the_results_are_owed_to_is_named_with_a_link(report: Report) -> None:
    assert "Example Credit" not in page("IN-MH-JALGAON", f"/reports/{report.pk}/")[1]
    Source.objects.update(credit="Example Credit", credit_url="https://credit.example")
    assert (
        '<a href="https://credit.example" rel="noopener noreferrer">Example Credit</a>'
        in page("IN-MH-JALGAON", f"/reports/{report.pk}/")[1]
    )


def test_a_childs_address_takes_the_district_away(tmp_path: Path) -> None:
    from tipline.demo.synthetic import report_xml
    from tipline.reports.services import finish, open_report

    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    victim = (
        b"<victim><victimPerson><firstName>Kiran</firstName></victimPerson><ipCaptureEvent><ipAddress>192.0.2.11</ipAddress>"
        b"<dateTime>2026-11-20T10:00:00Z</dateTime></ipCaptureEvent></victim></report>"
    )
    body = report_xml(factories.synthetic(files=0)).replace(b"</report>", victim)
    opened = open_report(factories.provider(), factories.document(body), factories.header())
    finish(Report.objects.get(pk=opened.report_id).reporter, opened.report_id)
    factories.drain()
    told = chain(OPERATOR, opened.report_id)
    where = told["whereabouts"]
    assert (where["masked"], where["country"], where["state"], where["district"]) == (True, "IN", "Maharashtra", "")
    assert "Jalgaon" not in json.dumps([where, [a for a in told["attributions"] if a["masked"]]])
