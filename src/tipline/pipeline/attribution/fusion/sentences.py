"""A verdict in sentences that a judge can read: which source, of which version and day, said what, and by which rule it ends where it ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache

from tipline.pipeline.attribution.fusion.model import LEVELS, Model
from tipline.pipeline.attribution.fusion.weighing import OPERATOR, Guess, Heard, Verdict
from tipline.pipeline.attribution.statements import Claim
from tipline.trust.places.countries import country_name

NOT_A_PERSON = "An address leads to a connection, not to a person."
SPECIAL_RULE = "special-range"
_OLD_DAYS = 365


def day(at: date) -> str:
    """`5 June 2026`."""
    return f"{at.day} {at:%B %Y}"


def moment(at: datetime) -> str:
    """`24 November 2026 at 10:12 UTC`; seconds where there are any, since a log is searched by them."""
    at = at.astimezone(UTC)
    return f"{day(at)} at {at:%H:%M:%S} UTC" if at.second else f"{day(at)} at {at:%H:%M} UTC"


def place_name(names: Sequence[str]) -> str:
    """`Jalgaon, Maharashtra`; a country alone by its name, and a state outside India with it."""
    country, *below = [n for n in names if n]
    if not below:
        return country_name(country)
    shown = [*reversed(below)]
    return ", ".join(shown if country == "IN" else [*shown, country_name(country)])


def source_name(claim: Claim, by: Model) -> str:
    """`the operator's own table ranges.csv (version ab12cd34, imported 24 November 2026)`."""
    kind = by.kinds.get(claim.kind)
    about = []
    if claim.version:
        about.append(f"version {claim.version[:12]}")
    if claim.as_of:
        about.append(f"{'imported' if claim.kind == OPERATOR else 'of'} {day(claim.as_of)}")
    name = f"{kind.title} {claim.source}" if kind else claim.source
    return f"{name} ({', '.join(about)})" if about else name


_A_NETWORK = "belonged to a network that"


def explain(
    ip: str, port: int | None, at: datetime | None, verdict: Verdict, by: Model, networks: Sequence[str] = ()
) -> str:
    """The explanation of one address at one time. `networks`: what each claim was found by, in their order."""
    when = f"On {moment(at)} the" if at else "The"
    what = f"{when} address {ip}{f' (port {port})' if port else ''}"
    told, first = _told(verdict, by), _ranked(verdict)
    if networks and any(reason.rule == SPECIAL_RULE for reason in verdict.reasons):
        block = next(
            (n for n, heard in zip(networks, verdict.heard, strict=True) if heard.claim.kind == "special_ranges"), ""
        )
        return (
            f"{what} {told}".replace(", and is never placed", f" in {block}, and is never placed", 1)
            if block
            else f"{what} {told}"
        )
    network = networks[first[0]] if first and networks else ""
    if network:
        told = told.replace(_A_NETWORK, f"belonged to the network {network}, which", 1)
    return f"{what} {told}"


@lru_cache(maxsize=16_384)
def _told(verdict: Verdict, by: Model) -> str:
    """All that does not depend on the address and the time: said once for a combination of claims."""
    rules = {reason.rule: reason.text for reason in verdict.reasons}
    for rule in ("special-range", "no-source", "no-place"):
        if rule not in rules:
            continue
        why = f"{rules[rule]}, and is never placed" if rule == SPECIAL_RULE else f"cannot be placed: {rules[rule]}"
        return f"{why.removeprefix('it ')} (rule {rule}). Tipline abstains and a person decides."
    return " ".join([f"{_said(verdict, by)}.", *_loosened(verdict), *ending(verdict, by), NOT_A_PERSON])


@lru_cache(maxsize=16_384)
def _ranked(verdict: Verdict) -> tuple[int, ...]:
    """The claims that speak, by their places: those in favour first, then those that go part of the way, the most trusted first."""
    heard = [(h, index) for index, h in enumerate(verdict.heard) if h.relation != "silent"]
    heard.sort(key=lambda one: (one[0].relation == "contradicts", one[0].relation == "in part", -max(one[0].weights)))
    return tuple(index for _, index in heard)


def _said(verdict: Verdict, by: Model) -> str:
    """What the sources say: those that are for the place first, the most trusted of them as the subject."""
    first, *others = [verdict.heard[index] for index in _ranked(verdict)]
    claim = first.claim
    verb = "places" if claim.kind == OPERATOR else "estimates to be"
    said = [f"{_A_NETWORK} {source_name(claim, by)} {verb} in {place_name(_named(claim))}{_how(first)}{_old(first)}"]
    for other in others:
        name = source_name(other.claim, by)
        if other.relation == "agrees":
            said.append(f"{name} agrees{_old(other)}")
        elif other.relation == "in part":
            said.append(f"{name} agrees as far as the {other.level}{_old(other)}")
        else:
            said.append(f"{name} says {place_name(_named(other.claim))} instead{_how(other)}{_old(other)}")
    return "; ".join(said)


def _named(claim: Claim) -> tuple[str, ...]:
    depth = LEVELS.index(claim.precision) + 1 if claim.precision in LEVELS else 3
    return (claim.country, claim.state, claim.district)[:depth]


def _how(heard: Heard) -> str:
    return f" ({heard.claim.how})" if heard.claim.how else ""


def _old(heard: Heard) -> str:
    if heard.claim.as_of is None or heard.age_days < _OLD_DAYS:
        return ""
    return f", {heard.age_days / 365:.1f} years apart from it, which lowers it"


def _loosened(verdict: Verdict) -> list[str]:
    return [
        f"It is marked {r.rule.removeprefix('mark-')}: {r.text} (rule {r.rule})."
        for r in verdict.reasons
        if r.rule.startswith("mark-")
    ]


def ending(verdict: Verdict, by: Model) -> list[str]:
    """How sure, against which floor, and why no more precise."""
    said = [f"{r.text[:1].upper()}{r.text[1:]} (rule {r.rule})." for r in verdict.reasons if r.rule in {"tie", "cap", "fallback"}]  # fmt: skip
    if verdict.abstained:
        floor = next((r.text for r in verdict.reasons if r.rule == "floor"), "")
        said.append(f"{floor[:1].upper()}{floor[1:]}, so Tipline abstains and a person decides (rule floor).")
        if verdict.guesses:
            said.append(f"Best guesses, not acted on: {guessed(verdict.guesses)}.")
    else:
        depth = LEVELS.index(verdict.level)
        said.append(
            f"Confidence {verdict.confidence:.2f}, {_above(verdict.confidence, by.floors.at(depth))} the floor of "
            f"{by.floors.at(depth):.2f} for a {verdict.level}: {place_name(verdict.names)} (model {verdict.model_version})."
        )
    return said


def _above(value: float, floor: float) -> str:
    return "at" if round(value, 2) == floor else "above"


def guessed(guesses: Sequence[Guess]) -> str:
    """`Pune, Maharashtra (share 0.62), Jalgaon, Maharashtra (share 0.38)`."""
    return ", ".join(f"{place_name(g.names)} (share {g.share:.2f})" for g in guesses if g.country)
