"""What figures cost: noting what changed and counting it, against the pipeline's own work; and the time of an answer over many facts.

First reports are taken in and routed in batches, in turns with the triggers and a refresh and without either: `kept_ratio` is the median of the
work with them against without, in processor time of this process and of PostgreSQL for it. Then `size` facts of one agency are made in the table, of two years,
36 districts and eight providers, a twentieth of them corrected once, cells are counted for all of them (`built_s`), and questions are asked as a page asks them; `value` is the slowest. `as_of` are the
same questions as of the moment of the facts, which are answered by facts.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from datetime import date
from statistics import median
from typing import Any

import psycopg
from _throwaway import installation, without_triggers
from inbox import _worked

SIZES = (100_000, 1_000_000)
BATCH, PAIRS, TIMES = 100, 6, 3
_FACTS = """
INSERT INTO statistics_fact (report_id, agency_id, known_from, known_until, month, district, provider_id, category, desk_id, channel, received_at, processed_at,
  referred_at, accepted_at, case_at, outcome_at, logs_gone_at, arrived_at, case_id, repeat, merged, urgent, completeness, files, identifiers, useful)
SELECT i, %(agency)s, r.at, CASE WHEN v.past THEN r.at + interval '20 days' END, date_trunc('month', r.at), 'IN/Maharashtra/' || i %% 36, i %% 8, 'kind ' || i %% 4, %(agency)s, 'door', r.at, r.at,
  r.at + r.x * interval '2 days', CASE WHEN r.x < 0.6 THEN r.at + r.x * interval '40 days' END, CASE WHEN r.x < 0.5 THEN r.at + r.x * interval '50 days' END,
  CASE WHEN r.x < 0.2 THEN r.at + r.x * interval '400 days' END, r.at + interval '60 days', r.at, CASE WHEN r.x < 0.5 THEN i / 3 END, false, false, false, 50, 1, 5, ''
FROM generate_series(1, %(size)s) AS i
CROSS JOIN LATERAL (SELECT (hashint8extended(i, %(seed)s) & 1048575) / 1048576::float8 AS x, now() - interval '730 days' * ((hashint8extended(i, %(seed)s + 1) & 1048575) / 1048576::float8) - interval '1 day' AS at) r
CROSS JOIN LATERAL (SELECT false AS past UNION ALL SELECT true WHERE i %% 20 = 0) v
"""


def run(size: int, seed: int) -> dict[str, Any]:
    """The cost of keeping over six pairs of batches of 100, and the answers over `size` facts."""
    with installation() as settings:
        from tipline.core.database import database_urls
        from tipline.statistics.figures import Asked, Dimension
        from tipline.statistics.keeping import refresh
        from tipline.statistics.queries import answer, fresh_at
        from tipline.trust.agencies.queries import by_code
        from tipline.trust.visibility import OPERATOR

        with psycopg.connect(database_urls(settings).owner, autocommit=True) as owner:
            kept, bare, refreshed = _keeping(settings, owner, seed)
            refresh()
            _without_references(owner)
            owner.execute("DELETE FROM statistics_fact")
            owner.execute(_FACTS, {"agency": by_code("IN-MH-CYBER").pk, "size": size, "seed": seed})
            owner.execute("VACUUM ANALYZE statistics_fact")
            owner.execute("UPDATE statistics_kept SET cells = ''")
            built = _seconds(refresh)
            owner.execute("VACUUM ANALYZE statistics_cell, statistics_tally")
            year = date.today().year  # noqa: DTZ011 - only its year
            took, counted = {}, {}
            for name, by in {
                "funnel": (Dimension.MONTH, Dimension.DISTRICT), "hop_days": (Dimension.MONTH,), "expired_logs": (Dimension.DISTRICT,), "outcomes": (),
            }.items():  # fmt: skip
                asked = Asked(name, "IN-MH-CYBER", date(year - 1, 1, 1), date(year + 1, 1, 1), by)
                took[name] = min(_seconds(lambda asked=asked: answer(OPERATOR, asked)) for _ in range(TIMES))  # type: ignore[misc]
                then = replace(asked, as_of=fresh_at())
                counted[name] = _seconds(lambda then=then: answer(OPERATOR, then))  # type: ignore[misc]
    return {
        "size": size, "value": round(max(took.values()), 3), "unit": "s an answer", "answers": {name: round(s, 3) for name, s in took.items()},
        "as_of": {name: round(s, 3) for name, s in counted.items()}, "built_s": round(built, 1),
        "kept_ms": round(median(kept) / BATCH * 1e3, 2), "bare_ms": round(median(bare) / BATCH * 1e3, 2),
        "kept_ratio": round(median(k / b for k, b in zip(kept, bare, strict=True)), 3), "refresh_ms": round(median(refreshed) / BATCH * 1e3, 2),
    }  # fmt: skip


def _keeping(settings: Any, owner: psycopg.Connection[Any], seed: int) -> tuple[list[float], list[float], list[float]]:
    """Seconds of work a batch: with triggers and a refresh, without either, and of the refreshes alone."""
    from tipline.core.clock import now
    from tipline.demo.scenario import RANGES
    from tipline.demo.synthetic import report_xml, stream
    from tipline.pipeline.attribution.services import import_source
    from tipline.pipeline.run import run_patiently
    from tipline.referrals.models import StandingAction
    from tipline.referrals.services import set_standing_rule
    from tipline.reports import services
    from tipline.statistics.keeping import refresh
    from tipline.trust.accounts.services import add_reporter
    from tipline.trust.actors import system
    from tipline.trust.agencies.queries import by_code

    actor = system("bench")
    import_source(RANGES, settings.data_dir, actor)
    for code in ("US-NCMEC", "IN-NCRB", "IN-MH-CYBER"):
        set_standing_rule(by_code(code), StandingAction.FORWARD, actor)
    reporter = add_reporter("Bench", "bench", "a password for a benchmark", by_code("US-NCMEC"), actor)
    reports = stream((PAIRS + 1) * 2 * BATCH, seed, now(), (("Bench", "bench.example"),))
    header = services.ReportHeader("x", None, "", "Bench", False, "")
    refreshed: list[float] = []

    def take_in(*, counted: bool) -> float:
        started = _worked()
        for _ in range(BATCH):
            body = report_xml(next(reports))
            received = services.ReceivedDocument(body, hashlib.sha256(body).hexdigest(), "text/xml", "0" * 32)
            services.finish(reporter, services.open_report(reporter, received, header).report_id)
        while run_patiently().total:
            pass
        before = _worked()
        if counted:
            refresh()
            refreshed.append(_worked() - before)
        return _worked() - started

    take_in(counted=True)
    with without_triggers(owner, "stale_"):
        take_in(counted=False)
    refreshed.clear()
    kept: list[float] = []
    bare: list[float] = []
    for pair in range(PAIRS):  # whoever is first has the colder caches: they take turns
        for on in (True, False) if pair % 2 else (False, True):
            if on:
                kept.append(take_in(counted=True))
            else:
                with without_triggers(owner, "stale_"):
                    bare.append(take_in(counted=False))
    return kept, bare, refreshed


def _without_references(owner: psycopg.Connection[Any]) -> None:
    """Facts of reports that are nowhere: only for the time of an answer."""
    found = owner.execute(
        "SELECT conname FROM pg_constraint WHERE conrelid = 'statistics_fact'::regclass AND contype = 'f'"
    ).fetchall()
    for (name,) in found:
        owner.execute(f'ALTER TABLE statistics_fact DROP CONSTRAINT "{name}"')


def _seconds(ask: Any) -> float:
    started = time.perf_counter()
    ask()
    return time.perf_counter() - started
