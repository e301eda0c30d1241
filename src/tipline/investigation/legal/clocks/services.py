"""What happened, told to the clocks: what an event starts and what it ends stands in data."""

from __future__ import annotations

from datetime import datetime

from tipline.trust.agencies.models import Agency


def event(
    name: str,
    agency: Agency,
    at: datetime,
    *,
    case_id: int | None = None,
    report_id: int | None = None,
    subject: str = "",
) -> None:
    """Tell the clocks that something happened, inside the caller's transaction.

    Parameters
    ----------
    name
        such as `case.opened`, `case.fir_registered`, `request.sent`: the names are those of `data/*.toml`.
    agency
        whose clock it is: its calendar, its law.
    subject
        what it happened to within the case, such as `request:12`: an event ends the clocks of the same subject only.
    """
