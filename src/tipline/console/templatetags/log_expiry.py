"""Components of the log-expiry clock: how long a log is likely still there, whom to ask, and what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tipline.console.templatetags.components import SOON, desk_zone, quiet, read_moment, running_clock, span_of, toned
from tipline.core.clock import now
from tipline.core.text import visible as make_visible
from tipline.pipeline.attribution.log_expiry.models import PreservationKind

register = template.Library()

_KINDS = {
    PreservationKind.ASKED: "preservation asked for",
    PreservationKind.CONFIRMED: "preservation confirmed",
    PreservationKind.REFUSED: "preservation refused, or the log gone",
}


@register.simple_tag(takes_context=True)
def log_clock(context: Context, log: Mapping[str, Any] | None, *, missing: str = "no time given") -> SafeString:
    """How long a log is likely still there, in words and with the day; the tone only repeats the words.

    `log` has `likely_gone_at`, `kept_until_by_rule_at`, `preserved` and maybe `asked`; None, or one without a time, is said as `missing`.
    """
    if log and log.get("preserved"):
        return toned("Preserved", "good")
    gone = read_moment(log and log.get("likely_gone_at"))
    if log is None or gone is None:
        return quiet(missing)
    at, zone = now(), desk_zone(context)
    rule = read_moment(log.get("kept_until_by_rule_at"))
    left = gone - at
    asked = "; preservation asked for" if log.get("asked") else ""
    day = _day(gone.astimezone(zone))
    if left > timedelta():
        state = "soon" if left <= SOON else "ok"
        words, under = f"{span_of(left)} left", f"likely gone {day}{asked}"
    elif rule is not None and rule > at:
        state, words = "late", f"likely gone for {span_of(left)}"
        under = f"by rule kept until {_day(rule.astimezone(zone))}{asked or ': ask at once'}"
    else:
        state, words, under = "late", f"gone for {span_of(left)}", f"since {day}"
    return format_html('{}<span class="under">{}</span>', running_clock(context, gone, state, words), under)


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b %Y}"


@register.inclusion_tag("console/components/address_log.html", takes_context=True)
def address_log(context: Context, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Of an address: who holds its log, on what the clock rests, whom to ask and how, what was noted, and the form to note more."""
    log = entry["log"]
    notes = [
        {**note, "words": _KINDS[PreservationKind(note["kind"])], "day": datetime.fromisoformat(note["on"])}
        for note in log["preservation"]
    ]
    return {
        "request": context.get("request"),
        "log": log,
        "holder": make_visible(str(log["holder"])),
        "port_missing": log["next"]["port_needed"] and not entry["port"],
        "notes": notes,
        "last": notes[-1] if notes else None,
        "may_note": context.get("may_note"),
        "report_id": context.get("report_id"),
        "kinds": PreservationKind.choices,
        "today": now().astimezone(desk_zone(context)).date().isoformat(),
        "ip": entry["ip"],
    }
