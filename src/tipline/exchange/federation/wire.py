"""What goes over the wire: closed JSON, a batch of messages up, an answer for each down. docs/reference/federation.md."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Base64Bytes, BaseModel, ConfigDict, Field, StringConstraints

from tipline.exchange.parties.descriptor import DescribedKey
from tipline.exchange.record.model import Code, Uid

VERSION = 1
MOST_MESSAGES = 200
MOST_REFERRALS = 50  # in one package
LARGEST_CALL_BYTES = 32 * 1024 * 1024
LARGEST_ANSWER_BYTES = 1024 * 1024
PATH = "/federation/v1/messages"

Word = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z0-9_-]*$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ToldOutcome(_Part):
    """An outcome as the desks above see it: no case, no person, no text of the desk."""

    uid: Annotated[str, StringConstraints(max_length=120, pattern=r"^urn:tipline:[a-z0-9-]+:outcome:[0-9]+$")]
    agency: Code
    kind: Word
    number: int | None = Field(default=None, ge=1, le=100_000)
    on: date
    for_senders: Annotated[str, StringConstraints(max_length=300)] = ""
    recorded_at: AwareDatetime
    withdrawn_at: AwareDatetime | None = None


class ToldUse(_Part):
    """Of what use a report was to a desk, in a word of those that providers are told by: nobody's name, no case, no text."""

    uid: Annotated[str, StringConstraints(max_length=120, pattern=r"^urn:tipline:[a-z0-9-]+:judgement:[0-9]+$")]
    word: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[a-z_]+$")]
    weight: int = Field(ge=0, le=4)
    withdrawn_at: AwareDatetime | None = None


class Message(_Part):
    """One message. `number` is the sender's, and goes up; `hop` is named by the installation that made it."""

    number: int = Field(ge=1, le=2**62)
    kind: Literal["referral", "recall", "state", "progress", "outcome", "feedback", "retention"]
    hop: Uid
    at: AwareDatetime
    package: int | None = Field(default=None, ge=0)  # of a referral: which of the packages carries it
    act: Word = ""
    reason: Word = ""
    text: Annotated[str, StringConstraints(max_length=2_000)] = ""
    agency: Code | None = None
    outcome: ToldOutcome | None = None
    feedback: ToldUse | None = None


class Batch(_Part):
    """A call. `keys`: the sender's list, so that a new key is believed by the endorsement of the one before."""

    version: Literal[1] = 1
    keys: tuple[DescribedKey, ...] = Field(min_length=1, max_length=500)
    packages: tuple[Base64Bytes, ...] = Field(default=(), max_length=MOST_MESSAGES)
    messages: tuple[Message, ...] = Field(min_length=1, max_length=MOST_MESSAGES)


class Status(_Part):
    """What became of a message. `later`: nothing was written, it is to come again."""

    number: int
    status: Literal["done", "refused", "later"]
    code: Word = ""
    text: Annotated[str, StringConstraints(max_length=300)] = ""


class Answered(_Part):
    """The answer to a call. `keys`: the answerer's list."""

    version: Literal[1] = 1
    keys: tuple[DescribedKey, ...] = Field(min_length=1, max_length=500)
    answers: tuple[Status, ...] = Field(max_length=MOST_MESSAGES)
