"""`/metrics`: what an operator watches, in Prometheus's text format. Counts and ages; no label names a report.

By default it answers this machine alone. Behind a proxy on the same machine everything comes from the loopback address, so a
request that went through one is refused too: by the headers that proxies add, and by a Host that is not this machine's. A
proxy that adds none and writes its own Host cannot be told from a scraper: with TIPLINE_HTTPS=1 there is none such, since every
request that it passes must carry X-Forwarded-Proto; otherwise block the address there, or switch it off.

A scrape asks the database a handful of set-wise statements, each over a small or partial index. The one that is not cheap, all
reports by state, is remembered for a hundred times as long as it took, so that it takes a hundredth of a core at most.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, timedelta
from ipaddress import ip_address
from typing import Any

import structlog
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from tipline import __version__
from tipline.core.clock import now
from tipline.core.config import Metrics, config
from tipline.trust.visibility import OPERATOR, acting

log = structlog.get_logger(__name__)

# What a proxy adds, one or the other of them whatever its make.
PROXIED = (
    "HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_SERVER", "HTTP_CF_CONNECTING_IP", "HTTP_TRUE_CLIENT_IP",
)  # fmt: skip
_AT_MOST_MS = 5000
_SHORTEST_SECONDS = 15.0
_TIMES_AS_LONG = 100

# name, help, labels, statement: rows of labels and then the value
_Question = tuple[str, str, tuple[str, ...], str]
_QUESTIONS: tuple[_Question, ...] = (
    (
        "tipline_reports_open", "Reports that are not finished yet", (),
        "SELECT count(*) FROM reports_report WHERE state = 'open'",
    ),
    (
        "tipline_reports_waiting", "Finished reports that wait for the pipeline", (),
        "SELECT count(*) FROM reports_report WHERE processing = 'waiting'",
    ),
    (
        "tipline_oldest_waiting_seconds", "For how long the oldest of them waits; 0: none does", (),
        "SELECT coalesce(extract(epoch FROM %(now)s::timestamptz - min(finished_at)), 0) FROM reports_report"
        " WHERE processing = 'waiting'",
    ),
    (
        "tipline_reports_quarantined", "Reports that a stage could not process and nobody has released", (),
        "SELECT count(*) FROM pipeline_quarantine WHERE released_at IS NULL",
    ),
    (
        "tipline_reports_estimated", "All reports, as the database's statistics estimate them", (),
        "SELECT greatest(reltuples, 0) FROM pg_class WHERE oid = 'reports_report'::regclass",
    ),
    (
        "tipline_jobs", "Jobs of the queue", ("status",),
        "SELECT status::text, count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') GROUP BY status",
    ),
    (
        "tipline_refused_documents", "Documents refused at the provider door, the sandbox left out", ("provider", "code", "window"),
        "SELECT p.username, c.code::text, w.name, count(*) FILTER (WHERE c.received_at > w.since)"
        " FROM (SELECT reporter_id, code, received_at FROM cybertipline_refuseddocument"
        "  WHERE received_at > %(day_ago)s AND NOT sandbox) c JOIN accounts_reporter p ON p.id = c.reporter_id"
        " CROSS JOIN (VALUES ('hour', %(hour_ago)s::timestamptz), ('day', %(day_ago)s::timestamptz)) AS w (name, since)"
        " GROUP BY p.username, c.code, w.name ORDER BY 1, 2, 3",
    ),
    (
        "tipline_alerts_open", "What changed at the doors and nobody has acknowledged", ("provider", "kind"),
        "SELECT p.username, a.kind, count(*) FROM doors_alert a JOIN accounts_reporter p ON p.id = a.reporter_id"
        " WHERE a.acknowledged_at IS NULL GROUP BY p.username, a.kind ORDER BY 1, 2",
    ),
    (
        "tipline_logs_expiring", "Reports whose next log is likely gone within so many days and is not preserved", ("within",),
        "SELECT w.days::text, count(c.report_id) FROM (VALUES (1), (3), (7), (14)) AS w (days)"
        " LEFT JOIN (SELECT report_id, next_likely_gone_at FROM attribution_reportclock WHERE next_likely_gone_at > %(now)s"
        "  AND next_likely_gone_at <= %(now)s::timestamptz + interval '14 days') c"
        " ON c.next_likely_gone_at <= %(now)s::timestamptz + make_interval(days => w.days) GROUP BY w.days ORDER BY w.days",
    ),
    (
        "tipline_log_notices_open", "Notices of logs that end soon, which nobody at the desk has seen", (),
        "SELECT count(*) FROM attribution_expirynotice WHERE ended_at IS NULL AND acknowledged_at IS NULL",
    ),
    (
        "tipline_link_alerts_open", "What is wrong between installations and nobody has seen", ("kind",),
        "SELECT kind, count(*) FROM parties_linkalert WHERE ended_at IS NULL AND seen_at IS NULL GROUP BY kind ORDER BY kind",
    ),
    (
        "tipline_packages", "Packages that were handed out (with and without a receipt) and taken in", ("what",),
        "SELECT what, count FROM (SELECT 'receipted' AS what, count(*) FROM packages_sentpackage WHERE received_at IS NOT NULL"
        " UNION ALL SELECT 'sent', count(*) FROM packages_sentpackage WHERE received_at IS NULL"
        " UNION ALL SELECT 'taken', count(*) FROM packages_takenpackage) n ORDER BY what",
    ),
    (
        "tipline_packages_refused", "Packages that were not taken, by why", ("code",),
        "SELECT code, count(*) FROM packages_refusedpackage GROUP BY code ORDER BY code",
    ),
    (
        "tipline_log_entries", "Entries that have a place in the audit log's tree", (),
        "SELECT coalesce(max(index) + 1, 0) FROM audit_leaf",
    ),
    (
        "tipline_statistics_lag_seconds", "How long the change has waited that figures have not counted yet and that waits longest", (),
        "SELECT coalesce(extract(epoch FROM %(now)s::timestamptz - min(since)), 0) FROM statistics_stale",
    ),
    (
        "tipline_matching", "PDQ values that are searched, those not compared with all others yet, seconds that the oldest run against a list waits", ("what",),
        "SELECT 'values', coalesce(max(position), 0)::float FROM matching_hashvalue"
        " UNION ALL SELECT 'behind', coalesce((SELECT last_position - compared FROM matching_settled), 0) + (SELECT count(*) FROM ("
        "  SELECT FROM matching_hashvalue WHERE algorithm = 'pdq' AND fault = '' AND position IS NULL LIMIT 100000) n)"
        " UNION ALL SELECT 'run_seconds', coalesce(extract(epoch FROM %(now)s::timestamptz - min(asked_at)), 0) FROM matching_matchingrun"
        "  WHERE ended_at IS NULL ORDER BY 1",
    ),
    (
        "tipline_log_pending", "Entries that wait for a place in it", (), "SELECT count(*) FROM audit_pending",
    ),
)  # fmt: skip

_PROVIDERS = """
SELECT p.username,
    coalesce(sum(d.calls) FILTER (WHERE d.day = %(today)s), 0), coalesce(sum(d.reports) FILTER (WHERE d.day = %(today)s), 0),
    coalesce(sum(d.refused) FILTER (WHERE d.day = %(today)s), 0), coalesce(sum(d.limited) FILTER (WHERE d.day = %(today)s), 0),
    coalesce(sum(d.size_bytes) FILTER (WHERE d.day = %(today)s), 0),
    sum(d.completeness_sum)::float / nullif(sum(d.completeness_count), 0)
FROM accounts_reporter p JOIN doors_providerday d ON d.reporter_id = p.id AND d.day > %(week_ago)s
WHERE p.kind = 'provider' GROUP BY p.username ORDER BY p.username
"""
_OF_PROVIDERS = (
    ("tipline_provider_calls_today", "Calls of a provider on this UTC day"),
    ("tipline_provider_reports_today", "Reports that it opened"),
    ("tipline_provider_refused_today", "Documents of it that were refused"),
    ("tipline_provider_limited_today", "Calls of it over its rate or quota"),
    ("tipline_provider_uploaded_bytes_today", "Bytes that it uploaded"),
    ("tipline_provider_completeness", "Mean completeness (0 to 100) of its reports of the last 7 days"),
)
_LINKS = """
SELECT p.name, coalesce(w.waiting, 0), coalesce(w.held, 0), coalesce(extract(epoch FROM %(now)s::timestamptz - w.oldest), 0),
    coalesce(r.refused, 0), coalesce(l.failures, 0)
FROM parties_peer p LEFT JOIN federation_link l ON l.peer_id = p.id
LEFT JOIN (SELECT peer_id, count(*) AS waiting, count(*) FILTER (WHERE why <> '') AS held, min(at) AS oldest
    FROM federation_outgoing WHERE delivery = 'waiting' GROUP BY peer_id) w ON w.peer_id = p.id
LEFT JOIN (SELECT peer_id, count(*) AS refused FROM federation_outgoing WHERE delivery = 'refused' GROUP BY peer_id) r ON r.peer_id = p.id
WHERE p.state <> 'ended' ORDER BY p.name
"""
_OF_LINKS = (
    ("tipline_link_waiting", "Messages that wait for a peer"),
    ("tipline_link_held", "Those of them that are held with a reason, such as an agreement that ended"),
    ("tipline_link_oldest_waiting_seconds", "For how long the oldest of them waits; 0: none does"),
    ("tipline_link_refused", "Messages that a peer refused and nobody has sent again"),
    ("tipline_link_failures", "Calls to a peer that failed, in a row"),
)
_BY_STATE = (
    "SELECT state, processing, count(*) FROM reports_report GROUP BY state, processing ORDER BY state, processing"
)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Everything, read now. To whom it does not answer, it is not there."""
    if not answers(request):
        raise Http404("metrics")
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Scrape())
    try:
        body = generate_latest(registry)
    except DatabaseError as fault:
        log.error("metrics: the database did not answer", error=type(fault).__name__)
        return HttpResponse(b"# the database did not answer\n", status=503, content_type=CONTENT_TYPE_LATEST)
    return HttpResponse(body, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def answers(request: HttpRequest) -> bool:
    """Whether this request may have them."""
    setting = config().metrics
    if setting is not Metrics.LOOPBACK:
        return setting is Metrics.ANYWHERE
    if any(name in request.META for name in PROXIED):
        return False
    domain = split_domain_port(request.META.get("HTTP_HOST", ""))[0]
    return _is_loopback(request.META.get("REMOTE_ADDR", "")) and (
        domain == "localhost" or _is_loopback(domain.strip("[]"))
    )


def _is_loopback(text: str) -> bool:
    try:
        return ip_address(text).is_loopback
    except ValueError:
        return False


class _Scrape(Collector):
    """One look at the database."""

    def collect(self) -> Iterator[Metric]:
        """Every figure, in one transaction that sees all rows and changes none."""
        info = GaugeMetricFamily("tipline_info", "The version that runs", labels=["version"])
        info.add_metric([__version__], 1)
        yield info
        at = now()
        today = at.astimezone(UTC).date()
        times = {"now": at, "hour_ago": at - timedelta(hours=1), "day_ago": at - timedelta(days=1)}
        with acting(OPERATOR), connection.cursor() as cursor:
            for name, words, labels, statement in _QUESTIONS:
                cursor.execute(
                    statement, {key: value for key, value in times.items() if f"%({key})s" in statement} or None
                )
                yield _family(name, words, labels, cursor.fetchall())
            cursor.execute(_PROVIDERS, {"today": today, "week_ago": today - timedelta(days=7)})
            providers = cursor.fetchall()
            cursor.execute(_LINKS, {"now": at})
            links = cursor.fetchall()
        for label, families, rows in (("provider", _OF_PROVIDERS, providers), ("peer", _OF_LINKS, links)):
            for column, (name, words) in enumerate(families, 1):
                told = [(row[0], row[column]) for row in rows if row[column] is not None]
                yield _family(name, words, (label,), told)
        yield from _by_state.families()


def _family(name: str, words: str, labels: tuple[str, ...], rows: list[tuple[Any, ...]]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=labels)
    for *values, number in rows:
        family.add_metric([str(value) for value in values], float(number))
    return family


class _ByState:
    """All reports by state and processing: counted, and then remembered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: list[tuple[Any, ...]] = []
        self._until = 0.0

    def families(self) -> Iterator[GaugeMetricFamily]:
        """The figure; nothing while counting them takes too long."""
        with self._lock:
            if time.monotonic() >= self._until:
                began = time.monotonic()
                self._rows = self._count()
                took = time.monotonic() - began
                self._until = began + took + max(_SHORTEST_SECONDS, took * _TIMES_AS_LONG)
            rows = self._rows
        if rows:
            yield _family("tipline_reports", "Reports by state and processing", ("state", "processing"), rows)

    @staticmethod
    def _count() -> list[tuple[Any, ...]]:
        try:
            with acting(OPERATOR), connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(_AT_MOST_MS)])
                cursor.execute(_BY_STATE)
                return list(cursor.fetchall())
        except DatabaseError as fault:
            log.warning("metrics: reports by state are left out", error=type(fault).__name__)
            return []

    def forget(self) -> None:
        """Count anew at the next scrape (tests)."""
        self._until = 0.0


_by_state = _ByState()
