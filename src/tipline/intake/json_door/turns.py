"""One call of a provider at the JSON door: who asks, what it was answered, and how that is taken down."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from lxml import etree
from ninja.security.http import HttpAuthBase

from tipline.core.clients import client_address
from tipline.core.clock import now
from tipline.core.errors import TiplineError
from tipline.intake.cybertipline.credentials import identify
from tipline.intake.doors import calls
from tipline.intake.doors.admission import Asked, admit
from tipline.intake.doors.bodies import declared_length
from tipline.intake.doors.calls import Exchange, Fault
from tipline.intake.doors.runs import run_named
from tipline.trust.accounts.models import Reporter

_TOO_MANY = 429


class UnknownProviderError(TiplineError):
    """Credentials are missing or wrong."""


class SandboxHasNoReportsError(TiplineError):
    """These credentials are of the sandbox, and the call would write."""


@dataclass(slots=True)
class Turn:
    """One call, and what is known of it so far."""

    request: HttpRequest
    request_id: str
    call: str = ""
    address: str = ""
    reporter: Reporter | None = None
    sandbox: bool = False
    report_id: int | None = None
    size_bytes: int = 0
    root: etree._Element | None = None
    code: int | None = None
    faults: Sequence[Fault] = field(default_factory=tuple)
    # items of a batch are taken down one by one
    noted: bool = False

    @property
    def provider(self) -> Reporter:
        """Who asks, once that is known."""
        assert self.reporter is not None  # noqa: S101 - an endpoint runs after the credentials were checked
        return self.reporter

    def admit_again(self) -> None:
        """Ask for one more call of the provider's rate and quota; raises as `admit` does."""
        admit(self.provider, Asked(self.call, self.address, self.sandbox, 0))

    def note(self, status: int, detail: str, seconds: float, **more: Any) -> None:
        """Take it down for the provider's page."""
        told: dict[str, Any] = {
            "report_id": self.report_id, "size_bytes": self.size_bytes, "faults": self.faults, "root": self.root, "code": self.code, **more,
        }  # fmt: skip
        code = told.pop("code")
        calls.note(
            Exchange(
                reporter=self.provider,
                sandbox=self.sandbox,
                call=self.call,
                run=run_named(self.request),
                at=now(),
                status=status,
                code=(0 if status < 400 else status) if code is None else code,
                description=detail,
                request_id=self.request_id,
                seconds=seconds,
                limited=status == _TOO_MANY,
                **told,
            )
        )


def turn_of(request: HttpRequest) -> Turn:
    """The turn of this request."""
    return cast("Turn", request.turn)  # type: ignore[attr-defined]  # `taken_down` sets it


def taken_down(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view of the door: each answer has a Request-ID, and each call of a known provider is noted."""

    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        turn = Turn(request, uuid.uuid4().hex)
        request.turn = turn  # type: ignore[attr-defined]  # ours
        started = time.perf_counter()
        response = view(request, *args, **kwargs)
        response["Request-ID"] = turn.request_id
        response["Cache-Control"] = "no-store"
        if turn.reporter is not None and not turn.noted:
            turn.note(response.status_code, _detail(response), time.perf_counter() - started)
        return response

    answered.csrf_exempt = True  # type: ignore[attr-defined]  # no cookie means anything here
    return answered


def _detail(response: HttpResponseBase) -> str:
    if response.status_code < 400:
        return "Success"
    try:
        return str(json.loads(getattr(response, "content", b""))["detail"])
    except (ValueError, KeyError, TypeError):
        return ""


class Provider(HttpAuthBase):
    """HTTP Basic with a provider's credentials, those of the provider door."""

    openapi_scheme = "basic"
    openapi_description = "A provider's username and password, as at /ispws"

    def __init__(self, call: str) -> None:
        super().__init__()
        self._call = call

    def __call__(self, request: HttpRequest) -> Reporter:
        """The provider, if it is known and may call now."""
        turn = turn_of(request)
        turn.call, turn.address = self._call, client_address(request)
        known = identify(request.META.get("HTTP_AUTHORIZATION", ""), turn.address)
        if known is None:
            raise UnknownProviderError("Credentials are missing or wrong: send a provider's by HTTP Basic.")
        turn.reporter, turn.sandbox = known.reporter, known.sandbox
        turn.size_bytes = declared_length(request)
        admit(known.reporter, Asked(self._call, turn.address, turn.sandbox, turn.size_bytes))
        return known.reporter
