"""Headers that every answer carries: nothing inline, nothing from elsewhere, no frames, no sniffing."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

REPORTS = "/csp-report/"
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        f"report-uri {REPORTS}",
    )
)
# The Reporting API is for TLS alone; without, browsers that know `report-to` would forget `report-uri` for it, and report nothing.
_OVER_TLS = {
    "Content-Security-Policy": f"{CONTENT_SECURITY_POLICY}; report-to csp",
    "Reporting-Endpoints": f'csp="{REPORTS}"',
}
# Every power of a page that browsers have a switch for (W3C, Permissions Policy registry). Passkeys need the two that are ours.
# What only some of them know is left out: the others complain about it on every page.
_POWERS = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "compute-pressure", "display-capture", "encrypted-media",
    "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "identity-credentials-get", "idle-detection",
    "interest-cohort", "local-fonts", "magnetometer", "microphone", "midi", "otp-credentials", "payment",
    "picture-in-picture", "private-state-token-issuance", "private-state-token-redemption", "screen-wake-lock", "serial",
    "storage-access", "sync-xhr", "unload", "usb", "window-management", "xr-spatial-tracking",
)  # fmt: skip
_OURS = ("publickey-credentials-create", "publickey-credentials-get")
PERMISSIONS_POLICY = ", ".join([*(f"{power}=()" for power in _POWERS), *(f"{power}=(self)" for power in _OURS)])
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS_POLICY,
    # not no-referrer: with it browsers send "Origin: null" on our own forms, which the CSRF check refuses
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Permitted-Cross-Domain-Policies": "none",
    "X-Robots-Tag": "noindex, nofollow",
    # static files bring their own; whatever else there is may hold report data
    "Cache-Control": "no-store",
    # the web server would name itself
    "Server": "",
}


class SecurityHeadersMiddleware:
    """Sets the headers on every answer, also on refusals, and keeps pages with report data out of every cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        for name, value in (_HEADERS | _OVER_TLS if request.is_secure() else _HEADERS).items():
            response.headers.setdefault(name, value)
        return response
