"""One address at one time: the verdict on what sources said of it, with the explanation and every source that spoke."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tipline.core.clock import now
from tipline.pipeline.attribution.fusion.model import Level, Model, model
from tipline.pipeline.attribution.fusion.sentences import explain
from tipline.pipeline.attribution.fusion.weighing import Heard, Verdict, fuse
from tipline.pipeline.attribution.statements import Statement


@dataclass(frozen=True, slots=True)
class Answer:
    """Where an address was at its time: the verdict, who owns the network, and why in words. `sources` is plain data."""

    verdict: Verdict
    owner: str
    asn: int | None
    explanation: str
    sources: tuple[dict[str, Any], ...]

    def as_data(self) -> dict[str, Any]:
        """As `geo lookup --json` and the report's JSON give it."""
        v = self.verdict
        return {
            "country": v.country, "state": v.state, "district": v.district, "level": v.level, "owner": self.owner, "asn": self.asn,
            "flags": list(v.flags), "confidence": v.confidence, "confidences": per_level(v.confidences), "abstained": v.abstained,
            "guesses": guesses_data(v), "sources": list(self.sources), "explanation": self.explanation, "model": v.model_version,
        }  # fmt: skip


def attribute(
    ip: str,
    at: datetime | None,
    port: int | None,
    statements: Sequence[Statement],
    extra: Iterable[str] = (),
    *,
    verdict: Verdict | None = None,
    by: Model | None = None,
) -> Answer:
    """The answer for one address.

    Parameters
    ----------
    at
        when it was used; without it sources are held against today.
    statements
        what sources said of it, the first-ranked first.
    extra
        marks that no source gave.
    verdict
        when the same claims were weighed already.
    """
    chosen = by or model()
    claims = tuple(s.claim for s in statements)
    found = verdict or fuse(claims, (at or now()).date(), extra, by=chosen)
    return Answer(
        found,
        next((s.owner for s in statements if s.owner), ""),
        next((s.asn for s in statements if s.asn is not None), None),
        explain(ip, port, at, found, chosen, [s.found_by for s in statements]),
        tuple(_told(s, h) for s, h in zip(statements, found.heard, strict=True)),
    )


def per_level(confidences: tuple[float, float, float]) -> dict[Level, float]:
    """Confidences by the name of the level."""
    country, state, district = confidences
    return {"country": country, "state": state, "district": district}


def guesses_data(verdict: Verdict) -> list[dict[str, Any]]:
    """The best guesses as plain data."""
    return [{"country": g.country, "state": g.state, "district": g.district, "share": g.share} for g in verdict.guesses]


def _told(statement: Statement, heard: Heard) -> dict[str, Any]:
    """What one source said and what it weighed, as it is kept."""
    claim = statement.claim
    return {
        "source": claim.source, "kind": claim.kind, "version": claim.version, "network": statement.found_by,
        "country": claim.country, "state": claim.state, "district": claim.district, "precision": claim.precision,
        "owner": statement.owner, "asn": statement.asn, "flags": list(claim.flags),
        "as_of": claim.as_of.isoformat() if claim.as_of else "", "how": claim.how,
        "relation": heard.relation, "as_far_as": heard.level, "weights": per_level(heard.weights),
    }  # fmt: skip
