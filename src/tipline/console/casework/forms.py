"""Pages of a case that show something and take several small forms: each form names its act, each act is one call of a service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tipline.console.cases.pages import context_of
from tipline.console.fields import FieldError, placed
from tipline.core.errors import ConflictError, InvalidInputError, NotPermittedError
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.queries import visible_case
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Scope


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it was sent, read by the desk's clock."""

    request: HttpRequest
    zone: ZoneInfo

    def text(self, name: str) -> str:
        """A field's text, trimmed; empty when it was not sent."""
        return self.request.POST.get(name, "").strip()

    def ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return self.request.POST.get(name) == "1"

    def number(self, name: str) -> int:
        """A number that the page itself put into the form.

        Raises
        ------
        InvalidInputError
            when it is none.
        """
        return _number(self.text(name), name)

    def numbers(self, name: str) -> list[int]:
        """All numbers that were chosen."""
        return [_number(text, name) for text in self.request.POST.getlist(name)]

    @property
    def seen(self) -> int | None:
        """Which state of the thing the form was shown with."""
        return self.number("seen") if self.text("seen") else None

    def moment(self, name: str) -> datetime | None:
        """A day and a time by the desk's clock; None for an empty field.

        Raises
        ------
        FieldError
            when it is neither.
        """
        text = self.text(name)
        if not text:
            return None
        try:
            found = datetime.fromisoformat(text)
        except ValueError as error:
            raise FieldError(name, "give a day and a time, as 2027-01-26T09:30") from error
        return found if found.tzinfo else found.replace(tzinfo=self.zone)

    def day(self, name: str) -> date | None:
        """A day; None for an empty field.

        Raises
        ------
        FieldError
            when it is none.
        """
        text = self.text(name)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError as error:
            raise FieldError(name, f"{text[:20]!r} is not a date: write it as 2027-01-26") from error

    def agency(self, name: str) -> Agency:
        """The active agency of a code.

        Raises
        ------
        FieldError
            when there is none.
        """
        found = Agency.objects.filter(code=self.text(name).upper()[:40], active=True).first()
        if found is None:
            raise FieldError(name, "there is no active agency with that code")
        return found

    def colleague(self, name: str, agency_id: int) -> User | None:
        """Somebody of an agency, by address; None for an empty field.

        Raises
        ------
        FieldError
            when nobody has it there.
        """
        text = self.text(name).lower()
        if not text:
            return None
        found = User.objects.filter(email=text[:254], agency_id=agency_id, is_active=True).first()
        if found is None:
            raise FieldError(name, "choose somebody from the list")
        return found


def _number(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise InvalidInputError(f"choose a {name}")
    return int(text)


@dataclass(frozen=True, slots=True)
class Form:
    """What one form of a page does: the field to which its errors belong, and the act, which returns what to say when it is done."""

    field: str
    act: Callable[[User, Case, Sent], str]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a case: the name of its address, its template, its forms by the name of their act, and what else it shows."""

    name: str
    template: str
    forms: Mapping[str, Form]
    more: Callable[[HttpRequest, User, Scope, Case], dict[str, Any]]


def show(request: HttpRequest, person: User, scope: Scope, case_id: int, page: Page) -> HttpResponse:
    """The page, or what one of its forms asks for. What is wrong with a form stands on the page, and nothing was changed."""
    case = visible_case(scope, case_id)
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        form = page.forms.get(request.POST.get("act", ""))
        if form is None:
            errors = [("main", "Choose what to do.")]
        else:
            try:
                messages.success(request, form.act(person, case, Sent(request, ZoneInfo(case.agency.timezone))))
                return redirect(f"console:{page.name}", case_id=case.pk)
            except (InvalidInputError, ConflictError) as error:
                errors = [placed(error, form.field)]
            except NotPermittedError as error:
                if not context_of(person, case, page.name)["may_write"]:
                    raise
                errors = [placed(error, form.field)]
            case = visible_case(scope, case_id)
    else:
        record(person.actor, [Act("case.read", "case", case.pk, {"page": page.name})])
    context = context_of(person, case, page.name) | page.more(request, person, scope, case)
    context |= {"errors": errors, "error_fields": [field for field, _ in errors]}
    context |= {"given": request.POST if errors else {}}
    return render(request, page.template, context, status=422 if errors else 200)
