"""Writes of replies: taken in, decided on, used. Each is one transaction with its audit entry; no entry has anything of a text in it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Max
from procrastinate.contrib.django import app

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, TiplineError
from tipline.core.jobs import PIPELINE_QUEUE
from tipline.core.text import visible
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.working import work_on
from tipline.investigation.replies.answering import NONE, awaited_by_number
from tipline.investigation.replies.files.delimited import ENCODINGS
from tipline.investigation.replies.files.forms import form_of
from tipline.investigation.replies.files.rows import RefusedFileError
from tipline.investigation.replies.layouts import Kind, Meaning, check_meanings, fingerprint, layouts
from tipline.investigation.replies.models import OPEN_STATES, Reply, ReplyFile, ReplyMapping, ReplyState
from tipline.investigation.replies.times import Dates, zone_of
from tipline.investigation.replies.understanding import UnmappedError, understand
from tipline.trust.accounts.models import User
from tipline.trust.actors import system
from tipline.trust.audit.services import Act, record

log = structlog.get_logger(__name__)

SOFTWARE = system("replies")
READ = "replies.read"
# What is larger is read by a worker: a page is not to wait for it.
AT_ONCE_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person says of a file: all of it may be left out."""

    layout: str = ""
    zone: str = ""
    encoding: str = ""
    dates: str = ""

    def checked(self) -> dict[str, str]:
        """As the reply keeps it.

        Raises
        ------
        InvalidInputError
            naming what there is none of.
        """
        layout = self.layout.replace("-", "_")
        if layout and layout not in layouts():
            raise InvalidInputError(
                f"there is no layout {visible(self.layout, 60)!r}; there are {', '.join(layouts())}"
            )
        if self.encoding and self.encoding not in ENCODINGS:
            raise InvalidInputError(f"{visible(self.encoding, 40)!r} is not one of {', '.join(ENCODINGS)}")
        if self.zone:
            zone_of(self.zone)
        if self.dates not in set(Dates):
            raise InvalidInputError("choose whether day or month stands first")
        said = {"layout": layout, "zone": self.zone, "encoding": self.encoding, "dates": self.dates}
        return {name: value for name, value in said.items() if value}


# -- taking in ----------------------------------------------------------------------------------------------------------


def receive(
    person: User,
    case_id: int,
    name: str,
    body: bytes,
    *,
    company: str = "",
    choice: Choice = Choice(),
    request: str = "",
) -> Reply:
    """Keep a file as it came: durable when the caller's transaction is, and before anything of it is read.

    Parameters
    ----------
    request
        which request of the case it answers: its number, its own reference, or `none`; empty: nobody says, and one is proposed.

    Raises
    ------
    RefusedFileError
        for what is no reply at all: pictures and videos, too large, of an unknown form. It is not kept; that it was handed in is logged.
    ConflictError
        when the case has this very file already, or is closed.
    InvalidInputError
        for a zone, a layout or an encoding that there is none of, or a request that waits for no answer.
    """
    said = choice.checked()
    sha256 = hashlib.sha256(body).hexdigest()
    with transaction.atomic():
        work_on(person, case_id)
        try:
            form = form_of(name, body)
            refusal = None
        except RefusedFileError as error:
            refusal = error
            record(person.actor, [Act("reply.turned_away", "case", case_id, {"sha256": sha256, "bytes": len(body), "why": str(error)})])  # fmt: skip
    if refusal is not None:
        raise refusal
    return _keep(person, case_id, name, body, sha256, form.value, company, said, request.strip())


@transaction.atomic
def _keep(
    person: User, case_id: int, name: str, body: bytes, sha256: str, form: str, company: str, said: dict[str, str], request: str,
) -> Reply:  # fmt: skip
    case = work_on(person, case_id)
    if request == NONE:
        said = said | {"request": NONE}
    answers = awaited_by_number(case, request) if request and request != NONE else None
    earlier = Reply.objects.filter(case=case, sha256=sha256).first()
    if earlier is not None:
        raise ConflictError(f"this file is reply {earlier.number} of the case already")
    number = (Reply.objects.filter(case=case).aggregate(top=Max("number"))["top"] or 0) + 1
    reply = Reply.objects.create(
        case=case, number=number, name=_named(name), company=company.strip().replace("\0", "")[:200], sha256=sha256,
        size_bytes=len(body), received_at=now(), received_by=person, form=form, choice=said, request=answers,
    )  # fmt: skip
    ReplyFile.objects.create(reply=reply, case=case, body=body)
    record(
        person.actor, [Act("reply.received", "case", case.pk, {"reply": number, "sha256": sha256, "bytes": len(body)})]
    )
    return reply


def _named(name: str) -> str:
    return name.replace("\0", "").rpartition("/")[2].rpartition("\\")[2].strip()[:255] or "without a name"


def read_or_defer(reply: Reply) -> Reply:
    """Read a small reply now; let a worker read a large one."""
    if reply.size_bytes <= AT_ONCE_BYTES:
        return read(reply.pk)
    app.configure_task(READ, queue=PIPELINE_QUEUE).defer(reply_id=reply.pk)
    return reply


def read(reply_id: int) -> Reply:
    """Read the kept file: all of its rows are there afterwards, or none and a reason.

    Raises
    ------
    NotFoundError
        when there is no such reply.
    """
    with transaction.atomic():
        reply = Reply.objects.select_for_update(of=("self",)).select_related("case__agency").filter(pk=reply_id).first()
        if reply is None:
            raise NotFoundError("the reply is gone")
        if reply.state not in {ReplyState.RECEIVED, ReplyState.UNMAPPED}:
            return reply
        reply.reasons = []
        try:
            with transaction.atomic():
                understand(reply)
        except UnmappedError as error:
            _without_rows(reply, ReplyState.UNMAPPED, str(error))
        except TiplineError as error:
            _without_rows(reply, ReplyState.REFUSED, str(error))
        except (OperationalError, InterfaceError):
            raise  # the database's fault: a worker tries again
        except Exception as error:  # nothing in a file may stop the work on the others
            log.exception("reply not read", reply=reply.pk)
            _without_rows(
                reply, ReplyState.REFUSED, f"the software failed on it ({type(error).__name__}); tell whoever runs it"
            )
        reply.save()
        detail = {
            "reply": reply.number,
            "state": reply.state,
            "rows": reply.row_count,
            "faulty": reply.faulty_count,
            "layout": reply.layout,
        }
        record(SOFTWARE, [Act("reply.read", "case", reply.case_id, detail)])
    return reply


def _without_rows(reply: Reply, state: ReplyState, why: str) -> None:
    reply.state, reply.reasons = state, [{"line": 0, "column": "", "text": why}]
    reply.row_count = reply.faulty_count = 0
    reply.read_at = now()


# -- deciding -----------------------------------------------------------------------------------------------------------


def locked_reply(person: User, case_id: int, number: int) -> tuple[Case, Reply]:
    """A reply to write to, both locked."""
    case = work_on(person, case_id)
    reply = (
        Reply.objects.select_for_update(of=("self",))
        .select_related("case__agency")
        .filter(case=case, number=number)
        .first()
    )
    if reply is None:
        raise NotFoundError(f"case {case.number} has no reply {number}")
    return case, reply


@transaction.atomic
def say(
    person: User, case_id: int, number: int, *, kind: str, columns: Mapping[str, str], dates: str = "", zone: str = "",
    platform: str = "",
) -> Reply:  # fmt: skip
    """Name the columns of a reply that no layout knows, and read it again. The agency's next file with these headings is read by it.

    Raises
    ------
    InvalidInputError
        when what is named does not make a reply of that kind.
    ConflictError
        when the reply does not wait for it.
    """
    case, reply = locked_reply(person, case_id, number)
    if reply.state != ReplyState.UNMAPPED:
        raise ConflictError(f"reply {number} does not wait for its columns: it is “{reply.get_state_display()}”")
    if kind not in set(Kind):
        raise InvalidInputError("choose what the reply holds")
    try:
        named = {heading: Meaning(meaning) for heading, meaning in columns.items() if meaning}
    except ValueError as error:
        raise InvalidInputError("choose a meaning from the list") from error
    if strange := set(named) - set(reply.heading):
        raise InvalidInputError(f"there is no column {visible(min(strange), 60)!r}")
    check_meanings(Kind(kind), list(named.values()))
    checked = Choice(zone=zone, dates=dates).checked()
    mark = fingerprint(reply.heading)
    version = (
        ReplyMapping.objects.filter(agency=case.agency, fingerprint=mark).aggregate(top=Max("version"))["top"] or 0
    ) + 1
    mapping = ReplyMapping.objects.create(
        agency=case.agency, fingerprint=mark, version=version, kind=kind, columns={h: m.value for h, m in named.items()},
        dates=dates, zone=zone, made_at=now(), made_by=person,
    )  # fmt: skip
    reply.choice = reply.choice | checked | {
        "columns": mapping.columns, "kind": kind, "named": f"mapping {mapping.pk} {version}", "platform": platform.strip()[:120],
    }  # fmt: skip
    reply.save(update_fields=["choice"])
    record(
        person.actor,
        [Act("reply.mapped", "case", case.pk, {"reply": number, "mapping": mapping.pk, "version": version})],
    )
    return read(reply.pk)


@transaction.atomic
def read_again(person: User, case_id: int, number: int, choice: Choice) -> Reply:
    """Say a zone, an order of day and month, a layout or an encoding, and read a reply again that waits for it or was refused.

    Raises
    ------
    ConflictError
        when it is read already.
    """
    case, reply = locked_reply(person, case_id, number)
    if reply.state not in {ReplyState.UNMAPPED, ReplyState.REFUSED}:
        raise ConflictError(f"reply {number} is read already")
    reply.choice = reply.choice | choice.checked()
    reply.state = ReplyState.UNMAPPED
    reply.save(update_fields=["choice", "state"])
    record(person.actor, [Act("reply.read_again", "case", case.pk, {"reply": number})])
    return read(reply.pk)


@transaction.atomic
def release(person: User, case_id: int, number: int, why: str) -> Reply:
    """Take a reply out of quarantine: a person looked at every reason, and says why it may be used.

    Raises
    ------
    InvalidInputError
        without a reason.
    ConflictError
        when it is not in quarantine.
    """
    _, reply = locked_reply(person, case_id, number)
    if reply.state != ReplyState.QUARANTINED:
        raise ConflictError(f"reply {number} is not in quarantine: it is “{reply.get_state_display()}”")
    return _decide(person, reply, ReplyState.READY, "reply.released", why)


@transaction.atomic
def reject(person: User, case_id: int, number: int, why: str) -> Reply:
    """Set a reply aside: nothing of it is used. The file stays with the case. Raises as `release` does."""
    _, reply = locked_reply(person, case_id, number)
    if reply.state not in OPEN_STATES:
        raise ConflictError(f"reply {number} cannot be set aside: it is “{reply.get_state_display()}”")
    return _decide(person, reply, ReplyState.REJECTED, "reply.rejected", why)


def _decide(person: User, reply: Reply, state: ReplyState, act: str, why: str) -> Reply:
    if not why.strip() or len(why) > 300:
        raise InvalidInputError("write why, in 1 to 300 characters")
    reply.state, reply.decided_at, reply.decided_by, reply.decided_why = state, now(), person, why.strip()
    reply.save(update_fields=["state", "decided_at", "decided_by", "decided_why"])
    record(person.actor, [Act(act, "case", reply.case_id, {"reply": reply.number})])
    return reply


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a person ticked: entries by key, new handles by key; `file`: what is ticked goes through the pipeline."""

    entries: Collection[str] = ()
    handles: Collection[str] = ()
    file: bool = True
