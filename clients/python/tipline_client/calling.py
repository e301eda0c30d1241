"""Calls: the token, problem documents as exceptions, pages by cursor. The methods are in `client`, which is made of the description."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar, cast

import httpx
from pydantic import BaseModel, TypeAdapter

T = TypeVar("T")


class ProblemError(Exception):
    """The server refused it and said why (RFC 9457). `errors` names fields, where it is about fields."""

    def __init__(self, status: int, detail: str, errors: list[dict[str, Any]], retry_after: int | None) -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status
        self.detail = detail
        self.errors = errors
        self.retry_after = retry_after


class Page(Protocol[T]):
    """A page of a list."""

    @property
    def items(self) -> list[T]: ...
    @property
    def next(self) -> int | None: ...


class Calls:
    """A connection to one server with one token.

    Parameters
    ----------
    url
        of the server, without `/api/v1`.
    token
        of a person, as `/account/tokens/` showed it once.
    """

    def __init__(self, url: str, token: str, *, timeout: float = 30.0) -> None:
        self._http = httpx.Client(
            base_url=f"{url.rstrip('/')}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=timeout
        )

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
        return self._read(self._http.get(path, params=asked), answer)

    def _post(self, path: str, answer: type[T], *, body: BaseModel | Mapping[str, Any], key: str | None = None) -> T:
        sent = body.model_dump(mode="json", exclude_unset=True) if isinstance(body, BaseModel) else dict(body)
        headers = {"Idempotency-Key": key} if key else {}
        return self._read(self._http.post(path, json=sent, headers=headers), answer)

    @staticmethod
    def _read(response: httpx.Response, answer: type[T]) -> T:
        if response.is_success:
            if answer is bytes:
                return cast("T", response.content)
            return TypeAdapter(answer).validate_json(response.content)
        told = response.json() if "json" in response.headers.get("Content-Type", "") else {}
        pause = response.headers.get("Retry-After", "")
        raise ProblemError(
            response.status_code,
            str(told.get("detail", response.reason_phrase)),
            list(told.get("errors", ())),
            int(pause) if pause.isdigit() else None,
        )
