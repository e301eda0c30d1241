"""Who may see what and do what: the one place that every screen, endpoint, command, count and export asks.

A person sees a report if their agency holds it or held it, or oversees (by a rule) an agency that does, and only if
their role needs the content of reports. Rooms below the faces take the `Scope` and never a person, so that a query
cannot forget the question.

There are two locks. The first is here: queries filter by a scope. The second is PostgreSQL's row-level security, which
`acting` tells for the length of a transaction who is asking. Whoever tells it nothing sees nothing.
See docs/explanation/visibility.md.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from django.db import connection, transaction

from tipline.core.sql import pipelined
from tipline.trust.accounts.models import Role, TokenScope, User
from tipline.trust.agencies.models import AgencyKind
from tipline.trust.agencies.queries import above, overseen_by


class Can(StrEnum):
    """What a role may do. Whoever is not named in `MAY` for it, may not."""

    SEE_REPORTS = "see_reports"
    WORK_DESK = "work_desk"  # accept, forward and return what lies on the desk
    SEE_ALL_CASES = "see_all_cases"  # of the agency; an investigator sees those they are assigned to
    ASSIGN_CASES = "assign_cases"
    WORK_CASES = "work_cases"  # write in cases that they see: diary, persons, letters, requests, outcome
    SAFEGUARD = (
        "safeguard"  # what is written of the children of cases that they work on; a supervisor, of the agency's cases
    )
    UNMASK = "unmask"  # a child's identifiers, with a reason and a fresh sign-in
    REVIEW_UNMASKING = "review_unmasking"
    EXPORT = "export"
    SEE_LOG = "see_log"
    SEE_COUNTS = "see_counts"
    PUBLISH = "publish"  # release figures to the public that another person prepared
    MANAGE_PEOPLE = "manage_people"
    MANAGE_PROVIDERS = "manage_providers"  # their limits and what changed at the doors; no report data
    MANAGE_WEBHOOKS = "manage_webhooks"  # of the agency; no report data
    MANAGE_LINKS = "manage_links"  # to other installations; see `may_manage_links`
    MANAGE_RETENTION = "manage_retention"  # legal holds, and destruction on order
    MANAGE_ROUTING = "manage_routing"  # write, try and release routing rules; see `may_manage_routing`
    FIND_HASHES = "find_hashes"  # say by its hashes what a file is, and see the lists that are made of that
    PUBLISH_HASHES = "publish_hashes"  # lists of hashes: their rules, their publishing, who reads them
    MANAGE_KNOWN_HASHES = "manage_known_hashes"  # lists of hashes that come in: begin, import, end; no report data
    RELEASE_EVIDENCE = "release_evidence"  # as ciphertext, to another agency, when another person proposed it
    RUN_OPERATIONS = "run_operations"  # of the agency: add, plan, name who knows of it, close; others only take part


_R = Role
MAY: dict[Can, frozenset[Role]] = {
    Can.SEE_REPORTS: frozenset({_R.DESK_OFFICER, _R.INVESTIGATOR, _R.SUPERVISOR, _R.ANALYST}),
    Can.WORK_DESK: frozenset({_R.DESK_OFFICER, _R.SUPERVISOR, _R.ANALYST}),
    Can.SEE_ALL_CASES: frozenset({_R.DESK_OFFICER, _R.SUPERVISOR, _R.ANALYST}),
    Can.ASSIGN_CASES: frozenset({_R.SUPERVISOR, _R.DESK_OFFICER}),
    Can.WORK_CASES: frozenset({_R.INVESTIGATOR, _R.SUPERVISOR, _R.DESK_OFFICER}),
    Can.SAFEGUARD: frozenset({_R.INVESTIGATOR, _R.SUPERVISOR, _R.DESK_OFFICER}),
    Can.UNMASK: frozenset({_R.INVESTIGATOR, _R.SUPERVISOR, _R.ANALYST}),
    Can.REVIEW_UNMASKING: frozenset({_R.SUPERVISOR, _R.AUDITOR}),
    Can.EXPORT: frozenset({_R.INVESTIGATOR, _R.SUPERVISOR, _R.ANALYST}),
    Can.SEE_LOG: frozenset({_R.AUDITOR}),
    Can.SEE_COUNTS: frozenset({_R.STATISTICIAN, _R.DESK_OFFICER, _R.SUPERVISOR, _R.ANALYST}),
    Can.PUBLISH: frozenset({_R.SUPERVISOR}),
    Can.MANAGE_PEOPLE: frozenset({_R.ADMINISTRATOR}),
    Can.MANAGE_PROVIDERS: frozenset({_R.ADMINISTRATOR}),
    Can.MANAGE_WEBHOOKS: frozenset({_R.ADMINISTRATOR}),
    Can.MANAGE_LINKS: frozenset({_R.ADMINISTRATOR}),
    Can.MANAGE_RETENTION: frozenset({_R.SUPERVISOR}),
    # a preview tells where single reports would go: who sees no reports, an administrator, cannot judge one
    Can.MANAGE_ROUTING: frozenset({_R.SUPERVISOR}),
    Can.FIND_HASHES: frozenset({_R.DESK_OFFICER, _R.INVESTIGATOR, _R.SUPERVISOR, _R.ANALYST}),
    Can.PUBLISH_HASHES: frozenset({_R.SUPERVISOR}),
    Can.MANAGE_KNOWN_HASHES: frozenset({_R.SUPERVISOR, _R.ADMINISTRATOR}),
    Can.RELEASE_EVIDENCE: frozenset({_R.SUPERVISOR}),
    Can.RUN_OPERATIONS: frozenset({_R.SUPERVISOR, _R.DESK_OFFICER}),
}
# Rules decide for everybody below: they are the business of desks that hand down, not of a district.
ROUTING_LEVELS = frozenset({AgencyKind.CLEARINGHOUSE, AgencyKind.NATIONAL, AgencyKind.STATE})

# What a person must be allowed for a token of theirs to be.
TOKEN_NEEDS: dict[TokenScope, Can] = {
    TokenScope.REPORTS: Can.SEE_REPORTS,
    TokenScope.CASES: Can.SEE_REPORTS,
    TokenScope.COUNTS: Can.SEE_COUNTS,
    TokenScope.LOG: Can.SEE_LOG,
    TokenScope.REPORTS_WRITE: Can.WORK_DESK,
    TokenScope.CASES_WRITE: Can.WORK_CASES,
    TokenScope.REQUESTS_WRITE: Can.WORK_CASES,
    TokenScope.OUTCOMES_WRITE: Can.WORK_CASES,
    TokenScope.OPERATIONS: Can.SEE_REPORTS,
    TokenScope.HASHES: Can.FIND_HASHES,
    TokenScope.PACKAGES: Can.SEE_REPORTS,
    TokenScope.PACKAGES_WRITE: Can.WORK_DESK,
    TokenScope.LINKS: Can.MANAGE_LINKS,
    TokenScope.LINKS_WRITE: Can.MANAGE_LINKS,
    TokenScope.WEBHOOKS: Can.MANAGE_WEBHOOKS,
    TokenScope.WEBHOOKS_WRITE: Can.MANAGE_WEBHOOKS,
}
# A token that writes works among the reports and cases of its person; which of them it may read is a scope of its own.
_WRITES = frozenset({
    TokenScope.REPORTS_WRITE, TokenScope.CASES_WRITE, TokenScope.REQUESTS_WRITE, TokenScope.OUTCOMES_WRITE,
    TokenScope.PACKAGES_WRITE,
})  # fmt: skip


# Who gets nothing without a second factor: whoever sees reports; whoever reads the log, which names people and what they looked
# at; whoever makes and changes accounts, and could else make one that sees reports.
NEEDS_SECOND_FACTOR: frozenset[Role] = MAY[Can.SEE_REPORTS] | MAY[Can.SEE_LOG] | MAY[Can.MANAGE_PEOPLE]


# They work on a training range: what they see there is told by courses, and of reports nothing.
TRAINS: frozenset[Role] = frozenset({_R.TRAINER, _R.TRAINEE})


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of all reports and cases that somebody may see.

    Parameters
    ----------
    agency_ids
        reports that one of these agencies holds or held.
    assigned_to
        when given: of cases only those that this person is assigned to.
    provider_id
        a provider at the door: the reports it filed itself, and nothing of what became of them.
    log_agency_ids
        entries of the log that people of these agencies made.
    count_agency_ids
        counts, and no rows, of what these agencies hold and held.
    asker_id, home_id
        the person who asks and the agency where they work: operations that name one of the two are theirs to know of, whatever
        the agencies above.
    trains
        in a training range: the trainee, who sees their own work, or the instructor, who sees that of their courses.
    hash_list_ids
        for who reads a published list of hashes: its entries, and nothing else.
    everything
        for the software's own stages, and for the operator at the machine (the command line without a user), who holds
        the database anyway.
    """

    agency_ids: frozenset[int] = frozenset()
    assigned_to: int | None = None
    provider_id: int | None = None
    log_agency_ids: frozenset[int] = frozenset()
    count_agency_ids: frozenset[int] = frozenset()
    asker_id: int | None = None
    home_id: int | None = None
    trains: int | None = None
    hash_list_ids: frozenset[int] = frozenset()
    everything: bool = False

    @property
    def empty(self) -> bool:
        """Whether no report and no case is visible."""
        return not self.everything and not self.agency_ids and self.provider_id is None


NOTHING = Scope()
OPERATOR = Scope(everything=True)


def may(person: User, what: Can) -> bool:
    """Whether this person's role allows it."""
    return person.is_active and Role(person.role) in MAY[what]


def needs_second_factor(person: User) -> bool:
    """Whether a password alone opens nothing for this person."""
    return Role(person.role) in NEEDS_SECOND_FACTOR


def agencies_of(person: User) -> frozenset[int]:
    """The person's agency and those that it oversees."""
    # a session's person comes with it (accounts/backend.py), others are asked for
    overseen = getattr(person, "overseen", None)
    return frozenset({person.agency_id, *(overseen_by(person.agency_id) if overseen is None else overseen)})


def scope_of(person: User) -> Scope:
    """What this person may see."""
    if Role(person.role) in TRAINS:
        return Scope(trains=person.pk)
    reports, log, counts = (may(person, what) for what in (Can.SEE_REPORTS, Can.SEE_LOG, Can.SEE_COUNTS))
    if not reports and not log and not counts:
        return NOTHING
    agencies = agencies_of(person)
    return Scope(
        agency_ids=agencies if reports else frozenset(),
        assigned_to=None if may(person, Can.SEE_ALL_CASES) else person.pk,
        log_agency_ids=agencies if log else frozenset(),
        count_agency_ids=agencies if counts else frozenset(),
        asker_id=person.pk if reports else None,
        home_id=person.agency_id if reports else None,
    )


def token_scopes_of(person: User, among: Iterable[str] = tuple(TokenScope)) -> frozenset[TokenScope]:
    """Which of these scopes a token of this person has now: never more than the person themselves."""
    return frozenset(scope for scope in map(TokenScope, among) if may(person, TOKEN_NEEDS[scope]))


def scope_of_token(person: User, scopes: frozenset[TokenScope]) -> Scope:
    """What a person may see by a token that has these scopes."""
    whole = scope_of(person)
    none: frozenset[int] = frozenset()
    knows = bool(scopes & {TokenScope.CASES, TokenScope.OPERATIONS, TokenScope.PACKAGES, *_WRITES})
    return replace(
        whole,
        agency_ids=whole.agency_ids if knows or TokenScope.REPORTS in scopes else none,
        log_agency_ids=whole.log_agency_ids if TokenScope.LOG in scopes else none,
        count_agency_ids=whole.count_agency_ids if TokenScope.COUNTS in scopes else none,
        asker_id=whole.asker_id if knows else None,
        home_id=whole.home_id if knows else None,
    )


def provider_scope(provider_id: int) -> Scope:
    """What a provider sees at the door."""
    return Scope(provider_id=provider_id)


def may_work_the_desk(person: User) -> bool:
    """Whether this person may accept, forward and return reports of their agency."""
    return may(person, Can.WORK_DESK)


def may_manage_routing(person: User) -> bool:
    """Whether this person may write, try and release routing rules: a supervisor of a desk that hands reports down."""
    return may(person, Can.MANAGE_ROUTING) and AgencyKind(person.agency.kind) in ROUTING_LEVELS


def may_manage_links(person: User) -> bool:
    """Whether this person takes up with other installations: an administrator above whose agency none has one here.

    A link serves the whole installation, so it is not every desk's to suspend. One query for each time that an administrator was read.
    """
    if not may(person, Can.MANAGE_LINKS):
        return False
    known: bool | None = vars(person).get("_manages_links")
    if known is None:
        administrators = User.objects.filter(is_active=True, role=_R.ADMINISTRATOR)
        known = not administrators.filter(agency_id__in=above(person.agency_id)).exists()
        vars(person)["_manages_links"] = known
    return known


def _settings_of(scope: Scope) -> list[str]:
    """The scope in the words of the policies: tipline.sees, .agencies, .person, .provider, .log, .counts, .asker, .home, .trains,
    .hash_lists."""
    return [
        "everything" if scope.everything else "",
        _array(scope.agency_ids),
        "" if scope.assigned_to is None else str(scope.assigned_to),
        "" if scope.provider_id is None else str(scope.provider_id),
        _array(scope.log_agency_ids),
        _array(scope.count_agency_ids),
        "" if scope.asker_id is None else str(scope.asker_id),
        "" if scope.home_id is None else str(scope.home_id),
        "" if scope.trains is None else str(scope.trains),
        _array(scope.hash_list_ids),
    ]


def _array(ids: frozenset[int]) -> str:
    return f"{{{','.join(map(str, sorted(ids)))}}}"


def _tell(cursor: Any, scope: Scope, *, local: bool) -> None:
    cursor.execute(
        "SELECT set_config('tipline.sees', %s, %s), set_config('tipline.agencies', %s, %s),"
        " set_config('tipline.person', %s, %s), set_config('tipline.provider', %s, %s), set_config('tipline.log', %s, %s),"
        " set_config('tipline.counts', %s, %s), set_config('tipline.asker', %s, %s), set_config('tipline.home', %s, %s),"
        " set_config('tipline.trains', %s, %s), set_config('tipline.hash_lists', %s, %s)",
        [value for setting in _settings_of(scope) for value in (setting, local)],
    )


class _Process:
    """What this process sees outside of `acting`. Nothing, unless it was started to see everything."""

    scope: Scope = NOTHING


# The scopes of open `acting` blocks, innermost last. A connection belongs to one thread, and so does this.
_open = threading.local()


def assume(scope: Scope) -> None:
    """Make `scope` what this whole process sees: workers and the operator's commands see everything, web servers nothing."""
    _Process.scope = scope
    if connection.connection is not None:
        with connection.cursor() as cursor:
            _tell(cursor, scope, local=False)


def tell_new_connection(sender: object, connection: Any, **_: object) -> None:
    """Signal receiver: a new connection of the application learns what its process sees."""
    if connection.alias == "default" and _Process.scope != NOTHING:
        with connection.cursor() as cursor:
            _tell(cursor, _Process.scope, local=False)


@contextmanager
def acting(scope: Scope, pipeline: ExitStack | None = None) -> Iterator[Scope]:
    """One transaction in which PostgreSQL lets through what `scope` lets through. Blocks may be nested; the inner one counts.

    Costs one statement, and none within a block of the same scope. An exception rolls the transaction back, as `transaction.atomic` does. With `pipeline` the transaction's first
    statements are sent without waiting for answers (`core.sql.pipelined`), until the caller closes it.
    """
    stack: list[Scope] = _open.__dict__.setdefault("scopes", [])
    if stack and stack[-1] == scope and pipeline is None:  # the open transaction was told of it already
        with transaction.atomic():
            yield scope
        return
    before = stack[-1] if stack else _Process.scope
    nested = connection.in_atomic_block
    with transaction.atomic():
        # closed before the transaction ends, whatever happens: a pipeline cannot be left by a rollback
        with pipeline or nullcontext():
            if pipeline is not None:
                pipeline.enter_context(pipelined())
            with connection.cursor() as cursor:
                _tell(cursor, scope, local=True)
            stack.append(scope)
            try:
                yield scope
            finally:
                stack.pop()
        if nested:  # a transaction that goes on must not keep what was told it for a part
            with connection.cursor() as cursor:
                _tell(cursor, before, local=True)
