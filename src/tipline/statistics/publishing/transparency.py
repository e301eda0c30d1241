"""What a transparency report publishes: its tables with small numbers hidden, or with noise on every number, and the text of the method.

Noise: the unit that is protected is one report, as it stands in the facts of the agency: one row. Taking it away changes of each table one
row, and in it each count by at most one (docs/explanation/publishing.md argues it), so the sensitivity of a table is the number of
its counts. The budget is shared equally by the tables. Rows are the same whatever was reported. Medians, shares and numbers of children,
which one report can change by more, are left out of noised tables, and the report says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import rfc8785

from tipline.core.datafile import About, Strict, load_toml
from tipline.statistics.figures import Answer, Asked, Dimension, Measure, Unit
from tipline.statistics.files import as_data
from tipline.statistics.noise import margin, noised
from tipline.statistics.publishing.models import Method
from tipline.statistics.publishing.periods import Period, months_on
from tipline.statistics.queries import answers
from tipline.statistics.tables import DIMENSIONS, head_of
from tipline.trust.agencies.models import Agency, Jurisdiction
from tipline.trust.visibility import Scope

FILE = Path(__file__).parent / "data" / "transparency.toml"
KIND, VERSION = "tipline transparency report", 1
ELSEWHERE = "Elsewhere, or not known"
_COUNTED = frozenset({Unit.REPORTS, Unit.CASES})  # one report changes such a number by at most one


class Published(Strict):
    """One table of a report."""

    figure: str
    by: tuple[Dimension, ...]
    noised: bool


class _File(Strict):
    about: About
    table: tuple[Published, ...]


@lru_cache(maxsize=1)
def tables() -> tuple[Published, ...]:
    """The tables that a report publishes, in their order."""
    return load_toml(FILE, _File).table


def suppressed_tables(scope: Scope, agency: Agency, period: Period, as_of: datetime) -> list[dict[str, Any]]:
    """Every table with its small numbers hidden, and what would give one away."""
    asked = [_asked(one, agency, period, as_of, suppressed=True) for one in tables()]
    return [_told(made) for made in answers(scope, asked)]


def noised_tables(
    scope: Scope, agency: Agency, period: Period, as_of: datetime, epsilon: Fraction
) -> list[dict[str, Any]]:
    """Every table that can have it, with noise on every number. The true numbers end with this call."""
    asked = [_asked(one, agency, period, as_of, suppressed=False) for one in tables() if one.noised]
    share = epsilon / len(asked)
    return [_noised(made, agency, share) for made in answers(scope, asked)]


def _asked(one: Published, agency: Agency, period: Period, as_of: datetime, *, suppressed: bool) -> Asked:
    return Asked(one.figure, agency.code, *period.months, one.by, as_of=as_of, suppressed=suppressed)


def _told(made: Answer) -> dict[str, Any]:
    """An answer as a table of the report."""
    told = as_data(made)
    return {
        **{name: told[name] for name in ("figure", "version", "title", "counts", "leaves_out")},
        "by": [DIMENSIONS[dimension] for dimension in made.asked.by],
        "measures": [{"label": head_of(m), "unit": m.unit.value} for m in made.definition.measures],
        "rows": [{name: row[name] for name in ("labels", "values", "why_empty")} for row in told["rows"]],
    }


def _noised(made: Answer, agency: Agency, epsilon: Fraction) -> dict[str, Any]:
    """The same with noise: only counts, and rows that do not depend on what was reported."""
    measures = made.definition.measures
    places = [place for place, measure in enumerate(measures) if _may_have_noise(measure)]
    sensitivity = len(places)
    true = {row.keys: [int(row.cells[place].value or 0) for place in places] for row in made.rows}
    rows = []
    for keys, label in _domain(made, agency):
        inside = true.pop(keys, [0] * sensitivity) if keys != (ELSEWHERE,) else [sum(each) for each in zip(*true.values(), strict=True)] or [0] * sensitivity  # fmt: skip
        values = [noised(value, sensitivity=sensitivity, epsilon=epsilon) for value in inside]
        rows.append({"labels": label, "values": values, "why_empty": [""] * sensitivity})
    told = _told(replace(made, rows=()))
    return {
        **told,
        "measures": [told["measures"][place] for place in places],
        "rows": rows,
        "epsilon": str(epsilon),
        "sensitivity": sensitivity,
        "margin": margin(sensitivity=sensitivity, epsilon=epsilon),
        "not_published": [measure.label for place, measure in enumerate(measures) if place not in places],
    }


def _may_have_noise(measure: Measure) -> bool:
    return measure.unit in _COUNTED and not measure.of


def _domain(made: Answer, agency: Agency) -> list[tuple[tuple[str, ...], list[str]]]:
    """Keys and labels of the rows of a noised table, in order; what is in none of them is counted in the last."""
    by = made.asked.by
    if by == (Dimension.MONTH,):
        return [((f"{month:%Y-%m}",), [f"{month:%Y-%m}"]) for month in _months(made.asked.since, made.asked.until)]
    if by == (Dimension.DISTRICT,):
        places = Jurisdiction.objects.filter(agency_id__in=_below(agency)).exclude(district="")
        found = sorted({(p.country, p.state, p.district) for p in places})
        return [*((("/".join(place),), [place[2]]) for place in found), ((ELSEWHERE,), [ELSEWHERE])]
    return [((), [])]


def _months(since: date, until: date) -> Sequence[date]:
    found = []
    while since < until:
        found.append(since)
        since = months_on(since, 1)
    return found


def _below(agency: Agency) -> set[int]:
    """The agency and all below it in the tree."""
    below: dict[int | None, list[int]] = {}
    for one, above in Agency.objects.values_list("pk", "parent_id"):
        below.setdefault(above, []).append(one)
    found: set[int] = set()
    wanted = [agency.pk]
    while wanted:
        one = wanted.pop()
        found.add(one)
        wanted += below.get(one, [])
    return found


# -- the text of the method ------------------------------------------------------------------------------------------------


def method_text(method: Method, told: Sequence[dict[str, Any]], epsilon: str) -> list[str]:
    """How the numbers keep single children out of sight, in sentences for the reader of the report."""
    if method == Method.SUPPRESSED:
        return [
            "Numbers from one to four are not told, since they could point at a single child: they are written as fewer than 5.",
            "Another number of the same table is withheld wherever a hidden one could be computed from the others or from the sums, and so are medians and shares that rest on a hidden number.",
            "What is hidden is not zero. No two reports of this agency are released for overlapping times, since the difference of their tables could give a hidden number away.",
        ]
    return [
        f"Every number has random noise on it, drawn from the discrete Laplace distribution by the exact sampler of Canonne, Kamath and Steinke (2020). Together the tables of this report are {epsilon}-differentially private: whether any one report was received changes how likely each version of this report was by a factor of at most e^{epsilon}.",
        f"The budget of {epsilon} is shared equally by {len(told)} tables. Each table says its share, its sensitivity (by how much one report can change it in all) and the margin within which 95 of 100 of its numbers lie.",
        "Sums of rows differ from the sums that are told, since each number has noise of its own. A number that would be below zero is written as zero.",
        "The rows of a table are the same whatever was reported. Medians, shares and numbers of children are not published: one report can change them by more than this noise hides.",
        "The noise was drawn once and is kept with this report. The true numbers are not kept with it, and no other report with noise is made of this agency and time.",
        "What is protected is one report. Somebody who is in many reports is protected less.",
    ]


def content_of(
    agency: Agency, period: Period, method: Method, told: list[dict[str, Any]], epsilon: str, as_of: datetime
) -> dict[str, Any]:
    """Everything that a report publishes."""
    return {
        "kind": KIND, "version": VERSION, "agency": {"code": agency.code, "name": agency.name},
        "since": period.first.isoformat(), "until": period.after.isoformat(), "as_of": as_of.isoformat(),
        "method": method.value, "epsilon": epsilon or None, "method_text": method_text(method, told, epsilon), "tables": told,
    }  # fmt: skip


def fingerprint(content: dict[str, Any]) -> str:
    """SHA-256 of the content in canonical form (RFC 8785)."""
    return hashlib.sha256(rfc8785.dumps(content)).hexdigest()
