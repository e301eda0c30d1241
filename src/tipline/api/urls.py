"""Addresses below `/api/v1/`."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from tipline.api.endpoints import api
from tipline.api.problems import not_found, whole

app_name = "api"

urlpatterns = [
    *(
        path(str(one.pattern), whole(one.callback), name=one.name or "")
        for one in api.urls[0]
        if isinstance(one, URLPattern)
    ),
    re_path(r"^", whole(not_found), name="unknown"),
]
