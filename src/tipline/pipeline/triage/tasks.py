"""Jobs of triage: a simulation that somebody asked for, and scoring the open reports anew after a release."""

from __future__ import annotations

import time

import structlog
from django.db import transaction
from procrastinate.contrib.django import app

from tipline.core.clock import now
from tipline.core.errors import TiplineError
from tipline.core.jobs import PIPELINE_QUEUE
from tipline.pipeline.triage.facts import FACTS
from tipline.pipeline.triage.models import RunState, Simulation
from tipline.pipeline.triage.releases import SIMULATE, text_of
from tipline.pipeline.triage.rules import parse
from tipline.pipeline.triage.simulating import compare, last_reports
from tipline.trust.visibility import NOTHING, OPERATOR, acting, may_manage_routing, scope_of

log = structlog.get_logger(__name__)


@app.task(name=SIMULATE, queue=PIPELINE_QUEUE)
def simulate(simulation: int) -> None:
    """Do one simulation, in the sight of who asked for it."""
    run_simulation(simulation)


def run_simulation(simulation: int) -> None:
    """Do one simulation that waits. What fails is written down in words; another one may be asked for."""
    with transaction.atomic():
        made = (
            Simulation.objects.select_for_update(of=("self",))
            .select_related("rule_set", "person__agency")
            .filter(pk=simulation, state=RunState.WAITING)
            .first()
        )
        if made is None:
            return
        made.state = RunState.RUNNING
        made.save(update_fields=["state"])
    started = time.perf_counter()
    try:
        if made.person is None:
            scope = OPERATOR
        else:
            scope = scope_of(made.person) if may_manage_routing(made.person) else NOTHING
        before, _, _ = text_of(made.against)
        after = parse(made.rule_set.body, FACTS)
        with acting(scope):
            result = compare(before, after, last_reports(scope, made.reports))
        made.state, made.result, made.done = RunState.DONE, result, result["reports"]
        if made.sha256 != made.rule_set.sha256:
            made.state, made.fault = RunState.FAILED, "the draft was changed meanwhile: simulate it again"
    except TiplineError as error:
        made.state, made.fault = RunState.FAILED, str(error)[:300]
    made.ended_at = now()
    made.save(update_fields=["state", "result", "done", "fault", "ended_at"])
    log.info("triage simulated", reports=made.done, seconds=round(time.perf_counter() - started, 2), state=made.state)
