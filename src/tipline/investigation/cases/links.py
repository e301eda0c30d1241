"""Links between cases. Whoever reads one case learns of the other what they may see of it: all, that there is one, or nothing."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.investigation.cases.diary import note
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.queries import visible_cases
from tipline.investigation.cases.records import CaseLink, LinkKind
from tipline.investigation.cases.working import needed, work_on
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Scope, scope_of


@dataclass(frozen=True, slots=True)
class SeenLink:
    """A link as one reader sees it. `case` is None where they do not see the other case: then only its agency is told."""

    id: int
    kind: str
    why: str
    case: Case | None
    agency: str


@transaction.atomic
def link(person: User, case_id: int, other_id: int, kind: LinkKind, why: str, *, told: bool = False) -> CaseLink:
    """Link a case of one's own agency with another that one sees.

    Parameters
    ----------
    told
        whoever reads one of the two and does not see the other may know that it is a case of its agency. Otherwise nothing.

    Raises
    ------
    NotFoundError
        when one of them is not visible: a link tells nobody of a case.
    ConflictError
        when they are linked so already.
    """
    case = work_on(person, case_id)
    other = visible_cases(scope_of(person)).filter(pk=other_id).first()
    if other is None:
        raise NotFoundError(f"there is no case {other_id}")
    if other.pk == case.pk:
        raise InvalidInputError("choose another case")
    said = needed(why, "say what they have to do with each other", 300)
    same = Q(case=case, other=other) | Q(case=other, other=case)
    if CaseLink.objects.filter(same, kind=kind, ended_at__isnull=True).exists():
        raise ConflictError(f"case {case.number} and {other.number} are linked so already")
    made = CaseLink.objects.create(
        case=case, other=other, kind=kind, why=said, told=told, case_agency_id=case.agency_id,
        other_agency_id=other.agency_id, made_at=now(), made_by=person,
    )  # fmt: skip
    # no number in the diary: who reads it may not see the other case
    note(case, person, "case.linked", f"Linked with another case ({LinkKind(kind).label.lower()}), see its links.")
    detail = {"link": made.pk, "other": other.pk, "kind": str(kind), "told": told}
    record(person.actor, [Act("case.linked", "case", case.pk, detail)])
    return made


@transaction.atomic
def unlink(person: User, case_id: int, link_id: int) -> None:
    """End a link of a case of one's own agency. That there was one stays.

    Raises
    ------
    NotFoundError
        when the case has no such link.
    """
    case = work_on(person, case_id)
    found = CaseLink.objects.filter(Q(case=case) | Q(other=case), pk=link_id, ended_at__isnull=True).first()
    if found is None:
        raise NotFoundError(f"case {case.number} has no link {link_id}")
    if case.agency_id not in {found.case_agency_id, found.other_agency_id}:
        raise NotPermittedError("that link is another agency's")
    found.ended_at, found.ended_by = now(), person
    found.save(update_fields=["ended_at", "ended_by"])
    note(case, person, "case.unlinked", "A link with another case was ended.")
    record(person.actor, [Act("case.unlinked", "case", case.pk, {"link": found.pk})])


def links_of(scope: Scope, case: Case) -> list[SeenLink]:
    """The links of a visible case, as far as the other case is visible. Two queries, whatever their number."""
    rows = list(
        CaseLink.objects.filter(Q(case=case) | Q(other=case), ended_at__isnull=True)
        .select_related("case_agency", "other_agency")
        .order_by("pk")
    )
    others = {row.pk: row.other_id if row.case_id == case.pk else row.case_id for row in rows}
    seen = {found.pk: found for found in visible_cases(scope).filter(pk__in=others.values())}
    found = []
    for row in rows:
        other = seen.get(others[row.pk])
        if other is None and not row.told:
            continue
        agency = row.other_agency if row.case_id == case.pk else row.case_agency
        # what was said of the two may name the one that this reader does not see
        found.append(SeenLink(row.pk, row.get_kind_display(), row.why if other else "", other, agency.code))
    return found
