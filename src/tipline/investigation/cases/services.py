"""Opening cases, and who works on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotPermittedError
from tipline.investigation.cases.diary import note
from tipline.investigation.cases.models import Case, CaseAssignment, CaseHandle, CaseOffence, CaseReport
from tipline.investigation.cases.numbering import next_number
from tipline.investigation.cases.records import OffenceAct
from tipline.investigation.deconfliction.services import ask, result
from tipline.investigation.legal.catalogue import catalogue
from tipline.investigation.legal.clocks.services import event
from tipline.investigation.operations.membership import open_in
from tipline.investigation.operations.models import Operation
from tipline.investigation.operations.queries import open_to
from tipline.referrals.models import Referral
from tipline.referrals.services import accept
from tipline.reports.models import IdentifierKind, PersonRole, Sighting
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency
from tipline.trust.agencies.queries import country_of
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, may, scope_of

# IT Act 2000 s.67B: publishing or transmitting material depicting children in sexually explicit acts
DEFAULT_OFFENCES = {"IN": ("IN-ITA-67B",)}
# The accounts a case is about; one without a screen name is known by the provider's number for it.
_HANDLE_KINDS = (IdentifierKind.HANDLE, IdentifierKind.ACCOUNT_ID)


@transaction.atomic
def open_case(
    person: User,
    report_ids: Iterable[int],
    title: str,
    *,
    operation: Operation | None = None,
    offences: Sequence[str] | None = None,
    seen: Mapping[int, str] | None = None,
) -> Case:
    """Accept reports from the person's desk and open one case with them: all of it or nothing.

    Parameters
    ----------
    offences
        ids of sections in the law catalogue of the agency's country; None takes the usual one for CSAM.
    seen
        report → its stamp in the form that the person filled in (`referrals.holding.stamp`).

    Raises
    ------
    ConflictError, NotFoundError, NotPermittedError
        as `referrals.services.accept` does.
    InvalidInputError
        for a blank title, an unknown section, or an operation that is not open to the agency or that the person does not know of.
    """
    if not title.strip() or len(title) > 200:
        raise InvalidInputError("a case needs a title of 1 to 200 characters")
    agency = Agency.objects.select_for_update().get(pk=person.agency_id)
    if operation is not None and operation not in open_to(scope_of(person), agency):
        raise InvalidInputError("choose an operation that is open to your agency")
    country = country_of(agency)
    law = catalogue(country)
    chosen = DEFAULT_OFFENCES.get(country, ()) if offences is None else tuple(dict.fromkeys(offences))
    sections = [law.section(section_id) for section_id in chosen]
    referrals = accept(person, report_ids, seen)
    beside = [r.report_id for r in referrals if not r.lead]
    if beside:
        raise ConflictError(
            f"report {beside[0]} is with your desk jointly: the case is its owner's; take part in it instead"
        )
    at = now()
    number, year, running = next_number(agency, at)
    case = Case.objects.create(
        number=number,
        agency=agency,
        year=year,
        running_number=running,
        title=title.strip(),
        opened_at=at,
        opened_by=person,
    )
    CaseOffence.objects.bulk_create(
        CaseOffence(case=case, section_id=s.id, label=s.label, catalogue_version=law.about.version) for s in sections
    )
    OffenceAct.objects.bulk_create(
        OffenceAct(case=case, section_id=s.id, label=s.label, catalogue_version=law.about.version, at=at, by=person)
        for s in sections
    )
    if operation is not None:
        open_in(case, operation, person)
    handles = take_in(case, referrals)
    contacts = check_contacts(person, [r.report_id for r in referrals], case.pk)
    note(case, person, "case.opened", f"The case was opened from {len(referrals)} report{'s' * (len(referrals) != 1)}.")
    if contacts:
        note(case, person, "case.contacts", f"Other desks have identifiers of it, too: {', '.join(contacts)}.")
    event("case.opened", agency, at, case_id=case.pk)
    record(
        person.actor,
        [
            Act(
                "case.opened",
                "case",
                case.pk,
                {"number": case.number, "reports": len(referrals), "handles": handles},
            )
        ],
    )
    return case


def check_contacts(person: User, report_ids: Sequence[int], case_id: int) -> list[str]:
    """Ask who else has identifiers of the reports of a case, unless that was asked just now. Names of desks to call."""
    return [one.name for one in result(ask(person, report_ids, case_id))]


def take_in(case: Case, referrals: Sequence[Referral]) -> int:
    """Put accepted reports into a case, with the accounts that they name. Returns how many accounts are new to it."""
    at = now()
    CaseReport.objects.bulk_create(
        CaseReport(case=case, report_id=r.report_id, referral=r, added_at=at) for r in referrals
    )
    return add_handles(case, [r.report_id for r in referrals])


def add_handles(case: Case, report_ids: Sequence[int]) -> int:
    """Put the accounts that reports name into a case. Returns how many are new to it."""
    at, before = now(), case.handles.count()
    CaseHandle.objects.bulk_create(
        (
            CaseHandle(case=case, identifier_id=identifier_id, report_id=report_id, added_at=at)
            for identifier_id, report_id in _handles(report_ids).items()
        ),
        ignore_conflicts=True,
    )
    return case.handles.count() - before


def _handles(report_ids: Sequence[int]) -> dict[int, int]:
    """Identifier → the first report that names it: the handles reported, and account numbers of reports without a handle.

    What any report names as a child's is not to be traced.
    """
    rows = list(
        Sighting.objects.filter(
            report_id__in=report_ids,
            role=PersonRole.REPORTED,
            identifier__kind__in=_HANDLE_KINDS,
            identifier__of_child=False,
        )
        .order_by("report_id", "position")
        .values_list("report_id", "identifier_id", "identifier__kind")
    )
    with_handle = {report_id for report_id, _, kind in rows if kind == IdentifierKind.HANDLE}
    found: dict[int, int] = {}
    for report_id, identifier_id, kind in rows:
        if kind == IdentifierKind.HANDLE or report_id not in with_handle:
            found.setdefault(identifier_id, report_id)
    return found


@transaction.atomic
def assign(person: User, case: Case, assignee: User) -> None:
    """Put somebody of the case's agency on the case. One who is on it already stays; that is no error.

    Raises
    ------
    NotPermittedError
        when the person's role assigns nobody, or the case is another agency's.
    InvalidInputError
        when the assignee is not of this agency, is inactive, or has a role without reports.
    """
    may_assign(person, case)
    if assignee.agency_id != case.agency_id or not may(assignee, Can.SEE_REPORTS):
        raise InvalidInputError(f"{assignee.email} cannot work on cases of {case.agency.code}")
    _, new = CaseAssignment.objects.get_or_create(
        case=case,
        person=assignee,
        ended_at=None,
        defaults={"agency_id": case.agency_id, "assigned_at": now(), "assigned_by": person.email},
    )
    if new:
        record(person.actor, [Act("case.assigned", "case", case.pk, {"person": assignee.pk})])


@transaction.atomic
def unassign(person: User, case: Case, assignee: User) -> None:
    """End somebody's work on the case. One who is not on it is no error.

    Raises
    ------
    NotPermittedError
        as `assign` does.
    """
    may_assign(person, case)
    ended = CaseAssignment.objects.filter(case=case, person=assignee, ended_at__isnull=True).update(ended_at=now())
    if ended:
        record(person.actor, [Act("case.unassigned", "case", case.pk, {"person": assignee.pk})])


def may_assign(person: User, case: Case) -> None:
    """Refuse whoever may not say who works on a case, and when it ends.

    Raises
    ------
    NotPermittedError
        when their role assigns nobody, or the case is another agency's.
    """
    if not may(person, Can.ASSIGN_CASES) or person.agency_id != case.agency_id:
        raise NotPermittedError("your role does not assign people to this case")
