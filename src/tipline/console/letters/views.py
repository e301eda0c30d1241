"""Letters of a case. Each act is one call of a service; every file that goes out is an entry of the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tipline.console.authorise import signed_in
from tipline.console.cases.pages import case_page
from tipline.console.downloads import attached
from tipline.console.fields import Errors, sentence
from tipline.console.routing.differences import differences
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.investigation.cases.models import Case
from tipline.investigation.legal.letters import queries, services
from tipline.investigation.legal.letters.body import editable, lines_of
from tipline.investigation.legal.letters.forms import (
    LANGUAGE_NAMES,
    LANGUAGES,
    Form,
    form_of,
    forms,
    vocabulary,
)
from tipline.investigation.legal.letters.masking import masked
from tipline.investigation.legal.letters.models import Letter, LetterState
from tipline.investigation.legal.letters.printing import MEDIA_TYPES, FileKind, marking, print_letters, zipped
from tipline.investigation.process.holders import holders_of
from tipline.trust.accounts.models import User
from tipline.trust.agencies.queries import country_of
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Scope

_VERBS = {
    "afresh": (services.take_afresh, "The letter is taken afresh from the record"),
    "review": (services.review, "Marked as reviewed by you. It is signed by hand, on paper"),
    "withdraw": (services.withdraw, "The letter is withdrawn. It stays in the list"),
}


def _language(request: HttpRequest, person: User) -> str:
    """The language that a page is about: as asked, or the first of the desk's that letters are made in."""
    asked = request.GET.get("language") or request.POST.get("language") or ""
    if asked in LANGUAGES:
        return asked
    return next((code for code in person.agency.languages.split() if code in LANGUAGES), LANGUAGES[0])


@require_safe
@signed_in
def letters(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """All letters of a case, and what else can be made."""
    context = case_page(person, scope, case_id, "case-letters")
    case: Case = context["case"]
    language = _language(request, person)
    country = country_of(case.agency)
    known = forms(country)
    found = list(queries.visible_letters(scope, case))
    shown = [letter for letter in found if letter.language == language]
    record(person.actor, [Act("letter.listed", "case", case.pk, {"letters": len(shown)})])
    context |= {
        "rows": [_row(letter, country) for letter in shown if letter.state != LetterState.WITHDRAWN],
        "withdrawn": [_row(letter, country) for letter in shown if letter.state == LetterState.WITHDRAWN],
        "language": language,
        "languages": [
            (code, LANGUAGE_NAMES[code], sum(letter.language == code for letter in found)) for code in LANGUAGES
        ],
        "choices": _choices(known, case) if context["may_write"] else [],
        "has_forms": bool(known),
    }
    return render(request, "console/letters.html", context)


def _row(letter: Letter, country: str) -> dict[str, Any]:
    """What a list tells of a letter."""
    lacking, by_hand = _missing(letter, country)
    return {"letter": letter, "title": _title(letter, country), "lacking": lacking, "by_hand": by_hand}


def _title(letter: Letter, country: str) -> str:
    try:
        return form_of(country, letter.form).title.en
    except NotFoundError:
        return letter.form


def _missing(letter: Letter, country: str) -> tuple[list[str], list[str]]:
    """What the record lacks, and what is filled in by hand; in English, as screens are."""
    words = vocabulary(country)
    lacking: list[str] = []
    by_hand: list[str] = []
    for field in letter.missing:
        (by_hand if field.startswith("blank.") else lacking).append(words.label(field, "en"))
    return lacking, by_hand


def _choices(known: Sequence[Form], case: Case) -> list[tuple[str, str]]:
    """Single letters that can be made: `form|holder`, and what to call it."""
    holders = holders_of(case)
    found = []
    for form in known:
        if form.addressee == "none":
            found.append((f"{form.id}|", form.title.en))
        else:
            found += [
                (f"{form.id}|{holder.key}", f"{form.title.en}: {holder.name}")
                for holder in holders
                if services.takes(form, holder)
            ]
    return found


@require_POST
@signed_in
def make_set(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """Make the whole set in one act."""
    language = _language(request, person)
    try:
        made = services.make_set(person, case_id, language)
    except (ConflictError, InvalidInputError) as error:
        messages.error(request, sentence(error))
    else:
        messages.success(
            request, f"{made.new} new, {made.afresh} taken afresh from the record, {made.kept} left as they are"
        )
    return _list(case_id, language)


@require_POST
@signed_in
def make(request: HttpRequest, person: User, scope: Scope, case_id: int) -> HttpResponse:
    """Make one letter, or go to the draft that exists."""
    form_id, _, holder = request.POST.get("form", "").partition("|")
    language = _language(request, person)
    try:
        made = services.make(person, case_id, form_id[:40], language, holder[:120])
    except (ConflictError, InvalidInputError) as error:
        messages.error(request, sentence(error))
        return _list(case_id, language)
    return redirect("console:case-letter", case_id, made.pk)


def _list(case_id: int, language: str) -> HttpResponse:
    answer = redirect("console:case-letters", case_id)
    answer["Location"] += f"?language={language}"
    return answer


@require_safe
@signed_in
def letter(request: HttpRequest, person: User, scope: Scope, case_id: int, letter_id: int) -> HttpResponse:
    """One letter as it would be printed, what it lacks, and what the record says otherwise by now."""
    context = case_page(person, scope, case_id, "case-letters")
    case: Case = context["case"]
    found = queries.visible_letter(scope, case, letter_id)
    whole = queries.whole(case, found)
    country = country_of(case.agency)
    draft = found.state == LetterState.DRAFT
    record(person.actor, [Act("letter.read", "case", case.pk, {"letter": found.number, "version": found.version})])
    fresh = services.fresh_body(found, whole.written) if draft else None
    now_says = lines_of(masked(fresh, whole.terms)) if fresh else ""
    lacking, by_hand = _missing(found, country)
    context |= {
        "letter": found,
        "title": _title(found, country),
        "body": whole.version.body,
        "version": whole.version,
        "versions": whole.versions,
        "marking": marking(found, country),
        "lacking": lacking,
        "by_hand": by_hand,
        "lines": differences(lines_of(whole.version.body), now_says) if fresh else [],
        "gone": draft and fresh is None,
        "may_edit": context["may_write"] and draft,
        "languages": [(code, LANGUAGE_NAMES[code]) for code in LANGUAGES if code != found.language],
        "kinds": [(kind.value, kind.value.upper()) for kind in FileKind],
    }
    return render(request, "console/letter.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: HttpRequest, person: User, scope: Scope, case_id: int, letter_id: int) -> HttpResponse:
    """Change the texts of a draft."""
    context = case_page(person, scope, case_id, "case-letters")
    case: Case = context["case"]
    found = queries.visible_letter(scope, case, letter_id)
    texts = editable(queries.readable(case, [found])[found.pk].body)
    errors: Errors = []
    began = str(found.version)
    if request.method == "POST":
        began = request.POST.get("version", "")
        given = {
            one["key"]: request.POST[f"text-{one['key']}"] for one in texts if f"text-{one['key']}" in request.POST
        }
        try:
            if not (began.isascii() and began.isdigit() and len(began) < 9):
                raise InvalidInputError("the form says no version of the letter: open it again")
            services.edit(person, found.pk, int(began), given)
        except (ConflictError, InvalidInputError) as error:
            errors = [("first-text", sentence(error))]
            texts = [one | {"text": given.get(one["key"], one["text"])} for one in texts]
        else:
            messages.success(request, "Kept as a new version")
            return redirect("console:case-letter", case_id, found.pk)
    context |= {
        "letter": found, "title": _title(found, country_of(case.agency)), "texts": [one | {"rows": _rows(one["text"])} for one in texts],
        "errors": errors, "began": began,
    }  # fmt: skip
    return render(request, "console/letter_edit.html", context, status=422 if errors else 200)


def _rows(text: str) -> int:
    """How high a field for a text is."""
    return min(12, 1 + text.count("\n") + len(text) // 90)


@require_POST
@signed_in
def act(request: HttpRequest, person: User, scope: Scope, case_id: int, letter_id: int) -> HttpResponse:
    """Take a letter afresh, mark it as reviewed, withdraw it, or make it in another language."""
    case: Case = case_page(person, scope, case_id, "case-letters")["case"]
    found = queries.visible_letter(scope, case, letter_id)
    verb = request.POST.get("verb", "")
    try:
        if verb == "language":
            language = request.POST.get("language", "")
            found = services.make(person, case_id, found.form, language, found.holder_key)
        elif verb in _VERBS:
            version = request.POST.get("version", "")
            do, told = _VERBS[verb]
            do(person, found.pk, int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0)
            messages.success(request, told)
        else:
            raise InvalidInputError("choose what to do with the letter")
    except (ConflictError, InvalidInputError) as error:
        messages.error(request, sentence(error))
    return redirect("console:case-letter", case_id, found.pk)


@require_safe
@signed_in
def file(request: HttpRequest, person: User, scope: Scope, case_id: int, letter_id: int, kind: str) -> HttpResponse:
    """One letter as a file."""
    case: Case = case_page(person, scope, case_id, "case-letters")["case"]
    if kind not in set(FileKind):
        raise NotFoundError(f"letters are not made as {kind[:20]}")
    found = queries.visible_letter(scope, case, letter_id)
    version = queries.readable(case, [found])[found.pk]
    made = print_letters(person.actor, [(found, version)], FileKind(kind), country_of(case.agency))[0]
    return attached(made.content, MEDIA_TYPES[FileKind(kind)], made.name)


@require_safe
@signed_in
def archive(request: HttpRequest, person: User, scope: Scope, case_id: int, kind: str) -> HttpResponse:
    """All letters of a language that are not withdrawn, as one ZIP."""
    case: Case = case_page(person, scope, case_id, "case-letters")["case"]
    if kind not in set(FileKind):
        raise NotFoundError(f"letters are not made as {kind[:20]}")
    language = _language(request, person)
    found = list(queries.visible_letters(scope, case).filter(language=language).exclude(state=LetterState.WITHDRAWN))
    versions = queries.readable(case, found)
    made = print_letters(
        person.actor, [(one, versions[one.pk]) for one in found], FileKind(kind), country_of(case.agency)
    )
    return attached(zipped(made), "application/zip", f"letters-{case.pk}-{language}-{kind}.zip")
