"""The children of a case, for those who need to know. One page, one act at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tipline.console.authorise import signed_in
from tipline.console.cases.pages import case_page
from tipline.console.fields import FieldError, placed
from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.investigation.safeguarding import services
from tipline.investigation.safeguarding.directory import SERVICES, services_of
from tipline.investigation.safeguarding.models import AnswerKind, Consent, SaidBy, StepKind, Wish
from tipline.investigation.safeguarding.queries import children_of
from tipline.trust.accounts.models import User
from tipline.trust.agencies.queries import country_of
from tipline.trust.visibility import Can, Scope, may


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def children(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """What is written of the children of a case, and a form for each thing that may be added. That it was read is logged."""
    context = case_page(person, scope, case_id, "case-safeguarding")
    found = children_of(person, case_id)
    errors: list[tuple[str, str]] = []
    verb = request.POST.get("act", "")
    if request.method == "POST":
        act = _ACTS.get(verb)
        if act is None:
            raise NotFoundError("there is no such act")
        try:
            messages.success(request, act(_Filled(request.POST, person, case_id)))
        except (InvalidInputError, ConflictError) as error:
            errors = [placed(error, _place(verb, request.POST))]
        else:
            return redirect("console:case-safeguarding", case_id)
    country = country_of(found.case.agency)
    context |= {
        "found": found, "errors": errors, "given": request.POST if errors else {}, "failed": _place(verb, request.POST) if errors else "",
        "services": services_of(country), "consents": Consent.choices, "said_by": SaidBy.choices, "wishes": Wish.choices,
        "answers": AnswerKind.choices, "today": _local(person).date().isoformat(), "this_minute": f"{_local(person):%Y-%m-%dT%H:%M}",
        # of a closed case too: a child is cared for longer than a case lasts
        "next_number": len(found.children) + 1,
        "services_note": SERVICES[country].about.note if country in SERVICES else "",
        "may_add": found.case.destroyed_at is None and may(person, Can.WORK_CASES),
    }  # fmt: skip
    return render(request, "console/case_safeguarding.html", context, status=422 if errors else 200)


def _local(person: User) -> datetime:
    return now().astimezone(ZoneInfo(person.agency.timezone))


def _place(verb: str, given: QueryDict) -> str:
    """The id of the form that an error belongs to."""
    which = next((given[name] for name in ("child", "referral", "step", "note") if given.get(name)), "all")
    return f"{verb}-{which}"[:60]


class _Filled:
    """A form that was sent, read field by field."""

    def __init__(self, given: QueryDict, person: User, case_id: int) -> None:
        self.given = given
        self.person = person
        self.case_id = case_id

    def text(self, name: str) -> str:
        return self.given.get(name, "")

    def number(self, name: str) -> int:
        text = self.text(name)
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise NotFoundError("there is no such thing")
        return int(text)

    def number_or_none(self, name: str) -> int | None:
        return self.number(name) if self.text(name) else None

    def day(self, name: str) -> date | None:
        try:
            return date.fromisoformat(self.text(name)) if self.text(name) else None
        except ValueError:
            raise FieldError(_place(self.text("act"), self.given), "the day is no date") from None

    def moment(self, name: str) -> datetime | None:
        """A time in the desk's zone, as `datetime-local` writes it."""
        try:
            read = datetime.fromisoformat(self.text(name)) if self.text(name) else None
        except ValueError:
            raise FieldError(_place(self.text("act"), self.given), "the time is none that can be read") from None
        return read and read.replace(tzinfo=read.tzinfo or ZoneInfo(self.person.agency.timezone))

    def one_of(self, name: str, among: type) -> str:
        """A value of a list."""
        if self.text(name) not in among.values:  # type: ignore[attr-defined]
            raise FieldError(_place(self.text("act"), self.given), f"choose {name.replace('_', ' ')}")
        return self.text(name)


def _child(filled: _Filled) -> str:
    made = services.add_child(filled.person, filled.case_id, filled.moment("at"))
    return f"Child {made.number} is listed. The Committee and the Special Court must be told within 24 hours of when it was known"


def _step(filled: _Filled) -> str:
    kind = StepKind(filled.one_of("kind", StepKind))
    services.take_step(
        filled.person, filled.case_id, filled.number("child"), kind, filled.moment("at"), filled.text("reference")
    )
    if kind == StepKind.SAFEGUARDED:
        return "Safeguarded. The outcome of the case says how many children are; nothing else of them"
    return f"Written down: {kind.label}"


def _withdraw(filled: _Filled) -> str:
    services.withdraw_step(filled.person, filled.case_id, filled.number("step"), filled.text("why"))
    return "Withdrawn. Both entries stay in the record"


def _note(filled: _Filled) -> str:
    made = services.add_note(
        filled.person,
        filled.case_id,
        filled.text("text"),
        filled.number_or_none("child"),
        filled.number_or_none("note"),
    )
    return "The note is corrected; the earlier one stays" if made.corrects_id else "The note is kept"


def _refer(filled: _Filled) -> str:
    support = services.Support(
        filled.text("service"), Consent(filled.one_of("consent", Consent)), SaidBy(filled.one_of("consent_by", SaidBy)),
        filled.day("on"), filled.text("text"),
    )  # fmt: skip
    made = services.refer(filled.person, filled.case_id, filled.number("child"), support)
    return f"Noted: referred to {made.service_label}"


def _answer(filled: _Filled) -> str:
    services.answer(
        filled.person, filled.case_id, filled.number("referral"), AnswerKind(filled.one_of("kind", AnswerKind)), filled.day("on"),
        filled.text("text"),
    )  # fmt: skip
    return "The answer is noted"


def _prefer(filled: _Filled) -> str:
    wanted = services.Wanted(
        Wish(filled.one_of("wish", Wish)), SaidBy(filled.one_of("said_by", SaidBy)), filled.text("channel"), filled.text("language"),
        filled.text("case_progress") == "1", filled.text("recirculation") == "1", filled.day("review_on"),
    )  # fmt: skip
    services.prefer(filled.person, filled.case_id, filled.number("child"), wanted)
    return "Noted what is wished"


_ACTS: dict[str, Callable[[_Filled], str]] = {
    "child": _child, "step": _step, "withdraw": _withdraw, "note": _note, "refer": _refer, "answer": _answer, "prefer": _prefer,
}  # fmt: skip
