"""Banks of questions: one file a topic, each question in two equivalent forms, in English, Hindi and Marathi."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from tipline.core.datafile import About, Strict, load_toml
from tipline.training.scenarios.format import NAME, Topic
from tipline.training.scenarios.worlds import Dice

DATA = Path(__file__).parent / "data"
OPTIONS = 4
MOST_ITEMS = 12  # of a paper: a quarter of an hour
Form = Literal["A", "B"]


class Words(Strict):
    """A question in one language. The first option is right; trainees see them in an order of their own."""

    question: str = Field(min_length=8)
    options: tuple[str, ...] = Field(min_length=OPTIONS, max_length=OPTIONS)

    @model_validator(mode="after")
    def _differ(self) -> Self:
        if len(set(self.options)) != len(self.options):
            raise ValueError("two options are the same")
        return self


class Item(Strict):
    """A question. Those with the same `about` in forms A and B ask for the same thing in another way."""

    id: str = Field(pattern=NAME)
    about: str = Field(pattern=NAME, description="what is asked for; one item of each form has it")
    form: Form
    source: str = Field(min_length=5, description="where the right answer stands")
    en: Words
    hi: Words
    mr: Words

    def words(self, language: str) -> Words:
        """The question in a language."""
        return {"hi": self.hi, "mr": self.mr}.get(language, self.en)


class Bank(Strict):
    """`data/TOPIC.toml`."""

    about: About
    topic: Topic
    items: tuple[Item, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _both_forms(self) -> Self:
        for form in ("A", "B"):
            named = [item.about for item in self.items if item.form == form]
            if len(set(named)) != len(named):
                raise ValueError(f"form {form} asks twice for the same")
        of = {form: {item.about for item in self.items if item.form == form} for form in ("A", "B")}
        if odd := of["A"] ^ of["B"]:
            raise ValueError(f"not in both forms: {', '.join(sorted(odd))}")
        if len({item.id for item in self.items}) != len(self.items):
            raise ValueError("two items have one id")
        return self


@cache
def bank(topic: Topic) -> Bank:
    """The bank of a topic.

    Raises
    ------
    InvalidInputError
        naming the file and key that is wrong.
    """
    return load_toml(DATA / f"{topic}.toml", Bank)


def item(key: str) -> Item:
    """An item by TOPIC/ID, as papers name it. KeyError when the bank has it no more."""
    topic, _, name = key.partition("/")
    found = {one.id: one for one in bank(Topic(topic)).items} if topic in set(Topic) else {}
    return found[name]


@dataclass(frozen=True, slots=True)
class Drawn:
    """An item on a paper, and the order in which its options stand there."""

    key: str
    order: tuple[int, ...]


def draw(topics: Iterable[Topic], form: Form, seed: str) -> tuple[Drawn, ...]:
    """A paper: of each topic the same number of items of a form, chosen and ordered by the seed. At most `MOST_ITEMS`."""
    chosen: list[Drawn] = []
    wanted = sorted(set(topics))
    dice = Dice(seed)
    each = max(1, MOST_ITEMS // max(1, len(wanted)))
    for topic in wanted:
        of_form = [one for one in bank(topic).items if one.form == form]
        for one in dice.fork(topic).some(of_form, each):
            order = dice.fork(f"{topic}/{one.about}").shuffled(range(OPTIONS))
            chosen.append(Drawn(f"{topic}/{one.id}", tuple(order)))
    return tuple(dice.fork("order").shuffled(chosen))


def versions(topics: Iterable[Topic]) -> str:
    """The versions of these banks, for a paper to say what it was drawn from."""
    return "+".join(sorted({bank(topic).about.version for topic in topics}))[:20]
