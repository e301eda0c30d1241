"""Reads: what a desk said of the steps of a lead, and which leads belong beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from tipline.investigation.leads.models import StepMark
from tipline.investigation.leads.steps import Mark, Standing


def last_marks(report_id: int, agency_id: int) -> QuerySet[StepMark, tuple[Any, ...]]:
    """What was said last of each step at this desk, for `read_marks`."""
    marks = StepMark.objects.filter(report_id=report_id, agency_id=agency_id).order_by("step", "-id").distinct("step")
    return marks.values_list("step", "standing", "person__name", "at", "reason")


def marks_of(report_id: int, agency_id: int) -> dict[str, Mark]:
    """By step what was said of it last at this desk. One query."""
    return read_marks(last_marks(report_id, agency_id))


def read_marks(rows: Iterable[tuple[Any, ...]]) -> dict[str, Mark]:
    """By step what was said of it last."""
    return {step: Mark(Standing(standing), name, at.isoformat(), reason) for step, standing, name, at, reason in rows}


@dataclass(slots=True)
class RelatedLead:
    """Another report that shares identifiers with this one, and what may be told of it."""

    report: int
    desk: str
    desk_name: str
    progress: str
    case_number: str
    shares: list[Mapping[str, Any]] = field(default_factory=list)  # {kind, value, reason}


def related(links: Sequence[Mapping[str, Any]]) -> tuple[list[RelatedLead], list[Mapping[str, Any]]]:
    """The links of a chain, one entry a report that may be seen, and apart from them those of which only the fact is told. Pure."""
    # what too many share says nothing of any two, nor does what a person cut
    links = [link for link in links if not link.get("hub") and not link.get("cut")]
    found: dict[int, RelatedLead] = {}
    for link in links:
        if link["visible"]:
            lead = found.setdefault(
                link["report"],
                RelatedLead(
                    link["report"], link["desk"] or "", link["desk_name"] or "", link["progress"] or "", link["case_number"] or ""
                ),
            )  # fmt: skip
            lead.shares.append(link)
    return list(found.values()), [link for link in links if not link["visible"]]
