"""Reading where the account of a report was."""

from __future__ import annotations

from typing import Any

from tipline.pipeline.attribution.models import EarlierAnswer, Whereabouts
from tipline.reports.models import Report

MOST_EARLIER = 20
_WITHHELD = "An address of it is a child's too: only the country and the state are told."


def whereabouts(report: Report, *, masked: bool) -> dict[str, Any] | None:
    """Where the account of a report was, with its stretches, hints and earlier answers; None before the stage was there.

    Parameters
    ----------
    masked
        an address of the report is a child's and masked: nothing below the state is told, and nothing of single pieces.
    """
    found = Whereabouts.objects.filter(report=report).first()
    if found is None:
        return None
    earlier = EarlierAnswer.objects.filter(report=report, sighting=None).order_by("-replaced_at", "-id")
    told = {
        "country": found.country, "state": found.state, "district": found.district, "level": found.level,
        "confidence": found.confidence, "confidences": found.confidences, "abstained": found.abstained, "rule": found.rule,
        "explanation": found.explanation, "guesses": found.guesses, "stretches": found.stretches,
        "hints": [piece for piece in found.evidence if piece["kind"] != "address"],
        "earlier": [
            {**{name: e.answer.get(name) for name in ("country", "state", "district", "confidence", "abstained")},
             "until": e.replaced_at.isoformat()}
            for e in earlier[:MOST_EARLIER]
        ],
        "model": found.model_version, "at": found.at.isoformat(), "masked": masked,
    }  # fmt: skip
    if not masked:
        return told
    level = "state" if found.level == "district" else found.level
    withheld = {
        "district": "",
        "level": level,
        "explanation": _WITHHELD,
        "guesses": [],
        "stretches": [],
        "hints": [],
        "earlier": [],
    }
    return {**told, **withheld}
