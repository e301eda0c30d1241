"""The record that travels: what one agency tells another of the reports that it refers.

It is plain data with a closed schema (`SCHEMA`, JSON Schema 2020-12), made from what the sender may show and nothing else: what is a child's
is masked in it, and what a provider wrote freely is not in it (both stand in the document as received, where an agreement lets that
travel). Every form in which Tipline hands out a referral (package, CASE/UCO, STIX, MISP, tables) is made from this record alone, so that none
of them can say more than it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

import rfc8785
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

FORMAT = "tipline-referral/1"
MOST_REPORTS = 10_000

Text = Annotated[str, StringConstraints(max_length=4_000)]
Code = Annotated[str, StringConstraints(max_length=40, pattern=r"^[A-Z0-9][A-Z0-9-]*$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
# of an installation and a number there: the same for ever, wherever the thing travels
Uid = Annotated[str, StringConstraints(max_length=120, pattern=r"^urn:tipline:[a-z0-9-]+:[a-z]+:[0-9]+$")]


class DataKind(StrEnum):
    """What an agreement may let travel. A kind that is not named in it stays at home."""

    METADATA = "metadata"  # the record: identifiers, times, hashes, scores, the way so far
    DOCUMENT = "document"  # the document as received, in which a child's data is not masked
    EVIDENCE = "evidence"  # sealed evidence as ciphertext, by two people


class Part(BaseModel):
    """A part of the record: closed, and never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Party(Part):
    """An agency, and the installation where it works."""

    agency: Code
    name: Text
    installation: Text = ""


class Terms(Part):
    """What a hand-over rests on, as the sender has it."""

    reference: Text
    law: Text = ""
    purposes: tuple[Text, ...] = ()
    data: tuple[DataKind, ...] = (DataKind.METADATA,)
    retention_days: int | None = Field(default=None, ge=1)
    until: AwareDatetime | None = None


class Seen(Part):
    """An identifier in a report at a time. `at` is UTC; `at_text` is how the provider wrote it."""

    original: Text
    event: Text = ""
    at: AwareDatetime | None = None
    at_text: Text = ""
    zone_stated: bool = False
    port: int | None = Field(default=None, ge=0, le=65_535)
    possible_proxy: bool | None = None
    verified: bool | None = None


class Named(Part):
    """An identifier of somebody in a report. `scope`: the platform of an account. Masked: it is a child's, and `value` says so."""

    kind: Text
    value: Text
    scope: Text = ""
    role: Text
    child: int | None = None
    masked: bool = False
    seen: tuple[Seen, ...] = ()


class Sealed(Part):
    """Where the sealed copy of a file stands in the package: ciphertext (age), its SHA-256 and size, and the public keys that open it."""

    path: Text
    sha256: Sha256
    size_bytes: int = Field(ge=1)
    to: tuple[Text, ...] = Field(min_length=1, max_length=100)


class Hashed(Part):
    """A file that was reported: hashes, never the file. `stated`: [type, value] as the provider gave them. Viewed: yes, no, not said.

    `sealed` is there only where two persons of the sender released the sealed copy to travel.
    """

    uid: Text
    size_bytes: int = Field(ge=0)
    md5: str = ""
    sha1: str = ""
    sha256: str = ""
    pdq: str = ""
    viewed_by_provider: bool | None = None
    classification: Text = ""
    annotations: tuple[Text, ...] = ()
    stated: tuple[tuple[Text, Text], ...] = ()
    # left out where there is none: who knows nothing of sealed copies reads every other record
    sealed: Sealed | None = Field(default=None, exclude_if=lambda sealed: sealed is None)


class Someone(Part):
    """A person or user of a report. No role is an accusation."""

    role: Text
    child: int | None = None
    masked: bool = False
    first_name: Text = ""
    last_name: Text = ""
    display_names: tuple[Text, ...] = ()
    platform: Text = ""
    age: int | None = Field(default=None, ge=0, le=150)


class Placed(Part):
    """Where the sender thinks an address was, and why. `log_likely_gone_at`: when the network's log of it is likely gone."""

    ip: Text
    port: int | None = None
    at: AwareDatetime | None = None
    country: Text = ""
    state: Text = ""
    district: Text = ""
    owner: Text = ""
    asn: int | None = None
    flags: tuple[Text, ...] = ()
    confidence: float = Field(ge=0, le=1)
    abstained: bool = False
    explanation: Text = ""
    model: Text = ""
    log_likely_gone_at: AwareDatetime | None = None
    masked: bool = False


class Point(Part):
    """One reason of a score: the rule and what it said."""

    rule: Text
    points: float
    text: Text


class Scored(Part):
    """One of the three scores."""

    kind: Literal["completeness", "priority", "legal_relevance"]
    score: int
    rules_version: Text
    reasons: tuple[Point, ...] = ()


class Happened(Part):
    """One step of the way so far."""

    act: Text
    at: AwareDatetime
    by: Text
    agency: Text = ""
    reason: Text = ""


class HopMade(Part):
    """One hop down the tree."""

    uid: Uid
    from_agency: Code
    to_agency: Code
    state: Text
    at: AwareDatetime
    zero_fir: bool = False
    urgent: bool = False
    due_at: AwareDatetime | None = None
    return_reason: Text = ""
    history: tuple[Happened, ...] = ()


class Received(Part):
    """A document as it came to the first installation. `path`: where its bytes stand in the package; empty: they do not travel.

    `file`: the uid of the file that it describes. Where what came was not CyberTipline XML, `source_form` names the form and its converter,
    `source_sha256` and `source_path` are of what came, and the others are of what the converter made of it.
    """

    kind: Text
    sha256: Sha256
    content_type: Text = ""
    received_at: AwareDatetime
    path: Text = ""
    file: Text = ""
    source_form: Text = ""
    source_sha256: Sha256 | None = None
    source_path: Text = ""


class ReportRecord(Part):
    """One report, as the sender may show it."""

    uid: Uid
    reporter: Text
    receiving_agency: Code
    channel: Text
    state: Text
    version: int = Field(ge=1)
    received_at: AwareDatetime
    finished_at: AwareDatetime | None = None
    incident_type: Text
    incident_at: AwareDatetime | None = None
    incident_at_text: Text = ""
    platform: Text = ""
    escalated: bool = False
    annotations: tuple[Text, ...] = ()
    children: int = Field(default=0, ge=0)
    documents: tuple[Received, ...] = ()
    persons: tuple[Someone, ...] = ()
    identifiers: tuple[Named, ...] = ()
    files: tuple[Hashed, ...] = ()
    places: tuple[Placed, ...] = ()
    scores: tuple[Scored, ...] = ()
    hops: tuple[HopMade, ...] = ()


class Record(Part):
    """A referral with all its reports. `uid` names the hand-over: who takes it twice takes it once."""

    format: Literal["tipline-referral/1"] = "tipline-referral/1"
    uid: Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{36}$")]
    made_at: AwareDatetime
    expires_at: AwareDatetime
    language: Annotated[str, StringConstraints(max_length=12)] = "en"
    sender: Party
    receiver: Party
    terms: Terms
    note: Text = ""
    # of the hops that are handed over: one a report
    hops: tuple[Uid, ...] = Field(min_length=1, max_length=MOST_REPORTS)
    reports: tuple[ReportRecord, ...] = Field(min_length=1, max_length=MOST_REPORTS)


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the record, as it is published."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:tipline:schema:referral:1",
        **Record.model_json_schema(),
    }


def uid_start(installation: str, kind: str = "") -> str:
    """How the names of everything made in an installation begin, or of everything of a kind."""
    return f"urn:tipline:{installation}:{kind}:" if kind else f"urn:tipline:{installation}:"


def uid(installation: str, kind: Literal["report", "hop", "outcome", "judgement"], number: int) -> str:
    """The name of something that was made in an installation."""
    return f"{uid_start(installation, kind)}{number}"


def canonical(record: Record) -> bytes:
    """The record as the bytes that are signed and hashed: RFC 8785."""
    return rfc8785.dumps(record.model_dump(mode="json"))


def read(body: bytes) -> Record:
    """A record out of bytes that somebody else wrote.

    Raises
    ------
    ValueError
        naming the first places that do not fit the schema; `pydantic.ValidationError` is one.
    """
    return Record.model_validate_json(body, strict=False)
