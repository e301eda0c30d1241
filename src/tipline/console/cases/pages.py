"""What every page of a case has: its head, and the bar of its pages. A page's template extends `console/case_base.html`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from tipline.console.fields import FieldError
from tipline.investigation.cases.models import Case, CaseState
from tipline.investigation.cases.queries import numbered, visible_case
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Can, Scope, may


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of a case: its label and its address's name, which takes `case_id`."""

    label: str
    name: str


@dataclass(frozen=True, slots=True)
class Group:
    """Pages that an officer works with together; the group's own address is that of its first page."""

    label: str
    tabs: tuple[Tab, ...]


# Fourteen pages in one bar do not fit a screen. Letters stand first after the overview: the whole set is made from there in few keys
# (docs/how-to/letters.md).
GROUPS: tuple[Group, ...] = (
    Group("Overview", (Tab("Overview", "case"),)),
    Group("Papers", (Tab("Letters", "case-letters"), Tab("Requests", "case-requests"), Tab("Replies", "case-replies"))),
    Group("Leads and persons", (Tab("Persons", "case-persons"), Tab("Reports and links", "case-links"))),
    Group("Exhibits", (Tab("Exhibits", "case-exhibits"),)),
    Group("Diary and clocks", (Tab("Diary", "case-diary"), Tab("Tasks", "case-tasks"), Tab("Clocks", "case-clocks"))),
    Group(
        "Law and outcome",
        (
            Tab("Registration", "case-registration"),
            Tab("Safeguarding", "case-safeguarding"),
            Tab("Outcome", "case-outcome"),
            Tab("Close or transfer", "case-close"),
        ),
    ),
)


def case_page(person: User, scope: Scope, case_id: int, here: str) -> dict[str, Any]:
    """The context that every page of a case begins with: `case`, `case_groups`, `may_write`.

    Raises
    ------
    NotFoundError
        when there is none, or it is not in scope.
    """
    return context_of(person, visible_case(scope, case_id), here)


def context_of(person: User, case: Case, here: str) -> dict[str, Any]:
    """As `case_page`, of a case that was read already."""
    return {
        "case": case,
        "case_groups": [_bar(group, case.pk, here) for group in GROUPS],
        # what services check again (`cases.working.work_on`); here only what is offered
        "may_write": (
            case.state == CaseState.OPEN
            and case.destroyed_at is None
            and case.agency_id == person.agency_id
            and may(person, Can.WORK_CASES)
        ),
    }


def case_by_number(scope: Scope, text: str, field: str) -> Case:
    """A case that somebody sees, by its number or its id as they typed it.

    Raises
    ------
    FieldError
        when they see none, or several have that number.
    """
    found = numbered(scope, text[:60])
    if not found:
        raise FieldError(field, "there is no case of that number that you see")
    if len(found) > 1:
        raise FieldError(field, "several cases have that number: give its id")
    return found[0]


def _bar(group: Group, case_id: int, here: str) -> dict[str, Any]:
    """A group as the bar shows it: of the group where one is, its pages too, unless it is but one."""
    inside = any(tab.name == here for tab in group.tabs)
    alone = len(group.tabs) == 1
    return {
        "label": group.label,
        "url": reverse(f"console:{group.tabs[0].name}", args=[case_id]),
        "current": ("page" if alone else "true") if inside else "",
        "tabs": [
            {"label": tab.label, "url": reverse(f"console:{tab.name}", args=[case_id]), "current": tab.name == here}
            for tab in group.tabs
            if inside and not alone
        ],
    }
