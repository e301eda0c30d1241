"""Addresses below `/api/v1/`. One address may be people's with one method and providers' with another."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, re_path
from django.utils.cache import get_conditional_response

from tipline.api.deprecations import noted
from tipline.api.face import api_of
from tipline.api.problems import not_found, whole
from tipline.core.config import config
from tipline.core.problems import problem
from tipline.intake.json_door.turns import taken_down

app_name = "api"

View = Callable[..., HttpResponseBase]


def together(views: list[View]) -> View:
    """A view that asks each of these until one knows the method."""

    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        allowed: list[str] = []
        for view in views:
            response = view(request, *args, **kwargs)
            if response.status_code != 405:
                return response
            allowed += response["Allow"].split(", ")
        listed = ", ".join(dict.fromkeys(allowed))
        return problem(405, f"Use {listed}.", {"Allow": listed})

    return answered


def conditional(view: View) -> View:
    """A view whose answer to GET has an `ETag` of its bytes, and is 304 to whoever has them.

    It is made of what this token is answered now, after everything was read and logged: no change of what may be seen hides behind it.
    """

    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if request.method != "GET" or response.status_code != 200 or not isinstance(response, HttpResponse):
            return response
        response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        response.setdefault("Cache-Control", "private, no-cache")
        return get_conditional_response(request, response["ETag"], None, response) or response

    return answered


def announced(route: str, view: View) -> View:
    """A view whose answers say when it goes, once that is decided."""
    address = "/api/v1/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)

    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return noted(view(request, *args, **kwargs), f"{request.method} {address}")

    return answered


def _route(pattern: URLPattern) -> str:
    return str(pattern.pattern)


_patterns = sorted((one for one in api_of(config().faces).urls[0] if isinstance(one, URLPattern)), key=_route)

urlpatterns = [
    *(
        path(
            route,
            taken_down(whole(announced(route, conditional(together([one.callback for one in same]))))),
            name=same[0].name or "",
        )
        for route, same in ((route, list(found)) for route, found in groupby(_patterns, key=_route))
    ),
    re_path(r"^", taken_down(whole(not_found)), name="unknown"),
]
