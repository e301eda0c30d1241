"""Hash lists for programs, in the form of ThreatExchange. docs/reference/hash-lists.md

Subscribers come with their key, as `Authorization: Bearer NUMBER|SECRET` or, as clients of ThreatExchange do, as `access_token` in the
address; people's programs with a token that has the scope `hashes:read`, for the lists of the person's agency.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, cast
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from ninja.security.base import AuthBase
from pydantic import Field

from tipline.api.asking import Asker, Token, TooManyCallsError
from tipline.core.clients import client_address
from tipline.core.clock import now
from tipline.core.errors import InvalidInputError, NotFoundError
from tipline.core.limits import Buckets
from tipline.core.problems import problem
from tipline.exchange.hash_lists import access, feed, threat_updates
from tipline.exchange.hash_lists.lists import with_newest
from tipline.exchange.hash_lists.models import Edition, HashList, Subscriber
from tipline.exchange.hash_lists.publishing import AHEAD_SECONDS
from tipline.reports.hashes.words import BY_TYPE
from tipline.trust.accounts.models import TokenScope
from tipline.trust.accounts.tokens import TokenRefusedError
from tipline.trust.actors import Actor, ActorKind
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import NOTHING, acting

DEFAULT_LIMIT, MOST = 500, 5_000
_BIG = 2**63 - 1

# Of one key: clients of ThreatExchange read a hundred entries a page, so that a list of a million is ten thousand calls.
_calls = Buckets(per_second=20, burst=200)

router = Router(tags=["hash lists"])


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads lists: a subscriber one, a person's program those of the agency."""

    subscriber: Subscriber | None
    asker: Asker | None
    by_address: bool  # the key stood in the address

    @property
    def lists(self) -> QuerySet[HashList]:
        """The lists that there are for them."""
        live = HashList.objects.filter(ended_at=None).select_related("agency").order_by("id")
        if self.subscriber is not None:
            return live.filter(pk=self.subscriber.hash_list_id)
        return live.filter(agency_id=cast("Asker", self.asker).person.agency_id)

    def list(self, list_id: int) -> HashList:
        """One of them.

        Raises
        ------
        NotFoundError
            also for one that is not for them.
        """
        found = self.lists.filter(pk=list_id).first()
        if found is None:
            self.note("access.refused", list_id)
            raise NotFoundError(f"there is no list {list_id}")
        return found

    def note(self, action: str, list_id: int, **detail: Any) -> None:
        """Log what was done, as the person's or as the subscriber's; a subscriber that is a provider is that provider."""
        if self.asker is not None:
            self.asker.note(action, "hash_list", list_id, **detail)
            return
        one = cast("Subscriber", self.subscriber)
        actor = Actor(ActorKind.SYSTEM, None, f"subscriber {one.pk}", one.hash_list.agency_id)
        if one.provider is not None:
            actor = Actor(ActorKind.PROVIDER, one.provider.pk, one.provider.username, one.hash_list.agency_id)
        record(actor, [Act(action, "hash_list", list_id, {"subscriber": one.pk, **detail})])


class Key(AuthBase):
    """A subscriber's key, or a person's token with `hashes:read`."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self) -> None:
        super().__init__()
        self._needs = TokenScope.HASHES
        self._person = Token(self._needs)

    def __call__(self, request: HttpRequest) -> Reader | None:
        """The reader; None for who brought nothing."""
        word, _, bearer = request.headers.get("Authorization", "").partition(" ")
        text = bearer.strip() if word.lower() == "bearer" else ""
        given = text or request.GET.get("access_token", "")
        if not given:
            return None
        if "|" not in given:
            if not text:
                raise TokenRefusedError("a person's token goes into the header: Authorization: Bearer tipline_…")
            return Reader(None, self._person.authenticate(request, given), by_address=False)
        found = access.take_key(given, client_address(request))
        if seconds := _calls.take(found.pk):
            raise TooManyCallsError(seconds)
        return Reader(found, None, by_address=not text)


class Asked(Schema):
    """What is asked of `threat_updates`. `after` and `began` are exact; a time is for clients that know nothing else."""

    start_time: int | None = Field(
        None, ge=0, le=_BIG, description="changes dated then or later; left out or 0: the whole list"
    )
    stop_time: int | None = Field(None, ge=0, le=_BIG, description="changes dated before")
    after: int | None = Field(None, ge=0, le=_BIG, description="changes after this position; 0: the whole list")
    began: int | None = Field(None, ge=0, le=_BIG, description="of `paging.next`")
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MOST, description="how many at most")
    types: str = Field("", max_length=500, description="types of indicators, separated by commas")
    fields: str = Field("", max_length=2_000, description="as ThreatExchange has it")


def reader_of(request: HttpRequest) -> Reader:
    """The reader that `Key` found for this request."""
    return cast("Reader", request.auth)  # type: ignore[attr-defined]  # django-ninja sets it


@router.get("/hashes/lists", auth=Key(), include_in_schema=False)
def hash_lists(request: HttpRequest) -> dict[str, Any]:
    """The lists that there are for the asker, with what is published of each."""
    return {"items": [_described(one, newest) for one, newest in with_newest(reader_of(request).lists)]}


def _described(one: HashList, newest: Edition | None) -> dict[str, Any]:
    return {
        "id": one.pk, "agency": one.agency.code, "name": one.name, "title": one.title, "categories": one.categories,
        "algorithms": one.algorithms, "edition": newest and newest.number, "position": one.head,
        "entries": newest.entries if newest else 0, "published_at": newest and newest.published_at,
    }  # fmt: skip


# of ThreatExchange: the number in front is that of the application, the first part of its key
@router.get("/hashes/{int:number}/threat_privacy_groups_member", auth=Key(), include_in_schema=False)
def groups(request: HttpRequest, number: int) -> dict[str, Any]:
    """The lists as privacy groups."""
    return {"data": [threat_updates.as_group(one, newest) for one, newest in with_newest(reader_of(request).lists)]}


@router.get("/hashes/{int:list_id}", auth=Key(), include_in_schema=False)
def group(request: HttpRequest, list_id: int) -> Mapping[str, Any]:
    """A list as a privacy group."""
    found = reader_of(request).list(list_id)
    return threat_updates.as_group(found, feed.edition_at(found.pk, found.head))


@router.get("/hashes/{int:list_id}/checkpoint", auth=Key(), include_in_schema=False)
def checkpoint(
    request: HttpRequest, list_id: int, edition: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None
) -> HttpResponse:
    """The signed checkpoint of the newest edition, or of the one that is named."""
    found = reader_of(request).list(list_id)
    rows = Edition.objects.filter(hash_list_id=found.pk)
    one = (rows.filter(number=edition) if edition else rows.filter(head=found.head)).first()
    if one is None:
        raise NotFoundError(f"list {list_id} has no such edition")
    return HttpResponse(one.note, content_type="text/plain; charset=utf-8")


@router.get("/hashes/{int:list_id}/threat_updates", auth=Key(), include_in_schema=False)
@router.get("/hashes/{int:list_id}/threat_updates/", auth=Key(), include_in_schema=False)
def updates(request: HttpRequest, list_id: int, asked: Query[Asked]) -> HttpResponse | dict[str, Any]:
    """A page of a list, or of what changed. The last page says which edition the reader has then."""
    reader = reader_of(request)
    found = reader.list(list_id)
    algorithms = _algorithms(asked.types)
    until = None if asked.stop_time is None else feed.position_before(found.pk, asked.stop_time)
    with acting(replace(NOTHING, hash_list_ids=frozenset({found.pk}))):
        try:
            page = feed.page(found.pk, _cursor(found.pk, asked), asked.limit, until=until, algorithms=algorithms)
        except feed.TooOldError as error:
            return problem(410, f"{error}.")
    fields = threat_updates.wanted_fields(asked.fields)
    body: dict[str, Any] = {"data": [threat_updates.as_update(row, found, fields) for row in page.rows]}
    if page.next is not None:
        body["paging"] = {"next": _address(request, reader, page.next)}
    elif until is None and algorithms is None:
        edition = feed.edition_at(found.pk, page.head)
        body["tipline"] = {
            "position": page.head, "edition": edition and edition.number, "entries": edition.entries if edition else 0,
            "checkpoint": edition and edition.note,
        }  # fmt: skip
        if reader.subscriber is None or access.note_read(reader.subscriber, page.head):
            reader.note("hash_list.read", found.pk, position=page.head, edition=edition.number if edition else 0)
    return body


def _algorithms(types: str) -> list[str] | None:
    """The kinds of these types; a type that lists do not have gives nothing, as ThreatExchange does it."""
    named = [one for one in types.split(",") if one]
    return [BY_TYPE[one] for one in named if one in BY_TYPE] if named else None


def _cursor(list_id: int, asked: Asked) -> feed.Cursor:
    if asked.after is not None:
        return feed.Cursor.at(asked.after) if asked.began is None else feed.Cursor(asked.after, asked.began)
    if not asked.start_time:
        return feed.Cursor()
    if asked.start_time > now().timestamp() + _FUTURE:
        raise InvalidInputError("start_time: this is still to come; the clock that it was taken from is wrong")
    before = feed.position_before(list_id, asked.start_time)
    return feed.Cursor(before, before)


# Changes are dated a little ahead, and a million at once 500 seconds more: beyond a day it is nobody's checkpoint.
_FUTURE = 86_400 + AHEAD_SECONDS


def _address(request: HttpRequest, reader: Reader, cursor: feed.Cursor) -> str:
    """The same page further on. A key that came in the address goes on in it: clients of ThreatExchange follow it as it is."""
    kept = {name: request.GET[name] for name in ("stop_time", "limit", "types", "fields") if request.GET.get(name)}
    if reader.by_address:
        kept["access_token"] = request.GET["access_token"]
    return request.build_absolute_uri(
        f"{request.path}?{urlencode({**kept, 'after': cursor.after, 'began': cursor.began})}"
    )


def forget_all() -> None:
    """Fill every bucket of this module (tests)."""
    _calls.forget_all()
