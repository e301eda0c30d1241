"""What a desk sent and drafted: how far it is, taking it back, and the second look at a draft."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tipline.console.authorise import signed_in
from tipline.console.fields import Errors, placed, sentence
from tipline.core.errors import ConflictError, InvalidInputError, NotPermittedError
from tipline.referrals import drafts
from tipline.referrals.holding import LONGEST_TEXT, MOST_AT_ONCE, stamp
from tipline.referrals.models import RecallReason
from tipline.referrals.progress import SentTab, progress, sent_by
from tipline.referrals.recalling import recall
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, Scope, may, may_work_the_desk

PER_PAGE = 50
_TABS = {SentTab.OPEN: "Not decided yet", SentTab.BACK: "Came back", SentTab.ALL: "All"}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def sent(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """What the person's desk sent, and how far each is: progress, and never the case. The form takes back what is chosen."""
    if not may(person, Can.SEE_REPORTS):
        raise NotPermittedError("your role does not work on reports")
    given = request.GET.get("tab", "")
    tab = SentTab(given) if given in set(SentTab) else SentTab.OPEN
    errors: Errors = []
    if request.method == "POST":
        try:
            number = _recall(request, person)
            messages.success(request, f"{number} recalled: your desk has them again")
            return redirect(request.get_full_path())
        except InvalidInputError as error:
            errors = [placed(error, "reason")]
        except ConflictError as error:
            errors = [("sent", f"{sentence(error)} Nothing was changed.")]
    paginator = Paginator(sent_by(person.agency, scope, tab).select_related("to_agency"), PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    record(person.actor, [Act("desk.sent_read", "desk", person.agency.code, {"tab": tab.value, "rows": len(page)})])
    context = {
        "tab": tab.value,
        "tabs": [(key.value, label) for key, label in _TABS.items()],
        "page": page,
        "query": f"tab={tab.value}&",
        "rows": [(one, stamp(one.referral.pk, one.referral.state_at)) for one in progress(list(page))],
        "reasons": RecallReason.choices,
        "may_act": may_work_the_desk(person),
        "given": request.POST,
        "chosen": set(request.POST.getlist("referral")),
        "errors": errors,
        "error_fields": [field for field, _ in errors],
        "all_chosen": request.GET.get("choose") == "all",
    }
    return render(request, "console/sent.html", context, status=422 if errors else 200)


def _recall(request: HttpRequest, person: User) -> int:
    ids = [int(t) for t in request.POST.getlist("referral") if t.isascii() and t.isdigit() and len(t) < 19]
    if not 0 < len(ids) <= MOST_AT_ONCE:
        raise InvalidInputError(f"choose between 1 and {MOST_AT_ONCE} of them")
    reason = request.POST.get("reason", "")
    if reason not in RecallReason.values:
        raise InvalidInputError("choose a reason")
    seen = {one: request.POST[f"as-{one}"] for one in ids if f"as-{one}" in request.POST}
    return recall(person, ids, RecallReason(reason), request.POST.get("note", "").strip()[:LONGEST_TEXT], seen)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def drafted(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """What is drafted at the person's desk: a second person sends it, or anybody of the desk discards it."""
    if not may_work_the_desk(person):
        raise NotPermittedError("your role does not accept, forward or return reports")
    errors: Errors = []
    if request.method == "POST":
        try:
            bundle = UUID(request.POST.get("draft", ""))
            if request.POST.get("verb") == "send":
                messages.success(request, f"{drafts.send(person, bundle)} sent")
            else:
                messages.success(request, f"{drafts.throw_away(person, bundle)} discarded; they stay on your desk")
            return redirect("console:drafts")
        except ValueError:
            errors = [("drafts", "Choose a draft.")]
        except (ConflictError, InvalidInputError) as error:
            errors = [("drafts", f"{sentence(error)} Nothing was changed.")]
    found = drafts.drafts_of(person.agency)
    record(person.actor, [Act("desk.drafts_read", "desk", person.agency.code, {"rows": len(found)})])
    context = {"drafts": found, "errors": errors, "person": person}
    return render(request, "console/drafts.html", context, status=422 if errors else 200)
