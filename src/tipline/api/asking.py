"""Who asks: the token of a request, its person, and what both of them may see now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest
from ninja.security import HttpBasicAuth, HttpBearer

from tipline.core.clients import client_address
from tipline.core.errors import TiplineError
from tipline.core.limits import Buckets
from tipline.trust.accounts.models import ApiToken, TokenScope, User
from tipline.trust.accounts.tokens import take_token
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Scope, scope_of_token, token_scopes_of

# Of one token: a page of a list every tenth of a second, and a start of sixty.
_calls = Buckets(per_second=10, burst=60)


class ScopeMissingError(TiplineError):
    """The token does not open this: it has not the scope, or its person's role includes it no more."""

    def __init__(self, needs: TokenScope) -> None:
        super().__init__(f"this needs the scope {needs.value}, and a person whose role includes it")
        self.needs = needs


class TooManyCallsError(TiplineError):
    """This token is used too often. `seconds`: when to try again."""

    def __init__(self, seconds: float) -> None:
        super().__init__("too many calls with this token; wait and try again")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Asker:
    """A token that opens something, and what it opens."""

    token: ApiToken
    scopes: frozenset[TokenScope]
    scope: Scope

    @property
    def person(self) -> User:
        """Whom the token acts for."""
        return self.token.person

    def note(self, action: str, object_type: str, object_id: str | int, **detail: Any) -> None:
        """Log what was done, by the person and with this token."""
        record(self.person.actor, [Act(action, object_type, object_id, {"token": self.token.pk, **detail})])


class Token(HttpBearer):
    """`Authorization: Bearer tipline_…`. A session's cookie means nothing here, so there is nothing to forge across sites."""

    openapi_description = "An API token of a person, made under /account/tokens/"

    def __init__(self, needs: TokenScope | None = None) -> None:
        super().__init__()
        self._needs = needs

    def authenticate(self, request: HttpRequest, token: str) -> Asker:
        """The asker, if the token is valid, not used too often, and has the scope that the endpoint needs."""
        found = take_token(token, client_address(request))
        if seconds := _calls.take(found.pk):
            raise TooManyCallsError(seconds)
        scopes = token_scopes_of(found.person, found.scopes)
        asker = Asker(found, scopes, scope_of_token(found.person, scopes))
        if self._needs is not None and self._needs not in scopes:
            asker.note("access.refused", "api", name_of(request), needs=self._needs.value)
            raise ScopeMissingError(self._needs)
        return asker


class TokenAsPassword(HttpBasicAuth):
    """The same token as the password of HTTP Basic, with any name: programs that read calendars know no other way."""

    openapi_description = "An API token of a person as the password, with any name"

    def __init__(self, needs: TokenScope) -> None:
        super().__init__()
        self._token = Token(needs)

    def authenticate(self, request: HttpRequest, username: str, password: str) -> Asker:
        """As `Token` does."""
        return self._token.authenticate(request, password)


def asker_of(request: HttpRequest) -> Asker:
    """The asker that `Token` found for this request."""
    return cast("Asker", request.auth)  # type: ignore[attr-defined]  # django-ninja sets it


def note_not_found(request: HttpRequest) -> None:
    """Log that a token asked for what is not its person's, or not there: one is a slip, a hundred are a search."""
    asker = getattr(request, "auth", None)
    match = request.resolver_match
    if isinstance(asker, Asker) and match is not None:
        asked = {name: str(value)[:40] for name, value in match.kwargs.items()}
        asker.note("access.refused", "api", name_of(request), **asked)


def name_of(request: HttpRequest) -> str:
    """The endpoint, as the log names it."""
    return (request.resolver_match.view_name if request.resolver_match else "")[:80]


def forget_all() -> None:
    """Fill every bucket of this module (tests)."""
    _calls.forget_all()
