"""What a trainee meets: the way in, their course, their tests, their certificate."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from tipline.console.accounts.views import safe_next
from tipline.console.courses.guards import own_enrolments, trainee
from tipline.console.downloads import PDF, attached
from tipline.console.training.pages import CHOSEN, spoken, words_of
from tipline.core.clients import client_address
from tipline.core.errors import ConflictError, NotFoundError
from tipline.core.sql import together
from tipline.training.attempts.queries import mine
from tipline.training.courses import certificates, entry, papers
from tipline.training.courses.models import Attendance, Certificate, Enrolment, Moment, Paper
from tipline.trust.accounts import sessions
from tipline.trust.accounts.limits import TooManyTriesError
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Scope


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """The form for address and code. What was wrong is not said: it would tell who is on the roster."""
    if request.user.is_authenticated:
        return redirect("console:home")
    context = spoken(request, "course") | {
        "email": request.POST.get("email", "").strip()[:254],
        "next": safe_next(request),
    }
    if request.method != "POST":
        return render(request, "console/course_enter.html", context)
    try:
        person = entry.by_code(context["email"], request.POST.get("code", ""), client_address(request))
    except TooManyTriesError as error:
        return render(request, "console/course_enter.html", context | {"errors": [("email", str(error))]}, status=429)
    if person is None:
        wrong = context["words"]["wrong"]
        return render(request, "console/course_enter.html", context | {"errors": [("email", wrong)]}, status=401)
    with transaction.atomic():
        sessions.start(request, person, [sessions.proof("entry_code")], second_factor=False)
    request.session[CHOSEN] = context["language"]  # the session is a new one
    return redirect(context["next"] or "courses:mine")


@require_safe
@trainee
def own(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """The trainee's courses: exercises, tests, sessions, certificates."""
    enrolments = list(own_enrolments(person))
    taken, issued, attended = together(
        Paper.objects.filter(enrolment__in=enrolments),
        Certificate.objects.filter(enrolment__in=enrolments, revoked_at=None),
        Attendance.objects.filter(enrolment__in=enrolments),
    )
    listed = mine(scope)
    courses = [
        {
            "enrolment": one,
            "exercises": [line for line in listed if line.exercise.course_id == one.course_id],
            "tests": [
                (
                    papers.opening(one.course, moment),
                    next((paper for paper in taken if (paper.enrolment_id, paper.moment) == (one.pk, moment)), None),
                )
                for moment in Moment
            ],
            "certificates": [paper for paper in issued if paper.enrolment_id == one.pk],
            "present": sum(note.present for note in attended if note.enrolment_id == one.pk),
            "sessions": sum(note.enrolment_id == one.pk for note in attended),
        }
        for one in enrolments
    ]
    return render(request, "console/course_mine.html", spoken(request, "course") | {"courses": courses})


def _enrolment(person: User, number: int) -> Enrolment:
    found = own_enrolments(person).filter(pk=number).first()
    if found is None:
        raise NotFoundError("that is not a course of yours")
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@trainee
def test(request: HttpRequest, person: User, scope: Scope, number: int, moment: str) -> HttpResponse:
    """A test: begun with a press, handed in once."""
    if moment not in Moment.values:
        raise NotFoundError("there is no such test")
    enrolment, when = _enrolment(person, number), Moment(moment)
    paper = Paper.objects.filter(enrolment=enrolment, moment=when).first()
    given = {key: value for key, value in request.POST.items() if isinstance(value, str)}
    # a change of language hands nothing in, and loses nothing that is ticked
    if request.method == "POST" and "language" not in given:
        try:
            if given.get("act") == "begin":
                papers.take(enrolment, when, person.actor)
            elif paper is not None:
                papers.hand_in(paper, given, person.actor)
        except ConflictError as error:
            messages.error(request, str(error))
        return redirect("courses:test", number=number, moment=moment)
    context = spoken(request, "course")
    context |= {
        "enrolment": enrolment, "moment": moment, "paper": paper, "title": context["words"][moment],
        "opening": papers.opening(enrolment.course, when),
    }  # fmt: skip
    if paper is not None and paper.handed_in_at is None:
        context["questions"] = papers.questions(paper, str(context["language"]), given)
    return render(request, "console/course_test.html", context)


@require_safe
@trainee
def certificate(request: HttpRequest, person: User, scope: Scope, number: str) -> HttpResponse:
    """The trainee's own certificate, as PDF in their language."""
    found = Certificate.objects.filter(number=number, enrolment__in=own_enrolments(person), revoked_at=None).first()
    if found is None:
        raise NotFoundError("there is no such certificate of yours")
    return attached(
        certificates.pdf(certificates.signed(found), words_of(request).language.code), PDF, f"{found.number}.pdf"
    )
