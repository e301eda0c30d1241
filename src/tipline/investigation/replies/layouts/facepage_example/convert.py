"""Lines `key: value`: each login begins with its IP address."""

from __future__ import annotations

from collections.abc import Iterator

from tipline.investigation.replies.files.keyvalue import records
from tipline.investigation.replies.files.rows import Row


def convert(rows: Iterator[Row]) -> Iterator[Row]:
    """The headings, then a row for each login; what is said of the account goes with each."""
    return records(rows, begins="IP Address")
