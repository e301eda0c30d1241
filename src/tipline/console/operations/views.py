"""Pages of operations. Whoever is not named in one gets 404 for each of them, as if it were not there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tipline.console.authorise import signed_in
from tipline.console.casework.forms import Sent
from tipline.console.desk.pages import page_at
from tipline.console.downloads import printed
from tipline.console.fields import FieldError, placed
from tipline.console.operations.pages import Ask, Form, Page, asking, context_of, show
from tipline.core.clock import zone_of
from tipline.core.errors import InvalidInputError, NotFoundError, NotPermittedError
from tipline.core.sql import counts, together
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.queries import numbered
from tipline.investigation.legal.catalogue import catalogue
from tipline.investigation.operations import laying, membership, papers, services
from tipline.investigation.operations import rules as ruling
from tipline.investigation.operations.figures import FIGURES, Of, rows_of, shown, whole
from tipline.investigation.operations.laying import Step
from tipline.investigation.operations.models import DistrictTaskState, Goal, Phase
from tipline.investigation.operations.queries import members_of, visible_operations
from tipline.investigation.operations.rules import Conditions
from tipline.investigation.operations.services import Plan
from tipline.investigation.operations.texts import LANGUAGES, language_for
from tipline.reports.models import Report
from tipline.reports.queries import visible_reports
from tipline.trust.accounts.models import Reporter, ReporterKind, User
from tipline.trust.agencies.models import Agency
from tipline.trust.agencies.queries import country_of
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import MAY, Can, Scope, may

MOST_COUNTED = 2_000  # of what belongs to an operation; behind it there may be more pages
MOST_ROWS = 200  # of a figure on its page
MOST_PEOPLE = 300


@require_safe
@signed_in
def operations(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """The operations that name the person or their agency. That they were listed is logged."""
    found = list(visible_operations(scope))
    record(person.actor, [Act("operation.listed", "agency", person.agency.code, {"rows": len(found)})])
    context = {"operations": found, "may_add": may(person, Can.RUN_OPERATIONS)}
    return render(request, "console/operations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Add an operation of the person's agency."""
    if not may(person, Can.RUN_OPERATIONS):
        raise NotPermittedError("your role runs no operations")
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        sent = Sent(request, zone_of(person.agency.timezone))
        try:
            made = services.plan_operation(person, _plan(sent, person.agency_id), whole_agency=sent.ticked("whole"))
        except InvalidInputError as error:
            errors = [placed(error, "name")]
        else:
            messages.success(request, f"{made.name} is planned")
            return redirect("console:operation", code=made.code)
    context = {
        "errors": errors, "error_fields": [field for field, _ in errors], "given": request.POST, "officers": list(_working([person.agency]))
    }  # fmt: skip
    return render(request, "console/operation_new.html", context, status=422 if errors else 200)


def _plan(sent: Sent, agency_id: int) -> Plan:
    since = sent.day("since")
    if since is None:
        raise FieldError("since", "give the first day")
    text = sent.text("lead_officer").lower()
    officer = User.objects.filter(email=text[:254], is_active=True).first() if text else None
    if text and officer is None:
        raise FieldError("lead_officer", "choose somebody from the list")
    return Plan(sent.text("name"), since, sent.day("until"), sent.text("note"), officer)


def _working(agencies: list[Agency]) -> QuerySet[User]:
    """Who works on cases at these agencies, by name."""
    found = User.objects.filter(agency__in=[a.pk for a in agencies], is_active=True, role__in=MAY[Can.WORK_CASES])
    return found.select_related("agency").order_by("name", "id")[:MOST_PEOPLE]


# -- overview -----------------------------------------------------------------------------------------------------------


def _change(ask: Ask) -> str:
    services.change_operation(ask.person, ask.code, _plan(ask.sent, ask.operation.agency_id), ask.sent.seen)
    return "The operation is changed"


def _goal(ask: Ask) -> str:
    services.set_goal(ask.person, ask.code, ask.sent.text("figure"), _number(ask.sent, "target"))
    return "The goal is written down"


def _phase(ask: Ask) -> str:
    since = ask.sent.day("phase_since")
    if since is None:
        raise FieldError("phase_since", "give the first day")
    services.set_phase(ask.person, ask.code, ask.sent.text("phase"), since, ask.sent.day("phase_until"))
    return "The phase is written down"


def _move(ask: Ask) -> str:
    to = ask.sent.text("to")
    services.move(ask.person, ask.code, to, ask.sent.text("reason"))
    return {"running": "The operation runs", "closed": "The operation is closed, its figures are kept"}.get(to, "Done")


def _number(sent: Sent, name: str) -> int:
    text = sent.text(name)
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise FieldError(name, "give a whole number, 0 or more")
    return int(text)


def _languages() -> list[tuple[str, str]]:
    return [(code, texts.language.name) for code, texts in LANGUAGES.items()]


def _overview(ask: Ask) -> dict[str, Any]:
    figures = shown(ask.scope, ask.operation)
    goals, phases, officers = together(
        Goal.objects.filter(operation=ask.operation).order_by("id"),
        Phase.objects.filter(operation=ask.operation).order_by("since", "id"),
        _working(ask.agencies),
    )
    return {
        "goals": papers.goals_of(goals, figures),
        "figures": list(FIGURES.values()),
        "first": [figures[name] for name in ("children_safeguarded", "reports", "cases", "arrests")],
        "phases": phases,
        "officers": officers,
        "languages": _languages(),
    }


_MOVE = Form("reason", _move)
OVERVIEW = Page(
    "operation", "console/operation.html",
    {"change": Form("name", _change), "goal": Form("target", _goal), "phase": Form("phase", _phase), "move": _MOVE}, _overview,
)  # fmt: skip


# -- people -------------------------------------------------------------------------------------------------------------


def _agencies(ask: Ask) -> str:
    chosen = ask.request.POST.getlist("agency")[:MOST_ROWS]
    services.let_take_part(ask.person, ask.code, chosen, known=ask.sent.ticked("known"))
    return f"{len(chosen)} {'agency takes' if len(chosen) == 1 else 'agencies take'} part"


def _end_agency(ask: Ask) -> str:
    services.end_part(ask.person, ask.code, ask.sent.text("which"))
    return "That agency takes part no longer"


def _member(ask: Ask) -> str:
    services.name_member(ask.person, ask.code, ask.sent.text("email"), ask.sent.text("part"))
    return "They know of it now"


def _end_member(ask: Ask) -> str:
    services.end_member(ask.person, ask.code, ask.sent.number("member"))
    return "They know of it no longer"


def _people(ask: Ask) -> dict[str, Any]:
    runs = context_of(ask, "")["may_run"]
    there = {agency.pk for agency in ask.agencies}
    return {
        "members": list(members_of(ask.operation)),
        "others": [a for a in services.beside_or_below(ask.operation) if a.pk not in there] if runs else [],
    }


PEOPLE = Page(
    "operation-people", "console/operation_people.html",
    {
        "agencies": Form("agency", _agencies), "end_agency": Form("main", _end_agency), "member": Form("email", _member),
        "end_member": Form("main", _end_member),
    },
    _people,
)  # fmt: skip


# -- cases, leads, rules ------------------------------------------------------------------------------------------------


def _put_in(ask: Ask) -> str:
    cases: list[int] = []
    reports: list[int] = []
    for text in ask.sent.text("what").replace(",", " ").split():
        if text.isascii() and text.isdigit() and len(text) < 19:
            reports.append(int(text))
        else:
            found = numbered(ask.scope, text)
            if len(found) != 1:
                raise FieldError("what", f"there is no case {text[:60]!r}")
            cases.append(found[0].pk)
    new_ones = membership.put_in(ask.person, ask.code, ask.sent.text("reason"), cases=cases, reports=reports)
    return f"{new_ones} put in"


def _take_out(ask: Ask) -> str:
    membership.take_out(ask.person, ask.code, ask.sent.number("membership"), ask.sent.text("out_reason"))
    return "Taken out. No rule puts it back"


def _cases(ask: Ask) -> dict[str, Any]:
    out = ask.request.GET.get("out") == "1"
    figures = shown(ask.scope, ask.operation)
    rows = membership.belonging(ask.scope, ask.operation, out=out)
    ids = rows.values("pk")
    there = counts({"rows": (ids, MOST_COUNTED + 1)})["rows"]
    page = page_at(
        lambda low, high: list(rows.filter(pk__in=ids[low:high])), there, MOST_COUNTED, ask.request.GET.get("page", "")
    )
    return {
        "page": page, "out": out, "query": "out=1&" if out else "",
        "counted": [figures[name] for name in ("cases", "reports")],
        "rows": [(row, ruling.in_words(row.rule) if row.rule else "") for row in page.found],
    }  # fmt: skip


CASES = Page(
    "operation-cases", "console/operation_cases.html",
    {"put_in": Form("what", _put_in), "take_out": Form("out_reason", _take_out)}, _cases,
)  # fmt: skip


def _conditions(ask: Ask, read: Callable[[str], str]) -> Conditions:
    """A rule as the form has it, sent or asked for in the address."""
    days = {}
    for name in ("received_from", "received_until"):
        try:
            days[name] = _day(read(name))
        except ValueError as error:
            raise FieldError(name, f"{read(name)[:20]!r} is not a date: write it as 2027-01-26") from error
    cluster = read("cluster")
    if cluster and not (cluster.isascii() and cluster.isdigit() and len(cluster) < 19):
        raise FieldError("cluster", "give the number of a report")
    district = next((a for a in ask.agencies if a.code == read("district")), None)
    if read("district") and district is None:
        raise FieldError("district", "choose a district from the list")
    reporter = Reporter.objects.filter(username=read("platform")[:150]).first() if read("platform") else None
    if read("platform") and reporter is None:
        raise FieldError("platform", "choose a platform from the list")
    report = visible_reports(ask.scope).filter(pk=int(cluster)).first() if cluster else None
    if cluster and report is None:
        raise FieldError("cluster", f"there is no report {cluster}")
    return Conditions(district, read("section"), reporter, report, days["received_from"], days["received_until"])


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _add_rule(ask: Ask) -> str:
    rule = ruling.add_rule(ask.person, ask.code, _conditions(ask, ask.sent.text))
    more = "" if rule.scanned_percent is None else ". The newest are in; it goes on with the rest"
    return f"The rule holds: {ruling.in_words(rule)}{more}"


def _end_rule(ask: Ask) -> str:
    ruling.end_rule(ask.person, ask.code, ask.sent.number("rule"))
    return "The rule is ended. What it took in stays"


def _rules(ask: Ask) -> dict[str, Any]:
    asked = ask.request.GET
    context: dict[str, Any] = {
        "rules": [(rule, ruling.in_words(rule)) for rule in ruling.rules_of(ask.operation)],
        "platforms": list(Reporter.objects.filter(active=True, kind=ReporterKind.PROVIDER).order_by("name", "id")),
        "sections": catalogue(country_of(ask.operation.agency)).offences,
        "asked": ask.request.POST if ask.request.method == "POST" else asked,
    }
    if asked.get("preview") and ask.request.method != "POST":
        try:
            conditions = _conditions(ask, lambda name: asked.get(name, "").strip())
            found = ruling.preview(ask.person, ask.scope, ask.operation, conditions)
            context |= {"preview": found, "words": ruling.in_words(conditions)}
        except InvalidInputError as error:
            context["preview_error"] = placed(error, "district")
    return context


RULES = Page(
    "operation-rules", "console/operation_rules.html",
    {"add": Form("district", _add_rule), "end": Form("main", _end_rule)}, _rules,
)  # fmt: skip


# -- tasks --------------------------------------------------------------------------------------------------------------


def _lay(ask: Ask) -> str:
    agencies = ask.request.POST.getlist("agencies")[:MOST_ROWS]
    phase = ask.sent.number("task_phase") if ask.sent.text("task_phase") else None
    laying.lay_task(
        ask.person, ask.code, ask.sent.text("text"), agencies, due_at=ask.sent.moment("due"), phase_id=phase
    )
    return f"Laid on {len(agencies)} {'district' if len(agencies) == 1 else 'districts'}"


def _go_on(ask: Ask) -> str:
    email = ask.sent.text("officer").lower()
    officer = User.objects.filter(email=email[:254], is_active=True).first() if email else None
    if email and officer is None:
        raise FieldError("officer", "choose somebody from the list")
    step = Step(ask.sent.text("state"), ask.sent.text("note"), officer, ask.sent.moment("due"))
    laying.go_on(ask.person, ask.code, ask.sent.number("task"), step, ask.sent.seen)
    return "Written down"


def _tasks(ask: Ask) -> dict[str, Any]:
    tasks: dict[int, dict[str, Any]] = {}
    runs = context_of(ask, "")["may_run"]
    for row in laying.tasks_of(ask.operation):
        one = tasks.setdefault(row.task_id, {"task": row.task, "rows": [], "done": 0})
        one["rows"].append((row, runs or row.agency_id == ask.person.agency_id))
        one["done"] += row.state == DistrictTaskState.DONE
    return {
        "tasks": list(tasks.values()),
        "phases": list(Phase.objects.filter(operation=ask.operation).order_by("since", "id")),
        "states": DistrictTaskState.choices,
        "officers": list(_working(ask.agencies)),
    }


TASKS = Page(
    "operation-tasks",
    "console/operation_tasks.html",
    {"lay": Form("text", _lay), "go_on": Form("state", _go_on)},
    _tasks,
)


# -- report -------------------------------------------------------------------------------------------------------------


def _report(ask: Ask) -> dict[str, Any]:
    return papers.report_of(ask.scope, ask.operation) | {"languages": _languages()}


REPORT = Page("operation-report", "console/operation_report.html", {"move": _MOVE}, _report)


@require_safe
@signed_in
def figure(request: HttpRequest, person: User, scope: Scope, code: str, name: str) -> HttpResponse:
    """The rows that a figure counts: those that the person may see, and how many more there are."""
    ask = asking(request, person, scope, code)
    found = FIGURES.get(name)
    if found is None:
        raise NotFoundError(f"there is no figure {name[:40]!r}")
    all_of_it = whole(ask.operation)
    rows = rows_of(scope, all_of_it, found, MOST_ROWS)
    record(person.actor, [Act("operation.figure_read", "operation", ask.operation.pk, {"figure": name})])
    things = _things(scope, found.of, [pk for pk, _ in rows])
    context = context_of(ask, "operation-figure") | {
        "figure": shown(scope, ask.operation, all_of_it)[name],
        "rows": [(things[pk], value) for pk, value in rows if pk in things],
        "most": MOST_ROWS,
    }
    return render(request, "console/operation_figure.html", context)


def _things(scope: Scope, of: Of, ids: list[int]) -> dict[int, Any]:
    """What rows of a figure are: cases and reports within the scope, desks as they are."""
    if of == Of.CASE:
        return {case.pk: case for case in Case.objects.filter(pk__in=ids).select_related("agency")}
    if of == Of.REPORT:
        return {report.pk: report for report in Report.objects.filter(pk__in=ids).select_related("reporter")}
    return {agency.pk: agency for agency in Agency.objects.filter(pk__in=ids)}


@require_safe
@signed_in
def report_file(request: HttpRequest, person: User, scope: Scope, code: str) -> HttpResponse:
    """The closing report as PDF (`?language=`)."""
    ask = asking(request, person, scope, code)
    language = language_for(request.GET.get("language", ""), person)
    document = papers.closing_report(scope, person.actor, person, ask.operation, ask.agencies, language)
    return printed(document, f"{ask.operation.code}-closing-report-{language}.pdf")


@require_safe
@signed_in
def briefing(request: HttpRequest, person: User, scope: Scope, code: str) -> HttpResponse:
    """The briefing pack as PDF (`?language=`)."""
    ask = asking(request, person, scope, code)
    language = language_for(request.GET.get("language", ""), person)
    document = papers.briefing(scope, person.actor, person, ask.operation, ask.agencies, language)
    return printed(document, f"{ask.operation.code}-briefing-{language}.pdf")


def _page(page: Page) -> Callable[..., HttpResponse]:
    @require_http_methods(["GET", "HEAD", "POST"])
    @signed_in
    def view(request: HttpRequest, person: User, scope: Scope, code: str) -> HttpResponse:
        return show(request, person, scope, code, page)

    return view


overview, people, cases, rules, tasks, report = map(_page, (OVERVIEW, PEOPLE, CASES, RULES, TASKS, REPORT))
