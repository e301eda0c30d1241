"""`/metrics`: whom it answers, that its figures are right, and that none of them names a report."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

from tests import factories
from tests.factories import drain
from tipline import metrics
from tipline.core.clock import now
from tipline.core.config import Metrics, config, load_config
from tipline.core.errors import ConfigurationError
from tipline.demo.synthetic import report_xml
from tipline.intake.cybertipline.models import RefusedDocument
from tipline.intake.doors.models import Alert, ProviderDay
from tipline.reports.models import Report
from tipline.reports.services import open_report
from tipline.trust.accounts.models import Reporter

pytestmark = pytest.mark.django_db
HERE = {"HTTP_HOST": "127.0.0.1:8000", "REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture(autouse=True)
def anew() -> None:
    metrics._by_state.forget()


@pytest.fixture
def reporter() -> Reporter:
    factories.standard_tree()
    return factories.provider()


def setting(monkeypatch: pytest.MonkeyPatch, value: Metrics) -> None:
    changed = dataclasses.replace(config(), metrics=value)
    monkeypatch.setattr(metrics, "config", lambda: changed)


def status(**headers: str) -> int:
    return Client().get("/metrics", **{**HERE, **headers}).status_code  # type: ignore[arg-type]


def scraped() -> dict[tuple[str, ...], float]:
    answer = Client().get("/metrics", **HERE)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=")
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"HTTP_HOST": "localhost:9000"}, {"HTTP_HOST": "[::1]:8000", "REMOTE_ADDR": "::1"}, {"HTTP_HOST": "localhost"},
        {"REMOTE_ADDR": "127.8.9.1"}, {"HTTP_HOST": "LOCALHOST:8000"},
    ],
    ids=str,
)  # fmt: skip
def test_this_machine_gets_them(headers: dict[str, str]) -> None:
    assert status(**headers) == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": "::ffff:192.0.2.1"}, {"REMOTE_ADDR": ""}, {"REMOTE_ADDR": "unknown"},
        {"REMOTE_ADDR": "10.0.0.1"}, {"HTTP_HOST": "tipline.example"}, {"HTTP_HOST": "192.0.2.1:8000"},
        {"HTTP_HOST": "127.0.0.1.example"}, {"HTTP_HOST": "localhost.example"}, {"HTTP_HOST": ""}, {"HTTP_HOST": "a b"},
        *({name: "127.0.0.1"} for name in metrics.PROXIED), {"HTTP_X_FORWARDED_FOR": ""},
    ],
    ids=str,
)  # fmt: skip
def test_nobody_else_and_nothing_that_a_proxy_passed(headers: dict[str, str]) -> None:
    assert status(**headers) == 404


def test_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    setting(monkeypatch, Metrics.OFF)
    assert status() == 404
    setting(monkeypatch, Metrics.ANYWHERE)
    assert status(REMOTE_ADDR="192.0.2.1", HTTP_HOST="tipline.example", HTTP_X_FORWARDED_FOR="198.51.100.1") == 200
    assert load_config({}).metrics is Metrics.LOOPBACK
    assert load_config({"TIPLINE_METRICS": "anywhere"}).metrics is Metrics.ANYWHERE
    with pytest.raises(ConfigurationError, match="TIPLINE_METRICS must be loopback, anywhere or off"):
        load_config({"TIPLINE_METRICS": "everybody"})


def test_only_read() -> None:
    assert Client().post("/metrics", **HERE).status_code == 405
    assert Client().head("/metrics", **HERE).status_code == 200
    assert not Client().get("/metrics", **HERE).cookies


def test_reports_by_where_they_stand(reporter: Reporter) -> None:
    done = factories.filed(reporter)
    drain()
    factories.filed(reporter, factories.synthetic("waits_1"))
    open_report(reporter, factories.document(report_xml(factories.synthetic("open_1"))), factories.header())
    Report.objects.filter(processing="waiting").update(finished_at=now() - timedelta(seconds=90))
    found = scraped()
    assert done.pk
    assert found["tipline_reports", "done", "finished"] == 1
    assert found["tipline_reports", "waiting", "finished"] == found["tipline_reports_waiting",] == 1
    assert found["tipline_reports", "none", "open"] == found["tipline_reports_open",] == 1
    assert 90 <= found["tipline_oldest_waiting_seconds",] < 120
    assert found["tipline_reports_quarantined",] == 0
    assert found["tipline_log_entries",] + found["tipline_log_pending",] > 3
    # by state they are remembered; what waits is always read anew
    drain()
    found = scraped()
    assert (found["tipline_reports", "waiting", "finished"], found["tipline_reports_waiting",]) == (1, 0)
    assert found["tipline_oldest_waiting_seconds",] == 0


def test_what_providers_do(reporter: Reporter) -> None:
    at, name = now(), reporter.username
    day = ProviderDay(
        reporter=reporter, day=at.date(), calls=40, reports=9, refused=3, limited=2, size_bytes=1000,
        completeness_sum=300, completeness_count=4,
    )  # fmt: skip
    day.save()
    ProviderDay.objects.create(
        reporter=reporter, day=day.day - timedelta(days=1), calls=7, completeness_sum=0, completeness_count=1
    )
    ProviderDay.objects.create(
        reporter=reporter, day=day.day - timedelta(days=7), completeness_sum=9, completeness_count=9
    )
    silent = factories.provider("Silent")
    for code, ago, sandbox in (
        (4100, 5, False),
        (4100, 300, False),
        (4110, 5, False),
        (4100, 5, True),
        (4100, 3000, False),
    ):
        RefusedDocument.objects.create(
            reporter=reporter, call="submit", code=code, description="x", body=b"x", sha256="0" * 64, request_id="1" * 32,
            received_at=at - timedelta(minutes=ago), sandbox=sandbox,
        )  # fmt: skip
    for subject, acknowledged in (("/a", None), ("/b", None), ("/c", at)):
        Alert.objects.create(
            reporter=reporter,
            kind="unknown_element",
            subject=subject,
            first_at=at,
            last_at=at,
            acknowledged_at=acknowledged,
        )
    found = scraped()
    assert [found[f"tipline_provider_{what}_today", name] for what in ("calls", "reports", "refused", "limited", "uploaded_bytes")] == [
        40, 9, 3, 2, 1000,
    ]  # fmt: skip
    assert found["tipline_provider_completeness", name] == 60
    assert ("tipline_provider_calls_today", silent.username) not in found
    refused = {key[1:]: value for key, value in found.items() if key[0] == "tipline_refused_documents"}
    # labels in order of their names: code, provider, window
    assert refused == {
        ("4100", name, "hour"): 1, ("4100", name, "day"): 2, ("4110", name, "hour"): 1, ("4110", name, "day"): 1,
    }  # fmt: skip
    assert found["tipline_alerts_open", "unknown_element", name] == 2


def test_no_figure_names_a_report(reporter: Reporter) -> None:
    factories.filed(reporter, factories.synthetic("zyxcanary_lantern_94"))
    drain()
    text = Client().get("/metrics", **HERE).content.decode()
    assert "zyxcanary" not in text
    labels = {
        name for family in text_string_to_metric_families(text) for sample in family.samples for name in sample.labels
    }
    assert labels <= {
        "state", "processing", "provider", "kind", "code", "window", "within", "status", "version", "what", "peer",
    }  # fmt: skip


def test_a_scrape_takes_few_statements_whatever_there_is(reporter: Reporter) -> None:
    with CaptureQueriesContext(connection) as first:
        scraped()
    for number in range(5):
        ProviderDay.objects.create(reporter=factories.provider(f"P{number}"), day=now().date(), calls=1)
        factories.filed(reporter, factories.synthetic(f"many_{number}"))
    with CaptureQueriesContext(connection) as second:
        scraped()
    assert len(second) < len(first) < 30
