"""The matrix of who gets what: one row for every address of the product. A new address without a row fails `test_matrix.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests import factories
from tests.factories import drain, person
from tipline.core.clock import now
from tipline.core.config import load_config
from tipline.exchange.hash_lists.lists import Rules, add_list
from tipline.exchange.hash_lists.publishing import publish
from tipline.exchange.package.models import TakenPackage
from tipline.exchange.parties.models import Peer
from tipline.exchange.webhooks.models import Subscription
from tipline.intake.public_form.models import Message, PublicContact, PublicReport, Side
from tipline.investigation.cases.models import Case, CasePerson, EvidenceKind
from tipline.investigation.cases.persons import Evidence, add_account_holder
from tipline.investigation.cases.records import CaseTask
from tipline.investigation.cases.services import open_case
from tipline.investigation.cases.todo import Task, add_task
from tipline.investigation.cases.transfer import offer_transfer
from tipline.investigation.exhibits.models import ExhibitKind
from tipline.investigation.exhibits.services import Taken, take_in
from tipline.investigation.legal.clocks.models import Clock
from tipline.investigation.legal.letters.models import Letter
from tipline.investigation.legal.letters.services import make
from tipline.investigation.operations import board, membership, services
from tipline.investigation.process.making import make as make_requests
from tipline.investigation.process.models import RequestKind
from tipline.investigation.replies import services as replies
from tipline.investigation.retention.destroying import carry_out
from tipline.investigation.retention.services import By, confirm, order, place_hold
from tipline.pipeline.matching.lists import services as known_lists
from tipline.pipeline.matching.lists.importing import How
from tipline.reports.models import Report, Unmasking
from tipline.reports.unmasking import Reason, unmask
from tipline.statistics.keeping import refresh
from tipline.trust.accounts import tokens
from tipline.trust.accounts.models import Role, TokenScope, User
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import MAY, Can, scope_of

HANDLE = "harbour_lantern_31"  # of no other page
ALL = frozenset(Role)
REPORTS = MAY[Can.SEE_REPORTS]
RETENTION = MAY[Can.MANAGE_RETENTION]
SEE_KNOWN = MAY[Can.FIND_HASHES] | MAY[Can.MANAGE_KNOWN_HASHES]
ROUTING = MAY[Can.MANAGE_ROUTING]
COUNTS = MAY[Can.SEE_COUNTS]
LINKS = MAY[Can.MANAGE_LINKS]
WEBHOOKS = MAY[Can.MANAGE_WEBHOOKS]

# How the asker's agency stands to the report and the case: they lie at `own`; `above` passed the report down;
# `sibling` is another district of the same state, `stranger` another state.
RELATIONS = {"own": "IN-MH-JALGAON", "above": "IN-MH-CYBER", "sibling": "IN-MH-PUNE", "stranger": "IN-BR-CYBER"}
EVERYWHERE = frozenset(RELATIONS)
HELD = frozenset({"own", "above"})
OWN = frozenset({"own"})
OFFERED = frozenset({"own", "above"})  # Jalgaon's case, offered to its state desk
HAND_DOWN = frozenset({"above", "stranger"})  # a state's desks


@dataclass(frozen=True, slots=True)
class Things:
    """What lies at Jalgaon, somebody who works there, and an unmasking of theirs."""

    report: Report
    case: Case
    colleague: User
    unmasking: Unmasking
    hold_id: int
    order: int  # waits for a second person
    certificate: int
    transfer: int  # of the case, offered to the state desk
    request_id: int  # to a holder of records
    operation: str  # code; run by Jalgaon alone, with the case in it
    day: int  # of action
    hash_list: int  # with an edition
    known_list: int  # that came in, of Jalgaon
    list_import: int  # of it


def arranged(report: Report, others: Sequence[Report], folder: Path) -> Things:
    """A case with a report that lies at Jalgaon, an unmasking and a hold of it, and of two others an order and a destruction."""
    case = open_case(person("IN-MH-JALGAON"), [report.pk], "A title of Jalgaon")
    replies.read(replies.receive(person("IN-MH-JALGAON"), case.pk, "reply.csv", b"a,b\n1,2\n").pk)
    take_in(
        case.opened_by,
        case.pk,
        Taken(ExhibitKind.DEVICE, f"Phone of {HANDLE}", now() - timedelta(days=900), "Jalgaon", "SI Patil"),
    )
    make(case.opened_by, case.pk, "fir", "en")
    colleague = person("IN-MH-JALGAON", Role.INVESTIGATOR)
    unmasking = unmask(colleague, scope_of(colleague), report.pk, Reason("identify", "An order of the court"))
    supervisors = [person("IN-MH-JALGAON", Role.SUPERVISOR) for _ in range(2)]
    first, second = (By.somebody(somebody, scope_of(somebody)) for somebody in supervisors)
    waits, done = (
        order(first, reference="1", authority="Court", report_ids=[other.pk], court_order=True) for other in others
    )
    confirm(second, done.pk)
    assert carry_out(load_config({"TIPLINE_DATA_DIR": str(folder / "data")}), done.pk)
    (request, *_) = make_requests(person("IN-MH-JALGAON"), case.pk, RequestKind.PRODUCTION).requests
    hold = place_hold(first, report_id=report.pk, authority="Court", reference="1")
    factories.token(colleague)
    # as if it had come by the public form: its messages and its contact have addresses of their own
    PublicReport.objects.create(report=report, language="mr", code_hash="0" * 64)
    PublicContact.objects.create(report=report, name=f"Somebody of {HANDLE}")
    Message.objects.create(report=report, side=Side.REPORTER, text=f"A word of {HANDLE}", at=now())
    offered = offer_transfer(supervisors[0], case.pk, factories.agency("IN-MH-CYBER"), "Their place")
    chief = supervisors[0]
    operation = services.plan_operation(chief, services.Plan("Quiet Harbour", now().date()))
    membership.put_in(chief, operation.code, "Their case", cases=[case.pk])
    day = board.add_day(chief, operation.code, now().date(), "")
    hash_list = add_list(chief, Rules("confirmed", "Confirmed", ["baseline"]))
    publish(hash_list, chief.actor)
    known = known_lists.add("example", known_lists.Terms(), chief.agency, chief.actor)
    return Things(
        Report.objects.get(pk=report.pk), case, colleague, unmasking, hold.pk, waits.pk, done.pk, offered.pk, request.pk,
        operation.code, day.pk, hash_list.pk, known.pk, known_lists.put(known.pk, "list", [b"0" * 32], How(kind="md5"), chief.actor).pk,
    )  # fmt: skip


def furnished(folder: Path) -> Things:
    """The whole tree, a report with HANDLE that came down to Jalgaon, and what `arranged` makes of it and of two others."""
    tokens.forget_all()  # how often which address sent a wrong token
    factories.standard_tree()
    factories.demo_ranges(folder)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    person("US-NCMEC", Role.ADMINISTRATOR)
    provider = factories.provider()
    report = factories.filed(provider, factories.synthetic(HANDLE))
    others = [factories.filed(provider, factories.synthetic(handle)) for handle in ("river_lamp_2", "hill_drum_5")]
    drain()
    made = arranged(report, others, folder)
    refresh()
    return made


@pytest.fixture(scope="module")
def furniture(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Things]:
    """One world for all of a file: each test's own transaction lies within this one, and is rolled back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield furnished(tmp_path_factory.mktemp("world"))
        transaction.set_rollback(True)


@dataclass(frozen=True, slots=True)
class Row:
    """Who gets an address.

    `roles` at an agency of one of the `relations` get it, with one of the statuses in `gets`. A role that is not named gets
    `refused`; a named role elsewhere gets 404, as if it were not there. Investigators must be `assigned` where it says so.
    """

    path: Callable[[Things], str]
    roles: frozenset[Role] = ALL
    relations: frozenset[str] = EVERYWHERE
    method: str = "get"
    data: Callable[[Things], Mapping[str, object]] = field(default=lambda _: {})
    gets: frozenset[int] = frozenset({200})
    refused: int = 404
    assigned: bool = False
    # shows the report's content to those who get it; all others' pages must not name it
    shows: bool = False
    # names things of the own agency by number, as the log does, and never by their content
    numbers: bool = False


def _fixed(path: str) -> Callable[[Things], str]:
    return lambda _: path


REDIRECT = frozenset({302})


def _clock(things: Things) -> int:
    return int(Clock.objects.filter(case=things.case).order_by("id").values_list("id", flat=True)[0])


def _entry(things: Things) -> int:
    """What Jalgaon did with its case, in the log."""
    return int(Entry.objects.filter(action="case.opened", object_id=things.case.pk).values_list("pk", flat=True)[0])


def _letter(things: Things) -> int:
    """The first letter of Jalgaon's case."""
    return int(Letter.objects.filter(case=things.case).order_by("number").values_list("pk", flat=True)[0])


def _task(things: Things) -> int:
    """Something to be done in Jalgaon's case."""
    made = CaseTask.objects.filter(case=things.case).first()
    return made.pk if made else add_task(things.case.opened_by, things.case.pk, Task("Ask again")).pk


def _person_of(things: Things) -> int:
    """An account holder of Jalgaon's case."""
    made = CasePerson.objects.filter(case=things.case).first()
    proof = Evidence(EvidenceKind.DOCUMENT, "A line", "A page")
    return made.pk if made else add_account_holder(things.case.opened_by, things.case.pk, "K. Example", [proof]).pk


def _peer() -> str:
    """Another installation."""
    made, _ = Peer.objects.get_or_create(
        name="ncrb-test", defaults={"state_at": now(), "fingerprint": "0" * 64, "added_at": now(), "added_by": "tests"}
    )
    return made.name


def _webhook(things: Things) -> int:
    """An address of Jalgaon's that is told of events."""
    made, _ = Subscription.objects.get_or_create(
        agency=things.case.agency, url="https://desk.example/hook",
        defaults={"events": ["case.opened"], "secret": "x", "up_to": 0, "created_by": things.colleague, "created_at": now()},
    )  # fmt: skip
    return made.pk


def _package() -> str:
    """A package that Jalgaon took in."""
    uid = "00000000-0000-4000-8000-00000000000a"
    TakenPackage.objects.get_or_create(
        uid=uid,
        defaults={
            "digest": "0" * 64, "installation": "ncrb-test", "key": "k", "from_agency": factories.agency("IN-MH-CYBER"),
            "to_agency": factories.agency("IN-MH-JALGAON"), "made_at": now(), "taken_at": now(), "taken_by": "tests",
            "agreement": "1", "reports": 1, "new_reports": 1, "receipt": "{}",
        },
    )  # fmt: skip
    return uid


def _exhibit(things: Things) -> int:
    """Of the case."""
    return int(things.case.exhibits.values_list("pk", flat=True)[0])


def _of_operation(page: str, *, shows: bool = False) -> Row:
    return Row(lambda t: f"/operations/{t.operation}/{page}", roles=REPORTS, relations=OWN, shows=shows)


# pattern as urls.py has it → row
CONSOLE: dict[str, Row] = {
    "": Row(_fixed("/"), gets=REDIRECT),
    "desk/": Row(_fixed("/desk/?tab=all"), shows=True, relations=EVERYWHERE),
    "desk/act/": Row(
        _fixed("/desk/act/"), method="post", roles=MAY[Can.WORK_DESK], relations=HELD, refused=403,
        data=lambda t: {"verb": "return", "report": [t.report.pk], "reason": "not_our_place", "note": "x", "step": "do"},
        gets=frozenset({422}),  # "accepted", and to the desks above "no longer on your desk"
    ),
    # nobody else's notice, whatever the number: tests/integration/pipeline/test_log_expiry_raising.py
    "desk/expiring/seen/": Row(
        _fixed("/desk/expiring/seen/"), method="post", data=lambda _: {"notice": "1"}, roles=MAY[Can.WORK_DESK],
        relations=frozenset(), refused=403,
    ),
    # nobody else's notice, whatever the number: tests/integration/referrals/test_due_times.py
    "desk/overdue/seen/": Row(
        _fixed("/desk/overdue/seen/"), method="post", data=lambda _: {"notice": "1"}, roles=MAY[Can.WORK_DESK],
        relations=frozenset(), refused=403,
    ),
    # what is a desk's own: tests/integration/referrals/test_queue.py, tests/integration/investigation/test_deconfliction.py
    "desk/counts/": Row(_fixed("/desk/counts/"), roles=REPORTS, refused=403),
    "desk/bundles/": Row(_fixed("/desk/bundles/"), roles=MAY[Can.WORK_DESK], refused=403),
    # there is none: tests/integration/referrals/test_bundles.py
    "desk/bundles/<int:bundle_id>/": Row(_fixed("/desk/bundles/1/"), roles=frozenset()),
    "desk/second-look/": Row(_fixed("/desk/second-look/"), roles=MAY[Can.WORK_DESK], refused=403),
    "desk/hand-over/": Row(_fixed("/desk/hand-over/"), roles=MAY[Can.WORK_DESK], refused=403),
    "desk/contacts/": Row(_fixed("/desk/contacts/"), roles=MAY[Can.WORK_DESK], refused=403),
    # progress, and nothing of a report's content
    "sent/": Row(_fixed("/sent/?tab=all"), roles=REPORTS, refused=403),
    "drafts/": Row(_fixed("/drafts/"), roles=MAY[Can.WORK_DESK], refused=403),
    "needs-a-person/": Row(_fixed("/needs-a-person/"), roles=MAY[Can.WORK_DESK], refused=403),
    "reports/<int:report_id>/": Row(lambda t: f"/reports/{t.report.pk}/", roles=REPORTS, relations=HELD, shows=True),
    "reports/<int:report_id>/text/": Row(
        lambda t: f"/reports/{t.report.pk}/text/", roles=REPORTS, relations=HELD, shows=True
    ),
    "reports/<int:report_id>/messages/": Row(
        lambda t: f"/reports/{t.report.pk}/messages/", roles=REPORTS, relations=HELD, shows=True
    ),
    "reports/<int:report_id>/contact/": Row(
        lambda t: f"/reports/{t.report.pk}/contact/", roles=REPORTS, relations=HELD, shows=True
    ),
    "reports/<int:report_id>/unmask/": Row(
        lambda t: f"/reports/{t.report.pk}/unmask/", roles=MAY[Can.UNMASK], relations=HELD
    ),
    "reports/<int:report_id>/reroute/": Row(  # nothing is suggested for it: tests/integration/console/test_reroutes.py
        lambda t: f"/reports/{t.report.pk}/reroute/", method="post", data=lambda _: {"suggestion": "1", "verb": "take"},
        roles=frozenset(),
    ),
    "reports/<int:report_id>/priority/": Row(
        lambda t: f"/reports/{t.report.pk}/priority/", method="post", data=lambda _: {"act": "raise", "why": "The mother called"},
        roles=REPORTS, relations=HELD, gets=REDIRECT, refused=403,
    ),
    "reports/<int:report_id>/mask/": Row(
        lambda t: f"/reports/{t.report.pk}/mask/", method="post", roles=REPORTS, relations=HELD, gets=REDIRECT
    ),
    # to the desk above, which held it once, it says that the report lies elsewhere
    "reports/<int:report_id>/preservation/": Row(
        lambda t: f"/reports/{t.report.pk}/preservation/", method="post", roles=REPORTS, relations=HELD, gets=REDIRECT,
        data=lambda t: {
            "sighting": t.report.log_clocks.values_list("sighting", flat=True)[0], "kind": "asked", "day": "2026-11-20",
            "reference": "Letter 1",
        },
    ),
    # to the desk above it says that the steps are ticked elsewhere
    "reports/<int:report_id>/step/": Row(
        lambda t: f"/reports/{t.report.pk}/step/", method="post", roles=REPORTS, relations=HELD, gets=REDIRECT,
        data=lambda _: {"step": "deconflict", "standing": "done"},
    ),
    "reports/<int:report_id>/finding/": Row(
        lambda t: f"/reports/{t.report.pk}/finding/?file={t.report.files.earliest('id').wire_id}", roles=REPORTS, relations=HELD
    ),
    "reports/<int:report_id>/summary.pdf": Row(
        lambda t: f"/reports/{t.report.pk}/summary.pdf", roles=REPORTS, relations=HELD
    ),
    "reports/<int:report_id>/export/": Row(
        lambda t: f"/reports/{t.report.pk}/export/", roles=MAY[Can.EXPORT], relations=HELD, shows=True
    ),
    "reports/<int:report_id>/map/": Row(lambda t: f"/reports/{t.report.pk}/map/", roles=REPORTS, relations=HELD),
    "reports/<int:report_id>/linked/map/": Row(
        lambda t: f"/reports/{t.report.pk}/linked/map/", roles=REPORTS, relations=HELD
    ),
    "clusters/<int:report_id>/": Row(lambda t: f"/clusters/{t.report.pk}/", roles=REPORTS, relations=HELD, shows=True),
    "clusters/<int:report_id>/graph.json": Row(
        lambda t: f"/clusters/{t.report.pk}/graph.json", roles=REPORTS, relations=HELD, shows=True
    ),
    "clusters/<int:report_id>/export/": Row(
        lambda t: f"/clusters/{t.report.pk}/export/", roles=MAY[Can.EXPORT], relations=HELD, shows=True
    ),
    "clusters/<int:report_id>/<slug:verb>/<int:which>/": Row(
        lambda t: f"/clusters/{t.report.pk}/tie/0/", roles=REPORTS, relations=HELD
    ),
    "map/": Row(_fixed("/map/")),
    "unmaskings/": Row(_fixed("/unmaskings/"), roles=MAY[Can.REVIEW_UNMASKING]),
    "unmaskings/<int:unmasking_id>/review/": Row(
        lambda t: f"/unmaskings/{t.unmasking.pk}/review/", method="post", roles=MAY[Can.REVIEW_UNMASKING], relations=OWN,
        gets=REDIRECT,
    ),
    "cases/": Row(_fixed("/cases/")),
    "cases/<int:case_id>/": Row(
        lambda t: f"/cases/{t.case.pk}/", roles=REPORTS, relations=OWN, assigned=True, shows=True
    ),
    "cases/<int:case_id>/people/": Row(
        lambda t: f"/cases/{t.case.pk}/people/", method="post", roles=MAY[Can.ASSIGN_CASES], relations=OWN,
        data=lambda t: {"person": t.colleague.email}, gets=REDIRECT, refused=404,
    ),
    "cases/<int:case_id>/clocks/": Row(
        lambda t: f"/cases/{t.case.pk}/clocks/", roles=REPORTS, relations=OWN, assigned=True
    ),
    "clocks/": Row(_fixed("/clocks/")),
    "clocks/clocks.ics": Row(_fixed("/clocks/clocks.ics")),
    "clocks/rules/": Row(_fixed("/clocks/rules/")),
    # of nobody: tests/integration/investigation/test_clocks.py
    "clocks/<int:clock_id>/": Row(
        _fixed("/clocks/987654/"), method="post", data=lambda _: {"verb": "finish", "reason": "x"}, relations=frozenset(),
        roles=frozenset(), refused=404,
    ),
    "cases/<int:case_id>/requests/": Row(
        lambda t: f"/cases/{t.case.pk}/requests/", roles=REPORTS, relations=OWN, assigned=True, shows=True
    ),
    "cases/<int:case_id>/requests/draft/": Row(
        lambda t: f"/cases/{t.case.pk}/requests/draft/", method="post", roles=MAY[Can.WORK_CASES], relations=OWN, assigned=True,
        data=lambda t: {"kind": "production"}, gets=REDIRECT, refused=403,
    ),
    "cases/<int:case_id>/requests/send/": Row(
        lambda t: f"/cases/{t.case.pk}/requests/send/", method="post", roles=MAY[Can.WORK_CASES], relations=OWN, assigned=True,
        gets=frozenset({422}), refused=403,  # nothing is ticked
    ),
    "cases/<int:case_id>/requests/<int:request_id>/": Row(
        lambda t: f"/cases/{t.case.pk}/requests/{t.request_id}/", roles=REPORTS, relations=OWN, assigned=True, shows=True
    ),
    # nobody else's alert, whatever the number: tests/integration/investigation/test_requests.py
    "requests/seen/": Row(
        _fixed("/requests/seen/"), method="post", data=lambda _: {"alert": "1"}, roles=MAY[Can.WORK_CASES],
        relations=frozenset(), refused=403,
    ),
    "requests/": Row(_fixed("/requests/"), roles=REPORTS, refused=403),
    "requests/rates/": Row(_fixed("/requests/rates/"), roles=REPORTS | MAY[Can.SEE_COUNTS], refused=403),
    "holders/": Row(_fixed("/holders/")),
    "holders/<path:key>/": Row(_fixed("/holders/pictogram/")),
    "cases/<int:case_id>/replies/": Row(
        lambda t: f"/cases/{t.case.pk}/replies/", roles=REPORTS, relations=OWN, assigned=True, shows=True
    ),
    "cases/<int:case_id>/replies/upload/": Row(
        lambda t: f"/cases/{t.case.pk}/replies/upload/", method="post", roles=MAY[Can.WORK_CASES], relations=OWN, assigned=True,
        gets=frozenset({422}),  # "choose a file"
    ),
    "cases/<int:case_id>/replies/<int:number>/": Row(
        lambda t: f"/cases/{t.case.pk}/replies/1/", roles=REPORTS, relations=OWN, assigned=True, shows=True
    ),
    "cases/<int:case_id>/replies/<int:number>/act/": Row(
        lambda t: f"/cases/{t.case.pk}/replies/1/act/", method="post", roles=MAY[Can.WORK_CASES], relations=OWN, assigned=True,
        data=lambda _: {"verb": "reject", "why": "Not ours"}, gets=REDIRECT,
    ),
    "cases/<int:case_id>/replies/<int:number>/problems.csv": Row(
        lambda t: f"/cases/{t.case.pk}/replies/1/problems.csv", roles=REPORTS, relations=OWN, assigned=True
    ),
    "cases/<int:case_id>/exhibits/": Row(
        lambda t: f"/cases/{t.case.pk}/exhibits/", roles=REPORTS, relations=OWN, assigned=True, shows=True
    ),
    # who sees the case but writes in none gets 404; an analyst of the agency is one
    "cases/<int:case_id>/exhibits/new/": Row(
        lambda t: f"/cases/{t.case.pk}/exhibits/new/", roles=MAY[Can.WORK_CASES], relations=OWN, assigned=True, shows=True
    ),
    "cases/<int:case_id>/exhibits/reported-file/": Row(
        lambda t: f"/cases/{t.case.pk}/exhibits/reported-file/", method="post", roles=MAY[Can.WORK_CASES], relations=OWN,
        assigned=True, gets=REDIRECT,
        data=lambda t: {"file": f"{t.report.pk}:{t.report.files.order_by('id').values_list('wire_id', flat=True)[0]}"},
    ),
    "cases/<int:case_id>/exhibits/numbering/": Row(
        lambda t: f"/cases/{t.case.pk}/exhibits/numbering/", method="post", roles=MAY[Can.ASSIGN_CASES], relations=OWN,
        data=lambda _: {"pattern": "MR-{n}"}, gets=REDIRECT, refused=403,
    ),
    "cases/<int:case_id>/exhibits/<int:exhibit_id>/": Row(
        lambda t: f"/cases/{t.case.pk}/exhibits/{_exhibit(t)}/", roles=REPORTS, relations=OWN, assigned=True, shows=True
    ),
    "cases/<int:case_id>/exhibits/<int:exhibit_id>/custody/": Row(
        lambda t: f"/cases/{t.case.pk}/exhibits/{_exhibit(t)}/custody/", method="post", roles=MAY[Can.WORK_CASES],
        relations=OWN, assigned=True, gets=REDIRECT, data=lambda _: {"kind": "moved", "at": "2026-06-01T10:00", "place": "Store"},
    ),
    "cases/<int:case_id>/exhibits/<int:exhibit_id>/hashes/": Row(
        lambda t: f"/cases/{t.case.pk}/exhibits/{_exhibit(t)}/hashes/", roles=MAY[Can.WORK_CASES], relations=OWN,
        assigned=True, shows=True,
    ),
    "cases/<int:case_id>/exhibits/<int:exhibit_id>/finding/": Row(
        lambda t: f"/cases/{t.case.pk}/exhibits/{_exhibit(t)}/finding/", roles=MAY[Can.WORK_CASES], relations=OWN, assigned=True,
        shows=True,
    ),
    "cases/<int:case_id>/exhibits/<int:exhibit_id>/label.pdf": Row(
        lambda t: f"/cases/{t.case.pk}/exhibits/{_exhibit(t)}/label.pdf", roles=REPORTS, relations=OWN, assigned=True, shows=True
    ),
    "cases/<int:case_id>/exhibits/<int:exhibit_id>/custody.pdf": Row(
        lambda t: f"/cases/{t.case.pk}/exhibits/{_exhibit(t)}/custody.pdf", roles=REPORTS, relations=OWN, assigned=True, shows=True
    ),
    "cases/<int:case_id>/export/": Row(
        lambda t: f"/cases/{t.case.pk}/export/", roles=MAY[Can.EXPORT], relations=OWN, assigned=True, shows=True
    ),
    "cases/<int:case_id>/outcome/": Row(
        lambda t: f"/cases/{t.case.pk}/outcome/", roles=REPORTS, relations=OWN, assigned=True, shows=True
    ),
    # a desk officer who is assigned gets it too: tests/integration/investigation/test_safeguarding.py
    "cases/<int:case_id>/safeguarding/": Row(
        lambda t: f"/cases/{t.case.pk}/safeguarding/", roles=frozenset({Role.INVESTIGATOR, Role.SUPERVISOR}), relations=OWN,
        assigned=True, refused=403, shows=True,
    ),
    "reports/<int:report_id>/outcome/": Row(
        lambda t: f"/reports/{t.report.pk}/outcome/", roles=MAY[Can.WORK_DESK], relations=HELD, refused=403
    ),
    "outcomes/": Row(_fixed("/outcomes/"), roles=REPORTS, refused=403),
    # nobody's outcome and nobody's reminder, whatever the number: tests/integration/investigation/test_outcomes.py
    "outcomes/<int:outcome_id>/withdraw/": Row(_fixed("/outcomes/1/withdraw/"), roles=REPORTS, relations=frozenset()),
    "outcomes/reminders/seen/": Row(
        _fixed("/outcomes/reminders/seen/"), method="post", data=lambda _: {"reminder": "1"}, roles=MAY[Can.WORK_DESK],
        relations=frozenset(), refused=403,
    ),
    "log/": Row(_fixed("/log/"), roles=MAY[Can.SEE_LOG], numbers=True),
    "log/checkpoints/": Row(_fixed("/log/checkpoints/"), roles=MAY[Can.SEE_LOG]),
    "log/<int:entry_id>/proof/": Row(  # not under a checkpoint yet, which is said to those who may know of it
        lambda t: f"/log/{_entry(t)}/proof/", roles=MAY[Can.SEE_LOG], relations=OWN, gets=REDIRECT
    ),
    "cases/<int:case_id>/letters/": Row(
        lambda t: f"/cases/{t.case.pk}/letters/", roles=REPORTS, relations=OWN, assigned=True
    ),
    "cases/<int:case_id>/letters/set/": Row(
        lambda t: f"/cases/{t.case.pk}/letters/set/", method="post", data=lambda _: {"language": "mr"},
        roles=MAY[Can.WORK_CASES], relations=OWN, assigned=True, gets=REDIRECT, refused=404,
    ),
    "cases/<int:case_id>/letters/make/": Row(
        lambda t: f"/cases/{t.case.pk}/letters/make/", method="post", data=lambda _: {"form": "fir|", "language": "hi"},
        roles=MAY[Can.WORK_CASES], relations=OWN, assigned=True, gets=REDIRECT, refused=404,
    ),
    "cases/<int:case_id>/letters/all.<str:kind>.zip": Row(
        lambda t: f"/cases/{t.case.pk}/letters/all.pdf.zip", roles=REPORTS, relations=OWN, assigned=True
    ),
    "cases/<int:case_id>/letters/<int:letter_id>/": Row(
        lambda t: f"/cases/{t.case.pk}/letters/{_letter(t)}/", roles=REPORTS, relations=OWN, assigned=True, shows=True
    ),
    "cases/<int:case_id>/letters/<int:letter_id>/edit/": Row(
        lambda t: f"/cases/{t.case.pk}/letters/{_letter(t)}/edit/", roles=REPORTS, relations=OWN, assigned=True
    ),
    "cases/<int:case_id>/letters/<int:letter_id>/act/": Row(
        lambda t: f"/cases/{t.case.pk}/letters/{_letter(t)}/act/", method="post", data=lambda _: {"verb": "afresh"},
        roles=REPORTS, relations=OWN, assigned=True, gets=REDIRECT,
    ),
    "cases/<int:case_id>/letters/<int:letter_id>/letter.<str:kind>": Row(
        lambda t: f"/cases/{t.case.pk}/letters/{_letter(t)}/letter.odt", roles=REPORTS, relations=OWN, assigned=True
    ),
    "cases/<int:case_id>/close/": Row(
        lambda t: f"/cases/{t.case.pk}/close/", roles=REPORTS, relations=OWN, assigned=True, shows=True,
    ),
    "cases/<int:case_id>/diary/": Row(
        lambda t: f"/cases/{t.case.pk}/diary/", roles=REPORTS, relations=OWN, assigned=True, shows=True
    ),
    "cases/<int:case_id>/diary.pdf": Row(
        lambda t: f"/cases/{t.case.pk}/diary.pdf", roles=REPORTS, relations=OWN, assigned=True, shows=True
    ),
    "cases/<int:case_id>/persons/": Row(
        lambda t: f"/cases/{t.case.pk}/persons/", roles=REPORTS, relations=OWN, assigned=True, shows=True
    ),
    "cases/<int:case_id>/tasks/": Row(
        lambda t: f"/cases/{t.case.pk}/tasks/", roles=REPORTS, relations=OWN, assigned=True, shows=True
    ),
    "cases/<int:case_id>/registration/": Row(
        lambda t: f"/cases/{t.case.pk}/registration/", roles=REPORTS, relations=OWN, assigned=True, shows=True
    ),
    "cases/<int:case_id>/links/": Row(
        lambda t: f"/cases/{t.case.pk}/links/", roles=REPORTS, relations=OWN, assigned=True, shows=True
    ),
    "cases/transfers/": Row(_fixed("/cases/transfers/"), shows=True),
    "cases/transfers/<int:transfer_id>/": Row(  # of the two agencies: what the receiver is told of the case, and no more
        lambda t: f"/cases/transfers/{t.transfer}/", roles=MAY[Can.SEE_ALL_CASES] - {Role.ANALYST},  # no party to it
        relations=OFFERED, shows=True,
    ),
    "tasks/": Row(_fixed("/tasks/")),
    "retention/": Row(_fixed("/retention/"), roles=RETENTION, refused=403),
    "retention/hold/": Row(
        lambda t: f"/retention/hold/?report={t.report.pk}", roles=RETENTION, relations=HELD, refused=403
    ),
    "retention/holds/<int:hold_id>/lift/": Row(
        lambda t: f"/retention/holds/{t.hold_id}/lift/", roles=RETENTION, relations=HELD, refused=403
    ),
    "retention/order/": Row(
        lambda t: f"/retention/order/?report={t.report.pk}", roles=RETENTION, relations=HELD, refused=403, shows=True
    ),
    "retention/orders/<int:number>/": Row(
        lambda t: f"/retention/orders/{t.order}/", method="post", data=lambda t: {"verb": "confirm"}, roles=RETENTION,
        relations=OWN, refused=403, gets=REDIRECT,
    ),
    "retention/certificates/<int:number>/": Row(
        lambda t: f"/retention/certificates/{t.certificate}/", roles=RETENTION, relations=OWN, refused=403
    ),
    "retention/certificates/<int:number>.json": Row(
        lambda t: f"/retention/certificates/{t.certificate}.json", roles=RETENTION, relations=OWN, refused=403
    ),
    # only for who is named: tests/integration/investigation/test_operations.py
    "operations/": Row(_fixed("/operations/")),
    "operations/new/": Row(_fixed("/operations/new/"), roles=MAY[Can.RUN_OPERATIONS], refused=403),
    "operations/<slug:code>/": _of_operation(""),
    "operations/<slug:code>/people/": _of_operation("people/"),
    "operations/<slug:code>/cases/": _of_operation("cases/", shows=True),
    "operations/<slug:code>/rules/": _of_operation("rules/"),
    "operations/<slug:code>/tasks/": _of_operation("tasks/"),
    "operations/<slug:code>/days/": _of_operation("days/"),
    "operations/<slug:code>/days/<int:day_id>/": Row(
        lambda t: f"/operations/{t.operation}/days/{t.day}/", roles=REPORTS, relations=OWN
    ),
    "operations/<slug:code>/report/": _of_operation("report/"),
    "operations/<slug:code>/report.pdf": _of_operation("report.pdf"),
    "operations/<slug:code>/briefing.pdf": _of_operation("briefing.pdf"),
    "operations/<slug:code>/figures/<slug:name>/": _of_operation("figures/cases/", shows=True),
    "counts/": Row(_fixed("/counts/"), roles=COUNTS, refused=403),
    "statistics/": Row(_fixed("/statistics/"), roles=COUNTS, refused=403),
    "statistics/figures/<str:name>/": Row(
        _fixed("/statistics/figures/funnel/?by=district&beside=year"), roles=COUNTS, refused=403
    ),
    "statistics/figures/<str:name>/chart.<str:kind>": Row(
        _fixed("/statistics/figures/funnel/chart.svg"), roles=COUNTS, refused=403
    ),
    "statistics/figures/<str:name>/table.<str:kind>": Row(
        _fixed("/statistics/figures/funnel/table.csv"), roles=COUNTS, refused=403
    ),
    "statistics/kept/": Row(_fixed("/statistics/kept/"), roles=COUNTS, refused=403),
    "statistics/reports/": Row(_fixed("/statistics/reports/"), roles=COUNTS, refused=403),
    "statistics/transparency/": Row(_fixed("/statistics/transparency/"), roles=COUNTS, refused=403),
    "statistics/returns/": Row(_fixed("/statistics/returns/"), roles=COUNTS, refused=403),
    "statistics/returns/<str:name>/return.<str:kind>": Row(
        _fixed("/statistics/returns/in-crime-in-india/return.csv"), roles=COUNTS, refused=403
    ),
    # nobody's: tests/integration/statistics has those of somebody
    "statistics/kept/<int:number>/": Row(
        _fixed("/statistics/kept/987654/"), roles=COUNTS, relations=frozenset(), refused=403
    ),
    "statistics/reports/<int:number>/end/": Row(
        _fixed("/statistics/reports/987654/end/"), method="post", roles=COUNTS, relations=frozenset(), refused=403
    ),
    "statistics/files/<int:number>/": Row(
        _fixed("/statistics/files/987654/"), roles=COUNTS, relations=frozenset(), refused=403
    ),
    "statistics/transparency/<int:number>/": Row(
        _fixed("/statistics/transparency/987654/"), roles=COUNTS, relations=frozenset(), refused=403
    ),
    "statistics/transparency/<int:number>/preview.pdf": Row(
        _fixed("/statistics/transparency/987654/preview.pdf"), roles=COUNTS, relations=frozenset(), refused=403
    ),
    "account/tokens/": Row(_fixed("/account/tokens/")),
    "account/tokens/new/": Row(_fixed("/account/tokens/new/")),
    "account/tokens/<int:token_id>/revoke/": Row(  # somebody else's
        lambda t: f"/account/tokens/{t.colleague.tokens.get().pk}/revoke/", method="post", roles=frozenset()
    ),
    "hashes/": Row(_fixed("/hashes/"), roles=MAY[Can.FIND_HASHES], refused=403),
    "hashes/new/": Row(_fixed("/hashes/new/"), roles=MAY[Can.PUBLISH_HASHES], refused=403),
    "hashes/<int:list_id>/": Row(
        lambda t: f"/hashes/{t.hash_list}/", roles=MAY[Can.FIND_HASHES], relations=OWN, refused=403
    ),
    # of nobody: tests/integration/console/test_hash_lists.py
    "hashes/<int:list_id>/act/": Row(
        _fixed("/hashes/987654/act/"), method="post", roles=MAY[Can.PUBLISH_HASHES], relations=frozenset(), refused=403
    ),
    "hashes/<int:list_id>/subscriber/": Row(
        _fixed("/hashes/987654/subscriber/"), method="post", roles=MAY[Can.PUBLISH_HASHES], relations=frozenset(), refused=403
    ),
    "hashes/known/": Row(_fixed("/hashes/known/"), roles=SEE_KNOWN, refused=403),
    "hashes/known/new/": Row(_fixed("/hashes/known/new/"), roles=MAY[Can.MANAGE_KNOWN_HASHES], refused=403),
    "hashes/known/<int:list_id>/": Row(
        lambda t: f"/hashes/known/{t.known_list}/", roles=SEE_KNOWN, relations=OWN, refused=403
    ),
    "hashes/known/<int:list_id>/imports/<int:import_id>/": Row(
        lambda t: f"/hashes/known/{t.known_list}/imports/{t.list_import}/", roles=SEE_KNOWN, relations=OWN, refused=403
    ),
    # of nobody: tests/integration/console/test_known_lists.py
    "hashes/known/<int:list_id>/file/": Row(
        _fixed("/hashes/known/987654/file/"), method="post", roles=MAY[Can.MANAGE_KNOWN_HASHES], relations=frozenset(), refused=403
    ),
    "hashes/known/<int:list_id>/act/": Row(
        _fixed("/hashes/known/987654/act/"), method="post", roles=MAY[Can.MANAGE_KNOWN_HASHES], relations=frozenset(), refused=403
    ),
    "hashes/findings/<int:number>/withdraw/": Row(
        _fixed("/hashes/findings/987654/withdraw/"), method="post", roles=MAY[Can.FIND_HASHES], relations=frozenset(), refused=403
    ),
    "webhooks/": Row(_fixed("/webhooks/"), roles=MAY[Can.MANAGE_PEOPLE], refused=403),
    "webhooks/new/": Row(_fixed("/webhooks/new/"), roles=MAY[Can.MANAGE_PEOPLE], refused=403),
    # of nobody: tests/integration/exchange/test_webhooks.py
    "webhooks/<int:webhook_id>/act/": Row(
        _fixed("/webhooks/987654/act/"), method="post", roles=MAY[Can.MANAGE_PEOPLE], relations=frozenset(), refused=403
    ),
    "agencies/": Row(_fixed("/agencies/")),
    "agencies/<str:code>/": Row(_fixed("/agencies/IN-MH-JALGAON/")),
    "agencies/<str:code>/standing-rule/": Row(
        _fixed("/agencies/IN-MH-JALGAON/standing-rule/"), method="post", data=lambda _: {"action": "hold"}, roles=ROUTING,
        relations=OWN, refused=403, gets=REDIRECT,
    ),
    "agencies/<str:code>/hours/": Row(
        _fixed("/agencies/IN-MH-JALGAON/hours/"), roles=ROUTING, relations=OWN, refused=403
    ),
    "agencies/<str:code>/case-numbers/": Row(
        _fixed("/agencies/IN-MH-JALGAON/case-numbers/"), roles=ROUTING, relations=OWN, refused=403
    ),
    "agencies/<str:code>/letterhead/": Row(
        _fixed("/agencies/IN-MH-JALGAON/letterhead/"), roles=ROUTING | MAY[Can.MANAGE_PEOPLE], relations=OWN, refused=403
    ),
    # to other installations: tests/integration/console/test_exchange.py; an administrator of the clearinghouse manages links
    "exchange/": Row(_fixed("/exchange/"), roles=MAY[Can.WORK_DESK], gets=REDIRECT, refused=403),
    "packages/": Row(_fixed("/packages/"), roles=MAY[Can.WORK_DESK], refused=403),
    "packages/new/": Row(_fixed("/packages/new/"), roles=MAY[Can.WORK_DESK] & MAY[Can.EXPORT], refused=403),
    "packages/receive/": Row(_fixed("/packages/receive/"), roles=MAY[Can.WORK_DESK], refused=403),
    "packages/receipt/": Row(
        _fixed("/packages/receipt/"), method="post", roles=MAY[Can.WORK_DESK], gets=frozenset({422}), refused=403
    ),
    "packages/taken/<uuid:uid>/receipt.json": Row(
        _fixed("/packages/taken/00000000-0000-4000-8000-000000000001/receipt.json"), roles=MAY[Can.WORK_DESK],
        relations=frozenset(), refused=403,
    ),
    "agreements/": Row(_fixed("/agreements/"), roles=MAY[Can.WORK_DESK], refused=403),
    "agreements/new/": Row(_fixed("/agreements/new/"), roles=ROUTING, refused=403),
    "agreements/proposals/<int:proposal_id>/": Row(
        _fixed("/agreements/proposals/987654/"), method="post", roles=ROUTING, relations=frozenset(), refused=403
    ),
    "agreements/<str:giver>/<str:taker>/": Row(
        _fixed("/agreements/IN-MH-JALGAON/IN-MH-DHULE/"), roles=MAY[Can.WORK_DESK], relations=OWN, refused=403
    ),
    "agreements/<str:giver>/<str:taker>/end/": Row(
        _fixed("/agreements/IN-MH-CYBER/IN-MH-JALGAON/end/"), method="post", roles=ROUTING, relations=frozenset({"above"}),
        gets=REDIRECT, refused=403,
    ),
    "links/": Row(_fixed("/links/"), roles=MAY[Can.WORK_DESK], refused=403),
    "links/add/": Row(_fixed("/links/add/"), method="post", roles=frozenset(), refused=403),
    "links/descriptor.json": Row(_fixed("/links/descriptor.json"), roles=frozenset(), refused=403),
    "links/alerts/<int:alert_id>/seen/": Row(
        _fixed("/links/alerts/1/seen/"), method="post", roles=frozenset(), refused=403
    ),
    "links/peers/<slug:name>/": Row(
        _fixed("/links/peers/nobody/"), roles=MAY[Can.WORK_DESK], relations=frozenset(), refused=403
    ),
    "links/peers/<slug:name>/act/": Row(
        _fixed("/links/peers/nobody/act/"), method="post", roles=frozenset(), refused=403
    ),
    # rules are the business of desks that hand down: a district's supervisor gets 404
    "routing/": Row(_fixed("/routing/"), roles=ROUTING, relations=HAND_DOWN, refused=403),
    "routing/draft/": Row(_fixed("/routing/draft/"), roles=ROUTING, relations=HAND_DOWN, refused=403),
    "routing/what-if/": Row(_fixed("/routing/what-if/"), roles=ROUTING, relations=HAND_DOWN, refused=403),
    "routing/rules/<int:number>/": Row(_fixed("/routing/rules/1/"), roles=ROUTING, relations=HAND_DOWN, refused=403),
    "routing/rules/<int:number>/text/": Row(  # in force: its text does not change
        _fixed("/routing/rules/1/text/"), roles=ROUTING, relations=HAND_DOWN, refused=403, gets=frozenset({404})
    ),
    "routing/rules/<int:number>/preview/": Row(
        _fixed("/routing/rules/1/preview/"), method="post", roles=ROUTING, relations=HAND_DOWN, refused=403,
        gets=frozenset({422}),
    ),
    "routing/rules/<int:number>/release/": Row(
        _fixed("/routing/rules/1/release/"), method="post", roles=ROUTING, relations=HAND_DOWN, refused=403,
        gets=frozenset({422}),
    ),
    "routing/rules/<int:number>/roll-back/": Row(
        _fixed("/routing/rules/1/roll-back/"), method="post", data=lambda _: {"note": "x"}, roles=ROUTING,
        relations=HAND_DOWN, refused=403, gets=frozenset({422}),
    ),
    "routing/previews/<int:preview_id>/": Row(  # of nobody: each sees their own agency's (test_routing.py)
        _fixed("/routing/previews/1/"), roles=ROUTING, relations=HAND_DOWN, refused=403, gets=frozenset({404})
    ),
    "triage/": Row(_fixed("/triage/"), roles=ROUTING, relations=HAND_DOWN, refused=403),
    "triage/draft/": Row(_fixed("/triage/draft/"), roles=ROUTING, relations=HAND_DOWN, refused=403),
    "triage/rules/<str:version>/": Row(_fixed("/triage/rules/IN-1/"), roles=REPORTS, refused=403),
    # of nobody: tests/integration/console/test_triage_screens.py
    "triage/sets/<int:number>/": Row(
        _fixed("/triage/sets/987654/"), roles=ROUTING, relations=frozenset(), refused=403
    ),
    "triage/sets/<int:number>/weights/": Row(
        _fixed("/triage/sets/987654/weights/"), roles=ROUTING, relations=frozenset(), refused=403
    ),
    "triage/sets/<int:number>/simulate/": Row(
        _fixed("/triage/sets/987654/simulate/"), method="post", roles=ROUTING, relations=frozenset(), refused=403
    ),
    "triage/sets/<int:number>/release/": Row(
        _fixed("/triage/sets/987654/release/"), method="post", roles=ROUTING, relations=frozenset(), refused=403
    ),
    "triage/sets/<int:number>/roll-back/": Row(  # the rules that come with Tipline are in force already
        _fixed("/triage/sets/0/roll-back/"), method="post", data=lambda _: {"note": "x"}, roles=ROUTING,
        relations=HAND_DOWN, refused=403, gets=frozenset({422}),
    ),
    "triage/simulations/<int:simulation_id>/": Row(
        _fixed("/triage/simulations/987654/"), roles=ROUTING, relations=frozenset(), refused=403
    ),
    "triage/fairness/": Row(_fixed("/triage/fairness/"), roles=REPORTS, refused=403),
    "triage/fairness/table.csv": Row(
        _fixed("/triage/fairness/table.csv"), roles=REPORTS & MAY[Can.EXPORT], refused=403
    ),
    "confirm/": Row(_fixed("/confirm/")),
    "account/": Row(_fixed("/account/")),
    "account/password/": Row(_fixed("/account/password/")),
    "account/authenticator/": Row(_fixed("/account/authenticator/")),
    "account/passkey/": Row(_fixed("/account/passkey/")),
    "account/recovery-codes/": Row(_fixed("/account/recovery-codes/"), method="post", gets=REDIRECT),
    # nobody else's factor or session, whatever the number
    "account/factors/<int:factor_id>/": Row(_fixed("/account/factors/1/"), method="post", gets=frozenset({404})),
    "account/sessions/": Row(
        _fixed("/account/sessions/"), method="post", data=lambda _: {"session": "1"}, gets=frozenset({404})
    ),
    "people/": Row(_fixed("/people/"), roles=MAY[Can.MANAGE_PEOPLE], refused=403),
    "people/add/": Row(_fixed("/people/add/"), roles=MAY[Can.MANAGE_PEOPLE], refused=403),
    "people/<int:person_id>/": Row(
        lambda t: f"/people/{t.colleague.pk}/", roles=MAY[Can.MANAGE_PEOPLE], relations=OWN, refused=403
    ),
    "people/<int:person_id>/act/": Row(
        lambda t: f"/people/{t.colleague.pk}/act/", method="post", roles=MAY[Can.MANAGE_PEOPLE], relations=OWN, refused=403,
        data=lambda _: {"verb": "unlock"}, gets=REDIRECT,
    ),
    # of the clearinghouse, which none of these oversees: tests/integration/console/test_providers.py
    "providers/": Row(_fixed("/providers/"), roles=MAY[Can.MANAGE_PROVIDERS], refused=403),
    "providers/<int:provider_id>/": Row(
        lambda t: f"/providers/{t.report.reporter_id}/", roles=MAY[Can.MANAGE_PROVIDERS], relations=frozenset(), refused=403
    ),
    "providers/<int:provider_id>/limits/": Row(
        lambda t: f"/providers/{t.report.reporter_id}/limits/", roles=MAY[Can.MANAGE_PROVIDERS], relations=frozenset(),
        refused=403,
    ),
    "providers/alerts/<int:alert_id>/acknowledge/": Row(
        _fixed("/providers/alerts/1/acknowledge/"), method="post",
        roles=MAY[Can.MANAGE_PROVIDERS], relations=frozenset(), refused=403,
    ),
    "components/": Row(_fixed("/components/")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ApiRow:
    """Who gets an endpoint of the JSON face with a token that has every scope.

    A role that is not named gets 403, as does a token without `scope`; a named role elsewhere than in `relations` gets 404.
    `names`: from where the answer names the report's account, or the case. `at`: where somebody with the first role gets it.
    """

    path: Callable[[Things], str]
    scope: TokenScope | None = None
    roles: frozenset[Role] = ALL
    relations: frozenset[str] = EVERYWHERE
    names: frozenset[str] = frozenset()
    assigned: bool = False
    not_assigned: bool = False  # an investigator gets 404, whatever they are assigned to
    at: str = "IN-MH-JALGAON"


def _api_of_list(page: str) -> ApiRow:
    return ApiRow(lambda t: f"/api/v1/hashes/{t.hash_list}{page}", TokenScope.HASHES, MAY[Can.FIND_HASHES], OWN)


def _api_of_operation(page: str, names: frozenset[str] = frozenset()) -> ApiRow:
    return ApiRow(lambda t: f"/api/v1/operations/{t.operation}{page}", TokenScope.OPERATIONS, REPORTS, OWN, names=names)


API: dict[str, ApiRow] = {
    "api/v1/me": ApiRow(_fixed("/api/v1/me")),
    "api/v1/agencies": ApiRow(_fixed("/api/v1/agencies")),
    "api/v1/hashes/lists": ApiRow(_fixed("/api/v1/hashes/lists"), TokenScope.HASHES, MAY[Can.FIND_HASHES]),
    "api/v1/hashes/known": ApiRow(_fixed("/api/v1/hashes/known"), TokenScope.HASHES, MAY[Can.FIND_HASHES]),
    "api/v1/hashes/known/<int:list_id>": ApiRow(
        lambda t: f"/api/v1/hashes/known/{t.known_list}", TokenScope.HASHES, MAY[Can.FIND_HASHES], OWN
    ),
    "api/v1/hashes/<int:number>/threat_privacy_groups_member": ApiRow(
        _fixed("/api/v1/hashes/1/threat_privacy_groups_member"), TokenScope.HASHES, MAY[Can.FIND_HASHES]
    ),
    **{
        f"api/v1/hashes/<int:list_id>{page}": _api_of_list(page)
        for page in ("", "/checkpoint", "/threat_updates", "/threat_updates/")
    },
    "api/v1/reports": ApiRow(_fixed("/api/v1/reports"), TokenScope.REPORTS, REPORTS),
    "api/v1/reports/<int:report_id>": ApiRow(
        lambda t: f"/api/v1/reports/{t.report.pk}", TokenScope.REPORTS, REPORTS, HELD, names=HELD
    ),
    "api/v1/reports/<int:report_id>/cluster": ApiRow(
        lambda t: f"/api/v1/reports/{t.report.pk}/cluster", TokenScope.REPORTS, REPORTS, HELD, names=HELD
    ),
    "api/v1/reports/<int:report_id>/graph": ApiRow(
        lambda t: f"/api/v1/reports/{t.report.pk}/graph", TokenScope.REPORTS, REPORTS, HELD, names=HELD
    ),
    "api/v1/suggestions": ApiRow(_fixed("/api/v1/suggestions"), TokenScope.REPORTS, REPORTS),
    "api/v1/cases": ApiRow(_fixed("/api/v1/cases"), TokenScope.CASES, REPORTS, names=OWN),
    "api/v1/cases/<int:case_id>": ApiRow(
        lambda t: f"/api/v1/cases/{t.case.pk}", TokenScope.CASES, REPORTS, OWN, names=OWN, assigned=True
    ),
    "api/v1/clocks": ApiRow(_fixed("/api/v1/clocks"), TokenScope.CASES, REPORTS, names=OWN),
    "api/v1/clocks.ics": ApiRow(_fixed("/api/v1/clocks.ics"), TokenScope.CASES, REPORTS, names=OWN),
    "api/v1/counts": ApiRow(_fixed("/api/v1/counts?agency=IN-MH-JALGAON"), TokenScope.COUNTS, MAY[Can.SEE_COUNTS], OWN),
    # for who is named in one: tests/integration/investigation/test_operations.py
    "api/v1/operations": ApiRow(_fixed("/api/v1/operations"), TokenScope.OPERATIONS, REPORTS),
    "api/v1/operations/<slug:code>": _api_of_operation(""),
    "api/v1/operations/<slug:code>/members": _api_of_operation("/members", names=OWN),
    "api/v1/operations/<slug:code>/board": _api_of_operation("/board"),
    "api/v1/operations/<slug:code>/figures": _api_of_operation("/figures"),
    "api/v1/log": ApiRow(_fixed("/api/v1/log"), TokenScope.LOG, MAY[Can.SEE_LOG], names=OWN),
    "api/v1/desk": ApiRow(_fixed("/api/v1/desk?tab=all"), TokenScope.REPORTS, REPORTS),
    "api/v1/desk/sent": ApiRow(_fixed("/api/v1/desk/sent"), TokenScope.REPORTS, REPORTS),
    "api/v1/desk/queue": ApiRow(_fixed("/api/v1/desk/queue"), TokenScope.REPORTS, REPORTS),
    "api/v1/desk/contacts": ApiRow(_fixed("/api/v1/desk/contacts"), TokenScope.REPORTS, REPORTS),
    "api/v1/desk/drafts": ApiRow(_fixed("/api/v1/desk/drafts"), TokenScope.REPORTS, REPORTS),
    "api/v1/reports/<int:report_id>/messages": ApiRow(
        lambda t: f"/api/v1/reports/{t.report.pk}/messages", TokenScope.REPORTS, REPORTS, HELD, names=HELD
    ),
    "api/v1/outcomes": ApiRow(_fixed("/api/v1/outcomes"), TokenScope.REPORTS, REPORTS),
    **{
        f"api/v1/cases/<int:case_id>/{page}": ApiRow(
            lambda t, page=page: f"/api/v1/cases/{t.case.pk}/{page}",  # type: ignore[misc]
            TokenScope.CASES,
            REPORTS,
            OWN,
            names=OWN if named else frozenset(),
            assigned=True,
        )
        for page, named in (
            ("state", True),
            ("diary", False),
            ("tasks", False),
            ("persons", False),
            ("clocks", True),
            ("requests", True),
            ("letters", False),
        )
    },
    "api/v1/cases/<int:case_id>/letters/<int:letter_id>/letter.pdf": ApiRow(
        lambda t: f"/api/v1/cases/{t.case.pk}/letters/{_letter(t)}/letter.pdf",
        TokenScope.CASES,
        REPORTS,
        OWN,
        assigned=True,
    ),
    **{
        f"api/v1/cases/<int:case_id>/{page}": ApiRow(path, TokenScope.CASES, REPORTS, OWN, names=names, assigned=True)
        for page, path, names in (
            ("tasks/<int:task_id>", lambda t: f"/api/v1/cases/{t.case.pk}/tasks/{_task(t)}", frozenset()),
            ("persons/<int:person_id>", lambda t: f"/api/v1/cases/{t.case.pk}/persons/{_person_of(t)}", frozenset()),
            ("requests/<int:request_id>", lambda t: f"/api/v1/cases/{t.case.pk}/requests/{t.request_id}", OWN),
            ("letters/<int:letter_id>", lambda t: f"/api/v1/cases/{t.case.pk}/letters/{_letter(t)}", frozenset()),
        )
    },
    "api/v1/clocks/<int:clock_id>": ApiRow(
        lambda t: f"/api/v1/clocks/{_clock(t)}", TokenScope.CASES, REPORTS, OWN, names=OWN, assigned=True
    ),
    "api/v1/transfers/<int:transfer_id>": ApiRow(  # not for an investigator, who sees single cases only
        lambda t: f"/api/v1/transfers/{t.transfer}",
        TokenScope.CASES,
        REPORTS,
        OFFERED,
        names=OFFERED,
        not_assigned=True,
    ),
    "api/v1/agreements": ApiRow(_fixed("/api/v1/agreements")),
    **{
        f"api/v1/packages/{page}": ApiRow(_fixed(f"/api/v1/packages/{page}"), TokenScope.PACKAGES, REPORTS)
        for page in ("sent", "taken", "refused")
    },
    "api/v1/packages/taken/<uuidstr:uid>/receipt": ApiRow(
        lambda t: f"/api/v1/packages/taken/{_package()}/receipt", TokenScope.PACKAGES, REPORTS, OWN
    ),
    "api/v1/links": ApiRow(_fixed("/api/v1/links"), TokenScope.LINKS, LINKS, frozenset(), at="US-NCMEC"),
    "api/v1/links/<slug:name>": ApiRow(
        lambda t: f"/api/v1/links/{_peer()}", TokenScope.LINKS, LINKS, frozenset(), at="US-NCMEC"
    ),
    "api/v1/descriptor": ApiRow(_fixed("/api/v1/descriptor"), TokenScope.LINKS, LINKS, frozenset(), at="US-NCMEC"),
    "api/v1/webhooks": ApiRow(_fixed("/api/v1/webhooks"), TokenScope.WEBHOOKS, WEBHOOKS),
    "api/v1/webhooks/<int:webhook_id>": ApiRow(
        lambda t: f"/api/v1/webhooks/{_webhook(t)}", TokenScope.WEBHOOKS, WEBHOOKS, OWN
    ),
    "api/v1/webhooks/<int:webhook_id>/deliveries": ApiRow(
        lambda t: f"/api/v1/webhooks/{_webhook(t)}/deliveries", TokenScope.WEBHOOKS, WEBHOOKS, OWN
    ),
    "api/v1/tasks": ApiRow(_fixed("/api/v1/tasks"), TokenScope.CASES, REPORTS),
    "api/v1/transfers": ApiRow(_fixed("/api/v1/transfers"), TokenScope.CASES, REPORTS, names=OFFERED),
    "api/v1/requests": ApiRow(_fixed("/api/v1/requests"), TokenScope.CASES, REPORTS, names=OWN),
    "api/v1/statistics/figures": ApiRow(_fixed("/api/v1/statistics/figures"), TokenScope.COUNTS, COUNTS),
    "api/v1/statistics/figures/<name>": ApiRow(
        _fixed("/api/v1/statistics/figures/funnel?agency=IN-MH-JALGAON"), TokenScope.COUNTS, COUNTS, OWN
    ),
}


@dataclass(frozen=True, slots=True)
class ApiAct:
    """An endpoint that writes: its scope, and a body that comes as far as asking for the thing itself."""

    path: Callable[[Things], str]
    scope: TokenScope
    body: Callable[[Things], Mapping[str, object]] = field(default=lambda _: {})


_WHY = {"why": "A reason"}
_AT = {"version": 1, "at": "2026-11-28T10:00:00+05:30", "channel": "post", "reference": "R/1"}
_EVIDENCE = {"kind": "document", "says": "A line", "source": "A page"}
_FIR = {"number": "1/2026", "registered_at": "2026-11-28T10:00:00+05:30", "station": "Jalgaon"}
_NONE_DRAFT = "00000000-0000-4000-8000-000000000000"
_MAYBE_NOT = 987654


def _on_the_desk(**more: object) -> Callable[[Things], Mapping[str, object]]:
    return lambda t: {"reports": [t.report.pk], **more}


def _in_the_case(page: str, scope: TokenScope = TokenScope.CASES_WRITE, **body: object) -> ApiAct:
    return ApiAct(lambda t: f"/api/v1/cases/{t.case.pk}/{page}", scope, lambda _: body)


_DESK = TokenScope.REPORTS_WRITE
_ASKS = TokenScope.REQUESTS_WRITE
_ENDS = TokenScope.OUTCOMES_WRITE
_HANDS = TokenScope.PACKAGES_WRITE
_KEEPS = TokenScope.LINKS_WRITE
_TELLS = TokenScope.WEBHOOKS_WRITE
# By their address as Django has it. Those of an address that can be read too are here as well.
ACTS: dict[str, ApiAct] = {
    **{
        f"api/v1/desk/{verb}": ApiAct(_fixed(f"/api/v1/desk/{verb}"), _DESK, _on_the_desk(**more))  # type: ignore[arg-type]
        for verb, more in {
            "acknowledge": {}, "accept": {"title": "Kites"}, "take-part": {}, "forward": {"agency": "IN-MH-PUNE"},
            "draft": {"agency": "IN-MH-PUNE"}, "return": {"reason": "other", "note": "A reason"}, "part": {},
            "invite": {"agency": "IN-BR-CYBER"}, "assign": {}, "wake": {}, "work": {}, "contacts": {},
            "snooze": {"until": "2199-01-01T00:00:00Z", "note": "A reason"}, "informational": {"note": "A reason"},
        }.items()
    },
    "api/v1/desk/hand-over": ApiAct(
        _fixed("/api/v1/desk/hand-over"), _DESK, lambda _: {"to": "nobody@agency.example", "note": "A reason"}
    ),
    "api/v1/desk/merge": ApiAct(
        _fixed("/api/v1/desk/merge"), _DESK,
        lambda t: {"reports": [t.report.pk, _MAYBE_NOT], "into": t.report.pk, "reason": "duplicate"},
    ),
    "api/v1/desk/split": ApiAct(
        _fixed("/api/v1/desk/split"), _DESK,
        lambda t: {"parts": [{"agency": code, "reports": [t.report.pk]} for code in ("IN-MH-PUNE", "IN-MH-JALGAON")]},
    ),
    "api/v1/desk/recall": ApiAct(
        _fixed("/api/v1/desk/recall"), _DESK, lambda _: {"referrals": [_MAYBE_NOT], "reason": "wrong_desk"}
    ),
    **{
        f"api/v1/desk/drafts/<uuidstr:draft_id>/{verb}": ApiAct(_fixed(f"/api/v1/desk/drafts/{_NONE_DRAFT}/{verb}"), _DESK)
        for verb in ("send", "discard")
    },
    "api/v1/reports/<int:report_id>/ties": ApiAct(
        lambda t: f"/api/v1/reports/{t.report.pk}/ties", _DESK, lambda _: {"other": _MAYBE_NOT, "why": "A reason"}
    ),
    "api/v1/reports/<int:report_id>/cuts": ApiAct(
        lambda t: f"/api/v1/reports/{t.report.pk}/cuts", _DESK, lambda _: {"identifier": _MAYBE_NOT, "why": "A reason"}
    ),
    **{
        f"api/v1/{what}/<int:{name}>/{verb}": ApiAct(
            _fixed(f"/api/v1/{what}/{_MAYBE_NOT}/{verb}"), _DESK, lambda _: _WHY
        )
        for what, name, verb in (("ties", "tie_id", "end"), ("cuts", "cut_id", "end"), ("cluster-changes", "change_id", "undo"))
    },
    "api/v1/reports/<int:report_id>/messages": ApiAct(
        lambda t: f"/api/v1/reports/{t.report.pk}/messages", _DESK, lambda _: {"text": "Thank you."}
    ),
    "api/v1/reports/<int:report_id>/priority": ApiAct(
        lambda t: f"/api/v1/reports/{t.report.pk}/priority", _DESK, lambda _: {"act": "raise", "why": "The mother called"}
    ),
    "api/v1/reports/<int:report_id>/told": ApiAct(
        lambda t: f"/api/v1/reports/{t.report.pk}/told", _DESK, lambda _: {"told": "looked_at"}
    ),
    "api/v1/cases/<int:case_id>/diary": _in_the_case("diary", text="A line"),
    "api/v1/cases/<int:case_id>/diary/<int:number>/correct": _in_the_case("diary/1/correct", text="A line"),
    "api/v1/cases/<int:case_id>/tasks": _in_the_case("tasks", title="A task"),
    "api/v1/cases/<int:case_id>/tasks/<int:task_id>": _in_the_case("tasks/987654"),
    "api/v1/cases/<int:case_id>/tasks/<int:task_id>/end": _in_the_case("tasks/987654/end", state="done"),
    "api/v1/cases/<int:case_id>/people": _in_the_case("people", person="nobody@agency.example"),
    "api/v1/cases/<int:case_id>/people/end": _in_the_case("people/end", person="nobody@agency.example"),
    "api/v1/cases/<int:case_id>/persons": _in_the_case("persons", name="K. Example", **_EVIDENCE),
    "api/v1/cases/<int:case_id>/persons/<int:person_id>/evidence": _in_the_case("persons/987654/evidence", **_EVIDENCE),
    "api/v1/cases/<int:case_id>/persons/<int:person_id>/propose": _in_the_case(
        "persons/987654/propose", evidence=[1], words="A reason"
    ),
    "api/v1/cases/<int:case_id>/persons/<int:person_id>/clear": _in_the_case("persons/987654/clear", **_WHY),
    "api/v1/cases/<int:case_id>/evidence/<int:evidence_id>/withdraw": _in_the_case("evidence/987654/withdraw", **_WHY),
    "api/v1/cases/<int:case_id>/proposals/<int:proposal_id>/take-back": _in_the_case("proposals/987654/take-back"),
    "api/v1/cases/<int:case_id>/officer": _in_the_case("officer", officer="nobody@agency.example"),
    "api/v1/cases/<int:case_id>/fir": _in_the_case("fir", **_FIR),
    "api/v1/cases/<int:case_id>/fir/correct": _in_the_case("fir/correct", **_FIR, **_WHY),
    "api/v1/cases/<int:case_id>/enquiry": _in_the_case(
        "enquiry", permitted_by="DSP Example", rank="dysp", permitted_at="2026-11-28T10:00:00+05:30", reference="1"
    ),
    "api/v1/cases/<int:case_id>/sections": _in_the_case("sections", section="pocso-13"),
    "api/v1/cases/<int:case_id>/sections/withdraw": _in_the_case("sections/withdraw", section="pocso-13", **_WHY),
    "api/v1/cases/<int:case_id>/reports": ApiAct(
        lambda t: f"/api/v1/cases/{t.case.pk}/reports", TokenScope.CASES_WRITE, _on_the_desk()
    ),
    "api/v1/cases/<int:case_id>/reports/<int:report_id>/move": ApiAct(
        lambda t: f"/api/v1/cases/{t.case.pk}/reports/{t.report.pk}/move", TokenScope.CASES_WRITE,
        lambda _: {"to_case": _MAYBE_NOT, "reason": "A reason"},
    ),
    "api/v1/cases/<int:case_id>/links": _in_the_case("links", case=_MAYBE_NOT, kind="related", **_WHY),
    "api/v1/cases/<int:case_id>/links/<int:link_id>/end": _in_the_case("links/987654/end"),
    "api/v1/cases/<int:case_id>/close": _in_the_case("close", reason="charge_sheet", text="A reason"),
    "api/v1/cases/<int:case_id>/reopen": _in_the_case("reopen", text="A reason"),
    "api/v1/cases/<int:case_id>/transfer": _in_the_case("transfer", agency="IN-BR-CYBER", reason="A reason"),
    "api/v1/cases/<int:case_id>/transfers/<int:transfer_id>/take-back": ApiAct(
        lambda t: f"/api/v1/cases/{t.case.pk}/transfers/{t.transfer}/take-back", TokenScope.CASES_WRITE
    ),
    "api/v1/transfers/<int:transfer_id>/accept": ApiAct(
        lambda t: f"/api/v1/transfers/{t.transfer}/accept", TokenScope.CASES_WRITE
    ),
    "api/v1/transfers/<int:transfer_id>/refuse": ApiAct(
        lambda t: f"/api/v1/transfers/{t.transfer}/refuse", TokenScope.CASES_WRITE, lambda _: _WHY
    ),
    **{
        f"api/v1/clocks/<int:clock_id>/{verb}": ApiAct(
            lambda t, verb=verb: f"/api/v1/clocks/{_clock(t)}/{verb}", TokenScope.CASES_WRITE,  # type: ignore[misc]
            lambda _, verb=verb: {} if verb == "resume" else _WHY,  # type: ignore[misc]
        )
        for verb in ("pause", "resume", "finish")
    },
    "api/v1/cases/<int:case_id>/requests": _in_the_case("requests", _ASKS, kind="production"),
    **{
        f"api/v1/cases/<int:case_id>/requests/<int:request_id>/{verb}": ApiAct(
            lambda t, verb=verb: f"/api/v1/cases/{t.case.pk}/requests/{t.request_id}/{verb}", _ASKS,  # type: ignore[misc]
            lambda _, more=more: more,  # type: ignore[misc]
        )
        for verb, more in {
            "sent": _AT, "reminded": _AT, "replied": {**_AT, "answer": "nothing"}, "renewed": _AT,
            "closed": {"version": 1, "remark": "A reason"}, "withdrawn": {"version": 1, "remark": "A reason"},
        }.items()
    },
    "api/v1/cases/<int:case_id>/letters": _in_the_case("letters", _ASKS, form="fir", language="en"),
    "api/v1/cases/<int:case_id>/letters/set": _in_the_case("letters/set", _ASKS, language="en"),
    **{
        f"api/v1/cases/<int:case_id>/letters/<int:letter_id>/{verb}": ApiAct(
            lambda t, verb=verb: f"/api/v1/cases/{t.case.pk}/letters/{_letter(t)}/{verb}", _ASKS,  # type: ignore[misc]
            lambda _, verb=verb: {"version": 1, **({"texts": {}} if verb == "edit" else {})},  # type: ignore[misc]
        )
        for verb in ("edit", "afresh", "withdraw")
    },
    "api/v1/cases/<int:case_id>/outcomes": _in_the_case("outcomes", _ENDS, what="fir_registered"),
    "api/v1/reports/<int:report_id>/outcomes": ApiAct(
        lambda t: f"/api/v1/reports/{t.report.pk}/outcomes", _ENDS, lambda _: {"what": "known_for_later"}
    ),
    "api/v1/packages": ApiAct(_fixed("/api/v1/packages"), _HANDS, lambda _: {"referrals": [_MAYBE_NOT]}),
    "api/v1/packages/verify": ApiAct(_fixed("/api/v1/packages/verify"), _HANDS),  # a body that is no package
    "api/v1/packages/receive": ApiAct(_fixed("/api/v1/packages/receive"), _HANDS),
    "api/v1/packages/receipts": ApiAct(_fixed("/api/v1/packages/receipts"), _HANDS, lambda _: {"receipt": "{}"}),
    "api/v1/links": ApiAct(_fixed("/api/v1/links"), _KEEPS, lambda _: {"descriptor": "{}"}),
    **{
        f"api/v1/links/<slug:name>/{verb}": ApiAct(_fixed(f"/api/v1/links/none-such/{verb}"), _KEEPS, lambda _, more=more: more)  # type: ignore[misc]
        for verb, more in {
            "suspend": _WHY, "resume": {}, "retry": {}, "keys/revoke": {"key": "a", **_WHY},
        }.items()
    },
    **{
        f"api/v1/webhooks/<int:webhook_id>/{verb}": ApiAct(lambda t, verb=verb: f"/api/v1/webhooks/{_webhook(t)}/{verb}", _TELLS)  # type: ignore[misc]
        for verb in ("test", "replay")
    },
    "api/v1/webhooks/<int:webhook_id>/deliveries/<int:delivery_id>/replay": ApiAct(
        lambda t: f"/api/v1/webhooks/{_webhook(t)}/deliveries/987654/replay", _TELLS
    ),
    "api/v1/outcomes/<int:outcome_id>/withdraw": ApiAct(
        _fixed("/api/v1/outcomes/987654/withdraw"), _ENDS, lambda _: _WHY
    ),
}  # fmt: skip

# Open to people who have not signed in, and what each answers them with. None of it may name a report.
PUBLIC: dict[str, tuple[str, frozenset[int]]] = {
    "healthz": ("/healthz", frozenset({200})),
    "readyz": ("/readyz", frozenset({200})),
    "metrics": ("/metrics", frozenset({404})),  # Django's test client is not this machine by name: test_metrics.py
    "csp-report/": ("/csp-report/", frozenset({405})),
    "report": ("/report", frozenset({302})),
    "report/": ("/report/", frozenset({200})),
    "report/back/": ("/report/back/", frozenset({200})),
    "report/assets/<str:name>": ("/report/assets/form.css", frozenset({200})),
    "report/<str:language>/": ("/report/mr/", frozenset({200})),
    "report/<str:language>/back/": ("/report/mr/back/", frozenset({200})),
    "sign-in/": ("/sign-in/", frozenset({200})),
    ".well-known/tipline/keys.json": ("/.well-known/tipline/keys.json", frozenset({200, 404})),
    ".well-known/tipline/checkpoint": ("/.well-known/tipline/checkpoint", frozenset({200, 404})),
    "federation/v1/": ("/federation/v1/", frozenset({200})),
    # takes signed calls of peers and nothing else: tests/integration/exchange/test_inbox.py
    "federation/v<int:version>/messages": ("/federation/v1/messages", frozenset({405})),
    "sign-in/second-factor/": ("/sign-in/second-factor/", frozenset({302})),
    "sign-in/passkey/": ("/sign-in/passkey/", frozenset({200})),
    "sign-in/single-sign-on/": ("/sign-in/single-sign-on/", frozenset({405})),
    "sign-in/single-sign-on/done/": ("/sign-in/single-sign-on/done/", frozenset({404})),
    "sign-out/": ("/sign-out/", frozenset({302, 405})),
    "api/v1/": ("/api/v1/", frozenset({404})),
    "api/v1/openapi.json": ("/api/v1/openapi.json", frozenset({200})),
    "api/v1/schemas/report.json": ("/api/v1/schemas/report.json", frozenset({200})),
    "api/v1/^": ("/api/v1/elsewhere", frozenset({404})),
}
# Behind HTTP Basic of providers: tests/integration/intake/test_door.py; here only that people's sessions mean nothing to it.
DOOR = {
    "ispws/status", "ispws/xsd", "ispws/submit", "ispws/upload", "ispws/fileinfo", "ispws/finish", "ispws/retract",
    "ispws/^", "ispws-test/status", "ispws-test/xsd", "ispws-test/submit", "ispws-test/upload",
    "ispws-test/fileinfo", "ispws-test/finish", "ispws-test/retract", "ispws-test/^",
    "provider/", "provider/calls.json", "provider/page.css", "provider/icon.svg", "provider/runs/<str:name>/", "provider/runs/<str:name>.json",
    "provider/feedback.json",
    "api/v1/reports/batch", "api/v1/reports/<int:report_id>/files", "api/v1/reports/<int:report_id>/files/<file_id>",
    "api/v1/reports/<int:report_id>/finish", "api/v1/reports/<int:report_id>/retract", "api/v1/provider/reports/<int:report_id>",
}  # fmt: skip
