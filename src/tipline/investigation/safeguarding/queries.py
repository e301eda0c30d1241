"""Reading what is written of the children of a case. Every reading is an entry of the log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, TextField
from django.db.models.functions import Cast

from tipline.core.sql import together
from tipline.investigation.cases.models import Case
from tipline.investigation.safeguarding.access import open_children
from tipline.investigation.safeguarding.models import (
    Child,
    ChildNote,
    Preference,
    Step,
    StepKind,
    SupportAnswer,
    SupportReferral,
)
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record

# POCSO Act 2012 s.19(6): the Committee and the Special Court are told without delay, within 24 hours.
TOLD_WITHIN = timedelta(hours=24)
_DUTIES = (StepKind.CWC_NOTIFIED, StepKind.COURT_NOTIFIED)


@dataclass(frozen=True, slots=True)
class OfChild:
    """Everything written of one child, the newest first in each list."""

    child: Child
    steps: Sequence[Step]
    notes: Sequence[ChildNote]
    support: Sequence[tuple[SupportReferral, Sequence[SupportAnswer]]]
    preferences: Sequence[Preference]

    @property
    def standing(self) -> dict[str, Step]:
        """What was done and not withdrawn, by kind."""
        withdrawn = {step.withdraws_id for step in self.steps if step.withdraws_id}
        return {step.kind: step for step in self.steps if step.withdraws_id is None and step.pk not in withdrawn}

    @property
    def todo(self) -> list[tuple[StepKind, datetime]]:
        """Who has still to be told, and until when."""
        done = self.standing
        return [(kind, self.child.known_at + TOLD_WITHIN) for kind in _DUTIES if kind not in done]

    @property
    def safeguarded(self) -> Step | None:
        """The step that says so."""
        return self.standing.get(StepKind.SAFEGUARDED)

    @property
    def preference(self) -> Preference | None:
        """What counts now."""
        return self.preferences[0] if self.preferences else None

    @property
    def left(self) -> list[StepKind]:
        """Steps that may still be written."""
        return [kind for kind in StepKind if kind not in self.standing]


@dataclass(frozen=True, slots=True)
class Children:
    """The children of a case, in order, and notes on all of them."""

    case: Case
    children: Sequence[OfChild]
    notes: Sequence[ChildNote]


@transaction.atomic
def children_of(person: User, case_id: int) -> Children:
    """Everything written of the children of a case, for somebody who needs to know: in one query, whatever the number.

    Raises
    ------
    NotFoundError, NotPermittedError
        as `open_children` does.
    """
    case = open_children(person, case_id)
    record(person.actor, [Act("safeguarding.read", "case", case.pk)])
    # `key` is the number as a text, by which a page tells one form from another; `newer` the note that corrects this one
    key = Cast("id", TextField())
    known, *written, answered = together(
        Child.objects.filter(case=case).select_related("added_by").order_by("number"),
        Step.objects.filter(case=case).select_related("written_by").annotate(key=key).order_by("-id"),
        ChildNote.objects.filter(case=case)
        .select_related("written_by", "corrects")
        .annotate(key=key, newer=F("corrected_by"))
        .order_by("-id"),
        SupportReferral.objects.filter(case=case).select_related("written_by").annotate(key=key).order_by("-id"),
        Preference.objects.filter(case=case).select_related("written_by").order_by("-id"),
        SupportAnswer.objects.filter(case=case).select_related("written_by").order_by("-id"),
    )
    steps, notes, support, preferences = map(_by_child, written)
    answers: dict[int, list[SupportAnswer]] = defaultdict(list)
    for one in answered:
        answers[one.referral_id].append(one)
    children = [
        OfChild(
            child, steps[child.pk], notes[child.pk], [(one, answers[one.pk]) for one in support[child.pk]], preferences[child.pk]
        )
        for child in known
    ]  # fmt: skip
    return Children(case, children, notes[None])


def _by_child(rows: Iterable[Any]) -> dict[int | None, list[Any]]:
    found: dict[int | None, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.child_id].append(row)
    return found
