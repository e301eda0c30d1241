"""Reading the tree."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import connection
from django.db.models import OuterRef, Subquery
from django.db.models.expressions import RawSQL

from tipline.core.errors import NotFoundError
from tipline.trust.agencies.models import Agency, Jurisdiction

_COUNTRY = "_country"  # kept with an agency as long as the one that was read


@dataclass(slots=True)
class Node:
    """An agency with the agencies below it, and its jurisdictions as text."""

    agency: Agency
    places: tuple[str, ...]
    children: list[Node] = field(default_factory=list)


def tree() -> list[Node]:
    """The roots of the tree with everything below them, in order of code. Two queries, whatever its size."""
    nodes = {
        a.pk: Node(a, tuple(str(j) for j in a.jurisdictions.all()))
        for a in Agency.objects.order_by("code").prefetch_related("jurisdictions")
    }
    roots: list[Node] = []
    for node in nodes.values():
        above = nodes.get(node.agency.parent_id) if node.agency.parent_id else None
        (above.children if above else roots).append(node)
    return roots


def country_of(agency: Agency) -> str:
    """The country that an agency is responsible for, and whose law it goes by: ISO 3166-1 alpha-2; empty where it has no place.

    One query for each time that an agency was read, or none where its country was read along (`with_country`).
    """
    kept = vars(agency)
    if _COUNTRY not in kept:
        kept[_COUNTRY] = agency.jurisdictions.order_by("id").values_list("country", flat=True).first() or ""
    return str(kept[_COUNTRY])


def country_read_along(agency_id: str) -> Subquery:
    """The country of the agency that a column leads to, for `with_country`."""
    first = Jurisdiction.objects.filter(agency=OuterRef(agency_id)).order_by("id")
    return Subquery(first.values("country")[:1])


def with_country(agency: Agency, country: str | None) -> Agency:
    """The same agency, which `country_of` need not ask for any more."""
    vars(agency)[_COUNTRY] = country or ""
    return agency


def by_code(code: str) -> Agency:
    """The agency with this code.

    Raises
    ------
    NotFoundError
        naming the code.
    """
    agency = Agency.objects.filter(code=code).first()
    if agency is None:
        raise NotFoundError(f"there is no agency {code!r}; `tipline agency list` shows them")
    return agency


def overseen_by(agency_id: int) -> frozenset[int]:
    """Ids of the agencies that this one oversees by a rule, itself not included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tipline_overseen(%s)", [agency_id])
        row = cursor.fetchone()
    return frozenset(row[0] if row else ())


def above(agency_id: int) -> RawSQL:
    """Ids of the agencies above this one in the tree, for `id__in`."""
    return RawSQL(
        "WITH RECURSIVE up (id) AS (SELECT parent_id FROM agencies_agency WHERE id = %s"
        " UNION SELECT a.parent_id FROM agencies_agency a JOIN up ON a.id = up.id) SELECT id FROM up WHERE id IS NOT NULL",
        [agency_id],
    )
