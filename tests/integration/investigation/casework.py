"""What tests of cases begin with: reports at Jalgaon, a case, and the people who work on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests import factories
from tests.factories import drain, person
from tipline.investigation.cases.models import Case, CasePerson, EvidenceKind, PersonEvidence
from tipline.investigation.cases.persons import Evidence, add_account_holder
from tipline.investigation.cases.services import assign, open_case
from tipline.reports.models import Report
from tipline.trust.accounts.models import Rank, Role, User

DESK, SIBLING = "IN-MH-JALGAON", "IN-MH-PUNE"
REPLY = Evidence(EvidenceKind.PROVIDER_REPLY, "The line of the address is theirs", "reply 1")
DEVICE = Evidence(EvidenceKind.DEVICE, "The account is signed in on the telephone", "exhibit 1")


@dataclass(frozen=True)
class Work:
    """A case at Jalgaon with one report, two more reports on the desk, a supervisor and two investigators on the case."""

    case: Case
    reports: list[Report]
    supervisor: User
    one: User
    two: User


def worked(folder: Path) -> Work:
    factories.standard_tree()
    factories.demo_ranges(folder)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    provider = factories.provider()
    handles = ("monsoon_kite_07", "harbour_lantern_31", "river_stone_12")
    reports = [factories.filed(provider, factories.synthetic(handle)) for handle in handles]
    drain()
    supervisor, one, two = (
        person(DESK, Role.SUPERVISOR),
        person(DESK, Role.INVESTIGATOR),
        person(DESK, Role.INVESTIGATOR),
    )
    case = open_case(supervisor, [reports[0].pk], "Kite")
    for somebody in (one, two):
        assign(supervisor, case, somebody)
    return Work(case, reports, supervisor, one, two)


def ranked(who: User, rank: Rank) -> User:
    who.rank = rank
    who.save(update_fields=["rank"])
    return who


def holder(work: Work, *evidence: Evidence, by: User | None = None) -> tuple[CasePerson, list[int]]:
    """An account holder of the case with evidence, and the evidence's numbers."""
    made = add_account_holder(by or work.one, work.case.pk, "Meera Example", list(evidence or (REPLY, DEVICE)))
    return made, list(PersonEvidence.objects.filter(person=made).order_by("pk").values_list("pk", flat=True))
