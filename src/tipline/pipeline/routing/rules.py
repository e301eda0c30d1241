"""Rule files: read, checked with line and reason, and searched for the rule that fires."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from tipline.core.datafile import About, Strict
from tipline.core.errors import InvalidInputError
from tipline.pipeline.routing.language import MAX_DEPTH, MAX_NODES, Condition, contradiction, required

STANDARD = Path(__file__).parent / "data" / "rules.toml"
MAX_BYTES = 64 * 1024
MAX_RULES = 100
MAX_PROBLEMS = 50

# What a text of a rule may name in braces; the engine fills them in.
PLACEHOLDERS = frozenset(
    {"place", "second_place", "share", "confidence", "floor", "state", "country", "addresses", "desk", "apart"}
)
_BRACES = re.compile(r"\{([^{}]*)\}")

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
Sentence = Annotated[str, Field(min_length=1, max_length=500)]
Share = Annotated[float, Field(ge=0, le=1)]


class Target(Strict):
    """One desk that a rule sends to.

    `to`: the most specific active desk of the first or second `place`; its `parent`; the desk of its `state` or `country`; every
    other desk that is responsible for just that place (`others-here`); or a named `agency`.
    """

    to: Literal["place", "second-place", "parent", "state", "country", "others-here", "agency"]
    role: Literal["lead", "joint"] = "lead"
    agency: Annotated[str, Field(pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)*$", max_length=40)] | None = None
    prefer_language: bool = False

    @model_validator(mode="after")
    def _named(self) -> Target:
        if (self.to == "agency") != (self.agency is not None):
            raise ValueError("to = 'agency' and agency = 'CODE' go together")
        if self.to == "others-here" and self.role == "lead":
            raise ValueError("several desks cannot all lead: others-here is joint")
        return self


class Then(Strict):
    """What follows: desks, or a person's queue; and marks."""

    desks: Annotated[tuple[Target, ...], Field(max_length=10)] = ()
    person: bool = False
    zero_fir: bool = False
    urgent: bool = False
    wait_for_hours: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> Then:
        if self.person == bool(self.desks):
            raise ValueError("a rule sends to desks or to a person: give one of the two")
        if self.desks and [t.role for t in self.desks].count("lead") != 1:
            raise ValueError("exactly one desk leads")
        if self.urgent and self.wait_for_hours:
            raise ValueError("what is urgent never waits for office hours")
        if self.person and (self.zero_fir or self.wait_for_hours):
            raise ValueError("a person's queue has neither zero_fir nor wait_for_hours")
        return self


class Rule(Strict):
    """A rule: when its condition holds, and no rule above it did, this follows."""

    name: Name
    text: Sentence
    when: Condition = Condition()
    then: Then
    because: Sentence

    @model_validator(mode="after")
    def _sound(self) -> Rule:
        if self.when.depth() > MAX_DEPTH:
            raise ValueError(f"conditions are nested deeper than {MAX_DEPTH}")
        if sum(1 for _ in self.when.nodes()) > MAX_NODES:
            raise ValueError(f"more than {MAX_NODES} conditions in one rule")
        why = contradiction(self.when)
        if why:
            raise ValueError(f"it can never fire: {why}")
        unknown = sorted(set(_BRACES.findall(self.because)) - PLACEHOLDERS)
        if unknown:
            raise ValueError(f"because names {{{unknown[0]}}}; known are {', '.join(sorted(PLACEHOLDERS))}")
        return self

    def why(self, words: dict[str, str]) -> str:
        """`because` with what it names filled in. Values are never read as placeholders again."""
        return _BRACES.sub(lambda match: words.get(match[1], ""), self.because)


class Floors(Strict):
    """How sure attribution must be for software to act on it, by the level of the place."""

    district: Share
    state: Share
    country: Share


class RuleFile(Strict):
    """A whole rule set, as its file says it. Rules are asked in their order; the first that holds fires."""

    about: About
    floors: Floors
    rules: Annotated[tuple[Rule, ...], Field(min_length=1, max_length=MAX_RULES)]

    @model_validator(mode="after")
    def _names_once(self) -> RuleFile:
        names = [rule.name for rule in self.rules]
        twice = sorted({one for one in names if names.count(one) > 1})
        if twice:
            raise ValueError(f"rule {twice[0]!r} stands twice")
        return self

    def floor(self, level: str) -> float:
        """The floor of a level; of none there is no acting."""
        return {"district": self.floors.district, "state": self.floors.state, "country": self.floors.country}.get(
            level, 1
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a rule file, or (`warning`) odd about it: the line, the rule if one can be named, and a sentence."""

    line: int
    rule: str
    text: str
    warning: bool = False

    def __str__(self) -> str:
        where = f"line {self.line}" + (f", rule {self.rule}" if self.rule else "")
        return f"{where}: {self.text}"


def problems(body: str) -> list[Problem]:
    """Everything that is wrong with a rule file; when nothing is, what is odd about it. In the order of lines."""
    return _examine(body)[1]


@lru_cache(maxsize=16)
def parse(body: str) -> RuleFile:
    """A rule file.

    Raises
    ------
    InvalidInputError
        with line and reason of the first fault.
    """
    file, found = _examine(body)
    if file is None:
        raise InvalidInputError(f"the rules cannot be used: {found[0]}")
    return file


def _examine(body: str) -> tuple[RuleFile | None, list[Problem]]:
    if len(body.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return None, [Problem(1, "", f"longer than {MAX_BYTES // 1024} KiB")]
    if "\x00" in body or any("\ud800" <= c <= "\udfff" for c in body):
        return None, [Problem(1, "", "holds characters that are no text")]
    deep = _deepest(body)
    if deep:
        return None, [Problem(deep, "", "nested too deeply to be read")]
    try:
        raw = tomllib.loads(body)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        line = int(at[1]) if at else body.count("\n") + 1
        return None, [Problem(line, "", f"not TOML: {error}")]
    except (RecursionError, ValueError) as error:  # a number with more digits than Python reads is a ValueError
        return None, [Problem(1, "", f"cannot be read: {type(error).__name__}")]
    lines = _Lines(body, raw)
    try:
        file = RuleFile.model_validate(raw)
    except ValidationError as error:
        found = error.errors()
        if len(found) > 1:  # a list whose entries are faulty counts as empty besides
            found = [one for one in found if one["type"] != "too_short"] or found
        return None, sorted((lines.problem(one) for one in found[:MAX_PROBLEMS]), key=lambda p: p.line)
    except RecursionError:
        return None, [Problem(1, "", "nested too deeply to be read")]
    return file, [*_shadowed(file, lines), *_open_end(file, lines)]


def _deepest(body: str) -> int:
    """The line on which brackets nest deeper than any sound file's, or 0. Asked before the parser, which would recurse."""
    depth = 0
    for number, line in enumerate(body.splitlines(), 1):
        depth = max(0, depth + sum(line.count(c) for c in "[{") - sum(line.count(c) for c in "]}"))
        if depth > 40 or max(line.count("["), line.count("{"), line.count(".")) > 400:
            return number
    return 0


class _Lines:
    """Where things stand in the text: TOML's parser does not say."""

    def __init__(self, body: str, raw: dict[str, Any]) -> None:
        self._lines = body.splitlines()
        self._heads = [n for n, line in enumerate(self._lines, 1) if re.match(r"\s*\[\[\s*rules\s*\]\]", line)]
        rules = raw.get("rules")
        self._rules = rules if isinstance(rules, list) else []

    def of(self, index: int, word: str = "") -> int:
        """The line of the rule with this index; within it the first that has `word`."""
        if len(self._heads) != len(self._rules) or not 0 <= index < len(self._heads):
            return 1
        start = self._heads[index]
        end = self._heads[index + 1] - 1 if index + 1 < len(self._heads) else len(self._lines)
        if word:
            for number in range(start, end + 1):
                if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", self._lines[number - 1]):
                    return number
        return start

    def name(self, index: int) -> str:
        """The rule's name, as far as it has one."""
        rule = self._rules[index] if 0 <= index < len(self._rules) else None
        name = rule.get("name") if isinstance(rule, dict) else None
        return name[:60] if isinstance(name, str) else ""

    def problem(self, error: Any) -> Problem:
        """A fault that the schema found, with its line."""
        where = [str(part) for part in error["loc"]]
        text = error["msg"].removeprefix("Value error, ")
        if len(where) > 1 and where[0] == "rules" and where[1].isdigit():
            index = int(where[1])
            quoted = re.search(r"'([\w-]+)'", text)
            words = [quoted[1]] if quoted else []
            words += [part for part in reversed(where[2:]) if not part.isdigit()]
            line = next((n for word in words if (n := self.of(index, word)) != self.of(index)), self.of(index))
            below = ".".join(part for part in where[2:] if not part.isdigit())
            return Problem(line, self.name(index), f"{below}: {text}" if below else text)
        line = next((n for n, one in enumerate(self._lines, 1) for word in where[-1:] if word in one), 1)
        twice = re.search(r"rule '([\w-]+)' stands twice", text)
        if twice:
            line = self.of(max(i for i in range(len(self._rules)) if self.name(i) == twice[1]))
            return Problem(line, twice[1], text)
        return Problem(line, "", f"{'.'.join(where)}: {text}" if where else text)


def _shadowed(file: RuleFile, lines: _Lines) -> list[Problem]:
    """Rules that can never fire, because an earlier one asks for no more than part of what they ask for."""
    found = []
    asked = [required(rule.when) for rule in file.rules]
    for later, rule in enumerate(file.rules):
        for earlier in range(later):
            mine, theirs = asked[later], asked[earlier]
            if mine is not None and theirs is not None and theirs <= mine:
                text = f"it can never fire: rule {file.rules[earlier].name} above it catches everything of it"
                found.append(Problem(lines.of(later), rule.name, text, warning=True))
                break
    return found


def _open_end(file: RuleFile, lines: _Lines) -> list[Problem]:
    if file.rules[-1].when.always:
        return []
    text = "the last rule has a condition: a report that no rule fits goes to a person's queue by the rule no-rule"
    return [Problem(lines.of(len(file.rules) - 1), file.rules[-1].name, text, warning=True)]
