"""What stands in the bar on top: for each person the screens that their role has a use for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from tipline.console.exchange.pages import has_exchange
from tipline.core.sql import counts
from tipline.exchange.parties import alerts as link_alerts
from tipline.exchange.webhooks import services as webhooks
from tipline.intake.doors.overview import open_alerts
from tipline.trust.accounts.models import Role, User
from tipline.trust.accounts.providers import providers_of
from tipline.trust.visibility import Can, may, may_manage_routing

MOST_WAITING = 1_000  # who reads the bar needs no more


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen in the bar: its label, its address's name, the pages that belong to it, and who has it (None: everybody)."""

    label: str
    name: str
    pages: tuple[str, ...] = ()
    needs: Can | None = None
    space: str = "console"


SCREENS = (
    Screen(
        "Desk",
        "desk",
        (
            "report",
            "report-texts",
            "report-messages",
            "report-contact",
            "report-unmask",
            "report-preservation",
            "report-step",
            "report-summary",
            "cluster",
            "cluster-act",
            "report-finding",
            "desk-act",
            "needs-a-person",
            "bundles",
            "bundle",
            "contacts",
            "desk-counts",
            "second-look",
            "hand-over",
            "desk-expiring-seen",
            "desk-overdue-seen",
            "sent",
            "drafts",
            "triage-rules",
            "triage-fairness",
        ),
        Can.SEE_REPORTS,
    ),
    Screen("Map", "map", ("report-map", "linked-map"), Can.SEE_REPORTS),
    Screen(
        "Cases",
        "cases",
        (
            "case",
            "case-clocks",
            "case-diary",
            "case-persons",
            "case-tasks",
            "case-registration",
            "case-links",
            "case-close",
            "case-transfers",
            "case-transfer",
            "my-tasks",
            "case-requests",
            "case-requests-draft",
            "case-requests-send",
            "case-request",
            "case-replies",
            "reply",
            "reply-act",
            "reply-upload",
            "case-exhibits",
            "case-exhibit-new",
            "case-exhibit",
            "case-exhibit-custody",
            "case-exhibit-hashes",
            "case-exhibit-finding",
            "case-export",
            "case-letters",
            "case-letter",
            "case-letter-edit",
            "case-outcome",
            "case-safeguarding",
        ),
        Can.SEE_REPORTS,
    ),
    Screen(
        "Operations",
        "operations",
        (
            "operation",
            "operation-new",
            "operation-people",
            "operation-cases",
            "operation-rules",
            "operation-tasks",
            "operation-days",
            "operation-day",
            "operation-report",
            "operation-figure",
        ),
        Can.SEE_REPORTS,
    ),
    Screen("Clocks", "clocks", ("clock-rules", "clock-act", "clocks-file"), Can.SEE_REPORTS),
    Screen("Requests", "requests", ("request-rates", "holders", "holder"), Can.SEE_REPORTS),
    Screen("Outcomes", "outcomes", ("report-outcome", "outcome-withdraw", "outcome-reminders-seen"), Can.SEE_REPORTS),
    Screen("Hashes", "hash-lists", ("hash-list", "hash-list-new", "hash-list-subscriber"), Can.FIND_HASHES),
    Screen(
        "Retention",
        "retention",
        ("retention-hold", "retention-lift", "retention-order-new", "retention-order", "retention-certificate"),
        Can.MANAGE_RETENTION,
    ),
    Screen("Log", "log", ("log-checkpoints",), Can.SEE_LOG),
    Screen("Unmaskings", "unmaskings", (), Can.REVIEW_UNMASKING),
    Screen(
        "Statistics",
        "statistics",
        (
            "counts",
            "statistics-figure",
            "statistics-kept",
            "statistics-kept-one",
            "statistics-reports",
            "statistics-transparency",
            "statistics-release",
            "statistics-returns",
        ),
        Can.SEE_COUNTS,
    ),
    Screen("People", "people", ("person", "person-add", "person-act"), Can.MANAGE_PEOPLE),
    Screen(
        "Known hashes",
        "known-lists",
        ("known-list", "known-list-new", "known-list-import", "known-list-file"),
        Can.MANAGE_KNOWN_HASHES,
    ),
    Screen(
        "Exchange",
        "exchange",
        (
            "packages",
            "package-new",
            "package-receive",
            "package-receipt",
            "agreements",
            "agreement",
            "agreement-new",
            "links",
            "link",
            "link-add",
            "link-act",
        ),
        Can.MANAGE_LINKS,
    ),
    Screen("Webhooks", "webhooks", ("webhook-new", "webhook-act"), Can.MANAGE_PEOPLE),
    Screen("Providers", "providers", ("provider", "provider-limits", "alert-acknowledge"), Can.MANAGE_PROVIDERS),
    Screen(
        "Routing",
        "routing",
        (
            "routing-draft",
            "routing-rules",
            "routing-edit",
            "routing-release",
            "routing-roll-back",
            "routing-preview-result",
            "routing-what-if",
        ),
        Can.MANAGE_ROUTING,
    ),
    Screen(
        "Triage",
        "triage",
        (
            "triage-draft",
            "triage-set",
            "triage-weights",
            "triage-release",
            "triage-roll-back",
            "triage-simulation",
        ),
        Can.MANAGE_ROUTING,
    ),
    Screen(
        "Agencies",
        "agencies",
        (
            "agency",
            "agency-standing-rule",
            "agency-hours",
            "agency-case-numbers",
            "agency-letterhead",
        ),
    ),
)


# In a training range: what those have who train there, in the place of all that.
RANGE_SCREENS: dict[Role, tuple[Screen, ...]] = {
    Role.TRAINER: (
        Screen(
            "Courses",
            "courses",
            (
                "course", "roster", "people", "sessions", "session", "exercises", "board", "results", "certificates",
            ),
            space="courses",
        ),
        Screen("Scenarios", "scenarios", ("scenario",), space="training"),
    ),
    Role.TRAINEE: (
        Screen("My course", "mine", ("test",), space="courses"),
        Screen("Exercises", "exercises", ("attempt", "finish", "debrief", "paper", "ledger", "values", "search"), space="training"),
    ),
}  # fmt: skip


def _screens(person: User) -> tuple[Screen, ...]:
    return RANGE_SCREENS.get(Role(person.role), SCREENS) if settings.RANGE else SCREENS


def first_screen(person: User) -> str:
    """The name of the address where a person's work begins: the first screen that their role has a use for."""
    screens = _screens(person)
    if screens is not SCREENS:
        return f"{screens[0].space}:{screens[0].name}"
    return f"console:{next((screen.name for screen in SCREENS if screen.needs and may(person, screen.needs)), 'desk')}"


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: `navigation`, a list of {label, url, current, count}, where current is `page`, `true` or empty, and
    count is of what waits for somebody there."""
    person = getattr(request, "user", None)
    if not isinstance(person, User):
        return {"navigation": ()}
    here = request.resolver_match.url_name if request.resolver_match else ""
    screens = [screen for screen in _screens(person) if screen.needs is None or _has(person, screen.needs)]
    waiting = _waiting(person) if any(screen.name == "providers" for screen in screens) else {}
    return {
        "navigation": [
            {
                "label": screen.label,
                "url": reverse(f"{screen.space}:{screen.name}"),
                "count": waiting.get(screen.name, 0),
                "current": "page" if here == screen.name else "true" if here in screen.pages else "",
            }
            for screen in screens
        ]
    }


def training_range(request: HttpRequest) -> dict[str, bool]:
    """Context of every page: `training_range`, whether this installation is a training range and says so on top of the page; `at_own_desk`,
    whether a trainee works at a desk of their own and has a way back."""
    return {
        "training_range": settings.RANGE,
        "at_own_desk": settings.RANGE and "training_trainee" in getattr(request, "session", {}),
    }


def _has(person: User, needs: Can) -> bool:
    """Whether a role has a use for a screen, at the agency where the person works."""
    if needs == Can.MANAGE_LINKS:
        return has_exchange(person)
    return may_manage_routing(person) if needs == Can.MANAGE_ROUTING else may(person, needs)


def _waiting(person: User) -> dict[str, int]:
    """In the bar of whoever manages providers, webhooks and links: open alerts of the first and the last, and what of the second was switched off."""
    alerts = open_alerts(providers_of(person).values_list("id", flat=True))
    off, loud = webhooks.failing(person), link_alerts.unseen(person)
    return counts(
        {
            "providers": (alerts.values("pk"), MOST_WAITING),
            "webhooks": (off.values("pk"), MOST_WAITING),
            "exchange": (loud.values("pk"), MOST_WAITING),
        }
    )
