"""What people decide on suggestions: to take one is to join two reports, with everything that joining asks for."""

from __future__ import annotations

from django.db import transaction

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotPermittedError
from tipline.pipeline.linking import services as linking
from tipline.pipeline.linking.models import Suggestion, SuggestionState
from tipline.pipeline.linking.suggesting.queries import visible_suggestion
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, may, scope_of

_LONGEST_WHY = 300


def take(person: User, suggestion_id: int, why: str) -> None:
    """Join the two reports of a suggestion, as the person's own word.

    Raises
    ------
    NotFoundError
        when it is not visible.
    ConflictError
        when it is no longer open, or the reports are joined by a person already.
    InvalidInputError, NotPermittedError
        as `linking.services.tie` does.
    """
    with transaction.atomic():
        found = _open(person, suggestion_id)
        linking.tie(person, found.low_id, found.high_id, why)
        _decide(person, found, SuggestionState.TAKEN, why)


def refuse(person: User, suggestion_id: int, why: str) -> None:
    """Say that the two reports of a suggestion are not one matter. It does not come back with the same evidence.

    Raises
    ------
    NotFoundError, ConflictError, InvalidInputError, NotPermittedError
        as `take` does.
    """
    with transaction.atomic():
        _decide(person, _open(person, suggestion_id), SuggestionState.REFUSED, why)


def _open(person: User, suggestion_id: int) -> Suggestion:
    found = visible_suggestion(scope_of(person), suggestion_id)
    if not (may(person, Can.WORK_DESK) or may(person, Can.WORK_CASES)):
        raise NotPermittedError("your role decides nothing about links")
    locked = Suggestion.objects.select_for_update().get(pk=found.pk)
    if locked.state != SuggestionState.OPEN:
        raise ConflictError(f"suggestion {suggestion_id} is no longer open: {locked.get_state_display().lower()}")
    return locked


def _decide(person: User, found: Suggestion, state: SuggestionState, why: str) -> None:
    said = why.strip()
    if not said or len(said) > _LONGEST_WHY:
        raise InvalidInputError(f"say why, in 1 to {_LONGEST_WHY} characters")
    found.state, found.why, found.decided_by, found.decided_at = state, said, person, now()
    found.save(update_fields=["state", "why", "decided_by", "decided_at"])
    act = "link.suggestion_taken" if state == SuggestionState.TAKEN else "link.suggestion_refused"
    record(person.actor, [Act(act, "report", found.low_id, {"suggestion": found.pk, "other": found.high_id})])
