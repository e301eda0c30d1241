"""The columns of the tables of facts, by how they change."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Names:
    """A table of facts: its key beside the agency, the time from which its rows say anything, and its columns by how they change.

    Parameters
    ----------
    events
        times of events: NULL in an answer as of a moment before them.
    with_events
        what comes with an event: like its time, it may be written where nothing was.
    stated
        what else a fact says: whatever of it changes makes a new row.
    """

    table: str
    key: str
    first: str
    events: tuple[str, ...]
    with_events: tuple[str, ...]
    stated: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """All that are worked out, the key's two first."""
        return (self.key, "agency_id", *self.events, *self.with_events, *self.stated)


REPORTS = Names(
    "statistics_fact", "report_id", "received_at",
    (
        "processed_at", "retracted_at", "referred_at", "accepted_at", "case_at", "fir_at", "traced_at", "outcome_at", "feedback_at",
        "acknowledged_at", "accepted_here_at", "sent_on_at", "returned_at",
    ),
    ("case_id",),
    (
        "month", "district", "provider_id", "category", "desk_id", "channel", "received_at", "logs_gone_at", "arrived_at",
        "children", "repeat", "merged", "urgent", "completeness", "files", "identifiers", "useful",
    ),
)  # fmt: skip
REQUESTS = Names(
    "statistics_requestfact", "request_id", "sent_at", ("replied_at", "ended_at"), (),
    ("month", "holder", "holder_name", "kind", "sent_at", "answer", "usefulness", "withdrawn"),
)  # fmt: skip
