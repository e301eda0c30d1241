"""Making requests: all of a kind at once, from whoever holds records of the case, and nothing twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from tipline.core.clock import now
from tipline.core.errors import InvalidInputError
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.working import work_on
from tipline.investigation.legal.catalogue import Catalogue, catalogue
from tipline.investigation.legal.letters.models import Letter, LetterState
from tipline.investigation.process.checking import MOST_AT_ONCE
from tipline.investigation.process.holders import Holder, Sought, holders_of
from tipline.investigation.process.models import (
    EventKind,
    Request,
    RequestEvent,
    RequestItem,
    RequestKind,
    RequestState,
)
from tipline.investigation.process.reminders import TERMS
from tipline.trust.accounts.models import User
from tipline.trust.agencies.queries import country_of
from tipline.trust.audit.services import Act, record


@dataclass(frozen=True, slots=True)
class Made:
    """What was made, and whom it left out: who was asked about everything already, and who is not known to answer such a request."""

    requests: tuple[Request, ...]
    asked_already: tuple[str, ...]
    not_accepting: tuple[str, ...]


# kind of request → the form of the letter that goes with it (investigation/legal/letters/data)
_FORMS = {
    RequestKind.PRESERVATION: "preservation",
    RequestKind.PRODUCTION: "production",
    RequestKind.ASSISTANCE: "assistance",
    RequestKind.EMERGENCY: "emergency",
    RequestKind.MLAT: "mlat-note",
}


@transaction.atomic
def make(
    person: User,
    case_id: int,
    kind: RequestKind,
    holder_keys: Sequence[str] | None = None,
    *,
    again: bool = False,
    basis: str | None = None,
    letters: Mapping[str, int] | None = None,
) -> Made:
    """Draft a request of one kind to each holder of the case's records. Running it twice makes nothing twice.

    Parameters
    ----------
    holder_keys
        to these only, whatever the directory says that they answer; None: to all who are known to answer this kind.
    again
        also about what was asked of that holder before, by this kind of request.
    basis
        id of the section it rests on; None: what the kind usually rests on, if the catalogue has it.
    letters
        holder's key → the letter that goes with it; None: the newest of the case for that holder, if one is made.

    Raises
    ------
    NotFoundError, NotPermittedError, ConflictError
        as `work_on` does.
    InvalidInputError
        for a holder that holds nothing of this case, a section that the catalogue does not have, or too many at once.
    """
    case = work_on(person, case_id)
    law = catalogue_of(case)
    section = _basis(kind, basis, law)
    chosen, not_accepting = _chosen(holders_of(case), kind, holder_keys)
    done = set() if again else _asked(case, kind)
    wanted = [(holder, [one for one in holder.sought if _key(holder, one) not in done]) for holder in chosen]
    to_make = [(holder, sought) for holder, sought in wanted if sought]
    if len(to_make) > MOST_AT_ONCE:
        raise InvalidInputError(f"at most {MOST_AT_ONCE} requests at once: choose some of the holders")
    made = _write(person, case, kind, to_make, section, _letters(case, kind) if letters is None else letters)
    return Made(
        tuple(made), tuple(holder.name for holder, sought in wanted if not sought), tuple(h.name for h in not_accepting)
    )


def _letters(case: Case, kind: RequestKind) -> dict[str, int]:
    """The newest letter of this kind for each holder."""
    made = Letter.objects.filter(case=case, form=_FORMS[kind]).exclude(state=LetterState.WITHDRAWN).order_by("number")
    return dict(made.values_list("holder_key", "pk"))


def catalogue_of(case: Case) -> Catalogue:
    """The law of the country where the case's agency works."""
    return catalogue(country_of(case.agency))


def _basis(kind: RequestKind, given: str | None, law: Catalogue) -> str:
    if given:
        return law.section(given).id
    usual = TERMS[kind].basis
    return usual if given is None and any(section.id == usual for section in law.sections) else ""


def _chosen(
    holders: Sequence[Holder], kind: RequestKind, keys: Sequence[str] | None
) -> tuple[list[Holder], list[Holder]]:
    if keys is None:
        answering = [h for h in holders if any(one.asking == kind for one in h.accepts)]
        return answering, [h for h in holders if h not in answering]
    by_key = {holder.key: holder for holder in holders}
    unknown = next((key for key in keys if key not in by_key), None)
    if unknown is not None:
        raise InvalidInputError(
            f"{unknown[:80]!r} holds nothing that this case needs: choose a holder of the case's list"
        )
    return [by_key[key] for key in dict.fromkeys(keys)], []


def _key(holder: Holder, one: Sought) -> tuple[str, int, int | None]:
    return holder.key, one.identifier_id, one.sighting_id


def _asked(case: Case, kind: RequestKind) -> set[tuple[str, int, int | None]]:
    """What was asked of whom by this kind of request, and not withdrawn. The case is locked: nobody adds to it meanwhile."""
    return set(
        RequestItem.objects.filter(case=case, request__kind=kind)
        .exclude(request__state=RequestState.WITHDRAWN)
        .values_list("request__holder_key", "identifier_id", "sighting_id")
    )


def _write(
    person: User,
    case: Case,
    kind: RequestKind,
    to_make: Sequence[tuple[Holder, Sequence[Sought]]],
    section: str,
    letters: Mapping[str, int],
) -> list[Request]:
    """Rows of requests, of what they ask about, and of their first events: one statement a table."""
    at = now()
    first = (Request.objects.filter(case=case).aggregate(last=Max("number"))["last"] or 0) + 1
    made = Request.objects.bulk_create(
        Request(
            case=case, agency_id=case.agency_id, number=number, kind=kind, holder_key=holder.key,
            holder_kind=holder.kind.value, holder_name=holder.name[:120], holder_country=holder.country,
            legal_basis=section, own_reference=f"{case.number}/R{number}", letter_id=letters.get(holder.key),
            made_at=at, made_by=person,
        )
        for number, (holder, _) in enumerate(to_make, first)
    )  # fmt: skip
    RequestItem.objects.bulk_create(
        RequestItem(
            request=request, case=case, report_id=one.report_id, identifier_id=one.identifier_id,
            sighting_id=one.sighting_id, text=one.text[:500], port=one.port, at=one.at, at_text=one.at_text[:100],
            gone_at=one.gone_at,
        )
        for request, (_, sought) in zip(made, to_make, strict=True)
        for one in sought
    )  # fmt: skip
    RequestEvent.objects.bulk_create(
        RequestEvent(
            request=request,
            case=case,
            kind=EventKind.MADE,
            state=RequestState.DRAFTED,
            at=at,
            person=person,
            noted_at=at,
        )
        for request in made
    )
    record(
        person.actor,
        [
            Act(
                "request.made", "case", case.pk,
                {"request": request.pk, "kind": kind.value, "holder": request.holder_kind, "items": len(sought)},
            )
            for request, (_, sought) in zip(made, to_make, strict=True)
        ],
    )  # fmt: skip
    return made
