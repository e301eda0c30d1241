"""Playing the scenario on a running installation: set up, file, wait, accept. Nothing here writes report data except by the
door, and nothing moves a report except the pipeline, standing rules, and the district officer's own act."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db.models import F, Max

from tipline.core.clock import now
from tipline.core.config import Config, config
from tipline.core.errors import TransientError
from tipline.demo.operation import OPERATION, set_up
from tipline.demo.provider import Filed, Provider
from tipline.demo.replies import write_reply
from tipline.demo.scenario import NETWORKS, RANGES, Scenario, load
from tipline.intake.public_form.queries import open_reporter
from tipline.intake.public_form.services import open_form
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.services import open_case
from tipline.investigation.operations.models import Operation
from tipline.pipeline.attribution.log_expiry.services import import_directory
from tipline.pipeline.attribution.services import import_source
from tipline.pipeline.routing.models import Decision
from tipline.referrals.models import StandingAction
from tipline.referrals.queries import way_of
from tipline.referrals.services import set_standing_rule
from tipline.reports.models import Holding, IdentifierKind, PersonRole, Processing, Report, Sighting
from tipline.trust.accounts.factors import give_app, remove_all
from tipline.trust.accounts.models import Rank, Reporter, Role, User
from tipline.trust.accounts.people import set_rank
from tipline.trust.accounts.providers import rotate_credential
from tipline.trust.accounts.services import add_reporter, add_user
from tipline.trust.actors import system
from tipline.trust.agencies.models import Agency
from tipline.trust.agencies.queries import by_code
from tipline.trust.agencies.services import STANDARD_TREE, import_tree

CLEARINGHOUSE, NATIONAL, STATE, DISTRICT = "US-NCMEC", "IN-NCRB", "IN-MH-CYBER", "IN-MH-JALGAON"
WAIT_SECONDS = 60
PEOPLE = (
    ("analyst@clearinghouse.example", "Ana Lystova", CLEARINGHOUSE, Role.ANALYST),
    ("desk@ncrb.example", "Nandini Rao", NATIONAL, Role.DESK_OFFICER),
    ("supervisor@ncrb.example", "Neel Bhattacharya", NATIONAL, Role.SUPERVISOR),
    ("desk@mahacyber.example", "Milind Kulkarni", STATE, Role.DESK_OFFICER),
    ("officer@jalgaon.example", "Jyoti Patil", DISTRICT, Role.DESK_OFFICER),
    ("investigator@jalgaon.example", "Ishaan More", DISTRICT, Role.INVESTIGATOR),
    ("supervisor@jalgaon.example", "Sunita Wagh", DISTRICT, Role.SUPERVISOR),
    ("auditor@jalgaon.example", "Aditi Deshmukh", DISTRICT, Role.AUDITOR),
    ("administrator@jalgaon.example", "Arjun Chaudhari", DISTRICT, Role.ADMINISTRATOR),
    ("statistician@jalgaon.example", "Savita Borse", DISTRICT, Role.STATISTICIAN),
    ("officer@pune.example", "Pranav Joshi", "IN-MH-PUNE", Role.DESK_OFFICER),
)
# IT Act 2000 s.78: an Inspector or above investigates
RANKS = {
    "officer@jalgaon.example": Rank.INSPECTOR,
    "investigator@jalgaon.example": Rank.SUB_INSPECTOR,
    "supervisor@jalgaon.example": Rank.DEPUTY_SUPERINTENDENT,
}


@dataclass(frozen=True, slots=True)
class Account:
    """A demo person's way in. The password is made for this run."""

    email: str
    password: str
    agency: str
    role: str
    totp_secret: str


@dataclass(frozen=True, slots=True)
class Played:
    """What the demo did and what came of it: `ok`, and the JSON of docs/reference/demo-check-json.md."""

    ok: bool
    summary: dict[str, Any]
    accounts: tuple[Account, ...]


def play(settings: Config, url: str, *, accept: bool = True) -> Played:
    """Set up agencies, people and providers, file the scenario by the door, wait for it, and accept it as the district.

    Parameters
    ----------
    accept
        False: the reports are left on the district's desk.

    Raises
    ------
    TransientError
        when the pipeline has not processed everything in a minute.
    """
    scenario = load()
    accounts = _people(settings)
    passwords = _providers(scenario)
    filed = _file(scenario, f"{url}/ispws", passwords)
    _wait([f.report_id for f in filed.values()])
    mine = [filed[e.handle].report_id for e in scenario.reports if e.expect == DISTRICT]
    officer = User.objects.select_related("agency").get(email="officer@jalgaon.example")
    on_desk = list(
        Holding.objects.filter(
            report_id__in=mine, agency=officer.agency, held_until__isnull=True, joint=False
        ).values_list("report_id", flat=True)
    )
    case = (
        open_case(
            officer, on_desk, "Sixteen handles referred by the clearinghouse",
            operation=Operation.objects.get(name=OPERATION),
        ) if on_desk and accept else None
    )  # fmt: skip
    reply = write_reply(settings.data_dir / "demo", mine)
    return _summary(scenario, filed, mine, case, url, accounts, accept=accept, reply=reply)


def _people(settings: Config) -> tuple[Account, ...]:
    actor = system("demo")
    import_tree(STANDARD_TREE, actor)
    import_source(RANGES, settings.data_dir, actor)
    import_directory(NETWORKS, actor)
    for code in (CLEARINGHOUSE, NATIONAL, STATE):
        set_standing_rule(by_code(code), StandingAction.FORWARD, actor)
    if open_reporter() is None:
        # the Indian public reports to India: the national desk, which hands down, and not to the clearinghouse abroad
        open_form(by_code(NATIONAL), settings, actor)
    accounts = []
    for email, name, code, role in PEOPLE:
        password = secrets.token_urlsafe(12)
        person = User.objects.filter(email=email).first()
        if person:
            person.set_password(password)
            person.save(update_fields=["password"])
            remove_all(person)
        else:
            person = add_user(email, name, by_code(code), role, password, actor)
        if email in RANKS and person.rank != RANKS[email]:
            set_rank(person, RANKS[email], actor)
        accounts.append(Account(email, password, code, role.value, give_app(person, actor)))
    set_up(
        by_code(STATE), [by_code(DISTRICT), by_code("IN-MH-NASHIK")],
        User.objects.select_related("agency").get(email="desk@mahacyber.example"), actor,
    )  # fmt: skip
    return tuple(accounts)


def _providers(scenario: Scenario) -> dict[str, tuple[str, str]]:
    """Platform → (username, password). Passwords are made anew for every run and kept nowhere."""
    house = by_code(CLEARINGHOUSE)
    made: dict[str, tuple[str, str]] = {}
    for platform in scenario.platforms:
        password = secrets.token_urlsafe(18)
        if Reporter.objects.filter(username=platform.username).exists():
            rotate_credential(platform.username, password, system("demo"), overlap=timedelta())
        else:
            add_reporter(platform.name, platform.username, password, house, system("demo"))
        made[platform.name] = (platform.username, password)
    return made


def _file(scenario: Scenario, door: str, passwords: dict[str, tuple[str, str]]) -> dict[str, Filed]:
    at = now()
    filed: dict[str, Filed] = {}
    for platform, (username, password) in passwords.items():
        provider = Provider(door, username, password, patience_seconds=10, headers=config().own_headers)
        try:
            for entry in scenario.reports:
                if entry.platform == platform:
                    filed[entry.handle] = provider.file(scenario.synthetic(entry, at))
        finally:
            provider.close()
    return filed


def _wait(report_ids: list[int]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while Report.objects.filter(id__in=report_ids, processing=Processing.WAITING).exists():
        if time.monotonic() > deadline:
            raise TransientError(
                f"the pipeline did not process every report within {WAIT_SECONDS} s: see `tipline status`"
            )
        time.sleep(0.05)


def _summary(
    scenario: Scenario,
    filed: dict[str, Filed],
    mine: list[int],
    case: Case | None,
    url: str,
    accounts: tuple[Account, ...],
    *,
    accept: bool,
    reply: Path | None,
) -> Played:
    ids = {f.report_id: handle for handle, f in filed.items()}
    decided = {
        report_id: code or ""
        for report_id, code in Decision.objects.filter(report_id__in=ids).values_list("report_id", "agency__code")
    }
    held = dict(
        Holding.objects.filter(report_id__in=ids, held_until__isnull=True, joint=False).values_list(
            "report_id", "agency__code"
        )
    )
    expected = {filed[e.handle].report_id: e.expect for e in scenario.reports}
    wrong = sorted(
        ids[i] for i, code in expected.items() if decided.get(i) != code or held.get(i) != (code or CLEARINGHOUSE)
    )
    arrived = [i for i in mine if held.get(i) == DISTRICT]
    handles = (
        Sighting.objects.filter(report_id__in=arrived, role=PersonRole.REPORTED, identifier__kind=IdentifierKind.HANDLE)
        .values("identifier_id")
        .distinct()
        .count()
    )
    slowest = Report.objects.filter(id__in=ids).aggregate(slowest=Max(F("processed_at") - F("finished_at")))["slowest"]
    path = [CLEARINGHOUSE, *(r.to_agency.code for r in way_of(Report.objects.get(pk=arrived[0])))] if arrived else []
    in_case = case.handles.count() if case else 0
    ok = (
        not wrong
        and len(arrived) == len(mine) == handles == (in_case if accept else handles)
        and path == [CLEARINGHOUSE, NATIONAL, STATE, DISTRICT]
    )
    summary = {
        "ok": ok,
        "reports": len(arrived),
        "handles": handles,
        "routed_to": dict(sorted(Counter(code for code in decided.values() if code).items())),
        "abstained": sum(1 for code in decided.values() if not code),
        "filed": len(ids),
        "wrong": wrong,
        "path": path,
        "agencies": Agency.objects.count(),
        "case": {"number": case.number, "id": case.pk, "handles": in_case} if case else None,
        "operation": case.memberships.order_by("id").values_list("operation__name", flat=True).first()
        if case
        else None,
        "seconds_to_routed_max": round(slowest.total_seconds(), 3) if slowest is not None else None,
        "reply": str(reply) if reply else None,
        "url": url,
        "public_form": f"{url}/report/",
        "accounts": [
            {"email": a.email, "password": a.password, "agency": a.agency, "role": a.role, "totp_secret": a.totp_secret}
            for a in accounts
        ],
    }
    return Played(ok, summary, accounts)
