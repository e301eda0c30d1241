"""Reading lists that came in: which of them somebody may know of, what they hold, how an import does. Counts come from tables of counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, Max, Min, Prefetch, Q, QuerySet

from tipline.core.errors import NotFoundError, NotPermittedError
from tipline.pipeline.matching.lists.models import ListCount, ListImport
from tipline.pipeline.matching.models import KnownList, Match
from tipline.reports.queries import visible_reports
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Can, Scope, agencies_of, may


def refuse_who_sees_none(person: User) -> None:
    """Refuse a role that neither works with reports nor manages lists.

    Raises
    ------
    NotPermittedError
        for it.
    """
    if not may(person, Can.FIND_HASHES) and not may(person, Can.MANAGE_KNOWN_HASHES):
        raise NotPermittedError("lists of hashes are for people who work with reports or manage lists")


def refuse_who_manages_none(person: User) -> None:
    """Refuse a role that manages no list. Raises NotPermittedError."""
    if not may(person, Can.MANAGE_KNOWN_HASHES):
        raise NotPermittedError("lists of hashes are imported by supervisors and administrators")


def with_counts(rows: QuerySet[KnownList]) -> QuerySet[KnownList]:
    """Lists with their agency and what they hold by kind."""
    kinds = Prefetch("counts", queryset=ListCount.objects.order_by("algorithm"))
    return rows.select_related("agency", "source").prefetch_related(kinds)


def lists_of(person: User) -> QuerySet[KnownList]:
    """The lists that somebody may know of: of the whole installation, of their agency and those it oversees, by name.

    Raises
    ------
    NotPermittedError
        as `refuse_who_sees_none`.
    """
    refuse_who_sees_none(person)
    return with_counts(KnownList.objects.filter(Q(agency=None) | Q(agency_id__in=agencies_of(person)))).order_by("name")


def list_of(person: User, list_id: int) -> KnownList:
    """One of them.

    Raises
    ------
    NotPermittedError
        as `refuse_who_sees_none`.
    NotFoundError
        when there is none for them.
    """
    found = lists_of(person).filter(pk=list_id).first() if 0 < list_id < 2**63 else None
    if found is None:
        raise NotFoundError(f"there is no list {list_id}")
    return found


def list_to_manage(person: User, list_id: int) -> KnownList:
    """A list of the person's own agency, for whoever manages lists there. What is the whole installation's, the operator manages.

    Raises
    ------
    NotPermittedError
        when the person manages none.
    NotFoundError
        when it is not the agency's.
    """
    refuse_who_manages_none(person)
    found = KnownList.objects.filter(pk=list_id, agency_id=person.agency_id).first() if 0 < list_id < 2**63 else None
    if found is None:
        raise NotFoundError(f"there is no list {list_id} of {person.agency.name}")
    return found


def list_named(name: str) -> KnownList:
    """A list by its name, for the operator.

    Raises
    ------
    NotFoundError
        when there is none.
    """
    found = with_counts(KnownList.objects.filter(name=name)).first()
    if found is None:
        raise NotFoundError(f"there is no list {name[:60]!r}")
    return found


def newest_imports(rows: Sequence[KnownList]) -> Mapping[int, ListImport]:
    """The newest import of each list, by the list's number. One query."""
    found = ListImport.objects.filter(known_list__in=rows).order_by("known_list_id", "-id").distinct("known_list_id")
    return {one.known_list_id: one for one in found}


def imports_of(known_list: KnownList) -> QuerySet[ListImport]:
    """Its imports, the newest first."""
    return ListImport.objects.filter(known_list=known_list).order_by("-id")


def reports_known(scope: Scope, known_list: KnownList) -> QuerySet[Match, dict[str, Any]]:
    """Reports in scope with files that the list knows now: `report_id`, `files`, `found_at`, `nearest` (bits), the newest first."""
    return (
        Match.objects.filter(known__known_list=known_list, ended_at=None, report__in=visible_reports(scope))
        .values("report_id")
        .annotate(files=Count("file_id", distinct=True), found_at=Max("at"), nearest=Min("distance"))
        .order_by("-found_at", "-report_id")
    )
