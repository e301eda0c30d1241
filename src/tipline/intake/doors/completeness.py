"""How useful a document is to an officer: rules from a data file, each with its weight and its reason. Refuses nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self

from lxml import etree
from pydantic import Field, model_validator

from tipline.core.datafile import About, Strict, load_toml

RULES_FILE = Path(__file__).parent / "data" / "completeness.toml"
DOCUMENTS = ("report", "fileDetails")
_ZONE = re.compile(r"(?:[Zz]|[+-]\d\d:?\d\d)\s*\Z")


class Rule(Strict):
    """One thing that helps. Exactly one of `given`, `each` (with `has`) and `zoned` says when it holds."""

    id: str = Field(pattern=r"^[a-z-]{2,40}$")
    document: Literal["report", "fileDetails"]
    path: str = Field(min_length=1, max_length=120)
    weight: int = Field(ge=1, le=100)
    why: str = Field(min_length=10)
    given: tuple[str, ...] = ()
    each: str = ""
    has: str = ""
    zoned: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_way_to_hold(self) -> Self:
        if sum(map(bool, (self.given, self.each, self.zoned))) != 1 or bool(self.each) != bool(self.has):
            raise ValueError(f"rule {self.id}: exactly one of given, each with has, and zoned")
        return self


class _File(Strict):
    about: About
    rules: tuple[Rule, ...]

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        if len({rule.id for rule in self.rules}) != len(self.rules):
            raise ValueError("two rules have one id")
        return self


@dataclass(frozen=True, slots=True)
class Advice:
    """What is missing. `missing` of `among` elements lack it; `lost`: points of 100 that it would bring."""

    rule: str
    path: str
    why: str
    missing: int
    among: int
    lost: int


@dataclass(frozen=True, slots=True)
class Completeness:
    """The score of a document, 0 to 100, and what would raise it, what brings most first."""

    score: int
    advice: tuple[Advice, ...]


# Read when the code is loaded, so that a wrong file stops the start.
_FILE = load_toml(RULES_FILE, _File)
ABOUT = _FILE.about
RULES = _FILE.rules
# elements whose text some rule asks for
_ASKED = {
    path.partition("=")[0].rpartition("/")[2] for r in RULES for path in (*r.given, *r.when, *r.unless) if "=" in path
}


@lru_cache(maxsize=2)
def rules_of(document: str) -> tuple[Rule, ...]:
    """The rules of a kind of document, the heaviest first."""
    return tuple(sorted((r for r in RULES if r.document == document), key=lambda r: -r.weight))


def completeness_of(root: etree._Element) -> Completeness | None:
    """The score of a valid document; None when there are no rules for its kind."""
    rules = rules_of(_name(root))
    if not rules:
        return None
    seen = _Seen()
    seen.look(root, "")
    earned = total = 0.0
    wanting: list[tuple[Rule, int, int]] = []
    for rule in rules:
        held = seen.held(rule)
        if held is None:
            continue
        has, among = held
        total += rule.weight
        earned += rule.weight * has / among
        if has < among:
            wanting.append((rule, among - has, among))
    advice = [
        Advice(r.id, r.path, r.why, missing, among, max(1, round(100 * r.weight * missing / among / total)))
        for r, missing, among in wanting
    ]
    # 100 is for a document to which nothing can be added
    score = round(100 * earned / total) if not advice else min(99, round(100 * earned / total))
    return Completeness(score, tuple(sorted(advice, key=lambda a: -a.lost)))


class _Seen:
    """What stands in a document: for each path, what each element there has."""

    def __init__(self) -> None:
        self._elements: dict[str, list[frozenset[str]]] = {}
        self._zones: dict[str, list[bool]] = {}

    def look(self, element: etree._Element, path: str) -> None:
        """Take down what is below an element. What is empty counts as not there."""
        for child in element:
            name = _name(child)
            text = (child.text or "").strip()
            has = {_name(one) for one in child if len(one) or (one.text or "").strip()}
            has.update(f"@{key}" for key in map(str, child.attrib))
            if not text and not has:
                continue
            below = f"{path}/{name}" if path else name
            marks = frozenset(has)
            parent = f"//{_name(element)}/{name}"
            for key in (below, f"//{name}"):
                self._elements.setdefault(key, []).append(marks)
            if name in _ASKED:
                for key in (below, f"//{name}", parent):
                    self._elements.setdefault(f"{key}={text}", []).append(marks)
            if name.endswith(("Time", "Timestamp")):
                self._zones.setdefault(name, []).append(bool(_ZONE.search(text)))
            self.look(child, below)

    def held(self, rule: Rule) -> tuple[int, int] | None:
        """How many of how many elements have what the rule wants; None when it does not apply."""
        if rule.when and not any(path in self._elements for path in rule.when):
            return None
        if any(path in self._elements for path in rule.unless):
            return None
        if rule.given:
            return int(any(path in self._elements for path in rule.given)), 1
        if rule.each:
            elements = self._elements.get(rule.each, [])
            return (sum(rule.has in marks for marks in elements), len(elements)) if elements else None
        zones = [zoned for name in rule.zoned for zoned in self._zones.get(name, [])]
        return (sum(zones), len(zones)) if zones else None


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]
