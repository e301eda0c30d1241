"""What the endpoints that write take, as types. What is not named here is refused, so that a mistyped field is no silent loss."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from tipline.exchange.package.statements import LARGEST as LARGEST_RECEIPT
from tipline.exchange.parties.descriptor import LARGEST_BYTES as LARGEST_DESCRIPTOR
from tipline.referrals.holding import MOST_AT_ONCE

LARGEST_ID = 2**63 - 1
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_NO_NUL = r"^[^\x00]*$"


def _near(at: datetime) -> datetime:
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        raise ValueError(f"a year between {_FIRST_YEAR} and {_LAST_YEAR}")
    return at


Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Word = Annotated[str, Field(max_length=120, pattern=_NO_NUL)]
Line = Annotated[str, Field(max_length=300, pattern=_NO_NUL)]
Text = Annotated[str, Field(max_length=2_000, pattern=_NO_NUL)]
LongText = Annotated[str, Field(max_length=20_000, pattern=_NO_NUL)]
When = Annotated[AwareDatetime, AfterValidator(_near)]
Seen = Annotated[
    int | None,
    Field(ge=0, le=2**31 - 1, description="the state that you read; what changed since is not written over"),
]
Ids = Annotated[list[Id], Field(min_length=1, max_length=MOST_AT_ONCE)]


class Given(BaseModel):
    """What a call brings."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Nothing(Given):
    """An act that needs no more than its address."""


# -- the desk ---------------------------------------------------------------------------------------------------


class Chosen(Given):
    """Reports on the desk."""

    reports: Ids
    seen: dict[str, Word] = Field(
        default_factory=dict,
        max_length=MOST_AT_ONCE,
        description="number of a report → its `seen` of /desk; without it, whatever happened since is not noticed",
    )

    @property
    def stamps(self) -> dict[int, str]:
        """`seen`, as services take it."""
        return {int(one): stamp for one, stamp in self.seen.items() if one.isascii() and one.isdigit()}


class Accepted(Chosen):
    """Reports that become a case."""

    title: Line
    operation: Word = Field("", description="code of an operation that the person knows of")
    sections: list[Word] | None = Field(
        None, max_length=50, description="ids of the catalogue; left out: the usual ones of the country"
    )


class Forwarded(Chosen):
    """Reports that go to a desk directly below."""

    agency: Word
    note: Text = ""


class Invited(Forwarded):
    """Reports in which another desk takes part."""


class Part(Given):
    """A part of a bundle, and where it goes."""

    agency: Word
    reports: Ids


class Split(Given):
    """A bundle that is parted."""

    parts: list[Part] = Field(min_length=2, max_length=50)
    note: Text = ""
    seen: dict[str, Word] = Field(default_factory=dict, max_length=MOST_AT_ONCE)


class Returned(Chosen):
    """Reports that go back to the desk above."""

    reason: Word
    note: Text = ""


class Assigned(Chosen):
    """Reports that one person of the desk works on."""

    person: Word = Field("", description="e-mail address of somebody of the desk; empty: nobody")
    note: Line = Field("", description="needed where somebody else works on one of them")


class Snoozed(Chosen):
    """Reports that rest."""

    until: When
    note: Line


class Informational(Chosen):
    """Reports that only inform."""

    note: Line


class AllHandedOver(Given):
    """Everything that somebody works on goes to somebody else of the desk."""

    of: Word = Field(
        "", description="e-mail address; empty: the token's person; of somebody else only for a supervisor"
    )
    to: Word
    note: Line


class AskedAbout(Given):
    """Reports on the desk whose identifiers are asked about."""

    reports: Ids


class Merged(Chosen):
    """Reports that are dealt with together."""

    into: Id
    reason: Word
    note: Text = ""


class Recalled(Given):
    """Referrals that are taken back."""

    referrals: Ids
    reason: Word
    note: Text = ""
    seen: dict[str, Word] = Field(default_factory=dict, max_length=MOST_AT_ONCE)


class MessageGiven(Given):
    """An answer to whoever reported by the public form."""

    text: LongText


class Told(Given):
    """How far the report is, as whoever reported is told."""

    told: Word


class Priority(Given):
    """What a person says of a report's priority, and why."""

    act: Literal["raise", "lower", "take-back"]
    why: Line


# -- cases ------------------------------------------------------------------------------------------------------


class Attached(Chosen):
    """Reports of the desk that are accepted into a case."""

    seen_case: Seen = None


class Moved(Given):
    """A report that belongs to another case."""

    to_case: Id
    reason: Text


class DiaryEntry(Given):
    """An entry of the diary."""

    text: LongText
    happened_at: When | None = None


class NewTask(Given):
    """Something to be done."""

    title: Line
    assignee: Line = Field("", description="address of a colleague; empty: nobody yet")
    due: date | None = None


class GivenTask(Given):
    """Who has a task, and until when."""

    assignee: Line = ""
    due: date | None = None
    seen: Seen = None


class EndedTask(Given):
    """What became of a task."""

    state: Word
    note: Line = ""
    seen: Seen = None


class Colleague(Given):
    """Somebody of the agency."""

    person: Line = Field(description="their address")


class EvidenceGiven(Given):
    """A piece of evidence about a person of a case."""

    kind: Word
    says: Text
    source: Line
    handle: Id | None = Field(None, description="number of an account of the case that it ties to")


class NewPerson(EvidenceGiven):
    """Somebody whom a source names as behind an account."""

    name: Line


class Proposed(Given):
    """That an account holder is to count as a person of interest. Another officer decides, on screen."""

    evidence: Ids
    words: Text


class Why(Given):
    """A reason."""

    why: Text


class Officer(Given):
    """The investigating officer."""

    officer: Line = Field(description="their address")
    nevertheless: Text = Field("", description="why, where the law's rank is not reached")
    seen: Seen = None


class FirGiven(Given):
    """A first information report, as the station registered it."""

    number: Line
    registered_at: When
    station: Line
    zero_fir: bool = False
    seen: Seen = None


class CorrectedFir(FirGiven):
    """What was wrong with it."""

    why: Text


class Enquiry(Given):
    """A permission for a preliminary enquiry (BNSS s.173(3))."""

    permitted_by: Line
    rank: Word = ""
    permitted_at: When
    reference: Line
    seen: Seen = None


class SectionGiven(Given):
    """A section of the law."""

    section: Word
    seen: Seen = None


class WithdrawnSection(SectionGiven):
    """One that does not apply after all."""

    why: Text


class LinkGiven(Given):
    """What two cases have to do with each other."""

    case: Id
    kind: Word
    why: Text
    told: bool = Field(False, description="whether the other agency was told")


class CaseClosed(Given):
    """Why a case is closed."""

    reason: Word
    text: LongText
    despite: bool = Field(False, description="although something is pending")
    seen: Seen = None


class Reopened(Given):
    """Why a case is open again."""

    text: LongText
    seen: Seen = None


class Offered(Given):
    """A case for another agency."""

    agency: Word
    reason: Text
    seen: Seen = None


# -- requests, letters, outcomes ------------------------------------------------------------------------------------


class Drafted(Given):
    """Requests to be drafted."""

    kind: Word
    holders: list[Word] = Field(default_factory=list, max_length=500, description="empty: all who answer this")
    again: bool = False
    basis: Word = ""


class Dispatched(Given):
    """A letter that went out or came in, as the officer knows it. Tipline sends nothing."""

    version: int = Field(ge=0, le=2**31 - 1, description="of the request, as you read it")
    at: When
    channel: Word = ""
    reference: Line = ""


class RequestSent(Dispatched):
    """A request that went out."""

    dispatch: Line = Field("", description="what proves that it went")


class RequestReplied(Dispatched):
    """A reply that came in."""

    answer: Word
    usefulness: Word = ""
    remark: Line = ""
    items: dict[str, Word] = Field(
        default_factory=dict, max_length=500, description="number of an item → its answer, of one in part"
    )
    until: When | None = Field(None, description="of a preservation: until when it is kept")


class Renewed(Dispatched):
    """A preservation that was renewed."""

    until: When | None = None


class RequestEnded(Given):
    """A request that is over."""

    version: int = Field(ge=0, le=2**31 - 1)
    remark: Line = ""


class NewLetter(Given):
    """A letter to be made of the record."""

    form: Annotated[str, Field(max_length=40, pattern=_NO_NUL)]
    language: Word
    holder: Word = ""


class LetterSet(Given):
    """All letters of a case."""

    language: Word


class LetterVersion(Given):
    """The version of a letter that you read."""

    version: int = Field(ge=0, le=2**31 - 1)


class EditedLetter(LetterVersion):
    """Texts of a draft."""

    texts: dict[str, LongText] = Field(max_length=500)


class OutcomeGiven(Given):
    """What came of it."""

    what: Word
    number: int | None = Field(None, ge=0, le=99_999_999)
    on: date | None = None
    text: LongText = ""
    for_senders: Line = ""


class OutcomeOfCase(OutcomeGiven):
    """What came of a case, or of some of its reports."""

    reports: list[Id] | None = Field(None, min_length=1, max_length=500, description="left out: of all of the case")


# -- between institutions ---------------------------------------------------------------------------------------


class HandedOver(Given):
    """Referrals that go out as one package."""

    referrals: Ids
    encrypt: bool = Field(
        True, description="to the key of the receiver's installation; false: readable by whoever has the file"
    )
    note: Text = Field("", description="a sentence for the other desk; no names of children")


class Receipt(Given):
    """The receipt of a package."""

    receipt: Annotated[str, Field(max_length=LARGEST_RECEIPT, pattern=_NO_NUL)] = Field(
        description="the file, as it came"
    )


class Described(Given):
    """The descriptor of another installation."""

    descriptor: Annotated[str, Field(max_length=LARGEST_DESCRIPTOR, pattern=_NO_NUL)] = Field(
        description="the file, as it came"
    )


class Retried(Given):
    """Messages that are tried now."""

    refused: bool = Field(False, description="also what the other side refused, as new messages")


class RevokedKey(Given):
    """A key that is believed no more."""

    key: Line = Field(description="NAME+HASH+KEY, or its name")
    why: Line


class Replayed(Given):
    """What is told again."""

    since: When | None = Field(
        None, description="a moment within the last 30 days; left out: what was missed, and no more"
    )
