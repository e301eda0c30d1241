"""What an instructor does with a course: its roster, batches, cards, sessions, exercises; and what came out of it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tipline.console.courses.guards import any_instructor, instructor, taught
from tipline.console.downloads import PDF, attached, printed
from tipline.console.fields import Errors, FieldError, placed
from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.core.sql import together
from tipline.training.attempts.queries import flags_of, of_exercise
from tipline.training.attempts.reviews import versions
from tipline.training.attempts.words import LANGUAGES
from tipline.training.courses import batches, certificates, entry, exercises, export, papers, rosters, services
from tipline.training.courses import results as outcomes
from tipline.training.courses.models import Attendance, Certificate, Course, Enrolment, Exercise, Moment, Session
from tipline.training.scenarios.format import Level
from tipline.trust.accounts.models import User
from tipline.trust.visibility import OPERATOR, Scope, acting, scope_of

PAGE = 100
_PREVIEW = "tipline.training.roster"
_PREVIEW_SECONDS = 3600
Read = TypeVar("Read")
# A page takes what its preview can carry back; more is for `tipline training roster import`.
MOST_UPLOAD_BYTES = 400_000
STUCK_SECONDS = 10 * 60  # without an answer or a hint; where to go and look, and no judgement


@require_http_methods(["GET", "HEAD", "POST"])
@any_instructor
def courses(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """The courses that the instructor teaches, and a form for another."""
    errors: Errors = []
    if request.method == "POST":
        try:
            made = services.make_course(request.POST.get("name", ""), person.actor, person)
            return redirect("courses:course", code=made.code)
        except (InvalidInputError, ConflictError) as error:
            errors = [placed(error, "name")]
    listed = taught(person).annotate(
        trainees=Count("enrolments", filter=Q(enrolments__withdrawn_at=None), distinct=True)
    )
    return _page(request, "courses", {"courses": listed}, errors)


@require_http_methods(["GET", "HEAD", "POST"])
@instructor
def course(request: HttpRequest, person: User, course: Course) -> HttpResponse:
    """A course at a glance, and what it asks of who passes."""
    errors: Errors = []
    zone = ZoneInfo(person.agency.timezone)
    if request.method == "POST":
        try:
            if request.POST.get("moment"):
                _set_test(request, person, course, zone)
                return redirect(f"{request.path}#tests")
            services.set_course(
                course, person.actor, starts_on=_day(request, "starts_on"), ends_on=_day(request, "ends_on"),
                criteria={name: _number(request, name) for name in ("pass_points", "pass_attendance", "pass_test")},
            )  # fmt: skip
            messages.success(request, "Kept")
            return redirect("courses:course", code=course.code)
        except InvalidInputError as error:
            errors = [placed(error, "pass_points")]
            course.refresh_from_db()
    enrolled = Enrolment.objects.filter(course=course)
    counted, given, held = together(
        enrolled.values("batch").annotate(
            people=Count("id", filter=Q(withdrawn_at=None)), gone=Count("id", filter=Q(withdrawn_at__isnull=False))
        ).order_by("batch"),
        Exercise.objects.filter(course=course).annotate(begun=Count("attempts")).order_by("id"),
        Session.objects.filter(course=course).annotate(
            present=Count("attendance", filter=Q(attendance__present=True)), noted=Count("attendance")
        ),
    )  # fmt: skip
    context = {
        "batches": counted,
        "people": sum(one["people"] for one in counted),
        "exercises": given,
        "sessions": held,
        "tests": [papers.opening(course, moment) for moment in Moment],
        "zone": zone.key,
    }
    return _page(request, "course", context | {"course": course, "here": "course"}, errors)


def _set_test(request: HttpRequest, person: User, course: Course, zone: ZoneInfo) -> None:
    """Open or close a test now, or say when."""
    if request.POST["moment"] not in Moment.values:
        raise InvalidInputError("moment: choose a test")
    moment, act = Moment(request.POST["moment"]), request.POST.get("act")
    if act == "open":
        papers.open_now(course, moment, person.actor)
    elif act == "close":
        papers.close_now(course, moment, person.actor)
    else:
        opens, closes = (_moment(request, f"{moment.value}_{name}_at", zone) for name in ("opens", "closes"))
        papers.set_opening(course, moment, person.actor, opens_at=opens, closes_at=closes)
    messages.success(request, f"{moment.label}: {_stands(papers.opening(course, moment))}")


def _stands(test: papers.Opening) -> str:
    return (
        "open"
        if test.closed is None
        else {"not_yet": "not open yet", "opens": "opens later"}.get(test.closed, "closed")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@instructor
def roster(request: HttpRequest, person: User, course: Course) -> HttpResponse:
    """Upload a roster, see what would be done, and do it. What is confirmed is what was shown: the form carries it signed."""
    context: dict[str, Any] = {
        "course": course,
        "here": "roster",
        "columns": rosters.COLUMNS,
        "most": MOST_UPLOAD_BYTES // 1000,
    }
    errors: Errors = []
    if request.method == "POST":
        try:
            if "confirmed" in request.POST:
                return _import(request, person, course)
            body = _uploaded(request)
            read = rosters.read_roster(body)
            batch = request.POST.get("batch", "").strip()[:60]
            carried = {"course": course.pk, "batch": batch, "body": base64.b64encode(body).decode()}
            context |= {"read": read, "shown": read.rows[:20], "batch": batch}
            context["carried"] = signing.dumps(carried, salt=_PREVIEW, compress=True)
        except InvalidInputError as error:
            errors = [placed(error, "file")]
    return _page(request, "course_roster", context, errors)


def _uploaded(request: HttpRequest) -> bytes:
    sent = request.FILES.get("file")
    if not isinstance(sent, UploadedFile):
        raise FieldError("file", "choose the roster's file")
    if (sent.size or 0) > MOST_UPLOAD_BYTES:
        raise FieldError(
            "file", f"the file is larger than {MOST_UPLOAD_BYTES // 1000} kB: use `tipline training roster import`"
        )
    return bytes(sent.read())


def _import(request: HttpRequest, person: User, course: Course) -> HttpResponse:
    try:
        carried = signing.loads(request.POST["confirmed"], salt=_PREVIEW, max_age=_PREVIEW_SECONDS)
    except signing.BadSignature as error:
        raise FieldError("file", "the preview is too old, or was changed: choose the file again") from error
    if carried["course"] != course.pk:
        raise FieldError("file", "the preview is another course's: choose the file again")
    read = rosters.read_roster(base64.b64decode(carried["body"]))
    # people of a roster may be on the range already, by a course that this instructor does not teach
    with acting(OPERATOR):
        done = services.import_roster(read, course, person.actor, batch=carried["batch"])
    told = f"{done.imported} imported, {done.already} were there, {len(done.refused)} refused"
    messages.success(request, told)
    for note in [*(f"Line {one.line}, {one.what}: {one.why}" for one in done.refused), *done.notes][:20]:
        messages.info(request, note)
    return redirect("courses:people", code=course.code)


@require_http_methods(["GET", "HEAD", "POST"])
@instructor
def people(request: HttpRequest, person: User, course: Course) -> HttpResponse:
    """The trainees of a course; into batches and teams, out of the course and back."""
    errors: Errors = []
    if request.method == "POST":
        try:
            messages.success(request, _place(request, person, course))
            return redirect(f"{request.path}?{request.GET.urlencode()}" if request.GET else request.path)
        except (InvalidInputError, ConflictError) as error:
            errors = [placed(error, "people")]
    everybody = (
        Enrolment.objects.filter(course=course)
        .select_related("trainee__user", "entry_code")
        .order_by("withdrawn_at", "batch", "trainee__district", "trainee__user__name", "id")
    )
    batch, district = request.GET.get("batch", ""), request.GET.get("district", "")
    chosen = everybody.filter(batch=batch) if batch else everybody
    chosen = chosen.filter(trainee__district=district) if district else chosen
    page = Paginator(chosen, PAGE).get_page(request.GET.get("page"))
    names = (
        Enrolment.objects.filter(course=course)
        .exclude(batch="")
        .values_list("batch", flat=True)
        .distinct()
        .order_by("batch")
    )
    context = {
        "course": course,
        "here": "people",
        "page": page,
        "batch": batch,
        "district": district,
        "batches": list(names),
    }
    context["query"] = f"{urlencode({'batch': batch, 'district': district})}&"
    return _page(request, "course_people", context, errors)


def _place(request: HttpRequest, person: User, course: Course) -> str:
    chosen = _chosen(request.POST.getlist("person"))
    act = request.POST.get("act")
    if act == "batches":
        made = batches.assign(course, max(1, _number(request, "size")), person.actor)
        return ", ".join(f"{name}: {count}" for name, count in made.items()) or "Everybody is in a batch"
    if act == "teams":
        return f"{services.make_teams(course, _number(request, 'size'), person.actor, batch=request.GET.get('batch', ''))} teams"
    if not chosen:
        raise FieldError("people", "choose at least one trainee")
    if act in {"batch", "team"}:
        name = request.POST.get("name", "")
        count = services.place(course, chosen, person.actor, batch=name if act == "batch" else None, team=name if act == "team" else None)  # fmt: skip
        return f"{count} placed"
    if act in {"withdraw", "re-enrol"}:
        found = list(Enrolment.objects.filter(course=course, pk__in=chosen))
        for one in found:
            services.withdraw(one, person.actor, undo=act == "re-enrol")
        return f"{len(found)} {'withdrawn' if act == 'withdraw' else 'back in the course'}"
    raise FieldError("people", "choose what to do")


@require_POST
@instructor
def cards(request: HttpRequest, person: User, course: Course) -> HttpResponse:
    """New entry codes for a course, a batch or one trainee, as cards to print. They are shown in this file and nowhere else."""
    one = _chosen(request.POST.getlist("one"))
    if "one" in request.POST and not one:  # else everybody's card would end
        raise NotFoundError("that is no trainee of this course")
    made = entry.make_cards(
        course, person.actor, batch=request.POST.get("batch", ""), enrolment_id=one[0] if one else None
    )
    address = request.build_absolute_uri("/enter/")
    return printed(entry.cards_document(course, made, address), f"cards-{course.code}.pdf")


@require_http_methods(["GET", "HEAD", "POST"])
@instructor
def sessions(request: HttpRequest, person: User, course: Course) -> HttpResponse:
    """The sessions of a course, and a form for another."""
    errors: Errors = []
    if request.method == "POST":
        try:
            held = _day(request, "held_on")
            if held is None:
                raise FieldError("held_on", "give the day")
            made = services.add_session(course, request.POST.get("title", ""), held, request.POST.get("batch", "").strip(), person.actor)  # fmt: skip
            return redirect("courses:session", code=course.code, session_id=made.pk)
        except InvalidInputError as error:
            errors = [placed(error, "title")]
    found = Session.objects.filter(course=course).annotate(
        present=Count("attendance", filter=Q(attendance__present=True)), noted=Count("attendance")
    )
    return _page(request, "course_sessions", {"course": course, "here": "sessions", "sessions": found}, errors)


@require_http_methods(["GET", "HEAD", "POST"])
@instructor
def session(request: HttpRequest, person: User, course: Course, session_id: int) -> HttpResponse:
    """Who was there: everybody of the session with a box."""
    found = Session.objects.filter(course=course, pk=session_id).first()
    if found is None:
        raise NotFoundError(f"there is no session {session_id} in this course")
    if request.method == "POST":
        chosen = _chosen(request.POST.getlist("person"))
        present, absent = services.note_attendance(found, chosen, person)
        messages.success(request, f"{present} present, {absent} absent")
        return redirect("courses:session", code=course.code, session_id=session_id)
    of_session = Enrolment.objects.filter(course=course, withdrawn_at=None)
    if found.batch:
        of_session = of_session.filter(batch=found.batch)
    everybody, noted = together(
        of_session.select_related("trainee__user").order_by("trainee__district", "trainee__user__name", "id"),
        Attendance.objects.filter(session=found).select_related("noted_by"),
    )
    of = {note.enrolment_id: note for note in noted}
    lines = [(one, of.get(one.pk)) for one in everybody]
    context = {"course": course, "here": "sessions", "session": found, "lines": lines, "noted": bool(of)}
    return _page(request, "course_session", context, [])


@require_http_methods(["GET", "HEAD", "POST"])
@instructor
def exercise_list(request: HttpRequest, person: User, course: Course) -> HttpResponse:
    """What the course works on, and a form for another scenario."""
    errors: Errors = []
    if request.method == "POST":
        try:
            scenario, _, level = request.POST.get("scenario", "").partition("/")
            zone = ZoneInfo(person.agency.timezone)
            made = exercises.add(
                course, scenario, level, _number(request, "minutes"), person.actor, for_teams=request.POST.get("for_teams") == "1",
                opens_at=_moment(request, "opens_at", zone), closes_at=_moment(request, "closes_at", zone),
            )  # fmt: skip
            messages.success(request, f"{made.scenario}, {made.level}, {made.minutes} minutes")
            return redirect("courses:exercises", code=course.code)
        except InvalidInputError as error:
            errors = [placed(error, "scenario")]
    found = list(Exercise.objects.filter(course=course).annotate(begun=Count("attempts")).order_by("id"))
    offered = [
        (f"{one.name}/{level}", f"{one.name}, {level}")
        for one in versions()
        if one.released and not one.broken
        for level in Level
        if level in getattr(one.found, "levels", ())
    ]
    context = {
        "course": course,
        "here": "exercises",
        "exercises": found,
        "offered": offered,
        "zone": person.agency.timezone,
    }
    return _page(request, "course_exercises", context, errors)


@require_safe
@instructor
def board(request: HttpRequest, person: User, course: Course, exercise_id: int) -> HttpResponse:
    """Who is where in an exercise, since when nothing happened, and what stands out: facts to look at, and no verdict."""
    exercise = Exercise.objects.filter(course=course, pk=exercise_id).first()
    if exercise is None:
        raise NotFoundError(f"there is no exercise {exercise_id} in this course")
    scope, at = scope_of(person), now()
    standings = of_exercise(scope, exercise_id)
    begun = {one.attempt.enrolment_id for one in standings} | {
        one.attempt.team for one in standings if one.attempt.team
    }
    waiting = [
        one
        for one in Enrolment.objects.filter(course=course, withdrawn_at=None).select_related("trainee__user").order_by("batch", "trainee__user__name")
        if (one.team if exercise.for_teams else one.pk) not in begun
    ]  # fmt: skip
    lines = [
        {
            "standing": one,
            "idle": int((at - one.attempt.last_act_at).total_seconds() // 60),
            "stuck": not one.over and (at - one.attempt.last_act_at).total_seconds() >= STUCK_SECONDS,
        }
        for one in standings
    ]
    context = {
        "course": course, "here": "exercises", "exercise": exercise, "lines": lines, "waiting": waiting, "at": at,
        "working": sum(not one.over for one in standings), "stuck": sum(bool(line["stuck"]) for line in lines),
        "flags": flags_of(scope, exercise_id),
    }  # fmt: skip
    return _page(request, "course_board", context, [])


@require_safe
@instructor
def results(request: HttpRequest, person: User, course: Course) -> HttpResponse:
    """What came out: of trainees, districts, and the tests' questions."""
    every = outcomes.results_of(course)
    context = {
        "course": course, "here": "results", "page": Paginator(every, PAGE).get_page(request.GET.get("page")), "people": len(every),
        "passed": sum(one.passed for one in every), "districts": outcomes.of_districts(every), "items": outcomes.of_items(course),
    }  # fmt: skip
    return _page(request, "course_results", context, [])


@require_safe
@instructor
def results_csv(request: HttpRequest, person: User, course: Course) -> HttpResponse:
    """The same of every trainee as CSV, for a spreadsheet."""
    text = export.to_csv(export.rows_of(outcomes.results_of(course)))
    return attached("\ufeff" + text, "text/csv; charset=utf-8", f"results-{course.code}.csv")


@require_http_methods(["GET", "HEAD", "POST"])
@instructor
def certificate_list(request: HttpRequest, person: User, course: Course) -> HttpResponse:
    """Certificates: issued to all who passed, revoked with a reason."""
    errors: Errors = []
    if request.method == "POST":
        try:
            if request.POST.get("act") == "revoke":
                certificates.revoke(request.POST.get("number", ""), request.POST.get("why", ""), person.actor, person)
                messages.success(request, "Revoked")
            else:
                messages.success(request, f"{len(certificates.issue(course, person.actor, person))} issued")
            return redirect("courses:certificates", code=course.code)
        except (InvalidInputError, ConflictError) as error:
            errors = [placed(error, "why")]
    found = (
        Certificate.objects.filter(enrolment__course=course)
        .select_related("enrolment__trainee__user")
        .order_by("-issued_at", "number")
    )
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"course": course, "here": "certificates", "page": page}
    context["languages"] = [one.language for one in LANGUAGES.values()]
    return _page(request, "course_certificates", context, errors)


def _language(request: HttpRequest) -> str:
    """The language that a certificate is printed in: `?language=`, else English."""
    asked = request.GET.get("language", "")
    return asked if asked in LANGUAGES else "en"


@require_safe
@instructor
def certificate_archive(request: HttpRequest, person: User, course: Course) -> HttpResponse:
    """All valid certificates of the course, as a ZIP of PDFs."""
    valid = Certificate.objects.filter(enrolment__course=course, revoked_at=None).order_by("number")
    return attached(
        certificates.archive(list(valid), _language(request)), "application/zip", f"certificates-{course.code}.zip"
    )


@require_safe
@instructor
def certificate(request: HttpRequest, person: User, course: Course, number: str) -> HttpResponse:
    """One certificate, as PDF."""
    found = Certificate.objects.filter(enrolment__course=course, number=number).first()
    if found is None:
        raise NotFoundError(f"there is no certificate {number!r} in this course")
    return attached(certificates.pdf(certificates.signed(found), _language(request)), PDF, f"{found.number}.pdf")


def _page(request: HttpRequest, template: str, context: dict[str, Any], errors: Errors) -> HttpResponse:
    context |= {
        "errors": errors,
        "error_fields": [field for field, _ in errors],
        "given": request.POST if errors else {},
    }
    return render(request, f"console/{template}.html", context, status=422 if errors else 200)


def _chosen(texts: Sequence[str]) -> list[int]:
    """Numbers that the page itself put into its form; what is none is left out."""
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "").strip() or "0"
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise FieldError(name, f"{text[:20]!r} is not a whole number")
    return int(text)


def _day(request: HttpRequest, name: str) -> date | None:
    return _read(request, name, date.fromisoformat, "a date: write it as 2027-01-26")


def _moment(request: HttpRequest, name: str, zone: ZoneInfo) -> datetime | None:
    found = _read(request, name, datetime.fromisoformat, "a day and a time: write it as 2027-01-26T09:30")
    return found.replace(tzinfo=zone) if found is not None and found.tzinfo is None else found


def _read(request: HttpRequest, name: str, by: Callable[[str], Read], form: str) -> Read | None:
    text = request.POST.get(name, "").strip()
    try:
        return by(text) if text else None
    except ValueError as error:
        raise FieldError(name, f"{text[:20]!r} is not {form}") from error
