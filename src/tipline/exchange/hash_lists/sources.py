"""Where hashes come from that a person says something of: a reported file, an exhibit, what a tool listed on one."""

from __future__ import annotations

from tipline.core.errors import InvalidInputError, NotFoundError
from tipline.investigation.exhibits.models import Exhibit, ExhibitHash
from tipline.reports.hashes.words import ALGORITHMS, read_value
from tipline.reports.models import ReportedFile
from tipline.reports.queries import visible_report
from tipline.trust.visibility import Scope

Hashes = list[tuple[str, str]]


def of_reported_file(scope: Scope, report_id: int, file_id: str) -> Hashes:
    """Hashes of a reported file, those of kinds that lists know.

    Raises
    ------
    NotFoundError
        when the asker sees no such report, or it has no such file.
    """
    report = visible_report(scope, report_id)
    file = ReportedFile.objects.filter(report=report, wire_id=file_id[:32]).first()
    if file is None:
        raise NotFoundError(f"report {report_id} has no file {file_id[:32]!r}")
    stated = [(str(kind).lower(), str(value)) for kind, value in file.stated_hashes]
    own = [("md5", file.md5), ("sha1", file.sha1), ("sha256", file.sha256), ("pdq", file.pdq)]
    return sorted({(kind, value) for kind, value in map(_read, own + stated) if value})


def of_exhibit(exhibit: Exhibit, tool_category: str = "") -> Hashes:
    """Hashes of an exhibit as a whole; or of the files on it that a tool put into a category."""
    if not tool_category:
        return [(one.algorithm, one.value) for one in exhibit.digests.order_by("algorithm")]
    rows = ExhibitHash.objects.filter(exhibit=exhibit, category=tool_category).values_list("algorithm", "value")
    return [(algorithm, bytes(value).hex()) for algorithm, value in rows]


def _read(one: tuple[str, str]) -> tuple[str, str]:
    """A hash as lists hold it; an empty value for one that a provider wrote in no form that is known."""
    kind, value = one
    try:
        return (kind, read_value(kind, value)) if kind in ALGORITHMS and value else (kind, "")
    except InvalidInputError:
        return kind, ""
