"""Lists of the agency for those who work with reports; their rules, editions and readers for supervisors."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tipline.console.authorise import fresh, signed_in
from tipline.console.fields import sentence
from tipline.core.config import config
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.core.keys import signing_key
from tipline.exchange.hash_lists import findings, lists
from tipline.reports.hashes.words import ALGORITHMS, CATEGORIES, LISTED
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Can, Scope, may

A_PAGE = 50
EDITIONS = 20  # that a list's page shows


@require_safe
@signed_in
def hash_lists(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """The lists of the agency, and what its people found, the newest first."""
    rows = lists.with_newest(lists.lists_of(person))
    page = Paginator(findings.findings_of(person), A_PAGE).get_page(request.GET.get("page"))
    for one in page:
        one.words = CATEGORIES[one.category].label  # type: ignore[attr-defined]  # for the template
    context = {"rows": rows, "page": page, "publishes": may(person, Can.PUBLISH_HASHES)}
    return render(request, "console/hash_lists.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Begin a list."""
    lists.refuse_who_publishes_none(person)
    given = request.POST
    context = {
        "given": given, "categories": [CATEGORIES[name] for name in LISTED], "ticked": given.getlist("category"),
        "algorithms": ALGORITHMS.values(), "kinds": given.getlist("kind"), "most": lists.MOST_NEEDED,
    }  # fmt: skip
    if request.method != "POST":
        return render(request, "console/hash_list_new.html", context)
    needs = given.get("needs", "")
    rules = lists.Rules(
        given.get("name", "").strip(), given.get("title", ""), given.getlist("category"), given.getlist("kind"),
        int(needs) if needs.isascii() and needs.isdigit() and len(needs) < 4 else 0, "by_hand" in given, "automatic" in given,
    )  # fmt: skip
    try:
        made = lists.add_list(person, rules)
    except (InvalidInputError, ConflictError) as error:
        field, _, words = str(error).partition(": ")
        at = field if words and field in {"name", "title", "categories", "algorithms", "needs"} else "name"
        context |= {
            "errors": [(at, (words if words and at == field else str(error)).capitalize())],
            "error_fields": [at],
        }
        return render(request, "console/hash_list_new.html", context, status=422)
    messages.success(request, f"{made.name} is begun. Nothing of it is handed out before its first edition")
    return redirect("console:hash-list", list_id=made.pk)


@require_safe
@signed_in
def one(request: HttpRequest, person: User, scope: Scope, list_id: int) -> HttpResponse:
    """A list: its rules, its editions, and who reads it and how far."""
    found = lists.list_of(person, list_id)
    editions = list(found.editions.order_by("-number")[:EDITIONS])
    publishes = may(person, Can.PUBLISH_HASHES)
    context = {
        "list": found, "newest": editions[0] if editions else None, "editions": editions,
        "categories": [CATEGORIES[name].label for name in found.categories],
        "kinds": [ALGORITHMS[name].label for name in found.algorithms],
        "subscribers": list(lists.subscribers_of(found)) if publishes else (), "publishes": publishes,
    }  # fmt: skip
    return render(request, "console/hash_list.html", context)


@require_POST
@signed_in
def act(request: HttpRequest, person: User, scope: Scope, list_id: int) -> HttpResponse:
    """Publish the next edition, end a subscriber's key, or end the list."""
    verb = request.POST.get("verb", "")
    number = request.POST.get("subscriber", "")
    if verb == "publish":
        made = lists.publish_by(person, list_id)
        messages.success(
            request,
            f"Edition {made.number} is published: {made.entries} entries"
            if made
            else "Nothing changed since the last edition",
        )
    elif verb == "unsubscribe" and number.isascii() and number.isdigit() and len(number) < 19:
        gone = lists.unsubscribe(person, list_id, int(number))
        messages.success(request, f"The key of {gone.name} works no more")
    elif verb == "end":
        messages.success(request, f"{lists.end_list(person, list_id).name} is ended: nothing of it is handed out")
        return redirect("console:hash-lists")
    else:
        lists.list_to_publish(person, list_id)
        messages.error(request, "Choose what to do with it.")
    return redirect("console:hash-list", list_id=list_id)


@require_POST
@signed_in
@fresh
def subscriber(request: HttpRequest, person: User, scope: Scope, list_id: int) -> HttpResponse:
    """Let somebody read a list: the only page that ever shows the key."""
    given = request.POST
    days = given.get("days", "")
    try:
        made = lists.subscribe(
            person, list_id, given.get("name", ""), provider=given.get("provider", "").strip(), peer=given.get("peer", "").strip(),
            days=int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0,
        )  # fmt: skip
    except (InvalidInputError, ConflictError) as error:
        messages.error(request, sentence(error))
        return redirect("console:hash-list", list_id=list_id)
    except NotFoundError as error:
        lists.list_to_publish(person, list_id)  # of another agency it is not there; else what was named is not
        messages.error(request, sentence(error))
        return redirect("console:hash-list", list_id=list_id)
    context = {
        "made": made, "list": made.subscriber.hash_list, "signer": str(signing_key(config()).public),
        "address": request.build_absolute_uri("/api/v1/hashes"),
    }  # fmt: skip
    return render(request, "console/hash_list_key.html", context)


@require_POST
@signed_in
def withdraw(request: HttpRequest, person: User, scope: Scope, number: int) -> HttpResponse:
    """Take a finding back, with a reason."""
    try:
        findings.withdraw(person, number, request.POST.get("reason", ""))
    except (InvalidInputError, ConflictError) as error:
        messages.error(request, sentence(error))
    else:
        messages.success(
            request, f"Finding {number} is withdrawn. What rested on it leaves the lists with their next edition"
        )
    return redirect("console:hash-lists")
