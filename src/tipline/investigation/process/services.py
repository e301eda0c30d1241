"""What happens to a request after it was made. Each act is one transaction, one event, one entry in the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from tipline.core.clock import now
from tipline.core.errors import InvalidInputError, NotFoundError
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.working import work_on
from tipline.investigation.legal.clocks.services import Happening
from tipline.investigation.legal.clocks.services import events as tell_clocks
from tipline.investigation.process.alerts import settle
from tipline.investigation.process.checking import channel_of, locked, moment_of, reference_of, remark_of
from tipline.investigation.process.directory import platforms_in_force
from tipline.investigation.process.models import (
    Answer,
    EventKind,
    Request,
    RequestEvent,
    RequestItem,
    RequestKind,
    Usefulness,
)
from tipline.investigation.process.platforms import PlatformFile
from tipline.investigation.process.reminders import TERMS
from tipline.investigation.process.states import after
from tipline.pipeline.attribution.log_expiry.models import PreservationKind
from tipline.pipeline.attribution.log_expiry.services import note_preservations
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record

LONGEST_PRESERVATION = timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class Letter:
    """How and when something went or came, and under which reference."""

    at: datetime
    channel: str
    reference: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a holder answered, and what it was good for.

    Parameters
    ----------
    items
        id of what was asked about → what came of it. What is left out counts as the whole answer, except after a reply in part.
    until
        of a preservation: until when the holder says that it keeps it.
    """

    letter: Letter
    answer: str
    usefulness: str = ""
    remark: str = ""
    items: Mapping[int, str] = field(default_factory=dict)
    until: datetime | None = None


@transaction.atomic
def send(
    person: User, case_id: int, seen: Mapping[int, int | None], letter: Letter, dispatch: str = ""
) -> list[Request]:
    """Note that drafted requests went out, all by one way and under one reference: it is a person who sends.

    Of a preservation the log clocks learn that it was asked for, and its end is counted from here until the holder names one.

    Parameters
    ----------
    seen
        id → the version that the form was made from; None: whatever it is now.
    dispatch
        what proves that it went: a tracking number, the words of a portal.

    Raises
    ------
    NotFoundError, NotPermittedError, ConflictError
        as `work_on` and `locked` do; also when one of them was sent already: then none is.
    InvalidInputError
        for a wrong day, way or reference.
    """
    case = work_on(person, case_id)
    requests = locked(case, seen)
    letter = _checked(letter, case)
    proof = remark_of(dispatch)
    known = platforms_in_force()
    for request in requests:
        request.state = after(request, EventKind.SENT)
        request.sent_at, request.channel, request.dispatch = letter.at, letter.channel, proof
        request.term_at = TERMS[RequestKind(request.kind)].term_of(letter.at)
        if request.kind == RequestKind.PRESERVATION:
            request.preserved_until = letter.at + timedelta(days=kept_days(known, request))
    fields = ["state", "sent_at", "channel", "dispatch", "term_at", "preserved_until"]
    _note(person, case, requests, EventKind.SENT, letter, fields)
    _tell_logs(person, case, _preservations(requests), PreservationKind.ASKED, letter)
    sent = [Happening(f"request.sent.{request.kind}", f"request:{request.pk}") for request in requests]
    tell_clocks(sent, case.agency, letter.at, case_id=case.pk)
    return requests


@transaction.atomic
def remind(person: User, case_id: int, request_id: int, seen: int | None, letter: Letter) -> Request:
    """Note that the holder was reminded.

    Raises
    ------
    NotFoundError, NotPermittedError, ConflictError, InvalidInputError
        as `send` does; also before it was sent, and after a reply.
    """
    case = work_on(person, case_id)
    (request,) = locked(case, {request_id: seen})
    request.state = after(request, EventKind.REMINDED)
    letter = _checked(letter, case, after_sending=request)
    request.reminders, request.reminded_at = request.reminders + 1, letter.at
    _note(person, case, [request], EventKind.REMINDED, letter, ["state", "reminders", "reminded_at"])
    return request


@transaction.atomic
def reply(person: User, case_id: int, request_id: int, seen: int | None, given: Reply) -> Request:
    """Note a reply: when, how complete, what came of each thing asked about, and what it was good for. Also in a closed case.

    Raises
    ------
    NotFoundError, NotPermittedError, ConflictError, InvalidInputError
        as `send` does; also before it was sent, and when the parts contradict the whole.
    """
    case = work_on(person, case_id, closed=True)
    (request,) = locked(case, {request_id: seen})
    request.state = after(request, EventKind.REPLIED)
    letter = _checked(given.letter, case, after_sending=request)
    items = list(RequestItem.objects.filter(request=request).order_by("pk"))
    answer, useful = _judged(request, given, items)
    RequestItem.objects.bulk_update(items, ["answer"])
    request.answer, request.usefulness = answer, useful
    request.remark = remark_of(given.remark) or request.remark
    request.replied_at = request.replied_at or letter.at
    kept = request.kind == RequestKind.PRESERVATION and answer in {Answer.FULL, Answer.PART}
    if request.kind == RequestKind.PRESERVATION:
        request.confirmed = kept
        request.preserved_until = _until(given.until, letter.at) or request.preserved_until
        if answer in {Answer.NOTHING, Answer.REFUSED}:
            request.preserved_until = None
    elif given.until is not None:
        raise InvalidInputError("only a preservation has an end")
    fields = ["state", "answer", "usefulness", "remark", "replied_at", "confirmed", "preserved_until"]
    _note(person, case, [request], EventKind.REPLIED, letter, fields)
    if request.kind == RequestKind.PRESERVATION:
        _tell_logs_of_answer(person, case, items, letter)
    said = ["request.replied", "preservation.confirmed"] if kept else ["request.replied"]
    answered = [Happening(name, f"request:{request.pk}") for name in said]
    tell_clocks(answered, case.agency, letter.at, case_id=case.pk)
    return request


@transaction.atomic
def renew(
    person: User, case_id: int, request_id: int, seen: int | None, letter: Letter, until: datetime | None = None
) -> Request:
    """Note that a preservation was asked to go on. Without a day the holder's own span is counted from this letter.

    Raises
    ------
    NotFoundError, NotPermittedError, ConflictError, InvalidInputError
        as `send` does; also for an end that is earlier than the one before, and of anything that is not a preservation.
    """
    case = work_on(person, case_id)
    (request,) = locked(case, {request_id: seen})
    request.state = after(request, EventKind.RENEWED)
    letter = _checked(letter, case, after_sending=request)
    new = _until(until, letter.at) or letter.at + timedelta(days=kept_days(platforms_in_force(), request))
    if request.preserved_until is not None and new <= request.preserved_until:
        raise InvalidInputError("a renewal ends later than what it renews: check the day until which it is kept")
    request.preserved_until = new
    _note(person, case, [request], EventKind.RENEWED, letter, ["state", "preserved_until"])
    return request


@transaction.atomic
def close(person: User, case_id: int, request_id: int, seen: int | None, remark: str = "") -> Request:
    """Say that nothing more is expected. A request that nobody answered counts as not answered. Also in a closed case.

    Raises
    ------
    NotFoundError, NotPermittedError, ConflictError, InvalidInputError
        as `send` does; also for one that was never sent.
    """
    return _end(person, case_id, request_id, seen, EventKind.CLOSED, remark_of(remark))


@transaction.atomic
def withdraw(person: User, case_id: int, request_id: int, seen: int | None, reason: str) -> Request:
    """Take a request back that was not answered. It counts in no rate, and what it asked about may be asked again.

    Raises
    ------
    NotFoundError, NotPermittedError, ConflictError, InvalidInputError
        as `send` does; also without a reason.
    """
    why = remark_of(reason, needed="say why the request is withdrawn")
    return _end(person, case_id, request_id, seen, EventKind.WITHDRAWN, why)


def kept_days(known: PlatformFile, request: Request) -> int:
    """For how long the holder keeps what it is asked to keep: as its entry says, else the default."""
    found = known.by_key(request.holder_key) if request.holder_kind == "platform" else None
    days = next((one.days for one in found.accepts if one.asking == "preservation"), None) if found else None
    return days or TERMS[RequestKind.PRESERVATION].days or 90


def _end(person: User, case_id: int, request_id: int, seen: int | None, kind: EventKind, remark: str) -> Request:
    case = work_on(person, case_id, closed=True)
    (request,) = locked(case, {request_id: seen})
    request.state = after(request, kind)
    request.ended_at = now()
    request.remark = remark or request.remark
    _note(person, case, [request], kind, Letter(request.ended_at, "", ""), ["state", "ended_at", "remark"])
    closed = [Happening("request.closed", f"request:{request.pk}")]
    tell_clocks(closed, case.agency, request.ended_at, case_id=case.pk)
    return request


def _checked(letter: Letter, case: Case, *, after_sending: Request | None = None) -> Letter:
    sent_at = after_sending.sent_at if after_sending else None
    return Letter(
        moment_of(letter.at, case, after=sent_at), channel_of(letter.channel).value, reference_of(letter.reference)
    )


def _until(given: datetime | None, start: datetime) -> datetime | None:
    if given is not None and not start < given <= start + LONGEST_PRESERVATION:
        raise InvalidInputError("the day until which it is kept lies after the letter, and within ten years of it")
    return given


def _note(
    person: User, case: Case, requests: Sequence[Request], kind: EventKind, letter: Letter, fields: Sequence[str]
) -> None:
    """Write what changed, the event of each request, and the log's entries; end the alerts that have no cause any more."""
    at = now()
    for request in requests:
        request.version += 1
    Request.objects.bulk_update(requests, [*fields, "version"])
    RequestEvent.objects.bulk_create(
        RequestEvent(
            request=request, case=case, kind=kind, state=request.state, at=letter.at, channel=letter.channel,
            reference=letter.reference, person=person, noted_at=at,
            answer=request.answer if kind == EventKind.REPLIED else "",
            usefulness=request.usefulness if kind == EventKind.REPLIED else "",
            until=request.preserved_until if kind in {EventKind.SENT, EventKind.REPLIED, EventKind.RENEWED} else None,
        )
        for request in requests
    )  # fmt: skip
    record(
        person.actor,
        [
            Act(
                f"request.{kind.value}", "case", case.pk,
                {"request": r.pk, "kind": r.kind, "answer": r.answer} if kind == EventKind.REPLIED else {"request": r.pk, "kind": r.kind},
            )
            for r in requests
        ],
    )  # fmt: skip
    settle(requests=[request.pk for request in requests])


def _judged(request: Request, given: Reply, items: Sequence[RequestItem]) -> tuple[str, str]:
    """The answer and its use, checked against each other and against what is said of each thing; `items` get their answers."""
    if given.answer not in Answer.values:
        raise InvalidInputError(f"say how complete the reply is: {', '.join(Answer.values)}")
    if given.usefulness not in {"", *Usefulness.values}:
        raise InvalidInputError(f"say what the reply was good for: {', '.join(Usefulness.values)}")
    answer = Answer(given.answer)
    if set(given.items) - {item.pk for item in items}:
        raise NotFoundError("the request does not ask about that")
    if any(one not in {"", *Answer.values} for one in given.items.values()):
        raise InvalidInputError(f"say of each thing what came: {', '.join(Answer.values)}")
    for item in items:
        item.answer = given.items.get(item.pk) or ("" if answer == Answer.PART else answer.value)
    came = {item.answer for item in items}
    if answer == Answer.FULL and came - {Answer.FULL}:
        raise InvalidInputError("a reply in full answers everything that was asked: choose in part")
    if answer == Answer.PART and came == {Answer.FULL}:
        raise InvalidInputError("everything that was asked is marked as answered: choose in full")
    if answer in {Answer.NOTHING, Answer.REFUSED} and came & {Answer.FULL, Answer.PART}:
        raise InvalidInputError("something that was asked is marked as answered: choose in part")
    if request.kind == RequestKind.PRESERVATION:
        return answer, ""  # nothing was disclosed, so nothing was useful or useless
    if answer not in {Answer.FULL, Answer.PART}:
        if given.usefulness not in {"", Usefulness.NONE}:
            raise InvalidInputError("a reply without records names nobody and narrows nothing down")
        return answer, Usefulness.NONE
    if not given.usefulness:
        raise InvalidInputError(
            "say what the reply was good for: it names a subscriber, narrows it down, or is of no use"
        )
    return answer, given.usefulness


def _preservations(requests: Sequence[Request]) -> list[int]:
    """Sightings of addresses that preservations among these ask about."""
    asked = [request.pk for request in requests if request.kind == RequestKind.PRESERVATION]
    items = RequestItem.objects.filter(request__in=asked, sighting_id__isnull=False) if asked else ()
    return [item.sighting_id for item in items if item.sighting_id is not None]


def _tell_logs(person: User, case: Case, sightings: Sequence[int], kind: PreservationKind, letter: Letter) -> None:
    if sightings:
        day = letter.at.astimezone(ZoneInfo(case.agency.timezone)).date()
        note_preservations(person, sightings, kind, day, letter.reference)


def _tell_logs_of_answer(person: User, case: Case, items: Sequence[RequestItem], letter: Letter) -> None:
    """The log clocks learn which logs are kept, and which are not. One sent on elsewhere stays asked for."""
    for kind, answers in (
        (PreservationKind.CONFIRMED, {Answer.FULL}),
        (PreservationKind.REFUSED, {Answer.NOTHING, Answer.REFUSED}),
    ):
        _tell_logs(
            person,
            case,
            [i.sighting_id for i in items if i.sighting_id is not None and i.answer in answers],
            kind,
            letter,
        )
