"""Words of requests to holders of records."""

from __future__ import annotations

from datetime import datetime

from django import template

from tipline.console.templatetags.components import span_of
from tipline.core.clock import now
from tipline.investigation.process.models import Answer, Channel, RequestKind, Usefulness

register = template.Library()


@register.filter
def answer_words(value: str) -> str:
    """How complete a reply is, in words."""
    return Answer(value).label if value in Answer.values else ""


@register.filter
def use_words(value: str) -> str:
    """What a reply was good for, in words."""
    return Usefulness(value).label if value in Usefulness.values else ""


@register.filter
def channel_words(value: str) -> str:
    """The way that a letter went, in words."""
    return Channel(value).label if value in Channel.values else ""


@register.filter
def kind_words(value: str) -> str:
    """A kind of request, in words."""
    return RequestKind(value).label if value in RequestKind.values else ""


@register.filter
def due_words(at: datetime) -> str:
    """Since when something is due, or in how long it is."""
    left = at - now()
    return f"{span_of(left)} ago" if left.total_seconds() <= 0 else f"in {span_of(left)}"


@register.filter
def figure(value: float | None, digits: int = 0) -> str:
    """A number of a table, or a dash."""
    return "–" if value is None else f"{value:,.{digits}f}"
