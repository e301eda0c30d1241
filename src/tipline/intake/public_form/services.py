"""Writes of the public form. Each function is one transaction, with its audit entry; no entry has anything of a text in it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta

from django.db import transaction

from tipline.core.clock import now
from tipline.core.config import Config
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError, TiplineError
from tipline.intake.public_form import codes, secret
from tipline.intake.public_form.document import document_of, header_of
from tipline.intake.public_form.models import Message, PublicContact, PublicReport, Side, Told
from tipline.intake.public_form.queries import thread_of
from tipline.intake.public_form.reading import LONG, Contact, Given
from tipline.intake.public_form.texts import help_of
from tipline.reports.filing import Filing, file_reports
from tipline.reports.models import Channel, Holding, Report
from tipline.reports.services import IdempotencyKeyReusedError, ReceivedDocument
from tipline.trust.accounts.models import Reporter, ReporterKind, User
from tipline.trust.actors import Actor
from tipline.trust.agencies.models import Agency, AgencyKind
from tipline.trust.agencies.queries import country_of
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import acting, may_work_the_desk, provider_scope

# A form that is sent twice, since its answer was lost or somebody pressed twice, shows its code again for so long.
SHOWN_AGAIN_FOR = timedelta(minutes=15)
# The same words within so long are marked as a repeat.
REPEAT_WINDOW = timedelta(days=30)
NAME = "Public form"


class SentBeforeError(ConflictError):
    """The form was sent before: with other answers, or so long ago that its code is not shown again."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A report that was taken, and its code: the only moment in which anybody has both."""

    report_id: int
    code: str


# -- opening and closing ------------------------------------------------------------------------------------------------


@transaction.atomic
def open_form(agency: Agency, settings: Config, actor: Actor) -> Reporter:
    """Let the public report to an agency. Done twice, it is open.

    Raises
    ------
    InvalidInputError
        when the agency has nobody to hand reports down to, or nobody has written down whom to call in its country.
    ConflictError
        when the form is open for another agency: there is one address, and one desk behind it.
    """
    if agency.kind == AgencyKind.DISTRICT:
        raise InvalidInputError(
            f"{agency.code} has no desk below it, and could only keep what the public reports: open the form for an agency above it"
        )
    country = country_of(agency)
    if help_of(country) is None:
        raise InvalidInputError(
            f"there are no emergency numbers for {country or 'the country'} of {agency.code}: "
            f"add intake/public_form/data/help_{country.lower() or 'xx'}.toml first"
        )
    elsewhere = (
        Reporter.objects.select_related("agency")
        .filter(kind=ReporterKind.PUBLIC, active=True)
        .exclude(agency=agency)
        .first()
    )
    if elsewhere is not None:
        raise ConflictError(
            f"the form is open for {elsewhere.agency.code}: close it first (`tipline public-form close`)"
        )
    secret.ensure_key(settings)
    # a colon, which HTTP Basic cannot carry: nobody can sign in as this reporter, whatever password it were given
    reporter, made = Reporter.objects.get_or_create(
        kind=ReporterKind.PUBLIC, agency=agency, defaults={"name": NAME, "username": f"public:{agency.code}"}
    )
    if not made and not reporter.active:
        reporter.active = True
        reporter.save(update_fields=["active"])
        made = True
    if made:
        record(actor, [Act("public_form.opened", "agency", agency.pk, {"agency": agency.code})])
    return reporter


@transaction.atomic
def close_form(actor: Actor) -> Agency | None:
    """Take no more reports. Codes that were given out still work. Returns the agency it was open for."""
    reporter = (
        Reporter.objects.select_for_update(of=("self",))
        .select_related("agency")
        .filter(kind=ReporterKind.PUBLIC, active=True)
        .first()
    )
    if reporter is None:
        return None
    reporter.active = False
    reporter.save(update_fields=["active"])
    record(actor, [Act("public_form.closed", "agency", reporter.agency_id, {"agency": reporter.agency.code})])
    return reporter.agency


# -- what the public does -----------------------------------------------------------------------------------------------


def file_report(reporter: Reporter, given: Given, language: str, nonce: str) -> Receipt:
    """Make a report of the answers, finished at once. The same form sent twice is one report, with one code.

    Raises
    ------
    SentBeforeError
        when this form made a report before, of other answers or too long ago.
    """
    code = codes.code_of(nonce)
    document = document_of(given, language)
    filing = Filing(document, header_of(given), idempotency_key=secret.keyed("once", nonce).hex())
    with acting(provider_scope(reporter.pk)):
        (filed,) = file_reports(reporter, [filing], Channel.PUBLIC)
        if isinstance(filed, IdempotencyKeyReusedError):
            raise SentBeforeError("this form was sent before, with other answers") from filed
        if isinstance(filed, TiplineError):
            raise filed
        if filed.repeated:
            return _again(filed.report_id, code)
        _note(reporter, filed.report_id, document, given.contact, language, code)
        return Receipt(filed.report_id, code)


def _again(report_id: int, code: str) -> Receipt:
    received_at = Report.objects.values_list("received_at", flat=True).get(pk=report_id)
    if received_at < now() - SHOWN_AGAIN_FOR:
        raise SentBeforeError("this form was sent before")
    return Receipt(report_id, code)


def _note(
    reporter: Reporter, report_id: int, document: ReceivedDocument, contact: Contact, language: str, code: str
) -> None:
    """What stands beside the record, in the transaction that makes it."""
    earlier = (
        Report.objects.filter(
            reporter=reporter, document_sha256=document.sha256, received_at__gte=now() - REPEAT_WINDOW
        )
        .exclude(pk=report_id)
        .order_by("-received_at")
        .values_list("id", flat=True)
        .first()
    )
    Report.objects.filter(pk=report_id).update(probable_repeat_of_id=earlier)
    PublicReport.objects.create(report_id=report_id, language=language, code_hash=codes.hash_of(code))
    if contact:
        PublicContact.objects.create(report_id=report_id, **asdict(contact))
    detail = {"language": language, "contact": bool(contact), "probable_repeat_of": earlier}
    record(reporter.actor, [Act("public_form.filed", "report", report_id, detail)])


def add_message(reporter: Reporter, report_id: int, text: str) -> None:
    """What somebody with the code of a report adds to it."""
    with acting(provider_scope(reporter.pk)):
        _living(report_id)
        Message.objects.create(report_id=report_id, side=Side.REPORTER, text=text, at=now())
        record(reporter.actor, [Act("public_form.message_added", "report", report_id, {"signs": len(text)})])


def delete_contact(reporter: Reporter, report_id: int) -> bool:
    """Delete the contact data of a report, at the wish of whoever gave it. Whether there was any."""
    with acting(provider_scope(reporter.pk)):
        found, _ = PublicContact.objects.filter(report_id=report_id).delete()
        if found:
            record(reporter.actor, [Act("public_form.contact_deleted", "report", report_id)])
        return bool(found)


def mark_seen(reporter: Reporter, report_id: int) -> None:
    """What the desk wrote has been on a page of whoever has the code."""
    with acting(provider_scope(reporter.pk)):
        Message.objects.filter(report_id=report_id, side=Side.DESK, read_at=None).update(read_at=now())


def _living(report_id: int) -> None:
    if not Report.objects.filter(pk=report_id, destroyed_at__isnull=True).exists():
        raise NotFoundError(f"report {report_id} does not exist")


# -- what the desk does, in the caller's scope --------------------------------------------------------------------------


def answer(person: User, report_id: int, text: str) -> None:
    """Write to whoever reported. Who is answered is being looked at.

    Raises
    ------
    NotPermittedError, NotFoundError
        when the person does not work the desk that holds the report.
    InvalidInputError
        when there is nothing to send, or too much.
    """
    _on_own_desk(person, report_id)
    text = text.strip()
    if not text or len(text) > LONG:
        raise InvalidInputError(f"write 1 to {LONG} characters")
    Message.objects.create(report_id=report_id, side=Side.DESK, author=person, text=text, at=now())
    PublicReport.objects.filter(pk=report_id, told=Told.RECEIVED).update(told=Told.LOOKED_AT)
    record(person.actor, [Act("public_form.answered", "report", report_id, {"signs": len(text)})])


def tell(person: User, report_id: int, told: str) -> None:
    """Say what whoever reported is told when they come back; raises as `answer` does."""
    _on_own_desk(person, report_id)
    if told not in Told.values:
        raise InvalidInputError("choose what the reporter is told")
    if PublicReport.objects.filter(pk=report_id).exclude(told=told).update(told=told):
        record(person.actor, [Act("public_form.told", "report", report_id, {"told": told})])


def may_answer(person: User, report_id: int) -> bool:
    """Whether the person works the desk that holds the report."""
    return may_work_the_desk(person) and _holds(person, report_id)


def mark_read(person: User, report_id: int) -> None:
    """What the reporter wrote has been on a page of the desk that holds the report. Of others nothing is marked."""
    if may_answer(person, report_id):
        Message.objects.filter(report_id=report_id, side=Side.REPORTER, read_at=None).update(read_at=now())


def _on_own_desk(person: User, report_id: int) -> None:
    thread_of(report_id)
    _living(report_id)
    if not may_work_the_desk(person):
        raise NotPermittedError("your role does not answer reporters")
    if not _holds(person, report_id):
        raise NotFoundError(f"report {report_id} is not on your desk")


def _holds(person: User, report_id: int) -> bool:
    return Holding.objects.filter(
        report_id=report_id, agency_id=person.agency_id, held_until=None, joint=False
    ).exists()
