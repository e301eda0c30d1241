"""What the trainee's pages need beside plain variables."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django import template
from django.template import Context
from django.utils.html import conditional_escape

from tipline.core.text import visible
from tipline.training.attempts.words import number
from tipline.training.scenarios.normal import INDIAN

register = template.Library()


@register.simple_tag(takes_context=True)
def say(context: Context, key: str, **values: object) -> str:
    """A text of the page's language with its places filled in."""
    return str(conditional_escape(context["words"].say(key, **{name: _told(value) for name, value in values.items()})))


def _told(value: object) -> object:
    if isinstance(value, Decimal):
        return number(value)
    return visible(value) if isinstance(value, str) else value


@register.filter
def said(context_words: object, key: str) -> str:
    """A text of the page's language that has no places, for where a tag cannot stand."""
    return str(context_words.say(key))  # type: ignore[attr-defined]


@register.filter
def lined(text: str) -> str:
    """Text with its lines; hidden and reordering characters are written out."""
    return visible(text, lines=True)


@register.filter
def points(value: Decimal) -> str:
    """Points without zeros behind."""
    return number(value)


@register.filter
def indian(at: datetime) -> str:
    """A moment in Indian time."""
    return at.astimezone(INDIAN).strftime("%Y-%m-%d %H:%M IST")
