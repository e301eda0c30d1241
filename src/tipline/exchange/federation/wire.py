"""What goes over the wire: a batch of messages up, an answer for each down, in a form for each version. docs/reference/federation.md."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import AwareDatetime, Base64Bytes, BaseModel, ConfigDict, Field, StringConstraints

from tipline.exchange.parties.descriptor import DescribedKey
from tipline.exchange.record.model import Code, Uid

MOST_MESSAGES = 200
MOST_REFERRALS = 50  # in one package
LARGEST_CALL_BYTES = 32 * 1024 * 1024
LARGEST_ANSWER_BYTES = 1024 * 1024
VERSIONS_PATH = "/federation/v1/"

Word = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z0-9_-]*$")]


# Versions that an installation speaks, told with every call and every answer: what was upgraded needs no new descriptor.
Versions = Annotated[tuple[Annotated[int, Field(ge=1, le=1_000)], ...], Field(min_length=1, max_length=20)]


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


class Message(_Part):
    """One message. `number` is the sender's, and goes up; `hop` is named by the installation that made it."""

    number: int = Field(ge=1, le=2**62)
    kind: Literal["referral", "recall", "state", "progress", "outcome"]
    hop: Uid
    at: AwareDatetime
    package: int | None = Field(default=None, ge=0)  # of a referral: which of the packages carries it
    act: Word = ""
    reason: Word = ""
    text: Annotated[str, StringConstraints(max_length=2_000)] = ""
    agency: Code | None = None
    outcome: ToldOutcome | None = None


class Batch(_Part):
    """A call. `keys`: the sender's list, so that a new key is believed by the endorsement of the one before."""

    version: int = 1
    versions: Versions
    keys: tuple[DescribedKey, ...] = Field(min_length=1, max_length=500)
    packages: tuple[Base64Bytes, ...] = Field(default=(), max_length=MOST_MESSAGES)
    messages: tuple[Message, ...] = Field(min_length=1, max_length=MOST_MESSAGES)


class Status(_Part):
    """What became of a message. `later`: nothing was written, it is to come again."""

    number: int
    status: Literal["done", "refused", "later"]
    code: Word = ""
    text: Annotated[str, StringConstraints(max_length=300)] = ""
    state: Word = ""  # of a recall that came too late: how the hop stands there


class Answered(_Part):
    """The answer to a call. `keys`: the answerer's list."""

    version: int = 1
    versions: Versions
    keys: tuple[DescribedKey, ...] = Field(min_length=1, max_length=500)
    answers: tuple[Status, ...] = Field(max_length=MOST_MESSAGES)


class Spoken(_Part):
    """The answer to the question which versions are spoken; signed where the question has a nonce."""

    versions: Versions
    keys: tuple[DescribedKey, ...] = Field(min_length=1, max_length=500)


@dataclass(frozen=True, slots=True)
class Form:
    """How one version of the wire writes and reads a call and its answer, and of what it can tell.

    What is read is refused with a `ValueError` (pydantic's is one) where it does not fit.
    """

    kinds: frozenset[str]
    write: Callable[[Batch], bytes]
    read: Callable[[bytes], Batch]
    write_answer: Callable[[Answered], bytes]
    read_answer: Callable[[bytes], Answered]


def _write(batch: Batch) -> bytes:
    """As `model_dump_json` would, in a third of its time: packages are large."""
    return json.dumps(
        {
            "version": batch.version,
            "versions": batch.versions,
            "keys": [one.model_dump() for one in batch.keys],
            "packages": [base64.b64encode(one).decode("ascii") for one in batch.packages],
            "messages": [one.model_dump(mode="json") for one in batch.messages],
        },
        separators=(",", ":"),
    ).encode()


# A new version has a form of its own here, and the one before stays until no peer speaks it.
FORMS: dict[int, Form] = {
    1: Form(
        kinds=frozenset(get_args(Message.model_fields["kind"].annotation)),
        write=_write,
        read=Batch.model_validate_json,
        write_answer=lambda answer: answer.model_dump_json().encode(),
        read_answer=Answered.model_validate_json,
    )
}


def our_versions() -> tuple[int, ...]:
    """What is spoken here."""
    return tuple(sorted(FORMS))


def agreed_version(theirs: Iterable[int]) -> int | None:
    """The highest version that both sides speak."""
    return max(set(theirs) & set(FORMS), default=None)


def messages_path(version: int) -> str:
    """Where calls of a version go."""
    return f"/federation/v{version}/messages"
