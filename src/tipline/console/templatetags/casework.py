"""Words of the work on a case: what a clock is about, what starts and ends it, and what a company says of a subscriber."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from tipline.investigation.legal.clocks.definitions import EVENTS
from tipline.investigation.replies.layouts import Meaning

register = template.Library()


@register.filter
def event_words(event: str) -> str:
    """What starts or ends a clock, in words."""
    return EVENTS.get(event, event)


@register.filter
def request_of(subject: str) -> int | None:
    """The request that a clock is about; None: it is about something else."""
    kind, _, number = subject.partition(":")
    return int(number) if kind == "request" and number.isascii() and number.isdigit() else None


@register.filter
def subject_words(subject: str) -> str:
    """What within its case a clock is about, such as `child 2`."""
    return subject.replace(":", " ", 1)


@register.filter
def particulars(details: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a source says of a person, each with its label. A number that was read as a telephone is not said twice."""
    return [
        (Meaning(name).label if name in set(Meaning) else name.replace("_", " ").capitalize(), text)
        for name, text in details.items()
        if name != "phone" or Meaning.MSISDN not in details
    ]
