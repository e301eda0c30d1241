"""The hash values that a certificate states: of each report as it was received, of each reported file, and of the case's exhibits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from tipline.investigation.cases.models import Case, CaseReport
from tipline.investigation.exhibits.queries import Kept, hashes_of_exhibits
from tipline.reports.models import Document, DocumentKind, ReportedFile
from tipline.trust.accounts.models import ReporterKind


@dataclass(frozen=True, slots=True)
class CertifiedHash:
    """One hash value.

    Parameters
    ----------
    what
        `report` (the document as received, byte for byte), `file` or `exhibit`.
    name
        the file's number at the door, never the name that somebody gave it, which may name a child; of an exhibit its number.
    report_id
        None of an exhibit.
    own
        computed here from the bytes received; otherwise it is the provider's word.
    """

    what: str
    name: str
    report_id: int | None
    algorithm: str
    value: str
    own: bool


def reported(case: Case) -> QuerySet[CaseReport]:
    """The reports of a case that were filed with it.

    What the office itself filed out of a company's reply is no information that it received, and its document no record that
    came: the reply's file is.
    """
    return CaseReport.objects.filter(case=case).exclude(report__reporter__kind=ReporterKind.REPLY)


def documents_asked(reports: QuerySet[Any, Any]) -> QuerySet[Document, tuple[int, str, str]]:
    """The digests of what was received of reports, given as a query for their ids; for `hashes_among`."""
    rows = Document.objects.filter(report_id__in=reports, kind=DocumentKind.REPORT).order_by("report_id")
    return rows.values_list("report_id", "sha256", "source_sha256")


def hashes_among(
    documents: Iterable[tuple[int, str, str]], files: Iterable[ReportedFile], exhibits: Iterable[Kept]
) -> tuple[CertifiedHash, ...]:
    """All hash values of a case: of its reports in their order, each one's document first and then its files; then of its exhibits."""
    # where another form came than XML, what was received is the source
    found = [CertifiedHash("report", "", report, "SHA-256", source or sha, True) for report, sha, source in documents]
    for file in files:
        for algorithm, value in (("SHA-256", file.sha256), ("SHA-1", file.sha1), ("MD5", file.md5)):
            if value:
                found.append(CertifiedHash("file", file.wire_id, file.report_id, algorithm, value, file.uploaded))
    found.sort(key=lambda one: (one.report_id, one.what != "report"))
    return (*found, *_of_exhibits(exhibits))


def _of_exhibits(exhibits: Iterable[Kept]) -> list[CertifiedHash]:
    """Of exhibits and of their images: an officer's word, computed where they were examined. Reported files stand above already."""
    return [
        CertifiedHash("exhibit", one.reference, None, one.algorithm.label, one.value, own=False)
        for one in hashes_of_exhibits(exhibits)
    ]
