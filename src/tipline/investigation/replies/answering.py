"""Which request a reply answers: what waits for an answer, which of it is likely meant and why, and the answer, noted.

The software proposes, and says why. What counts is what a person says when the reply is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from tipline.core.errors import ConflictError, InvalidInputError
from tipline.core.text import visible
from tipline.investigation.cases.models import Case
from tipline.investigation.process import services as process
from tipline.investigation.process.checking import locked
from tipline.investigation.process.directory import platforms_in_force
from tipline.investigation.process.models import (
    OUT,
    Answer,
    EventKind,
    Request,
    RequestEvent,
    RequestItem,
    RequestKind,
    RequestState,
    Usefulness,
)
from tipline.investigation.replies.fitting import stated_platform
from tipline.investigation.replies.layouts import Kind, plain
from tipline.investigation.replies.models import Reply, ReplyState
from tipline.pipeline.attribution.log_expiry.directory import words
from tipline.trust.accounts.models import User

NONE = "none"  # as forms and scripts say that a reply answers no request
MOST_REFERENCES = 1_000  # of a file that are looked at; one that names more names none of them in particular
_SHORTEST_REFERENCE = 6  # letters and digits; "No. 7" stands in many a file


@dataclass(frozen=True, slots=True)
class Answers:
    """That a reply answers a request, in a person's judgement.

    Parameters
    ----------
    seen
        the version of the request that the form was made from; None: whatever it is now.
    answer, usefulness
        as `process.services.Reply` has them.
    """

    request_id: int
    seen: int | None
    letter: process.Letter
    answer: str = Answer.FULL
    usefulness: str = Usefulness.IDENTIFIED


@dataclass(frozen=True, slots=True)
class Guess:
    """The request that is likely meant, if one is, and why it is proposed or none is."""

    request: Request | None
    why: str


def awaited(case: Case) -> list[Request]:
    """The requests for records of a visible case that wait for an answer, or for the rest of one, in their order."""
    return list(_awaited(case.pk).order_by("number"))


def _awaited(case_id: int) -> QuerySet[Request]:
    return Request.objects.filter(
        Q(state__in=OUT) | Q(state=RequestState.REPLIED, answer=Answer.PART), case_id=case_id
    ).exclude(kind=RequestKind.PRESERVATION)


def awaited_by_number(case: Case, text: str) -> Request:
    """A request of a visible case that waits for an answer, by its number within the case or its own reference.

    Raises
    ------
    InvalidInputError
        when the case has none of that number, with those that wait.
    ConflictError
        when it does not wait: by whom it was answered is told.
    """
    wanted = text.strip()
    found = next((r for r in Request.objects.filter(case=case) if wanted in {r.own_reference, str(r.number)}), None)
    if found is None:
        waiting = ", ".join(one.own_reference for one in awaited(case)[:10]) or "none does"
        raise InvalidInputError(f"this case has no request {visible(wanted, 60)!r}; waiting for an answer: {waiting}")
    check_waits(found)
    return found


def guess_before(waiting: Sequence[Request]) -> Guess:
    """What can be said before there is a file."""
    if len(waiting) == 1:
        return Guess(waiting[0], "it is the only request of this case that waits for an answer")
    return Guess(None, "it is proposed when the file is read, by the references in it and by who holds such records")


def guess(reply: Reply, waiting: Sequence[Request]) -> Guess:
    """The request that a read reply is likely to answer: as was said, by its reference, by its holder, or the only one there is."""
    if reply.choice.get("request") == NONE:
        return Guess(None, "whoever handed it in said that it answers none of them")
    by_id = {one.pk: one for one in waiting}
    if reply.request_id is not None:
        found = by_id.get(reply.request_id)
        if found is not None:
            return Guess(found, "whoever handed it in said so")
        return Guess(None, f"the one named when it was handed in does not wait any more; {_happened(reply.request_id)}")
    named = [by_id[pk] for pk in reply.names_requests if pk in by_id]
    if len(named) == 1:
        return Guess(named[0], f"the reference of {named[0].own_reference} stands in the file or in its name")
    if named:
        return Guess(None, f"the file names {len(named)} of them: choose")
    return _by_holder(reply, waiting)


def _by_holder(reply: Reply, waiting: Sequence[Request]) -> Guess:
    # who keeps sessions and calls is a network; a platform keeps none
    fitting = [one for one in waiting if reply.kind not in {Kind.IPDR, Kind.CDR} or one.holder_kind == "network"]
    names = {name for name in (stated_platform(reply), reply.company) if name}
    known = {found.key for found in map(platforms_in_force().find, names) if found is not None}
    same = [one for one in fitting if one.holder_key in known or words(one.holder_name) in {words(n) for n in names}]
    if len(same) == 1:
        return Guess(same[0], f"it is the only one that waits for {same[0].holder_name}")
    if same:
        return Guess(None, f"{len(same)} of them wait for {same[0].holder_name}: choose")
    # of a company that the directory knows, and that was not asked, nothing is taken for an answer
    if len(fitting) == len(waiting) == 1 and not known:
        return Guess(fitting[0], "it is the only request of this case that waits for an answer")
    return Guess(None, "nothing in the file tells which: choose")


def named_in(reply: Reply, texts: Iterable[str]) -> list[int]:
    """The requests of the case whose own reference stands in the name of the file or in its texts; else those whose letter's does."""
    text = f" {' '.join(plain(one) for one in (reply.name, *islice(texts, MOST_REFERENCES)))} "
    own = dict(Request.objects.filter(case=reply.case_id).values_list("pk", "own_reference"))
    found = {pk for pk, reference in own.items() if _stands(reference, text)}
    if not found:
        letters = RequestEvent.objects.filter(case=reply.case_id, kind__in=[EventKind.SENT, EventKind.REMINDED])
        found = {pk for pk, reference in letters.values_list("request_id", "reference") if _stands(reference, text)}
    return sorted(found)


def _stands(reference: str, text: str) -> bool:
    wanted = plain(reference)
    telling = len(wanted) >= _SHORTEST_REFERENCE and any(sign.isdigit() for sign in wanted)
    return telling and f" {wanted} " in text


def check_waits(request: Request) -> None:
    """Refuse a request that no file of records answers now.

    Raises
    ------
    InvalidInputError
        for a preservation.
    ConflictError
        saying who answered or ended it meanwhile, or that it was never sent.
    """
    if request.kind == RequestKind.PRESERVATION:
        raise InvalidInputError(
            f"{request.own_reference} asks to keep records, and a file of records is no answer to it: note it on the request's page"
        )
    if request.state == RequestState.DRAFTED:
        raise ConflictError(
            f"request {request.own_reference} is a draft: note that it was sent first. Nothing was used"
        )
    if not _awaited(request.case_id).filter(pk=request.pk).exists():
        raise ConflictError(f"{_happened(request.pk)}. Choose another request, or none of them; nothing was used")


def _happened(request_id: int) -> str:
    """What last happened to a request, and who noted it."""
    last = (
        RequestEvent.objects.filter(request=request_id)
        .select_related("person", "request__agency")
        .order_by("-pk")
        .first()
    )
    if last is None:
        return "nothing is known of it"
    at = last.noted_at.astimezone(ZoneInfo(last.request.agency.timezone))
    what = EventKind(last.kind).label.lower()
    return f"request {last.request.own_reference}: {last.person.name} noted “{what}” on {at:%d %b %Y %H:%M}"


def answer(person: User, case: Case, reply: Reply, said: Answers, covered: Mapping[int, bool]) -> Request:
    """Note that a reply answers a request, in the caller's transaction: its clock ends, and the rates count it.

    Parameters
    ----------
    covered
        what the request asks about → whether the reply says something of it that is used (`covers`).

    Raises
    ------
    NotFoundError
        when the case has no such request.
    ConflictError
        when it was changed since the form was shown, or waits for no answer: by whom is told.
    InvalidInputError
        as `process.services.reply` does.
    """
    (request,) = locked(case, {said.request_id: said.seen})
    check_waits(request)
    items = {}
    if said.answer == Answer.PART:
        before = dict(RequestItem.objects.filter(request=request).values_list("pk", "answer"))
        items = {pk: Answer.FULL.value if covered.get(pk) else was for pk, was in before.items()}
        if set(items.values()) == {Answer.FULL}:
            items = before  # something is told of each, and a person says that it is not all: of which, stays unsaid
    given = process.Reply(said.letter, said.answer, said.usefulness, items=items)
    return process.reply(person, case.pk, request.pk, request.version, given)


def covers(requests: Sequence[Request], sightings: set[int], identifiers: set[int]) -> dict[int, dict[int, bool]]:
    """Request → what it asks about → whether a reply tells of it, by the uses and accounts found in it, or an earlier one did. One query."""
    found: dict[int, dict[int, bool]] = {one.pk: {} for one in requests}
    for item in RequestItem.objects.filter(request__in=list(found)):
        told = item.identifier_id in identifiers if item.sighting_id is None else item.sighting_id in sightings
        found[item.request_id][item.pk] = told or item.answer == Answer.FULL
    return found


def replies_to(request: Request) -> list[Reply]:
    """The files that answer a visible request, or were handed in for it and are not set aside."""
    return list(
        Reply.objects.filter(request=request)
        .exclude(state__in=[ReplyState.REJECTED, ReplyState.REFUSED])
        .order_by("number")
    )
