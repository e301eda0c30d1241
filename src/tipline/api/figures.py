"""Figures, for programs: the same questions as the screens ask, answered by the same rules of suppression."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from tipline.api.asking import Token, asker_of
from tipline.api.writing import REFUSALS
from tipline.core.clock import now, zone_of
from tipline.core.errors import InvalidInputError
from tipline.statistics.catalogue import figure_of, newest
from tipline.statistics.figures import Asked, Dimension
from tipline.statistics.files import as_data, fingerprint
from tipline.statistics.publishing.periods import months_on
from tipline.statistics.queries import agency_of, answer, may_see_small
from tipline.trust.accounts.models import TokenScope
from tipline.trust.visibility import acting

router = Router(tags=["figures"])
_READ = Token(TokenScope.COUNTS)
MONTHS_AT_FIRST = 12
Name = Annotated[str, Path(pattern="^[a-z][a-z0-9_]{0,59}$")]
Month = Annotated[str, Query(pattern="^(?:(?:19|20|21)[0-9]{2}-(?:0[1-9]|1[0-2]))?$", description="such as 2026-05")]
By = Annotated[list[Dimension] | None, Query(max_length=2, description="cut by these, in this order")]


class FigureHead(Schema):
    """A figure that can be asked."""

    name: str
    version: int
    title: str
    counts: str
    leaves_out: str
    by: list[str] = Field(description="what it can be cut by")


class MeasureRow(Schema):
    """A column of a figure."""

    key: str
    label: str
    unit: str


class FigureRow(Schema):
    """A row: its keys, and a value for each measure."""

    keys: list[str]
    labels: list[str]
    values: list[float | None] = Field(description="null: hidden, or nothing to tell; see why_empty")
    why_empty: list[str]


class AskedRow(Schema):
    """The question, as it was understood."""

    agency: str
    since: date
    until: date = Field(description="the first day after the last month")
    by: list[str]
    only: list[list[str]]
    as_of: datetime | None
    suppressed: bool = Field(description="whether small numbers are hidden from this token")


class FigureAnswer(Schema):
    """A figure, asked."""

    figure: str
    version: int
    title: str
    counts: str
    leaves_out: str
    asked: AskedRow
    measures: list[MeasureRow]
    rows: list[FigureRow]
    fresh_at: datetime
    fingerprint: str = Field(
        description="SHA-256 of question and answer: who asks again and gets the same, gets the same"
    )


@router.get("/statistics/figures", auth=_READ, response={200: list[FigureHead], **REFUSALS})
def figures(request: HttpRequest) -> list[dict[str, Any]]:
    """Every figure with the sentences that define it."""
    return [
        {
            "name": one.name, "version": one.version, "title": one.title, "counts": one.counts, "leaves_out": one.leaves_out,
            "by": [dimension.value for dimension in one.by],
        }
        for one in (figure.definition for figure in newest())
    ]  # fmt: skip


def _first_of(month: str, otherwise: date) -> date:
    return date.fromisoformat(f"{month}-01") if month else otherwise


@router.get("/statistics/figures/{name}", auth=_READ, response={200: FigureAnswer, **REFUSALS})
def figure(
    request: HttpRequest,
    name: Name,
    agency: Annotated[str, Query(max_length=40, pattern=r"^[^\x00]*$", description="empty: the person's own")] = "",
    since: Month = "",
    until: Month = "",
    by: By = None,
    only: Annotated[
        str, Query(max_length=200, pattern=r"^[^\x00]*$", description="dimension:key that rows must have")
    ] = "",
) -> dict[str, Any]:
    """One figure: by month, district, platform, category or desk; the last twelve months where nothing is said."""
    asker = asker_of(request)
    today = now().astimezone(zone_of(asker.person.agency.timezone)).date()
    last = _first_of(until, today.replace(day=1))
    first = _first_of(since, months_on(last, 1 - MONTHS_AT_FIRST))
    code = agency or asker.person.agency.code
    with acting(asker.scope) as scope:
        suppressed = not may_see_small(scope, agency_of(scope, code))
        definition = figure_of(name).definition
        asked = Asked(
            name, code, first, months_on(last, 1), tuple(dict.fromkeys(by or ())), _only(only), suppressed=suppressed
        )
        found = answer(scope, asked)
        asker.note("statistics.read", "figure", f"{definition.name}@{definition.version}", agency=code)
    return as_data(found) | {"fresh_at": found.fresh_at, "fingerprint": fingerprint([found])}


def _only(text: str) -> tuple[tuple[Dimension, str], ...]:
    if not text:
        return ()
    dimension, _, key = text.partition(":")
    if dimension not in set(Dimension):
        raise InvalidInputError(f"only: one of {', '.join(Dimension)}, a colon, and a key")
    return ((Dimension(dimension), key),)
