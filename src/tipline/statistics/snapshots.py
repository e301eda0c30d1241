"""Answers that are kept: a number that was published can be shown again, and counted again as of its moment.

A snapshot holds what was told and nothing more: what was hidden is not in it. Its digest is of question and rows in RFC 8785 form and
stands in the log, so that a number that somebody changed in the table is found.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import rfc8785
from django.db.models import QuerySet

from tipline.core.clock import now
from tipline.core.errors import InvalidInputError, NotFoundError
from tipline.referrals.counts import countable
from tipline.statistics.figures import Answer, Asked, Dimension
from tipline.statistics.models import Snapshot
from tipline.statistics.queries import agency_of, answer
from tipline.statistics.rebuild import same
from tipline.trust.accounts.models import User
from tipline.trust.actors import Actor
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Scope

LONGEST_NOTE = 300


@dataclass(frozen=True, slots=True)
class Verified:
    """What counting a snapshot again found: whether its digest still fits what it holds, and the cells that differ."""

    snapshot: int
    intact: bool
    differing: tuple[Mapping[str, Any], ...]

    @property
    def equal(self) -> bool:
        """Whether the number is what it was."""
        return self.intact and not self.differing


def keep(
    scope: Scope, actor: Actor, asked: Asked, note: str = "", person: User | None = None
) -> tuple[Snapshot, Answer]:
    """Ask a figure and keep the answer, inside `acting(scope)`: what was kept, and the answer as it was told.

    Raises
    ------
    InvalidInputError
        when the note is too long, or as `queries.answer` does; NotFoundError, NotPermittedError and ConflictError likewise.
    """
    if len(note) > LONGEST_NOTE:
        raise InvalidInputError(f"the note has more than {LONGEST_NOTE} characters")
    first = answer(scope, asked)
    # of this version and this moment from now on, whatever version is the newest by then
    exactly = replace(
        asked, figure=f"{first.definition.name}@{first.definition.version}", as_of=asked.as_of or first.fresh_at
    )
    told = replace(first, asked=exactly)
    question, rows = plain_question(exactly), plain_rows(told)
    agency = agency_of(scope, asked.agency)
    kept = Snapshot.objects.create(
        agency=agency, figure=first.definition.name, version=first.definition.version, suppressed=asked.suppressed,
        asked=question, rows=rows, digest=_digest(question, rows), note=note, kept_at=now(), kept_by=person, label=actor.label,
    )  # fmt: skip
    record(
        actor,
        [
            Act(
                "statistics.kept",
                "snapshot",
                kept.pk,
                {"figure": exactly.figure, "agency": agency.code, "sha256": kept.digest},
            )
        ],
    )
    return kept, told


def visible_snapshots(scope: Scope) -> QuerySet[Snapshot]:
    """Snapshots of the agencies whose counts are in scope; with small numbers in them only for who sees the reports. The newest first."""
    rows = Snapshot.objects.select_related("agency").order_by("-id")
    if scope.everything:
        return rows
    of_counts = rows.filter(agency__in=countable(scope))
    if scope.assigned_to is not None:
        return of_counts.filter(suppressed=True)
    return of_counts.filter(suppressed=True) | of_counts.filter(agency_id__in=scope.agency_ids)


def snapshot_of(scope: Scope, number: int) -> Snapshot:
    """One of them.

    Raises
    ------
    NotFoundError
        when there is none in scope.
    """
    found = visible_snapshots(scope).filter(pk=number).first()
    if found is None:
        raise NotFoundError(f"there is no snapshot {number}")
    return found


def verify(scope: Scope, number: int) -> Verified:
    """Count a snapshot again as of its moment, inside `acting(scope)`, and say whether it is equal or which cells differ."""
    kept = snapshot_of(scope, number)
    intact = _digest(kept.asked, kept.rows) == kept.digest
    again = plain_rows(answer(scope, asked_of(kept.asked)))
    return Verified(kept.pk, intact, tuple(_differing(kept.rows, again)))


def _differing(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[dict[str, Any]]:
    then, now_ = ({tuple(row["keys"]): row["cells"] for row in rows} for rows in (before, after))
    found = []
    for keys in sorted(then.keys() | now_.keys()):
        one, other = then.get(keys, {}), now_.get(keys, {})
        for measure in sorted(one.keys() | other.keys()):
            if not _same_cell(one.get(measure), other.get(measure)):
                found.append(
                    {"keys": list(keys), "measure": measure, "kept": one.get(measure), "counted": other.get(measure)}
                )
    return found


def _same_cell(one: dict[str, Any] | None, other: dict[str, Any] | None) -> bool:
    if one is None or other is None:
        return one is other
    return same(one["value"], other["value"]) and (one["small"], one["hidden"]) == (other["small"], other["hidden"])


def plain_question(asked: Asked) -> dict[str, Any]:
    """A question as plain data."""
    return {
        "figure": asked.figure, "agency": asked.agency, "since": asked.since.isoformat(), "until": asked.until.isoformat(),
        "by": [str(one) for one in asked.by], "only": [[str(one), key] for one, key in asked.only],
        "as_of": None if asked.as_of is None else asked.as_of.isoformat(), "suppressed": asked.suppressed,
    }  # fmt: skip


def asked_of(question: Mapping[str, Any]) -> Asked:
    """The question again."""
    return Asked(
        question["figure"], question["agency"], date.fromisoformat(question["since"]), date.fromisoformat(question["until"]),
        tuple(Dimension(one) for one in question["by"]), tuple((Dimension(one), key) for one, key in question["only"]),
        None if question["as_of"] is None else datetime.fromisoformat(question["as_of"]), question["suppressed"],
    )  # fmt: skip


def plain_rows(told: Answer) -> list[dict[str, Any]]:
    """The rows of an answer as plain data: keys, labels, and each measure's cell."""
    measures = [measure.key for measure in told.definition.measures]
    return [
        {
            "keys": list(row.keys), "labels": list(row.labels),
            "cells": {
                measure: {"value": cell.value, "small": cell.small, "hidden": cell.hidden}
                for measure, cell in zip(measures, row.cells, strict=True)
            },
        }
        for row in told.rows
    ]  # fmt: skip


def _digest(question: Mapping[str, Any], rows: list[dict[str, Any]]) -> str:
    return hashlib.sha256(rfc8785.dumps({"asked": dict(question), "rows": rows})).hexdigest()
