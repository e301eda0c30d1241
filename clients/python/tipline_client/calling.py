"""Calls: the token, problem documents as exceptions, pages by cursor, tries again, and what is unchanged. The methods are in `client`,
which is made of the description.
"""

from __future__ import annotations

import random
import time
import uuid
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar, cast

import httpx
from pydantic import BaseModel, TypeAdapter

T = TypeVar("T")

_AGAIN = frozenset({429, 502, 503, 504})
_LONGEST_PAUSE_SECONDS = 30.0


class ProblemError(Exception):
    """The server refused it and said why (RFC 9457). `errors` names fields, where it is about fields; `code`, why a package was refused."""

    def __init__(
        self, status: int, detail: str, errors: list[dict[str, Any]], retry_after: int | None, code: str | None = None
    ) -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status
        self.detail = detail
        self.errors = errors
        self.retry_after = retry_after
        self.code = code


class UnauthorisedError(ProblemError):
    """401: no token, or one that opens nothing."""


class NotPermittedError(ProblemError):
    """403: the token's scopes or its person's role do not do this."""


class NotFoundError(ProblemError):
    """404: it does not exist, or it is not the person's to see."""


class ConflictError(ProblemError):
    """409: the thing is in another state than the act needs, or changed since it was `seen`."""


class ChangedError(ProblemError):
    """412: it changed since the answer whose ETag was given as `if_match`."""


class InvalidError(ProblemError):
    """422: a parameter, a field or a document is wrong."""


class TooManyCallsError(ProblemError):
    """429: too many calls, and all tries are used up."""


_KINDS: dict[int, type[ProblemError]] = {
    401: UnauthorisedError,
    403: NotPermittedError,
    404: NotFoundError,
    409: ConflictError,
    412: ChangedError,
    422: InvalidError,
    429: TooManyCallsError,
}


class Page(Protocol[T]):
    """A page of a list."""

    @property
    def items(self) -> list[T]: ...
    @property
    def next(self) -> int | None: ...


class Calls:
    """A connection to one server with one token.

    `etag` is the tag of the last answer: give it as `if_match` with an act that is to change what that answer showed.

    Parameters
    ----------
    url
        of the server, without `/api/v1`.
    token
        of a person, as `/account/tokens/` showed it once.
    retries
        how often a call is tried again that got no answer, 429, or 502 to 504. Acts carry an `Idempotency-Key`, so that one whose
        answer got lost is not done twice; what takes no key is not tried again.
    remember
        of how many answers the last are kept, so that asking again costs little while nothing changed (304).
    """

    def __init__(self, url: str, token: str, *, timeout: float = 30.0, retries: int = 2, remember: int = 0) -> None:
        self._http = httpx.Client(
            base_url=f"{url.rstrip('/')}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=timeout
        )
        self._retries, self._remember = retries, remember
        self._kept: OrderedDict[str, httpx.Response] = OrderedDict()
        self.etag: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the connection."""
        self._http.close()

    @staticmethod
    def pages(ask: Callable[..., Page[T]], *args: Any, after: int = 0, **named: Any) -> Iterator[T]:
        """Every item of a list that is read by `after`, page by page."""
        following: int | None = after
        while following is not None:
            page = ask(*args, after=following, **named)
            yield from page.items
            following = page.next

    def _get(self, path: str, answer: type[T], *, query: Mapping[str, Any] | None = None) -> T:
        asked = {name: value for name, value in (query or {}).items() if value is not None and value != ""}
        request = self._http.build_request("GET", path, params=asked)
        address = str(request.url)
        kept = self._kept.get(address)
        if kept is not None:
            request.headers["If-None-Match"] = kept.headers["ETag"]
        response = self._called(request, again=True)
        if response.status_code == 304 and kept is not None:
            response = kept
        elif self._remember and response.is_success and "ETag" in response.headers:
            self._kept[address] = response
            while len(self._kept) > self._remember:
                self._kept.popitem(last=False)
        return self._read(response, answer)

    def _post(
        self,
        path: str,
        answer: type[T],
        *,
        body: BaseModel | Mapping[str, Any],
        key: str | None = None,
        if_match: str | None = None,
    ) -> T:
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        if if_match is not None:
            headers["If-Match"] = if_match
        return self._sent(path, answer, again=True, json=_plain(body), headers=headers)

    def _make(self, path: str, answer: type[T], *, body: BaseModel | Mapping[str, Any] | bytes) -> T:
        """An act that takes no key: it is tried once."""
        if isinstance(body, bytes):
            return self._sent(
                path, answer, again=False, content=body, headers={"Content-Type": "application/octet-stream"}
            )
        return self._sent(path, answer, again=False, json=_plain(body))

    def _sent(self, path: str, answer: type[T], *, again: bool, **more: Any) -> T:
        return self._read(self._called(self._http.build_request("POST", path, **more), again=again), answer)

    def _called(self, request: httpx.Request, *, again: bool) -> httpx.Response:
        left = self._retries if again else 0
        while True:
            try:
                response = self._http.send(request)
            except httpx.TransportError:
                if not left:
                    raise
                asked = None
            else:
                if response.status_code not in _AGAIN or not left:
                    return response
                asked = _seconds(response)
            pause = 2.0 ** (self._retries - left) * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
            time.sleep(min(_LONGEST_PAUSE_SECONDS, max(pause, asked or 0)))
            left -= 1

    def _read(self, response: httpx.Response, answer: type[T]) -> T:
        if "Deprecation" in response.headers:
            address = f"{response.request.method} {response.request.url.path}"
            warnings.warn(
                f"{address} is deprecated and goes on {response.headers.get('Sunset', 'a day not named')}",
                DeprecationWarning,
                stacklevel=4,
            )
        if response.is_success:
            self.etag = response.headers.get("ETag")
            if answer is bytes:
                return cast("T", response.content)
            return TypeAdapter(answer).validate_json(response.content)
        told = response.json() if "json" in response.headers.get("Content-Type", "") else {}
        kind = _KINDS.get(response.status_code, ProblemError)
        raise kind(
            response.status_code,
            str(told.get("detail", response.reason_phrase)),
            list(told.get("errors", ())),
            _seconds(response),
            told.get("code"),
        )


def _plain(body: BaseModel | Mapping[str, Any]) -> dict[str, Any]:
    return body.model_dump(mode="json", exclude_unset=True) if isinstance(body, BaseModel) else dict(body)


def _seconds(response: httpx.Response) -> int | None:
    pause = response.headers.get("Retry-After", "")
    return int(pause) if pause.isdigit() else None
