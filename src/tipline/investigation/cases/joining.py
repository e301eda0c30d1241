"""Reports of an open case: more of them join it, and one may move to another case of the agency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.db.models import Exists, F, OuterRef, ProtectedError

from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.investigation.cases.diary import note
from tipline.investigation.cases.models import Case, CaseHandle, CaseReport
from tipline.investigation.cases.queries import told_of_case
from tipline.investigation.cases.services import add_handles, take_in
from tipline.investigation.cases.working import changed, needed, work_on
from tipline.referrals.services import accept
from tipline.reports.models import Sighting
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import may_work_the_desk


@transaction.atomic
def add_reports(
    person: User,
    case_id: int,
    report_ids: Iterable[int],
    *,
    seen: int | None = None,
    stamps: Mapping[int, str] | None = None,
) -> Case:
    """Accept more reports from the person's desk into an open case: all of them or none.

    Parameters
    ----------
    seen
        `Case.changes` as the form of the case showed it.
    stamps
        report → its stamp in the form of the desk that the person filled in (`referrals.holding.stamp`).

    Raises
    ------
    ConflictError, NotFoundError, NotPermittedError
        as `work_on` and `referrals.services.accept` do; for what is in a case already, which is named; and for what the desk has
        jointly, which is its owner's.
    """
    case = work_on(person, case_id, seen=seen)
    wanted = list(report_ids)
    _in_no_case(person, case, wanted)
    referrals = accept(person, wanted, stamps)
    beside = [r.report_id for r in referrals if not r.lead]
    if beside:
        raise ConflictError(f"report {beside[0]} is with your desk jointly: the case is its owner's")
    handles = take_in(case, referrals)
    changed(case)
    numbers = [r.report_id for r in referrals]
    note(case, person, "case.reports_added", f"Added to the case: {_reports(numbers)}, with {handles} new accounts.")
    record(person.actor, [Act("case.reports_added", "case", case.pk, {"reports": numbers, "handles": handles})])
    return case


def _in_no_case(person: User, case: Case, report_ids: Sequence[int]) -> None:
    """Refuse a report that came by this desk and is in a case: which, whoever works a desk that it came by is told."""
    if not may_work_the_desk(person):
        return  # `accept` refuses them, and names no case
    links = CaseReport.objects.filter(report_id__in=report_ids, report__holdings__agency_id=person.agency_id)
    link = links.annotate(told=told_of_case(F("case_id"))).order_by("report_id").first()
    if link is None:
        return
    if link.case_id == case.pk:
        raise ConflictError(f"report {link.report_id} is in case {case.number} already")
    number = vars(link)["told"]["number"]  # to a desk that its report came by, the second lock lets this through
    raise ConflictError(f"report {link.report_id} is in another case already, {number}: it is moved from there")


@transaction.atomic
def move_report(person: User, report_id: int, from_case_id: int, to_case_id: int, reason: str) -> None:
    """Move a report from one open case to another of the same agency. Both diaries say so, with the reason.

    Its accounts go with it, but for those that another report of the case names too.

    Raises
    ------
    InvalidInputError
        without a reason, or for the same case.
    NotFoundError
        when the report is not in that case.
    ConflictError
        when it is the case's only one, or something of the case rests on an account that would leave it.
    """
    if from_case_id == to_case_id:
        raise InvalidInputError("choose another case to move it to")
    # locked in the order of ids, so that two moves cannot wait for each other
    cases = {pk: work_on(person, pk) for pk in sorted((from_case_id, to_case_id))}
    source, target = cases[from_case_id], cases[to_case_id]
    said = needed(reason, "say why the report moves", 500)
    link = CaseReport.objects.filter(case=source, report_id=report_id).first()
    if link is None:
        raise NotFoundError(f"report {report_id} is not in case {source.number}")
    if source.case_reports.count() == 1:
        raise ConflictError(
            f"report {report_id} is the only one of case {source.number}: link the two cases, and close it as a duplicate"
        )
    link.case = target
    link.save(update_fields=["case"])
    _leave_accounts(source, report_id)
    add_handles(target, [report_id])
    for case in (source, target):
        changed(case)
    note(source, person, "case.report_moved", f"Report {report_id} was moved to case {target.number}: {said}")
    note(target, person, "case.report_moved", f"Report {report_id} came from case {source.number}: {said}")
    detail = {"report": report_id, "from": source.pk, "to": target.pk}
    record(person.actor, [Act("case.report_moved", "case", case.pk, detail) for case in (source, target)])


def _leave_accounts(case: Case, report_id: int) -> None:
    """Take the accounts that only this report named from the case; those that others name too stay, first named by one of them."""
    others = Sighting.objects.filter(identifier=OuterRef("identifier"), report__case_report__case=case)
    mine = CaseHandle.objects.filter(case=case, report_id=report_id).annotate(named=Exists(others))
    try:
        mine.filter(named=False).delete()
    except ProtectedError as error:
        raise ConflictError(
            f"something of case {case.number} rests on an account that only report {report_id} names: it stays here"
        ) from error
    staying = list(CaseHandle.objects.filter(case=case, report_id=report_id))
    named_by: dict[int, int] = {}
    for identifier_id, other in (
        Sighting.objects.filter(identifier_id__in=[h.identifier_id for h in staying], report__case_report__case=case)
        .order_by("report_id")
        .values_list("identifier_id", "report_id")
    ):
        named_by.setdefault(identifier_id, other)
    for handle in staying:
        handle.report_id = named_by[handle.identifier_id]
    CaseHandle.objects.bulk_update(staying, ["report"])


def _reports(numbers: list[int]) -> str:
    if len(numbers) == 1:
        return f"report {numbers[0]}"
    return f"reports {', '.join(map(str, numbers[:20]))}{' and more' if len(numbers) > 20 else ''}"
