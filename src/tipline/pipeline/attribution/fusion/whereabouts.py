"""Where an account was, out of all its sightings and hints: newest first, and a traveller is one person. Pure; no database here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from math import prod
from typing import Any

from tipline.pipeline.attribution.fusion.model import LEVELS, Level, Model, model
from tipline.pipeline.attribution.fusion.sentences import guessed, moment, place_name, source_name
from tipline.pipeline.attribution.fusion.weighing import Guess, Names, Verdict, fuse, padded
from tipline.pipeline.attribution.statements import Statement
from tipline.trust.places import key

MOST_STRETCHES = 50
MOST_EVIDENCE = 200


@dataclass(frozen=True, slots=True)
class Sighted:
    """An address of the account at a time, with the verdict on it. `sighting` is its number in the record."""

    sighting: int
    at: datetime | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which the account was seen in one place. `sightings` counts them; times are None when none is stated."""

    names: Names
    first: datetime | None
    until: datetime | None
    sightings: int
    confidences: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Found:
    """Where the account was last, how sure, and why.

    Parameters
    ----------
    names
        country, state, district as far as they stand; when it abstained, what its places share.
    stretches
        where it was, the latest first.
    evidence
        every piece with its weight, as plain data.
    """

    names: Names = ()
    level: Level | str = ""
    confidence: float = 0.0
    confidences: tuple[float, float, float] = (0.0, 0.0, 0.0)
    abstained: bool = True
    explanation: str = ""
    rule: str = ""
    guesses: tuple[Guess, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    evidence: tuple[dict[str, Any], ...] = ()
    model_version: str = ""


def combine(sighted: Sequence[Sighted], hints: Sequence[Statement], *, by: Model | None = None) -> Found:
    """One answer for the account of a report.

    Parameters
    ----------
    sighted
        the addresses of the account reported, in any order.
    hints
        what the report says beside them.
    """
    chosen = by or model()
    ordered = sorted(
        sighted, key=lambda s: (s.at is not None, s.at.timestamp() if s.at else 0.0, s.sighting), reverse=True
    )
    placed = [s for s in ordered if not s.verdict.abstained]
    heard = _hints(hints, chosen)
    evidence = _evidence(ordered, hints, heard, chosen)
    found = _by_addresses(placed, heard, chosen) if placed else _by_hints(ordered, heard, hints, chosen)
    return replace(found, evidence=evidence, model_version=chosen.version)


def _hints(hints: Sequence[Statement], by: Model) -> Verdict:
    return fuse([h.claim for h in hints], None, by=by)


def _by_addresses(placed: Sequence[Sighted], heard: Verdict, by: Model) -> Found:
    stretches = stretches_of(placed, by)
    together = _at_once(placed, by)
    if together is not None:
        return replace(together, stretches=stretches)
    latest = stretches[0]
    found, remark = _beside_hints(latest.confidences, latest.names, heard, by)
    depth = next((d for d in reversed(range(len(latest.names))) if found[d] >= by.floors.at(d)), None)
    names = latest.names[: (depth or 0) + 1]
    said = [_stretch_said(latest, by, latest_of=len(stretches)), *remark]
    if len(stretches) > 1:
        said.append(_journey(stretches))
    guesses = _shares(placed, by)
    if depth is None:
        said.append(
            f"Confidence {found[0]:.2f} for the country is under the floor of {by.floors.country:.2f}, so Tipline abstains and a person decides (rule floor)."
        )
        return Found(names, "country", found[0], found, True, " ".join(said), "floor", guesses, stretches)
    said.append(
        f"Confidence {found[depth]:.2f} for the {LEVELS[depth]}, floor {by.floors.at(depth):.2f}: {place_name(names)} (model {by.version})."
    )
    rule = "latest-stretch" if len(stretches) > 1 else "addresses"
    return Found(names, LEVELS[depth], found[depth], found, False, " ".join(said), rule, guesses, stretches)


def stretches_of(placed: Sequence[Sighted], by: Model) -> tuple[Stretch, ...]:
    """Where the account was, the latest first. A wider place around a narrower one belongs to it."""
    groups: list[list[Sighted]] = []
    for one in placed:
        if groups and _compatible(_precise(groups[-1]), one.verdict.names):
            groups[-1].append(one)
        else:
            groups.append([one])
    return tuple(_stretch(group, by) for group in groups[:MOST_STRETCHES])


def _stretch(group: Sequence[Sighted], by: Model) -> Stretch:
    times = [s.at for s in group if s.at]
    names = _precise(group)
    return Stretch(
        names, min(times, default=None), max(times, default=None), len(group),
        _together([s for s in group if _compatible(names, s.verdict.names)], names, by),
    )  # fmt: skip


def _together(group: Sequence[Sighted], names: Names, by: Model) -> tuple[float, float, float]:
    """The best of a stretch at each level, raised a little by each further network; equal evidence counts once."""
    newest = max((s.at for s in group if s.at), default=None)
    found = []
    for depth in range(3):
        weighed: dict[Verdict, float] = {}
        for one in group:
            if depth < min(len(names), len(one.verdict.names)):
                value = _weight(one.at, newest, by) * one.verdict.confidences[depth]
                weighed[one.verdict] = max(value, weighed.get(one.verdict, 0.0))
        first, *others = sorted(weighed.values(), reverse=True) or [0.0]
        # the newest sighting weighs in full, so a stretch is never less sure than its newest sighting alone
        raised = 1 - (1 - first) * prod(1 - by.whereabouts.independence * o for o in others)
        found.append(round(raised, 4))
    return found[0], found[1], found[2]


def _weight(at: datetime | None, newest: datetime | None, by: Model) -> float:
    """1 for the newest; half for each half-life before it, or where no time is stated."""
    if newest is None:
        return 1.0
    if at is None:
        return 0.5
    return float(0.5 ** ((newest - at) / timedelta(days=by.whereabouts.half_life_days)))


def _at_once(placed: Sequence[Sighted], by: Model) -> Found | None:
    """Several places within hours are no journey. One that holds most of the weight stands, less sure; otherwise a person decides."""
    newest = placed[0].at
    if newest is None:
        group = list(placed)
    else:
        near = timedelta(hours=by.whereabouts.at_once_hours)
        group = [s for s in placed if s.at and newest - s.at <= near]
    if all(_compatible(a.verdict.names, b.verdict.names) for a, b in pairwise(group)):
        return None
    guesses = _shares(group, by)
    if guesses[0].share >= by.whereabouts.majority:
        return _majority(group, guesses, by)
    common = _common([g.names for g in guesses])
    level = LEVELS[len(common)] if len(common) < 3 else "district"
    said = (
        f"Within {by.whereabouts.at_once_hours} hours up to {moment(newest) if newest else 'a time that is not stated'} the account was seen in "
        f"{len(guesses)} places: {guessed(guesses)}. That is no journey: more than one person may use it, or a relay. "
        f"No {level} holds {by.whereabouts.majority:.0%} of the weight, so Tipline abstains and a person decides (rule at-once)."
    )
    return Found(common, "", 0.0, (0.0, 0.0, 0.0), True, said, "at-once", guesses)


def _majority(group: Sequence[Sighted], guesses: tuple[Guess, ...], by: Model) -> Found:
    """The place of most of the weight, its confidence times its share."""
    best = guesses[0]
    members = [s for s in group if _compatible(best.names, s.verdict.names)]
    country, state, district = (round(c * best.share, 4) for c in _together(members, best.names, by))
    found = (country, state, district)
    depth = next((d for d in reversed(range(len(best.names))) if found[d] >= by.floors.at(d)), None)
    said = f"Within {by.whereabouts.at_once_hours} hours the account was seen in {len(guesses)} places: {guessed(guesses)}."
    if depth is None:
        said += (
            " The first is not sure enough beside the others, so Tipline abstains and a person decides (rule floor)."
        )
        return Found(best.names[:1], "", found[0], found, True, said, "floor", guesses)
    names = best.names[: depth + 1]
    said += f" Confidence {found[depth]:.2f} for the {LEVELS[depth]}, floor {by.floors.at(depth):.2f}: {place_name(names)} (rule majority)."
    return Found(names, LEVELS[depth], found[depth], found, False, said, "majority", guesses)


def _by_hints(ordered: Sequence[Sighted], heard: Verdict, hints: Sequence[Statement], by: Model) -> Found:
    """No address stands. Hints may name a country or a state; a district only those that are precise."""
    why = (
        "The report has no address of the account reported that can be read."
        if not ordered
        else "Its one address could not be placed with enough confidence."
        if len(ordered) == 1
        else f"None of its {len(ordered)} addresses could be placed with enough confidence."
    )
    guesses = _shares(ordered, by) or heard.guesses
    if heard.abstained:
        said = f"{why} "
        if hints:
            said += f"What the report says beside them is not enough: {_said(hints, by)}. "
        said += "Tipline abstains and a person decides (rule no-address-stands)."
        if guesses:
            said += f" Best guesses, not acted on: {guessed(guesses)}."
        return Found((), "", 0.0, (0.0, 0.0, 0.0), True, said, "no-address-stands", guesses)
    most = LEVELS.index(by.whereabouts.hints_alone)
    if any(h.claim.kind in by.whereabouts.precise_hints for h in heard.heard if h.relation == "agrees"):
        most = 2
    depth = min(LEVELS.index(heard.level), most)
    names = heard.names[: depth + 1]
    capped = (
        f" Hints alone name no more than a {by.whereabouts.hints_alone} (rule hints-alone)."
        if depth < len(heard.names) - 1
        else ""
    )
    said = (
        f"{why} The report itself says: {_said(hints, by)}.{capped} Confidence {heard.confidences[depth]:.2f} for the {LEVELS[depth]}, "
        f"floor {by.floors.at(depth):.2f}: {place_name(names)} (rule hints, model {by.version})."
    )
    return Found(names, LEVELS[depth], heard.confidences[depth], heard.confidences, False, said, "hints", heard.guesses)


def _beside_hints(
    base: tuple[float, float, float], names: Names, heard: Verdict, by: Model
) -> tuple[tuple[float, float, float], list[str]]:
    """Addresses with hints beside them: a small share of the doubt is taken or added at each level.

    All hints of a report are one voice, whoever filled it in: at each level the strongest for it and the strongest against it count, once.
    What somebody writes into a profile many times over must not silence where they were.
    """
    found, weight = list(base), by.whereabouts.hint_weight
    agreeing, against = [0.0] * len(names), [0.0] * len(names)
    for h in heard.heard:
        claimed = (h.claim.country, h.claim.state, h.claim.district)
        first = next((d for d in range(len(names)) if claimed[d] and key(claimed[d]) != key(names[d])), None)
        for depth in range(len(names)):
            if first is not None and depth >= first:
                against[depth] = max(against[depth], by.disagreement.at(first) * h.weights[first])
            elif claimed[depth]:
                agreeing[depth] = max(agreeing[depth], h.weights[depth])
    for depth in range(len(names)):
        found[depth] = (1 - (1 - found[depth]) * (1 - weight * agreeing[depth])) * (1 - weight * against[depth])
    same, other = any(agreeing), any(against)
    said = []
    if same or other:
        words = (
            "both agree and disagree" if same and other else "agree as far as they go" if same else "point elsewhere"
        )
        said.append(f"Hints in the report {words}, and weigh little beside addresses (rule hints-beside).")
    return (round(found[0], 4), round(found[1], 4), round(found[2], 4)), said


def _shares(group: Iterable[Sighted], by: Model) -> tuple[Guess, ...]:
    """The places of several sightings by their share of the weight; for those that abstained, their own guesses."""
    several = list(group)
    newest = max((s.at for s in several if s.at), default=None)
    weights: dict[Names, float] = {}
    for one in several:
        weight = _weight(one.at, newest, by)
        if one.verdict.abstained:
            for guess in one.verdict.guesses:
                weights[guess.names] = weights.get(guess.names, 0.0) + weight * guess.share * one.verdict.confidence
        else:
            weights[one.verdict.names] = weights.get(one.verdict.names, 0.0) + weight * one.verdict.confidence
    narrow = {
        names: next((o for o in weights if len(o) > len(names) and o[: len(names)] == names), names)
        for names in weights
    }
    merged: dict[Names, float] = {}
    for names, weight in weights.items():
        merged[narrow[names]] = merged.get(narrow[names], 0.0) + weight
    total = sum(merged.values())
    ranked = sorted(merged.items(), key=lambda item: (-item[1], item[0]))[:5]
    return tuple(Guess(*padded(names), round(weight / total, 3)) for names, weight in ranked if names and total)


def _compatible(one: Names, other: Names) -> bool:
    return all(a == b or key(a) == key(b) for a, b in zip(one, other, strict=False))


def _precise(group: Sequence[Sighted]) -> Names:
    """The most precise place of those that go together, the newest of several."""
    return max((s.verdict.names for s in group), key=len)


def _common(places: Sequence[Names]) -> Names:
    shared: list[str] = []
    for parts in zip(*places, strict=False):
        if len({key(p) for p in parts}) > 1:
            break
        shared.append(parts[0])
    return tuple(shared)


def _stretch_said(stretch: Stretch, by: Model, *, latest_of: int) -> str:
    where = place_name(stretch.names)
    times = "once" if stretch.sightings == 1 else f"{stretch.sightings} times"
    if stretch.first is None or stretch.until is None:
        when = "at times that are not stated"
    elif stretch.first == stretch.until:
        when = f"on {moment(stretch.until)}"
    else:
        when = f"from {moment(stretch.first)} until {moment(stretch.until)}"
    newest = "Last, the account" if latest_of > 1 else "The account"
    return f"{newest} was seen {times} in {where}, {when}."


def _journey(stretches: Sequence[Stretch]) -> str:
    before = "; ".join(f"{place_name(s.names)}{f' until {moment(s.until)}' if s.until else ''}" for s in stretches[1:6])
    return f"Before that it was in {before}: places one after another are a journey, not a contradiction (rule latest-stretch)."


def _said(hints: Sequence[Statement], by: Model) -> str:
    parts = dict.fromkeys(
        f"{source_name(replace(h.claim, as_of=None, version=''), by)} points to {place_name((h.claim.country, h.claim.state, h.claim.district))}"
        for h in hints
        if h.claim.country
    )
    return "; ".join(list(parts)[:6])


def _evidence(
    ordered: Sequence[Sighted], hints: Sequence[Statement], heard: Verdict, by: Model
) -> tuple[dict[str, Any], ...]:
    newest = next((s.at for s in ordered if s.at), None)
    pieces: list[dict[str, Any]] = [
        {
            "sighting": s.sighting, "kind": "address", "at": s.at.isoformat() if s.at else None, "place": list(s.verdict.names),
            "weight": round(_weight(s.at, newest, by), 4), "confidence": s.verdict.confidence, "abstained": s.verdict.abstained,
        }
        for s in ordered
    ]  # fmt: skip
    for statement, one in zip(hints, heard.heard, strict=True):
        claim = statement.claim
        pieces.append({
            "kind": claim.kind, "source": claim.source, "found_by": statement.found_by, "version": claim.version,
            "at": claim.as_of.isoformat() if claim.as_of else None, "place": [p for p in (claim.country, claim.state, claim.district) if p],
            "weight": by.whereabouts.hint_weight, "confidence": max(one.weights), "relation": one.relation, "how": claim.how,
        })  # fmt: skip
    return tuple(pieces[:MOST_EVIDENCE])
