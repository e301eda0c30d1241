"""Answers that were kept: shown again as they were told, and counted again as of their moment."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tipline.console.authorise import signed_in
from tipline.console.fields import Errors, sentence
from tipline.console.statistics.asked import question_of
from tipline.console.statistics.views import allowed
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.statistics import snapshots
from tipline.statistics.catalogue import FIGURES
from tipline.statistics.figures import Cell, Unit
from tipline.statistics.tables import DIMENSIONS, head_of, labels_of, months, text_of
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Scope

MOST_LISTED = 100


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def kept(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """What was kept, the newest first; a form of a figure's page keeps one more."""
    allowed(person)
    errors: Errors = []
    if request.method == "POST":
        try:
            question = question_of(request.POST, person, request.POST.get("figure", ""))
            made, _ = snapshots.keep(scope, person.actor, question.asked, request.POST.get("note", ""), person)
        except (InvalidInputError, ConflictError, NotFoundError) as error:
            errors = [("main", sentence(error))]
        else:
            messages.success(request, "Kept. It can be counted again as of this moment at any time")
            return redirect("console:statistics-kept-one", made.pk)
    rows = [(one, _title(one.asked), months(snapshots.asked_of(one.asked))) for one in snapshots.visible_snapshots(scope)[:MOST_LISTED]]  # fmt: skip
    context = {"here": "kept", "rows": rows, "errors": errors}
    return render(request, "console/statistics_kept.html", context, status=422 if errors else 200)


@require_safe
@signed_in
def one(request: HttpRequest, person: User, scope: Scope, number: int) -> HttpResponse:
    """One kept answer as it was told; `?again=1` counts it again and says whether it is equal."""
    allowed(person)
    found = snapshots.snapshot_of(scope, number)
    asked = snapshots.asked_of(found.asked)
    units, heads = _measures(found.asked, found.rows)
    lines = [
        (labels_of(row["labels"]), [text_of(Cell(**row["cells"][key]), unit) for key, unit in units.items()])
        for row in found.rows
    ]
    context: dict[str, Any] = {
        "here": "kept", "kept": found, "title": _title(found.asked), "months": months(asked), "asked": asked,
        "keys": [DIMENSIONS[dimension] for dimension in asked.by], "heads": heads, "lines": lines,
        "whole": list(zip(heads, lines[0][1], strict=True)) if not asked.by and lines else [],
    }  # fmt: skip
    if request.GET.get("again"):
        context["again"] = snapshots.verify(scope, number)
        context["differing"] = [
            (" · ".join(cell["keys"]), heads[list(units).index(cell["measure"])], *(_cell_text(cell[side], units[cell["measure"]]) for side in ("kept", "counted")))
            for cell in context["again"].differing
            if cell["measure"] in units
        ]  # fmt: skip
    return render(request, "console/statistics_kept_one.html", context)


def _title(asked: dict[str, Any]) -> str:
    figure = FIGURES.get(asked["figure"])
    return figure.definition.title if figure else str(asked["figure"])


def _measures(asked: dict[str, Any], rows: list[dict[str, Any]]) -> tuple[dict[str, Unit], list[str]]:
    """The measures of a kept answer, with their heads, in the order of its definition; of one that is gone as they were kept."""
    figure = FIGURES.get(asked["figure"])
    if figure is not None:
        measures = figure.definition.measures
        return {measure.key: measure.unit for measure in measures}, [head_of(measure) for measure in measures]
    keys = list(rows[0]["cells"]) if rows else []
    return dict.fromkeys(keys, Unit.POINTS), keys


def _cell_text(cell: dict[str, Any] | None, unit: Unit) -> str:
    return "not there" if cell is None else text_of(Cell(**cell), unit)
