"""Figures: the overview, a figure's page, its charts and files. The address is the question."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tipline.console.authorise import signed_in
from tipline.console.downloads import attached
from tipline.console.fields import sentence
from tipline.console.statistics.asked import Question, given_of, question_of
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.referrals.counts import countable
from tipline.statistics.catalogue import figure_of, newest
from tipline.statistics.charts import Plot, Size, Theme, compared, plots, png, spec, svg
from tipline.statistics.comparing import FEW_TO_COMPARE, compare
from tipline.statistics.figures import Answer, Dimension, Row
from tipline.statistics.files import name_of, to_csv, to_json, to_parquet
from tipline.statistics.queries import answer, answers
from tipline.statistics.tables import DIMENSIONS, hides, labels_of, months, table_of
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, Scope, may

# The overview, in its order: what was done for children first.
OVERVIEW = ("outcomes", "funnel", "hop_days", "waiting", "expired_logs")
MOST_SHOWN = 400
MOST_LINKS = 60
_FILES = {
    "csv": ("text/csv; charset=utf-8", to_csv),
    "json": ("application/json", to_json),
    "parquet": ("application/vnd.apache.parquet", to_parquet),
}


def allowed(person: User) -> None:
    """Counts are for roles that see them."""
    if not may(person, Can.SEE_COUNTS):
        raise NotPermittedError("your role does not include counts")


@require_safe
@signed_in
def overview(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """The figures that a desk looks at first, of the last twelve months or those of the address."""
    allowed(person)
    context: dict[str, Any] = {
        "agencies": countable(scope),
        "figures": _others(),
        "here": "overview",
        "given": given_of(request.GET),
    }
    try:
        questions = [question_of(request.GET, person, name) for name in OVERVIEW]
        found = answers(scope, [question.asked for question in questions], context["agencies"])
    except (InvalidInputError, ConflictError) as error:
        return _wrong(request, context, error, "console/statistics.html")
    context |= {
        "sections": [section(question, one) for question, one in zip(questions, found, strict=True)],
        "question": questions[0], "months": months(questions[0].asked), "fresh_at": found[0].fresh_at,
        "suppressed": questions[0].asked.suppressed,
    }  # fmt: skip
    return render(request, "console/statistics.html", context)


def section(question: Question, found: Answer) -> dict[str, Any]:
    """What the parts of a page need to show one answer: its charts, and the table with all their numbers."""
    table = table_of(found)
    return {
        "answer": found, "definition": found.definition, "table": table, "hides": hides(found), "question": question, "row_by_row": found.row_by_row,
        "charts": [_chart(question, found, place, plot) for place, plot in enumerate(plots(found))],
        "rows": [(row.keys, *line) for row, line in zip(found.rows[:MOST_SHOWN], table.rows, strict=False)],
        "whole": list(zip(table.measures, table.rows[0][1], strict=True)) if not table.keys and table.rows else [],
        "more": max(0, len(found.rows) - MOST_SHOWN),
    }  # fmt: skip


def _chart(question: Question, found: Answer, place: int, plot: Plot) -> dict[str, str]:
    address = reverse("console:statistics-chart", args=[found.definition.name, "svg"])

    def drawn(theme: Theme, size: Size) -> str:
        return f"{address}?{question.query(part=str(place), theme=theme.value, size=size.value)}"

    return {
        "alt": plot.alt, "part": str(place), "light": drawn(Theme.LIGHT, Size.WIDE), "dark": drawn(Theme.DARK, Size.WIDE),
        "light_narrow": drawn(Theme.LIGHT, Size.NARROW), "dark_narrow": drawn(Theme.DARK, Size.NARROW),
    }  # fmt: skip


def _others() -> list[Any]:
    """Every figure with its sentence, those of the overview first."""
    found = {figure.definition.name: figure.definition for figure in newest()}
    return [found[name] for name in OVERVIEW if name in found] + [
        one for name, one in found.items() if name not in OVERVIEW
    ]


@require_safe
@signed_in
def figure(request: HttpRequest, person: User, scope: Scope, name: str) -> HttpResponse:
    """One figure: what it counts, the form that asks it, its charts and its table, and beside what it stands."""
    allowed(person)
    definition = figure_of(name).definition
    context: dict[str, Any] = {
        "definition": definition, "agencies": countable(scope), "here": "figure", "dimensions": _dimensions(definition.by), "figures": _others(), "given": given_of(request.GET),
    }  # fmt: skip
    try:
        question = question_of(request.GET, person, name)
        found = answer(scope, question.asked)
        context |= section(question, found) | _beside(scope, question, found)
    except (InvalidInputError, ConflictError) as error:
        return _wrong(request, context, error, "console/statistics_figure.html")
    record(
        person.actor, [Act("statistics.read", "figure", f"{definition.name}@{definition.version}", _logged(question))]
    )
    return render(request, "console/statistics_figure.html", context)


def _dimensions(by: tuple[Dimension, ...]) -> list[tuple[str, str]]:
    return [(one.value, DIMENSIONS[one]) for one in by]


def _beside(scope: Scope, question: Question, found: Answer) -> dict[str, Any]:
    """The comparison that the address asks for, and which ones the page offers."""
    asked, only = question.asked, question.asked.only
    context: dict[str, Any] = {
        "months": months(asked), "fresh_at": found.fresh_at, "suppressed": asked.suppressed, "by": [one.value for one in asked.by],
        "row_by_row": found.row_by_row, "few": FEW_TO_COMPARE, "first_only": only[:1], "unfiltered": question.query(only="", beside=""),
    }  # fmt: skip
    if len(asked.by) == 1 and not only and asked.by[0] != Dimension.MONTH:
        context["narrowings"] = [
            (question.query(by="month", only=f"{asked.by[0].value}:{row.keys[0]}"), _label(row))
            for row in found.rows[:MOST_LINKS]
        ]
    if only:
        whole = answer(scope, replace(asked, by=(only[0][0],), only=()))
        context["row_by_row"] |= whole.row_by_row
        context["key_choices"] = [
            (question.query(beside=f"key:{row.keys[0]}"), _label(row))
            for row in whole.rows[:MOST_LINKS]
            if row.keys[0] != only[0][1]
        ]
        context["only_label"] = next((_label(row) for row in whole.rows if row.keys[0] == only[0][1]), only[0][1])
    other = question.other()
    if other is None:
        return context
    there_asked, names = other
    there = answer(scope, there_asked)
    lines = compare(found, there)
    charts = [
        {**_chart(question, found, place, plot), "alt": plot.alt}
        for place, plot in enumerate(compared(found, there, names))
    ]
    return context | {
        "names": names, "lines": lines[:MOST_SHOWN], "more": max(0, len(lines) - MOST_SHOWN),
        "doubtful": any(line.doubtful for line in lines), "charts": charts, "labels": [DIMENSIONS[one] for one in question.asked.by],
        "row_by_row": context["row_by_row"] or there.row_by_row,
    }  # fmt: skip


def _label(row: Row) -> str:
    return labels_of(row.labels)[0]


def _logged(question: Question) -> dict[str, Any]:
    asked = question.asked
    return {
        "agency": asked.agency, "since": asked.since.isoformat(), "until": asked.until.isoformat(),
        "by": [one.value for one in asked.by], "as_of": asked.as_of.isoformat() if asked.as_of else "",
    }  # fmt: skip


def _wrong(request: HttpRequest, context: dict[str, Any], error: Exception, template: str) -> HttpResponse:
    """The page with what is wrong with its address. A question that comes before anything is counted is no mistake of the asker's."""
    early = isinstance(error, ConflictError)
    told: dict[str, Any] = {"early": sentence(error)} if early else {"errors": [("ask", sentence(error))]}
    return render(request, template, context | told, status=200 if early else 422)


@require_safe
@signed_in
def chart(request: HttpRequest, person: User, scope: Scope, name: str, kind: str) -> HttpResponse:
    """A chart of a figure as SVG or PNG, for the page and to download."""
    allowed(person)
    if kind not in {"svg", "png"}:
        raise NotFoundError("charts are SVG or PNG")
    question, found = _asked(request, person, scope, name)
    try:
        other = question.other()
        drawn = compared(found, answer(scope, other[0]), other[1]) if other else plots(found)
    except InvalidInputError as error:
        raise NotFoundError(str(error)) from error
    part = request.GET.get("part", "0")
    if not (part.isascii() and part.isdigit() and int(part[:3]) < len(drawn)):
        raise NotFoundError("there is no such chart")
    theme = Theme.DARK if request.GET.get("theme") == Theme.DARK else Theme.LIGHT
    size = Size.NARROW if request.GET.get("size") == Size.NARROW else Size.WIDE
    made = spec(drawn[int(part)], theme=theme, size=size)
    media_type = "image/png" if kind == "png" else "image/svg+xml; charset=utf-8"
    body = png(made) if kind == "png" else svg(made)
    if not request.GET.get("download"):
        return HttpResponse(body, content_type=media_type)
    _took(person, question, found, kind)
    return attached(body, media_type, f"{name_of(found)}.{kind}")


@require_safe
@signed_in
def table(request: HttpRequest, person: User, scope: Scope, name: str, kind: str) -> HttpResponse:
    """The table of a figure as a file."""
    allowed(person)
    if kind not in _FILES:
        raise NotFoundError("tables are CSV, JSON or Parquet")
    question, found = _asked(request, person, scope, name)
    media_type, make = _FILES[kind]
    body = make(found)
    _took(person, question, found, kind)
    return attached(body, media_type, f"{name_of(found)}.{kind}")


def _asked(request: HttpRequest, person: User, scope: Scope, name: str) -> tuple[Question, Answer]:
    """What a file is made of; what is wrong with its address is said on the page, and the file is simply not there."""
    try:
        question = question_of(request.GET, person, name)
        return question, answer(scope, question.asked)
    except (InvalidInputError, ConflictError) as error:
        raise NotFoundError(str(error)) from error


def _took(person: User, question: Question, found: Answer, kind: str) -> None:
    """That numbers left the software is an entry of the log."""
    figure_name = f"{found.definition.name}@{found.definition.version}"
    record(person.actor, [Act("statistics.downloaded", "figure", figure_name, {**_logged(question), "kind": kind})])
