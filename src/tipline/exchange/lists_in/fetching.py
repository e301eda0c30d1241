"""From a place that publishes a list to an import: read by a program apart, believed as little as a stranger's file, kept with its cursor.

What a page brought and the cursor after it are kept in one transaction, so that a fetch that breaks off goes on where it was.
"""

from __future__ import annotations

import json
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from django.db import connection
from pydantic import Field, TypeAdapter, ValidationError

from tipline.core.apart import said_by
from tipline.core.clock import now
from tipline.core.config import Config
from tipline.core.datafile import Strict
from tipline.core.errors import ConflictError, InvalidInputError, TiplineError, TransientError
from tipline.core.files import read_secret_file
from tipline.pipeline.matching.lists.forms import Form
from tipline.pipeline.matching.lists.importing import How, begin, run
from tipline.pipeline.matching.lists.models import ListImport, ListSource
from tipline.pipeline.matching.lists.services import Terms, add
from tipline.pipeline.matching.lists.words import category_called, kind_called
from tipline.pipeline.matching.models import KnownList
from tipline.trust.actors import Actor

TIMEOUT_SECONDS = 10 * 60
MOST_ROWS = 5_000_000  # of one fetch; the next goes on
_READER = Path(__file__).parent / "reader.py"
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_LOCK = 0x6B6E66


class _Source(Strict):
    """A place. `base`: another address than the publisher's own, for a test server."""

    list: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)
    base: str = ""


class Ncmec(_Source):
    """NCMEC's hash sharing; `environment` as the library names it."""

    kind: Literal["ncmec"]
    environment: str = Field(default="Industry", pattern=r"^[A-Za-z_]{1,60}$")
    user: str
    password: str


class StopNCII(_Source):
    """StopNCII."""

    kind: Literal["stopncii"]
    subscription_key: str
    function_key: str


class ThreatExchange(_Source):
    """A privacy group of ThreatExchange."""

    kind: Literal["threatexchange"]
    key: str
    group: int


Source = Ncmec | StopNCII | ThreatExchange


class _File(Strict):
    source: list[Annotated[Source, Field(discriminator="kind")]]


_LABELS = {
    "ncmec": ("NCMEC", "unspecified"), "stopncii": ("StopNCII.org", "ncii"), "threatexchange": ("ThreatExchange", "unspecified"),
}  # fmt: skip


def sources(settings: Config) -> list[Source]:
    """The places that the operator's file names; none without one.

    Raises
    ------
    InvalidInputError
        naming the key that is wrong, and never its value.
    ConfigurationError
        when others can read the file.
    """
    if settings.hash_sources is None:
        return []
    text = read_secret_file(settings.hash_sources)
    try:
        found = TypeAdapter(_File).validate_python(tomllib.loads(text)).source
    except tomllib.TOMLDecodeError as error:
        raise InvalidInputError(f"{settings.hash_sources.name} is not TOML") from error
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise InvalidInputError(
            f"{settings.hash_sources.name}, {'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
        ) from None
    for one in found:
        address = urlsplit(one.base)
        if one.base and not (
            address.hostname
            and (address.scheme == "https" or (address.scheme == "http" and address.hostname in _LOOPBACK))
        ):
            raise InvalidInputError(f"{settings.hash_sources.name}, {one.list}, base: an https:// address")
    if len({one.list for one in found}) != len(found):
        raise InvalidInputError(f"{settings.hash_sources.name}: a list has one source")
    return found


def source_named(name: str, settings: Config) -> Source:
    """The place of a list.

    Raises
    ------
    InvalidInputError
        when the operator's file names none.
    """
    for one in sources(settings):
        if one.list == name:
            return one
    raise InvalidInputError(f"TIPLINE_HASH_SOURCES names no source of {name[:60]!r}")


@dataclass(slots=True)
class _Got:
    rows: int = 0
    passed_over: int = 0
    kept_bytes: int = 0  # of the file, up to the last cursor
    cursor: dict[str, Any] | None = None
    error: str = ""


def fetch(source: Source, settings: Config, actor: Actor) -> ListImport | None:
    """Fetch what changed, and import it; None when nothing did.

    Raises
    ------
    InvalidInputError
        when no program is set up for it.
    TransientError
        when the place could not be read; what was read of it before that is imported.
    ConflictError
        when the list is being fetched, or is ended.
    """
    if settings.threatexchange is None:
        raise InvalidInputError(
            "TIPLINE_THREATEXCHANGE is not set: it names the Python that has the threatexchange library"
        )
    known_list = KnownList.objects.filter(name=source.list).first()
    if known_list is None:
        publisher, category = _LABELS[source.kind]
        known_list = add(source.list, Terms(publisher, publisher, category), None, actor)
    if known_list.ended_at is not None:
        raise ConflictError(f"list {source.list} is ended")
    kept, _ = ListSource.objects.get_or_create(known_list=known_list, defaults={"kind": source.kind})
    if kept.kind != source.kind:
        kept.kind, kept.cursor = source.kind, {}
        kept.save()
    if not _take(known_list.pk):
        raise ConflictError(f"list {source.list} is being fetched already")
    try:
        return _fetch(source, kept, settings.threatexchange, actor)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK, known_list.pk])


def _take(list_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK, list_id])
        return bool(cursor.fetchone()[0])


def _fetch(source: Source, kept: ListSource, program: Path, actor: Actor) -> ListImport | None:
    with tempfile.TemporaryDirectory(prefix="tipline-list-") as folder:
        path = Path(folder) / "entries.ndjson"
        got = _written(path, source, kept.cursor, program)
        done: ListImport | None = None
        failed: TiplineError | None = TransientError(f"{source.list}: {got.error}") if got.error else None
        if got.rows and got.cursor is not None:
            how = How(Form.NDJSON, speaks_for_reference=source.kind == "ncmec")
            importing = begin(kept.known_list, f"{source.kind}.ndjson", path.stat().st_size, how, actor)
            try:
                done = run(importing, path, how, actor, got.cursor)
            except TiplineError as error:
                failed = error
        elif got.cursor is not None:
            ListSource.objects.filter(pk=kept.pk).update(cursor=got.cursor)
    at = now()
    news: dict[str, Any] = {"tried_at": at, "error": str(failed or "")[:500]}
    if failed is None:
        news["fetched_at"] = at
    ListSource.objects.filter(pk=kept.pk).update(**news)
    if failed is not None:
        raise failed
    return done


def _written(path: Path, source: Source, cursor: dict[str, Any], program: Path) -> _Got:
    """Write what the program says up to its last cursor."""
    got, ended, since = _Got(), False, 0
    body = json.dumps({**source.model_dump(), "cursor": cursor}).encode()
    with path.open("wb") as file:
        for said in _said(body, program):
            if got.error or ended:
                break
            if not isinstance(said, dict):
                got.error = "its program said what nobody understands"
            elif "entries" in said:
                for line in _lines(said["entries"], source.kind, got):
                    file.write(line)
                    since += 1
                if got.rows + since > MOST_ROWS:
                    break
            elif isinstance(said.get("cursor"), dict) and len(json.dumps(said["cursor"])) < 10_000:
                got.cursor, got.kept_bytes, got.rows, since = said["cursor"], file.tell(), got.rows + since, 0
            elif said.get("end") is True:
                ended = True
            else:
                got.error = str(said.get("error", "its program said what nobody understands"))[:300]
        file.truncate(got.kept_bytes)
    if not ended and not got.error and got.rows + since <= MOST_ROWS:
        got.error = "its program ended early"
    return got


def _said(body: bytes, program: Path) -> Iterator[Any]:
    try:
        yield from said_by(_READER, [], body, TIMEOUT_SECONDS, program=program)
    except (OSError, ValueError, RecursionError) as error:
        yield {"error": f"its program cannot be used: {type(error).__name__}"}


def _lines(entries: object, kind: str, got: _Got) -> Iterator[bytes]:
    """Lines of NDJSON as an import reads them. Kinds of signals that are no hash of a file, such as URLs, are passed over."""
    for one in entries if isinstance(entries, list) else []:
        if not isinstance(one, list) or len(one) != 5 or not all(isinstance(text, str) for text in one[:4]):
            got.error = "its program said what nobody understands"
            return
        word, value, said, reference, revoked = one
        if word and not kind_called(word):
            got.passed_over += 1
            continue
        whole: dict[str, Any] = {"reference": reference, "revoked": revoked is True}
        if word:
            whole |= {"kind": word, "hash": value, "category": _category(kind, said)}
        yield json.dumps(whole, ensure_ascii=True).encode() + b"\n"


def _category(kind: str, said: str) -> str:
    form = "ncmec" if kind == "ncmec" else "threat_updates"
    return next((found for tag in said.split("\n") if (found := category_called(form, tag))), "")
