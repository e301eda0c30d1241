"""Two rule sets on the same reports: whose scores move, who enters the urgent lane and who leaves it. Reads, and moves nothing.

Facts are computed set-wise as the stage does; both sets are then applied to all of them at once, as matrices.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from django.db import connection

from tipline.core.clock import now
from tipline.pipeline.triage.facts import FACTS, Known, facts_of
from tipline.pipeline.triage.rules import HIGHEST, JURISDICTIONS, SCORES, Rule, RuleSet, ScoreName
from tipline.reports.models import Processing
from tipline.reports.queries import visible_reports
from tipline.trust.visibility import Scope

READ_AT_ONCE = 500
BANDS = 10
MOST_MOVERS = 50
MOST_CROSSING = 200
MOST_GROUPS = 40
_NAMES = sorted(FACTS)
_COLUMN = {name: place for place, name in enumerate(_NAMES)}
_ABOUT = """
SELECT r.id, p.name, coalesce(nullif(w.district, ''), nullif(w.state, ''), nullif(w.country, ''), '')
FROM reports_report r JOIN accounts_reporter p ON p.id = r.reporter_id
LEFT JOIN attribution_whereabouts w ON w.report_id = r.id AND NOT w.abstained
WHERE r.id = ANY(%s)
"""
# What people said stands above any rules: such reports move nowhere.
_SAID = "SELECT report_id FROM triage_prioritymark WHERE report_id = ANY(%s) AND ended_at IS NULL"


def last_reports(scope: Scope, most: int) -> list[int]:
    """The last reports that the asker sees and that were scored."""
    seen = visible_reports(scope).filter(processing=Processing.DONE, destroyed_at__isnull=True)
    return sorted(seen.order_by("-id").values_list("id", flat=True)[:most])


def compare(
    before: RuleSet, after: RuleSet, ids: Sequence[int], progress: Callable[[int], None] = lambda _: None
) -> dict[str, Any]:
    """What changes from one rule set to another on these reports, as far as the asker sees them.

    Returns
    -------
    dict
        `reports`; `scores`: name → {moved, mean_before, mean_after, before, after: counts by band of ten}; `in`, `out`: how many enter
        and leave the urgent lane by a floor; `crossing`: [{report, way, before, after, rules}]; `movers`: [{report, score, before, after,
        rules}], the furthest first; `providers`, `places`: [{name, reports, moved, change, in, out}]; `rules`: rule → {before, after}: how
        many reports it holds for; `said`: how many have a person's word, which rules do not move.
    """
    at = now()
    held: list[np.ndarray[Any, Any]] = []
    touched: list[tuple[str, ...]] = []
    seen: list[int] = []
    about: dict[int, tuple[str, str]] = {}
    said: set[int] = set()
    for start in range(0, len(ids), READ_AT_ONCE):
        part = list(ids[start : start + READ_AT_ONCE])
        for report_id, known in sorted(facts_of(part, at).items()):
            seen.append(report_id)
            touched.append(known.countries)
            held.append(_row(known))
        with connection.cursor() as cursor:
            cursor.execute(_ABOUT, [part])
            about |= {report_id: (name, place) for report_id, name, place in cursor.fetchall()}
            cursor.execute(_SAID, [part])
            said |= {report_id for (report_id,) in cursor.fetchall()}
        progress(min(start + READ_AT_ONCE, len(ids)))
    if not seen:
        return {"reports": 0}
    facts = np.array(held, dtype=bool)
    old, new = _apply(before, facts, touched), _apply(after, facts, touched)
    lanes = tuple(_lane(rules, facts) for rules in (before, after))
    free = np.array([report_id not in said for report_id in seen])
    enters, leaves = lanes[1] & ~lanes[0] & free, lanes[0] & ~lanes[1] & free
    why = _Why(before, after, facts)
    order = np.argsort(-np.abs(new["priority"] - old["priority"]), kind="stable")
    return {
        "reports": len(seen),
        "said": len(said),
        "scores": {name: _spread(old[name], new[name]) for name in SCORES},
        "in": int(enters.sum()),
        "out": int(leaves.sum()),
        "crossing": [
            {
                "report": seen[i], "way": "in" if enters[i] else "out", "before": int(old["priority"][i]),
                "after": int(new["priority"][i]), "rules": why.of(i, "priority"),
            }
            for i in np.flatnonzero(enters | leaves)[:MOST_CROSSING]
        ],
        "movers": [
            {
                "report": seen[i], "score": "priority", "before": int(old["priority"][i]), "after": int(new["priority"][i]),
                "rules": why.of(i, "priority"),
            }
            for i in order[:MOST_MOVERS]
            if old["priority"][i] != new["priority"][i]
        ],
        "providers": _groups([about[i][0] for i in seen], old, new, enters, leaves),
        "places": _groups([about[i][1] for i in seen], old, new, enters, leaves),
        "rules": _held(before, after, facts),
    }  # fmt: skip


def _row(known: Known) -> np.ndarray[Any, Any]:
    return np.fromiter((bool(known.facts[name]) for name in _NAMES), dtype=bool, count=len(_NAMES))


def _weights(rules: Sequence[Rule], name: ScoreName) -> np.ndarray[Any, Any]:
    found = np.zeros(len(_NAMES), dtype=np.int32)
    for rule in rules:
        if rule.score == name:
            found[_COLUMN[rule.when]] += rule.points
    return found


def _floors(rules: Sequence[Rule], name: ScoreName, facts: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    found = np.zeros(len(facts), dtype=np.int32)
    for rule in rules:
        if rule.score == name and rule.floor:
            np.maximum(found, np.where(facts[:, _COLUMN[rule.when]], rule.floor, 0), out=found)
    return found


def _total(rules: Sequence[Rule], name: ScoreName, facts: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    points = np.clip(facts.astype(np.int32) @ _weights(rules, name), 0, HIGHEST)
    found: np.ndarray[Any, Any] = np.maximum(points, _floors(rules, name, facts))
    return found


def _apply(
    rules: RuleSet, facts: np.ndarray[Any, Any], touched: Sequence[tuple[str, ...]]
) -> dict[ScoreName, np.ndarray[Any, Any]]:
    """The three scores of every report, as `RuleSet.score` gives them; a test holds both against each other."""
    found: dict[ScoreName, np.ndarray[Any, Any]] = {
        name: _total(rules.rules, name, facts) for name in SCORES if name != "legal_relevance"
    }
    base = tuple(rule for rule in rules.rules if rule.score == "legal_relevance")
    if not JURISDICTIONS:
        return found | {"legal_relevance": _total(base, "legal_relevance", facts)}
    best = np.zeros(len(facts), dtype=np.int32)
    nowhere = np.array([not any(country in JURISDICTIONS for country in one) for one in touched])
    for country, law in JURISDICTIONS.items():
        asked = nowhere | np.array([country in one for one in touched])
        best = np.where(asked, np.maximum(best, _total((*law.rules, *base), "legal_relevance", facts)), best)
    return found | {"legal_relevance": best}


def _lane(rules: RuleSet, facts: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    found: np.ndarray[Any, Any] = _floors(rules.rules, "priority", facts) > 0
    return found


def _spread(old: np.ndarray[Any, Any], new: np.ndarray[Any, Any]) -> dict[str, Any]:
    def bands(scores: np.ndarray[Any, Any]) -> list[int]:
        return [int(n) for n in np.bincount(np.minimum(scores // BANDS, 9), minlength=10)]

    return {
        "moved": int((old != new).sum()), "mean_before": round(float(old.mean()), 1), "mean_after": round(float(new.mean()), 1),
        "before": bands(old), "after": bands(new),
    }  # fmt: skip


def _groups(
    names: Sequence[str], old: Mapping[ScoreName, np.ndarray[Any, Any]], new: Mapping[ScoreName, np.ndarray[Any, Any]],
    enters: np.ndarray[Any, Any], leaves: np.ndarray[Any, Any],
) -> list[dict[str, Any]]:  # fmt: skip
    """Where the changes fall: by provider, or by place. The largest groups."""
    members: dict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(names):
        members[name].append(place)
    change = new["priority"] - old["priority"]
    found = []
    for name, places in members.items():
        which = np.array(places)
        found.append({
            "name": name, "reports": len(places), "moved": int((change[which] != 0).sum()),
            "change": round(float(change[which].mean()), 1), "in": int(enters[which].sum()), "out": int(leaves[which].sum()),
        })  # fmt: skip
    return sorted(found, key=lambda one: (-int(str(one["reports"])), str(one["name"])))[:MOST_GROUPS]


class _Why:
    """Which rules of which points made a score another one."""

    def __init__(self, before: RuleSet, after: RuleSet, facts: np.ndarray[Any, Any]) -> None:
        self._facts = facts
        old, new = ({rule.id: rule for rule in one.rules} for one in (before, after))
        self._differ = [(i, old.get(i), new.get(i)) for i in sorted({*old, *new}) if old.get(i) != new.get(i)]

    def of(self, report: int, name: ScoreName) -> list[str]:
        found = []
        for rule_id, old, new in self._differ:
            sides = [
                rule if rule and rule.score == name and self._facts[report, _COLUMN[rule.when]] else None
                for rule in (old, new)
            ]
            if sides[0] != sides[1]:
                found.append(f"{rule_id}: {_worth(sides[0])} → {_worth(sides[1])}")
        return found[:6]


def _worth(rule: Rule | None) -> str:
    if rule is None:
        return "0"
    return f"floor {rule.floor}" if rule.floor else f"{rule.points:+d}".replace("-", "−")


def _held(before: RuleSet, after: RuleSet, facts: np.ndarray[Any, Any]) -> dict[str, dict[str, int]]:
    counts = Counter({name: int(n) for name, n in zip(_NAMES, facts.sum(axis=0), strict=True)})
    found: dict[str, dict[str, int]] = {}
    for side, rules in (("before", before), ("after", after)):
        for rule in rules.rules:
            found.setdefault(rule.id, {"before": 0, "after": 0})[side] = counts[rule.when]
    return found
