"""A trainee's own desk: made when they first open it, worked at in Tipline's own screens, and the way back to the exercise.

The account at the desk has no password. The session of the trainee becomes one of that account, and back again: who they are stays in the
session (`_TRAINEE`), which only the server writes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tipline.console.authorise import signed_in
from tipline.console.courses.guards import trainee
from tipline.console.courses.words import spoken
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, TransientError
from tipline.training.attempts.queries import Work, own_attempts, work_of
from tipline.training.desk import services
from tipline.training.desk.bundle import reply_file
from tipline.training.desk.models import Desk
from tipline.training.desk.queries import attempt_at, desk_of
from tipline.training.scenarios.format import Kind
from tipline.trust.accounts import sessions
from tipline.trust.accounts.models import User
from tipline.trust.visibility import OPERATOR, Scope, acting

_TRAINEE, _LANGUAGE = "training_trainee", "training_language"
# (English, Hindi, Marathi) of what stands on the page
WORDS: dict[str, tuple[str, str, str]] = {
    "own_desk": ("Your own desk", "आपका अपना डेस्क", "तुमचा स्वतःचा डेस्क"),
    "about": (
        "A desk in Tipline's own screens, with sixteen leads that are yours alone. Nobody else's desk can be seen from it, and nothing on it is real.",
        "Tipline की अपनी स्क्रीनों में एक डेस्क, जिस पर सोलह लीड केवल आपकी हैं। इससे किसी और का डेस्क नहीं दिखता, और इस पर कुछ भी वास्तविक नहीं है।",
        "Tipline च्या स्वतःच्या स्क्रीनमधील डेस्क, ज्यावर सोळा लीड फक्त तुमच्या आहेत. त्यातून दुसऱ्या कुणाचा डेस्क दिसत नाही, आणि त्यावरील काहीही खरे नाही.",
    ),
    "enter_desk": ("Open your desk", "अपना डेस्क खोलें", "तुमचा डेस्क उघडा"),
    "reply": ("The network's reply", "नेटवर्क का उत्तर", "नेटवर्कचे उत्तर"),
    "reply_why": (
        "The file that the network sends to your case. Save it, then import it at your case's replies.",
        "वह फ़ाइल जो नेटवर्क आपके केस के लिए भेजता है। इसे सहेजें, फिर अपने केस के उत्तरों में आयात करें।",
        "नेटवर्क तुमच्या केससाठी पाठवते ती फाइल. ती जतन करा, मग तुमच्या केसच्या उत्तरांमध्ये आयात करा.",
    ),
    "save": ("Save the file", "फ़ाइल सहेजें", "फाइल जतन करा"),
    "second": ("Second officer", "दूसरे अधिकारी", "दुसरे अधिकारी"),
    "second_why": (
        "The range plays your supervisor. They decide proposals that wait, and look at where the evidence comes from; whether it is the right person they do not know.",
        "रेंज आपके पर्यवेक्षक की भूमिका निभाती है। वे प्रतीक्षा कर रहे प्रस्तावों पर निर्णय लेते हैं और देखते हैं कि साक्ष्य कहाँ से आया; व्यक्ति सही है या नहीं, यह वे नहीं जानते।",
        "रेंज तुमच्या पर्यवेक्षकाची भूमिका करते. ते प्रलंबित प्रस्तावांवर निर्णय घेतात आणि पुरावा कुठून आला ते पाहतात; व्यक्ती योग्य आहे का, हे त्यांना माहीत नसते.",
    ),
    "ask": ("Ask the second officer", "दूसरे अधिकारी से पूछें", "दुसऱ्या अधिकाऱ्यांना विचारा"),
    "decided": ("Proposals decided", "निर्णय किए गए प्रस्ताव", "निर्णय झालेले प्रस्ताव"),
    "anew": ("Start your desk anew", "अपना डेस्क नए सिरे से शुरू करें", "तुमचा डेस्क नव्याने सुरू करा"),
    "anew_why": (
        "You get a new desk with the same leads. What you did on the old one no longer counts.",
        "आपको उन्हीं लीड के साथ नया डेस्क मिलता है। पुराने पर किया हुआ काम अब नहीं गिना जाएगा।",
        "तुम्हाला त्याच लीडसह नवा डेस्क मिळतो. जुन्या डेस्कवर केलेले काम आता मोजले जाणार नाही.",
    ),
    "sure": ("I am sure", "मुझे निश्चय है", "मला खात्री आहे"),
    "over": (
        "Time is over: the desk can be looked at no more.",
        "समय समाप्त: डेस्क अब नहीं देखा जा सकता।",
        "वेळ संपली: डेस्क आता पाहता येणार नाही.",
    ),
}  # fmt: skip
_PLACE = {"en": 0, "hi": 1, "mr": 2}


def _at_own_desk(view: Callable[[HttpRequest, User, Work], HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the trainee's own attempt at a scenario that has tasks for a desk; 404 for any other."""

    @trainee
    @wraps(view)
    def checked(request: HttpRequest, person: User, scope: Scope, /, attempt_id: int) -> HttpResponse:
        attempt = own_attempts(scope).filter(pk=attempt_id).first()
        if attempt is None:
            raise NotFoundError("there is no such desk")
        try:
            work = work_of(attempt)
        except ConflictError as error:  # the scenario was changed under the attempt: its world is no more
            messages.error(request, str(error))
            return redirect("courses:mine")
        if not any(task.kind is Kind.DESK for task in work.tasks):
            raise NotFoundError("there is no such desk")
        return view(request, person, work)

    return checked


@require_http_methods(["GET", "HEAD", "POST"])
@_at_own_desk
def desk(request: HttpRequest, person: User, work: Work) -> HttpResponse:
    """What there is at the desk, and the ways onto it."""
    context = spoken(request)
    words = {name: texts[_PLACE[str(context["language"])]] for name, texts in WORDS.items()}
    if request.method == "POST" and not work.over:
        return _act(request, person, work, words)
    page = {"attempt": work.attempt, "desk": desk_of(work.attempt.seed), "own": words, "over": work.over}
    return render(request, "console/own_desk.html", context | page)


def _act(request: HttpRequest, person: User, work: Work, words: dict[str, str]) -> HttpResponse:
    act, attempt = request.POST.get("act", ""), work.attempt
    try:
        if act == "enter":
            wanted = services.Wanted(person, attempt.scenario, attempt.level, attempt.seed, work.world)
            return _enter(request, person, services.open_desks([wanted])[0])
        if act == "second":
            messages.info(request, f"{words['decided']}: {services.second_officer(attempt.seed)}")
        elif act == "anew" and request.POST.get("sure"):
            services.reset(attempt.seed)
    except (ConflictError, InvalidInputError, TransientError) as error:
        messages.error(request, str(error))
    return redirect("own-desk:desk", attempt_id=attempt.pk)


def _enter(request: HttpRequest, person: User, made: Desk) -> HttpResponse:
    """The session becomes one of the account at the desk."""
    language = request.session.get(_LANGUAGE)
    with acting(OPERATOR), transaction.atomic():
        sessions.start(request, made.account, [sessions.proof("training_range")], second_factor=True)
    request.session[_TRAINEE], request.session[_LANGUAGE] = person.pk, language
    return redirect("console:desk")


@require_POST
@signed_in
def back(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """From the desk to the exercise: the session becomes the trainee's again."""
    language = request.session.get(_LANGUAGE)
    who = User.objects.filter(pk=request.session.get(_TRAINEE, 0), is_active=True).first()
    attempt = attempt_at(person.pk)
    if not settings.RANGE or who is None or attempt is None:
        raise NotFoundError("this is no desk of a trainee")
    with acting(OPERATOR), transaction.atomic():
        sessions.start(request, who, [sessions.proof("training_range")], second_factor=False)
    request.session[_LANGUAGE] = language
    return redirect("own-desk:desk", attempt_id=attempt.pk)


@require_safe
@_at_own_desk
def reply(request: HttpRequest, person: User, work: Work) -> HttpResponse:
    """The file that a network sends to the trainee's case. It is there as long as the desk is."""
    made = desk_of(work.attempt.seed)
    if made is None:
        raise NotFoundError("there is no desk yet")
    name, body = reply_file(work.world, made.made_at)
    return HttpResponse(
        body, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
