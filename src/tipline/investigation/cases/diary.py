"""The diary of a case: entries are added and corrected by further entries, never changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max, QuerySet

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.core.printing.model import Block, Document, Facts, Paragraph, Run, Style, Table, Text
from tipline.core.text import visible
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.queries import visible_case
from tipline.investigation.cases.records import DiaryEntry
from tipline.investigation.cases.working import work_on
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Scope

LONGEST = 10_000
# clocks of two machines differ; what is entered for a later time than this has not happened
_AHEAD = timedelta(minutes=5)


def note(case: Case, by: User, act: str, text: str, at: datetime | None = None) -> DiaryEntry:
    """The software's own entry for what somebody did, inside their transaction, which has the case locked."""
    written = now()
    return DiaryEntry.objects.create(
        case=case, number=_next(case), happened_at=at or written, written_at=written, author=by, by_software=True, act=act,
        text=text[:LONGEST],
    )  # fmt: skip


def _next(case: Case) -> int:
    return (DiaryEntry.objects.filter(case=case).aggregate(top=Max("number"))["top"] or 0) + 1


@transaction.atomic
def write(person: User, case_id: int, text: str, happened_at: datetime | None = None) -> DiaryEntry:
    """Add an entry. Without a time it happened now.

    Raises
    ------
    InvalidInputError
        for an empty or too long text, or a time that is still to come.
    NotFoundError, NotPermittedError, ConflictError
        as `work_on` does.
    """
    case = work_on(person, case_id)
    made = _add(case, person, text, happened_at or now(), None)
    record(person.actor, [Act("case.diary_written", "case", case.pk, {"entry": made.number})])
    return made


@transaction.atomic
def correct(person: User, case_id: int, number: int, text: str, happened_at: datetime | None = None) -> DiaryEntry:
    """Correct an entry by a new one that points at it; the old one stays, and stays readable.

    Raises
    ------
    ConflictError
        when it was corrected before: the correction is what can be corrected further.
    InvalidInputError
        as `write` does, and for an entry of the software.
    """
    case = work_on(person, case_id)
    wrong = DiaryEntry.objects.filter(case=case, number=number).select_related("corrected_by__author").first()
    if wrong is None:
        raise NotFoundError(f"the diary of {case.number} has no entry {number}")
    if wrong.by_software:
        raise InvalidInputError(
            "the software's entries are corrected where the act itself is corrected; write an entry beside it"
        )
    later = getattr(wrong, "corrected_by", None)
    if later is not None:
        raise ConflictError(f"entry {number} was corrected already, by entry {later.number} of {later.author.name}")
    made = _add(case, person, text, happened_at or wrong.happened_at, wrong)
    record(person.actor, [Act("case.diary_corrected", "case", case.pk, {"entry": made.number, "corrects": number})])
    return made


def _add(case: Case, by: User, text: str, happened_at: datetime, corrects: DiaryEntry | None) -> DiaryEntry:
    said = text.strip().replace("\r\n", "\n")
    if not said or len(said) > LONGEST:
        raise InvalidInputError(f"an entry needs a text of 1 to {LONGEST} characters")
    written = now()
    if happened_at > written + _AHEAD:
        raise InvalidInputError("the diary is of what happened: that time is still to come")
    return DiaryEntry.objects.create(
        case=case,
        number=_next(case),
        happened_at=happened_at,
        written_at=written,
        author=by,
        text=said,
        corrects=corrects,
    )


def entries(case: Case) -> QuerySet[DiaryEntry]:
    """A case's diary, the latest entry first, each with its author and the entries it corrects and is corrected by."""
    return DiaryEntry.objects.filter(case=case).select_related("author", "corrects", "corrected_by").order_by("-number")


def printed(person: User, scope: Scope, case_id: int) -> Document:
    """The whole diary to be printed, the oldest entry first. That it was printed is logged.

    Raises
    ------
    NotFoundError
        when the case is not in scope.
    """
    case = visible_case(scope, case_id)
    record(person.actor, [Act("case.diary_printed", "case", case.pk)])
    zone = ZoneInfo(case.agency.timezone)

    def clock(at: datetime) -> str:
        return f"{at.astimezone(zone):%d %b %Y, %H:%M}"

    def said(entry: DiaryEntry) -> Text:
        text = visible(entry.text, lines=True)
        later = getattr(entry, "corrected_by", None)
        if later is not None:
            return (Run(f"Corrected by entry {later.number}. It said: ", Style.STRONG), Run(text))
        if entry.corrects is not None:
            return (Run(f"Corrects entry {entry.corrects.number}. ", Style.STRONG), Run(text))
        return text

    rows = tuple(
        (
            str(entry.number), clock(entry.happened_at), clock(entry.written_at),
            f"{visible(entry.author.name)}{' (written by the software)' if entry.by_software else ''}", said(entry),
        )
        for entry in reversed(entries(case))
    )  # fmt: skip
    blocks: tuple[Block, ...] = (
        Facts(
            (
                ("Case", case.number),
                ("Title", visible(case.title)),
                ("Printed", f"{clock(now())}, {case.agency.timezone}"),
            )
        ),
        Table("Entries, the oldest first", ("No.", "Happened", "Written", "By", "Entry"), rows, (1, 2.4, 2.4, 2.6, 7))
        if rows
        else Paragraph("The diary has no entries."),
    )
    return Document(
        f"Diary of case {case.number}",
        "en",
        blocks,
        head=(visible(case.agency.name),),
        reference=f"Diary of {case.number}",
    )
