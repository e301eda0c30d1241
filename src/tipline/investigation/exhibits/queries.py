"""Reading exhibits, within what somebody may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from tipline.core.errors import NotFoundError
from tipline.core.sql import read_already, together
from tipline.investigation.cases.models import Case, CaseReport
from tipline.investigation.exhibits import custody
from tipline.investigation.exhibits.custody import Chain
from tipline.investigation.exhibits.hashes import Algorithm
from tipline.investigation.exhibits.models import (
    CustodyEvent,
    CustodyKind,
    Exhibit,
    ExhibitDigest,
    ExhibitHash,
    HashImport,
)
from tipline.investigation.exhibits.services import digests_of, entries_of
from tipline.reports.models import ReportedFile
from tipline.reports.queries import visible_reports
from tipline.trust.visibility import Scope

# Above this a page asks for matches only when somebody does: a second, and not a blink.
MATCHED_AT_ONCE = 200_000


@dataclass(frozen=True, slots=True)
class Kept:
    """An exhibit with its chain, and all entries as written, also corrected ones."""

    exhibit: Exhibit
    chain: Chain
    written: Sequence[CustodyEvent]


def exhibits_of(case: Case) -> list[Kept]:
    """The exhibits of a visible case, in the order of their numbers, each with its chain."""
    return kept_of(*together(*exhibits_asked(case)))


def exhibits_asked(
    case: Case, **which: int
) -> tuple[QuerySet[Exhibit], QuerySet[CustodyEvent], QuerySet[ExhibitDigest]]:
    """The exhibits of a visible case, or some of them, with the entries of their chains and their hashes: for `kept_of`."""
    found = _exhibits(case).filter(**which)
    of = found.order_by().values("pk")
    return found, _custody().filter(exhibit__in=of), ExhibitDigest.objects.filter(exhibit__in=of).order_by("pk")


def kept_of(
    exhibits: Iterable[Exhibit], entries: Iterable[CustodyEvent], digests: Iterable[ExhibitDigest]
) -> list[Kept]:
    """Each exhibit with its chain."""
    rows: dict[int, list[CustodyEvent]] = defaultdict(list)
    hashes: dict[int, list[ExhibitDigest]] = defaultdict(list)
    for row in entries:
        rows[row.exhibit_id].append(row)
    for digest in digests:
        hashes[digest.exhibit_id].append(digest)
    for exhibit in exhibits:
        read_already(exhibit, "digests", hashes[exhibit.pk])
    return [_kept(exhibit, rows[exhibit.pk]) for exhibit in exhibits]


def exhibit_of(case: Case, exhibit_id: int) -> Kept:
    """One exhibit of a visible case.

    Raises
    ------
    NotFoundError
        when the case has none with this id.
    """
    found = kept_of(*together(*exhibits_asked(case, pk=exhibit_id)))
    if not found:
        raise NotFoundError(f"there is no exhibit {exhibit_id} in this case")
    return found[0]


def _exhibits(case: Case) -> QuerySet[Exhibit]:
    # sums of what imports noted: nobody counts a million rows for a page
    total = Sum("hashes", output_field=IntegerField())
    hashes = HashImport.objects.filter(exhibit=OuterRef("pk")).order_by().values("exhibit")
    return (
        Exhibit.objects.filter(case=case)
        .select_related("added_by")
        .annotate(hash_count=Coalesce(Subquery(hashes.annotate(n=total).values("n")), 0))
        .order_by("running_number")
    )


def _custody() -> QuerySet[CustodyEvent]:
    return CustodyEvent.objects.select_related("written_by", "corrects").order_by("exhibit_id", "position")


def _kept(exhibit: Exhibit, rows: Sequence[CustodyEvent]) -> Kept:
    return Kept(exhibit, custody.tell(entries_of(rows), digests_of(exhibit)), rows)


@dataclass(frozen=True, slots=True)
class Match:
    """How many of an exhibit's hashes are those of files of one visible report. A hash says nothing of who put the file there."""

    exhibit_id: int
    exhibit: str
    report: int
    provider: str
    hashes: int
    files: int


# The hashes are written out in hex first: a function in the join itself would keep row security from using the index.
_MATCHES = """
WITH h AS MATERIALIZED (
    SELECT id, exhibit_id, algorithm, encode(value, 'hex') AS hex FROM exhibits_exhibithash
    WHERE exhibit_id = ANY (%(exhibits)s) AND algorithm IN ('md5', 'sha1', 'sha256')
    UNION ALL
    SELECT -id, exhibit_id, algorithm, value FROM exhibits_exhibitdigest
    WHERE exhibit_id = ANY (%(exhibits)s) AND algorithm IN ('md5', 'sha1', 'sha256')
), found AS MATERIALIZED (
    SELECT h.exhibit_id, h.id, f.report_id, f.id AS file_id FROM h JOIN reports_reportedfile f ON f.md5 = h.hex
    WHERE h.algorithm = 'md5'
    UNION
    SELECT h.exhibit_id, h.id, f.report_id, f.id FROM h JOIN reports_reportedfile f ON f.sha256 = h.hex
    WHERE h.algorithm = 'sha256'
    UNION
    SELECT h.exhibit_id, h.id, f.report_id, f.id FROM h JOIN reports_reportedfile f ON f.sha1 = h.hex
    WHERE h.algorithm = 'sha1'
)
SELECT exhibit_id, report_id, count(DISTINCT id), count(DISTINCT file_id) FROM found
GROUP BY exhibit_id, report_id ORDER BY exhibit_id, report_id
"""


def matches_of(scope: Scope, exhibits: Sequence[Exhibit]) -> list[Match]:
    """Which visible reports name files with the same hashes, as things stand now: reports that came later are found too."""
    # what was taken over from a report matches it by itself, and says nothing
    asked = {e.pk: e.number for e in exhibits if e.reported_in is None}
    if not asked:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_MATCHES, {"exhibits": list(asked)})
        rows = cursor.fetchall()
    seen = {
        r.pk: r.reporter.name
        for r in visible_reports(scope).filter(pk__in={row[1] for row in rows}).select_related("reporter")
    }
    return [
        Match(e, asked[e], report, seen[report], hashes, files) for e, report, hashes, files in rows if report in seen
    ]


@dataclass(frozen=True, slots=True)
class Certified:
    """A hash for the certificate of BSA 2023 s.63(4): of which exhibit or file, and what it is the hash of."""

    reference: str
    description: str
    algorithm: Algorithm
    value: str


def hashes_of_exhibits(exhibits: Iterable[Kept]) -> list[Certified]:
    """The hashes of exhibits as a whole, and of images of them, for a certificate.

    Neither those of single files on an exhibit, which a tool listed, nor those of reported files that are exhibits: these the
    certificate states with their report.
    """
    return [
        row
        for kept in exhibits
        if not kept.exhibit.reported_file
        for row in (
            *(
                Certified(kept.exhibit.number, kept.exhibit.description, algorithm, value)
                for algorithm, value in sorted(digests_of(kept.exhibit).items())
            ),
            *_images(kept),
        )
    ]


def _images(kept: Kept) -> list[Certified]:
    return [
        Certified(
            kept.exhibit.number,
            f"Image of {kept.exhibit.description}, made {step.entry.at:%Y-%m-%d %H:%M} UTC",
            Algorithm(step.entry.hash_algorithm),
            step.entry.hash_value,
        )
        for step in kept.chain.steps
        if step.entry.kind == CustodyKind.IMAGED
    ]


def files_to_take(case: Case) -> list[ReportedFile]:
    """Reported files of the case whose hashes are no exhibit of it yet."""
    taken = Exhibit.objects.filter(case=case).exclude(reported_file="").values("reported_file")
    return list(
        ReportedFile.objects.filter(report__in=CaseReport.objects.filter(case=case).values("report_id"))
        .exclude(wire_id__in=taken)
        .order_by("report_id", "id")[:200]
    )


def imports_of(exhibit: Exhibit) -> list[HashImport]:
    """What was taken over from tools, the newest first."""
    return list(HashImport.objects.filter(exhibit=exhibit).select_related("imported_by").order_by("-id"))


def categories_of(exhibit: Exhibit) -> list[tuple[str, int]]:
    """What a tool calls the files of an exhibit, and of how many hashes. A tool's word, nobody's finding."""
    return list(
        ExhibitHash.objects.filter(exhibit=exhibit)
        .exclude(category="")
        .order_by()
        .values_list("category")
        .annotate(n=Count("id"))
        .order_by("-n", "category")[:20]
    )
