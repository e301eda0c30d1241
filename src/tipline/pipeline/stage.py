"""What a stage is to the list that runs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Batch:
    """The reports that a stage works on at once: their ids, locked by this transaction, and the time of the run."""

    report_ids: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Stage:
    """One entry of the list.

    `process` reads a batch, computes, and writes the stage's own rows, set-wise, in the transaction it is called in. Run
    again on the same reports with the same version it leaves the same rows.
    """

    name: str
    version: str
    process: Callable[[Batch], None]
