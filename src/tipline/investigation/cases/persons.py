"""Persons of a case: who a source says is behind an account, and what speaks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from tipline.core.clock import now
from tipline.core.errors import InvalidInputError, NotFoundError
from tipline.investigation.cases.diary import note
from tipline.investigation.cases.models import Case, CaseHandle, CasePerson, EvidenceKind, PersonEvidence
from tipline.investigation.cases.working import work_on
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record

MOST_PARTICULARS = 40


@dataclass(frozen=True, slots=True)
class Evidence:
    """A piece of evidence to be listed. `source` says where it can be looked up; `handle` is the account it ties the person to."""

    kind: EvidenceKind
    text: str
    source: str
    handle: CaseHandle | None = None


@transaction.atomic
def add_account_holder(
    person: User, case_id: int, name: str, evidence: Sequence[Evidence], details: Mapping[str, str] | None = None
) -> CasePerson:
    """Write down whom a source names as behind an account or a line. They stand as account holder, whatever the source says.

    Raises
    ------
    InvalidInputError
        for a blank name, no evidence, or evidence without its words, its source, or of another case's handle.
    """
    case = work_on(person, case_id)
    if not name.strip() or len(name) > 200:
        raise InvalidInputError("a person needs a name of 1 to 200 characters, as the source writes it")
    if not evidence:
        raise InvalidInputError("say at least one thing that ties this person to the case, and where it stands")
    told = dict(details or {})
    if len(told) > MOST_PARTICULARS or any(len(k) > 40 or len(v) > 500 for k, v in told.items()):
        raise InvalidInputError("too many particulars, or one that is too long")
    at = now()
    made = CasePerson.objects.create(case=case, name=name.strip(), details=told, added_at=at, added_by=person)
    PersonEvidence.objects.bulk_create(evidence_rows(made, evidence, person))
    note(
        case, person, "case.person_added",
        f"Person {made.pk} ({made.name}) was written down as account holder, with {_pieces(len(evidence))} of evidence.",
    )  # fmt: skip
    record(
        person.actor,
        [Act("case.person_added", "case", case.pk, {"person": made.pk, "evidence": [e.kind.value for e in evidence]})],
    )
    return made


@transaction.atomic
def add_evidence(person: User, case_id: int, person_id: int, evidence: Sequence[Evidence]) -> list[PersonEvidence]:
    """List more evidence about a person of the case. It moves nobody by itself.

    Raises
    ------
    NotFoundError
        when the case has no such person.
    InvalidInputError
        as `add_account_holder` does.
    """
    case = work_on(person, case_id)
    of = person_of(case, person_id)
    if not evidence:
        raise InvalidInputError("say what the evidence is, and where it can be looked up")
    made = PersonEvidence.objects.bulk_create(evidence_rows(of, evidence, person))
    note(
        case,
        person,
        "case.evidence_added",
        f"{_pieces(len(made)).capitalize()} of evidence about person {of.pk} added.",
    )
    kinds = [e.kind.value for e in evidence]
    record(person.actor, [Act("case.evidence_added", "case", case.pk, {"person": of.pk, "evidence": kinds})])
    return made


def person_of(case: Case, person_id: int) -> CasePerson:
    """A person of a locked case.

    Raises
    ------
    NotFoundError
        when the case has no such person.
    """
    found = CasePerson.objects.select_for_update(of=("self",)).filter(case=case, pk=person_id).first()
    if found is None:
        raise NotFoundError(f"case {case.number} has no person {person_id}")
    return found


def _pieces(count: int) -> str:
    return "one piece" if count == 1 else f"{count} pieces"


def evidence_rows(of: CasePerson, evidence: Sequence[Evidence], by: User) -> list[PersonEvidence]:
    """Rows to be written, checked.

    Raises
    ------
    InvalidInputError
        as `add_account_holder` does.
    """
    for one in evidence:
        if not one.text.strip() or len(one.text) > 1000 or not one.source.strip() or len(one.source) > 300:
            raise InvalidInputError("evidence needs what it says, and where it can be looked up")
        if one.handle is not None and one.handle.case_id != of.case_id:
            raise InvalidInputError("that account is not one of this case")
    return [
        PersonEvidence(
            case_id=of.case_id, person=of, kind=one.kind, text=one.text.strip(), source=one.source.strip(),
            handle=one.handle, added_at=now(), added_by=by,
        )
        for one in evidence
    ]  # fmt: skip
