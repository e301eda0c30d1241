"""From claims to a verdict, version 2 of the model. Pure: no database, no clock. docs/explanation/attribution.md has the formulae.

The place is chosen by the evidence alone; marks then only take confidence and levels away. The order of claims changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import prod
from typing import Literal

from tipline.pipeline.attribution.fusion.model import LEVELS, Level, Model, model
from tipline.pipeline.attribution.statements import Claim
from tipline.trust.places import key

Names = tuple[str, ...]
Relation = Literal["agrees", "in part", "contradicts", "silent"]
SPECIAL = "special_ranges"
OPERATOR = "operator_ranges"
DOCUMENTATION = "documentation"  # of special ranges, the one that fictional operators may have
MOST_GUESSES = 5
_TIE = 1e-9


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of the verdict: the rule of the model, and what it found as part of a sentence."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Guess:
    """A place that was named, and its share of the evidence from 0 to 1."""

    country: str
    state: str
    district: str
    share: float

    @property
    def names(self) -> Names:
        """Country, state, district as far as they are known."""
        return tuple(part for part in (self.country, self.state, self.district) if part)


@dataclass(frozen=True, slots=True)
class Heard:
    """What one claim did: how it stands to the place, down to which level it goes along, and its weight at each level."""

    claim: Claim
    relation: Relation
    level: Level | Literal[""]
    weights: tuple[float, float, float]
    age_days: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where, how sure, and why.

    Parameters
    ----------
    country, state, district
        the place down to `level`; when it abstained, no more than the country that speaks loudest, as a guess.
    confidence
        0 to 1, for the most precise place named.
    confidences
        0 to 1 for country, state and district of the place that the evidence chose, below the floor or above it.
    abstained
        under the floor at every level: a person decides.
    """

    country: str = ""
    state: str = ""
    district: str = ""
    level: Level | Literal[""] = ""
    confidence: float = 0.0
    confidences: tuple[float, float, float] = (0.0, 0.0, 0.0)
    abstained: bool = True
    guesses: tuple[Guess, ...] = ()
    flags: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    heard: tuple[Heard, ...] = ()
    model_version: str = ""

    def __hash__(self) -> int:
        # of a few fields: verdicts are kept by combination of claims, so that the one asked for is nearly always the one found
        return hash((self.country, self.state, self.district, self.confidences, self.flags))

    @property
    def names(self) -> Names:
        """Country, state, district as far as they are named."""
        return tuple(part for part in (self.country, self.state, self.district) if part)


def fuse(
    claims: Sequence[Claim], at: date | None = None, extra: Iterable[str] = (), *, by: Model | None = None
) -> Verdict:
    """One verdict out of what was claimed.

    Parameters
    ----------
    at
        the day of the sighting, which the ages of sources are counted to. None: to the newest source.
    extra
        marks that no source gave, such as `possible-proxy` and `no-time`.
    by
        the model; None: that of this installation.
    """
    chosen = by or model()
    step = chosen.ageing.step_days
    day = max((c.as_of for c in claims if c.as_of), default=None) if at is None else at
    return _fuse(tuple(claims), None if day is None else day.toordinal() // step, tuple(dict.fromkeys(extra)), chosen)


@lru_cache(maxsize=65_536)
def _fuse(claims: tuple[Claim, ...], bucket: int | None, extra: tuple[str, ...], by: Model) -> Verdict:
    flags = tuple(dict.fromkeys((*(flag for c in claims for flag in c.flags), *extra)))
    weighing = Weighing(claims, bucket, by)
    special = next((c for c in claims if c.kind == SPECIAL), None)
    if special is not None and not _kept_for_examples(special, claims):
        text = special.how or "it lies in a range that is set aside and belongs to no place"
        return _nowhere(weighing, flags, Reason("special-range", text))
    if not weighing.placed:
        text = "no source names a place for it" if claims else "no source knows it"
        return _nowhere(weighing, flags, Reason("no-place" if claims else "no-source", text))
    chain, reasons = weighing.choose()
    marks = [(flag, by.marks[flag]) for flag in flags if flag in by.marks]
    cap = min((LEVELS.index(mark.cap) for _, mark in marks), default=2)
    operator_cap = min((LEVELS.index(mark.operator_cap) for _, mark in marks), default=2)
    factors = [min((mark.factors.at(depth) for _, mark in marks), default=1.0) for depth in range(3)]
    found = [
        round(weighing.confidence(chain[: depth + 1], cap, operator_cap) * factors[depth], 4)
        if depth < len(chain)
        else 0.0
        for depth in range(3)
    ]
    confidences = (found[0], found[1], found[2])
    reasons += [Reason(f"mark-{flag}", mark.title) for flag, mark in marks]
    reached = next((d for d in reversed(range(len(chain))) if confidences[d] >= by.floors.at(d)), None)
    reasons += _ending(weighing, chain, confidences, reached, by, marked=bool(marks))
    depth = 0 if reached is None else reached
    country, state, district = padded(weighing.written(chain[: depth + 1]))
    return Verdict(
        country, state, district, level=LEVELS[depth], confidence=confidences[depth], confidences=confidences, abstained=reached is None,
        guesses=weighing.guesses(), flags=flags, reasons=tuple(reasons), heard=weighing.heard(chain), model_version=by.version,
    )  # fmt: skip


def _kept_for_examples(special: Claim, claims: tuple[Claim, ...]) -> bool:
    """Whether it is one of the documentation ranges, and somebody's own table puts it somewhere: the demo's operators do."""
    return DOCUMENTATION in special.flags and any(c.kind == OPERATOR and c.country for c in claims)


def _nowhere(weighing: Weighing, flags: tuple[str, ...], why: Reason) -> Verdict:
    heard = tuple(Heard(c, "silent", "", (0.0, 0.0, 0.0), weighing.ages[i]) for i, c in enumerate(weighing.claims))
    return Verdict(flags=flags, reasons=(why,), heard=heard, model_version=weighing.by.version)


def _ending(
    weighing: Weighing, chain: Names, confidences: Sequence[float], reached: int | None, by: Model, *, marked: bool
) -> list[Reason]:
    """Why it stops at the level it stops at."""
    if reached is None:
        return [
            Reason(
                "floor",
                f"confidence {confidences[0]:.2f} for the country is under the floor of {by.floors.country:.2f}",
            )
        ]
    ending = []
    below = reached + 1
    if below < len(chain):
        level, floor = LEVELS[below], by.floors.at(below)
        if marked and confidences[below] == 0.0:
            ending.append(
                Reason("cap", f"what it is marked as lets nothing more precise than the {LEVELS[reached]} stand")
            )
        else:
            ending.append(
                Reason("fallback", f"for the {level} confidence is {confidences[below]:.2f}, under the floor of {floor:.2f}")
            )  # fmt: skip
    return ending


class Weighing:
    """The claims of one verdict with their ages; answers how sure each place is."""

    def __init__(self, claims: tuple[Claim, ...], bucket: int | None, by: Model) -> None:
        self.claims, self.by = claims, by
        self.names = [_names(c) if c.kind in by.kinds and c.kind != SPECIAL else () for c in claims]
        self.ages = [self._age(c, bucket) for c in claims]
        self.placed = any(self.names)
        self.base = [[self.strength(i, depth) for depth in range(3)] for i in range(len(claims))]

    def _age(self, claim: Claim, bucket: int | None) -> int:
        step = self.by.ageing.step_days
        if claim.as_of is None or bucket is None:
            return self.by.ageing.undated_days
        return abs(bucket - claim.as_of.toordinal() // step) * step

    def strength(self, index: int, depth: int, younger_days: int = 0) -> float:
        """How far a claim is believed at a level, on the day of the sighting."""
        claim, named = self.claims[index], len(self.names[index])
        if depth >= named:
            return 0.0
        belief = self.by.kinds[claim.kind].at(depth)
        age = max(self.ages[index] - younger_days, 0)
        # what the gazetteer doubts is where in the country; each level above the one named keeps half the doubt
        doubt = min(max(1 - claim.sureness, 0.0), 1.0) / 2 ** (named - 1 - depth)
        aged: float = 0.5 ** (age / belief.half_life_days)
        believed: float = belief.trust * aged * (1 - doubt)
        return believed

    def confidence(self, place: Names, cap: int = 2, operator_cap: int = 2) -> float:
        """How sure a place is at its own level: what supports it, less what contradicts it there or above."""
        depth = len(place) - 1
        supporters = [i for i, names in enumerate(self.names) if names[: depth + 1] == place]
        heard = [i for i in supporters if depth <= (operator_cap if self.claims[i].kind == OPERATOR else cap)]
        if not heard:
            return 0.0
        support = self._together((i, self.base[i][depth]) for i in heard)
        newest = min(self.ages[i] for i in supporters)
        kept: float = support * prod(
            1 - self.by.disagreement.at(k) * self._against(place, k, newest) for k in range(depth + 1)
        )
        return kept

    def _against(self, place: Names, depth: int, newest: int) -> float:
        """What first says something else at this level. Its age counts as far as it is older than the newest source in favour."""
        return self._together(
            (i, self.strength(i, depth, newest))
            for i, names in enumerate(self.names)
            if len(names) > depth and names[:depth] == place[:depth] and names[depth] != place[depth]
        )

    def _together(self, strengths: Iterable[tuple[int, float]]) -> float:
        """Evidence adds up as far as it is independent: within a group by the group's share, between groups by another."""
        groups: dict[str, list[float]] = {}
        for index, strength in strengths:
            groups.setdefault(self.by.kinds[self.claims[index].kind].group, []).append(strength)
        shares = self.by.groups
        each = [_bounded(found, getattr(shares, group)) for group, found in groups.items()]
        return _bounded(each, shares.between)

    def choose(self) -> tuple[Names, list[Reason]]:
        """The place that the evidence is for, level by level; where two are level there is none."""
        chain: Names = ()
        for depth in range(3):
            places = {n[: depth + 1] for n in self.names if len(n) > depth and n[:depth] == chain}
            if not places:
                break
            ranked = sorted(((self.confidence(p), p) for p in places), key=lambda one: (-one[0], one[1]))
            if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _TIE:
                one, other = (self.written(p)[depth] for _, p in ranked[:2])
                return chain or ranked[0][1], [Reason("tie", f"as much speaks for {one} as for {other}")]
            chain = ranked[0][1]
        return chain, []

    def written(self, place: Names) -> Names:
        """A place as the first claim writes it that names it."""
        for claim, names in zip(self.claims, self.names, strict=True):
            if names[: len(place)] == place:
                return (claim.country, claim.state, claim.district)[: len(place)]
        return place

    def heard(self, chain: Names) -> tuple[Heard, ...]:
        """How each claim stands to the place chosen."""
        return tuple(self._one(i, chain) for i in range(len(self.claims)))

    def _one(self, index: int, chain: Names) -> Heard:
        names = self.names[index]
        same = next(
            (d for d, (a, b) in enumerate(zip(names, chain, strict=False)) if a != b), min(len(names), len(chain))
        )
        relation: Relation = (
            "silent" if not names else "contradicts" if same < min(len(names), len(chain)) else
            "agrees" if same == len(names) == len(chain) else "in part"
        )  # fmt: skip
        weights = [round(strength, 4) for strength in self.base[index]]
        return Heard(
            self.claims[index], relation, LEVELS[same - 1] if same else "", (weights[0], weights[1], weights[2]), self.ages[index]
        )  # fmt: skip

    def guesses(self) -> tuple[Guess, ...]:
        """Every place named or thought possible, by its share of the evidence; the largest five."""
        shares: dict[Names, float] = {}
        spelled: dict[Names, tuple[str, str, str]] = {}
        for index, (claim, names) in enumerate(zip(self.claims, self.names, strict=True)):
            if not names:
                continue
            weight = self.base[index][len(names) - 1]
            options = [(names, weight)] if not claim.candidates else []
            for option in claim.candidates:
                spelled.setdefault(_keyed(option), option)
                options.append((_keyed(option), weight / len(claim.candidates)))
            spelled.setdefault(names, padded(self.written(names)))
            for place, share in options:
                shares[place] = shares.get(place, 0.0) + share
        total = sum(shares.values()) or 1.0
        ranked = sorted(shares.items(), key=lambda one: (-one[1], one[0]))[:MOST_GUESSES]
        return tuple(Guess(*padded(spelled[place]), round(share / total, 3)) for place, share in ranked)


def _bounded(strengths: Iterable[float], independence: float) -> float:
    """1 − (1 − s₁) ∏ (1 − ρ sₖ) over strengths from the largest down: never over 1, and never less for one more."""
    first, *others = sorted(strengths, reverse=True) or [0.0]
    return 1 - (1 - first) * prod(1 - independence * s for s in others)


def _names(claim: Claim) -> Names:
    """The place in the form in which it is compared, no deeper than the claim says it is precise."""
    depth = LEVELS.index(claim.precision) + 1 if claim.precision in LEVELS else 3
    return _keyed((claim.country, claim.state, claim.district))[:depth]


def _keyed(place: Sequence[str]) -> Names:
    names: list[str] = []
    for part in place:
        if not part:
            break
        names.append(_key(part))
    return tuple(names)


def padded(names: Sequence[str]) -> tuple[str, str, str]:
    """Country, state and district, empty where there are none."""
    country, state, district = (*names, "", "", "")[:3]
    return country, state, district


_key = lru_cache(maxsize=4096)(key)
