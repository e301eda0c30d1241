"""The demo's operation: run by the state desk, with a goal, a phase, a task, a rule and a day of action, so that its pages say something."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from tipline.core.clock import now, zone_of
from tipline.investigation.operations import board, laying, rules, services
from tipline.investigation.operations.models import Operation
from tipline.trust.accounts.models import User
from tipline.trust.actors import Actor
from tipline.trust.agencies.models import Agency

OPERATION = "Operation Blackface"
SINCE = date(2019, 12, 1)
SECTION = "IN-ITA-67B"


def set_up(state: Agency, districts: Sequence[Agency], desk: User, actor: Actor) -> None:
    """Add the operation, once. The first district's desk knows of it; `desk` is who runs it at the state."""
    if Operation.objects.filter(name=OPERATION).exists():
        return
    operation = services.add_operation(OPERATION, state, SINCE, actor)
    code, today = operation.code, now().astimezone(zone_of(state.timezone)).date()
    goals = "Work through every lead that came down to the districts, children first."
    services.change_operation(desk, code, services.Plan(OPERATION, SINCE, note=goals, lead_officer=desk))
    services.let_take_part(desk, code, [districts[0].code], known=True)
    services.let_take_part(desk, code, [agency.code for agency in districts[1:]], known=False)
    services.set_goal(desk, code, "traced", 16)
    services.set_phase(desk, code, "Tracing the accounts", today, today + timedelta(days=30))
    phase = operation.phases.get()
    laying.lay_task(
        desk, code, "Ask the platforms and the network to preserve before their logs go", [a.code for a in districts],
        due_at=now() + timedelta(days=3), phase_id=phase.pk,
    )  # fmt: skip
    rules.add_rule(desk, code, rules.Conditions(district=districts[0], section_id=SECTION))
    day = board.add_day(desk, code, today + timedelta(days=14), "First day of action")
    board.enter(desk, code, day.pk, {"searches_planned": 4}, agency_code=districts[0].code)
