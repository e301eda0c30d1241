"""Registering a case: who investigates, the first information report, a preliminary enquiry before it, the sections it is under."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError
from tipline.investigation.cases.diary import note
from tipline.investigation.cases.models import Case, CaseAssignment, CaseOffence
from tipline.investigation.cases.records import FirEntry, OffenceAct, OfficerChange, PreliminaryEnquiry
from tipline.investigation.cases.services import may_assign
from tipline.investigation.cases.working import changed, needed, still_as, work_on
from tipline.investigation.legal.catalogue import catalogue
from tipline.investigation.legal.clocks.services import event
from tipline.trust.accounts.models import Rank, User
from tipline.trust.agencies.models import Agency
from tipline.trust.agencies.queries import country_of
from tipline.trust.audit.services import Act, record

# Who may investigate offences under the IT Act 2000 (s.78), in the law catalogue of the country.
OFFICER_SECTION = {"IN": ("IN-ITA-78", Rank.INSPECTOR)}
# BNSS 2023 s.173(3): with the permission of an officer of this rank or above, within fourteen days.
ENQUIRY_SECTION = {"IN": ("IN-BNSS-173", Rank.DEPUTY_SUPERINTENDENT)}
ENQUIRY = timedelta(days=14)
_AHEAD = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Warned:
    """What stands against an investigating officer: the sentence, and the catalogue that it is from."""

    text: str
    catalogue: str


def officer_warning(agency: Agency, officer: User) -> Warned | None:
    """What the law says against this investigating officer by their rank; None when nothing does."""
    country = country_of(agency)
    named = OFFICER_SECTION.get(country)
    if named is None or Rank(officer.rank).at_least(named[1]):
        return None
    law = catalogue(country)
    section = law.section(named[0])
    has = (
        f"{officer.name} is {Rank(officer.rank).label}" if officer.rank else f"the rank of {officer.name} is not stated"
    )
    text = f"{has}. {section.act} {section.section}: {section.summary}"
    return Warned(text, f"version {law.about.version} of {law.about.as_of}")


@transaction.atomic
def set_officer(person: User, case_id: int, officer: User, nevertheless: str = "", *, seen: int | None = None) -> Case:
    """Name the investigating officer, one of the people on the case.

    Parameters
    ----------
    nevertheless
        why somebody of a lower or unknown rank investigates; the warning stays on the case's page with it.

    Raises
    ------
    NotPermittedError
        when the person's role assigns nobody.
    InvalidInputError
        when the officer is not on the case, or the law asks for a higher rank and no reason was given: the warning, in full.
    ConflictError
        when they are it already, or the case was changed meanwhile.
    """
    case = work_on(person, case_id, seen=seen)
    may_assign(person, case)
    on_it = CaseAssignment.objects.filter(case=case, person=officer, ended_at__isnull=True).exists()
    if not on_it or not officer.is_active or officer.agency_id != case.agency_id:
        raise InvalidInputError("the investigating officer is one of the people on the case: assign them first")
    if case.investigating_officer_id == officer.pk:
        raise ConflictError(f"{officer.name} is the investigating officer already")
    warned = officer_warning(case.agency, officer)
    why = nevertheless.strip()
    if warned is not None and not why:
        raise InvalidInputError(
            f"{warned.text} (law catalogue {warned.catalogue}) Say why they investigate nevertheless"
        )
    if len(why) > 500:
        raise InvalidInputError("the reason has at most 500 characters")
    case.investigating_officer = officer
    changed(case, "investigating_officer")
    OfficerChange.objects.create(
        case=case, officer=officer, rank=officer.rank, why_nevertheless=why if warned else "",
        catalogue=warned.catalogue if warned else "", at=now(), by=person,
    )  # fmt: skip
    note(
        case, person, "case.officer_set",
        f"{officer.name} ({Rank(officer.rank).label}) is the investigating officer."
        + (f" Warned: {warned.text} Nevertheless: {why}" if warned else ""),
    )  # fmt: skip
    record(
        person.actor,
        [
            Act(
                "case.officer_set",
                "case",
                case.pk,
                {"officer": officer.pk, "rank": officer.rank, "warned": bool(warned)},
            )
        ],
    )
    return case


@dataclass(frozen=True, slots=True)
class Fir:
    """A first information report as the station has it."""

    number: str
    registered_at: datetime
    station: str
    zero_fir: bool = False


def _checked(fir: Fir) -> Fir:
    number = needed(fir.number, "give the number of the FIR", 60)
    station = needed(fir.station, "give the station where it is registered", 200)
    if fir.registered_at > now() + _AHEAD:
        raise InvalidInputError("the FIR was not registered yet at that time: it is still to come")
    return Fir(number, fir.registered_at, station, fir.zero_fir)


@transaction.atomic
def register_fir(person: User, case_id: int, fir: Fir, *, seen: int | None = None) -> Case:
    """Write down the FIR that the case is registered by.

    Raises
    ------
    ConflictError
        when one is registered: it is corrected, with a reason, and no second one is written.
    InvalidInputError
        for a missing number or station, or a time that is still to come.
    """
    case = work_on(person, case_id)
    if case.fir_number:
        raise ConflictError(f"case {case.number} has FIR {case.fir_number}: correct it, with a reason, if it is wrong")
    still_as(case, seen)
    given = _checked(fir)
    _write_fir(case, given)
    FirEntry.objects.create(
        case=case, number=given.number, registered_at=given.registered_at, station=given.station,
        zero_fir=given.zero_fir, at=now(), by=person,
    )  # fmt: skip
    zero = " as a zero FIR, to be transferred to the station of the place" if given.zero_fir else ""
    note(
        case, person, "case.fir_registered", f"FIR {given.number} was registered at {given.station}{zero}.",
        given.registered_at,
    )  # fmt: skip
    detail = {"zero_fir": given.zero_fir, "at": given.registered_at.isoformat()}
    record(person.actor, [Act("case.fir_registered", "case", case.pk, detail)])
    event("case.fir_registered", case.agency, given.registered_at, case_id=case.pk)
    return case


@transaction.atomic
def correct_fir(person: User, case_id: int, fir: Fir, why: str, *, seen: int | None = None) -> Case:
    """Correct what was written of the FIR. The earlier writing stays in the record.

    Raises
    ------
    ConflictError
        when none is registered, or the case was changed meanwhile.
    InvalidInputError
        as `register_fir` does, and without a reason or a difference.
    """
    case = work_on(person, case_id, seen=seen)
    if not case.fir_number:
        raise ConflictError(f"case {case.number} has no FIR to correct")
    given, said = _checked(fir), needed(why, "say why it is corrected", 500)
    last = FirEntry.objects.filter(case=case, corrected_by__isnull=True).order_by("-pk").first()
    if given == Fir(case.fir_number, case.fir_registered_at or now(), case.fir_station, case.zero_fir):
        raise InvalidInputError("nothing of it is different")
    _write_fir(case, given)
    FirEntry.objects.create(
        case=case, number=given.number, registered_at=given.registered_at, station=given.station,
        zero_fir=given.zero_fir, corrects=last, why=said, at=now(), by=person,
    )  # fmt: skip
    note(case, person, "case.fir_corrected", f"The FIR is {given.number}, {given.station}. Corrected: {said}")
    record(person.actor, [Act("case.fir_corrected", "case", case.pk)])
    return case


def _write_fir(case: Case, fir: Fir) -> None:
    case.fir_number, case.fir_registered_at = fir.number, fir.registered_at
    case.fir_station, case.zero_fir = fir.station, fir.zero_fir
    changed(case, "fir_number", "fir_registered_at", "fir_station", "zero_fir")


@dataclass(frozen=True, slots=True)
class Permission:
    """The permission for a preliminary enquiry."""

    permitted_by: str
    rank: Rank
    permitted_at: datetime
    reference: str


@transaction.atomic
def start_enquiry(person: User, case_id: int, permission: Permission, *, seen: int | None = None) -> PreliminaryEnquiry:
    """Begin a preliminary enquiry (BNSS 2023 s.173(3)), which ends fourteen days after its permission.

    Raises
    ------
    ConflictError
        when the FIR is registered, or an enquiry was permitted before.
    InvalidInputError
        when the permission is no officer's of the rank that the law asks for, or lacks its reference.
    """
    case = work_on(person, case_id, seen=seen)
    if case.fir_number:
        raise ConflictError(f"case {case.number} is registered: an enquiry comes before the FIR")
    if PreliminaryEnquiry.objects.filter(case=case).exists():
        raise ConflictError(f"an enquiry of case {case.number} was permitted already: there is one, of fourteen days")
    country = country_of(case.agency)
    named = ENQUIRY_SECTION.get(country)
    if named is None:
        raise InvalidInputError("the law catalogue of this agency's country knows no preliminary enquiry")
    by = needed(permission.permitted_by, "say who gave the permission: name and office", 200)
    reference = needed(permission.reference, "give the reference of the written permission", 200)
    if not permission.rank.at_least(named[1]):
        law = catalogue(country)
        section = law.section(named[0])
        raise InvalidInputError(
            f"{section.act} {section.section}(3) asks for the permission of a {named[1].label} or above"
            f" (law catalogue version {law.about.version} of {law.about.as_of})"
        )
    if permission.permitted_at > now() + _AHEAD:
        raise InvalidInputError("the permission was not given yet at that time: it is still to come")
    made = PreliminaryEnquiry.objects.create(
        case=case, permitted_by=by, rank=permission.rank, permitted_at=permission.permitted_at, reference=reference,
        ends_at=permission.permitted_at + ENQUIRY, at=now(), by=person,
    )  # fmt: skip
    changed(case)
    note(
        case, person, "case.preliminary_permitted",
        f"A preliminary enquiry was permitted by {by} ({permission.rank.label}), {reference}. It ends after 14 days.",
        permission.permitted_at,
    )  # fmt: skip
    record(person.actor, [Act("case.preliminary_permitted", "case", case.pk, {"rank": permission.rank.value})])
    event("case.preliminary_permitted", case.agency, permission.permitted_at, case_id=case.pk)
    return made


@transaction.atomic
def choose_section(person: User, case_id: int, section_id: str, *, seen: int | None = None) -> CaseOffence:
    """Put a section of the law catalogue to the case.

    Raises
    ------
    ConflictError
        when it is chosen already.
    InvalidInputError
        when the catalogue does not have it, or it is no offence.
    """
    case = work_on(person, case_id, seen=seen)
    law = catalogue(country_of(case.agency))
    section = law.section(section_id)
    if not section.offence:
        raise InvalidInputError(f"{section.label} is no offence that a case is registered under")
    if CaseOffence.objects.filter(case=case, section_id=section.id).exists():
        raise ConflictError(f"{section.label} is chosen already")
    version = law.about.version
    made = CaseOffence.objects.create(case=case, section_id=section.id, label=section.label, catalogue_version=version)
    OffenceAct.objects.create(
        case=case, section_id=section.id, label=section.label, catalogue_version=version, at=now(), by=person
    )
    changed(case)
    note(case, person, "case.section_chosen", f"{section.label} was chosen (catalogue version {version}).")
    record(person.actor, [Act("case.section_chosen", "case", case.pk, {"section": section.id, "version": version})])
    return made


@transaction.atomic
def withdraw_section(person: User, case_id: int, section_id: str, why: str, *, seen: int | None = None) -> None:
    """Take a section from the case, with a reason. That it was chosen stays in the history.

    Raises
    ------
    ConflictError
        when it is not chosen.
    """
    case = work_on(person, case_id, seen=seen)
    said = needed(why, "say why the section is withdrawn", 500)
    chosen = CaseOffence.objects.filter(case=case, section_id=section_id).first()
    if chosen is None:
        raise ConflictError(f"section {section_id[:60]} is not chosen in case {case.number}")
    OffenceAct.objects.create(
        case=case, section_id=chosen.section_id, label=chosen.label, catalogue_version=chosen.catalogue_version,
        withdrawn=True, why=said, at=now(), by=person,
    )  # fmt: skip
    chosen.delete()
    changed(case)
    note(case, person, "case.section_withdrawn", f"{chosen.label} was withdrawn: {said}")
    record(person.actor, [Act("case.section_withdrawn", "case", case.pk, {"section": section_id})])
