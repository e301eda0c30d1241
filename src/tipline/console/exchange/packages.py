"""Packages of a desk: hand referrals over as a file, take one in after looking at it, and what became of both."""

from __future__ import annotations

import io
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tipline.console.authorise import fresh, signed_in
from tipline.console.downloads import attached
from tipline.console.exchange.pages import with_tabs
from tipline.console.fields import Errors, FieldError, placed
from tipline.console.uploads import takes_files, too_large
from tipline.core.clock import now
from tipline.core.config import config
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.exchange.federation.watching import endings
from tipline.exchange.package import queries
from tipline.exchange.package.format import PackageError
from tipline.exchange.package.models import SentHop
from tipline.exchange.package.reading import refused_file
from tipline.exchange.package.receiving import CHECKS, Looked, look, receive
from tipline.exchange.package.releases import may_hand_over
from tipline.exchange.package.sending import hand_over, take_receipt
from tipline.exchange.package.statements import LARGEST as RECEIPT_BYTES
from tipline.exchange.parties.queries import peer_of
from tipline.investigation.leads.texts import LANGUAGES
from tipline.referrals.models import LIVE, Referral
from tipline.reports.queries import visible_reports
from tipline.trust.accounts.models import User
from tipline.trust.agencies.agreements import terms_in_force
from tipline.trust.agencies.models import Agency, AgreedData
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Scope, agencies_of, may_work_the_desk

MOST_BYTES = 256 * 1024**2  # larger ones by command
FORM_BYTES = 64 * 1024
MOST_AT_ONCE = 500
PER_PAGE = 50
_AGE = b"age-encryption.org/v1"
_TABS = {"sent": "Handed over", "taken": "Taken in", "refused": "Refused"}


def _must_work_a_desk(person: User) -> None:
    if not may_work_the_desk(person):
        raise NotPermittedError("your role hands no packages over and takes none in")


@require_safe
@signed_in
def packages(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Packages of the person's desk, and of those that it oversees: handed over with their receipts, taken in, refused."""
    _must_work_a_desk(person)
    return render(request, "console/packages.html", _list(request, person, scope))


def _list(request: HttpRequest, person: User, scope: Scope, errors: Errors | None = None) -> dict[str, Any]:
    tab = request.GET.get("tab", "")
    tab = tab if tab in _TABS else "sent"
    rows: Any = {"sent": queries.sent, "taken": queries.taken, "refused": queries.refused}[tab](scope)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    record(person.actor, [Act("package.listed", "package", tab, {"rows": len(page)})])
    return with_tabs(
        person, "packages", piles=_TABS.items(), tab=tab, page=page, query=f"tab={tab}&", errors=errors or [],
        may_hand_over=may_hand_over(person), endings=endings(agencies_of(person)),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@fresh
def new(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Hand over what the desk sent to an agency: choose the way, then the referrals; the answer is the file."""
    if not may_hand_over(person):
        raise NotPermittedError("your role hands no reports over")
    if request.method != "POST":
        return render(request, "console/package_new.html", _choice(request, person, scope, request.GET.get("to", "")))
    chosen = [
        int(text) for text in request.POST.getlist("referral") if text.isascii() and text.isdigit() and len(text) < 19
    ]
    out = io.BytesIO()
    try:
        if not 0 < len(chosen) <= MOST_AT_ONCE:
            raise FieldError("referrals", f"choose between 1 and {MOST_AT_ONCE} of them")
        made = hand_over(
            config(), scope, person, chosen, out, encrypt_to=_recipient(request), note=request.POST.get("note", "").strip()[:2000],
            language=request.POST.get("language", ""),
        )  # fmt: skip
    except (InvalidInputError, ConflictError) as error:
        context = _choice(request, person, scope, request.POST.get("to", ""), [placed(error, "referrals")])
        return render(request, "console/package_new.html", context, status=422)
    name = f"tipline-{made.uid}.zip"
    media = "application/zip"
    return attached(
        out.getvalue(),
        "application/octet-stream" if made.encrypted else media,
        f"{name}.age" if made.encrypted else name,
    )


def _recipient(request: HttpRequest) -> str | None:
    """To whom it is encrypted, as `hand_over` takes it."""
    return {"peer": "", "other": request.POST.get("encrypt_to", "").strip()[:100] or "-"}.get(
        request.POST.get("encrypt", "")
    )


def _choice(
    request: HttpRequest, person: User, scope: Scope, code: str, errors: Errors | None = None
) -> dict[str, Any]:
    """The ways on which the desk has something to hand over; of the chosen one the terms and the referrals."""
    of_desk = Referral.objects.filter(
        from_agency=person.agency, state__in=LIVE, to_agency__remote__isnull=False, report__in=visible_reports(scope)
    ).order_by()
    ways = Agency.objects.filter(Exists(of_desk.filter(to_agency=OuterRef("pk")))).order_by("name")
    offered = list(ways.values_list("code", "name"))
    context: dict[str, Any] = {
        "ways": offered, "to": None, "given": request.POST, "languages": LANGUAGES,
        "chosen": set(request.POST.getlist("referral")), "most": MOST_AT_ONCE,
        "all_chosen": request.GET.get("choose") == "all",
    }  # fmt: skip
    if code:
        to = Agency.objects.filter(code=code[:40]).first()
        if to is None or code not in dict(offered):
            raise NotFoundError("your desk has nothing to hand over there")
        rows = of_desk.filter(to_agency=to).annotate(packed=Exists(SentHop.objects.filter(referral=OuterRef("pk"))))
        terms = terms_in_force(person.agency_id, to.pk, now().date())
        context |= {
            "to": to, "peer": peer_of(to.pk), "terms": terms,
            "data": [AgreedData(kind).label for kind in sorted(terms.data)] if terms else [],
            "rows": list(rows.order_by("packed", "-sent_at", "-pk")[:MOST_AT_ONCE]),
        }  # fmt: skip
    return with_tabs(person, "packages", errors=errors or [], **context)


@takes_files(MOST_BYTES + FORM_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def incoming(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Look at a package, check by check, and then take that very one in."""
    _must_work_a_desk(person)
    context: dict[str, Any] = {"most_mebibytes": MOST_BYTES // 1024**2, "looked": None}
    if request.method != "POST":
        return render(request, "console/package_receive.html", with_tabs(person, "packages", **context))
    try:
        file = _file(request)
        if request.POST.get("verb") != "take":
            found = look(person, file)
            return _shown(request, person, context | _found(found))
        if refused_file(file) != request.POST.get("digest", ""):
            raise InvalidInputError("this is another file than the one that you looked at: look at it first")
        taken = receive(config(), person, file)
    except PackageError as error:
        return _shown(request, person, context | {"errors": [("package", f"Refused ({error.code}): {error}.")]})
    except InvalidInputError as error:
        return _shown(request, person, context | {"errors": [placed(error, "package")]})
    words = "was taken before: here is its receipt" if taken.again else f"is taken in, {taken.new_reports} new"
    messages.success(
        request,
        f"{taken.reports} report{'' if taken.reports == 1 else 's'} of {taken.from_agency}: the package {words}",
    )
    return redirect(f"{request.path.removesuffix('receive/')}?tab=taken")


def _shown(request: HttpRequest, person: User, context: dict[str, Any]) -> HttpResponse:
    refused = bool(context.get("errors"))
    return render(
        request,
        "console/package_receive.html",
        with_tabs(person, "packages", **context),
        status=422 if refused else 200,
    )


def _file(request: HttpRequest) -> BinaryIO:
    """The package of the form. Raises InvalidInputError."""
    if too_large(request):
        raise FieldError(
            "package", f"the file has more than {MOST_BYTES // 1024**2} MiB: take it in with tipline package receive"
        )
    file = request.FILES.get("package")
    if not isinstance(file, UploadedFile) or file.file is None:
        raise FieldError("package", "choose the package")
    begins = file.file.read(len(_AGE))
    file.file.seek(0)
    if begins == _AGE:
        raise FieldError(
            "package",
            "it is encrypted, and this software opens nothing: decrypt it on the machine that has the key (age --decrypt)",
        )
    return cast(BinaryIO, file.file)


def _found(found: Looked) -> dict[str, Any]:
    """What was looked at, for the page: each check with how it went."""
    states = [
        (
            words,
            "passed"
            if place < found.passed
            else "failed"
            if place == found.passed and found.refusal
            else "not looked at",
        )
        for place, words in enumerate(CHECKS)
    ]
    refused = [("package", f"Refused ({found.refusal.code}): {found.refusal}.")] if found.refusal else []
    data = [AgreedData(kind.value).label for kind in found.meta.data] if found.meta else []
    return {"looked": found, "checks": states, "errors": refused, "data": data}


@require_POST
@signed_in
def receipt(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """Take the receipt of a package in: its referrals are received."""
    _must_work_a_desk(person)
    file = request.FILES.get("receipt")
    try:
        if not isinstance(file, UploadedFile):
            raise InvalidInputError("choose the receipt that the other side gave you; it has at most 2.5 MB here")
        sent = take_receipt(scope, person.actor, file.read(RECEIPT_BYTES + 1))
    except (InvalidInputError, ConflictError, NotFoundError) as error:
        context = _list(request, person, scope, [placed(error, "receipt")])
        return render(request, "console/packages.html", context, status=422)
    messages.success(
        request,
        f"{sent.to_agency.name} has the package: {sent.reports} report{'' if sent.reports == 1 else 's'} received",
    )
    return redirect("console:packages")


@require_safe
@signed_in
def receipt_file(request: HttpRequest, person: User, scope: Scope, uid: UUID) -> HttpResponse:
    """The signed receipt of a package that was taken in, for its sender."""
    _must_work_a_desk(person)
    found = queries.taken(scope).filter(uid=uid).first()
    if found is None:
        raise NotFoundError("there is no such package")
    record(person.actor, [Act("package.receipt_given", "package", str(uid))])
    return attached(found.receipt, "application/json", f"tipline-{uid}.receipt.json")
