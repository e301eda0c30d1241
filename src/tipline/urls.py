"""Which face answers which address."""

from __future__ import annotations

from django.urls import include, path

from tipline.core.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("ispws/", include("tipline.intake.cybertipline.urls")),
    path("api/v1/", include("tipline.api.urls")),
    path("", include("tipline.console.urls")),
]

handler400 = "tipline.console.errors.bad_request"
handler403 = "tipline.console.errors.forbidden"
handler404 = "tipline.console.errors.not_found"
handler500 = "tipline.console.errors.server_error"
