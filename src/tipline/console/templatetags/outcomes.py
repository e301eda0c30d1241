"""Outcomes in words."""

from __future__ import annotations

from django import template

from tipline.investigation.outcomes.kinds import label_of

register = template.Library()


@register.filter
def outcome(kind: str) -> str:
    """The label of a kind of outcome."""
    return label_of(kind)
