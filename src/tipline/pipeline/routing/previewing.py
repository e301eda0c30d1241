"""Two rule sets on the same reports: who would get what, beside who gets it now. Reads, and moves nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from tipline.core.clock import now
from tipline.pipeline.routing.deciding import Decided, decide
from tipline.pipeline.routing.facts import read
from tipline.pipeline.routing.rules import RuleFile
from tipline.pipeline.routing.tree import Tree, read_tree

NOBODY = ""
READ_AT_ONCE = 500


def compare(before: RuleFile, after: RuleFile, report_ids: Sequence[int]) -> dict[str, Any]:
    """What changes from one rule set to another, on those of the reports that the asker sees.

    Returns
    -------
    dict
        `reports`, `changed`: how many; `changes`: [{report, from, to}], each side {rule, desks: [{agency, role}], urgent,
        zero_fir, confidence}; `desks`: agency code ("" is a person's queue) → {before, after}, counted by lead desk; `rules`:
        rule → {fired, shadowed}; `warnings`: sentences.
    """
    at = now()
    tree = read_tree(at)
    changes: list[dict[str, Any]] = []
    counts: dict[str, Counter[str]] = {"before": Counter(), "after": Counter()}
    fired: Counter[str] = Counter()
    shadowed: Counter[str] = Counter()
    seen = 0
    for start in range(0, len(report_ids), READ_AT_ONCE):
        for report_id, known in sorted(read(report_ids[start : start + READ_AT_ONCE]).items()):
            seen += 1
            old, new = decide(known, before, tree, at), decide(known, after, tree, at)
            counts["before"][_lead(old)] += 1
            counts["after"][_lead(new)] += 1
            _count(new, after, fired, shadowed)
            if _outcome(old) != _outcome(new):
                changes.append({"report": report_id, "from": _side(old), "to": _side(new)})
    codes = sorted({*counts["before"], *counts["after"]})
    return {
        "reports": seen,
        "changed": len(changes),
        "changes": changes,
        "desks": {code: {"before": counts["before"][code], "after": counts["after"][code]} for code in codes},
        "rules": {rule.name: {"fired": fired[rule.name], "shadowed": shadowed[rule.name]} for rule in after.rules},
        "warnings": _warnings(after, tree, fired, shadowed),
    }


def _count(decided: Decided, file: RuleFile, fired: Counter[str], shadowed: Counter[str]) -> None:
    if decided.fired is None:
        return
    fired[decided.fired.name] += 1
    below = file.rules[file.rules.index(decided.fired) + 1 :]
    shadowed.update(rule.name for rule in below if rule.when.holds(decided.facts))


def _warnings(file: RuleFile, tree: Tree, fired: Counter[str], shadowed: Counter[str]) -> list[str]:
    found = [
        f"rule {rule.name} fits {shadowed[rule.name]} reports of the sample and fires for none: rules above it catch them all"
        for rule in file.rules
        if shadowed[rule.name] and not fired[rule.name]
    ]
    for rule in file.rules:
        for target in rule.then.desks:
            if target.agency and tree.by_code(target.agency) is None:
                found.append(f"rule {rule.name} names {target.agency}, which is no active agency")
    return found


def _lead(decided: Decided) -> str:
    return decided.lead.desk.code if decided.lead else NOBODY


def _outcome(decided: Decided) -> tuple[object, ...]:
    """What matters to desks: who gets it, as what, and how."""
    return (tuple((d.desk.code, d.role) for d in decided.desks), decided.urgent, decided.zero_fir)


def _side(decided: Decided) -> dict[str, Any]:
    return {
        "rule": decided.rule,
        "desks": [{"agency": one.desk.code, "role": one.role} for one in decided.desks],
        "urgent": decided.urgent,
        "zero_fir": decided.zero_fir,
        "confidence": decided.confidence,
    }
