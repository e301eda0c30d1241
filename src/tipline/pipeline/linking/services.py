"""What people say of links: two reports are one matter, an identifier joins nobody, a change was wrong.

Each act is one transaction: it is checked, kept with its reason, written to the audit log, and the clusters that it touches are brought up
to date. Whoever acts sees every report of every cluster that may change; who does not is told which desk does.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from itertools import pairwise

from django.db import connection, transaction

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.pipeline.linking import clusters, edges
from tipline.pipeline.linking.models import ChangeKind, ClusterChange, Cut, Edge, Member, Tie
from tipline.reports.models import Report
from tipline.reports.queries import visible_reports
from tipline.trust.accounts.models import User
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import OPERATOR, Can, acting, may, scope_of

MOST_AFFECTED = 20_000


def tie(person: User, one: int, other: int, why: str) -> Tie:
    """Say that two reports are one matter.

    Raises
    ------
    NotFoundError
        when one of them is not visible.
    NotPermittedError
        when a report of either cluster is not.
    ConflictError
        when they are tied already.
    InvalidInputError
        when they are one report, or there is no reason.
    """
    said = _said(why)
    low, high = sorted((one, other))
    if low == high:
        raise InvalidInputError("a report is one matter with itself: name another one")
    with acting(OPERATOR):
        clusters.lock_shared()
        _visible(person, low, high)
        _sees_all(person, _affected({low, high}))
        if Tie.objects.filter(low_id=low, high_id=high, ended_at=None).exists():
            raise ConflictError(f"reports {low} and {high} are joined by a person already")
        at = now()
        made = Tie.objects.create(low_id=low, high_id=high, agency_id=person.agency_id, by=person, why=said, at=at)
        clusters.update({low, high}, (), at, actor=person.email, why=said, kind=ChangeKind.TIED)
        _record(person, "link.tied", low, {"tie": made.pk, "other": high})
        return made


def end_tie(person: User, tie_id: int, why: str) -> None:
    """Take back that two reports are one matter. They stay together where an identifier joins them.

    Raises
    ------
    NotFoundError, NotPermittedError, InvalidInputError
        as `tie` does.
    """
    said = _said(why)
    with acting(OPERATOR):
        clusters.lock_shared()
        found = Tie.objects.select_for_update().filter(pk=tie_id, ended_at=None).first()
        if found is None or not _seen(person, {found.low_id, found.high_id}):
            raise NotFoundError(f"there is no tie {tie_id}")
        both = {found.low_id, found.high_id}
        _sees_all(person, _affected(both))
        at = now()
        _end_ties([found.pk], person, said, at)
        clusters.update((), both, at, actor=person.email, why=said, kind=ChangeKind.PARTED)
        _record(person, "link.untied", found.low_id, {"tie": found.pk, "other": found.high_id})


def cut(person: User, identifier_id: int, report_id: int, why: str, *, for_all: bool = False) -> Cut:
    """Say that an identifier does not join a report to the others that have it; `for_all`: that it joins nobody.

    Raises
    ------
    NotFoundError
        when the report is not visible, or does not have the identifier.
    NotPermittedError
        when a report of a cluster that may change is not visible.
    ConflictError
        when it is cut so already.
    """
    said = _said(why)
    with acting(OPERATOR):
        clusters.lock_shared()
        _visible(person, report_id)
        if not Edge.objects.filter(report_id=report_id, identifier_id=identifier_id).exists():
            raise NotFoundError(f"report {report_id} has no identifier {identifier_id} that links")
        at_it = edges.reports_at([identifier_id], MOST_AFFECTED) if for_all else {report_id}
        _sees_all(person, _affected(at_it))
        report = None if for_all else report_id
        if Cut.objects.filter(identifier_id=identifier_id, report=report, ended_at=None).exists():
            raise ConflictError("that is cut already")
        at = now()
        made = Cut.objects.create(
            identifier_id=identifier_id, report_id=report, agency_id=person.agency_id, by=person, why=said, at=at
        )
        clusters.update((), at_it, at, actor=person.email, why=said, kind=ChangeKind.PARTED)
        _record(person, "link.cut", report_id, {"cut": made.pk, "identifier": identifier_id, "for_all": for_all})
        return made


def end_cut(person: User, cut_id: int, why: str) -> None:
    """Take a cut back: the identifier joins again, where it is strong enough and no hub.

    Raises
    ------
    NotFoundError, NotPermittedError, InvalidInputError
        as `cut` does.
    """
    said = _said(why)
    with acting(OPERATOR):
        clusters.lock_shared()
        found = Cut.objects.select_for_update().filter(pk=cut_id, ended_at=None).first()
        at_it = edges.reports_at([found.identifier_id], MOST_AFFECTED) if found else set()
        if found is None or not _seen(person, {found.report_id} if found.report_id else at_it):
            raise NotFoundError(f"there is no cut {cut_id}")
        _sees_all(person, _affected(at_it))
        at = now()
        _end_cuts([found.pk], person, said, at)
        clusters.update(at_it, (), at, actor=person.email, why=said, kind=ChangeKind.TIED)
        about = found.report_id or min(at_it)
        _record(person, "link.uncut", about, {"cut": found.pk, "identifier": found.identifier_id})


def undo(person: User, change_id: int, why: str) -> ClusterChange:
    """Undo a merge, or the joining of reports: what came is parted from the rest, and stays together itself.

    Each identifier that joins the two sides is cut at the reports that came, and ties between the sides end. The same evidence does not
    join them again; new evidence may, and the history then says that a person parted them before. What joined later stays with
    the side that was there.

    Raises
    ------
    NotFoundError
        when there is no such change of a cluster of which the person sees a report.
    NotPermittedError
        when they do not see every report of the cluster.
    ConflictError
        when it was undone already, or there is nothing left to part.
    InvalidInputError
        when it is no change that can be undone, or moved too many reports.
    """
    said = _said(why)
    with acting(OPERATOR):
        clusters.lock_shared()
        change = ClusterChange.objects.filter(pk=change_id).first()
        if change is None or not visible_reports(scope_of(person)).filter(pk__in=change.reports).exists():
            raise NotFoundError(f"there is no change {change_id}")
        if change.kind not in {ChangeKind.MERGED, ChangeKind.JOINED, ChangeKind.TIED}:
            raise InvalidInputError("only a merge and a joining can be undone; cut an identifier or end a tie instead")
        if change.report_count > len(change.reports):
            raise InvalidInputError(
                f"it moved {change.report_count} reports, more than can be undone at once: cut its identifiers"
            )
        if ClusterChange.objects.filter(undoes=change).exists():
            raise ConflictError(f"change {change_id} was undone already")
        came = set(change.reports)
        home = set(Member.objects.filter(report_id__in=came).values_list("cluster_id", flat=True))
        rest = set(Member.objects.filter(cluster_id__in=home).values_list("report_id", flat=True)) - came
        if not rest:
            raise ConflictError("there is nothing left that it joined")
        _sees_all(person, came | rest)
        at = now()
        _part(person, came, rest, said, at)
        _keep_together(person, came, f"together before change {change_id} was undone", at)
        clusters.update((), came | rest, at, actor=person.email, why=said, kind=ChangeKind.PARTED)
        undone = ClusterChange.objects.create(
            cluster_id=change.cluster_id, kind=ChangeKind.UNDONE, others=change.others, reports=change.reports,
            report_count=change.report_count, identifiers=_bridges_named(came, at), actor=person.email, why=said,
            undoes=change, at=at,
        )  # fmt: skip
        _record(person, "link.undone", min(came), {"change": change.pk, "undone": undone.pk})
        return undone


def _part(person: User, came: set[int], rest: set[int], why: str, at: datetime) -> None:
    """Cut what joins the two sides, at the reports that came, and end ties between them."""
    joins = clusters.joins_of(came)
    there = {i: set(r) for i, r in clusters.joins_of(rest).at.items()}
    wanted = {(i, r) for i, here in joins.at.items() if i in there for r in here}
    wanted |= {(i, one) for one, other, named in joins.pairs if other in rest for i in named}
    Cut.objects.bulk_create(
        [
            Cut(identifier_id=i, report_id=r, agency_id=person.agency_id, by=person, why=why, at=at)
            for i, r in sorted(wanted)
        ]
    )
    between = [pair for pair in joins.ties if (pair[0] in came) != (pair[1] in came)]
    ties = [pk for pk, *pair in _ties(came) if tuple(pair) in between]
    _end_ties(ties, person, why, at)


def _ties(reports: Collection[int]) -> list[tuple[int, int, int]]:
    return list(Tie.objects.filter(ended_at=None, low_id__in=reports).values_list("pk", "low_id", "high_id")) + list(
        Tie.objects.filter(ended_at=None, high_id__in=reports).values_list("pk", "low_id", "high_id")
    )


def _keep_together(person: User, came: set[int], why: str, at: datetime) -> None:
    """What the cuts parted among the reports that came, a tie holds: they were one before."""
    parts = clusters.components(came)
    heads = sorted(part[0] for part in parts)
    have = {(low, high) for _, low, high in _ties(came)}
    Tie.objects.bulk_create(
        [
            Tie(low_id=low, high_id=high, agency_id=person.agency_id, by=person, why=why, at=at)
            for low, high in pairwise(heads)
            if (low, high) not in have
        ]
    )


def _bridges_named(came: set[int], at: datetime) -> list[int]:
    found = Cut.objects.filter(report_id__in=came, at=at).values_list("identifier_id", flat=True)
    return sorted(set(found))[: clusters.MOST_NAMED]


def _end_ties(ids: Collection[int], person: User, why: str, at: datetime) -> None:
    Tie.objects.filter(pk__in=ids).update(ended_at=at, ended_by=person, ended_why=why)


def _end_cuts(ids: Collection[int], person: User, why: str, at: datetime) -> None:
    Cut.objects.filter(pk__in=ids).update(ended_at=at, ended_by=person, ended_why=why)


def _said(why: str) -> str:
    said = why.strip()
    if not said or len(said) > 300:
        raise InvalidInputError("say why, in 1 to 300 characters")
    return said


def _seen(person: User, reports: Collection[int]) -> bool:
    """Whether the person sees each of these, and may say something of them."""
    if not (may(person, Can.WORK_DESK) or may(person, Can.WORK_CASES)):
        return False
    return visible_reports(scope_of(person)).filter(pk__in=reports).count() == len(reports)


def _visible(person: User, *reports: int) -> None:
    for report in reports:
        if not _seen(person, {report}):
            raise NotFoundError(f"there is no report {report}")


def _affected(reports: Collection[int]) -> set[int]:
    """The reports, and everything that hangs together with them now."""
    home = Member.objects.filter(report_id__in=reports).values("cluster_id")
    members = Member.objects.filter(cluster_id__in=home).values_list("report_id", flat=True)[: MOST_AFFECTED + 1]
    found = set(reports) | set(members)
    if len(found) > MOST_AFFECTED:
        raise InvalidInputError(f"more than {MOST_AFFECTED} reports would change: too many for one act")
    return found


def _sees_all(person: User, reports: Collection[int]) -> None:
    """Refuse whoever does not see each of these, and say which desk does."""
    if _seen(person, reports):
        return
    desk = _desk_of_all(reports)
    ask = f"ask {desk}, which sees them all" if desk else "no single desk sees them all"
    raise NotPermittedError(f"this would change links of reports that you do not see: {ask}")


def _desk_of_all(reports: Collection[int]) -> str:
    """The desk lowest in the tree that holds or held every one of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.code FROM reports_holding h JOIN agencies_agency a ON a.id = h.agency_id WHERE h.report_id = ANY(%s)"
            " GROUP BY a.id, a.code HAVING count(DISTINCT h.report_id) = %s ORDER BY max(h.held_from) DESC, a.id DESC LIMIT 1",
            [sorted(reports), len(set(reports))],
        )
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def _record(person: User, action: str, report: int, detail: dict[str, int | bool]) -> None:
    record(person.actor, [Act(action, "report", report, detail)])


@transaction.atomic
def read_again(report_ids: Collection[int]) -> None:
    """Bring links to what the reports say now: after one was retracted or read anew outside the stages, or evidence was withdrawn."""
    clusters.lock_shared()
    ids = sorted(report_ids)
    list(Report.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))
    with connection.cursor() as cursor:
        # as extraction does, in its order: a batch that names one of them waits, or is seen
        cursor.execute(
            "SELECT FROM reports_identifier WHERE id IN (SELECT identifier_id FROM reports_sighting WHERE report_id = ANY(%s))"
            " ORDER BY digest FOR NO KEY UPDATE",
            [ids],
        )
    at = now()
    written = edges.write(ids, at)
    clusters.update(written.grown, written.shrunk, at)


def clusters_of(report_ids: Collection[int]) -> list[int]:
    """The clusters of these reports: to be asked before their rows go."""
    return sorted(set(Member.objects.filter(report_id__in=report_ids).values_list("cluster_id", flat=True)))


def after_destruction(cluster_ids: Collection[int], identifier_ids: Collection[int]) -> None:
    """Put clusters together anew whose members, edges, ties and cuts were taken; hubs that have too few reports now are none."""
    at = now()
    rules = dict(Edge.objects.filter(identifier_id__in=identifier_ids).values_list("identifier_id", "rule"))
    _, ended = edges.find_hubs(rules, at)
    clusters.update(edges.reports_at(ended), (), at, clusters=cluster_ids)
