"""The rules that score now: a set that somebody released, or the file that comes with Tipline."""

from __future__ import annotations

from tipline.pipeline.triage.models import TriageRuleSet, TriageState
from tipline.pipeline.triage.rules import RULES, InForce, parsed


def in_force() -> InForce:
    """The rules that score now. One query."""
    found = TriageRuleSet.objects.filter(state=TriageState.RELEASED).only("number", "body").first()
    if found is None:
        return InForce(RULES, RULES.about.version)
    return InForce(parsed(found.body), found.version, found.number, found.body)
