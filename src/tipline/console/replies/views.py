"""Replies of a case: hand one in, name its columns, look at what fits, decide. Each act is one call of a service."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tipline.console.authorise import signed_in
from tipline.console.cases.pages import case_page, context_of
from tipline.console.downloads import attached
from tipline.console.fields import Errors, FieldError, placed
from tipline.console.requests import reading
from tipline.console.uploads import takes_files, too_large
from tipline.core.errors import ConflictError, InvalidInputError
from tipline.core.text import visible
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.queries import visible_case
from tipline.investigation.process.models import Answer, Channel, Usefulness
from tipline.investigation.replies import answering, applying, calls, queries, services
from tipline.investigation.replies.answering import NONE, Answers
from tipline.investigation.replies.files.delimited import ENCODINGS
from tipline.investigation.replies.files.rows import MOST_BYTES, MOST_ROWS, like_formula
from tipline.investigation.replies.layouts import Kind, Meaning, layouts
from tipline.investigation.replies.models import OPEN_STATES, Reply, ReplyState
from tipline.investigation.replies.services import Choice, Ticked
from tipline.investigation.replies.times import Dates
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Scope

FORM_BYTES = 64 * 1024  # what the form takes beside its file
ZONES = (
    "Asia/Kolkata",
    "UTC",
    "America/New_York",
    "America/Los_Angeles",
    "Europe/London",
    "Europe/Dublin",
    "Asia/Singapore",
    "Asia/Dubai",
)
_DATES = {Dates.UNSAID: "As the layout says", Dates.DAY_FIRST: "Day first: 31/01/2026", Dates.MONTH_FIRST: "Month first: 01/31/2026", Dates.EPOCH: "Seconds since 1970"}  # fmt: skip
_TONES = {
    "ready": "wait",
    "quarantined": "warn",
    "unmapped": "wait",
    "received": "wait",
    "applied": "good",
    "refused": "warn",
    "rejected": "quiet",
}


def _choices() -> dict[str, Any]:
    return {
        "zones": ZONES, "encodings": ENCODINGS, "orders": [(one.value, label) for one, label in _DATES.items()],
        "layouts": [(name, layout.about.title) for name, layout in layouts().items()],
        "most_mebibytes": MOST_BYTES // 1024**2, "most_rows": f"{MOST_ROWS:,}",
    }  # fmt: skip


@require_safe
@signed_in
def replies(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """The replies of a case, newest first, and the form to hand one in."""
    context = case_page(person, scope, case_id, "case-replies")
    record(person.actor, [Act("reply.listed", "case", case_id)])
    return render(request, "console/replies.html", _list(context, [], {}))


def _list(context: dict[str, Any], errors: Errors, given: Any) -> dict[str, Any]:
    rows = list(queries.replies_of(context["case"]))
    found = queries.verdicts(rows)
    listed = [
        {"reply": one, "tone": _TONES[one.state], "matched": found.get(one.pk, {}).get("matched", 0)} for one in rows
    ]
    waiting = answering.awaited(context["case"])
    proposed = answering.guess_before(waiting)
    chosen = given.get("request", str(proposed.request.number) if proposed.request else "")
    return context | _choices() | {
        "replies": listed, "errors": errors, "given": given, "waiting": waiting, "proposed": proposed, "chosen_request": chosen,
        "error_fields": {field for field, _ in errors},
    }  # fmt: skip


@takes_files(MOST_BYTES + FORM_BYTES)
@require_POST
@signed_in
def upload(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """Take a file in."""
    case = visible_case(scope, case_id)
    file = request.FILES.get("file")
    given = {
        name: request.POST.get(name, "").strip()
        for name in ("company", "layout", "zone", "encoding", "dates", "request")
    }
    try:
        if too_large(request):
            raise InvalidInputError(f"the file has more than {MOST_BYTES // 1024**2} MiB; ask its sender for parts")
        if not isinstance(file, UploadedFile):
            raise InvalidInputError("choose a file")
        choice = Choice(given["layout"], given["zone"], given["encoding"], given["dates"])
        reply = services.receive(
            person, case.pk, file.name or "", file.read(), company=given["company"], choice=choice, request=given["request"]
        )  # fmt: skip
        reply = services.read_or_defer(reply)
    except (InvalidInputError, ConflictError) as error:
        context = _list(context_of(person, case, "case-replies"), [placed(error, "file")], given)
        return render(request, "console/replies.html", context, status=422)
    messages.success(request, f"Reply {reply.number} is kept as it came")
    return redirect("console:reply", case.pk, reply.number)


@require_safe
@signed_in
def reply(request: HttpRequest, person: User, scope: Scope, case_id: int, number: int) -> HttpResponse:
    """One reply: what was understood of it, what fits the case and why, and what may be done. That it was read is logged."""
    case = visible_case(scope, case_id)
    found = queries.visible_reply(case, number)
    record(person.actor, [Act("reply.shown", "case", case.pk, {"reply": number})])
    return _page(request, person, case, found)


def _page(request: HttpRequest, person: User, case: Case, found: Reply, errors: Errors | None = None) -> HttpResponse:
    context = context_of(person, case, "case-replies") | _choices() | {
        "reply": found, "tone": _TONES[found.state], "errors": errors or [], "given": request.POST, "tolerance": queries.rules_for(found),
        "may_reject": found.state in OPEN_STATES, "error_fields": {field for field, _ in errors or []},
    }  # fmt: skip
    if found.state == ReplyState.UNMAPPED:
        context |= {"kinds": [(kind.value, kind.label) for kind in Kind], "columns": _columns(found, request.POST)}
    if found.state in {ReplyState.READY, ReplyState.APPLIED}:
        entries = queries.entries_of(found)
        context |= {
            "entries": entries, "findings": queries.findings_of(found), "problems": queries.problems_of(found, 20),
            "new_handles": queries.new_handles_of(found, entries) if found.state == ReplyState.READY else [],
            "ticked": request.POST.getlist("entry"), "ticked_handles": request.POST.getlist("handle"),
        }  # fmt: skip
        if found.kind == Kind.CDR:
            context["lines"] = calls.lines_of(found)
        if found.state == ReplyState.READY:
            context |= _answering(request, person, case, found, entries)
    return render(request, "console/reply.html", context, status=422 if errors else 200)


def _answering(
    request: HttpRequest, person: User, case: Case, found: Reply, entries: list[queries.Entry]
) -> dict[str, Any]:
    """The requests that wait for an answer, the one that is proposed and why, and the fields of the answer, filled in as far as they are known."""
    waiting = answering.awaited(case)
    proposed = answering.guess(found, waiting)
    told = answering.covers(waiting, *applying.told_by(found, entries))
    likely = proposed.request
    whole = likely is None or all(told[likely.pk].values())
    filled = {
        "request": str(likely.pk) if likely else NONE if found.choice.get("request") == NONE else "", "when": reading.at_minute(person.agency, found.received_at),
        "channel": likely.channel if likely else "", "reference": f"reply {found.number}",
        "answer": Answer.FULL if whole else Answer.PART, "usefulness": Usefulness.IDENTIFIED,
    }  # fmt: skip
    return {
        "waiting": waiting, "proposed": proposed, "answer_given": request.POST if "request" in request.POST else filled,
        "channels": Channel.choices, "answers": [one for one in Answer.choices if one[0] in {Answer.FULL, Answer.PART}],
        "uses": Usefulness.choices,
        "told": [(one, sum(told[one.pk].values()), len(told[one.pk])) for one in waiting],
    }  # fmt: skip


def _columns(found: Reply, given: Any) -> list[dict[str, Any]]:
    """Each column with its first values, and what it may mean; a meaning that its heading names is offered."""
    meanings = [("", "Not used"), *((one.value, one.label) for one in Meaning)]
    known = {one.value.replace("_", " "): one.value for one in Meaning}
    return [
        {
            "name": f"column-{place}", "heading": heading, "meanings": meanings,
            "chosen": given.get(f"column-{place}", known.get(heading.casefold().replace("_", " "), "")),
            "values": [row["cells"][place] for row in found.sample[:4] if place < len(row["cells"])],
        }
        for place, heading in enumerate(found.heading)
    ]  # fmt: skip


@require_POST
@signed_in
def act(request: HttpRequest, person: User, scope: Scope, case_id: int, number: int) -> HttpResponse:
    """Name columns, say a zone, release, set aside, or use what is ticked."""
    case = visible_case(scope, case_id)
    found = queries.visible_reply(case, number)
    verb = request.POST.get("verb", "")
    try:
        done = _act(request, person, case, found, verb)
    except (InvalidInputError, ConflictError) as error:
        return _page(request, person, case, queries.visible_reply(case, number), [placed(error, "first-field")])
    messages.success(request, done)
    return redirect("console:reply", case.pk, number)


def _act(request: HttpRequest, person: User, case: Case, found: Reply, verb: str) -> str:
    given = request.POST
    match verb:
        case "map":
            columns = {heading: given.get(f"column-{place}", "") for place, heading in enumerate(found.heading)}
            services.say(
                person, case.pk, found.number, kind=given.get("kind", ""), columns=columns, dates=given.get("dates", ""),
                zone=given.get("zone", ""), platform=given.get("platform", ""),
            )  # fmt: skip
            return "The columns are named; the next file with these headings is read by them"
        case "again":
            choice = Choice(
                given.get("layout", ""), given.get("zone", ""), given.get("encoding", ""), given.get("dates", "")
            )
            services.read_again(person, case.pk, found.number, choice)
            return "It was read again"
        case "release":
            services.release(person, case.pk, found.number, given.get("why", ""))
            return "The reply is out of quarantine; nothing of it is used yet"
        case "reject":
            services.reject(person, case.pk, found.number, given.get("why", ""))
            return "The reply is set aside: nothing of it is used"
        case "apply":
            ticked = Ticked(given.getlist("entry"), given.getlist("handle"), given.get("file") == "1")
            done = applying.apply(person, case.pk, found.number, ticked, _answers(given, person))
            answered = f". Request {done.request.own_reference} is answered" if done.request else ""
            return f"What was ticked stands in the case now, as account holders with their evidence{answered}"
    raise InvalidInputError("choose what is to be done")


def _answers(given: QueryDict, person: User) -> Answers | None:
    """Which request the reply answers, as the form says it; None: none of them."""
    text = given.get("request", NONE)
    if text == NONE:
        return None
    if not text:
        raise FieldError("request", "choose the request that it answers, or none of them")
    letter = reading.letter(person.agency, given, "the answer")
    return Answers(
        reading.number(text), reading.version(given.get(f"version-{text}", "")), letter, given.get("answer", ""),
        given.get("usefulness", ""),
    )  # fmt: skip


@require_safe
@signed_in
def problems(request: HttpRequest, person: User, scope: Scope, case_id: int, number: int) -> HttpResponse:
    """Rows that were not understood and reasons of the file as CSV, for the company that is to send it anew."""
    found = queries.visible_reply(visible_case(scope, case_id), number)
    record(person.actor, [Act("reply.problems_exported", "case", case_id, {"reply": number})])
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(["line", "column", "reason"])
    for reason in found.reasons:
        writer.writerow([reason["line"] or "", harmless(reason["column"]), harmless(reason["text"])])
    # what is in quarantine may be another case's: of its rows nothing is told
    told = found.state in {ReplyState.READY, ReplyState.APPLIED}
    for row in queries.problems_of(found, 100_000) if told else ():
        writer.writerow([row.line, "", harmless(row.problem)])
    return attached(out.getvalue(), "text/csv; charset=utf-8", f"reply-{number}-problems.csv")


def harmless(text: str) -> str:
    """Text of a cell that no office program computes: what begins like a formula gets an apostrophe (OWASP, CSV injection)."""
    shown = visible(text)
    return f"'{shown}" if shown[:1] in {"=", "+", "-", "@"} or like_formula(shown) else shown
