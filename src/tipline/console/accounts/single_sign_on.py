"""Signing in by an OpenID Connect provider. django-allauth speaks with it; who the person is here, and what that opens, is ours.

No account is made by it, and nothing but the issuer's own origin is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tipline.console.accounts.views import go_on, safe_next, sign_in_page
from tipline.core.config import config
from tipline.core.single_sign_on import issuer_origin, provider_id
from tipline.trust.accounts import links, sessions, signing_in

if TYPE_CHECKING:
    from allauth.socialaccount.models import SocialLogin

_NEXT = "tipline_single_sign_on_next"
_TIMEOUT_SECONDS = 10
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
# How a provider says that it asked for more than a password: RFC 8176 (amr) and EAP acr values (phr, phrh), and the older
# policy of PAPE.
_MANY_FACTORS_AMR = "mfa"
_MANY_FACTORS_ACR = {"phr", "phrh", "http://schemas.openid.net/pape/policies/2007/06/multi-factor"}
REFUSED = "Single sign-on did not work: the provider did not answer, or named nobody who has an account here"


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider."""
    adapter = _adapter(request)
    from allauth.socialaccount.providers.oauth2.views import OAuth2LoginView
    from requests import RequestException

    request.session.set_expiry(600)
    request.session[_NEXT] = safe_next(request)
    try:
        answer: HttpResponse = OAuth2LoginView.adapter_view(adapter)(request)
    except (RequestException, ValueError, KeyError):
        return sign_in_page(request, REFUSED, status=502)
    return answer


@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """The browser comes back with a code; what the provider says of the person is fetched from it directly."""
    adapter = _adapter(request)
    from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
    from requests import RequestException

    try:
        answer: HttpResponse = OAuth2CallbackView.adapter_view(adapter)(request)
    except (RequestException, ValueError, KeyError):
        return sign_in_page(request, REFUSED, status=502)
    return answer


def _adapter(request: HttpRequest) -> Any:
    if not settings.SOCIALACCOUNT_PROVIDERS:
        raise Http404("single sign-on is not set up")
    return _adapter_class()(request, provider_id(config()))


def _adapter_class() -> Any:
    # here, since most installations never load it
    from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter

    class Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # django-allauth has no types
        """As django-allauth's, with our own address to come back to, and the token's signature always checked."""

        def get_callback_url(self, request: HttpRequest, app: object) -> str:
            return request.build_absolute_uri(reverse("console:single-sign-on-done"))

        def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
            if self.openid_config["issuer"].rstrip("/") != config().oidc_issuer:
                raise ValueError("the provider calls itself by another name than TIPLINE_OIDC_ISSUER")
            with SingleSignOnAdapter().get_requests_session() as session:
                answer = session.get(self.openid_config["jwks_uri"])
                answer.raise_for_status()
                return _checked(id_token, answer.json(), config().oidc_issuer, app.client_id)

    return Adapter


def _checked(id_token: str, keys: dict[str, Any], issuer: str, client_id: str) -> dict[str, Any]:
    """The claims of a token that the issuer signed for us, and that has not run out.

    Only algorithms with a public key count: with the others whoever knows the public key could sign.
    """
    import jwt

    try:
        kid = jwt.get_unverified_header(id_token).get("kid")
        fitting = [key for key in jwt.PyJWKSet.from_dict(keys).keys if kid is None or key.key_id == kid]
        if len(fitting) != 1:
            raise ValueError("no key, or no single key, of the provider fits its token")
        return jwt.decode(
            id_token, fitting[0], algorithms=_ALGORITHMS, audience=client_id, issuer=[issuer, f"{issuer}/"],
            options={"require": ["exp", "iat", "sub"]},
        )  # fmt: skip
    except jwt.PyJWTError as error:
        raise ValueError("the provider's token is not valid") from error


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # django-allauth has no types
    """What django-allauth asks of us on the way."""

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Any:
        """The provider, which speaks through our adapter on the way there too."""
        found = super().get_provider(request, provider, client_id)
        found.oauth2_adapter_class = _adapter_class()
        return found

    def get_requests_session(self) -> Any:
        """Connections to the issuer's origin and nowhere else: no redirect, no proxy of the environment, no long wait."""
        from requests import PreparedRequest, Response, Session
        from requests.adapters import HTTPAdapter
        from requests.exceptions import InvalidURL

        class OnlyTheIssuer(HTTPAdapter):
            def send(self, request: PreparedRequest, **options: Any) -> Response:  # type: ignore[override]
                parts = urlsplit(str(request.url))
                if f"{parts.scheme}://{parts.netloc}" != issuer_origin(config()):
                    raise InvalidURL("single sign-on asks TIPLINE_OIDC_ISSUER and nobody else")
                options["timeout"] = _TIMEOUT_SECONDS
                return super().send(request, **options)

        session = Session()
        session.trust_env = False
        session.max_redirects = 0
        for scheme in ("https://", "http://"):
            session.mount(scheme, OnlyTheIssuer())
        return session

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> NoReturn:
        """The provider has spoken. From here on it is our sign-in, whatever django-allauth would do next."""
        raise ImmediateHttpResponse(_signed_on(request, sociallogin.account.uid, sociallogin.account.extra_data))

    def on_authentication_error(self, request: HttpRequest, *args: object, **more: object) -> NoReturn:
        """Cancelled, refused, or a code that is not ours."""
        raise ImmediateHttpResponse(sign_in_page(request, REFUSED, status=401))


def _signed_on(request: HttpRequest, subject: str, said: dict[str, Any]) -> HttpResponse:
    token = said.get("id_token") or {}
    asked = said.get("userinfo") or {}
    if token.get("sub") != subject or asked.get("sub", subject) != subject:  # OpenID Connect Core 5.3.2
        return sign_in_page(request, REFUSED, status=401)
    by = token if "email" in token else asked
    email = str(by.get("email", "")) if by.get("email_verified") is True else ""
    person = links.person_of(provider_id(config()), subject, email)
    if person is None:
        signing_in.note_failure("", "single sign-on")
        return sign_in_page(request, REFUSED, status=401)
    methods = token.get("amr")
    strong = isinstance(methods, list) and _MANY_FACTORS_AMR in methods
    strong = strong or token.get("acr") in _MANY_FACTORS_ACR
    target = request.session.pop(_NEXT, "")
    return go_on(request, person, [sessions.proof("socialaccount")], target, second_factor=strong)
