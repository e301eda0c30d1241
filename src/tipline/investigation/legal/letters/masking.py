"""A child's identity in letters: none gets in by the record, and what turns out to be a child's later, or was typed in, is masked
whenever a letter is read or printed (POCSO Act 2012 s.23, JJ Act 2015 s.74; reports/masking.py)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from tipline.core.sql import together
from tipline.investigation.cases.models import Case, CaseReport
from tipline.investigation.legal.letters.body import Body
from tipline.reports.masking import Terms, mask_of, terms_of
from tipline.reports.models import Identifier, Person, Sighting


def terms_of_case(case: Case) -> Terms:
    """What is to be replaced in the letters of a case. One query."""
    return read_terms(*together(*terms_asked(case)))


def terms_asked(case: Case) -> tuple[QuerySet[Any, Any], ...]:
    """What a case's reports name as a child's, for `read_terms`."""
    reports = CaseReport.objects.filter(case=case).values("report_id")
    persons = Person.objects.filter(report_id__in=reports, child__isnull=False)
    # with other people's sightings of the same things: an address that somebody else used too is not a child's alone
    childs = Sighting.objects.filter(report_id__in=reports, child__isnull=False).values("identifier_id")
    sightings = Sighting.objects.filter(report_id__in=reports, identifier_id__in=childs)
    flagged = Identifier.objects.filter(Q(of_child=True) | Q(names_child=True), sightings__report_id__in=reports)
    return (
        persons.values_list("child", "first_name", "last_name", "display_names", "details"),
        sightings.order_by("report_id", "position").values_list(
            "child", "identifier__kind", "identifier__value", "original"
        ),
        flagged.distinct().values_list("kind", "value"),
    )


def read_terms(people: list[Any], seen: list[Any], also: list[Any]) -> Terms:
    """What is to be replaced in the letters of a case, of rows that were read already."""
    terms = terms_of(
        [(child, (first, last, *displayed), details) for child, first, last, displayed, details in people], seen
    )
    for kind, value in also:
        terms.add_identifier(kind, value, mask_of(kind, None, value=value))
    return terms


def masked(body: Body, terms: Terms) -> Body:
    """A body as it may be read."""
    if not terms:
        return body
    return {
        "title": terms.hide(body["title"]),
        "head": body["head"],
        "blocks": [_masked(block, terms) for block in body["blocks"]],
    }


def _masked(block: dict[str, Any], terms: Terms) -> dict[str, Any]:
    def runs(parts: list[list[str]]) -> list[list[str]]:
        return [[terms.hide(text), style, field] for text, style, field in parts]

    match block["kind"]:
        case "table":  # of other people's identifiers, which may share a family name with a child
            rows = [[[terms.leads.hide(text), style, field] for text, style, field in row] for row in block["rows"]]
            return block | {"rows": rows}
        case "facts":
            return block | {"rows": [[name, runs(value), field] for name, value, field in block["rows"]]}
        case "items" | "sign":
            return block | {"items": [runs(item) for item in block["items"]]}
        case _:
            return block | {"text": runs(block["text"])}
