"""The stage: documents of a batch in, one upsert a table out."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence

from django.db import connection

from tipline.core.sql import Columns, upsert
from tipline.pipeline.extraction.kinds import Normal
from tipline.pipeline.extraction.reading import Extract, read
from tipline.pipeline.stage import Batch, Stage
from tipline.reports.masking import carried, terms_of
from tipline.reports.models import Document, DocumentKind, Person, Sighting


def process(batch: Batch) -> None:
    """Read every document of the batch and write persons, identifiers, sightings and file details."""
    extracts = _read(batch.report_ids)
    _write_reports(extracts)
    _write_files(extracts)
    persons = _write_persons(extracts)
    identifiers = _write_identifiers(extracts, batch)
    _write_sightings(extracts, persons, identifiers)
    _remove_leftovers(extracts)


def _read(report_ids: Sequence[int]) -> dict[int, Extract]:
    reports: dict[int, bytes] = {}
    names: dict[int, str] = {}
    details: dict[int, list[tuple[str, bytes]]] = defaultdict(list)
    rows = (
        Document.objects.filter(report_id__in=report_ids)
        .order_by("id")
        .values_list("report_id", "kind", "body", "reported_file__wire_id", "report__reporter__name")
    )
    for report_id, kind, body, wire_id, name in rows.iterator(chunk_size=500):
        if kind == DocumentKind.REPORT:
            reports[report_id], names[report_id] = bytes(body), name
        else:
            details[report_id].append((wire_id, bytes(body)))
    return {i: read(reports[i], details[i], names[i]) for i in report_ids}


def _write_reports(extracts: dict[int, Extract]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reports_report r SET details = new.details, batch_reason = new.batch_reason,"
            " annotations = new.annotations"
            " FROM unnest(%s::bigint[], %s::jsonb[], %s::text[], %s::jsonb[])"
            " AS new(id, details, batch_reason, annotations) WHERE r.id = new.id",
            [
                list(extracts),
                [_json(e.details) for e in extracts.values()],
                [e.batch_reason for e in extracts.values()],
                [_json(e.annotations) for e in extracts.values()],
            ],
        )


def _write_files(extracts: dict[int, Extract]) -> None:
    files = [f for e in extracts.values() for f in e.files]
    if not files:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reports_reportedfile f SET original_name = new.original_name, viewed_by_provider = new.viewed,"
            " publicly_available = new.public, relevance = new.relevance, classification = new.classification,"
            " annotations = new.annotations, location = new.location,"
            " uploaded_at = new.uploaded_at, uploaded_at_text = new.uploaded_at_text, pdq = new.pdq,"
            " stated_hashes = new.hashes"
            " FROM unnest(%s::text[], %s::text[], %s::boolean[], %s::boolean[], %s::text[], %s::text[], %s::jsonb[],"
            " %s::text[], %s::timestamptz[], %s::text[], %s::text[], %s::jsonb[])"
            " AS new(wire_id, original_name, viewed, public, relevance, classification, annotations, location,"
            " uploaded_at, uploaded_at_text, pdq, hashes) WHERE f.wire_id = new.wire_id",
            [
                [f.wire_id for f in files],
                [f.original_name for f in files],
                [f.viewed for f in files],
                [f.publicly_available for f in files],
                [f.relevance for f in files],
                [f.classification for f in files],
                [_json(f.annotations) for f in files],
                [f.location for f in files],
                [f.uploaded_at for f in files],
                [f.uploaded_at_text[:64] for f in files],
                [f.pdq for f in files],
                [_json(f.stated_hashes) for f in files],
            ],
        )


def _write_persons(extracts: dict[int, Extract]) -> dict[tuple[int, int], int]:
    """Returns (report id, position) → person id."""
    rows = [(i, p) for i, e in extracts.items() for p in e.persons]
    written = upsert(
        Person._meta.db_table,
        {
            "report_id": ("bigint", [i for i, _ in rows]),
            "position": ("integer", [p.position for _, p in rows]),
            "role": ("text", [p.role.value for _, p in rows]),
            "path": ("text", [p.path[:300] for _, p in rows]),
            "first_name": ("text", [p.first_name for _, p in rows]),
            "last_name": ("text", [p.last_name for _, p in rows]),
            "platform": ("text", [p.platform for _, p in rows]),
            "age": ("smallint", [p.age for _, p in rows]),
            "details": ("jsonb", [_json(p.details) for _, p in rows]),
            "child": ("integer", [p.child for _, p in rows]),
            "display_names": ("jsonb", [_json(p.display_names) for _, p in rows]),
        },
        key=("report_id", "position"),
        update=("role", "path", "first_name", "last_name", "platform", "age", "details", "display_names", "child"),
        returning=("report_id", "position", "id"),
    )
    ids = {(report_id, position): person_id for report_id, position, person_id in written}
    accounts = [(ids[i, p.position], ids[i, p.parent]) for i, p in rows if p.parent is not None]
    if accounts:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE reports_person p SET parent_id = new.parent"
                " FROM unnest(%s::bigint[], %s::bigint[]) AS new(id, parent) WHERE p.id = new.id",
                [[person for person, _ in accounts], [parent for _, parent in accounts]],
            )
    return ids


def _write_identifiers(extracts: dict[int, Extract], batch: Batch) -> dict[bytes, int]:
    """Returns digest → identifier id.

    The update of a row that exists is what locks it: a batch that shares an identifier with another one waits here until that
    one has committed, and linking then sees its sightings. Sorted, so that two batches cannot wait for each other.
    """
    unique: dict[bytes, Normal] = {s.identifier.digest: s.identifier for e in extracts.values() for s in e.sightings}
    digests = sorted(unique)
    of_child, names_child = _childrens(extracts)
    written = upsert(
        "reports_identifier",
        {
            "kind": ("text", [unique[d].kind.value for d in digests]),
            "scope": ("text", [unique[d].scope for d in digests]),
            "value": ("text", [unique[d].value for d in digests]),
            "digest": ("bytea", digests),
            "first_seen_at": ("timestamptz", [batch.at] * len(digests)),
            "last_seen_at": ("timestamptz", [batch.at] * len(digests)),
            "of_child": ("boolean", [d in of_child for d in digests]),
            "names_child": ("boolean", [d in names_child for d in digests]),
        },
        key=("digest",),
        update=("last_seen_at",),
        stays_true=("of_child", "names_child"),
        returning=("digest", "id"),
    )
    return {bytes(digest): identifier_id for digest, identifier_id in written}


def _childrens(extracts: dict[int, Extract]) -> tuple[set[bytes], set[bytes]]:
    """Digests of identifiers that are a child's, and of those whose text repeats something of a child of the same report."""
    of_child, names_child = set(), set()
    for extract in extracts.values():
        if not any(p.child for p in extract.persons):
            continue
        terms = terms_of(
            ((p.child, (p.first_name, p.last_name, *p.display_names), p.details) for p in extract.persons),
            ((s.child, s.identifier.kind, s.identifier.value, s.original) for s in extract.sightings),
        )
        leads = terms.leads
        for s in extract.sightings:
            if s.child is not None and carried(s.identifier.kind):
                of_child.add(s.identifier.digest)
            elif s.child is None and (s.identifier.value in leads or s.original in leads):
                names_child.add(s.identifier.digest)
    return of_child, names_child


def _write_sightings(
    extracts: dict[int, Extract], persons: dict[tuple[int, int], int], identifiers: dict[bytes, int]
) -> None:
    rows = [(i, position, s) for i, e in extracts.items() for position, s in enumerate(e.sightings)]
    files = _file_ids([s.file for _, _, s in rows if s.file])
    columns: Columns = {
        "report_id": ("bigint", [i for i, _, _ in rows]),
        "position": ("integer", [position for _, position, _ in rows]),
        "identifier_id": ("bigint", [identifiers[s.identifier.digest] for _, _, s in rows]),
        "person_id": ("bigint", [None if s.person is None else persons[i, s.person] for i, _, s in rows]),
        "reported_file_id": ("bigint", [files.get(s.file) for _, _, s in rows]),
        "role": ("text", [s.role.value for _, _, s in rows]),
        "original": ("text", [s.original for _, _, s in rows]),
        "event": ("text", [s.event[:20] for _, _, s in rows]),
        "at": ("timestamptz", [s.at for _, _, s in rows]),
        "at_text": ("text", [s.at_text[:64] for _, _, s in rows]),
        "at_zone_stated": ("boolean", [s.at_zone_stated for _, _, s in rows]),
        "ip": ("inet", [s.ip for _, _, s in rows]),
        "port": ("integer", [s.port for _, _, s in rows]),
        "possible_proxy": ("boolean", [s.possible_proxy for _, _, s in rows]),
        "verified": ("boolean", [s.verified for _, _, s in rows]),
        "path": ("text", [s.path[:300] for _, _, s in rows]),
        "child": ("integer", [s.child for _, _, s in rows]),
    }
    key = ("report_id", "position")
    upsert("reports_sighting", columns, key=key, update=[c for c in columns if c not in key])


def _file_ids(wire_ids: list[str]) -> dict[str, int]:
    if not wire_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT wire_id, id FROM reports_reportedfile WHERE wire_id = ANY(%s)", [wire_ids])
        return dict(cursor.fetchall())


def _remove_leftovers(extracts: dict[int, Extract]) -> None:
    """Rows of an earlier reading that this one no longer has (a newer version of the stage reads differently)."""
    for model, counts in (
        (Sighting, {i: len(e.sightings) for i, e in extracts.items()}),
        (Person, {i: len(e.persons) for i, e in extracts.items()}),
    ):
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT t.id FROM {model._meta.db_table} t"  # noqa: S608 - a table name of our own
                " JOIN unnest(%s::bigint[], %s::integer[]) AS new(report_id, count) USING (report_id)"
                " WHERE t.position >= new.count",
                [list(counts), list(counts.values())],
            )
            stale = [row[0] for row in cursor.fetchall()]
        if stale:
            model._default_manager.filter(id__in=stale).delete()


def _json(value: object) -> str:
    # PostgreSQL's jsonb cannot hold U+0000; XML cannot carry it either, so nothing is lost here.
    return json.dumps(value, ensure_ascii=False)


STAGE = Stage("extraction", "2", process)
