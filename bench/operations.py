"""What operations cost: rules over what changed, a rule's whole scan, figures and the page of leads, with `size` leads in one operation.

Reports of one state and its 36 districts are made in the tables, all of them leads of one operation by a rule. Then 1,000 reports change, as in
a minute of a busy day, and the rules are asked of them: `value` is that. `whole_s` is one rule asked of everything, in slices.
The exponent says how the minute's work grows with `size`: 0 is not at all.
"""

from __future__ import annotations

import math
import time
from typing import Any

import psycopg
from _throwaway import installation

SIZES = (10_000, 100_000, 1_000_000)
CHANGED, TIMES = 1_000, 3
# Reports that came by the state to one of its districts: two holdings each, one referral for every second.
_MADE = """
WITH made AS (
  INSERT INTO reports_report (reporter_id, receiving_agency_id, state, received_at, finished_at, {columns})
  SELECT %(reporter)s, %(state)s, 'finished', now() - interval '300 days' * (i::float8 / %(size)s), now(), {values}
  FROM generate_series(1, %(size)s) AS i RETURNING id
), held AS (
  INSERT INTO reports_holding (report_id, agency_id, held_from, held_until)
  SELECT id, %(state)s, now(), now() FROM made
  UNION ALL SELECT id, (%(districts)s::bigint[])[1 + id %% cardinality(%(districts)s::bigint[])], now(), NULL FROM made
)
SELECT count(*) FROM made
"""


def run(size: int, seed: int) -> dict[str, Any]:
    """The minute's work, a whole scan, figures and a page, at `size` leads and at a tenth of them."""
    with installation() as settings:
        from tipline.core.database import database_urls

        with psycopg.connect(database_urls(settings).owner, autocommit=True) as owner:
            few = _measured(owner, size // 10, size // 10)
            many = _measured(owner, size - size // 10, size)
    exponent = math.log10(max(many["minute_s"], 1e-4) / max(few["minute_s"], 1e-4))
    return {
        "size": size, "value": many["minute_s"], "unit": f"s for {CHANGED} changes", "exponent": round(exponent, 2),
        "a_tenth": few, **many,
    }  # fmt: skip


def _measured(owner: psycopg.Connection[Any], more: int, size: int) -> dict[str, float]:
    from tipline.core.sql import counts
    from tipline.investigation.operations import rules
    from tipline.investigation.operations.figures import shown, whole
    from tipline.investigation.operations.membership import belonging
    from tipline.investigation.operations.models import Membership, Operation
    from tipline.investigation.operations.services import EVERYTHING
    from tipline.trust.visibility import acting, scope_of

    chief, officer = _people()
    operation = Operation.objects.first() or _operation(chief)
    _reports(owner, more)
    rule = rules.rules_in_force().get()
    rule.scan_reports_below = rule.scan_cases_below = EVERYTHING
    rule.save()
    took = {"whole_s": _seconds(rules.apply_rules)}
    owner.execute(
        "VACUUM ANALYZE operations_membership, operations_fact, operations_tally, operations_changed, reports_holding, reports_report"
    )
    if Membership.objects.count() != size:
        raise RuntimeError(f"{Membership.objects.count()} leads instead of {size}")
    minutes = []
    for _ in range(TIMES):
        owner.execute(
            "INSERT INTO operations_changed (report_id) SELECT id FROM reports_report ORDER BY id DESC LIMIT %s",
            [CHANGED],
        )
        minutes.append(_seconds(rules.apply_rules))
    took["minute_s"] = min(minutes)
    for name, who in (("state", chief), ("district", officer)):
        scope = scope_of(who)
        with acting(scope):
            took[f"figures_{name}_s"] = min(_seconds(lambda s=scope: shown(s, operation)) for _ in range(TIMES))  # type: ignore[misc]
            rows = belonging(scope, operation)
            took[f"leads_{name}_s"] = min(
                _seconds(
                    lambda r=rows: (counts({"n": (r.values("pk"), 2_001)}), list(r.values_list("pk", flat=True)[:50]))
                )  # type: ignore[misc]
                for _ in range(TIMES)
            )
            exact = _seconds(lambda s=scope: shown(s, operation, whole(operation, exact=True)))  # type: ignore[misc]
            took[f"closing_{name}_s"] = exact
    return {name: round(seconds, 4) for name, seconds in took.items()}


def _people() -> tuple[Any, Any]:
    from tipline.trust.accounts.models import Role, User
    from tipline.trust.agencies.queries import by_code

    return tuple(
        User.objects.get_or_create(
            email=f"{code.lower()}@agency.example",
            defaults={"name": code, "agency": by_code(code), "role": Role.SUPERVISOR},
        )[0]
        for code in ("IN-MH-CYBER", "IN-MH-JALGAON")
    )  # type: ignore[return-value]


def _operation(chief: Any) -> Any:
    from tipline.core.clock import now
    from tipline.investigation.operations import rules, services

    made = services.plan_operation(chief, services.Plan("Bench", now().date()))
    below = [agency.code for agency in services.beside_or_below(made) if agency.parent_id == made.agency_id]
    services.let_take_part(chief, made.code, below, known=True)
    services.move(chief, made.code, "running", "")
    rules.add_rule(chief, made.code, rules.Conditions(received_from=now().date().replace(year=2020)))
    return made


def _reports(owner: psycopg.Connection[Any], size: int) -> None:
    from tipline.trust.accounts.models import Reporter
    from tipline.trust.accounts.services import add_reporter
    from tipline.trust.actors import system
    from tipline.trust.agencies.models import Agency
    from tipline.trust.agencies.queries import by_code

    state = by_code("IN-MH-CYBER")
    reporter = Reporter.objects.first() or add_reporter(
        "Bench", "bench", "a password for a benchmark", by_code("US-NCMEC"), system("bench")
    )
    # what a report needs beside is filled with what its column begins with, or with nothing
    needed = owner.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'reports_report' AND is_nullable = 'NO'"
        " AND column_default IS NULL AND is_identity = 'NO'"
    ).fetchall()
    given = {"reporter_id", "receiving_agency_id", "state", "received_at", "finished_at"}
    empty = {
        "boolean": "false",
        "integer": "0",
        "bigint": "0",
        "smallint": "0",
        "jsonb": "'{}'",
        "timestamp with time zone": "now()",
        "uuid": "gen_random_uuid()",
    }
    more = {name: empty.get(kind, "''") for name, kind in needed if name not in given}
    more |= {"processing": "'done'"} if "processing" in more else {}
    more |= {"channel": "'door'"} if "channel" in more else {}
    districts = list(Agency.objects.filter(parent=state).order_by("id").values_list("pk", flat=True))
    owner.execute(
        _MADE.format(columns=", ".join(more), values=", ".join(more.values())),  # type: ignore[arg-type]
        {"reporter": reporter.pk, "state": state.pk, "size": size, "districts": districts},
    )


def _seconds(ask: Any) -> float:
    started = time.perf_counter()
    ask()
    return time.perf_counter() - started
