"""Figures of outcomes, the children safeguarded first: on every page of figures, for every desk that held a report."""

from __future__ import annotations

from dataclasses import replace

from django.db import connection

from tipline.investigation.outcomes.kinds import KINDS, SAFEGUARDED, Counted, label_of
from tipline.referrals.counts import SMALLEST_TOLD, Counts, Figure, Part, parts_of_table
from tipline.trust.agencies.models import Agency
from tipline.trust.visibility import OPERATOR, acting

FIRST = "children_safeguarded"
_DEFINITION = (
    "Children who were found and are out of reach of whoever exploited them, over the cases of reports that this agency holds or held: "
    "of each case the newest number that was not withdrawn. A case whose reports came by several desks counts at each of them."
)


def with_outcomes(counts: Counts) -> Counts:
    """The same counts with the figures of outcomes before them, inside `acting` of the scope that they were counted in."""
    figures = outcome_figures(counts.agency, suppressed=counts.suppressed)
    return replace(counts, figures=(*figures, *counts.figures))


def outcome_figures(agency: Agency, *, suppressed: bool) -> tuple[Figure, ...]:
    """Figures of one agency; PostgreSQL counts for the agencies of the transaction's scope and gives nothing of another.

    Parameters
    ----------
    suppressed
        hide small numbers, as `referrals.counts` does.
    """
    found = _counted(agency)
    told, without = int(found.get(("reports", "told"), 0)), int(found.get(("reports", "untold"), 0))
    reports = parts_of_table(
        [("with", "With an outcome", told), ("without", "Without one", without)], suppressed=suppressed
    )
    hides = any(part.value is None for part in reports)
    share = 100 * told / (told + without) if told + without else None
    few = suppressed and told < SMALLEST_TOLD
    cases = [(key, label, int(found.get(("cases", key), 0))) for key, label in _CASES.items()]
    return (
        first_figure(found, suppressed=suppressed),
        Figure(
            "outcomes_by_kind", "Outcomes",
            "Cases, and reports that became no case, by what came of them: each counts once for every kind that was said of it and not withdrawn.",
            parts_of_table(
                [(kind, label_of(kind), int(n)) for (figure, kind), n in sorted(found.items(), key=_order) if figure == "kind"],
                suppressed=suppressed,
            ),
        ),
        Figure(
            "outcome_numbers", "Numbers with the outcomes",
            "What outcomes count, such as arrests: of each case the newest number of each kind, summed up. No number names anybody.",
            parts_of_table(
                [(c.value, c.label, int(found.get(("number", c.value), 0))) for c in Counted if c != Counted.CHILDREN_SAFEGUARDED],
                suppressed=suppressed,
            ),
        ),
        Figure(
            "reports_with_outcome", "Reports with an outcome",
            "Reports ever held here, by whether any outcome was said of them that was not withdrawn, by whichever desk.",
            reports,
        ),
        Figure(
            "outcome_rate", "Outcome rate", "Of 100 reports ever held here, how many have an outcome.",
            (Part("share", "Per cent", None if hides else share, hidden=hides),),
        ),
        Figure(
            "days_to_outcome", "Days to outcome",
            "Median days from a report's receipt at the clearinghouse's door to the first outcome that was said of it and not withdrawn.",
            (Part("median", "Median days", None if few else found.get(("days", "")), hidden=few and told > 0),),
        ),
        Figure(
            "cases_without_outcome", "Cases and their outcomes",
            "Cases of reports ever held here, destroyed ones left out. Without an outcome: nothing was said of them, or all of it withdrawn.",
            parts_of_table(cases, suppressed=suppressed),
        ),
    )  # fmt: skip


_CASES = {
    "with": "With an outcome", "open_without": "Open, without an outcome", "closed_without": "Closed, without an outcome",
}  # fmt: skip


def first_figure(found: dict[tuple[str, str], float], *, suppressed: bool) -> Figure:
    """The children safeguarded."""
    children = int(found.get(("number", Counted.CHILDREN_SAFEGUARDED.value), 0))
    parts = parts_of_table([("children", "Children", children)], suppressed=suppressed)
    return Figure(FIRST, "Children safeguarded", _DEFINITION, parts)


def first_figure_of(agency: Agency) -> Figure:
    """The same for a page of figures whose reader sees no counts: read as the software, and small numbers always hidden."""
    with acting(OPERATOR):
        return first_figure(_counted(agency), suppressed=True)


def _counted(agency: Agency) -> dict[tuple[str, str], float]:
    """(figure, part) → value, as `tipline_outcome_counts` has it; numbers by what their kind counts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT figure, part, value FROM tipline_outcome_counts(%s)", [agency.pk])
        rows = cursor.fetchall()
    found: dict[tuple[str, str], float] = {}
    for figure, part, value in rows:
        key = (figure, part)
        if figure == "number":
            counted = KINDS[part].number if part in KINDS else None
            if counted is None:
                continue
            key = (figure, counted.value)
        if value is not None:
            found[key] = found.get(key, 0.0) + value
    return found


def _order(row: tuple[tuple[str, str], float]) -> tuple[int, str]:
    """Kinds in the order of the form, those of earlier editions last."""
    kind = row[0][1]
    return (list(KINDS).index(kind) if kind in KINDS else len(KINDS), kind)


__all__ = ["FIRST", "SAFEGUARDED", "first_figure_of", "outcome_figures", "with_outcomes"]
