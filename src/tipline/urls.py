"""Which face answers which address. A process serves its own faces' addresses; all others are not there."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from tipline.console.csp import report as csp_report
from tipline.console.log import public as log
from tipline.core.config import Face, config
from tipline.core.health import healthz, readyz

# In the order in which they are asked: the console's come last, since it answers what nobody else does.
ADDRESSES: dict[Face, list[URLPattern | URLResolver]] = {
    Face.DOOR: [
        path("ispws/", include("tipline.intake.cybertipline.urls")),
        path("ispws-test/", include("tipline.intake.cybertipline.urls", namespace="sandbox"), {"sandbox": True}),
    ],
    Face.PUBLIC: [
        path(".well-known/tipline/keys.json", log.keys, name="log-keys"),
        path(".well-known/tipline/checkpoint", log.checkpoint, name="log-checkpoint"),
    ],
    Face.CONSOLE: [
        path("csp-report/", csp_report),
        path("", include("tipline.console.urls")),
    ],
}
_served = config().faces
# Providers file there and people read there: each of the two faces serves its own endpoints of it.
_api = [path("api/v1/", include("tipline.api.urls"))] if _served & {Face.DOOR, Face.CONSOLE} else []

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    *_api,
    *(address for face, addresses in ADDRESSES.items() if face in _served for address in addresses),
]

# Without the console there are no pages to lead back to.
_errors = "tipline.console.errors" if Face.CONSOLE in _served else "tipline.core.refusals"
handler400 = f"{_errors}.bad_request"
handler403 = f"{_errors}.forbidden"
handler404 = f"{_errors}.not_found"
handler500 = f"{_errors}.server_error"
