"""Lines `key: value`, as business records in PDF are written, as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tipline.investigation.replies.files.rows import Row

LONGEST_KEY = 60


def records(rows: Iterable[Row], begins: str = "") -> Iterator[Row]:
    """The headings, then a row for each record.

    Parameters
    ----------
    begins
        the key that each record begins with; what stands before the first goes with every record. Empty: a record ends where
        one of its keys comes again.
    """
    common: dict[str, str] = {}
    found: list[tuple[int, dict[str, str]]] = []
    for row in rows:
        key, sign, value = (row.cells[0] if row.cells else "").partition(":")
        key, value = key.strip(), value.strip()
        if not sign or not value or not key or len(key) > LONGEST_KEY:
            continue
        if key == begins or (not begins and (not found or key in found[-1][1])):
            found.append((row.line, {}))
        (found[-1][1] if found else common)[key] = value
    headings = list(dict.fromkeys([*common, *(key for _, record in found for key in record)]))
    if not headings:
        return
    yield Row(0, tuple(headings))
    for line, record in found or [(1, {})]:
        whole = common | record
        yield Row(line, tuple(whole.get(key, "") for key in headings))
