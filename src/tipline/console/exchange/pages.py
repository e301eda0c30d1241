"""The pages of the exchange: which of them a person has, and the tabs that lead between them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from tipline.console.authorise import signed_in
from tipline.core.errors import NotPermittedError
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Can, Scope, may, may_manage_links, may_work_the_desk


def has_exchange(person: User) -> bool:
    """Whether a person has a use for these pages: whoever works a desk, and whoever manages links."""
    return may_work_the_desk(person) or may_manage_links(person)


def must_manage_links(person: User) -> None:
    """Refuse whoever does not manage links: the role first, and then the place in the tree."""
    if not may(person, Can.MANAGE_LINKS):
        raise NotPermittedError("your role does not manage links to other installations")
    if not may_manage_links(person):
        raise NotPermittedError("an administrator of an agency above yours manages links")


def must_see_links(person: User) -> bool:
    """Whether the person manages links; whoever works a desk may see how they do, others are refused."""
    if may_work_the_desk(person):
        return False
    must_manage_links(person)
    return True


def with_tabs(person: User, here: str, **context: Any) -> dict[str, Any]:
    """The context of a page, with the tabs of those that the person has."""
    tabs = [("packages", "Packages")] if may_work_the_desk(person) else []
    tabs += [("agreements", "Agreements"), ("links", "Links")]
    return context | {
        "tabs": [(reverse(f"console:{name}"), label, name == here) for name, label in tabs],
        "errors": context.get("errors", []),
        "error_fields": [field for field, _ in context.get("errors", [])],
    }


@require_safe
@signed_in
def exchange(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """The first of them that the person has."""
    if may_work_the_desk(person):
        return redirect("console:packages")
    must_manage_links(person)
    return redirect("console:links")
