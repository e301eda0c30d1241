"""The clock of one address: from when it counts, when the log is likely gone, until when it is kept by rule, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tipline.pipeline.attribution.log_expiry.directory import Basis, Claim, Found

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
# A time without a zone is read as UTC; zones reach from -12:00 to +14:00, so it may be that far from what was meant.
WIDEST_ZONE = timedelta(hours=14)
WRONG_CLOCKS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Times:
    """The times that a report states. `used` is the sighting's, `stated` whether any text stood there, `zoned` whether it named a zone."""

    used: datetime | None
    stated: bool
    zoned: bool
    incident: datetime | None
    received: datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """When the log of one address ends. Without `counted_from` there is no clock, and `explanation` says why.

    `counted_by` is `use`, `incident`, `received` or `none`; `basis` is what `likely_gone_at` rests on, or empty.
    """

    counted_from: datetime | None
    counted_by: str
    likely_gone_at: datetime | None
    kept_until_by_rule_at: datetime | None
    last_possible_at: datetime | None
    basis: str
    explanation: str


def clock_of(times: Times, found: Found) -> Clock:
    """The clock of one sighting of an address whose log `found` holds."""
    start, by, said = _start(times)
    if start is None:
        return Clock(None, "none", None, None, None, "", said)
    ends = {basis: claim.after(start) for basis, claim in found.claims.items()}
    likely = next((b for b in _LIKELY if ends.get(b)), None)
    rule = ends.get("rule")
    last = max((end for end in ends.values() if end), default=None)
    sentence = f"{_who(found)} {said} {_until(found, ends, likely, last)}"
    return Clock(start, by, ends[likely] if likely else None, rule, last, likely or "", sentence)


# What is sooner is likelier: a rule is not always kept.
_LIKELY: tuple[Basis, ...] = ("practice", "rule", "licence")


def _start(times: Times) -> tuple[datetime | None, str, str]:
    """From when the clock counts, by which of the report's times, and a sentence about it."""
    if times.used is not None:
        if times.used < EARLIEST:
            return None, "none", "No clock: the stated time of use lies before 1990."
        if times.used > times.received + (WRONG_CLOCKS if times.zoned else WIDEST_ZONE):
            return None, "none", "No clock: the stated time of use lies after the report was received."
        zone = "" if times.zoned else ", whose zone is not stated: it is read as UTC and may be 14 hours off"
        return times.used, "use", f"Counted from the time of use, {moment(times.used)}{zone}."
    why = "The time of use cannot be read" if times.stated else "No time of use is stated"
    if times.incident is not None and EARLIEST <= times.incident <= times.received + WIDEST_ZONE:
        return times.incident, "incident", (
            f"{why}: counted from the time of the incident, {moment(times.incident)}; the use may have been earlier."
        )  # fmt: skip
    return times.received, "received", (
        f"{why}, nor one of the incident: counted from when the report was received, {moment(times.received)};"
        " the use was earlier, so the log ends sooner than this says."
    )  # fmt: skip


def _who(found: Found) -> str:
    if found.found_by == "asn":
        return f"{found.name} holds the log, by its AS number."
    if found.found_by == "owner":
        return f"{found.name} holds the log, by the owner's name of the range."
    if found.ambiguous:
        return f"It is not known who holds the log: the owner's name fits {' and '.join(found.ambiguous)}."
    return "It is not known who holds the log: the network is in no directory."


def _until(found: Found, ends: Mapping[Basis, datetime | None], likely: Basis | None, last: datetime | None) -> str:
    if likely is None:
        return "How long it is kept is not known."
    parts = [f"Likely gone on {_day(ends[likely])} ({_because(found, likely)})"]
    later: tuple[tuple[Basis, str], ...] = (("rule", "by rule kept until"), ("licence", "at the longest until"))
    for basis, words in later:
        end, gone = ends.get(basis), ends[likely]
        if end and gone and end > gone:
            parts.append(f"{words} {_day(end)} ({found.claims[basis].title})")
    if last == ends[likely]:
        parts.append("no rule is known that keeps it longer")
    return f"{', '.join(parts)}."


def _because(found: Found, basis: Basis) -> str:
    claim: Claim = found.claims[basis]
    if basis != "practice":
        return claim.title
    if basis in found.of_network:
        return f"this network's practice is {claim.span}"
    if found.kind == "unknown":
        return f"{claim.span}, the cautious assumption for a network that is not known"
    return f"{claim.span}, the assumed practice of {_KINDS[found.kind]}; not confirmed with this one"


_KINDS = {
    "mobile": "mobile networks", "fixed": "fixed-line networks", "cable": "cable and local networks",
    "academic": "academic networks", "hosting": "hosting companies", "satellite": "satellite networks",
}  # fmt: skip


def _day(at: datetime | None) -> str:
    return "" if at is None else f"{at.day} {at:%b %Y}"


def moment(at: datetime) -> str:
    """A moment as the sentences write it."""
    at = at.astimezone(UTC)
    return f"{_day(at)} {at:%H:%M} UTC"
