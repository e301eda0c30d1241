"""Asking who else has the identifiers of reports that lie on one's desk, and telling those that somebody asked.

Nothing here says that a matter is clear: it says what was found where, as of when, and what was not asked. docs/explanation/deconfliction.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connection, transaction

from tipline.core.clock import now
from tipline.core.errors import InvalidInputError, NotFoundError, NotPermittedError
from tipline.investigation.deconfliction.models import Check, Contact, ContactPolicy, Notice, Share
from tipline.referrals.holding import MOST_AT_ONCE
from tipline.reports.models import Holding
from tipline.trust.accounts.models import Role, User
from tipline.trust.actors import system
from tipline.trust.agencies.models import Agency, AgencyLetterhead
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import OPERATOR, acting, may_work_the_desk

MOST_IDENTIFIERS = 500
MOST_SIGHTINGS = 2_000  # of one identifier that are looked at
MOST_TOLD = 20  # identifiers that a notice names to who has them
# Whoever asks again about the same reports within this time gets the same answer, and nobody is told twice.
SAME = timedelta(minutes=15)
TOLD_AGAIN = timedelta(days=30)
# So that nobody fishes: checks in an hour, of one person and of one desk.
MOST_OF_PERSON, MOST_OF_DESK = 60, 300
HERE = "reports, cases and persons of cases in this installation"
SOFTWARE = system("deconfliction")

# What names an account, a person's line or a machine. A shared address or link says nothing of two agencies.
_KINDS = ["handle", "account_id", "email", "phone", "device"]
_MINE = """
WITH named AS (
    SELECT DISTINCT i.id, i.kind = ANY (%(kinds)s) AS strong, i.of_child,
        EXISTS (SELECT 1 FROM linking_hub h WHERE h.identifier_id = i.id) AS hub
    FROM reports_sighting s JOIN reports_identifier i ON i.id = s.identifier_id
    WHERE s.report_id = ANY (%(reports)s::bigint[]) AND s.role = 'reported'
)
SELECT id, strong, of_child, hub FROM named ORDER BY id
"""
_FOUND = """
WITH mine AS (SELECT unnest(%(ids)s::bigint[]) AS id), found AS (
    SELECT m.id, h.agency_id FROM mine m
    CROSS JOIN LATERAL (SELECT s.report_id FROM reports_sighting s WHERE s.identifier_id = m.id AND NOT s.report_id = ANY (%(reports)s::bigint[]) LIMIT %(most)s) s
    JOIN reports_report r ON r.id = s.report_id AND r.destroyed_at IS NULL AND r.state = 'finished'
    JOIN reports_holding h ON h.report_id = s.report_id AND h.held_until IS NULL
    UNION
    SELECT m.id, c.agency_id FROM mine m JOIN cases_casehandle k ON k.identifier_id = m.id
    JOIN cases_case c ON c.id = k.case_id AND c.destroyed_at IS NULL
    UNION
    SELECT m.id, c.agency_id FROM cases_caseperson p CROSS JOIN LATERAL jsonb_each_text(p.details) d
    JOIN reports_identifier i ON i.value = lower(replace(d.value, ' ', '')) AND i.kind IN ('email', 'phone') JOIN mine m ON m.id = i.id
    JOIN cases_case c ON c.id = p.case_id AND c.destroyed_at IS NULL
)
SELECT agency_id, array_agg(id ORDER BY id) FROM found WHERE agency_id <> %(asker)s GROUP BY agency_id ORDER BY agency_id
"""


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A source that was not asked, and why."""

    source: str
    why: str


# Rooms above this one (other installations) say here what they are; until one can be asked, it stands among what was not.
ELSEWHERE: list[Callable[[], Sequence[NotChecked]]] = [
    lambda: (NotChecked("other installations", "they cannot be asked yet"),)
]


@transaction.atomic
def ask(person: User, report_ids: Iterable[int], case_id: int | None = None) -> Check:
    """Ask which other agencies have identifiers of reports that lie on the person's desk. Recorded, and told to those that have them.

    Asked again about the same reports within a quarter of an hour, it is the same check. Over the limit nothing is asked, and the check says so.

    Raises
    ------
    NotPermittedError
        for a role that does not work the desk.
    NotFoundError
        when one of the reports does not lie there.
    """
    if not may_work_the_desk(person):
        raise NotPermittedError("your role does not accept, forward or return reports")
    ids = sorted({one for one in report_ids if 0 < one < 2**63})
    if not 0 < len(ids) <= MOST_AT_ONCE:
        raise InvalidInputError(f"choose between 1 and {MOST_AT_ONCE} reports")
    here = Holding.objects.filter(report__in=ids, agency=person.agency_id, held_until__isnull=True)
    missing = set(ids) - set(here.values_list("report_id", flat=True))
    if missing:
        raise NotFoundError(f"report {min(missing)} does not lie on your desk")
    at = now()
    # one at a time for a desk: the limit is counted, and nobody told twice
    Agency.objects.select_for_update(no_key=True).get(pk=person.agency_id)
    same = Check.objects.filter(agency=person.agency_id, at__gt=at - SAME, reports=ids).order_by("-pk").first()
    if same is not None:
        if case_id is not None and same.case_id is None:
            Check.objects.filter(pk=same.pk).update(case=case_id)
        return same
    if _too_many(person, at):
        return _recorded(
            person, ids, at, case_id, 0, [], [NotChecked(HERE, "your desk asked too often within the hour")], {}
        )
    with acting(OPERATOR):  # what other agencies have is seen here and nowhere else; of it only whom to call leaves
        asked, skipped = _mine(ids)
        found = _found(asked, ids, person.agency_id)
        shown = _whom_to_call(person, found)
        _tell(person, found, at)
    left_out = [*skipped, *(one for source in ELSEWHERE for one in source())]
    return _recorded(person, ids, at, case_id, len(asked), [HERE], left_out, shown)


def _too_many(person: User, at: datetime) -> bool:
    since = at - timedelta(hours=1)
    of_desk = Check.objects.filter(agency=person.agency_id, at__gt=since)
    return of_desk.count() >= MOST_OF_DESK or of_desk.filter(by=person).count() >= MOST_OF_PERSON


def _mine(ids: Sequence[int]) -> tuple[list[int], list[NotChecked]]:
    with connection.cursor() as cursor:
        cursor.execute(_MINE, {"reports": list(ids), "kinds": _KINDS})
        rows = cursor.fetchall()
    usable = [pk for pk, strong, child, hub in rows if strong and not child and not hub]
    skipped = []
    weak = sum(not strong for _, strong, _, _ in rows)
    hubs = sum(strong and hub and not child for _, strong, child, hub in rows)
    children = sum(child for _, _, child, _ in rows)
    if weak:
        skipped.append(NotChecked(f"addresses and links ({weak})", "one that is shared says nothing of two desks"))
    if hubs:
        skipped.append(NotChecked(f"identifiers of very many reports ({hubs})", "they link nobody"))
    if children:
        skipped.append(NotChecked(f"what is named as a child's ({children})", "it is masked"))
    if len(usable) > MOST_IDENTIFIERS:
        skipped.append(
            NotChecked(f"{len(usable) - MOST_IDENTIFIERS} more identifiers", f"{MOST_IDENTIFIERS} are asked at once")
        )
    return usable[:MOST_IDENTIFIERS], skipped


def _found(asked: Sequence[int], ids: Sequence[int], asker: int) -> dict[int, list[int]]:
    """Agency → the identifiers that it has, too."""
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, {"ids": list(asked), "reports": list(ids), "most": MOST_SIGHTINGS, "asker": asker})
        return dict(cursor.fetchall())


def _parents() -> dict[int, int | None]:
    return dict(Agency.objects.values_list("pk", "parent_id"))


def _covert(agency_ids: Iterable[int]) -> frozenset[int]:
    rows = ContactPolicy.objects.filter(agency__in=list(agency_ids), covert=True)
    return frozenset(rows.values_list("agency_id", flat=True))


def _above(agency: int, parents: Mapping[int, int | None], hidden: frozenset[int], asker: int) -> int | None:
    """The nearest desk above that is named to others, and is not the one that asks."""
    up = parents.get(agency)
    while up is not None and (up in hidden or up == asker):
        up = parents.get(up)
    return up


def _whom_to_call(person: User, found: Mapping[int, Sequence[int]]) -> dict[int, set[int]]:
    """Desk to call → the identifiers. One that is not named stands under the desk above it; without one, it is not among them."""
    parents = _parents()
    hidden = _covert(parents)
    shown: dict[int, set[int]] = {}
    for agency, identifiers in found.items():
        call = _above(agency, parents, hidden, person.agency_id) if agency in hidden else agency
        if call is not None:
            shown.setdefault(call, set()).update(identifiers)
    return shown


def _tell(person: User, found: Mapping[int, Sequence[int]], at: datetime) -> None:
    parents = _parents()
    hidden = _covert(parents)
    told: dict[tuple[int, bool], set[int]] = {}
    for agency, identifiers in found.items():
        told.setdefault((agency, False), set()).update(identifiers)
        above = _above(agency, parents, hidden, person.agency_id) if agency in hidden else None
        if above is not None:
            told.setdefault((above, True), set()).update(identifiers)
    recently = Notice.objects.filter(desk=person.agency_id, at__gt=at - TOLD_AGAIN, agency__in=[a for a, _ in told])
    before = [(a, b, set(ids)) for a, b, ids in recently.values_list("agency_id", "below", "identifiers")]
    fresh = [
        Notice(
            agency_id=agency, desk_id=person.agency_id, share=share_of(len(ids)), below=below,
            identifiers=[] if below else sorted(ids)[:MOST_TOLD], at=at,
        )
        for (agency, below), ids in sorted(told.items())
        # what it was told within a month, it is not told again
        if not any((agency, below) == (a, b) and (below or set(sorted(ids)[:MOST_TOLD]) <= known) for a, b, known in before)
    ]  # fmt: skip
    Notice.objects.bulk_create(fresh)
    for notice in fresh:
        actor = replace(SOFTWARE, agency_id=notice.agency_id)
        record(
            actor,
            [Act("deconfliction.told", "agency", notice.agency_id, {"notice": notice.pk, "desk": person.agency_id})],
        )


def share_of(identifiers: int) -> Share:
    """How many, told as a step."""
    return Share.ONE if identifiers == 1 else Share.FEW if identifiers <= 5 else Share.MANY


def _recorded(
    person: User,
    ids: list[int],
    at: datetime,
    case_id: int | None,
    identifiers: int,
    asked: Sequence[str],
    not_checked: Sequence[NotChecked],
    shown: Mapping[int, set[int]],
) -> Check:
    check = Check.objects.create(
        agency_id=person.agency_id, by=person, at=at, reports=ids, case_id=case_id, identifiers=identifiers,
        asked=[{"source": one, "as_of": at.isoformat()} for one in asked],
        not_checked=[{"source": one.source, "why": one.why} for one in not_checked],
    )  # fmt: skip
    Contact.objects.bulk_create(
        Contact(check_made=check, agency_id=agency, share=share_of(len(ids_))) for agency, ids_ in sorted(shown.items())
    )
    detail = {"identifiers": identifiers, "contacts": len(shown), "reports": ids[:50], "not_checked": len(not_checked)}
    record(person.actor, [Act("deconfliction.asked", "check", check.pk, detail)])
    return check


@transaction.atomic
def acknowledge(person: User, check: Check) -> None:
    """Say that the contacts of a check were read before a case is opened."""
    if check.acknowledged_at is None and check.agency_id == person.agency_id:
        Check.objects.filter(pk=check.pk).update(acknowledged_by=person, acknowledged_at=now())
        record(person.actor, [Act("deconfliction.acknowledged", "check", check.pk)])


@dataclass(frozen=True, slots=True)
class ToCall:
    """A desk to call: its name, how, and how many identifiers it has, too, as a step."""

    name: str
    code: str
    call: str
    share: str


def result(check: Check) -> list[ToCall]:
    """Whom to call. Two queries."""
    contacts = list(check.contacts.select_related("agency").order_by("agency__name"))
    numbers = calls([one.agency_id for one in contacts])
    return [
        ToCall(one.agency.name, one.agency.code, numbers.get(one.agency_id, ""), Share(one.share).label)
        for one in contacts
    ]


def calls(agency_ids: Sequence[int]) -> dict[int, str]:
    """Agency → whom to call there: what it says itself, else what stands on its letterhead."""
    found = {
        head.agency_id: ", ".join(part for part in (head.telephone, head.email) if part)
        for head in AgencyLetterhead.objects.filter(agency__in=agency_ids)
    }
    said = ContactPolicy.objects.filter(agency__in=agency_ids).exclude(call="")
    return found | dict(said.values_list("agency_id", "call"))


def sentence(check: Check, contacts: Sequence[ToCall]) -> str:
    """What a check found, in a sentence that never says clear."""
    what = f"{check.identifiers} identifier{'' if check.identifiers == 1 else 's'}"
    when = f"{check.at.day} {check.at:%b %Y, %H:%M} UTC"
    if not check.asked:
        return "Nothing was asked."
    if contacts:
        return f"{what} asked, as of {when}: {len(contacts)} other desk{'' if len(contacts) == 1 else 's'} to call."
    return f"{what} asked, as of {when}: nothing found in {', '.join(one['source'] for one in check.asked)}."


@transaction.atomic
def set_policy(person: User, *, covert: bool, call: str) -> None:
    """Say whom others are to call at the person's agency, and whether it is named to them at all.

    Raises
    ------
    NotPermittedError
        for anybody but a supervisor.
    InvalidInputError
        for an agency without a desk above it, which cannot be called in its place; or a text that is too long.
    """
    if Role(person.role) != Role.SUPERVISOR or not person.is_active:
        raise NotPermittedError("a supervisor says whom others are to call")
    call = call.strip()
    if len(call) > 300:
        raise InvalidInputError("say it in at most 300 letters")
    if covert and person.agency.parent_id is None:
        raise InvalidInputError("no desk is above yours that could be called in its place")
    ContactPolicy.objects.update_or_create(
        agency_id=person.agency_id,
        defaults={"covert": covert, "call": call, "set_by": person.email, "set_at": now()},
    )
    record(person.actor, [Act("deconfliction.policy_set", "agency", person.agency_id, {"covert": covert})])


@transaction.atomic
def seen(person: User, notice_ids: Iterable[int]) -> int:
    """Say that notices to the person's desk were seen. Returns how many were not before."""
    if not may_work_the_desk(person):
        raise NotPermittedError("your role does not work the desk")
    wanted = [one for one in notice_ids if 0 < one < 2**63]
    rows = list(
        Notice.objects.select_for_update(of=("self",))
        .filter(pk__in=wanted, agency=person.agency_id, seen_at__isnull=True)
        .order_by("pk")
    )
    Notice.objects.filter(pk__in=[one.pk for one in rows]).update(seen_at=now(), seen_by=person)
    record(person.actor, [Act("deconfliction.seen", "agency", person.agency_id, {"notice": one.pk}) for one in rows])
    return len(rows)
