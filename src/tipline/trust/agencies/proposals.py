"""Agreements by two people: one proposes to set, renew or end one, another decides. Only what was approved binds.

Who may propose and decide for an agency is asked by the faces (`trust.visibility`); that they are two people is asked here.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.trust.actors import Actor, ActorKind
from tipline.trust.agencies.agreements import Bounds, check_terms, end_agreement, set_agreement, terms_in_force
from tipline.trust.agencies.models import Agency, AgreementProposal, Proposed, Verdict
from tipline.trust.audit.services import Act, record

LONGEST_WHY = 300


@transaction.atomic
def propose_agreement(
    from_agency: Agency,
    to_agency: Agency,
    reference: str,
    actor: Actor,
    *,
    since: date,
    until: date | None,
    bounds: Bounds,
    reason: str,
) -> AgreementProposal:
    """Propose that one agency may hand reports to another on these terms: a new agreement, or a renewal. Checked as when it is set.

    Raises
    ------
    InvalidInputError
        for terms that are none, or no reason.
    ConflictError
        while another proposal between the two waits.
    """
    check_terms(from_agency, to_agency, reference, since, until, bounds)
    terms = {
        "reference": reference.strip(), "since": since.isoformat(), "until": until.isoformat() if until else None,
        "law": bounds.law.strip(), "purposes": [one.strip() for one in bounds.purposes], "data": sorted(bounds.data),
        "retention_days": bounds.retention_days, "onward": bounds.onward,
    }  # fmt: skip
    return _propose(from_agency, to_agency, Proposed.SET, terms, reason, actor)


@transaction.atomic
def propose_end(from_agency: Agency, to_agency: Agency, on: date, actor: Actor, *, reason: str) -> AgreementProposal:
    """Propose that what is in force between two agencies ends on a day, from which on nothing goes across.

    Raises
    ------
    InvalidInputError
        for a day that is gone (what was sent before rested on it), or no reason.
    NotFoundError
        when nothing is in force.
    ConflictError
        while another proposal between the two waits.
    """
    today = now().date()
    if on < today:
        raise InvalidInputError("give today or a later day: what was sent before rested on it")
    if terms_in_force(from_agency.pk, to_agency.pk, today) is None:
        raise NotFoundError(f"no agreement is in force by which {from_agency.code} hands to {to_agency.code}")
    return _propose(from_agency, to_agency, Proposed.END, {"until": on.isoformat()}, reason, actor)


def _propose(
    from_agency: Agency, to_agency: Agency, asks: Proposed, terms: dict[str, Any], reason: str, actor: Actor
) -> AgreementProposal:
    _check_why(reason)
    Agency.objects.select_for_update().get(pk=from_agency.pk)  # two at once would both find none open
    if AgreementProposal.objects.filter(from_agency=from_agency, to_agency=to_agency, verdict=Verdict.OPEN).exists():
        raise ConflictError(
            f"a proposal between {from_agency.code} and {to_agency.code} waits already: decide it first"
        )
    made = AgreementProposal.objects.create(
        from_agency=from_agency, to_agency=to_agency, asks=asks, terms=terms, reason=reason.strip(), proposed_at=now(),
        proposed_by=actor.label, proposed_by_person_id=_person(actor),
    )  # fmt: skip
    detail = {"to": to_agency.code, "proposal": made.pk, "asks": asks.value}
    record(actor, [Act("agency.agreement_proposed", "agency", from_agency.pk, detail)])
    return made


@transaction.atomic
def decide(proposal_id: int, verdict: Verdict, why: str, actor: Actor) -> AgreementProposal:
    """Approve a proposal, by another person than who made it; refuse it, with a reason; or withdraw it, by who made it.

    Raises
    ------
    NotFoundError
        when there is no such proposal.
    ConflictError
        when it is decided, or the wrong one of the two decides.
    InvalidInputError
        for a refusal without a reason, and for terms that cannot be set any more.
    """
    one = AgreementProposal.objects.select_for_update(of=("self",)).select_related("from_agency", "to_agency")
    found = one.filter(pk=proposal_id).first()
    if found is None:
        raise NotFoundError(f"there is no proposal {proposal_id}")
    if found.verdict != Verdict.OPEN:
        raise ConflictError(f"this proposal is {Verdict(found.verdict).label.lower()} already")
    own = found.proposed_by_person_id is not None and found.proposed_by_person_id == _person(actor)
    if verdict == Verdict.WITHDRAWN and not own:
        raise ConflictError("who proposed it withdraws it; another person refuses it")
    if verdict != Verdict.WITHDRAWN and own:
        raise ConflictError("another person than the one who proposed it decides")
    if verdict == Verdict.REFUSED or why:
        _check_why(why)
    if verdict == Verdict.APPROVED:
        _carry_out(found, actor)
    found.verdict, found.decided_at, found.decided_by, found.decided_why = verdict, now(), actor.label, why.strip()
    found.save(update_fields=["verdict", "decided_at", "decided_by", "decided_why"])
    detail = {"to": found.to_agency.code, "proposal": found.pk, "asks": found.asks}
    record(actor, [Act(f"agency.agreement_{verdict.value}", "agency", found.from_agency_id, detail)])
    return found


def _carry_out(found: AgreementProposal, actor: Actor) -> None:
    terms = found.terms
    until = date.fromisoformat(terms["until"]) if terms["until"] else None
    if found.asks == Proposed.END:
        end_agreement(found.from_agency, found.to_agency, actor, max(until or now().date(), now().date()))
        return
    bounds = Bounds(
        terms["law"], tuple(terms["purposes"]), frozenset(terms["data"]), terms["retention_days"], terms["onward"]
    )
    set_agreement(
        found.from_agency, found.to_agency, terms["reference"], actor,
        since=date.fromisoformat(terms["since"]), until=until, bounds=bounds,
    )  # fmt: skip


def _check_why(text: str) -> None:
    if not text.strip() or len(text) > LONGEST_WHY:
        raise InvalidInputError(f"say in 1 to {LONGEST_WHY} characters why")


def _person(actor: Actor) -> int | None:
    return actor.id if actor.kind == ActorKind.PERSON else None
