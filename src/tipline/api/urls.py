"""Addresses below `/api/v1/`. One address may be people's with one method and providers' with another."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, re_path

from tipline.api.deprecations import noted
from tipline.api.face import api_of, readable
from tipline.api.problems import not_found, whole
from tipline.api.unchanged import PARAMETER, conditional, guarded, shown_at
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


def address_of(route: str) -> str:
    """A route as the description writes it."""
    return "/api/v1/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)


def announced(route: str, view: View) -> View:
    """A view whose answers say when it goes, once that is decided."""
    address = address_of(route)

    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return noted(view(request, *args, **kwargs), f"{request.method} {address}")

    return answered


def _route(pattern: URLPattern) -> str:
    return str(pattern.pattern)


_api = api_of(config().faces)
_patterns = sorted((one for one in _api.urls[0] if isinstance(one, URLPattern)), key=_route)
_views = {route: together([one.callback for one in same]) for route, same in groupby(_patterns, key=_route)}
_names = {_route(one): one.name or "" for one in reversed(_patterns)}
_shows = {address_of(route): view for route, view in _views.items()}
_readable = readable(_api)


def _guarded(route: str, view: View) -> View:
    shown = shown_at(address_of(route), _readable)
    return guarded(view, _shows[shown] if shown else None, PARAMETER.findall(shown or ""))


urlpatterns = [
    *(
        path(
            route,
            taken_down(whole(announced(route, _guarded(route, conditional(view))))),
            name=_names[route],
        )
        for route, view in _views.items()
    ),
    re_path(r"^", taken_down(whole(not_found)), name="unknown"),
]
