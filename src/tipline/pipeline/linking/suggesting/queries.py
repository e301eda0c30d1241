"""Reading suggestions: both reports are the reader's to see, or there is none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from tipline.core.errors import NotFoundError
from tipline.pipeline.linking.models import Suggestion, SuggestionState
from tipline.pipeline.linking.suggesting.model import MODEL
from tipline.reports.masking import outside
from tipline.reports.models import Identifier
from tipline.reports.queries import visible_reports
from tipline.trust.visibility import Scope

MOST_SHOWN = 50
_TITLES = {one.field: one.title for one in MODEL.comparisons}


@dataclass(frozen=True, slots=True)
class Reason:
    """A field of a suggestion: `weight` in bits (over 0 speaks for one matter), and the values on either side, masked where they are a child's."""

    field: str
    title: str
    level: str
    weight: float
    sentence: str
    low: tuple[str, ...]
    high: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeenSuggestion:
    """Two reports that look alike, as a reader is told of them; `probability` from 0 to 1, by the model of that version."""

    id: int
    low: int
    high: int
    probability: float
    model: str
    at: datetime
    state: str
    why: str
    reasons: tuple[Reason, ...]


def visible_suggestions(scope: Scope) -> QuerySet[Suggestion]:
    """Suggestions of which both reports are in scope."""
    if scope.everything:
        return Suggestion.objects.all()
    return Suggestion.objects.filter(
        Exists(visible_reports(scope).filter(pk=OuterRef("low_id"))),
        Exists(visible_reports(scope).filter(pk=OuterRef("high_id"))),
    )


def visible_suggestion(scope: Scope, suggestion_id: int) -> Suggestion:
    """One of them.

    Raises
    ------
    NotFoundError
        when there is none, or one of its reports is not in scope.
    """
    found = visible_suggestions(scope).filter(pk=suggestion_id).first() if 0 < suggestion_id < 2**63 else None
    if found is None:
        raise NotFoundError(f"suggestion {suggestion_id} does not exist")
    return found


def suggestions_of(
    scope: Scope,
    reports: Collection[int] | None = None,
    *,
    state: str = SuggestionState.OPEN,
    after: int = 0,
    most: int = MOST_SHOWN,
) -> list[SeenSuggestion]:
    """Suggestions with one of these reports, the likeliest first; without `reports` all in scope, in order of id after one."""
    rows = visible_suggestions(scope).filter(state=state)
    if reports is None:
        rows = rows.filter(pk__gt=after).order_by("pk")
    else:
        rows = rows.filter(Q(low_id__in=reports) | Q(high_id__in=reports)).order_by("-probability", "pk")
    return told(list(rows[:most]))


def told(rows: Iterable[Suggestion]) -> list[SeenSuggestion]:
    """Rows with their identifiers as they may be shown, in one query for all of them."""
    found = list(rows)
    named = {pk for row in found for one in row.comparisons for side in ("low", "high") for pk in one.get(side, ())}
    labels = {
        one.pk: outside(one.kind, one.value, of_child=one.of_child, names_child=one.names_child)
        for one in (Identifier.objects.filter(pk__in=named) if named else ())
    }
    return [
        SeenSuggestion(
            row.pk, row.low_id, row.high_id, row.probability, row.model_version, row.at, row.state, row.why,
            tuple(_reason(one, labels) for one in row.comparisons),
        )
        for row in found
    ]  # fmt: skip


def _reason(one: Mapping[str, Any], labels: Mapping[int, str]) -> Reason:
    low, high = (tuple(labels[pk] for pk in one.get(side, ()) if pk in labels) for side in ("low", "high"))
    title = _TITLES.get(one["field"], "Before")
    return Reason(one["field"], title, one["level"], one["weight"], one["sentence"], low, high)
