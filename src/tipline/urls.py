"""Which face answers which address."""

from __future__ import annotations

from django.urls import include, path

from tipline.console.log import public
from tipline.core.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path(".well-known/tipline/keys.json", public.keys, name="log-keys"),
    path(".well-known/tipline/checkpoint", public.checkpoint, name="log-checkpoint"),
    path("ispws/", include("tipline.intake.cybertipline.urls")),
    path("", include("tipline.console.urls")),
]

handler400 = "tipline.console.errors.bad_request"
handler403 = "tipline.console.errors.forbidden"
handler404 = "tipline.console.errors.not_found"
handler500 = "tipline.console.errors.server_error"
