"""Clusters: which reports hang together, kept as edges, ties and cuts come and go.

Two reports are joined by an identifier at which both have an edge of joining strength; by weaker ones together, one of each kind; or by a
person's tie. A hub joins nobody, nor does what a person cut. A cluster is what hangs together over any number of reports.

`update` touches what a change touches: the reports that changed, one other report at each of their identifiers (all others there are in
that one's cluster already), and, where something was taken away, the clusters that may fall apart. It reads and writes in sets, a few
statements whatever the number of reports. See docs/explanation/linking.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from tipline.core.sql import insert, upsert
from tipline.pipeline.linking.models import ChangeKind
from tipline.pipeline.linking.strengths import STRENGTHS

# Advisory: whoever changes clusters holds it shared, a relink of everything alone.
LOCK = 0x6C696E6B
MOST_NAMED = 50  # identifiers of a change
MOST_MOVED = 5_000  # reports of a change

# Edges that may join: not at a hub, not cut by a person. `e` is the edge.
# Two conditions on cuts and not one with OR: of everything at once PostgreSQL can then make anti-joins.
FREE = """NOT EXISTS (SELECT FROM linking_hub h WHERE h.identifier_id = e.identifier_id)
    AND NOT EXISTS (SELECT FROM linking_cut c WHERE c.identifier_id = e.identifier_id AND c.report_id = e.report_id AND c.ended_at IS NULL)
    AND NOT EXISTS (SELECT FROM linking_cut c WHERE c.identifier_id = e.identifier_id AND c.report_id IS NULL AND c.ended_at IS NULL)"""
_ONE_OTHER = f"""
SELECT x.id, o.report_id FROM unnest(%s::bigint[]) AS x(id) CROSS JOIN LATERAL (
    SELECT e.report_id FROM linking_edge e
    WHERE e.identifier_id = x.id AND e.strength >= %s AND e.report_id <> ALL(%s) AND {FREE} LIMIT 1
) o
"""  # noqa: S608 - a text of ours
# In one statement: what joins by itself, what joins together with others (of each kind of weak rule the strongest: two of one kind say
# hardly more than one), and what people tied.
_JOINS = f"""
WITH mine AS MATERIALIZED (
    SELECT e.report_id, e.identifier_id, e.rule, e.strength FROM linking_edge e WHERE e.report_id = ANY(%(reports)s) AND {FREE}
), met AS (
    SELECT m.report_id AS one, e.report_id AS other, m.rule, max(least(m.strength, e.strength)) AS strength,
           min(m.identifier_id) AS identifier
    FROM mine m JOIN linking_edge e ON e.identifier_id = m.identifier_id AND e.report_id <> m.report_id
    WHERE m.rule = ANY(%(rules)s) AND e.rule = ANY(%(rules)s) AND {FREE} GROUP BY 1, 2, 3
)
SELECT 'at', identifier_id, report_id, NULL::bigint[] FROM mine WHERE strength >= %(joins_at)s
UNION ALL
SELECT 'pair', one, other, array_agg(identifier ORDER BY identifier) FROM met GROUP BY one, other
HAVING count(*) > 1 AND 1 - exp(sum(ln(1 - strength))) >= %(joins_at)s - 1e-9
UNION ALL
(SELECT 'tie', low_id, high_id, NULL::bigint[] FROM linking_tie WHERE ended_at IS NULL AND low_id = ANY(%(reports)s)
 UNION SELECT 'tie', low_id, high_id, NULL::bigint[] FROM linking_tie WHERE ended_at IS NULL AND high_id = ANY(%(reports)s))
"""  # noqa: S608 - a text of ours
_CLUSTER_OF = "SELECT report_id, cluster_id FROM linking_member WHERE report_id = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Joins:
    """What joins some reports: identifier → those of them at it; pairs that weaker ones join together; ties."""

    at: dict[int, list[int]]
    pairs: list[tuple[int, int, list[int]]]
    ties: list[tuple[int, int]]


class Union:
    """Union-find over anything that can be compared; the root of a component is its least element."""

    def __init__(self) -> None:
        self._above: dict[Any, Any] = {}

    def find(self, one: Any) -> Any:
        """The root of the component; what is new is one by itself."""
        above = self._above.setdefault(one, one)
        root = one
        while above != root:
            root, above = above, self._above[above]
        while (above := self._above[one]) != root:
            self._above[one], one = root, above
        return root

    def join(self, one: Any, other: Any) -> None:
        """Make one component of two."""
        a, b = sorted((self.find(one), self.find(other)))
        self._above[b] = a

    def parts(self) -> dict[Any, list[Any]]:
        """Root → its component, in order."""
        found: dict[Any, list[Any]] = defaultdict(list)
        for one in sorted(self._above):
            found[self.find(one)].append(one)
        return found


def joins_of(reports: Collection[int]) -> Joins:
    """What joins these reports with each other and with any other, as far as the asker may read."""
    found = Joins({}, [], [])
    with connection.cursor() as cursor:
        cursor.execute(
            _JOINS,
            {"reports": sorted(reports), "rules": [r.id for r in STRENGTHS.weak], "joins_at": STRENGTHS.joins_at},
        )
        for what, one, other, named in cursor.fetchall():
            if what == "at":
                found.at.setdefault(one, []).append(other)
            elif what == "pair":
                found.pairs.append((one, other, list(named)))
            else:
                found.ties.append((one, other))
    return found


def components(reports: Collection[int]) -> list[list[int]]:
    """How these reports hang together among themselves, over nothing but each other: each component in order, singles too."""
    among = set(reports)
    found = Union()
    for report in among:
        found.find(report)
    joins = joins_of(among)
    for here in joins.at.values():
        for other in here[1:]:
            found.join(here[0], other)
    for one, other in (*((a, b) for a, b, _ in joins.pairs), *joins.ties):
        if one in among and other in among:
            found.join(one, other)
    return list(found.parts().values())


def lock_shared() -> None:
    """Held by whoever changes clusters, to the end of the transaction: a relink of everything waits for it, and it for the relink."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOCK])


def lock_alone() -> None:
    """Nobody else changes clusters until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


@dataclass(slots=True)
class _Work:
    """One update: what is looked at, and how it hangs together."""

    reports: set[int]
    torn: set[int] = field(default_factory=set)  # clusters that are put together anew
    of: dict[int, int] = field(default_factory=dict)  # report → its cluster before
    sizes: dict[int, int] = field(default_factory=dict)
    named: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))  # report → identifiers that join it
    union: Union = field(default_factory=Union)


def update(
    grown: Collection[int],
    shrunk: Collection[int],
    at: datetime,
    *,
    clusters: Collection[int] = (),
    actor: str = "linking",
    why: str = "",
    kind: ChangeKind | None = None,
) -> list[int]:
    """Bring clusters up to date after changes of edges, ties and cuts.

    Parameters
    ----------
    grown
        reports that have something new that may join.
    shrunk
        reports of which something that joined is gone; with `clusters`, whole clusters are put together anew.
    kind
        what the change is called in the history, where it is not what follows from it: a person's act.

    Returns
    -------
    list of int
        the numbers of the rows of history that were written.
    """
    work = _Work(set(grown) | set(shrunk))
    if not work.reports and not clusters:
        return []
    others = _gather(work, set(shrunk), set(clusters))
    return _settle(work, others, at, actor, why, kind)


def _gather(work: _Work, shrunk: set[int], clusters: set[int]) -> set[int]:
    """Find and lock what the change touches. Returns reports beyond the changed ones that they are joined with.

    Clusters are locked in order, and read again after: another batch may have merged them meanwhile. A report that is in no cluster
    is locked itself, so that two batches do not both make one for it.
    """
    locked: set[int] = set()
    alone: set[int] = set()
    while True:
        work.of = _clusters_of(work.reports)
        work.torn = {work.of[r] for r in shrunk if r in work.of} | clusters
        members = _members(work.torn)
        work.of |= members
        reports = work.reports | set(members)
        others = _join(work, reports)
        work.of |= _clusters_of(others)
        now = set(work.of.values()) | work.torn
        single = (others | reports) - set(work.of)
        if now <= locked and single <= alone:
            work.reports = reports
            return others
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, size FROM linking_cluster WHERE id = ANY(%s) AND ended_at IS NULL ORDER BY id FOR UPDATE",
                [sorted(now)],
            )
            work.sizes = dict(cursor.fetchall())
            cursor.execute(
                "SELECT id FROM reports_report WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [sorted(single)]
            )
        locked |= now
        alone |= single


def _join(work: _Work, reports: set[int]) -> set[int]:
    """Join the reports over what they share. Returns the others that they met."""
    work.union, work.named = Union(), defaultdict(list)
    for report in reports:
        work.union.find(("r", report))
    joins = joins_of(reports)
    others: set[int] = set()
    with connection.cursor() as cursor:
        cursor.execute(_ONE_OTHER, [sorted(joins.at), STRENGTHS.joins_at, sorted(reports)])
        beyond = dict(cursor.fetchall())
    for identifier, here in sorted(joins.at.items()):
        met = [*here, *([beyond[identifier]] if identifier in beyond else [])]
        others.update(met[len(here) :])
        for other in met[1:]:
            work.union.join(("r", met[0]), ("r", other))
        if len(met) > 1:
            for report in met:
                work.named[report].append(identifier)
    for one, other, identifiers in joins.pairs:
        others.add(other)
        work.union.join(("r", one), ("r", other))
        work.named[one] += identifiers
    for one, other in joins.ties:
        others |= {one, other}
        work.union.join(("r", one), ("r", other))
    return others - reports


def _clusters_of(reports: Iterable[int]) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_CLUSTER_OF, [sorted(reports)])
        return dict(cursor.fetchall())


def _members(clusters: Collection[int]) -> dict[int, int]:
    if not clusters:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT report_id, cluster_id FROM linking_member WHERE cluster_id = ANY(%s)", [sorted(clusters)]
        )
        return dict(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class _Change:
    cluster: int
    kind: ChangeKind
    others: list[int]
    reports: list[int]


def _settle(work: _Work, others: set[int], at: datetime, actor: str, why: str, kind: ChangeKind | None) -> list[int]:
    """Give each component its cluster, write what moved, and the history."""
    for report, cluster in work.of.items():
        if cluster not in work.torn:
            work.union.join(("c", cluster), ("r", report))
    parts = [
        ([n for what, n in part if what == "c"], [n for what, n in part if what == "r"])
        for part in work.union.parts().values()
    ]
    keeps = _who_keeps(work, parts)
    to: dict[int, int] = {}  # report → its cluster from now on; 0: none
    merged: dict[int, int] = {}  # cluster → into which it goes
    grown: dict[int, int] = defaultdict(int)
    exact: dict[int, int] = {}
    changes: list[_Change] = []
    fresh = [number for number, (whole, part) in enumerate(parts) if _wants_new(whole, part, keeps[number])]
    new = dict(zip(fresh, _new_clusters(len(fresh), at), strict=True))
    for number, (whole, part) in enumerate(parts):
        inherited = keeps[number]
        if not whole and len(part) < 2:
            to |= dict.fromkeys((r for r in part if r in work.of), 0)
            continue
        candidates = sorted({*whole, *inherited}, key=lambda c: (-work.sizes.get(c, 0), c))
        home = candidates[0] if candidates else new[number]
        merged |= dict.fromkeys(candidates[1:], home)
        moved = [r for r in part if work.of.get(r) != home]
        came = [r for r in moved if r not in work.of]
        to |= dict.fromkeys(moved, home)
        _count(work, home, candidates, part, moved, grown, exact)
        goes = [r for r in moved if work.of.get(r) in candidates[1:]]
        if number in new:
            out = sorted({work.of[r] for r in part if r in work.of})
            changes.append(_Change(home, ChangeKind.SPLIT if out else ChangeKind.FORMED, out, part))
        elif candidates[1:]:
            changes.append(_Change(home, ChangeKind.MERGED, candidates[1:], goes + came))
        elif moved:
            changes.append(_Change(home, ChangeKind.JOINED, sorted({work.of[r] for r in moved if r in work.of}), moved))
    changes += _left(work, to)
    whole_moves = _moved_whole(merged, work.torn)
    changes = [_with_reports(c, whole_moves) for c in changes]
    emptied = _emptied(work, parts, keeps)
    _write(work, to, merged, grown, exact, emptied, at)
    return _tell(work, changes, at, actor, why, kind)


def _who_keeps(work: _Work, parts: list[tuple[list[int], list[int]]]) -> list[list[int]]:
    """Which torn clusters each part goes on with: that with the most of its members, of equals that with the oldest report."""
    most: dict[int, tuple[int, int, int]] = {}
    for number, (whole, part) in enumerate(parts):
        if not whole and len(part) < 2:
            continue
        shares: dict[int, list[int]] = defaultdict(list)
        for report in part:
            cluster = work.of.get(report)
            if cluster in work.torn:
                shares[cluster].append(report)
        for cluster, theirs in shares.items():
            most[cluster] = max(most.get(cluster, (0, 0, 0)), (len(theirs), -min(theirs), number))
    keeps: list[list[int]] = [[] for _ in parts]
    for cluster, (*_, number) in sorted(most.items()):
        keeps[number].append(cluster)
    return keeps


def _wants_new(whole: list[int], part: list[int], inherited: list[int]) -> bool:
    return not whole and not inherited and len(part) > 1


def _count(
    work: _Work, home: int, candidates: list[int], part: list[int], moved: list[int],
    grown: dict[int, int], exact: dict[int, int],
) -> None:  # fmt: skip
    """How many members the cluster has then: counted where all are known, otherwise what comes is added."""
    untouched = [c for c in candidates if c not in work.torn]
    if home not in untouched:
        exact[home] = len(part) + sum(work.sizes[c] for c in untouched) - _counted_twice(work, part, untouched)
        return
    others = sum(work.sizes[c] for c in untouched if c != home)
    coming = [r for r in moved if work.of.get(r) not in untouched]
    grown[home] += others + len(coming)


def _counted_twice(work: _Work, part: list[int], untouched: list[int]) -> int:
    return sum(1 for r in part if work.of.get(r) in untouched)


def _left(work: _Work, to: dict[int, int]) -> list[_Change]:
    """Reports that are in no cluster any more, by the one that they were in."""
    out: dict[int, list[int]] = defaultdict(list)
    for report, home in to.items():
        if home == 0:
            out[work.of[report]].append(report)
    return [_Change(cluster, ChangeKind.LEFT, [], sorted(theirs)) for cluster, theirs in sorted(out.items())]


def _moved_whole(merged: dict[int, int], torn: set[int]) -> dict[int, list[int]]:
    """The members of clusters that go into others as they are, before they do."""
    found: dict[int, list[int]] = defaultdict(list)
    for report, cluster in sorted(_members(set(merged) - torn).items()):
        found[cluster].append(report)
    return found


def _with_reports(change: _Change, whole: dict[int, list[int]]) -> _Change:
    more = (
        {r for cluster in change.others for r in whole.get(cluster, ())} if change.kind == ChangeKind.MERGED else set()
    )
    return _Change(change.cluster, change.kind, change.others, sorted(more | set(change.reports)))


def _emptied(work: _Work, parts: list[tuple[list[int], list[int]]], keeps: list[list[int]]) -> list[int]:
    kept = {cluster for inherited in keeps for cluster in inherited}
    return sorted(work.torn - kept)


def _new_clusters(count: int, at: datetime) -> list[int]:
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO linking_cluster (formed_at, changed_at, size) SELECT %s, %s, 0 FROM generate_series(1, %s) RETURNING id",
            [at, at, count],
        )
        return sorted(pk for (pk,) in cursor.fetchall())


def _write(
    work: _Work, to: dict[int, int], merged: dict[int, int], grown: dict[int, int], exact: dict[int, int],
    emptied: list[int], at: datetime,
) -> None:  # fmt: skip
    stay = {r: home for r, home in sorted(to.items()) if home}
    gone = sorted(r for r, home in to.items() if not home)
    with connection.cursor() as cursor:
        if merged:
            cursor.execute(
                "UPDATE linking_member m SET cluster_id = x.home, since = %s"
                " FROM unnest(%s::bigint[], %s::bigint[]) AS x(old, home) WHERE m.cluster_id = x.old",
                [at, list(merged), list(merged.values())],
            )
        if gone:
            cursor.execute("DELETE FROM linking_member WHERE report_id = ANY(%s)", [gone])
        upsert(
            "linking_member",
            {
                "report_id": ("bigint", list(stay)),
                "cluster_id": ("bigint", list(stay.values())),
                "since": ("timestamptz", [at] * len(stay)),
            },
            key=("report_id",),
            update=("cluster_id", "since"),
        )
        sizes = {**{c: work.sizes[c] + n for c, n in grown.items() if n}, **exact}
        if sizes:
            cursor.execute(
                "UPDATE linking_cluster c SET size = x.size, changed_at = %s"
                " FROM unnest(%s::bigint[], %s::integer[]) AS x(id, size) WHERE c.id = x.id",
                [at, list(sizes), list(sizes.values())],
            )
        over = {**dict.fromkeys(emptied, None), **merged}
        if over:
            cursor.execute(
                "UPDATE linking_cluster c SET size = 0, ended_at = %s, changed_at = %s, into_id = x.home"
                " FROM unnest(%s::bigint[], %s::bigint[]) AS x(id, home) WHERE c.id = x.id AND c.ended_at IS NULL",
                [at, at, list(over), list(over.values())],
            )


def _tell(
    work: _Work, changes: list[_Change], at: datetime, actor: str, why: str, kind: ChangeKind | None
) -> list[int]:
    """The history: what happened to which cluster, and by which identifiers."""
    if not changes:
        return []
    parted = _parted_before([r for c in changes if c.kind in {ChangeKind.MERGED, ChangeKind.JOINED} for r in c.reports])
    rows = []
    for change in changes:
        identifiers = sorted({i for r in change.reports for i in work.named.get(r, ())})
        before = parted & set(change.reports) and "a person parted them before; this is other evidence"
        called = kind if kind is not None else change.kind
        rows.append([
            change.cluster, str(called), change.others, change.reports[:MOST_MOVED], len(change.reports),
            identifiers[:MOST_NAMED], actor, (why or before or "")[:300], at,
        ])  # fmt: skip
    ids = _next_ids(len(rows))
    insert(
        "linking_clusterchange",
        {
            "id": "bigint", "cluster_id": "bigint", "kind": "text", "others": "bigint[]", "reports": "bigint[]",
            "report_count": "integer", "identifiers": "bigint[]", "actor": "text", "why": "text", "at": "timestamptz",
        },
        [[pk, *row] for pk, row in zip(ids, rows, strict=True)],
    )  # fmt: skip
    return ids


def _next_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('linking_clusterchange', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [pk for (pk,) in cursor.fetchall()]


def _parted_before(reports: list[int]) -> set[int]:
    """Those of the reports of which a person cut something, and did not take it back."""
    if not reports:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT report_id FROM linking_cut WHERE report_id = ANY(%s) AND ended_at IS NULL", [reports]
        )
        return {pk for (pk,) in cursor.fetchall()}
