"""From a point of a score to its rule and to what of the report shows it: links, for pages that work without a script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from tipline.core.text import visible
from tipline.investigation.leads.facts import held_by
from tipline.pipeline.priority import may_lower, may_raise
from tipline.pipeline.triage.models import Lane, PriorityMark
from tipline.pipeline.triage.rules import JURISDICTIONS, LOWERED_RULE, RAISED_RULE, RULES
from tipline.reports.models import Processing
from tipline.trust.accounts.models import User

_WORDS = {"negated": "negated", "quoted": "quoted or forwarded"}


def with_links(found: dict[str, Any]) -> dict[str, Any]:
    """The scores of a chain, each reason with `href` (its rule) and `shown`: [{text, href}] of what shows it."""
    files = {file["id"]: number for number, file in enumerate(found["files"], 1)}
    addresses = {
        seen["position"]: entry["kind"] == "ip" for entry in found["identifiers"] for seen in entry["sightings"]
    }
    for score in found["triage"].values():
        for reason in score["reasons"]:
            reason["href"] = rule_address(reason)
            reason["shown"] = [_shown(found["id"], fact, files, addresses) for fact in reason.get("facts", ())]
    return found["triage"]  # type: ignore[no-any-return]


def rule_address(reason: dict[str, Any]) -> str:
    """Where a rule is explained; empty for one of a file that is not kept, and for a person's word, which stands on the page itself."""
    version, rule = str(reason.get("version", "")), reason["rule"]
    if rule in {RAISED_RULE, LOWERED_RULE}:
        return "#priority-word"
    if country := reason.get("jurisdiction"):
        if country in JURISDICTIONS and JURISDICTIONS[country].about.version == version:
            return f"{reverse('console:triage-rules', args=[f'{country}-{version}'])}#{rule}"
        return ""
    if version == RULES.about.version or version.startswith("set-"):
        return f"{reverse('console:triage-rules', args=[version])}#{rule}"
    return ""


def _shown(report_id: int, fact: dict[str, Any], files: dict[str, int], addresses: dict[int, bool]) -> dict[str, str]:
    kind = fact.get("kind")
    if kind == "sighting":
        position = fact.get("id")
        if addresses.get(position):  # type: ignore[arg-type]
            return {"text": "an address", "href": "#addresses"}
        return {"text": f"identifier {position}", "href": f"#seen-{position}"}
    if kind == "file":
        number = files.get(str(fact.get("id")))
        return {"text": f"file {number}" if number else "a file", "href": f"#file-{number}" if number else "#files"}
    if kind == "person":
        return {"text": "what is said of the child", "href": "#identifiers"}
    if kind == "match":
        return {"text": "a hash list", "href": "#files"}
    if kind == "log":
        return {"text": "the clock of its logs", "href": "#addresses"}
    if kind == "link":
        return {"text": "related reports", "href": "#related"}
    if kind == "attribution":
        return {"text": "where it was", "href": "#addresses"}
    if kind == "mark":
        return {"text": "who said so", "href": "#priority-word"}
    if kind == "lexicon":
        mark = f", {_WORDS[fact['mark']]}" if fact.get("mark") in _WORDS else ""
        text = (
            f"“{visible(str(fact['gloss']), 60)}” of list {fact['lexicon']} {fact['version']}, in {visible(str(fact['path']), 60)},"
            f" letters {int(fact['from']) + 1} to {fact['to']}{mark}"
        )
        return {"text": text, "href": reverse("console:report-texts", args=[report_id])}
    return {"text": "what is reported", "href": "#reported"}


def priority_section(
    person: User, found: dict[str, Any], marks: Sequence[PriorityMark], lane: Sequence[Lane]
) -> dict[str, Any]:
    """Context of `priority_section.html`: what people said of a report's priority, and what this person may say."""
    standing = next((one for one in marks if one.ended_at is None), None)
    urgent = bool(lane and lane[0].urgent)
    scored = found["processing"] == Processing.DONE
    holder = person.agency_id if held_by(person.agency.code, found) else None
    return {
        "standing": standing,
        "ended": [one for one in marks if one is not standing],
        "urgent": urgent,
        "may_raise": scored and may_raise(person) and not (standing and standing.raised),
        "may_lower": scored and (urgent or standing is not None) and may_lower(person, holder, standing),
    }
