"""Hints: what a report itself says of a place, beside its addresses. One folder of `sources/` each; nothing is looked up anywhere.

A child's data is read by none of them: not the child's own, not an account's that is the child's, not what identifies a child elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from lxml import etree

from tipline.pipeline.attribution.statements import Claim, Statement
from tipline.reports.documents import without_namespace
from tipline.reports.models import TRACED_ROLES, DocumentKind, IdentifierKind, Person, Report, Sighting
from tipline.trust.places import Resolved

MOST_PAIRS = 200
_KINDS = (IdentifierKind.PHONE, IdentifierKind.DEVICE, IdentifierKind.IP)


@dataclass(frozen=True, slots=True)
class Seen:
    """An identifier of the account reported, as it was seen: in its normal form, and as the provider wrote it."""

    kind: str
    scope: str
    value: str
    original: str
    at: datetime | None
    at_text: str


@dataclass(frozen=True, slots=True)
class Material:
    """What hints are read from, of one report.

    Parameters
    ----------
    at
        when the incident was, or when the report came.
    people
        the elements of each account, by wire name (`Person.details`).
    details
        the elements of the report itself.
    pairs
        the name-value pairs of each reported file that has coordinates.
    """

    report_id: int
    at: datetime
    people: tuple[dict[str, Any], ...] = ()
    details: dict[str, Any] | None = None
    seen: tuple[Seen, ...] = ()
    pairs: tuple[dict[str, str], ...] = ()


def hint(kind: str, source: str, found: Resolved, said: str, at: datetime, version: str = "") -> Statement | None:
    """A statement by a hint source; None when no place came of it."""
    place = found.place
    if not place.country:
        return None
    return Statement(
        Claim(
            source, kind, version, at.date(), place.country, place.state, place.district, place.level, found.sureness, (),
            found.text, tuple((p.country, p.state, p.district) for p in found.candidates),
        ),
        said[:200],
    )  # fmt: skip


def texts(data: Any, name: str) -> list[str]:
    """The texts of every element `name` directly below `data`."""
    found = data.get(name) if isinstance(data, dict) else None
    several = found if isinstance(found, list) else [found]
    plain = [one.get("#", "") if isinstance(one, dict) else one for one in several if one]
    return [one.strip() for one in plain if isinstance(one, str) and one.strip()]


def text(data: Any, name: str) -> str:
    """The first text of an element `name` directly below `data`, or the empty string."""
    return next(iter(texts(data, name)), "")


def elements(data: Any, name: str) -> list[dict[str, Any]]:
    """Every element `name` anywhere below `data` that has elements of its own."""
    found: list[dict[str, Any]] = []
    pending = [data]
    while pending:
        one = pending.pop()
        if isinstance(one, list):
            pending.extend(reversed(one))
        elif isinstance(one, dict):
            inner = one.get(name)
            if inner is not None:
                found += [e for e in (inner if isinstance(inner, list) else [inner]) if isinstance(e, dict)]
            pending.extend(reversed([value for key, value in one.items() if key != name]))
    return found


def materials(report_ids: Sequence[int]) -> dict[int, Material]:
    """The material of a batch: four queries, whatever its size."""
    people: dict[int, list[dict[str, Any]]] = defaultdict(list)
    seen: dict[int, list[Seen]] = defaultdict(list)
    ids = list(report_ids)
    for report_id, details in (
        Person.objects.filter(report_id__in=ids, role__in=TRACED_ROLES, child=None)
        .order_by("report_id", "position")
        .values_list("report_id", "details")
    ):
        people[report_id].append(details)
    for report_id, kind, scope, value, original, at, at_text in (
        Sighting.objects.filter(report_id__in=ids, role__in=TRACED_ROLES, child=None, identifier__kind__in=_KINDS)
        .exclude(identifier__of_child=True)
        .order_by("report_id", "position")
        .values_list(
            "report_id", "identifier__kind", "identifier__scope", "identifier__value", "original", "at", "at_text"
        )
    ):
        seen[report_id].append(Seen(kind, scope, value, original, at, at_text))
    pairs = _pairs(ids)
    return {
        report_id: Material(
            report_id, incident_at or received_at, tuple(people[report_id]), details, tuple(seen[report_id]), tuple(pairs[report_id])
        )
        for report_id, incident_at, received_at, details in Report.objects.filter(id__in=ids).values_list(
            "id", "incident_at", "received_at", "details"
        )
    }  # fmt: skip


def _pairs(report_ids: list[int]) -> dict[int, list[dict[str, str]]]:
    """Pairs of the files whose documents speak of coordinates: extraction keeps no pairs, so they are read where they stand."""
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT report_id, body FROM reports_document WHERE report_id = ANY (%s) AND kind = %s"
            " AND position('nameValuePair'::bytea IN body) > 0"
            " AND (position('GPS'::bytea IN body) > 0 OR position('atitude'::bytea IN body) > 0) ORDER BY id",
            [report_ids, DocumentKind.FILE_DETAILS.value],
        )
        for report_id, body in cursor.fetchall():
            found[report_id].append(read_pairs(bytes(body)))
    return found


def read_pairs(body: bytes) -> dict[str, str]:
    """The EXIF pairs of a `fileDetails` document, names as written; empty when it cannot be read."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = without_namespace(etree.fromstring(body, parser))
    except etree.XMLSyntaxError:
        return {}
    pairs: dict[str, str] = {}
    for pair in root.iterfind("details/nameValuePair"):
        if pair.get("type") != "HASH" and len(pairs) < MOST_PAIRS:
            pairs.setdefault((pair.findtext("name") or "").strip()[:64], (pair.findtext("value") or "").strip()[:200])
    return pairs
