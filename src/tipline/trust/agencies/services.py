"""Taking in the tree."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zoneinfo
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.db import transaction

from tipline.core.clock import now
from tipline.core.errors import InvalidInputError, NotFoundError
from tipline.trust.actors import Actor
from tipline.trust.agencies.agreements import REFERENCE_LENGTH
from tipline.trust.agencies.models import Agency, AgencyKind, Agreement, Jurisdiction, Oversight
from tipline.trust.audit.services import Act, record
from tipline.trust.places import canonical_place

COLUMNS = ("code", "name", "kind", "parent", "country", "state", "district", "timezone", "languages")
# A tenth column may say what the hand-over from the parent rests on; NO_AGREEMENT: on nothing, so that nothing goes there.
AGREEMENT = "agreement"
NO_AGREEMENT = "none"
MAX_ROWS = 50_000
STANDARD_TREE = Path(__file__).parent / "data" / "agencies.csv"
# Of other countries, each known and without an agreement: nothing goes there before somebody records one.
STANDARD_DESKS = STANDARD_TREE.with_name("national_desks.csv")


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
    agreement: str


def import_tree(path: Path, actor: Actor) -> ImportedTree:
    """Import agencies and their jurisdictions from a CSV file; all of it or nothing.

    A code that repeats adds a further jurisdiction to its agency. Agencies that the file does not name stay as they are.

    Raises
    ------
    InvalidInputError
        naming file, line and column.
    """
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidInputError(f"{path.name} is not UTF-8 text (byte {error.start})") from error
    return _write(_read(path.name, text), path.name, hashlib.sha256(raw).hexdigest(), actor)


def _read(name: str, text: str) -> list[_Row]:
    reader = csv.DictReader(io.StringIO(text), strict=True)
    if tuple(reader.fieldnames or ()) not in {COLUMNS, (*COLUMNS, AGREEMENT)}:
        raise InvalidInputError(f"{name} line 1: the columns must be {','.join(COLUMNS)}, and {AGREEMENT} if you like")
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

    columns = (*COLUMNS, AGREEMENT) if AGREEMENT in raw else COLUMNS
    if None in raw or any(raw.get(column) is None for column in columns):
        raise wrong("columns", f"there must be {len(columns)} of them")
    cell = {column: (raw[column] or "").strip() for column in columns}
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
    if zone not in _time_zones():
        raise wrong("timezone", f"{zone!r} is not an IANA time zone")
    agreement = cell.get(AGREEMENT, "")
    if len(agreement) > REFERENCE_LENGTH or (agreement and not cell["parent"]):
        raise wrong(
            AGREEMENT, f"has {REFERENCE_LENGTH} characters at most, and is one with the parent: a root has none"
        )
    state, district = canonical_place(cell["country"], cell["state"], cell["district"])
    return _Row(
        line, cell["code"], cell["name"], AgencyKind(cell["kind"]), cell["parent"], cell["country"], state, district,
        zone, cell["languages"] or "en", agreement,
    )  # fmt: skip


@cache
def _time_zones() -> frozenset[str]:
    """The names of IANA time zones on this machine. Finding them reads hundreds of files."""
    return frozenset(zoneinfo.available_timezones())


@transaction.atomic
def _write(rows: list[_Row], name: str, sha256: str, actor: Actor) -> ImportedTree:
    existing = {a.code: a for a in Agency.objects.select_for_update()}
    heads: dict[str, _Row] = {}
    for row in rows:
        heads.setdefault(row.code, row)
    parents = {code: row.parent for code, row in heads.items()}
    for row in heads.values():
        if row.parent and row.parent not in heads and row.parent not in existing:
            raise InvalidInputError(f"{name} line {row.line}, parent: there is no agency {row.parent!r}")
        _refuse_circle(name, row, parents)
    created, updated = [], []
    for code, row in heads.items():
        agency = existing.get(code)
        fresh = {"name": row.name, "kind": row.kind.value, "timezone": row.timezone, "languages": row.languages}
        if agency is None:
            created.append(Agency(code=code, **fresh))
        elif any(getattr(agency, column) != value for column, value in fresh.items()):
            for column, value in fresh.items():
                setattr(agency, column, value)
            updated.append(agency)
    Agency.objects.bulk_update(updated, ["name", "kind", "timezone", "languages"])
    existing |= {agency.code: agency for agency in Agency.objects.bulk_create(created)}
    moved = []
    for code, row in heads.items():
        parent = existing[row.parent] if row.parent else None
        if existing[code].parent_id != (parent.pk if parent else None):
            existing[code].parent = parent
            moved.append(existing[code])
    Agency.objects.bulk_update(moved, ["parent"])
    _agree(heads, existing, f"tree {name[:80]}, sha256 {sha256}", actor)
    Jurisdiction.objects.filter(agency__code__in=heads).delete()
    Jurisdiction.objects.bulk_create(
        (Jurisdiction(agency=existing[r.code], country=r.country, state=r.state, district=r.district) for r in rows),
        ignore_conflicts=True,
    )
    record(actor, [Act("agency.imported", "tree", name[:80], {"rows": len(rows), "created": len(created)})])
    return ImportedTree(len(created), len(updated), len(rows))


def _agree(heads: Mapping[str, _Row], agencies: Mapping[str, Agency], reference: str, actor: Actor) -> None:
    """Agreements for the links of a file. A link that never had one gets it by the file; what a person set or ended stays so."""
    known: dict[tuple[int, int], list[Agreement]] = defaultdict(list)
    for one in Agreement.objects.select_for_update():
        known[one.from_agency_id, one.to_agency_id].append(one)
    today = now().date()
    made: list[Agreement] = []
    ended: list[Agreement] = []
    for code, row in heads.items():
        if not row.parent:
            continue
        parent, child = agencies[row.parent], agencies[code]
        before = known[parent.pk, child.pk]
        current = [one for one in before if one.until is None]
        if row.agreement == NO_AGREEMENT:
            ended += [one for one in before if one.until is None or one.until > today]
        elif row.agreement and row.agreement not in {one.reference for one in current}:
            ended += current
            made.append(_agreement(parent, child, row.agreement, today, actor))
        elif not row.agreement and not before:
            made.append(_agreement(parent, child, reference, today, actor))
    for one in ended:
        one.until = max(today, one.since)
    Agreement.objects.bulk_update(ended, ["until"])
    Agreement.objects.bulk_create(made)
    record(
        actor,
        [
            *(Act("agency.agreement_ended", "agency", a.from_agency_id, {"to": a.to_agency_id}) for a in ended),
            *(Act("agency.agreement_set", "agency", a.from_agency_id, {"to": a.to_agency_id}) for a in made),
        ],
    )


def _agreement(parent: Agency, child: Agency, reference: str, since: date, actor: Actor) -> Agreement:
    return Agreement(from_agency=parent, to_agency=child, reference=reference, since=since, set_by=actor.label)


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
