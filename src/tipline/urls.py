"""Which face answers which address. A process serves its own faces' addresses; all others are not there."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from tipline.console.csp import report as csp_report
from tipline.console.log import public as log
from tipline.core.config import Face, config
from tipline.core.health import healthz, readyz
from tipline.intake.doors.feedback import feedback
from tipline.metrics import metrics

# In the order in which they are asked: the console's come last, since it answers what nobody else does.
ADDRESSES: dict[Face, list[URLPattern | URLResolver]] = {
    Face.DOOR: [
        path("ispws/", include("tipline.intake.cybertipline.urls")),
        path("ispws-test/", include("tipline.intake.cybertipline.urls", namespace="sandbox"), {"sandbox": True}),
        path("provider/feedback.json", feedback),
        path("provider/", include("tipline.intake.doors.urls")),
    ],
    Face.PUBLIC: [
        path("report/", include("tipline.intake.public_form.urls")),
        path("report", RedirectView.as_view(pattern_name="public_form:form")),
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
# Other installations call the address that providers call.
_peers = [path("federation/", include("tipline.exchange.federation.urls"))] if Face.DOOR in _served else []

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics),
    *_api,
    *_peers,
    *(address for face, addresses in ADDRESSES.items() if face in _served for address in addresses),
]
if Face.PUBLIC in _served and Face.CONSOLE not in _served:
    # on an address of its own, whoever types the name of the host alone wants the form
    urlpatterns.append(path("", RedirectView.as_view(pattern_name="public_form:form")))

# Without the console there are no pages to lead back to.
_errors = "tipline.console.errors" if Face.CONSOLE in _served else "tipline.core.refusals"
handler400 = f"{_errors}.bad_request"
handler403 = f"{_errors}.forbidden"
handler404 = f"{_errors}.not_found"
handler500 = f"{_errors}.server_error"
