"""What the OpenAPI description says is what is answered: schemathesis asks every endpoint, with what is right and what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from tests import factories
from tests.factories import bearer, drain, person
from tipline.api.face import api_of
from tipline.core.config import Face
from tipline.intake.cybertipline import credentials
from tipline.intake.forms import forms
from tipline.intake.forms.tipline_json import FORM
from tipline.intake.json_door.endpoints import LINES
from tipline.investigation.cases.services import open_case
from tipline.investigation.legal.clocks.models import Clock
from tipline.investigation.legal.letters.services import make as make_letter
from tipline.investigation.process.making import make
from tipline.investigation.process.models import RequestKind
from tipline.trust.accounts import tokens
from tipline.trust.accounts.models import Role

pytestmark = pytest.mark.django_db


# parameters that nobody asked for are passed over; credentials are the test's business
CONFIG = schemathesis.Config.from_dict(
    {"generation": {"with-security-parameters": False, "allow-extra-parameters": False}}
)


@schemathesis.serializer("application/x-ndjson")
def a_document_a_line(ctx: Any, value: Any) -> bytes:
    return (
        b"\n".join(json.dumps(one).encode() for one in value) if isinstance(value, list) else json.dumps(value).encode()
    )


@schemathesis.serializer("message/rfc822")
def as_it_is(ctx: Any, value: Any) -> bytes:
    return str(value).encode("utf-8", "replace")


@pytest.fixture
def described(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    tokens.forget_all()
    credentials.forget_all()
    factories.without_rates(monkeypatch)
    factories.standard_tree()
    # as Django's own test client does: the test's transaction outlives its requests
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application(), config=CONFIG)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def headers(described: Any) -> dict[str, dict[str, str]]:
    """By the name of the security scheme: who may."""
    provider = factories.provider()
    factories.filed(provider, factories.synthetic())
    drain()
    pairs = {
        "Token": bearer(factories.token(person("US-NCMEC", Role.SUPERVISOR))),
        "Provider": factories.basic(provider),
    }
    return {name: {"Authorization": header["HTTP_AUTHORIZATION"]} for name, header in pairs.items()}


ABOUT_BODIES = [positive_data_acceptance, negative_data_rejection]
OTHER_FORMS = {media for form in forms() if form is not FORM for media in form.media_types}
DESCRIBED = api_of(Face).get_openapi_schema(path_prefix="/api/v1/")
OPERATIONS = [(path, method.upper()) for path, methods in DESCRIBED["paths"].items() for method in methods]
# What writes for a person: asked together, of one throw-away desk with a case.
ACTS = [
    (path, method) for path, method in OPERATIONS
    if method == "POST" and "providers" not in DESCRIBED["paths"][path]["post"]["tags"]
]  # fmt: skip
GROUPS = sorted({DESCRIBED["paths"][path]["post"]["tags"][0] for path, _ in ACTS})


@pytest.fixture
def desk(described: Any, tmp_path: Any) -> tuple[dict[str, str], dict[str, int]]:
    """The header of somebody at Jalgaon, and numbers of what lies there, by the names that addresses give them."""
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    provider = factories.provider()
    reports = [factories.filed(provider, factories.synthetic(f"kite_{number}")) for number in range(2)]
    drain()
    supervisor = person("IN-MH-JALGAON", Role.SUPERVISOR)
    case = open_case(supervisor, [reports[0].pk], "Kites")
    numbers = {
        "case_id": case.pk, "report_id": reports[1].pk, "number": 1,
        "clock_id": Clock.objects.filter(case=case).earliest("id").pk,
        "request_id": make(supervisor, case.pk, RequestKind.PRODUCTION).requests[0].pk,
        "letter_id": make_letter(supervisor, case.pk, "fir", "en").pk,
    }  # fmt: skip
    return {"Authorization": bearer(factories.token(supervisor))["HTTP_AUTHORIZATION"]}, numbers


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("group", GROUPS)
def test_every_act_answers_as_it_is_described(
    group: str, mode: GenerationMode, described: Any, desk: tuple[dict[str, str], dict[str, int]]
) -> None:
    known, numbers = desk
    for path, method in ACTS:
        if DESCRIBED["paths"][path]["post"]["tags"] != [group]:
            continue

        @given(described[path][method].as_strategy(generation_mode=mode))
        @settings(max_examples=4, suppress_health_check=list(HealthCheck), phases=[Phase.generate], derandomize=True)
        def ask(case: Any) -> None:
            if mode is GenerationMode.POSITIVE:
                for name in ("Idempotency-Key", "If-Match"):  # no schema can say which are right
                    case.headers.pop(name, None)
                case.path_parameters.update({k: v for k, v in numbers.items() if k in case.path_parameters})
            # what is well formed may still be refused: an unknown word, a state that is another by now
            case.call_and_validate(headers=known, excluded_checks=[positive_data_acceptance])

        try:
            ask()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(("path", "method"), [one for one in OPERATIONS if one not in ACTS])
def test_every_endpoint_answers_as_it_is_described(
    path: str, method: str, mode: GenerationMode, described: Any, headers: dict[str, dict[str, str]]
) -> None:
    operation = described[path][method]
    security = operation.definition.raw.get("security", [{}])
    known = headers.get(next(iter(security[0]), ""), {})

    @given(operation.as_strategy(generation_mode=mode))
    @settings(max_examples=5, suppress_health_check=list(HealthCheck), phases=[Phase.generate], derandomize=True)
    def ask(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:  # keys must agree, and be new: no schema can say that
            case.headers.pop("Idempotency-Key", None)
            if isinstance(case.body, dict):
                case.body.pop("idempotencyKey", None)
        others = case.media_type in OTHER_FORMS or case.media_type in LINES
        # what other forms take is in their own specifications; a batch answers every line, and is never wrong as a whole
        case.call_and_validate(headers=known, excluded_checks=ABOUT_BODIES if others else [])

    try:
        ask()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # nothing can be wrong with an address that takes nothing
