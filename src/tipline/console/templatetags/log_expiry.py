"""Components of the log-expiry clock: how long a log is likely still there, whom to ask, and what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.template import Context

from tipline.console.templatetags.components import SOON, desk_zone, read_moment, span_of
from tipline.core.clock import now
from tipline.core.text import visible as make_visible
from tipline.pipeline.attribution.log_expiry.models import PreservationKind

register = template.Library()

_KINDS = {
    PreservationKind.ASKED: "preservation asked for",
    PreservationKind.CONFIRMED: "preservation confirmed",
    PreservationKind.REFUSED: "preservation refused, or the log gone",
}


@register.inclusion_tag("console/components/log_clock.html", takes_context=True)
def log_clock(context: Context, log: Mapping[str, Any] | None, *, missing: str = "no time given") -> dict[str, Any]:
    """How long a log is likely still there, in words and with the day; the tone only repeats the words.

    `log` has `likely_gone_at`, `kept_until_by_rule_at`, `preserved` and maybe `asked`; None, or one without a time, is said as `missing`.
    """
    if log and log.get("preserved"):
        return {"preserved": True}
    gone = read_moment(log and log.get("likely_gone_at"))
    if log is None or gone is None:
        return {"missing": missing}
    at, zone = now(), desk_zone(context)
    local = gone.astimezone(zone)
    rule = read_moment(log.get("kept_until_by_rule_at"))
    left = gone - at
    asked = "; preservation asked for" if log.get("asked") else ""
    shown = {"iso": gone.isoformat(), "exact": f"{local:%d %b %Y %H:%M} {local.tzname()} · {gone:%Y-%m-%d %H:%M} UTC"}
    if left > timedelta():
        words = f"{span_of(left)} left"
        return {
            **shown,
            "state": "soon" if left <= SOON else "ok",
            "text": words,
            "under": f"likely gone {_day(local)}{asked}",
        }
    if rule is not None and rule > at:
        under = f"by rule kept until {_day(rule.astimezone(zone))}{asked or ': ask at once'}"
        return {**shown, "state": "late", "text": f"likely gone for {span_of(left)}", "under": under}
    return {**shown, "state": "late", "text": f"gone for {span_of(left)}", "under": f"since {_day(local)}"}


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
