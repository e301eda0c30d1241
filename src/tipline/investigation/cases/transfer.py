"""Handing a case to another agency with jurisdiction, as a zero FIR is (BNSS 2023 s.173).

The case itself goes over, with everything in it, in one transaction: before it the sender owns it, after it the receiver. The sender
keeps the transfer's own record, and the reports that it held, as every desk does that a report passed.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.investigation.cases.diary import note
from tipline.investigation.cases.models import Case, CaseAssignment, CaseReport, CaseState
from tipline.investigation.cases.numbering import next_number
from tipline.investigation.cases.records import CaseTask, CaseTransfer, OfficerChange, TaskState, TransferState
from tipline.investigation.cases.services import may_assign
from tipline.investigation.cases.working import changed, needed, work_on
from tipline.investigation.legal.clocks.services import event, move_case
from tipline.investigation.operations.membership import leave_others
from tipline.investigation.operations.queries import open_to
from tipline.referrals.life import Step, take
from tipline.referrals.models import LIVE, Referral, ReferralState
from tipline.referrals.moving import Hop, move
from tipline.referrals.services import BY_PERSON
from tipline.reports.models import Holding, Report
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency
from tipline.trust.agencies.queries import country_of
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import OPERATOR, Can, acting, may


@transaction.atomic
def offer_transfer(person: User, case_id: int, to: Agency, reason: str, *, seen: int | None = None) -> CaseTransfer:
    """Offer a case to another agency. Until that accepts it nothing moves: the case has an owner all the time.

    Raises
    ------
    NotPermittedError
        when the person's role assigns nobody, or the case is another agency's.
    InvalidInputError
        for an inactive agency, the own one, one of another country, or no reason.
    ConflictError
        when an offer waits already, or the case was changed meanwhile.
    """
    case = work_on(person, case_id, seen=seen)
    may_assign(person, case)
    said = needed(reason, "say why the other agency has jurisdiction")
    if to.pk == case.agency_id or not to.active:
        raise InvalidInputError("choose another active agency")
    if not country_of(to) or country_of(to) != country_of(case.agency):
        raise InvalidInputError(
            f"{to.code} works under another country's law: a case is transferred within one country"
        )
    if CaseTransfer.objects.filter(case=case, state=TransferState.OFFERED).exists():
        raise ConflictError(f"a transfer of case {case.number} waits for an answer already")
    summary = {
        "reports": case.case_reports.count(), "accounts": case.handles.count(), "persons": case.persons.count(),
        "offences": list(case.offences.order_by("id").values_list("label", flat=True)),
        "fir_number": case.fir_number, "fir_station": case.fir_station,
    }  # fmt: skip
    made = CaseTransfer.objects.create(
        case=case, from_agency_id=case.agency_id, to_agency=to, reason=said, number_before=case.number, title=case.title,
        summary=summary, zero_fir=case.zero_fir, offered_at=now(), offered_by=person,
    )  # fmt: skip
    changed(case)
    note(case, person, "case.transfer_offered", f"Transfer to {to.name} offered: {said}")
    record(person.actor, [Act("case.transfer_offered", "case", case.pk, {"transfer": made.pk, "to": to.code})])
    return made


@transaction.atomic
def take_back_transfer(person: User, case_id: int, transfer_id: int) -> None:
    """Take an offer back before it is answered.

    Raises
    ------
    ConflictError
        when it was answered meanwhile.
    """
    case = work_on(person, case_id)
    may_assign(person, case)
    made = _offered(transfer_id, Q(case=case))
    _answer(made, TransferState.WITHDRAWN, person, "")
    changed(case)
    note(case, person, "case.transfer_taken_back", f"The offer to {made.to_agency.name} was taken back.")
    record(person.actor, [Act("case.transfer_taken_back", "case", case.pk, {"transfer": made.pk})])


@transaction.atomic
def refuse_transfer(person: User, transfer_id: int, words: str) -> CaseTransfer:
    """Refuse an offered case, for the agency it was offered to. It stays with its sender, who reads why.

    Raises
    ------
    NotFoundError
        when nothing of that number was offered to the person's agency.
    ConflictError
        when it was answered meanwhile.
    """
    _check_receiver(person, transfer_id)
    said = needed(words, "say why the case is refused")
    with acting(OPERATOR):  # the case is the sender's, and so is its diary
        case = _locked_case(transfer_id)
        made = _offered(transfer_id, Q(to_agency_id=person.agency_id))
        _answer(made, TransferState.REFUSED, person, said)
        changed(case)
        note(case, person, "case.transfer_refused", f"{made.to_agency.name} refused the transfer: {said}")
    record(person.actor, [Act("case.transfer_refused", "transfer", made.pk)])
    return made


@transaction.atomic
def accept_transfer(person: User, transfer_id: int) -> Case:
    """Take an offered case over: the case with its number, its people and its reports, all at once.

    The receiver numbers it by its own scheme. Nobody of the sender works on it any more; open tasks wait for somebody.

    Raises
    ------
    NotFoundError
        when nothing of that number was offered to the person's agency.
    ConflictError
        when it was answered meanwhile, or the case was closed.
    """
    _check_receiver(person, transfer_id)
    # Neither lock would let the receiver see the case before it is theirs; that it was offered to them was asked above.
    with acting(OPERATOR):
        case = _locked_case(transfer_id)
        made = _offered(transfer_id, Q(to_agency_id=person.agency_id))
        if case.state != CaseState.OPEN or case.agency_id != made.from_agency_id:
            raise ConflictError("that case is no longer its sender's, or was closed")
        before, sender, receiver = case.number, case.agency, made.to_agency
        at = now()
        _move_reports(person, case, sender, receiver, made)
        case.number, case.year, case.running_number = next_number(receiver, at)
        case.agency, case.investigating_officer = receiver, None
        changed(case, "number", "year", "running_number", "agency", "investigating_officer")
        leave_others(case, person, open_to(OPERATOR, receiver))
        OfficerChange.objects.create(case=case, officer=None, at=at, by=person)
        CaseAssignment.objects.filter(case=case, ended_at__isnull=True).update(ended_at=at)
        CaseTask.objects.filter(case=case, state=TaskState.OPEN).update(assignee=None)
        case.links.filter(case_agency=sender).update(case_agency=receiver)
        case.links_to.filter(other_agency=sender).update(other_agency=receiver)
        made.number_after = case.number
        _answer(made, TransferState.ACCEPTED, person, "")
        note(
            case, person, "case.transferred",
            f"The case was transferred from {sender.name} (there {before}) to {receiver.name}, here {case.number}: {made.reason}",
        )  # fmt: skip
    detail = {"transfer": made.pk, "from": sender.code, "to": receiver.code, "number": case.number}
    record(person.actor, [Act("case.transferred", "case", case.pk, detail)])
    event("case.transferred", sender, at, case_id=case.pk)
    move_case(case.pk, receiver)
    return case


def _move_reports(person: User, case: Case, sender: Agency, receiver: Agency, made: CaseTransfer) -> None:
    """The reports leave the sender's desk for the receiver's, accepted there: holdings, referrals and the case's links to them."""
    links = {link.report_id: link for link in CaseReport.objects.filter(case=case)}
    reports = sorted(links)
    list(Report.objects.select_for_update(no_key=True).filter(id__in=reports).order_by("id").values_list("id"))
    owned = set(
        Holding.objects.filter(report_id__in=reports, agency=sender, held_until__isnull=True, joint=False).values_list(
            "report_id", flat=True
        )
    )
    lost = [report_id for report_id in reports if report_id not in owned]
    if lost:
        raise ConflictError(f"report {lost[0]} of the case is not held by {sender.code}: it has to come back first")
    by = person.actor
    live = Referral.objects.filter(report_id__in=reports, lead=True, state__in=LIVE)
    hops = [Hop(report_id, sender.pk, receiver.pk, made.zero_fir) for report_id in reports]
    move(
        hops,
        BY_PERSON,
        f"with case {made.number_before}",
        dict(live.values_list("report_id", "id")),
        by,
        step=Step.TRANSFER,
    )
    arrived = {
        r.report_id: r for r in Referral.objects.filter(report_id__in=reports, lead=True, state=ReferralState.SENT)
    }
    take(Step.ACCEPT, [r.pk for r in arrived.values()], by, now())
    for report_id, link in links.items():
        link.referral = arrived[report_id]
    CaseReport.objects.bulk_update(links.values(), ["referral"])


def _check_receiver(person: User, transfer_id: int) -> None:
    if not may(person, Can.ASSIGN_CASES) or not may(person, Can.WORK_DESK):
        raise NotPermittedError("your role takes no cases over")
    if not CaseTransfer.objects.filter(pk=transfer_id, to_agency_id=person.agency_id).exists():
        raise NotFoundError(f"no case was offered to your agency by transfer {transfer_id}")


def _locked_case(transfer_id: int) -> Case:
    """The case first and its transfer then, as everybody locks them."""
    return (
        Case.objects.select_for_update(of=("self",))
        .select_related("agency")
        .get(pk=CaseTransfer.objects.values_list("case_id", flat=True).get(pk=transfer_id))
    )


def _offered(transfer_id: int, which: Q) -> CaseTransfer:
    made = (
        CaseTransfer.objects.select_for_update(of=("self",))
        .select_related("to_agency", "from_agency", "decided_by")
        .filter(which, pk=transfer_id)
        .first()
    )
    if made is None:
        raise NotFoundError(f"there is no transfer {transfer_id}")
    if made.state != TransferState.OFFERED:
        by = f" by {made.decided_by.name}" if made.decided_by else ""
        raise ConflictError(f"that offer was answered already: {made.get_state_display().lower()}{by}")
    return made


def _answer(made: CaseTransfer, state: TransferState, by: User, words: str) -> None:
    made.state, made.decided_at, made.decided_by, made.answer = state, now(), by, words
    made.save(update_fields=["state", "decided_at", "decided_by", "answer", "number_after"])


def transfers_of(person: User) -> QuerySet[CaseTransfer]:
    """What was handed from and to the person's agency: what waits first, the newest on top. Empty for who sees single cases only."""
    if not may(person, Can.SEE_ALL_CASES):
        return CaseTransfer.objects.none()
    return (
        CaseTransfer.objects.filter(Q(from_agency_id=person.agency_id) | Q(to_agency_id=person.agency_id))
        .select_related("from_agency", "to_agency", "offered_by", "decided_by")
        .alias(waits=Q(state=TransferState.OFFERED))
        .order_by("-waits", "-pk")
    )
