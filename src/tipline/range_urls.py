"""Addresses of a training range: the console with its courses, and nothing of the doors, the public form or the JSON door."""

from __future__ import annotations

from django.urls import include, path

from tipline.console.csp import report as csp_report
from tipline.console.log import public as log
from tipline.core.health import healthz, readyz
from tipline.metrics import metrics

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics),
    path(".well-known/tipline/keys.json", log.keys, name="log-keys"),
    path(".well-known/tipline/checkpoint", log.checkpoint, name="log-checkpoint"),
    path("csp-report/", csp_report),
    path("", include("tipline.console.courses.urls")),
    path("", include("tipline.console.courses.desk_urls")),
    path("", include("tipline.console.training.urls")),
    path("", include("tipline.console.urls")),
]
handler400 = "tipline.console.errors.bad_request"
handler403 = "tipline.console.errors.forbidden"
handler404 = "tipline.console.errors.not_found"
handler500 = "tipline.console.errors.server_error"
