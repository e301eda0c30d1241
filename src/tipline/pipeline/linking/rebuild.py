"""A full relink: clusters from all edges at once, held against those that are kept, and what differs put right.

Edges stream out of PostgreSQL as binary COPY into arrays, components are found on them, and where none of a component was in a cluster, the
clusters stream back. What differs otherwise goes through `clusters.update`, which writes history. Nobody else changes clusters meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction

from tipline.core.clock import now
from tipline.pipeline.linking import clusters
from tipline.pipeline.linking.models import ChangeKind
from tipline.pipeline.linking.strengths import STRENGTHS

Ids = npt.NDArray[np.int64]
AT_ONCE = 2_000  # reports that are put right in one go, or the whole component
ROWS_AT_ONCE = 200_000

_EDGES = f"COPY (SELECT e.report_id, e.identifier_id FROM linking_edge e WHERE e.strength >= {STRENGTHS.joins_at} AND {clusters.FREE}) TO STDOUT (FORMAT binary)"  # noqa: S608
_MEMBERS = "COPY (SELECT report_id, cluster_id FROM linking_member) TO STDOUT (FORMAT binary)"
_RULES = ", ".join(f"'{rule.id}'" for rule in STRENGTHS.weak)
# As `clusters._TOGETHER`, of everything; one of the two has at least two weak edges, so that a single one is not compared at all.
_PAIRS = f"""COPY (
WITH weak AS MATERIALIZED (
    SELECT e.report_id, e.identifier_id, e.rule, e.strength FROM linking_edge e WHERE e.rule IN ({_RULES}) AND {clusters.FREE}
), several AS (
    SELECT w.* FROM weak w JOIN (SELECT report_id FROM weak GROUP BY 1 HAVING count(DISTINCT rule) > 1) x USING (report_id)
), met AS (
    SELECT a.report_id AS one, b.report_id AS other, a.rule, max(least(a.strength, b.strength)) AS strength
    FROM several a JOIN several b ON b.identifier_id = a.identifier_id AND b.report_id > a.report_id GROUP BY 1, 2, 3
)
SELECT one, other FROM met GROUP BY one, other
HAVING count(*) > 1 AND 1 - exp(sum(ln(1 - strength))) >= {STRENGTHS.joins_at} - 1e-9
UNION ALL SELECT low_id, high_id FROM linking_tie WHERE ended_at IS NULL
) TO STDOUT (FORMAT binary)"""  # noqa: S608 - texts and numbers of our own data file
# A row of two bigints: the number of fields, then each with its length before it. The head and the end of the stream are cut off.
_ROW = np.dtype([("fields", ">i2"), ("l1", ">i4"), ("one", ">i8"), ("l2", ">i4"), ("other", ">i8")])
_HEAD, _TAIL = 19, 2


@dataclass(frozen=True, slots=True)
class Relinked:
    """What a relink found: reports in clusters, clusters, and how many of each had to be written anew or put right."""

    edges: int
    reports: int
    clusters: int
    new: int
    mended: int


def components(reports: Ids, identifiers: Ids) -> tuple[Ids, Ids]:
    """Which reports hang together over identifiers, given as edges.

    Returns
    -------
    tuple of arrays
        the reports, each once and in order, and the label of each: the least report of its component.

    Labels go over identifiers and along labels at once (FastSV, Zhang, Azad and Hu 2020), so that the number of rounds grows with the
    logarithm of the longest way.
    """
    if not len(reports):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    ids, here = np.unique(reports, return_inverse=True)
    _, there = np.unique(identifiers, return_inverse=True)
    order = np.argsort(there, kind="stable")
    by_identifier = here[order]
    starts = np.flatnonzero(np.r_[True, np.diff(there[order]) != 0])
    labels = np.arange(len(ids), dtype=np.int64)
    while True:
        least = np.minimum.reduceat(labels[by_identifier], starts)[there]
        fresh = labels.copy()
        np.minimum.at(fresh, labels[here], least)
        np.minimum.at(fresh, here, least)
        fresh = np.minimum(fresh, fresh[fresh])
        fresh = fresh[fresh]
        if np.array_equal(fresh, labels):
            return ids, ids[labels]
        labels = fresh


def _read(statement: str) -> tuple[Ids, Ids]:
    """The two columns of a COPY in binary."""
    parts: list[bytes] = []
    connection.ensure_connection()
    with connection.connection.cursor() as cursor, cursor.copy(statement) as copy:
        parts.extend(bytes(one) for one in copy)
    body = b"".join(parts)
    rows = np.frombuffer(body, _ROW, offset=_HEAD, count=(len(body) - _HEAD - _TAIL) // _ROW.itemsize)
    return rows["one"].astype(np.int64), rows["other"].astype(np.int64)


def found() -> tuple[int, Ids, Ids]:
    """How many edges join, which reports are in clusters, and the least report of each one's cluster."""
    reports, identifiers = _read(_EDGES)
    low, high = _read(_PAIRS)
    pairs = -1 - np.arange(len(low), dtype=np.int64)  # each pair meets at a place of its own
    ids, labels = components(np.r_[reports, low, high], np.r_[identifiers, pairs, pairs])
    _, inverse, count = np.unique(labels, return_inverse=True, return_counts=True)
    several = count[inverse] > 1
    return len(reports) + len(low), ids[several], labels[several]


@transaction.atomic
def rebuild() -> Relinked:
    """Put all clusters together anew and bring what is kept to that, in one transaction."""
    clusters.lock_alone()
    edges, ids, labels = found()
    have, of = _read(_MEMBERS)
    order = np.argsort(have)
    have, of = have[order], of[order]
    place = np.searchsorted(have, ids)
    kept = np.full(len(ids), -1, dtype=np.int64)
    if len(have):
        near = np.minimum(place, len(have) - 1)
        kept = np.where(have[near] == ids, of[near], -1)
    roots, inverse, size = np.unique(labels, return_inverse=True, return_counts=True)
    least = np.full(len(roots), np.iinfo(np.int64).max)
    most = np.full(len(roots), -1, dtype=np.int64)
    np.minimum.at(least, inverse, kept)
    np.maximum.at(most, inverse, kept)
    new = most == -1
    _write_new(ids[new[inverse]], labels[new[inverse]])
    bad = ((least != most) | _unlike(of, most, size)) & ~new
    gone = np.setdiff1d(have, ids)
    wrong, whose = np.r_[ids[bad[inverse]], gone], np.r_[labels[bad[inverse]], gone]
    for some in _whole(wrong, whose):
        if some:
            clusters.update((), some, now(), actor="relink")
    return Relinked(edges, len(ids), len(roots), int(new.sum()), len(wrong))


def _unlike(of: Ids, cluster: Ids, size: Ids) -> npt.NDArray[np.bool_]:
    """Components whose cluster has another number of members than they."""
    known, counts = np.unique(of, return_counts=True)
    if not len(known):
        return np.zeros(len(cluster), dtype=np.bool_)
    place = np.minimum(np.searchsorted(known, cluster), len(known) - 1)
    return np.asarray((known[place] == cluster) & (counts[place] != size), dtype=np.bool_)


def _write_new(ids: Ids, labels: Ids) -> None:
    """Clusters of which no report was in one. Row-level security lets no COPY in: arrays, a slice at a time."""
    if not len(ids):
        return
    at = now()
    roots, inverse, size = np.unique(labels, return_inverse=True, return_counts=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('linking_cluster', 'id')) FROM generate_series(1, %s)", [len(roots)]
        )
        numbers = np.sort(np.fromiter((pk for (pk,) in cursor.fetchall()), np.int64, len(roots)))
        for part in _parts(len(roots)):
            cursor.execute(
                "INSERT INTO linking_cluster (id, formed_at, changed_at, size)"
                " SELECT x.id, %s, %s, x.size FROM unnest(%s::bigint[], %s::integer[]) AS x(id, size)",
                [at, at, numbers[part].tolist(), size[part].tolist()],
            )
        homes = numbers[inverse]
        for part in _parts(len(ids)):
            cursor.execute(
                "INSERT INTO linking_member (report_id, cluster_id, since)"
                " SELECT x.report, x.cluster, %s FROM unnest(%s::bigint[], %s::bigint[]) AS x(report, cluster)",
                [at, ids[part].tolist(), homes[part].tolist()],
            )
        cursor.execute(
            "INSERT INTO linking_clusterchange (cluster_id, kind, others, reports, report_count, identifiers, actor, why, at)"
            " SELECT cluster_id, %s, '{}', (array_agg(report_id ORDER BY report_id))[:%s], count(*), '{}', 'relink', 'a full relink', %s"
            " FROM linking_member WHERE cluster_id BETWEEN %s AND %s GROUP BY cluster_id",
            [str(ChangeKind.FORMED), clusters.MOST_MOVED, at, int(numbers[0]), int(numbers[-1])],
        )


def _parts(count: int) -> Iterator[slice]:
    return (slice(start, start + ROWS_AT_ONCE) for start in range(0, count, ROWS_AT_ONCE))


def _whole(reports: Ids, labels: Ids) -> Iterator[list[int]]:
    """Reports in slices that part no component: what is put right must be put right at once."""
    order = np.lexsort((reports, labels))
    reports, labels = reports[order], labels[order]
    start = 0
    for border in (*(np.flatnonzero(np.diff(labels)) + 1).tolist(), len(reports)):
        if border - start >= AT_ONCE or border == len(reports):
            yield reports[start:border].tolist()
            start = border
