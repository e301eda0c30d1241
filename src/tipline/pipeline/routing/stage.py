"""The stage: what is known of a batch in, one decision each out, and the ways opened as far as standing rules go.

A report that has left its receiving desk is never moved by a new decision: a desk is told of it instead (`suggesting`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection

from tipline.core.errors import InvalidInputError, TransientError
from tipline.core.sql import Columns, upsert
from tipline.pipeline.routing.deciding import ChosenDesk, Decided, decide
from tipline.pipeline.routing.facts import read
from tipline.pipeline.routing.rules import parse
from tipline.pipeline.routing.services import released
from tipline.pipeline.routing.suggesting import settle
from tipline.pipeline.routing.tree import Tree, read_tree
from tipline.pipeline.stage import Batch, Stage
from tipline.referrals.services import Plan, forward_by_standing_rules

VERSION = "2"


def process(batch: Batch) -> None:
    """Decide for every report of the batch; write the decisions of those that software may still move, and send them down."""
    rule_set = released()
    try:
        file = parse(rule_set.body)
    except InvalidInputError as error:  # no report's fault: they wait, and are not put into quarantine one by one
        raise TransientError(
            f"rule set {rule_set.number} cannot be read by this version; release another: {error}"
        ) from error
    tree = read_tree(batch.at)
    known = read(batch.report_ids)
    decided = {i: decide(one, file, tree, batch.at) for i, one in sorted(known.items())}
    moved = settle(decided, tree, batch.at)
    mine = {i: one for i, one in decided.items() if i not in moved}
    write(mine, rule_set.number, tree, batch)
    forward_by_standing_rules([_plan(i, one) for i, one in mine.items() if one.desks])


def write(decided: Mapping[int, Decided], rule_set: int, tree: Tree, batch: Batch) -> None:
    """Write decisions and their desks: three statements, however many they are."""
    if not decided:
        return
    ids, rows = list(decided), list(decided.values())
    leads = [one.lead for one in rows]
    columns: Columns = {
        "report_id": ("bigint", ids),
        "agency_id": ("bigint", [lead.desk.agency_id if lead else None for lead in leads]),
        "path": ("jsonb", [json.dumps(tree.codes(lead.way)) if lead else "[]" for lead in leads]),
        "confidence": ("double precision", [one.confidence for one in rows]),
        "abstained": ("boolean", [not one.desks for one in rows]),
        "reasons": ("jsonb", [json.dumps(one.reasons) for one in rows]),
        "guesses": ("jsonb", [json.dumps(one.guesses) for one in rows]),
        "stage_version": ("text", [VERSION] * len(rows)),
        "at": ("timestamptz", [batch.at] * len(rows)),
        "rule_set": ("integer", [rule_set] * len(rows)),
        "rule": ("text", [one.rule for one in rows]),
        "near_misses": ("jsonb", [json.dumps(list(_near(one))) for one in rows]),
        "zero_fir": ("boolean", [one.zero_fir for one in rows]),
        "urgent": ("boolean", [one.urgent for one in rows]),
        "waits_until": ("timestamptz", [one.waits_until for one in rows]),
        "waits_reason": ("text", [one.waits_reason[:300] for one in rows]),
    }
    update = [name for name in columns if name not in {"report_id", "urgent"}]
    # what was urgent once stays urgent, whatever the rules say later
    upsert("routing_decision", columns, key=("report_id",), update=update, stays_true=("urgent",))
    _write_desks(decided, tree)


def _write_desks(decided: Mapping[int, Decided], tree: Tree) -> None:
    desks: list[tuple[int, ChosenDesk]] = [(i, desk) for i, one in decided.items() for desk in one.desks]
    columns: Columns = {
        "report_id": ("bigint", [i for i, _ in desks]),
        "agency_id": ("bigint", [one.desk.agency_id for _, one in desks]),
        "role": ("text", [one.role for _, one in desks]),
        "path": ("jsonb", [json.dumps(tree.codes(one.way)) for _, one in desks]),
        "confidence": ("double precision", [one.confidence for _, one in desks]),
        "reasons": ("jsonb", [json.dumps(one.reasons) for _, one in desks]),
    }
    with connection.cursor() as cursor:
        # away first: a desk that led and now takes part would else be a second lead for a moment
        cursor.execute("DELETE FROM routing_decisiondesk WHERE report_id = ANY(%s)", [list(decided)])
    upsert("routing_decisiondesk", columns, key=("report_id", "agency_id"), update=("role",))


def _near(one: Decided) -> Iterator[dict[str, Any]]:
    for near in one.near:
        short = near.missing
        yield {
            "rule": near.rule, "fact": short.fact, "operator": short.operator, "wanted": short.wanted,
            "found": short.found, "by": short.by, "text": short.text,
        }  # fmt: skip


def _plan(report_id: int, one: Decided) -> Plan:
    lead, *joint = one.desks
    return Plan(report_id, lead.way, tuple(desk.way for desk in joint), one.urgent, one.zero_fir, one.waits_until)


STAGE = Stage("routing", VERSION, process)
