"""A source that is ready to be asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tipline.pipeline.attribution.sources.compiled import Compiled
from tipline.pipeline.attribution.statements import Claim


@dataclass(frozen=True, slots=True)
class Speaker:
    """A compiled source with its claims, one object each."""

    name: str
    kind: str
    compiled: Compiled
    claims: tuple[Claim, ...]


def claims_of(compiled: Compiled, name: str, kind: str, version: str, as_of: date | None) -> tuple[Claim, ...]:
    """Its templates as the claims of this edition. A row whose time is over speaks as of its last day."""
    return tuple(
        Claim(
            name, kind, version,
            min(as_of, date.fromisoformat(t.until)) if t.until and as_of else as_of,
            t.country, t.state, t.district, t.precision, t.sureness, t.flags, t.how, t.candidates,
        )
        for t in compiled.templates
    )  # fmt: skip
