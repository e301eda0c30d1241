"""Reading rule sets, samples, previews and suggestions, within what somebody may see."""

from __future__ import annotations

from django.db.models import Case, QuerySet, When

from tipline.core.errors import NotFoundError
from tipline.pipeline.routing.models import (
    DecisionDesk,
    DeskRole,
    Reroute,
    RerouteState,
    RulePreview,
    RuleSample,
    RuleSet,
)
from tipline.reports.models import Report
from tipline.reports.queries import visible_reports
from tipline.trust.visibility import Scope


def rule_sets() -> QuerySet[RuleSet]:
    """All versions, the newest first."""
    return RuleSet.objects.select_related("based_on")


def rule_set(number: int) -> RuleSet:
    """One version.

    Raises
    ------
    NotFoundError
        naming the number.
    """
    found = RuleSet.objects.select_related("based_on").filter(number=number).first()
    if found is None:
        raise NotFoundError(f"there is no rule set {number}; `tipline route rules list` shows them")
    return found


def samples(scope: Scope) -> QuerySet[RuleSample]:
    """The samples of the asker's agencies, by name."""
    found = RuleSample.objects.select_related("agency")
    return found if scope.everything else found.filter(agency_id__in=scope.agency_ids)


def sample(scope: Scope, name: str) -> RuleSample:
    """A sample by name.

    Raises
    ------
    NotFoundError
        when the asker's agencies have none of that name.
    """
    found = samples(scope).filter(name=name).order_by("agency_id").first()
    if found is None:
        raise NotFoundError(f"there is no sample {name[:80]!r}; `tipline route sample make` makes one")
    return found


def previews(scope: Scope, of: RuleSet) -> QuerySet[RulePreview]:
    """The previews that the asker's agencies made of a version, the newest first."""
    found = RulePreview.objects.filter(rule_set=of).select_related("sample", "against", "rule_set")
    return found if scope.everything else found.filter(agency_id__in=scope.agency_ids)


def suggestions(scope: Scope) -> QuerySet[Reroute]:
    """Open suggestions to send a report elsewhere, of the reports that the asker sees; the newest first."""
    return Reroute.objects.filter(
        state=RerouteState.OPEN, report__in=visible_reports(scope).filter(destroyed_at__isnull=True)
    ).select_related("report", "old_agency", "new_agency")


def desks_of(report: Report) -> QuerySet[DecisionDesk]:
    """The desks of the decision on a report, the lead first."""
    rows = DecisionDesk.objects.filter(report_id=report.pk).select_related("agency")
    return rows.order_by(Case(When(role=DeskRole.LEAD, then=0), default=1), "agency__code")
