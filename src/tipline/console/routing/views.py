"""The rules of routing: what is in force, drafts, what differs; previews on a sample; release and rolling back.

Each act is one call of a service, which writes it to the log. The rules are text files, edited as text: what can be said in them
is described in docs/reference/routing-rules.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tipline.console.authorise import fresh, signed_in
from tipline.console.fields import Errors, FieldError, placed, sentence
from tipline.console.routing.differences import differences
from tipline.console.routing.words import told
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.pipeline.routing import queries, services
from tipline.pipeline.routing.models import RulePreview, RuleSample, RuleSet, RuleSetState
from tipline.pipeline.routing.rules import MAX_BYTES, RuleFile, parse
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency
from tipline.trust.visibility import Can, Scope, may, may_manage_routing

PER_PAGE = 50
MOST_PROBLEMS = 20
MOST_LISTED = 30
MOST_AT_ONCE = 1000  # reports of a sample that a request tries by itself
MOST_NOTE = 2000


def managing(person: User) -> User:
    """The person, if they manage routing rules.

    Raises
    ------
    NotPermittedError
        for a role that does not.
    NotFoundError
        for a desk that hands nothing down, which has no rules to manage.
    """
    if not may(person, Can.MANAGE_ROUTING):
        raise NotPermittedError("your role does not manage routing rules")
    if not may_manage_routing(person):
        raise NotFoundError("your desk hands nothing down")
    return person


@require_safe
@signed_in
def overview(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """The set in force, rule by rule, and every version."""
    managing(person)
    current = services.released()
    file = parse(current.body)
    versions = Paginator(queries.rule_sets().defer("body"), PER_PAGE)
    context = {
        "current": current,
        "file": file,
        "rules": [told(rule) for rule in file.rules],
        "versions": versions.get_page(request.GET.get("page")),
    }
    return render(request, "console/routing.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def draft(request: HttpRequest, person: User, scope: Scope, number: int | None = None) -> HttpResponse:
    """Write a draft: a new one, that begins with the text of another set, or the next words of one that is a draft still."""
    managing(person)
    changed = None if number is None else queries.rule_set(number)
    if changed is not None and changed.state != RuleSetState.DRAFT:
        raise NotFoundError(f"rule set {number} is no draft")
    base = changed or _base(request.GET.get("from", "") or request.POST.get("from", ""))
    given = {
        "title": changed.title if changed else "", "note": changed.note if changed else "", "body": base.body,
    }  # fmt: skip
    errors: Errors = []
    faults: list[dict[str, Any]] = []
    if request.method == "POST":
        given = {name: request.POST.get(name, "").replace("\r\n", "\n") for name in given}
        faults = _faults(given["body"])
        errors = _missing(given) + [("body", f"{fault['where']}: {fault['text']}") for fault in faults]
        if not errors:
            try:
                made = services.draft(
                    given["body"], given["title"], person, note=given["note"].strip(), number=number,
                    based_on=None if changed else base,
                )  # fmt: skip
                messages.success(request, f"Rule set {made.number} is kept as a draft. It decides nothing yet")
                return redirect("console:routing-rules", made.number)
            except (InvalidInputError, ConflictError) as error:
                errors = [("body", sentence(error))]
    context = {
        "changed": changed, "base": base, "given": given, "errors": errors, "faults": faults,
        "error_fields": [field for field, _ in errors], "rows": min(40, max(16, given["body"].count("\n") + 2)),
        "kib": MAX_BYTES // 1024,
    }  # fmt: skip
    return render(request, "console/routing_draft.html", context, status=422 if errors else 200)


@require_safe
@signed_in
def one(request: HttpRequest, person: User, scope: Scope, number: int) -> HttpResponse:
    """One version: how it differs from the set in force, what is odd about it, its previews, and what can be done with it."""
    managing(person)
    return _page(request, person, scope, queries.rule_set(number))


@require_POST
@signed_in
def preview(request: HttpRequest, person: User, scope: Scope, number: int) -> HttpResponse:
    """Try a version on a sample that there is, or on one that is made for it."""
    managing(person)
    found = queries.rule_set(number)
    try:
        made = services.preview(found, _sample(person, scope, request.POST), person)
    except (InvalidInputError, ConflictError) as error:
        return _page(request, person, scope, found, [placed(error, "sample")])
    except NotFoundError as error:  # a report of the list: to others it does not exist
        return _page(request, person, scope, found, [("numbers", sentence(error))])
    return redirect("console:routing-preview-result", made.pk)


@require_safe
@signed_in
def preview_result(request: HttpRequest, person: User, scope: Scope, preview_id: int) -> HttpResponse:
    """Who would get what: by desk, and each report that would go elsewhere."""
    managing(person)
    made = (
        RulePreview.objects.select_related("rule_set", "against", "sample")
        .filter(pk=preview_id, agency_id__in=scope.agency_ids)
        .first()
    )
    if made is None:
        raise NotFoundError("there is no such preview")
    result = made.result
    context = {
        "made": made,
        "result": result,
        "changes": Paginator(result["changes"], PER_PAGE).get_page(request.GET.get("page")),
        "desks": desks_of(made),
        "rules": sorted(result["rules"].items(), key=lambda item: (-item[1]["fired"], item[0])),
        "abstaining": sum(1 for one in result["changes"] if one["from"]["desks"] and not one["to"]["desks"]),
        "stands": _stands(made),
    }
    return render(request, "console/routing_preview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@fresh
def release(request: HttpRequest, person: User, scope: Scope, number: int) -> HttpResponse:
    """Put a draft in force, after a page that names what changes."""
    managing(person)
    found = queries.rule_set(number)

    def act() -> HttpResponse:
        services.release(found, person, request.POST.get("note", "").strip()[:MOST_NOTE])
        messages.success(request, f"Rule set {found.number} is in force. New reports go by it from now on")
        return redirect("console:routing")

    standing = _standing_preview(person, found)
    return _confirm(
        request, "release", found, act, {"preview": standing, "desks": desks_of(standing) if standing else []}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@fresh
def roll_back(request: HttpRequest, person: User, scope: Scope, number: int) -> HttpResponse:
    """Go back to a version that was in force before, with a reason."""
    managing(person)
    found = queries.rule_set(number)

    def act() -> HttpResponse:
        reason = request.POST.get("note", "").strip()
        if not reason or len(reason) > MOST_NOTE:
            raise InvalidInputError(f"say in 1 to {MOST_NOTE} letters why")
        services.roll_back(found.number, person, reason)
        messages.success(request, f"Rule set {found.number} is in force again")
        return redirect("console:routing")

    return _confirm(request, "roll-back", found, act, {})


@dataclass(frozen=True, slots=True)
class DeskCount:
    """How many reports of a sample a desk leads before and after; an empty code is a person's queue."""

    code: str
    name: str
    before: int
    after: int

    @property
    def more(self) -> int:
        """How many more it gets; negative for fewer."""
        return self.after - self.before

    @property
    def fewer(self) -> int:
        """How many fewer it gets."""
        return self.before - self.after


def desks_of(made: RulePreview) -> list[DeskCount]:
    """The desks of a preview, those with the greatest difference first."""
    counts = made.result["desks"]
    names = dict(Agency.objects.filter(code__in=counts).values_list("code", "name"))
    desks = [DeskCount(code, names.get(code, ""), one["before"], one["after"]) for code, one in counts.items()]
    return sorted(desks, key=lambda desk: (-abs(desk.more), desk.code))


def _base(text: str) -> RuleSet:
    """The set that a new draft begins with: the one named, else the one in force."""
    return queries.rule_set(int(text)) if text.isascii() and text.isdigit() and len(text) < 9 else services.released()


def _missing(given: dict[str, str]) -> Errors:
    errors = []
    if not 0 < len(given["title"].strip()) <= 200:
        errors.append(("title", "Give the draft a title of 1 to 200 characters."))
    if len(given["note"]) > MOST_NOTE:
        errors.append(("note", f"A note has at most {MOST_NOTE} characters."))
    return errors


def _faults(body: str) -> list[dict[str, Any]]:
    """Everything that keeps a text from being kept, each with the line as written."""
    lines = body.split("\n")
    return [
        {
            "line": fault.line,
            "where": f"Line {fault.line}" + (f", rule {fault.rule}" if fault.rule else ""),
            "text": fault.text,
            "written": lines[fault.line - 1].strip() if 0 < fault.line <= len(lines) else "",
        }
        for fault in services.check(body)
        if not fault.warning
    ][:MOST_PROBLEMS]


def _page(
    request: HttpRequest, person: User, scope: Scope, found: RuleSet, errors: Errors | None = None
) -> HttpResponse:
    current = services.released()
    file = _read(found)
    context = {
        "one": found,
        "current": current,
        "most": MOST_AT_ONCE,
        "lines": differences(current.body, found.body) if found.pk != current.pk else [],
        "odd": services.check(found.body),
        "rules": [told(rule) for rule in file.rules] if file else [],
        "samples": queries.samples(scope).order_by("-made_at")[:MOST_LISTED],
        "previews": [(made, _stands(made)) for made in queries.previews(scope, found).defer("result")[:MOST_LISTED]],
        "standing": _standing_preview(person, found),
        "given": request.POST,
        "errors": errors or [],
        "error_fields": [field for field, _ in errors or ()],
    }
    return render(request, "console/routing_rules.html", context, status=422 if errors else 200)


def _read(found: RuleSet) -> RuleFile | None:
    """The rules of a set; None for one that an older Tipline allowed and this one does not."""
    try:
        return parse(found.body)
    except InvalidInputError:
        return None


def _stands(made: RulePreview) -> bool:
    """Whether a preview tells of the draft as it is now, beside the set in force now: what a release asks for."""
    tried = made.rule_set
    return bool(
        tried.state == RuleSetState.DRAFT
        and made.sha256 == tried.sha256
        and made.at >= tried.changed_at
        and made.against.state == RuleSetState.RELEASED
    )


def _standing_preview(person: User, found: RuleSet) -> RulePreview | None:
    """The newest preview that a release of this draft may rest on."""
    if found.state != RuleSetState.DRAFT:
        return None
    made = RulePreview.objects.filter(rule_set=found, agency=person.agency).defer("result")
    made = made.select_related("against", "sample", "rule_set")
    return next((one for one in made.order_by("-id")[:MOST_LISTED] if _stands(one)), None)


def _sample(person: User, scope: Scope, given: Any) -> RuleSample:
    """The sample of the form: one that there is, or a new one of the last reports or of those that are numbered."""
    chosen = given.get("sample", "")
    if chosen:
        found = queries.samples(scope).filter(pk=int(chosen) if _number(chosen) else 0).first()
        if found is None:
            raise FieldError("sample", "choose a sample from the list, or make one")
        return found
    name = given.get("name", "").strip()
    if not name or len(name) > 80:
        raise FieldError("name", "choose a sample, or give a new one a name of 1 to 80 characters")
    numbers, last = given.get("numbers", "").replace(",", " ").split(), given.get("last", "").strip()
    if bool(numbers) == bool(last):
        raise FieldError("last", "say how many of the last reports, or which: one of the two")
    if numbers:
        if len(numbers) > MOST_AT_ONCE or not all(_number(text) for text in numbers):
            raise FieldError("numbers", f"give up to {MOST_AT_ONCE} report numbers, with spaces between them")
        return services.make_sample(name, person, report_ids=[int(text) for text in numbers])
    if not _number(last) or not 0 < int(last) <= MOST_AT_ONCE:
        raise FieldError("last", f"give a number from 1 to {MOST_AT_ONCE}")
    return services.make_sample(name, person, last=int(last))


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _confirm(request: HttpRequest, verb: str, found: RuleSet, act: Any, more: dict[str, Any]) -> HttpResponse:
    """Show what an act means, or do it; what stands against it is told, and nothing was changed."""
    errors: Errors = []
    if request.method == "POST":
        try:
            return act()  # type: ignore[no-any-return]
        except (InvalidInputError, ConflictError) as error:
            errors = [("note", sentence(error))]
    context = {
        "verb": verb, "one": found, "current": services.released(), "errors": errors, "given": request.POST, **more,
    }  # fmt: skip
    return render(request, "console/routing_confirm.html", context, status=422 if errors else 200)
