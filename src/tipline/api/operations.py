"""Operations: for whoever is named in one, by a token of theirs. For everybody else there is none."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from tipline.api import schemas
from tipline.api.asking import Asker, Token, asker_of
from tipline.core.sql import together
from tipline.investigation.operations import board, laying, rules
from tipline.investigation.operations.figures import shown
from tipline.investigation.operations.membership import belonging
from tipline.investigation.operations.models import ActionDay, BoardEntry, Goal, Operation, Phase
from tipline.investigation.operations.queries import agencies_of, members_of, visible_operation, visible_operations
from tipline.trust.accounts.models import TokenScope
from tipline.trust.visibility import acting

MOST = 200
_ID = 2**63 - 1

router = Router(tags=["operations"], auth=Token(TokenScope.OPERATIONS))

_SCOPED = {401: schemas.Problem, 403: schemas.Problem, 422: schemas.Problem, 429: schemas.Problem}
_ONE = {**_SCOPED, 404: schemas.Problem}


@router.get("/operations", response={200: list[schemas.OperationHead], **_SCOPED})
def operations(request: HttpRequest) -> list[dict[str, Any]]:
    """The operations that name the person or their agency, by code. That they were listed is logged."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        found = list(visible_operations(scope))
        asker.note("operation.listed", "agency", asker.person.agency.code, rows=len(found))
    return [_head(one) for one in found]


def _head(one: Operation) -> dict[str, Any]:
    return {
        "code": one.code, "name": one.name, "agency": one.agency.code, "state": one.state, "since": one.since, "until": one.until,
        "lead_officer": one.lead_officer.email if one.lead_officer else None,
    }  # fmt: skip


def _read(asker: Asker, code: str, page: str) -> Operation:
    """An operation that the token's person knows of; that it was read is logged."""
    found = visible_operation(asker.scope, code)
    asker.note("operation.read", "operation", found.pk, page=page, form="api")
    return found


@router.get("/operations/{slug:code}", response={200: schemas.WholeOperation, **_ONE})
def operation(request: HttpRequest, code: str) -> dict[str, Any]:
    """One operation: goals, who takes part, who knows of it, phases, rules and tasks. It names no case and no report."""
    asker = asker_of(request)
    with acting(asker.scope):
        found = _read(asker, code, "operation")
        goals, phases, members, in_force, tasks = together(
            Goal.objects.filter(operation=found).order_by("id"),
            Phase.objects.filter(operation=found).order_by("since", "id"),
            members_of(found),
            rules.rules_of(found),
            laying.tasks_of(found),
        )
        agencies = agencies_of(found)
    return {
        **_head(found),
        "note": found.note,
        "agencies": agencies,
        "goals": [{"figure": goal.figure, "target": goal.target} for goal in goals],
        "phases": [{"name": phase.name, "since": phase.since, "until": phase.until} for phase in phases],
        "people": [
            {
                "person": one.person.email if one.person else None, "agency": one.agency.code if one.agency else None,
                "part": one.part,
            }
            for one in members
        ],
        "rules": [{"id": one.pk, "rule": rules.in_words(one), "scanned_percent": one.scanned_percent} for one in in_force],
        "tasks": [
            {
                "task": row.task.text, "agency": row.agency.code, "state": row.state, "note": row.note, "due_at": row.due_at,
                "officer": row.officer.email if row.officer else None,
            }
            for row in tasks
        ],
    }  # fmt: skip


@router.get("/operations/{slug:code}/members", response={200: schemas.Memberships, **_ONE})
def operation_members(
    request: HttpRequest,
    code: str,
    before: Annotated[int | None, Query(ge=1, le=_ID, description="only what has a lower id than this")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST, description="how many at most")] = 50,
) -> dict[str, Any]:
    """The cases and leads of an operation that the person may see anyway, the latest first."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        found = _read(asker, code, "members")
        rows = belonging(scope, found)
        page = list((rows.filter(pk__lt=before) if before else rows)[: limit + 1])
    items = [
        {
            "id": row.pk, "case": row.case_id, "case_number": row.case.number if row.case else None, "report": row.report_id,
            "rule": row.rule_id, "added_by": row.added_by.email if row.added_by else None, "reason": row.reason, "added_at": row.added_at,
        }
        for row in page[:limit]
    ]  # fmt: skip
    return {"items": items, "next": page[limit - 1].pk if len(page) > limit else None}


@router.get("/operations/{slug:code}/board", response={200: list[schemas.BoardDay], **_ONE})
def day_boards(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    """The days of action of an operation, and what each district planned and told on them."""
    asker = asker_of(request)
    with acting(asker.scope):
        found = _read(asker, code, "board")
        agencies = agencies_of(found)
        days, told = together(
            ActionDay.objects.filter(operation=found).order_by("day"),
            BoardEntry.objects.filter(operation=found).select_related("agency", "corrected_by").order_by("id"),
        )
    entries: dict[int, list[BoardEntry]] = defaultdict(list)
    for entry in told:
        entries[entry.day_id].append(entry)
    return [_board(day, board.board(agencies, entries[day.pk])) for day in days]


def _board(day: ActionDay, made: board.Board) -> dict[str, Any]:
    def numbers(of: tuple[int, ...]) -> dict[str, int]:
        return {kind.value: number for kind, number in zip(made.kinds, of, strict=True)}

    return {
        "id": day.pk, "day": day.day, "name": day.name, "totals": numbers(made.totals),
        "districts": [{"agency": line.agency.code, "last_at": line.last_at, "numbers": numbers(line.numbers)} for line in made.lines],
    }  # fmt: skip


@router.get("/operations/{slug:code}/figures", response={200: list[schemas.OperationFigure], **_ONE})
def operation_figures(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    """The figures of an operation. What the person may not see row by row is hidden where it is small. At most a minute old."""
    asker = asker_of(request)
    with acting(asker.scope) as scope:
        found = shown(scope, _read(asker, code, "figures"))
    return [
        {
            "name": name, "label": one.figure.label, "counts": one.figure.counts, "value": one.known, "text": one.text,
            "mine": one.mine.value,
        }
        for name, one in found.items()
    ]  # fmt: skip
