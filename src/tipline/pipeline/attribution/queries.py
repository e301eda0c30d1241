"""What is known of the sources, and where the account of a report was."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from tipline.pipeline.attribution.editions import version_of
from tipline.pipeline.attribution.models import EarlierAnswer, Source, SourcePart, Whereabouts
from tipline.reports.models import Report

MOST_EARLIER = 20
_WITHHELD = "An address of it is a child's too: only the country and the state are told."


def editions() -> list[dict[str, Any]]:
    """Every edition of every source, by rank, the newest first; `kept`: its file is there, so that it can be gone back to."""
    kept = Exists(SourcePart.objects.filter(source=OuterRef("pk"), number=0))
    return [
        {
            "name": s.name, "kind": s.kind, "layout": s.layout, "provides": s.provides, "active": s.active,
            "version": version_of(s.sha256, s.as_of), "networks": s.networks, "as_of": s.as_of,
            "imported_at": s.imported_at, "replaced_at": s.replaced_at, "kept": there, "rank": s.rank,
            "credit": s.credit, "credit_url": s.credit_url, "licence": s.licence, "sha256": s.sha256,
        }
        for s in Source.objects.annotate(kept=kept).order_by("rank", "name", "-active", "-id")
        for there in [bool(s.kept)]
    ]  # fmt: skip


class CreditLine(NamedTuple):
    """What has to stand beside results of a source, and the address that it leads to."""

    text: str
    url: str


def credits_of(names: Iterable[str] | None = None) -> QuerySet[Source, tuple[str, str]]:
    """Credits of the sources of these names, or of every one, for `read_credits`."""
    rows = Source.objects.exclude(credit="").order_by("rank", "-id")
    if names is not None:
        rows = rows.filter(name__in=set(names))
    return rows.values_list("credit", "credit_url")


def credit_lines(names: Iterable[str] | None = None) -> list[CreditLine]:
    """What has to stand wherever results are shown: of the sources of these names, or of every one. One query, or none without names."""
    return read_credits(credits_of(names))


def read_credits(rows: Iterable[tuple[str, str]]) -> list[CreditLine]:
    """Each credit once."""
    return list(dict.fromkeys(CreditLine(*row) for row in rows))


def earlier_answers(report: Report) -> QuerySet[EarlierAnswer]:
    """What was said before of where the account of a report was, the latest first."""
    return EarlierAnswer.objects.filter(report=report, sighting=None).order_by("-replaced_at", "-id")[:MOST_EARLIER]


def whereabouts(report: Report, earlier: Iterable[EarlierAnswer], *, masked: bool) -> dict[str, Any] | None:
    """Where the account of a report was, with its stretches, hints and earlier answers; None before the stage was there.

    Parameters
    ----------
    earlier
        of `earlier_answers`.
    masked
        an address of the report is a child's and masked: nothing below the state is told, and nothing of single pieces.
    """
    found: Whereabouts | None = getattr(report, "whereabouts", None)  # read along with the report (`visible_report`)
    if found is None:
        return None
    told = {
        "country": found.country, "state": found.state, "district": found.district, "level": found.level,
        "confidence": found.confidence, "confidences": found.confidences, "abstained": found.abstained, "rule": found.rule,
        "explanation": found.explanation, "guesses": found.guesses, "stretches": found.stretches,
        "hints": [piece for piece in found.evidence if piece["kind"] != "address"],
        "earlier": [
            {**{name: e.answer.get(name) for name in ("country", "state", "district", "confidence", "abstained")},
             "until": e.replaced_at.isoformat()}
            for e in earlier
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
