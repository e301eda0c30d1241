"""The people of an agency, for its administrators. No report data is on these pages."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tipline.console.authorise import fresh, signed_in
from tipline.core.errors import ConflictError, InvalidInputError
from tipline.trust.accounts import factors, limits, people, sessions
from tipline.trust.accounts.models import Rank, Role, User
from tipline.trust.visibility import Scope, needs_second_factor


@require_safe
@signed_in
def people_list(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Everybody of the administrator's agency."""
    everybody = people.people_of(person)
    context = {
        "people": everybody,
        "locked": limits.locked_until(everybody),
        "with_factor": factors.who_has_one(everybody),
        "roles_with_factor": {p.pk for p in everybody if needs_second_factor(p)},
    }
    return render(request, "console/people.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
@fresh
def add(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Make an account; the password for the first sign-in is shown once, here."""
    people.people_of(person)  # refuses whoever does not manage people
    given = {name: request.POST.get(name, "").strip() for name in ("email", "name", "role")}
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        if given["role"] not in Role.values:
            errors = [("role", "Choose a role")]
        elif not given["name"] or len(given["name"]) > 200:
            errors = [("name", "Give the name that colleagues know, up to 200 characters")]
        else:
            try:
                made, password = people.add_person(person, given["email"], given["name"], Role(given["role"]))
                return _password_page(request, made, password)
            except (InvalidInputError, ConflictError) as error:
                errors = [("email", str(error))]
    context = {"errors": errors, "error_fields": [field for field, _ in errors], "given": given, "roles": Role.choices}
    return render(request, "console/person_add.html", context, status=422 if errors else 200)


@require_safe
@signed_in
@fresh
def one(request: HttpRequest, person: User, scope: Scope, person_id: int) -> HttpResponse:
    """One person: role, state, factors."""
    found = people.person_of(person, person_id)
    has = factors.factors_of(found)
    context = {
        "person": found,
        "self": found.pk == person.pk,
        "has": has,
        "needs": needs_second_factor(found),
        "locked": limits.locked_until([found]).get(found.pk),
        "sessions": sessions.count_of(found),
        "roles": Role.choices,
        "ranks": Rank.choices,
    }
    return render(request, "console/person.html", context)


@require_POST
@signed_in
@fresh
def act(request: HttpRequest, person: User, scope: Scope, person_id: int) -> HttpResponse:
    """Change the role, let in or out, reset a factor or a password, unlock."""
    found = people.person_of(person, person_id)
    match request.POST.get("verb"):
        case "role":
            if request.POST.get("role") not in Role.values:
                messages.error(request, "Choose a role")
            else:
                people.change_role(found, Role(request.POST["role"]), person.actor)
                messages.success(request, f"{found.name} is {found.get_role_display()} now. Their sessions were ended")
        case "rank":
            if request.POST.get("rank") not in Rank.values:
                messages.error(request, "Choose a rank")
            else:
                people.set_rank(found, Rank(request.POST["rank"]), person.actor)
                messages.success(request, f"The rank of {found.name}: {found.get_rank_display()}")
        case "deactivate":
            people.set_active(found, False, person.actor)
            messages.success(request, f"{found.name} can no longer sign in. Their sessions were ended")
        case "reactivate":
            people.set_active(found, True, person.actor)
            messages.success(request, f"{found.name} can sign in again")
        case "reset-factor":
            people.reset_second_factor(found, person.actor)
            messages.success(request, f"{found.name} sets up a second factor at the next sign-in")
        case "reset-password":
            return _password_page(request, found, people.reset_password(found, person.actor))
        case "unlock":
            was = people.unlock(found, person.actor)
            messages.success(request, f"{found.name} is unlocked" if was else f"{found.name} was not locked out")
        case _:
            messages.error(request, "Choose what to do")
    return redirect("console:person", person_id=found.pk)


def _password_page(request: HttpRequest, person: User, password: str) -> HttpResponse:
    return render(request, "console/person_password.html", {"person": person, "password": password})
