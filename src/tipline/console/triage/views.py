"""The triage rules: what is in force, drafts with other weights, simulations on the last reports, release and rolling back; and fairness.

Each act is one call of a service, which writes it to the log.
"""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tipline.console.authorise import fresh, signed_in
from tipline.console.downloads import attached
from tipline.console.fields import Errors, placed, sentence
from tipline.console.routing.views import managing
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.core.spreadsheets import as_csv
from tipline.pipeline.triage import releases
from tipline.pipeline.triage.in_force import in_force
from tipline.pipeline.triage.models import Rescoring, RunState, Simulation, TriageRuleSet, TriageState
from tipline.pipeline.triage.queries import FEW, MOST_COMPARED, fairness, fired
from tipline.pipeline.triage.rules import JURISDICTIONS, RULES, SCORES, Rule, RuleSet
from tipline.pipeline.triage.words import WORDS
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, Scope, may, may_manage_routing

MOST_LISTED = 30
LABELS = {"completeness": "Completeness", "priority": "Priority", "legal_relevance": "Legal relevance"}
BY = {"all": "All", "provider": "By provider", "language": "By language of the public form", "state": "By state"}


def _seeing(person: User) -> User:
    if not may(person, Can.SEE_REPORTS):
        raise NotPermittedError("your role does not see reports")
    return person


@require_safe
@signed_in
def overview(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """What is in force, every version, and how far scoring anew is."""
    managing(person)
    current = in_force()
    context = {
        "current": current,
        "sets": TriageRuleSet.objects.defer("body")[:MOST_LISTED],
        "run": Rescoring.objects.first(),
        "jurisdictions": [(f"{one.country}-{one.about.version}", one) for one in JURISDICTIONS.values()],
        "standard": RULES.about,
    }
    return render(request, "console/triage.html", context)


@require_safe
@signed_in
def rules(request: HttpRequest, person: User, scope: Scope, version: str) -> HttpResponse:
    """Every rule of a version: its points, when it holds in words, its source, and how often it counts."""
    _seeing(person)
    found, about, number = _version(version)
    counted, among = fired(scope)
    rows = [(rule, WORDS.get(rule.when, rule.when), counted.get(rule.id, 0)) for rule in found]
    context = {
        "version": version,
        "about": about,
        "number": number,
        "groups": [(LABELS[name], [row for row in rows if row[0].score == name]) for name in SCORES],
        "among": among,
        "manages": may_manage_routing(person),
        "current": in_force().version,
    }
    return render(request, "console/triage_rules.html", context)


def _version(version: str) -> tuple[tuple[Rule, ...], Any, int | None]:
    """The rules that scores call by this name: a file, a set, or one country's law."""
    if law := re.fullmatch(r"([A-Z]{2})-(.{1,20})", version):
        one = JURISDICTIONS.get(law[1])
        if one is None or one.about.version != law[2]:
            raise NotFoundError("the text of those rules is not kept here")
        return one.rules, one.about, None
    found, _, kept = releases.text_of(version)
    return found.rules, found.about, kept.number if kept else None


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def draft(request: HttpRequest, person: User, scope: Scope, number: int | None = None) -> HttpResponse:
    """Change weights: one field a rule, in a new draft or in one that is a draft still."""
    managing(person)
    changed = None if number is None else releases.rule_set(number)
    if changed is not None and changed.state != TriageState.DRAFT:
        raise NotFoundError(f"triage rule set {number} is no draft")
    version = changed.version if changed else request.GET.get("from") or request.POST.get("from") or in_force().version
    found, body, _ = releases.text_of(version)
    given = {"title": changed.title if changed else "", "note": changed.note if changed else ""}
    weights = {rule.id: str(rule.floor or rule.points) for rule in found.rules}
    errors: Errors = []
    if request.method == "POST":
        given = {name: request.POST.get(name, "").strip() for name in given}
        weights = {rule: request.POST.get(f"w-{rule}", weight).strip() for rule, weight in weights.items()}
        try:
            body = releases.weighed(body, _numbers(weights))
            made = releases.draft(
                body,
                given["title"],
                person,
                based_on=changed.based_on if changed else version,
                note=given["note"],
                number=number,
            )
            messages.success(request, f"Rule set {made.number} is kept as a draft. It scores nothing yet")
            return redirect("console:triage-set", made.number)
        except (InvalidInputError, ConflictError) as error:
            errors = [placed(error, "title" if "title" in str(error) else "weights")]
    context = {
        "changed": changed, "from": version, "given": given, "errors": errors,
        "error_fields": [field for field, _ in errors],
        "groups": [
            (LABELS[name], [(rule, weights[rule.id], WORDS.get(rule.when, "")) for rule in found.rules if rule.score == name])
            for name in SCORES
        ],
    }  # fmt: skip
    return render(request, "console/triage_draft.html", context, status=422 if errors else 200)


def _numbers(weights: dict[str, str]) -> dict[str, int]:
    found = {}
    for rule, text in weights.items():
        if not re.fullmatch(r"[-+−]?[0-9]{1,3}", text):
            raise InvalidInputError(f"rule {rule}: a weight is a whole number from -100 to 100")
        found[rule] = int(text.replace("−", "-"))
    return found


@require_safe
@signed_in
def one(request: HttpRequest, person: User, scope: Scope, number: int) -> HttpResponse:
    """One set: how its weights differ from what is in force, its simulations, and what can be done with it."""
    managing(person)
    return _page(request, person, scope, releases.rule_set(number))


def _page(
    request: HttpRequest, person: User, scope: Scope, found: TriageRuleSet, errors: Errors | None = None
) -> HttpResponse:
    current = in_force()
    rules_of, _, _ = releases.text_of(found.version)
    context = {
        "one": found, "current": current, "differences": _differences(current.rules, rules_of), "errors": errors or [],
        "simulations": releases.simulations(scope, found)[:MOST_LISTED], "standing": releases.standing(found, person),
        "most": releases.MOST_REPORTS,
    }  # fmt: skip
    return render(request, "console/triage_set.html", context, status=422 if errors else 200)


def _differences(before: RuleSet, after: RuleSet) -> list[tuple[str, str, int | None, int | None]]:
    """Rules whose weight differs: id, title, then and now; None: it is not there."""
    old, new = ({rule.id: rule for rule in one.rules} for one in (before, after))
    return [
        (i, (new.get(i) or old[i]).title, _weight(old.get(i)), _weight(new.get(i)))
        for i in dict.fromkeys([*new, *old])
        if old.get(i) != new.get(i)
    ]


def _weight(rule: Rule | None) -> int | None:
    return None if rule is None else rule.floor or rule.points


@require_POST
@signed_in
def simulate(request: HttpRequest, person: User, scope: Scope, number: int) -> HttpResponse:
    """Have a set tried on the last reports; a worker does it."""
    managing(person)
    found = releases.rule_set(number)
    text = request.POST.get("reports", str(releases.MOST_REPORTS)).strip()
    try:
        if not (text.isascii() and text.isdigit() and len(text) < 8):
            raise InvalidInputError("how many reports is a whole number")
        made = releases.simulate(found, person, int(text))
    except (InvalidInputError, ConflictError) as error:
        return _page(request, person, scope, found, [placed(error, "reports")])
    return redirect("console:triage-simulation", made.pk)


@require_safe
@signed_in
def simulation(request: HttpRequest, person: User, scope: Scope, simulation_id: int) -> HttpResponse:
    """Who moves: by score, by lane, by provider and place, and the reports that move furthest."""
    managing(person)
    made: Simulation | None = releases.simulations(scope).filter(pk=simulation_id).first()
    if made is None:
        raise NotFoundError("there is no such simulation")
    result = made.result or {}
    context = {
        "made": made,
        "result": result,
        "waits": made.state in {RunState.WAITING, RunState.RUNNING},
        "spreads": [(LABELS[name], spread, _bands(spread)) for name, spread in result.get("scores", {}).items()],
        "standing": releases.standing(made.rule_set, person),
    }
    return render(request, "console/triage_simulation.html", context)


def _bands(spread: dict[str, Any]) -> list[tuple[str, int, int]]:
    return [
        (f"{band * 10}–{band * 10 + 9 if band < 9 else 100}", before, after)
        for band, (before, after) in enumerate(zip(spread["before"], spread["after"], strict=True))
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@fresh
def release(request: HttpRequest, person: User, scope: Scope, number: int) -> HttpResponse:
    """Put a draft in force, after a page that says what moves."""
    managing(person)
    found = releases.rule_set(number)
    errors: Errors = []
    if request.method == "POST":
        try:
            releases.release(found, person, request.POST.get("note", ""))
            messages.success(request, f"Rule set {number} is in force. Reports are scored anew in the background")
            return redirect("console:triage")
        except (InvalidInputError, ConflictError) as error:
            errors = [("note", sentence(error))]
    context = {
        "one": found,
        "verb": "release",
        "standing": releases.standing(found, person),
        "errors": errors,
        "current": in_force(),
    }
    return render(request, "console/triage_confirm.html", context, status=422 if errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@fresh
def roll_back(request: HttpRequest, person: User, scope: Scope, number: int) -> HttpResponse:
    """Go back to a set that was in force before; 0 is the file that comes with Tipline. Needs a reason."""
    managing(person)
    found = releases.rule_set(number) if number else None
    errors: Errors = []
    if request.method == "POST":
        try:
            releases.roll_back(number or None, person, request.POST.get("note", ""))
            messages.success(request, "The earlier rules are in force again. Reports are scored anew in the background")
            return redirect("console:triage")
        except (InvalidInputError, ConflictError) as error:
            errors = [("note", sentence(error))]
    context = {"one": found, "verb": "roll-back", "errors": errors, "current": in_force(), "standard": RULES.about}
    return render(request, "console/triage_confirm.html", context, status=422 if errors else 200)


@require_safe
@signed_in
def fair(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Scores by provider, language and state, among the last reports that the person sees."""
    _seeing(person)
    found = fairness(scope)
    context = {
        "groups": [(title, [one for one in found if one.by == by]) for by, title in BY.items()],
        "few": FEW, "most": MOST_COMPARED, "may_export": may(person, Can.EXPORT),
    }  # fmt: skip
    return render(request, "console/triage_fairness.html", context)


@require_safe
@signed_in
def fair_table(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """The same as CSV."""
    _seeing(person)
    if not may(person, Can.EXPORT):
        raise NotPermittedError("your role does not export")
    rows: list[list[object]] = [
        ["by", "group", "reports", "share_urgent", "median_completeness", "median_priority", "median_legal_relevance"]
    ]
    for one in fairness(scope):
        if one.reports is None:
            rows.append([one.by, one.name, f"fewer than {FEW}", None, None, None, None])
        else:
            share = None if one.urgent is None else round(one.urgent, 4)
            rows.append([one.by, one.name, one.reports, share, one.completeness, one.priority, one.legal_relevance])
    record(person.actor, [Act("triage.fairness_exported", "agency", person.agency_id)])
    return attached(as_csv(rows), "text/csv; charset=utf-8; header=present", "fairness.csv")
