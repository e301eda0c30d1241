"""Taking in the tree."""

from __future__ import annotations

import csv
import io
import re
import zoneinfo
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from tipline.core.clock import now
from tipline.core.errors import InvalidInputError, NotFoundError
from tipline.trust.actors import Actor
from tipline.trust.agencies.models import Agency, AgencyKind, Jurisdiction, Oversight
from tipline.trust.audit.services import Act, record
from tipline.trust.places import canonical_place

COLUMNS = ("code", "name", "kind", "parent", "country", "state", "district", "timezone", "languages")
MAX_ROWS = 50_000
STANDARD_TREE = Path(__file__).parent / "data" / "agencies.csv"


@dataclass(frozen=True, slots=True)
class ImportedTree:
    """What an import did: agencies new to this installation, changed ones, and rows read."""

    created: int
    updated: int
    rows: int


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    code: str
    name: str
    kind: AgencyKind
    parent: str
    country: str
    state: str
    district: str
    timezone: str
    languages: str


def import_tree(path: Path, actor: Actor) -> ImportedTree:
    """Import agencies and their jurisdictions from a CSV file; all of it or nothing.

    A code that repeats adds a further jurisdiction to its agency. Agencies that the file does not name stay as they are.

    Raises
    ------
    InvalidInputError
        naming file, line and column.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidInputError(f"{path.name} is not UTF-8 text (byte {error.start})") from error
    return _write(_read(path.name, text), path.name, actor)


def _read(name: str, text: str) -> list[_Row]:
    reader = csv.DictReader(io.StringIO(text), strict=True)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise InvalidInputError(f"{name} line 1: the columns must be {','.join(COLUMNS)}")
    rows: list[_Row] = []
    try:
        for raw in reader:
            if len(rows) >= MAX_ROWS:
                raise InvalidInputError(f"{name} line {reader.line_num}: more than {MAX_ROWS} rows")
            rows.append(_check(name, reader.line_num, raw))
    except csv.Error as error:
        raise InvalidInputError(f"{name} line {reader.line_num}: not CSV: {error}") from error
    if not rows:
        raise InvalidInputError(f"{name} has no rows")
    return rows


def _check(name: str, line: int, raw: dict[str | None, str | None]) -> _Row:
    def wrong(column: str, why: str) -> InvalidInputError:
        return InvalidInputError(f"{name} line {line}, {column}: {why}")

    if None in raw or any(raw.get(column) is None for column in COLUMNS):
        raise wrong("columns", f"there must be {len(COLUMNS)} of them")
    cell = {column: (raw[column] or "").strip() for column in COLUMNS}
    if not re.fullmatch(r"[A-Z0-9]+(-[A-Z0-9]+)*", cell["code"]) or len(cell["code"]) > 40:
        raise wrong("code", f"{cell['code']!r} must be capitals, digits and single hyphens, 40 at most")
    if not cell["name"] or len(cell["name"]) > 200:
        raise wrong("name", "must have 1 to 200 characters")
    if cell["kind"] not in AgencyKind.values:
        raise wrong("kind", f"{cell['kind']!r} is not one of {', '.join(AgencyKind.values)}")
    if not re.fullmatch(r"[A-Z]{2}", cell["country"]):
        raise wrong("country", f"{cell['country']!r} is not an ISO 3166-1 alpha-2 code")
    if cell["district"] and not cell["state"]:
        raise wrong("state", "a district needs its state")
    zone = cell["timezone"] or "UTC"
    if zone not in zoneinfo.available_timezones():
        raise wrong("timezone", f"{zone!r} is not an IANA time zone")
    state, district = canonical_place(cell["country"], cell["state"], cell["district"])
    return _Row(
        line, cell["code"], cell["name"], AgencyKind(cell["kind"]), cell["parent"], cell["country"], state, district,
        zone, cell["languages"] or "en",
    )  # fmt: skip


@transaction.atomic
def _write(rows: list[_Row], name: str, actor: Actor) -> ImportedTree:
    existing = {a.code: a for a in Agency.objects.select_for_update()}
    heads: dict[str, _Row] = {}
    for row in rows:
        heads.setdefault(row.code, row)
    parents = {code: row.parent for code, row in heads.items()}
    for row in heads.values():
        if row.parent and row.parent not in heads and row.parent not in existing:
            raise InvalidInputError(f"{name} line {row.line}, parent: there is no agency {row.parent!r}")
        _refuse_circle(name, row, parents)
    created = updated = 0
    for code, row in heads.items():
        agency = existing.get(code) or Agency(code=code)
        fresh = (row.name, row.kind.value, row.timezone, row.languages)
        if code not in existing:
            created += 1
        elif fresh != (agency.name, agency.kind, agency.timezone, agency.languages):
            updated += 1
        agency.name, agency.kind, agency.timezone, agency.languages = fresh
        agency.save()
        existing[code] = agency
    for code, row in heads.items():
        agency = existing[code]
        parent = existing[row.parent] if row.parent else None
        if agency.parent != parent:
            agency.parent = parent
            agency.save(update_fields=["parent"])
    Jurisdiction.objects.filter(agency__code__in=heads).delete()
    Jurisdiction.objects.bulk_create(
        (Jurisdiction(agency=existing[r.code], country=r.country, state=r.state, district=r.district) for r in rows),
        ignore_conflicts=True,
    )
    record(actor, [Act("agency.imported", "tree", name[:80], {"rows": len(rows), "created": created})])
    return ImportedTree(created, updated, len(rows))


def _refuse_circle(name: str, row: _Row, parents: dict[str, str]) -> None:
    seen = {row.code}
    above = row.parent
    while above:
        if above in seen:
            raise InvalidInputError(f"{name} line {row.line}, parent: {row.code} would stand above itself")
        seen.add(above)
        above = parents.get(above, "")


@transaction.atomic
def set_oversight(overseer: Agency, overseen: Agency, *, with_below: bool, reason: str, actor: Actor) -> None:
    """Let the people of one agency see the reports and cases of another, and with `with_below` of all agencies below that.

    Raises
    ------
    InvalidInputError
        for an agency overseeing itself, or a missing reason: somebody will ask what it rests on.
    """
    if overseer.pk == overseen.pk:
        raise InvalidInputError(f"{overseer.code} sees its own reports anyway")
    if not reason.strip() or len(reason) > 300:
        raise InvalidInputError("say in 1 to 300 characters which order or agreement the oversight rests on")
    Oversight.objects.update_or_create(
        overseer=overseer,
        overseen=overseen,
        defaults={"with_below": with_below, "reason": reason.strip(), "since": now()},
    )
    detail = {"overseen": overseen.code, "with_below": with_below}
    record(actor, [Act("agency.oversight_set", "agency", overseer.pk, detail)])


@transaction.atomic
def end_oversight(overseer: Agency, overseen: Agency, actor: Actor) -> None:
    """End an oversight; from the next request on nothing is seen by it.

    Raises
    ------
    NotFoundError
        when there is none between the two.
    """
    ended, _ = Oversight.objects.filter(overseer=overseer, overseen=overseen).delete()
    if not ended:
        raise NotFoundError(
            f"{overseer.code} does not oversee {overseen.code}; `tipline agency oversight` lists who does"
        )
    record(actor, [Act("agency.oversight_ended", "agency", overseer.pk, {"overseen": overseen.code})])
