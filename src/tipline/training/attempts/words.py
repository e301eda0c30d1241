"""What the trainee's pages say, in each language: data files, read when the code is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from pydantic import Field

from tipline.core.datafile import About, Strict, load_toml
from tipline.training.attempts.models import Answer
from tipline.training.scenarios.format import LANGUAGES as CODES
from tipline.training.scenarios.format import Kind, Task, Texts
from tipline.training.scenarios.loading import Folder

DATA = Path(__file__).parent / "data"


class Language(Strict):
    """A language of the pages: its BCP 47 code and its own name."""

    code: str = Field(pattern=r"^[a-z]{2,3}$")
    name: str = Field(min_length=1)


class Words(Strict):
    """Everything that the pages say in one language, besides what scenarios say."""

    about: About
    language: Language
    words: dict[str, str]

    def say(self, key: str, **values: object) -> str:
        """A text with its places filled in."""
        return self.words[key].format(**values)


LANGUAGES: Mapping[str, Words] = {code: load_toml(DATA / f"words_{code}.toml", Words) for code in CODES}


def texts_of(folder: Folder, language: str) -> Texts:
    """A scenario's texts in a language; in English, or the one there is, where it has none in that."""
    return folder.texts.get(language) or folder.texts.get("en") or next(iter(folder.texts.values()))


def why(task: Task, answer: Answer, words: Words) -> list[str]:
    """Why a try has its points, a sentence for each thing that counted."""
    said = [_share(task, answer, words)]
    if answer.share and answer.wrong and task.kind in {Kind.MANY, Kind.ROWS} and task.wrong_costs:
        said.append(words.say("why_set_costs", percent=_percent(task.wrong_costs)))
    if answer.share and answer.turn > 1 and task.try_costs:
        lost = min(1.0, task.try_costs * (answer.turn - 1))
        said.append(words.say("why_try", n=answer.turn, percent=_percent(lost)))
    if answer.share and answer.hints_cost:
        said.append(words.say("why_hints", n=answer.hints_cost))
    return said


def reasons_of(answer: Answer, words: Words) -> list[str]:
    """What a check of the desk said of a try, in a language."""
    return [words.say(f"desk_says_{name}", **values) for name, values in answer.reasons]


def _share(task: Task, answer: Answer, words: Words) -> str:
    percent = _percent(answer.share)
    if task.kind is Kind.DESK:
        because = " ".join(reasons_of(answer, words))
        return words.say("why_desk", percent=percent, points=task.points, because=because)
    if task.kind in {Kind.MANY, Kind.ROWS}:
        return words.say(
            "why_set", right=answer.right, wanted=answer.wanted, wrong=answer.wrong, percent=percent, points=task.points
        )
    if task.kind is Kind.ORDER:
        return words.say("why_order", right=answer.right, wanted=answer.wanted, percent=percent, points=task.points)
    return words.say("why_right", points=task.points) if answer.share >= 1 else words.say("why_wrong")


def _percent(share: float) -> str:
    return number(Decimal(str(round(share * 100, 1))))


def number(value: Decimal) -> str:
    """Points without zeros behind: 5.50 is 5.5, and 10.00 is 10."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
