"""What every page of an operation has: its head, the bar of its pages, and forms that each name their act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from tipline.console.casework.forms import Sent
from tipline.console.fields import placed
from tipline.core.errors import ConflictError, InvalidInputError
from tipline.investigation.operations.models import Operation, OperationState
from tipline.investigation.operations.queries import agencies_of, may_run, may_take_part, visible_operation
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Scope

# label, and name of the address, which takes `code`
TABS = (
    ("Overview", "operation"),
    ("Cases and leads", "operation-cases"),
    ("Rules", "operation-rules"),
    ("Tasks", "operation-tasks"),
    ("Days of action", "operation-days"),
    ("People", "operation-people"),
    ("Report", "operation-report"),
)
# pages below a tab
BELOW = {"operation-day": "operation-days", "operation-figure": "operation-report"}


@dataclass(frozen=True, slots=True)
class Ask:
    """Who asks what of which operation: what a page's forms and its content are made of."""

    request: HttpRequest
    person: User
    scope: Scope
    operation: Operation
    agencies: list[Agency]
    sent: Sent

    @property
    def code(self) -> str:
        """Of the operation."""
        return self.operation.code


@dataclass(frozen=True, slots=True)
class Form:
    """What one form does: the field to which its errors belong, and the act, which returns what to say when it is done."""

    field: str
    act: Callable[[Ask], str]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of an operation: the name of its address, its template, its forms by the name of their act, and what else it shows."""

    name: str
    template: str
    forms: Mapping[str, Form]
    more: Callable[[Ask], dict[str, Any]]


def asking(request: HttpRequest, person: User, scope: Scope, code: str) -> Ask:
    """The operation of an address, for whoever is named in it.

    Raises
    ------
    NotFoundError
        for everybody else, as if there were none.
    """
    operation = visible_operation(scope, code)
    return Ask(
        request, person, scope, operation, agencies_of(operation), Sent(request, ZoneInfo(person.agency.timezone))
    )


def show(request: HttpRequest, person: User, scope: Scope, code: str, page: Page, **kwargs: int) -> HttpResponse:
    """The page, or what one of its forms asks for. What is wrong with a form stands on the page, and nothing was changed."""
    ask = asking(request, person, scope, code)
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        form = page.forms.get(request.POST.get("act", ""))
        if form is None:
            errors = [("main", "Choose what to do.")]
        else:
            try:
                messages.success(request, form.act(ask))
                return redirect(reverse(f"console:{page.name}", kwargs={"code": code, **kwargs}))
            except (InvalidInputError, ConflictError) as error:
                errors = [placed(error, form.field)]
            ask = asking(request, person, scope, code)
    else:
        record(person.actor, [Act("operation.read", "operation", ask.operation.pk, {"page": page.name})])
    context = context_of(ask, page.name) | page.more(ask)
    context |= {"errors": errors, "error_fields": [field for field, _ in errors]}
    context |= {"given": request.POST if errors else {}}
    return render(request, page.template, context, status=422 if errors else 200)


def context_of(ask: Ask, here: str) -> dict[str, Any]:
    """What the head and the bar need, and what the person may do here; services check it again."""
    operation, person = ask.operation, ask.person
    closed = operation.state == OperationState.CLOSED
    return {
        "operation": operation,
        "agencies": ask.agencies,
        "tabs": [
            {
                "label": label, "url": reverse(f"console:{name}", args=[operation.code]),
                "current": "page" if name == here else "true" if BELOW.get(here) == name else "",
            }
            for label, name in TABS
        ],
        "runs": may_run(person, operation),
        "may_run": may_run(person, operation) and not closed,
        "may_take_part": may_take_part(person, operation, ask.agencies) and not closed,
        "closed": closed,
    }  # fmt: skip
