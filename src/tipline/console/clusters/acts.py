"""What people say of links: each act has a page that says what it does and asks why, and one call of a service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tipline.console.authorise import signed_in
from tipline.console.clusters.views import may_act
from tipline.console.fields import FieldError, placed
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.pipeline.linking import services
from tipline.pipeline.linking.suggesting import deciding
from tipline.pipeline.linking.suggesting.queries import told, visible_suggestion
from tipline.pipeline.linking.telling import suggestion_told
from tipline.reports.queries import visible_report
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Scope


@dataclass(frozen=True, slots=True)
class Asked:
    """An act on the page of a report: `which` thing it is about, and why."""

    person: User
    report_id: int
    which: int
    why: str


@dataclass(frozen=True, slots=True)
class ClusterAct:
    """An act: what its button and its page say, what becomes of it, and the call."""

    title: str
    button: str
    explains: str
    done: str
    call: Callable[[Asked], object]


ACTS: dict[str, ClusterAct] = {
    "tie": ClusterAct(
        "Join with a report", "Join them", "The two reports are one matter from now on, because you say so. Everything that hangs together with either comes together. It can be taken back.",
        "The reports are joined", lambda a: services.tie(a.person, a.report_id, a.which, a.why),
    ),
    "untie": ClusterAct(
        "Take a joining back", "Take it back", "What people joined is parted again, unless an identifier joins it.",
        "The joining is taken back", lambda a: services.end_tie(a.person, a.which, a.why),
    ),
    "cut": ClusterAct(
        "Cut at this report", "Cut it", "This identifier no longer joins this report to the others that have it. The others stay as they are. It can be taken back.",
        "The identifier is cut at this report", lambda a: services.cut(a.person, a.which, a.report_id, a.why),
    ),
    "cut-all": ClusterAct(
        "Cut everywhere", "Cut it everywhere", "This identifier no longer joins anybody, now and later. What only it held together is parted. It can be taken back.",
        "The identifier joins nobody any more", lambda a: services.cut(a.person, a.which, a.report_id, a.why, for_all=True),
    ),
    "uncut": ClusterAct(
        "Take a cut back", "Take it back", "The identifier joins again whatever it joined before.",
        "The cut is taken back", lambda a: services.end_cut(a.person, a.which, a.why),
    ),
    "undo": ClusterAct(
        "Undo a change", "Undo it", "What came by this change is parted from the rest, and stays together itself. The same evidence does not join them again; new evidence may, and the history then says that they were parted before.",
        "The change is undone", lambda a: services.undo(a.person, a.which, a.why),
    ),
    "take": ClusterAct(
        "Take a suggestion", "Join them", "The two reports are one matter from now on, because you say so: a model only thinks them alike.",
        "The suggestion is taken, the reports are joined", lambda a: deciding.take(a.person, a.which, a.why),
    ),
    "refuse": ClusterAct(
        "Refuse a suggestion", "Refuse it", "The two reports are not one matter. The same evidence does not suggest them again.",
        "The suggestion is refused", lambda a: deciding.refuse(a.person, a.which, a.why),
    ),
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def act(request: HttpRequest, person: User, scope: Scope, report_id: int, verb: str, which: int) -> HttpResponse:
    """Ask why, then do it; `which` is 0 where the form names the other report."""
    report = visible_report(scope, report_id)
    if report.destroyed_at is not None:
        return redirect("console:report", report_id)
    known = ACTS.get(verb)
    if known is None:
        raise NotFoundError(f"there is no act {verb[:20]!r}")
    if not may_act(person):
        raise NotPermittedError("your role says nothing of links")
    suggested = _suggestion(scope, verb, which)
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            asked = Asked(person, report_id, _which(request, verb, which), request.POST.get("why", ""))
            known.call(asked)
        except (InvalidInputError, ConflictError) as error:
            errors = [placed(error, "why")]
        else:
            messages.success(request, known.done)
            return redirect("console:cluster", report_id)
    context = {
        "report": report_id, "verb": verb, "which": which, "act": known, "suggestion": suggested, "errors": errors,
        "error_fields": [field for field, _ in errors], "given": request.POST,
    }  # fmt: skip
    return render(request, "console/cluster_act.html", context, status=422 if errors else 200)


def _suggestion(scope: Scope, verb: str, which: int) -> dict[str, Any] | None:
    if verb not in {"take", "refuse"}:
        return None
    return suggestion_told(told([visible_suggestion(scope, which)])[0])


def _which(request: HttpRequest, verb: str, which: int) -> int:
    if verb != "tie" or which:
        return which
    text = request.POST.get("other", "").strip().removeprefix("#")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise FieldError("other", "give the number of a report")
    return int(text)
