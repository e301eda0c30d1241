"""What is loud: found in what providers asked, kept as `Alert`s until somebody has looked."""

from __future__ import annotations

from collections.abc import Sequence

from tipline.intake.doors.calls import Exchange


def watch(exchanges: Sequence[Exchange]) -> None:
    """Raise alerts for what these calls show. Called with each lot that is written, in its transaction; set-wise."""
