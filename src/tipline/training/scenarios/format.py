"""What a scenario's folder holds. Authors write these files and no code; `training.scenarios.linting` says what is missing.

scenarios/data/NAME/
    scenario.toml     `Scenario`: about, topic, skills, levels, sources, tasks
    world.toml        `WorldFile`: steps, each a block with its parameters, in order
    texts/en.toml     `Texts`: title, story, tasks, hints, debrief, documents; hi.toml and mr.toml the same keys
    papers/*.txt      bodies that blocks fill, with {facts} in braces (`World.filled`)
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import Field

from tipline.core.datafile import About, Strict

LANGUAGES = ("en", "hi", "mr")
NAME = r"^[a-z][a-z0-9_]{0,39}$"


class Topic(StrEnum):
    """The field that a scenario trains."""

    PHISHING = "phishing"
    CRYPTO = "crypto"
    DARKNET = "darknet"
    UPI = "upi"
    CSAM_REFERRAL = "csam_referral"


class Level(StrEnum):
    """How much is asked, easiest first."""

    FOUNDATION = "foundation"
    PRACTITIONER = "practitioner"
    ADVANCED = "advanced"


class Kind(StrEnum):
    """How a task is answered, and so how it is scored."""

    TEXT = "text"  # one value, compared in its normal form
    NUMBER = "number"  # within a tolerance
    TIME = "time"  # a moment, within a tolerance in seconds
    CHOICE = "choice"  # one of options
    MANY = "many"  # a set of values, one a line: partial credit for each right one, less for wrong ones
    ORDER = "order"  # the same values in order
    ROWS = "rows"  # rows of documents that show it: ticked where they stand
    DESK = "desk"  # something done on the trainee's own desk in Tipline


class Form(StrEnum):
    """In which normal form a value is compared."""

    PLAIN = "plain"  # case and spaces do not matter
    DOMAIN = "domain"
    URL = "url"
    ADDRESS = "address"  # IP
    EMAIL = "email"
    HANDLE = "handle"
    UPI = "upi"
    ACCOUNT = "account"  # bank account, card, telephone: digits
    TRANSACTION = "transaction"  # transaction ids and wallet addresses: as they are
    AMOUNT = "amount"
    FINGERPRINT = "fingerprint"  # hexadecimal without spaces


class Hint(Strict):
    """Help that costs points; its words are in the texts."""

    id: str = Field(pattern=NAME)
    cost: int = Field(ge=0)


class Task(Strict):
    """One question.

    `answer` names the fact of the world that is right; for `rows` it holds row ids; for `text` it may hold several values, of which any is
    right; for `desk` it names a check of `training.desk.checks`. `options` (for `choice`, `many`, `order`) names a fact with the options,
    or lists ids whose words are in the texts; then `answer` is the right id itself, or a fact that holds it (of several: them).
    """

    id: str = Field(pattern=NAME)
    kind: Kind
    levels: tuple[Level, ...] = Field(min_length=1)
    skill: str = Field(pattern=NAME)
    points: int = Field(ge=1, le=100)
    answer: str = Field(pattern=NAME)
    form: Form = Form.PLAIN
    tolerance: float = Field(default=0, ge=0)
    options: tuple[str, ...] | str = ()
    wrong_costs: float = Field(
        default=0.5, ge=0, le=1, description="what a wrong pick of `many` and `rows` costs, in right ones"
    )
    tries: int = Field(default=3, ge=1, le=10)
    try_costs: float = Field(default=0.25, ge=0, le=1, description="share of the points that each further try costs")
    hints: tuple[Hint, ...] = ()
    after: str | None = Field(
        default=None,
        pattern=NAME,
        description="a task before this one: this one is shown when that one is right or has no tries left, so that it may tell its answer",
    )


class Source(Strict):
    """What a debrief stands on."""

    id: str = Field(pattern=NAME)
    title: str = Field(min_length=3)
    where: str = Field(
        min_length=3,
        description="a public document: section of law, RFC, manual with edition; no address that might rot",
    )
    as_of: str = Field(pattern=r"^\d{4}-\d\d-\d\d$")


class Scenario(Strict):
    """`scenario.toml`."""

    about: About
    name: str = Field(pattern=NAME)
    topic: Topic
    minutes: dict[Level, int]
    skills: tuple[str, ...] = Field(min_length=1)
    tasks: tuple[Task, ...] = Field(min_length=1)
    sources: tuple[Source, ...] = Field(min_length=1)


class Step(Strict):
    """One block of the world; `levels` changes parameters for a level, `only` leaves the step out of other levels."""

    block: str = Field(pattern=NAME)
    only: tuple[Level, ...] = ()
    with_: dict[str, Any] = Field(default_factory=dict, alias="with")
    levels: dict[Level, dict[str, Any]] = Field(default_factory=dict)


class WorldFile(Strict):
    """`world.toml`."""

    steps: tuple[Step, ...] = Field(min_length=1)


class TaskTexts(Strict):
    """Words of a task; {facts} of the trainee's world stand in braces. `explains` is shown with the score: why this is right."""

    question: str = Field(min_length=5)
    explains: str = Field(min_length=5)
    hints: dict[str, str] = Field(default_factory=dict)
    options: dict[str, str] = Field(default_factory=dict)


class Texts(Strict):
    """Everything of a scenario that people read, in one language."""

    title: str = Field(min_length=3)
    summary: str = Field(min_length=10)
    story: dict[Level, str]
    tasks: dict[str, TaskTexts]
    documents: dict[str, str] = Field(default_factory=dict, description="titles of the world's documents, by id")
    debrief: str = Field(min_length=50, description="paragraphs, an empty line between; [source_id] cites a source")
    skills: dict[str, str]
    columns: dict[str, str] = Field(
        default_factory=dict, description="labels of columns that `scenarios/data/columns.toml` does not have, by key"
    )


class Label(Strict):
    """A column's label in each language."""

    en: str = Field(min_length=1)
    hi: str = Field(min_length=1)
    mr: str = Field(min_length=1)


class Columns(Strict):
    """`scenarios/data/columns.toml`: labels of the columns that blocks make, `[columns.KEY]` with en, hi, mr."""

    about: About
    columns: dict[str, Label]
