"""What is known and what is not, and what to do next: rules of data files, held against the facts of a report. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from tipline.core.datafile import About, Strict, load_toml
from tipline.core.errors import InvalidInputError
from tipline.investigation.leads.facts import FACTS, VALUES, Facts
from tipline.investigation.leads.texts import DATA, LANGUAGES, Text, places
from tipline.investigation.legal.catalogue import Catalogue, Section, catalogue

_Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
# Parts of the report's page that a sentence or a step may lead to.
ANCHORS = frozenset(
    {"reported", "identifiers", "where", "addresses", "texts", "files", "routing", "way", "case", "related"}
)
Anchor = Annotated[str, Field(min_length=1)]


def _known(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in FACTS:
            raise ValueError(f"there is no fact {name!r}")
    return names


def _there(anchor: str) -> str:
    if anchor not in ANCHORS:
        raise ValueError(f"the page has no part {anchor!r}")
    return anchor


class Conditions(Strict):
    """What has to hold: every fact of `all`, one of `any` if there are such, and none of `none`. A fact holds when it is not 0."""

    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()

    _facts = field_validator("all", "any", "none")(_known)

    def hold(self, facts: Mapping[str, int]) -> bool:
        """Whether they do."""
        return (
            all(facts[name] for name in self.all)
            and (not self.any or any(facts[name] for name in self.any))
            and not any(facts[name] for name in self.none)
        )


class Sentence(Strict):
    """A sentence of what is known or not known; its words are under its id in the texts of each language."""

    id: _Id
    side: Literal["known", "unknown"]
    when: Conditions
    count: str = ""  # the fact that stands in its {count}
    at: Anchor  # the part of the page that it leads to

    _anchor = field_validator("at")(_there)

    @field_validator("count")
    @classmethod
    def _counted(cls, name: str) -> str:
        return _known((name,))[0] if name else ""


class Sentences(Strict):
    """All of them, in the order of the page."""

    about: About
    sentences: tuple[Sentence, ...]


class Urgency(StrEnum):
    """How soon a step is due."""

    NOW = "now"
    TODAY = "today"
    WEEK = "week"
    THEN = "then"


class Step(Strict):
    """A step of the checklist.

    Parameters
    ----------
    done_when
        conditions by which the software sees that it is done; None: a person says so.
    law
        the section of the catalogue that it stands on.
    """

    id: _Id
    urgency: Urgency
    at: Anchor
    law: str = ""
    when: Conditions
    done_when: Conditions | None = None
    text: dict[str, Text]
    why: dict[str, Text]

    _anchor = field_validator("at")(_there)

    @model_validator(mode="after")
    def _whole(self) -> Step:
        for name, said in (("text", self.text), ("why", self.why)):
            if missing := sorted(LANGUAGES.keys() - said.keys()):
                raise ValueError(f"{name} is missing in {missing[0]}")
        if self.law:
            try:
                self.section  # noqa: B018 - asked for its error
            except InvalidInputError as error:
                raise ValueError(str(error)) from error
        return self

    @property
    def section(self) -> Section | None:
        """The section of the law, as the catalogue has it."""
        return self._catalogue.section(self.law) if self.law else None

    @property
    def law_as_of(self) -> str:
        """Of which day the summary of that section is; empty without one."""
        return self._catalogue.about.as_of if self.law else ""

    @property
    def _catalogue(self) -> Catalogue:
        return catalogue(self.law.partition("-")[0])


class Steps(Strict):
    """The checklist, in its order: what is due first stands first."""

    about: About
    steps: tuple[Step, ...]

    @model_validator(mode="after")
    def _in_order(self) -> Steps:
        ids = [step.id for step in self.steps]
        if len(set(ids)) != len(ids):
            raise ValueError("a step's id stands twice")
        order = [list(Urgency).index(step.urgency) for step in self.steps]
        if order != sorted(order):
            raise ValueError("a step stands before one that is due sooner")
        return self

    def step(self, step_id: str) -> Step:
        """The step of this id.

        Raises
        ------
        InvalidInputError
            naming it when there is none.
        """
        for step in self.steps:
            if step.id == step_id:
                return step
        raise InvalidInputError(f"there is no step {step_id!r}")


def load_sentences(path: Path) -> Sentences:
    """Sentences that have their words in every language.

    Raises
    ------
    InvalidInputError
        naming the sentence and what is wrong with it.
    """
    found = load_toml(path, Sentences)
    ids = [one.id for one in found.sentences]
    for texts in LANGUAGES.values():
        if odd := sorted(set(ids) ^ texts.sentences.keys()):
            raise InvalidInputError(f"{path.name}, {odd[0]}: stands in it or in texts_{texts.language.code}.toml only")
        for one in found.sentences:
            allowed = VALUES | ({"count"} if one.count else set())
            if odd := sorted(places(texts.sentences[one.id]) - allowed):
                raise InvalidInputError(
                    f"texts_{texts.language.code}.toml, sentences.{one.id}: nothing fills in {odd[0]!r}"
                )
    return found


# Read when the code is loaded: a wrong file stops the start, and no page pays for it.
SENTENCES = load_sentences(DATA / "known.toml")
STEPS = load_toml(DATA / "next_steps.toml", Steps)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence as it is shown."""

    id: str
    text: str
    at: str


def said(facts: Facts, side: str, language: str, date: str = "") -> tuple[Said, ...]:
    """The sentences of one side that hold.

    Parameters
    ----------
    date
        how `facts.values["date"]` is written for the reader.
    """
    words = LANGUAGES[language].sentences
    values = {**facts.values, "date": date or facts.values["date"]}
    return tuple(
        Said(one.id, words[one.id].format(**values, count=facts.numbers[one.count] if one.count else 0), one.at)
        for one in SENTENCES.sentences
        if one.side == side and one.when.hold(facts.numbers)
    )


class Standing(StrEnum):
    """Where a step stands."""

    OPEN = "open"
    DONE = "done"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a person said of a step, the last time."""

    standing: Standing
    by: str
    at: str  # ISO 8601
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """A step of this report, with where it stands.

    `seen`: the software sees by itself that it is done. `mark`: what a person said last, also when the software sees it done.
    """

    step: Step
    standing: Standing
    seen: bool
    mark: Mark | None


def due(facts: Facts, marks: Mapping[str, Mark] | None = None) -> tuple[Due, ...]:
    """The steps that make sense for a report, and those of which somebody said something, in the order of the file."""
    given = marks or {}
    return tuple(
        _due(step, facts, given.get(step.id))
        for step in STEPS.steps
        if step.when.hold(facts.numbers) or step.id in given
    )


def _due(step: Step, facts: Facts, mark: Mark | None) -> Due:
    if step.done_when is not None and step.done_when.hold(facts.numbers):
        return Due(step, Standing.DONE, True, mark)
    return Due(step, mark.standing if mark else Standing.OPEN, False, mark)


def open_of(steps: Iterable[Due]) -> int:
    """How many are still to be done."""
    return sum(1 for one in steps if one.standing == Standing.OPEN)
