"""What pages of operations write."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.template import Context

from tipline.console.templatetags.components import desk_zone
from tipline.investigation.operations.figures import Shown
from tipline.investigation.operations.models import Operation
from tipline.referrals.counts import SMALLEST_TOLD

register = template.Library()


@register.simple_tag
def figure_value(figure: Shown) -> str:
    """A figure in words: the whole, or what the reader sees and that there is more."""
    if figure.known is not None:
        return f"{figure.known:,}"
    more = f"fewer than {SMALLEST_TOLD}" if figure.rest and figure.rest.small else "a number withheld"
    return f"{figure.mine.value:,} that you see, and {more} more"


@register.simple_tag
def goal_standing(goal: dict[str, Any]) -> str:
    """How far a goal is, in words."""
    if goal["reached"] is None:
        return "not told"
    return "reached" if goal["reached"] else f"{goal['to_go']:,} to go"


@register.simple_tag
def plan_of(operation: Operation) -> dict[str, Any]:
    """What the form of an operation begins with."""
    return {
        "name": operation.name,
        "since": operation.since.isoformat(),
        "until": operation.until.isoformat() if operation.until else "",
        "note": operation.note,
        "lead_officer": operation.lead_officer.email if operation.lead_officer else "",
    }


@register.simple_tag(takes_context=True)
def local_input(context: Context, at: datetime | None) -> str:
    """A time for a field of day and time, in the desk's zone."""
    return f"{at.astimezone(desk_zone(context)):%Y-%m-%dT%H:%M}" if at else ""


@register.filter
def split(names: str) -> list[str]:
    """Names of fields."""
    return names.split()


@register.filter
def got(given: Any, name: str) -> str:
    """A field of a form as it was sent."""
    return str(given.get(name, ""))
