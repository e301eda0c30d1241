"""Persons of a case: who a source says is behind an account, and what speaks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from tipline.core.clock import now
from tipline.core.errors import InvalidInputError
from tipline.investigation.cases.models import CaseHandle, CasePerson, EvidenceKind, PersonEvidence
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
    record(
        person.actor,
        [Act("case.person_added", "case", case.pk, {"person": made.pk, "evidence": [e.kind.value for e in evidence]})],
    )
    return made


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
