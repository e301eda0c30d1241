"""Reading the record, within what somebody may see."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from tipline.core.errors import NotFoundError
from tipline.reports.models import Document, DocumentKind, Holding, Report
from tipline.reports.received import ReportNotFoundError
from tipline.trust.accounts.models import Reporter
from tipline.trust.visibility import Scope


def visible_reports(scope: Scope) -> QuerySet[Report]:
    """The reports that an agency in scope holds or held."""
    if scope.everything:
        return Report.objects.all()
    return Report.objects.filter(Exists(Holding.objects.filter(report=OuterRef("pk"), agency_id__in=scope.agency_ids)))


def visible_report(scope: Scope, report_id: int, *related: str) -> Report:
    """One report with its provider, and what rooms above name as `related` to be read along.

    Raises
    ------
    NotFoundError
        when there is none, or it is not in scope: the two look the same.
    """
    report = (
        visible_reports(scope).select_related("reporter", "receiving_agency", *related).filter(pk=report_id).first()
        if 0 < report_id < 2**63
        else None
    )
    if report is None:
        raise NotFoundError(f"report {report_id} does not exist")
    return report


def report_of_provider(reporter: Reporter, report_id: int) -> Report:
    """A report that this provider filed; `as_received` is the digest of its document if that was not CyberTipline XML.

    Raises
    ------
    ReportNotFoundError
        also when another provider filed it.
    """
    document = Document.objects.filter(report=OuterRef("pk"), kind=DocumentKind.REPORT).values("source_sha256")[:1]
    report = (
        Report.objects.filter(pk=report_id, reporter=reporter).annotate(as_received=Subquery(document)).first()
        if 0 < report_id < 2**63
        else None
    )
    if report is None:
        raise ReportNotFoundError(f"report {report_id} does not exist")
    return report
