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
    if reports is not None:
        return told(about(scope, reports, state)[:most])
    return told(visible_suggestions(scope).filter(state=state, pk__gt=after).order_by("pk")[:most])


def about(scope: Scope, reports: Collection[int], state: str = SuggestionState.OPEN) -> QuerySet[Suggestion]:
    """Those with one of these reports, the likeliest first."""
    named = Q(low_id__in=reports) | Q(high_id__in=reports)
    return visible_suggestions(scope).filter(named, state=state).order_by("-probability", "pk")


def named_in(rows: Iterable[Suggestion]) -> set[int]:
    """The identifiers that speak for these suggestions."""
    return {pk for row in rows for one in row.comparisons for side in ("low", "high") for pk in one.get(side, ())}


def told(rows: Iterable[Suggestion], identifiers: Iterable[Identifier] | None = None) -> list[SeenSuggestion]:
    """Rows with their identifiers as they may be shown: those given (all of `named_in`), or read here in one query."""
    found = list(rows)
    if identifiers is None:
        named = named_in(found)
        identifiers = Identifier.objects.filter(pk__in=named) if named else ()
    labels = {
        one.pk: outside(one.kind, one.value, of_child=one.of_child, names_child=one.names_child) for one in identifiers
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
