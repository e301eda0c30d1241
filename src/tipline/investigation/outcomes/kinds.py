"""data/outcomes.toml: what can become of a report or a case, and after how long somebody is reminded."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from tipline.core.datafile import About, Strict, load_toml
from tipline.core.errors import InvalidInputError
from tipline.referrals.models import ReturnReason

FILE = Path(__file__).parent / "data" / "outcomes.toml"
# Of this kind is the first number on every page of figures.
SAFEGUARDED = "child_safeguarded"

Days = Annotated[int, Field(ge=1, le=3650)]


class Counted(StrEnum):
    """What the number of an outcome counts, of the whole case and in all so far."""

    CHILDREN_SAFEGUARDED = "children_safeguarded"
    ARRESTS = "arrests"
    DEVICES_SEIZED = "devices_seized"
    ACCOUNTS_TRACED = "accounts_traced"
    PERSONS_CONVICTED = "persons_convicted"

    @property
    def label(self) -> str:
        """In words."""
        return self.value.replace("_", " ").capitalize()


class Usefulness(StrEnum):
    """The one word that may reach the provider; `none`: nothing does."""

    ACTIONABLE = "actionable"
    USEFUL = "useful"
    NOT_USEFUL = "not_useful"
    NONE = "none"


class Kind(Strict):
    """One kind of outcome. The file says what each key means."""

    id: Annotated[str, Field(pattern=r"^[a-z_]{2,40}$")]
    label: Annotated[str, Field(min_length=1, max_length=80)]
    hi: Annotated[str, Field(min_length=1)]
    mr: Annotated[str, Field(min_length=1)]
    meaning: Annotated[str, Field(min_length=1)]
    terminal: bool
    desk: bool
    number: Counted | None = None
    text: bool = False
    usefulness: Usefulness
    as_return: ReturnReason | None = None
    code: Annotated[str, Field(pattern=r"^[A-Z_]{2,40}$")]

    @property
    def decided(self) -> str:
        """What the doors are told, a key of their `feedback.toml`; empty: nothing is told."""
        if self.usefulness == Usefulness.NONE:
            return ""
        return self.as_return.value if self.as_return else f"outcome_{self.usefulness.value}"

    def label_in(self, language: str) -> str:
        """The label in English, Hindi or Marathi."""
        return {"hi": self.hi, "mr": self.mr}.get(language, self.label)


class Reminders(Strict):
    """After how many days without an outcome somebody is reminded."""

    case_open_days: Days
    case_closed_days: Days
    report_days: Days
    again_days: Days


class Outcomes(Strict):
    """The data file."""

    about: About
    reminders: Reminders
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _whole(self) -> Outcomes:
        ids = [kind.id for kind in self.kinds]
        if len(set(ids)) != len(ids):
            raise ValueError("two kinds have one id")
        first = next((kind for kind in self.kinds if kind.id == SAFEGUARDED), None)
        if first is None or first.number != Counted.CHILDREN_SAFEGUARDED:
            raise ValueError(f"{SAFEGUARDED} must be there and count children: it is the first number of every figure")
        return self


# Read when the code is loaded: a wrong file stops the start.
OUTCOMES = load_toml(FILE, Outcomes)
KINDS = {kind.id: kind for kind in OUTCOMES.kinds}
TERMINAL = [kind.id for kind in OUTCOMES.kinds if kind.terminal]


def kind_of(name: str) -> Kind:
    """A kind by its id.

    Raises
    ------
    InvalidInputError
        when it is not of the list.
    """
    kind = KINDS.get(name)
    if kind is None:
        raise InvalidInputError(f"choose what came of it: {name[:40]!r} is not of the list")
    return kind


def label_of(name: str) -> str:
    """The label of a kind, also of one that an earlier edition of the list had."""
    return KINDS[name].label if name in KINDS else name
