"""The components: every screen is made of these. Each takes plain data; reported text is always shown with `visible`."""

from __future__ import annotations

import math
import zoneinfo
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tipline.core.clock import now
from tipline.core.text import visible as make_visible
from tipline.investigation.cases.models import Standing
from tipline.referrals.models import MergeReason, RecallReason, ReturnReason
from tipline.reports.incidents import in_words
from tipline.reports.masking import outside
from tipline.reports.models import Identifier

register = template.Library()

SOON = timedelta(days=7)
# the floor of what a provider calls urgent (pipeline/triage/data/rules.toml)
ALARMING = 80
_KINDS = {
    "handle": "Handle", "account_id": "Account no.", "email": "E-mail", "phone": "Telephone", "url": "URL",
    "ip": "IP address", "device": "Device",
}  # fmt: skip
# What the log calls an act, in words.
_ACTS = {
    "case.opened": "Case opened",
    "case.read": "Case read",
    "case.assigned": "Somebody assigned",
    "case.unassigned": "Somebody taken off",
    "case.closed": "Case closed",
    "clock.started": "Clock started",
    "case.reopened": "Case opened again",
    "case.diary_written": "Diary written",
    "case.diary_corrected": "Diary corrected",
    "case.diary_printed": "Diary printed",
    "case.task_added": "Task added",
    "case.task_given": "Task changed",
    "case.task_done": "Task done",
    "case.task_dropped": "Task dropped",
    "case.task_open": "Task taken up again",
    "case.person_added": "Person written down as account holder",
    "case.evidence_added": "Evidence listed",
    "case.evidence_withdrawn": "Evidence withdrawn",
    "case.standing_proposed": "Person of interest proposed",
    "case.standing_confirmed": "Person of interest confirmed by a second officer",
    "case.standing_refused": "Person of interest refused",
    "case.standing_taken_back": "Proposal taken back",
    "case.standing_fell_back": "Person stands as account holder again",
    "case.standing_reviewed": "Person of interest reviewed",
    "case.person_cleared": "Person cleared",
    "case.person_again": "Cleared person looked at again",
    "case.officer_set": "Investigating officer named",
    "case.fir_registered": "FIR registered",
    "case.fir_corrected": "FIR corrected",
    "case.preliminary_permitted": "Preliminary enquiry permitted",
    "case.section_chosen": "Section chosen",
    "case.section_withdrawn": "Section withdrawn",
    "case.reports_added": "Reports added",
    "case.report_moved": "Report moved between cases",
    "case.linked": "Linked with another case",
    "case.unlinked": "Link ended",
    "link.tied": "Joined with another report",
    "link.untied": "Joining by a person ended",
    "link.cut": "Identifier cut from its links",
    "link.uncut": "Cut of an identifier ended",
    "link.undone": "Change of a cluster undone",
    "case.transfer_offered": "Transfer offered",
    "case.transfer_taken_back": "Offer of a transfer taken back",
    "case.transferred": "Case transferred",
    "request.made": "Request to a holder drafted",
    "request.sent": "Request noted as sent",
    "request.reminded": "Holder reminded",
    "request.replied": "Reply noted",
    "request.renewed": "Preservation renewed",
    "request.closed": "Request closed",
    "request.withdrawn": "Request withdrawn",
    "request.letter_linked": "Letter linked to a request",
    "request.alerted": "Told that a request is due",
    "request.alert_seen": "Alert of a request seen",
    "request.listed": "Requests listed",
    "request.read": "Request read",
    "reply.received": "Reply handed in",
    "reply.turned_away": "File refused, not kept",
    "reply.read": "Reply read",
    "reply.mapped": "Columns of a reply named",
    "reply.read_again": "Reply read again",
    "reply.released": "Reply out of quarantine",
    "reply.rejected": "Reply set aside",
    "reply.applied": "Reply used",
    "reply.listed": "Replies listed",
    "reply.shown": "Reply looked at",
    "reply.problems_exported": "Reasons of a reply exported",
    "case.exhibits_listed": "Exhibits listed",
    "case.exhibit_added": "Exhibit taken in",
    "case.exhibit_read": "Exhibit read",
    "case.exhibit_printed": "Label or custody sheet printed",
    "case.custody_written": "Custody of an exhibit written",
    "case.hashes_imported": "Hashes taken over from a tool",
    "case.exported": "Whole file exported",
    "letter.made": "Letter made",
    "letter.set_made": "Set of letters made",
    "letter.listed": "Letters listed",
    "letter.read": "Letter read",
    "letter.edited": "Letter edited",
    "letter.taken_afresh": "Letter taken afresh from the record",
    "letter.reviewed": "Letter reviewed",
    "letter.withdrawn": "Letter withdrawn",
    "letter.printed": "Letter printed",
    "outcome.recorded": "Outcome recorded",
    "outcome.heard": "Outcome told by another installation",
    "outcome.heard_withdrawn": "Outcome withdrawn by another installation",
    "feedback.heard": "Its use told by another installation",
    "feedback.heard_withdrawn": "Its use no longer holds, by another installation",
    "outcome.withdrawn": "Outcome withdrawn",
    "outcome.missing": "Reminded of an outcome",
    "outcome.reminder_seen": "Reminder of an outcome seen",
    "safeguarding.read": "Safeguarding read",
    "safeguarding.child_added": "A child is known",
    "safeguarding.step_taken": "A step for a child",
    "safeguarding.step_withdrawn": "A step for a child withdrawn",
    "safeguarding.note_written": "Safeguarding note written",
    "safeguarding.note_corrected": "Safeguarding note corrected",
    "safeguarding.referred": "A child referred to support",
    "safeguarding.answered": "Answer of a support service",
    "safeguarding.preference_noted": "Wish of a survivor noted",
    "operation.planned": "Operation added",
    "operation.running": "Operation runs",
    "operation.closed": "Operation closed",
    "statistics.read": "Figure read",
    "statistics.downloaded": "Figure taken as a file",
    "statistics.kept": "Answer of a figure kept",
    "statistics.return_taken": "Yearly return taken as a file",
    "statistics.schedule_started": "Report of figures scheduled",
    "statistics.schedule_ended": "Scheduled report ended",
    "statistics.report_made": "Scheduled report made",
    "statistics.file_taken": "File of figures taken",
    "statistics.transparency_prepared": "Transparency report prepared",
    "statistics.transparency_released": "Transparency report released by a second person",
    "statistics.transparency_refused": "Transparency report not released",
    "peer.added": "Descriptor taken in",
    "peer.updated": "Address renewed by a descriptor",
    "peer.confirmed": "Fingerprint compared",
    "peer.active": "Taken up again",
    "peer.suspended": "Suspended",
    "peer.ended": "Ended",
    "peer.retried": "Tried again at once",
    "peer.key_revoked": "Key believed no more",
    "peer.key_followed": "New key followed",
    "peer.read": "Link looked at",
    "retention.held": "Legal hold placed",
    "retention.hold_lifted": "Legal hold lifted",
    "retention.destroyed": "Destroyed",
    "retention.kept_beyond_agreement": "Kept longer than was agreed, and the sender told",
    "retention.told_destroyed": "Destroyed at the other installation",
    "retention.told_kept": "Kept longer at the other installation than was agreed",
}
_STATES = {
    "new": ("New", "wait"),
    "sent": ("On the desk", "wait"),
    "accepted": ("Accepted", "good"),
    "drafted": ("Drafted", "quiet"),
    "out": ("Sent", "wait"),
    "reminded": ("Reminded", "warn"),
    "replied": ("Replied", "good"),
    "withdrawn": ("Withdrawn", "quiet"),
    "forwarded": ("Forwarded", "quiet"),
    "returned": ("Returned", "warn"),
    "received": ("Received", "wait"),
    "acknowledged": ("Acknowledged", "wait"),
    "merged": ("With another report", "quiet"),
    "recalled": ("Recalled", "warn"),
    "open": ("Open", "wait"),
    "closed": ("Closed", "quiet"),
    "planned": ("Planned", "wait"),
    "running": ("Running", "good"),
    "draft": ("Draft: review before use", "warn"),
    "reviewed": ("Reviewed, not signed by software", "good"),
    "finished": ("Finished", "good"),
    "retracted": ("Retracted", "quiet"),
    "expired": ("Expired", "quiet"),
    "quarantined": ("Quarantined", "warn"),
    "waiting": ("Being processed", "wait"),
    "done": ("Processed", "good"),
}
_FLAGS = {
    "cgnat": "Carrier-grade NAT: many subscribers share it; port and exact time are needed",
    "mobile": "Mobile gateway: many subscribers share it; port and exact time are needed",
    "shared": "Shared address: port and exact time are needed",
    "anonymous": "A service that hides where its users are",
    "tor": "Tor exit: the person may be elsewhere",
    "relay": "Privacy relay: the country is kept, the place is not",
    "no-time": "No time of use is stated: it is not known who held the address",
    "hosting": "Hosting: a server, not somebody's connection",
    "proxy": "Proxy: the person may be elsewhere",
    "vpn": "VPN: the person may be elsewhere",
    "anycast": "Anycast: the address is in many places at once",
    "satellite": "Satellite: the ground station may be far away",
    "possible-proxy": "The provider thinks that it may be a proxy",
}


@register.filter
def visible(value: object, limit: int | None = None) -> str:
    """Reported text, with hidden and reordering characters written out."""
    return make_visible("" if value is None else str(value), limit)


@register.filter
def visible_lines(value: str) -> str:
    """As `visible`, for text that has lines."""
    return make_visible(value, lines=True)


@register.filter
def away_from_report(entry: Identifier) -> str:
    """An identifier where its report is not the page: what is a child's, or names one, is withheld."""
    value = outside(entry.kind, entry.value, of_child=entry.of_child, names_child=entry.names_child)
    return make_visible(value, 120)


@register.filter
def incident(value: object) -> str:
    """A kind of incident in our words; one that we do not know stays as the provider wrote it."""
    return in_words(str(value))


@register.filter
def fact_value(value: object) -> str:
    """What a fact of routing is: yes or no, a number without needless digits, a list in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    text = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    return make_visible(text, 200) or "–"


@register.filter
def standing(value: str) -> str:
    """How a person of a case stands, in words."""
    return str(Standing(value).label) if value in Standing.values else value


@register.filter
def logged_act(action: str) -> str:
    """An act of the log in words."""
    return _ACTS.get(action, action)


def desk_zone(context: Context) -> zoneinfo.ZoneInfo:
    """The zone of the desk whose page it is."""
    user = getattr(context.get("request"), "user", None)
    agency = getattr(user, "agency", None)
    try:
        return zoneinfo.ZoneInfo(getattr(agency, "timezone", "UTC"))
    except zoneinfo.ZoneInfoNotFoundError:
        return zoneinfo.ZoneInfo("UTC")


def read_moment(value: object) -> datetime | None:
    """A time, or its ISO 8601 text, in UTC; None when it is neither."""
    if isinstance(value, str) and value:
        value = datetime.fromisoformat(value)
    return value.astimezone(UTC) if isinstance(value, datetime) else None


# What stands in every row of long tables is written here: a template for each of a few hundred of them is half the time of a page.
@register.simple_tag(takes_context=True)
def moment(context: Context, value: object, *, missing: str = "not stated") -> SafeString:
    """A time in the desk's zone, with UTC behind it."""
    at = read_moment(value)
    if at is None:
        return quiet(missing)
    local = at.astimezone(desk_zone(context))
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(), f"{at:%Y-%m-%d %H:%M:%S} UTC", f"{local:%d %b %Y %H:%M} {local.tzname()}",
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def clock(context: Context, deadline: object, label: str = "") -> SafeString:
    """How long until something ends: in words, with the exact time; late is said, not only coloured."""
    at = read_moment(deadline)
    if at is None:
        return quiet("no time given")
    left = at - now()
    state = "late" if left <= timedelta() else "soon" if left <= SOON else "ok"
    return running_clock(context, at, state, _words(left), label)


def running_clock(context: Context, at: datetime, state: str, words: str, label: str = "") -> SafeString:
    """A clock with these words and this tone; behind them the exact time in the desk's zone and in UTC."""
    local = at.astimezone(desk_zone(context))
    return format_html(
        '<span class="clock clock-{}">{}<time datetime="{}" title="{}">{}</time></span>',
        state, format_html('<span class="clock-label">{}</span> ', label) if label else "", at.isoformat(),
        f"{local:%d %b %Y %H:%M} {local.tzname()} · {at:%Y-%m-%d %H:%M} UTC", words,
    )  # fmt: skip


def quiet(text: str) -> SafeString:
    """Words for what is not there."""
    return format_html('<span class="quiet">{}</span>', text)


def toned(text: str, tone: str) -> SafeString:
    """A badge."""
    return format_html('<span class="badge badge-{}">{}</span>', tone, text)


def span_of(left: timedelta) -> str:
    """A span in words, however it is signed: whole days, else hours, else minutes."""
    seconds = abs(left.total_seconds())
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            number = math.floor(seconds / size)
            return f"{number} {unit}{'s' if number != 1 else ''}"
    return "moments"


def _words(left: timedelta) -> str:
    return f"gone for {span_of(left)}" if left <= timedelta() else f"{span_of(left)} left"


@register.filter
def time_left(deadline: datetime) -> str:
    """How long until something ends, in words."""
    return _words(deadline - now())


@register.filter
def is_past(moment: datetime) -> bool:
    """Whether a moment is over."""
    return moment <= now()


@register.filter
def due_in(deadline: datetime) -> str:
    """How long until something is due, or since when it has been, in words."""
    left = deadline - now()
    return f"{span_of(left)} late" if left <= timedelta() else f"{span_of(left)} left"


@register.filter
def state_words(state: str) -> str:
    """A state in words, inside a sentence."""
    text, _ = _STATES.get(state, (state.replace("_", " "), ""))
    return text[:1].lower() + text[1:]


_STEPS = {
    "send": "Sent", "pass": "Passed on at once", "receive": "Received", "acknowledge": "Acknowledged", "accept": "Accepted",
    "forward": "Forwarded", "split": "Split off its bundle", "return": "Returned", "reroute": "Moved to another desk",
    "recall": "Recalled", "merge": "Put together with another report", "unmerge": "Parted again", "come_back": "Came back",
    "transfer": "Transferred with its case",
    "late": "The recall came too late: that desk had decided already", "apart": "Not given back: that desk works on it too; settle it with them",
    "take_over": "The desk owns the report now",
}  # fmt: skip


@register.filter
def step_words(step: str) -> str:
    """A step of a referral's history in words."""
    return _STEPS.get(step, step)


@register.filter
def reason_words(reason: str) -> str:
    """Why a hop was returned, recalled or put together with another one, in words."""
    known = {**dict(ReturnReason.choices), **dict(RecallReason.choices), **dict(MergeReason.choices)}
    return str(known.get(reason, reason))


@register.filter
def concat(text: str, more: object) -> str:
    """Two things written together: names of fields."""
    return f"{text}{more}"


@register.inclusion_tag("console/components/score.html")
def score(name: str, value: Mapping[str, Any] | None) -> dict[str, Any]:
    """A score with every reason; `value` has `score` and `reasons`."""
    label = name.replace("_", " ").capitalize()
    if not value:
        return {"name": label, "missing": True}
    number = int(value["score"])
    return {
        "name": label,
        "score": number,
        "alarming": name == "priority" and number >= ALARMING,
        "reasons": value["reasons"],
        "version": value.get("rules_version", ""),
        "jurisdictions": value.get("jurisdictions", ()),
    }


@register.simple_tag
def badge(state: str) -> SafeString:
    """A state in words, with a tone."""
    return toned(*_STATES.get(state, (state.replace("_", " ").capitalize(), "quiet")))


@register.inclusion_tag("console/components/hash.html")
def digest(kind: str, value: str) -> dict[str, Any]:
    """A hash, whole, in groups of eight that are selected as one."""
    return {"kind": kind, "value": value, "groups": [value[i : i + 8] for i in range(0, len(value), 8)]}


def _scope(kind: str, scope: str) -> str:
    """What the scope of an identifier is, in words."""
    if not scope:
        return ""
    if scope == "unreadable":
        return "kept as written: not readable as such"
    return f"type {scope}" if kind == "device" else f"on {scope}"


@register.inclusion_tag("console/components/identifier.html")
def identifier(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An identifier with its kind and platform, and how often it was seen here."""
    return {
        "kind": _KINDS.get(entry["kind"], entry["kind"]),
        "value": make_visible(str(entry["value"])),
        "scope": _scope(str(entry["kind"]), make_visible(str(entry.get("scope") or ""))),
        "count": len(entry.get("sightings") or ()),
        "original": make_visible(str(entry["sightings"][0]["original"])) if entry.get("sightings") else "",
    }


@register.inclusion_tag("console/components/address.html", takes_context=True)
def address(context: Context, entry: Mapping[str, Any]) -> dict[str, Any]:
    """An address with port and time together, its place, how sure, why, and when its log is likely gone.

    `entry["log"]` is the clock of its log (`components/address_log.html`), if there is one.
    """
    place = ", ".join(part for part in (entry["district"], entry["state"], entry["country"]) if part)
    return {
        "request": context.get("request"),
        "ip": entry["ip"],
        "port": entry["port"],
        "at": entry["at"],
        "place": make_visible(place) or "place unknown",
        "confidence": float(entry["confidence"]),
        "abstained": entry["abstained"],
        "owner": make_visible(str(entry.get("owner") or "")),
        "flags": [_FLAGS.get(flag, flag) for flag in entry.get("flags") or ()],
        "explanation": make_visible(str(entry["explanation"])),
        "level": "" if entry["abstained"] else entry.get("level", ""),
        "guesses": entry.get("guesses", ()) if entry["abstained"] else (),
        "sources": entry["sources"],
        "entry": entry,
        "log": entry.get("log"),
        "may_note": context.get("may_note"),
        "report_id": (context.get("report") or {}).get("id"),
        # once unmasked it looks like any other: nobody may take a child's connection for the reported account's
        "child": None if entry.get("masked") else entry.get("child"),
    }


@register.inclusion_tag("console/components/way.html", takes_context=True)
def way(context: Context, start: str, hops: Sequence[Mapping[str, Any]], start_name: str) -> dict[str, Any]:
    """The way down the tree: each agency with when and how the report came to it."""
    return {"request": context.get("request"), "start": start, "start_name": start_name, "hops": hops}


@register.inclusion_tag("console/components/confidence.html")
def confidence(value: float, *, abstained: bool = False) -> dict[str, Any]:
    """How sure the software is, in words and as a number."""
    words = "abstained" if abstained else "high" if value >= 0.85 else "fair" if value >= 0.6 else "low"
    return {"words": words, "percent": round(value * 100)}


@register.inclusion_tag("console/components/withheld.html")
def withheld(what: str, why: str) -> dict[str, Any]:
    """Says what is not shown, and why."""
    return {"what": what, "why": why}


@register.inclusion_tag("console/components/empty.html")
def empty(title: str, text: str = "") -> dict[str, Any]:
    """Nothing here, and what to do next."""
    return {"title": title, "text": text}


@register.inclusion_tag("console/components/error_summary.html")
def error_summary(errors: Sequence[tuple[str, str]] | None, *, focus: bool = True) -> dict[str, Any]:
    """What is wrong with a form, each fault linked to its field; it takes the keyboard's focus when the page opens."""
    return {"errors": errors or (), "focus": focus}


@register.inclusion_tag("console/components/field_error.html")
def field_error(errors: Sequence[tuple[str, str]] | None, field: str) -> dict[str, Any]:
    """What is wrong with one field, beside it; the field names it with `aria-describedby="FIELD-error"`."""
    return {"field": field, "text": next((text for name, text in errors or () if name == field), "")}


@register.inclusion_tag("console/components/pagination.html")
def pagination(page: Any, query: str = "") -> dict[str, Any]:
    """Earlier and later pages; nothing when there is one."""
    return {"page": page, "query": query}
