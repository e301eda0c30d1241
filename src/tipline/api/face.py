"""The JSON face: what people's programs read, and what providers file, each where its face is served."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.renderers import JSONRenderer

from tipline import __version__
from tipline.api.deprecations import DEPRECATED
from tipline.api.problems import answer_with_problems
from tipline.api.unchanged import shown_at
from tipline.core.config import Face
from tipline.core.problems import CONTENT_TYPE as PROBLEM


class FiniteRenderer(JSONRenderer):
    """JSON that every parser takes: NaN and the infinities, which JSON does not have, become null."""

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> Any:
        try:
            return json.dumps(data, cls=self.encoder_class, allow_nan=False)
        except ValueError:
            return json.dumps(_finite(data), cls=self.encoder_class, allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    return [_finite(one) for one in value] if isinstance(value, list | tuple) else value


class DescribedApi(NinjaAPI):
    """The whole face. Its description says that errors are problem documents, which django-ninja does not."""

    def __init__(self, components: dict[str, Any], **more: Any) -> None:
        super().__init__(**more)
        self._more_components = components

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The function's own name: what a client calls, wherever the function stands."""
        return operation.view_func.__name__

    def get_openapi_schema(self, **where: Any) -> OpenAPISchema:
        """The description of what is served."""
        described = super().get_openapi_schema(**where)
        schemas = described["components"].setdefault("schemas", {})
        for name, schema in self._more_components.items():
            schemas.setdefault(name, schema)
        shows = readable(self)
        for address, path in described["paths"].items():
            for method, operation in path.items():
                if "providers" not in operation["tags"]:
                    _conditional(operation, method, shown_at(address, shows))
                if f"{method.upper()} {address}" in DEPRECATED:
                    operation["deprecated"] = True
                for status, answer in operation["responses"].items():
                    if int(status) >= 400 and "application/json" in answer.get("content", {}):
                        answer["content"][PROBLEM] = answer["content"].pop("application/json")
        return described


def readable(api: NinjaAPI) -> frozenset[str]:
    """Addresses that a person's token reads, as the description writes them."""
    return frozenset(
        "/api/v1/" + re.sub(r"{\w+:(\w+)}", r"{\1}", path).lstrip("/")
        for bound in api._get_bound_routers()
        for path, view in bound.path_operations.items()
        for one in view.operations
        if "GET" in one.methods and "providers" not in (one.tags or bound.tags or ())
    )


def _conditional(operation: dict[str, Any], method: str, shown: str | None) -> None:
    """Describe what every reading call and every act upon one thing takes beside its own parameters."""
    if method == "get":
        operation["parameters"].append(
            _header("If-None-Match", "the ETag of an answer that you have: 304 when it would be the same")
        )
        operation["responses"][304] = {"description": "Not Modified"}
        operation["responses"][200]["headers"] = {
            "ETag": {"description": "of these bytes", "schema": {"type": "string"}}
        }
    elif shown is not None and any(one["name"] == "Idempotency-Key" for one in operation["parameters"]):
        said = f"the ETag of GET {shown}: 412, and nothing is done, when it changed since"
        operation["parameters"].append(_header("If-Match", said))
        operation["responses"][412] = {
            "description": "Precondition Failed", "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }  # fmt: skip


def _header(name: str, says: str) -> dict[str, Any]:
    return {"in": "header", "name": name, "schema": {"type": "string"}, "required": False, "description": says}


def api_of(faces: Iterable[Face]) -> NinjaAPI:
    """The face as a process with these faces serves it. What it does not serve is not even read."""
    served = frozenset(faces)
    components: dict[str, Any] = {}
    if Face.DOOR in served:
        from tipline.intake.json_door.described import components as of_the_door

        components = of_the_door()
    api = DescribedApi(
        components,
        title="Tipline",
        version=__version__,
        description=(
            "For programs. Those of a person do with a token what the person does on screen, within its scopes. Those of a provider "
            "file reports, with its credentials of the provider door."
        ),
        urls_namespace="api",
        docs_url=None,  # a page of documentation would load scripts from elsewhere
        renderer=FiniteRenderer(),
    )
    answer_with_problems(api)
    if Face.CONSOLE in served:
        from tipline.api import (
            casework,
            desk,
            desk_queue,
            endpoints,
            exchanging,
            figures,
            known_hashes,
            linking,
            operations,
            process,
        )

        for room in (
            endpoints, desk, desk_queue, linking, casework, operations, process, figures, exchanging, known_hashes,
        ):  # fmt: skip
            api.add_router("", room.router)
    if served & {Face.CONSOLE, Face.DOOR}:  # platforms reach the one, desks the other
        from tipline.api import hash_lists

        api.add_router("", hash_lists.router)
    if Face.DOOR in served:
        from tipline.intake.json_door.endpoints import router as providers
        from tipline.intake.json_door.refusals import HANDLERS

        api.add_router("", providers)
        for kind, handler in HANDLERS.items():
            api.add_exception_handler(kind, handler)
    return api
