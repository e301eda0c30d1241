"""Reading what the public form wrote. The console's functions run in the caller's scope, the form's in that of its reporter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from tipline.core.errors import NotFoundError
from tipline.core.sql import together
from tipline.intake.public_form import codes
from tipline.intake.public_form.models import Message, PublicContact, PublicReport, Side, Told
from tipline.intake.public_form.texts import DEFAULT_COUNTRY, LANGUAGES, Help, help_of
from tipline.referrals.models import Referral, ReferralState
from tipline.reports.models import Report
from tipline.trust.accounts.models import Reporter, ReporterKind
from tipline.trust.agencies.queries import country_of
from tipline.trust.visibility import Scope, acting, provider_scope


def open_reporter() -> Reporter | None:
    """The reporter of the form, if the form is open."""
    return Reporter.objects.select_related("agency").filter(kind=ReporterKind.PUBLIC, active=True).first()


def help_here(reporter: Reporter | None) -> Help:
    """The emergency help of the country whose agency the form is open for; India's while it is closed."""
    found = help_of(country_of(reporter.agency)) if reporter else None
    found = found or help_of(DEFAULT_COUNTRY)
    if found is None:
        raise NotFoundError(f"there is no file of emergency numbers for {DEFAULT_COUNTRY}")
    return found


@dataclass(frozen=True, slots=True)
class Thread:
    """What somebody with the code of a report is shown of it, and the reporter in whose scope they act."""

    reporter: Reporter
    report_id: int
    told: str
    has_contact: bool
    messages: tuple[Message, ...]
    sent_on: str
    ended: bool  # destroyed: nothing can be added


def find(code: str) -> tuple[Reporter, int] | None:
    """Whose code it is: the form's reporter and the report. Also of a form that is closed by now."""
    wanted = codes.hashes_of(code)
    for reporter in Reporter.objects.select_related("agency").filter(kind=ReporterKind.PUBLIC).order_by("id"):
        with acting(provider_scope(reporter.pk)):
            found = PublicReport.objects.filter(code_hash__in=wanted).values_list("report_id", flat=True).first()
        if found is not None:
            return reporter, found
    return None


def owner_of(report_id: int) -> Reporter | None:
    """The form's reporter that a report came by."""
    for reporter in Reporter.objects.select_related("agency").filter(kind=ReporterKind.PUBLIC).order_by("id"):
        with acting(provider_scope(reporter.pk)):
            if PublicReport.objects.filter(pk=report_id).exists():
                return reporter
    return None


def thread(reporter: Reporter, report_id: int) -> Thread:
    """A report as whoever has its code sees it: how far it is, and the messages. Nothing of the investigation."""
    with acting(provider_scope(reporter.pk)):
        public = PublicReport.objects.select_related("report").get(pk=report_id)
        messages = tuple(Message.objects.filter(report_id=report_id).order_by("id"))
        has_contact = PublicContact.objects.filter(pk=report_id).exists()
        ended = public.report.destroyed_at is not None
    told = Told.CLOSED if ended else Told(public.told)
    if told == Told.RECEIVED and _accepted(public.report):
        told = Told.LOOKED_AT
    return Thread(
        reporter, report_id, told.value, has_contact, messages, f"{public.report.received_at:%Y-%m-%d}", ended
    )


def _accepted(report: Report) -> bool:
    """Whether some desk accepted it, as the agency of the form sees it: a provider's scope sees no referral."""
    with acting(Scope(agency_ids=frozenset({report.receiving_agency_id}))):
        return Referral.objects.filter(report=report, state=ReferralState.ACCEPTED, lead=True).exists()


# -- for the console, in the caller's scope -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mark:
    """What the desk's list says of a report by the public form."""

    language: str
    unread: bool


def marks(reports: Iterable[Report]) -> dict[int, Mark]:
    """Report id → mark, for those that came by the public form. One query, and none where there is none."""
    ids = [report.pk for report in reports if report.channel == "public"]
    if not ids:
        return {}
    unread = Message.objects.filter(report_id=OuterRef("pk"), side=Side.REPORTER, read_at=None)
    rows = PublicReport.objects.filter(pk__in=ids).annotate(unread=Exists(unread))
    return {row.pk: Mark(language_name(row.language), row.unread) for row in rows}


def language_name(code: str) -> str:
    """A language's own name."""
    return LANGUAGES[code].language.name if code in LANGUAGES else code


@dataclass(frozen=True, slots=True)
class Section:
    """What the page of a report says of the public form: never the contact itself, only which parts of it there are."""

    language: str
    language_code: str
    told: str
    told_label: str
    messages: int
    unread: int
    contact: tuple[str, ...]


def section(report_id: int) -> Section:
    """Of one report that came by the public form. One query.

    Raises
    ------
    NotFoundError
        when it did not, or is not in scope.
    """
    return read_section(report_id, *together(*section_asked(report_id)))


def section_asked(report_id: int) -> tuple[QuerySet[Any, Any], ...]:
    """What is kept beside a report that came by the public form, for `read_section`."""
    return (
        _threads(report_id),
        Message.objects.filter(report_id=report_id).values_list("side", "read_at"),
        PublicContact.objects.filter(pk=report_id),
    )


def read_section(report_id: int, threads: list[Any], sides: list[Any], contacts: list[Any]) -> Section:
    """As `section`, of rows that were read already."""
    public, contact = _found(report_id, threads), contacts[0] if contacts else None
    return Section(
        language=language_name(public.language),
        language_code=public.language,
        told=public.told,
        told_label=Told(public.told).label,
        messages=len(sides),
        unread=sum(1 for side, read_at in sides if side == Side.REPORTER and read_at is None),
        contact=tuple(
            label
            for field, label in (("name", "name"), ("phone", "telephone number"), ("email", "e-mail address"))
            if contact and getattr(contact, field)
        ),
    )


def thread_of(report_id: int) -> PublicReport:
    """The public form's row of a report in scope.

    Raises
    ------
    NotFoundError
        when there is none.
    """
    return _found(report_id, list(_threads(report_id)))


def _threads(report_id: int) -> QuerySet[PublicReport]:
    return PublicReport.objects.select_related("report").filter(pk=report_id, report__destroyed_at=None)


def _found(report_id: int, threads: list[PublicReport]) -> PublicReport:
    if not threads:
        raise NotFoundError(f"report {report_id} did not come by the public form")
    return threads[0]


def messages_of(report_id: int) -> QuerySet[Message]:
    """The messages of a report in scope, the first first."""
    return Message.objects.filter(report_id=report_id).select_related("author__agency").order_by("id")


def contact_of(report_id: int) -> PublicContact:
    """The contact data of a report in scope; raises as `thread_of` does."""
    found = PublicContact.objects.filter(pk=report_id).first()
    if found is None:
        raise NotFoundError(f"report {report_id} has no contact data")
    return found
