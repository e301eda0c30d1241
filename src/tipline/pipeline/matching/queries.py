"""Reading matches, within what somebody may see. Of a list's entry nothing is told but that it is the one; a list's hash is shown to nobody here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Subquery

from tipline.pipeline.matching.hashes import PDQ, Fault, algorithm_of
from tipline.pipeline.matching.models import FileHash, HashValue, KnownList, Match, MatchingRun, NearValue
from tipline.pipeline.matching.stage import hashes_of
from tipline.reports.models import ReportedFile
from tipline.reports.queries import visible_reports
from tipline.trust.visibility import Scope

MOST_MATCHES = 200
MOST_ELSEWHERE = 1_000
_SHOWN = 20
_MOST_VALUES = 500


def visible_lists(scope: Scope) -> QuerySet[KnownList]:
    """Lists of the whole installation, and those of agencies in scope. An agency's own list is not told to others, nor what it knows."""
    if scope.everything:
        return KnownList.objects.all()
    return KnownList.objects.filter(_told_of(scope, ""))


def _told_of(scope: Scope, prefix: str) -> Q:
    return Q(**{f"{prefix}agency__isnull": True}) | Q(**{f"{prefix}agency_id__in": list(scope.agency_ids)})


def matches_of(scope: Scope, *report_ids: int) -> QuerySet[Match]:
    """Matches of reports that were already found to be visible, by report, the nearest first; of one report at most `MOST_MATCHES`."""
    rows = Match.objects.filter(report__in=report_ids)
    if not scope.everything:
        rows = rows.filter(_told_of(scope, "known__known_list__"))
    return (
        rows.select_related("known__known_list", "file")
        .annotate(
            # empty where only the list has the value, which is then a PDQ's near one
            algorithm=Subquery(HashValue.objects.filter(pk=OuterRef("known__value_id")).values("algorithm")[:1]),
            computed=Exists(
                FileHash.objects.filter(file=OuterRef("file"), value=OuterRef("known__value_id"), stated=False)
            ),
        )
        .order_by("report_id", "ended_at", "distance", "file_id", "id")[: MOST_MATCHES * max(1, len(report_ids))]
    )


def told(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Matches as plain data: which file, which list, how it was found. Those that no longer hold say since when."""
    return [
        {
            "file": m.file.wire_id,
            "list": m.known.known_list.name,
            "title": m.known.known_list.title,
            "publisher": m.known.known_list.publisher or None,
            "category": m.known.category or m.known.known_list.category,
            "confidence": m.known.confidence if m.known.confidence is not None else m.known.known_list.confidence,
            "reference": m.known.reference or None,
            "algorithm": PDQ if m.distance else m.algorithm or PDQ,
            "distance": m.distance,
            "stated": not m.computed,
            "explanation": _explained(m),
            "version": m.stage_version,
            "at": m.at.isoformat(),
            "ended_at": m.ended_at.isoformat() if m.ended_at else None,
        }
        for m in rows
    ]


def _explained(m: Any) -> str:
    how = (
        f"{m.distance} of 256 bits of its PDQ differ"
        if m.distance
        else f"it has the very {(m.algorithm or PDQ).upper()}"
    )
    whose = "computed when it was uploaded" if m.computed else "stated by the provider"
    since = ", which no longer holds" if m.ended_at else ""
    return f"The list {m.known.known_list.title} knows this file{since}: {how}. The file's hash was {whose}."


def faults_of(file: ReportedFile) -> list[dict[str, str]]:
    """What is wrong with the hashes of a file: those that cannot be read, that are never matched, and that contradict what was computed here."""
    computed = {"md5": file.md5, "sha1": file.sha1, "sha256": file.sha256}
    found: list[dict[str, str]] = []
    for one in hashes_of(file.uploaded, computed, file.pdq, file.stated_hashes):
        fault = one.hash if isinstance(one.hash, Fault) else one.hash.fault
        if fault is not None:
            found.append({"algorithm": one.algorithm, "fault": fault.value, "sentence": str(fault.label)})
        elif file.uploaded and one.stated and not isinstance(one.hash, Fault):
            here = computed.get(str(algorithm_of(one.algorithm)))
            if here and here != one.hash.text:
                found.append({
                    "algorithm": one.algorithm,
                    "fault": "contradicts",
                    "sentence": "The provider states another hash than the file that it uploaded has.",
                })  # fmt: skip
    return found


def same_file_elsewhere(scope: Scope, report_id: int) -> dict[str, Any]:
    """Other reports in scope with a file of this one: the same, or a picture that is near.

    Returns
    -------
    dict
        `count` of them, as far as 1,000; `more`, whether there may be more; `reports`, the first, the latest first: `report` and `distance`, 0 for
        the same file.
    """
    own = list(
        FileHash.objects.filter(report=report_id, value__fault="")
        .values_list("value_id", flat=True)
        .distinct()[:_MOST_VALUES]
    )
    pairs = NearValue.objects.filter(Q(low__in=own) | Q(high__in=own)).order_by("distance", "id")[: 4 * _MOST_VALUES]
    distance = {pair.high_id if pair.low_id in own else pair.low_id: pair.distance for pair in reversed(pairs)}
    distance |= dict.fromkeys(own, 0)
    rows = (
        FileHash.objects.filter(value__in=list(distance), report__in=visible_reports(scope))
        .exclude(report=report_id)
        .values("report_id")
        .annotate(value=Min("value_id"))
        .order_by("-report_id")
        .values_list("report_id", "value")[: MOST_ELSEWHERE + 1]
    )
    found = list(rows)
    return {
        "count": min(len(found), MOST_ELSEWHERE),
        "more": len(found) > MOST_ELSEWHERE,
        "reports": [{"report": report, "distance": distance[value]} for report, value in found[:_SHOWN]],
    }


def runs_of(lists: Sequence[int]) -> dict[int, MatchingRun]:
    """The latest run of each of these lists: how far history is matched against it."""
    rows = MatchingRun.objects.filter(known_list__in=lists).order_by("known_list_id", "-id").distinct("known_list_id")
    return {run.known_list_id: run for run in rows}
