"""A child's identity on every surface: masked by default, shown to whom it is due, and who saw it is on record."""

from __future__ import annotations

import inspect
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.db import DatabaseError, DataError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from typer.testing import CliRunner

from tests import factories
from tests.canary import CANARY, canary_details, canary_report
from tests.factories import agency, drain, person, signed_in
from tests.integration.trust.routes import CONSOLE, PUBLIC, RELATIONS, Things, arranged
from tests.integration.trust.test_matrix import ALL_COMMANDS, runner, undone
from tipline.cli import app as commands
from tipline.console import authorise
from tipline.core import logs
from tipline.core.clock import now
from tipline.demo.synthetic import report_xml
from tipline.intake.cybertipline.document import parse_file_details, parse_report
from tipline.investigation.cases.models import CaseHandle
from tipline.investigation.cases.services import assign, open_case
from tipline.investigation.chain import View, chain
from tipline.pipeline import run
from tipline.pipeline.models import Quarantine
from tipline.pipeline.stage import Batch, Stage
from tipline.reports.models import Identifier, Report, Unmasking
from tipline.reports.services import add_file, add_file_details, finish, open_report
from tipline.reports.unmasking import LASTS, Reason, running, unmask
from tipline.trust.accounts.models import Reporter, Role, User
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import MAY, OPERATOR, Can, acting, scope_of

pytestmark = pytest.mark.django_db
__all__ = ["runner"]  # a fixture of the matrix

WHY = Reason("identify", "Order 7 of the Special Court")
CHILDS_HANDLE = "paper_boat_12"  # of the child in the synthetic reports below


@pytest.fixture
def reporter(tmp_path: Path) -> Reporter:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    return factories.provider()


def file_documents(
    reporter: Reporter, body: bytes, upload_name: str = "upload.png", *, details: bool = False
) -> Report:
    """A finished report with the given document, and a file."""
    opened = open_report(reporter, factories.document(body), factories.header())
    noise = factories.noise_png(1)
    file_id = add_file(reporter, opened.report_id, upload_name, factories.digests(noise), "0" * 32)
    if details:
        written = canary_details(opened.report_id, file_id)
        parse_file_details(written)
        add_file_details(reporter, opened.report_id, file_id, factories.document(written))
    finish(reporter, opened.report_id)
    return Report.objects.get(pk=opened.report_id)


def with_child(handle: str = "monsoon_kite_07", **more: str) -> bytes:
    """A synthetic report with a child: a name, an account, an associated account, an address in use."""
    victim = (
        "<victim><victimPerson><firstName>Kiran</firstName><lastName>Deshpande</lastName><email>little.boat@mail.example</email>"
        f"<age>12</age></victimPerson><screenName>{CHILDS_HANDLE}</screenName>"
        "<ipCaptureEvent><ipAddress>192.0.2.70</ipAddress></ipCaptureEvent>"
        "<schoolName>Hill Side School</schoolName>"
        "<associatedAccount><screenName>paper_boat_other</screenName></associatedAccount>"
        "<additionalInfo>lives beside the mill</additionalInfo></victim>"
        f"<additionalInfo>{more.get('info', 'nothing')}</additionalInfo></report>"
    )
    return report_xml(factories.synthetic(handle)).replace(b"</report>", victim.encode())


@pytest.fixture
def canary(reporter: Reporter) -> Report:
    """A report whose every text names the child, and which lies at Jalgaon."""
    body = canary_report()
    parse_report(body)  # what the door would take
    report = file_documents(reporter, body, f"{CANARY}.png", details=True)
    drain()
    assert Report.objects.get(pk=report.pk).processing == "done"
    return report


@pytest.fixture
def things(canary: Report, reporter: Reporter, tmp_path: Path) -> Things:
    others = [file_documents(reporter, canary_report(), f"{CANARY}.png", details=True) for _ in range(2)]
    drain()
    return arranged(canary, others, tmp_path)


def names_it(text: str) -> bool:
    return CANARY.casefold() in text.casefold()


# -- nothing names the child, anywhere ---------------------------------------------------------------------------------


@pytest.mark.parametrize("pattern", sorted(CONSOLE))
def test_no_page_of_the_console_names_the_child(pattern: str, things: Things) -> None:
    """Every row of the matrix, and so every address that is ever added, for every role at every agency that gets it."""
    row = CONSOLE[pattern]
    for relation in row.relations:
        for role in row.roles:
            somebody = person(RELATIONS[relation], role)
            if row.assigned and role == Role.INVESTIGATOR and relation == "own":
                assign(person(RELATIONS[relation], Role.SUPERVISOR), things.case, somebody)
            client = signed_in(somebody)
            with undone():
                ask = client.post if row.method == "post" else client.get
                answer = ask(row.path(things), row.data(things), follow=True)
                assert not names_it(answer.content.decode("utf-8", "replace")), (pattern, role, relation)
                assert not names_it(str(answer.headers)), (pattern, role, relation)


def test_the_downloads_name_nobody(things: Things) -> None:
    client = signed_in(person("IN-MH-JALGAON", Role.SUPERVISOR))
    for form in ("json", "csv"):
        answer = client.get(f"/reports/{things.report.pk}/export/?format={form}")
        assert answer["Content-Disposition"] == f'attachment; filename="report-{things.report.pk}.{form}"'
        assert not names_it(answer.content.decode())
        assert "Child 1: handle withheld" in answer.content.decode()
    logged = Entry.objects.filter(action="report.exported").values_list("detail", flat=True)
    assert [entry["format"] for entry in logged] == ["json", "csv"]


def test_unmasked_the_pages_do_name_the_child(things: Things) -> None:
    """The control of the tests above: they can fail."""
    client = signed_in(things.colleague)
    client.post(f"/reports/{things.report.pk}/unmask/", {"code": WHY.code, "reason": WHY.text})
    for path in ("", "text/"):
        assert names_it(client.get(f"/reports/{things.report.pk}/{path}").content.decode()), path
    assert not names_it(client.get(f"/reports/{things.report.pk}/export/").content.decode())
    assert names_it(json.dumps(chain(OPERATOR, things.report.pk, View(child=True, texts=True))))


def test_unmasked_a_childs_address_is_told_from_the_reported_accounts(reporter: Reporter) -> None:
    report = file_documents(reporter, with_child("kite_of_june"))
    drain()
    client = signed_in(person("IN-MH-JALGAON", Role.INVESTIGATOR))
    mark = r'<code class="address-ip">{}</code> <span class="badge badge-warn">Child 1</span>'
    masked = client.get(f"/reports/{report.pk}/").content.decode()
    assert "192.0.2.70" not in masked
    client.post(f"/reports/{report.pk}/unmask/", {"code": WHY.code, "reason": WHY.text})
    shown = client.get(f"/reports/{report.pk}/").content.decode()
    assert mark.format("192.0.2.70") in shown
    assert '<code class="address-ip">192.0.2.11</code>' in shown and mark.format("192.0.2.11") not in shown


@pytest.mark.parametrize("pattern", sorted(PUBLIC))
def test_what_is_public_names_nobody(pattern: str, things: Things) -> None:
    assert not names_it(Client().get(PUBLIC[pattern][0]).content.decode())


# Commands that are not run here, and why they show nothing of a report
NOT_RUN = {
    "serve, or make another installation": {("up",), ("demo",), ("federation", "demo"), ("worker",), ("sender",), ("bench",), ("migrate",), ("doctor",), ("simulate",)},
    "take what they show from their arguments": {
        ("import",), ("agency", "import"), ("agency", "rule"), ("agency", "oversee"),
        ("agency", "agreement", "set"), ("agency", "agreement", "end"), ("agency", "calendar", "set"), ("agency", "calendar", "show"),
        ("route", "rules", "show"), ("route", "rules", "check"), ("route", "rules", "draft"), ("route", "rules", "preview"),
        ("route", "rules", "release"), ("route", "rules", "rollback"), ("route", "sample", "make"), ("reporter", "add"), ("reporter", "sandbox"),
        ("user", "add"), ("geo", "import"),
        ("geo", "lookup"), ("geo", "fetch"), ("geo", "recompute"), ("geo", "calibrate"), ("geo", "sources"), ("geo", "rollback"), ("audit", "proof"), ("audit", "consistency"), ("audit", "checkpoint"), ("audit", "verify"),
        ("user", "add"), ("geo", "import"), ("provider-directory", "import"), ("platform-directory", "import"), ("clock", "import"),
        ("referral", "acknowledge"), ("referral", "forward"), ("referral", "return"), ("referral", "recall"), ("referral", "merge"),
        ("referral", "invite"), ("report", "raise"), ("report", "lower"), ("report", "take-back"), ("report", "suggest"),
        ("desk", "assign"), ("desk", "snooze"), ("desk", "wake"), ("desk", "inform"), ("desk", "work"),
        ("desk", "hand-over"), ("desk", "contacts"),
        # what a package names: tests/integration/exchange/test_packages.py
        ("package", "export"), ("package", "verify"), ("package", "receive"), ("package", "receipt"),
        ("package", "return"), ("package", "take-return"), ("package", "answer"),
        ("package", "sealed", "propose"), ("package", "sealed", "approve"), ("package", "sealed", "refuse"),
        ("case", "reply", "import"), ("case", "reply", "show"), ("case", "reply", "apply"),
        # a child's is asked about nowhere: tests/integration/investigation/test_requests.py
        ("case", "request", "make"), ("case", "request", "send"), ("case", "request", "remind"), ("case", "request", "reply"),
        ("case", "request", "renew"), ("case", "request", "close"), ("case", "request", "withdraw"),
        ("geo", "lookup"), ("geo", "fetch"), ("audit", "proof"), ("audit", "consistency"), ("audit", "checkpoint"), ("audit", "verify"),
        ("peer", "name"), ("peer", "describe"), ("peer", "add"), ("peer", "confirm"), ("peer", "place"), ("peer", "list"), ("peer", "show"),
        ("peer", "suspend"), ("peer", "resume"), ("peer", "end"), ("peer", "revoke-key"), ("peer", "retry"), ("peer", "send"),
        ("keys", "rotate"), ("keys", "list"), ("keys", "publish"), ("quarantine", "release"), ("token", "add"), ("token", "revoke"),
        ("reporter", "rotate"), ("reporter", "revoke"), ("reporter", "deactivate"), ("reporter", "activate"), ("reporter", "limit"),
        ("user", "role"), ("user", "rank"),
        ("user", "deactivate"), ("user", "reset-mfa"), ("user", "reset-password"), ("user", "unlock"), ("retention", "hold"),
        ("retention", "lift"), ("public-form", "open"), ("retention", "schedule"), ("retention", "check"),
    },
    "write in somebody's name, or list what is a desk's own (tests/integration/investigation/test_outcomes.py)": {
        ("case", "outcome"), ("outcome", "report"), ("outcome", "withdraw"), ("outcome", "missing"),
    },
    "name no report's content, and need an operation (tests/integration/investigation/test_operations.py)": {
        ("operation", "show"), ("operation", "add"), ("operation", "close"), ("operation", "briefing"), ("operation", "report"),
    },
    "show a document as it came, to the operator at the machine and only with --body": {("refused", "show")},
    # certificates count, and name no field: tests/integration/investigation/test_retention.py looks for a word in every column
    "destroy, or write a file about it": {("retention", "destroy"), ("retention", "run"), ("retention", "certificate")},
    "write in somebody's name, and show what they were given": {
        ("case", "scheme"), ("case", "officer"), ("case", "close"), ("case", "reopen"), ("case", "add-reports"),
        ("case", "move-report"), ("case", "link"), ("case", "diary", "write"), ("case", "diary", "correct"),
        ("case", "diary", "print"), ("case", "task", "add"), ("case", "task", "mark"), ("case", "person", "add"),
        ("case", "person", "evidence"), ("case", "person", "withdraw"), ("case", "person", "propose"),
        ("case", "person", "decide"), ("case", "person", "clear"), ("case", "fir", "register"), ("case", "fir", "enquiry"),
        ("case", "section", "add"), ("case", "section", "withdraw"), ("case", "transfer", "list"),
        ("case", "transfer", "offer"), ("case", "transfer", "take-back"), ("case", "transfer", "answer"),
    },
    "write in somebody's name, and answer with numbers (tests/integration/console/test_clusters.py)": {
        ("link", "tie"), ("link", "untie"), ("link", "cut"), ("link", "uncut"), ("link", "undo"), ("link", "rebuild"),
    },
    "write in somebody's name, and hold hashes and nothing of a report": {
        ("hashes", "confirm"), ("hashes", "withdraw"), ("hashes", "add-list"), ("hashes", "publish"), ("hashes", "export"),
        ("hashes", "subscribe"), ("hashes", "unsubscribe"), ("hashes", "end-list"),
    },
    "hold hashes of others' lists and nothing of a report": {
        ("hashes", "import"), ("hashes", "fetch"), ("hashes", "revoke"), ("hashes", "known-add"), ("hashes", "known-change"), ("hashes", "known-end"),
    },
    "name calls and elements, and no report": {("conformance",)},
    # tests/integration/investigation/test_case_file.py looks for the child in every member
    "write a file about it, or take a file over": {("case", "export"), ("case", "import-hashes")},
    "letters, each masked: tests/integration/investigation/test_letters.py": {
        ("case", "drafts"), ("case", "letter", "list"), ("case", "letter", "make"), ("case", "letter", "print"),
    },
    "write a file: tests/integration/investigation/test_leads.py reads its text": {("report", "summary")},
    "write a file: tests/integration/exchange/test_handing_out.py looks for the child in each form": {("exchange", "export")},
    "count, and name nobody: tests/integration/statistics/test_snapshots.py": {
        ("statistics", "show"), ("statistics", "snapshot"), ("statistics", "verify"), ("statistics", "export"), ("statistics", "rebuild"),
    },
    "look at the files of an installation": {("evidence", "list"), ("evidence", "check"), ("evidence", "sweep")},
}  # fmt: skip


def test_no_command_names_the_child(things: Things, runner: CliRunner) -> None:
    poison(things.report)
    ran = set()
    # the training range is an installation of its own, which holds no report, and its commands begin this process anew
    left = set().union(*NOT_RUN.values(), {path for path in ALL_COMMANDS if path[0] == "training"})
    known = {
        "report_id": str(things.report.pk),
        "object_type": "report",
        "object_id": str(things.report.pk),
        "number": str(things.case.pk),
        "report": str(things.report.pk),
    }
    someone = person("IN-MH-JALGAON", Role.SUPERVISOR).email
    for path, command in ALL_COMMANDS.items():
        if path in left:
            continue
        asks = "as_person()" in inspect.getsource(inspect.unwrap(command.callback))  # type: ignore[arg-type]
        first = ["--as", someone] if asks else []
        needed = [p.name for p in command.params if p.required]
        assert set(needed) <= set(known), f"{path} needs {needed}: run it here, or say in NOT_RUN why not"
        arguments = [known[str(name)] for name in needed]
        for flags in ([], ["--json"]) if any("--json" in p.opts for p in command.params) else ([],):
            done = runner.invoke(commands, [*first, *path, *arguments, *flags])
            assert done.exit_code == 0, (path, done.exception)
            assert not names_it(done.output), path
        ran.add(path)
    assert {("report", "show"), ("quarantine", "list"), ("status",)} <= ran
    for role in MAY[Can.SEE_REPORTS]:
        done = runner.invoke(
            commands, ["--as", person("IN-MH-JALGAON", role).email, "report", "show", str(things.report.pk), "--json"]
        )
        assert done.exit_code == 0
        assert not names_it(done.output)


def test_the_log_and_the_queue_hold_nothing_of_it(things: Things) -> None:
    client = signed_in(person("IN-MH-JALGAON", Role.SUPERVISOR))
    client.get(f"/reports/{things.report.pk}/")
    client.get(f"/reports/{things.report.pk}/text/")
    for table in ("audit_entry", "procrastinate_jobs", "procrastinate_events", "django_session", "reports_unmasking"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t")
            assert not any(names_it(text) for (text,) in cursor.fetchall()), table


# -- logs and error pages ----------------------------------------------------------------------------------------------


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the process writes to its log, set up as in life."""
    import logging

    root = logging.getLogger()
    before = list(root.handlers), root.level
    logs.configure()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    handler.setStream(written)
    yield written
    root.handlers, root.level = before[0], before[1]


def poison(report: Report, says: str = "") -> None:
    """Set a processed report back, and let a stage choke on it with an error that quotes it."""

    def choke(batch: Batch) -> None:
        if says:
            raise ValueError(says)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO reports_person (report_id, position, role, path, first_name, last_name, display_names, platform, details)"
                " SELECT report_id, position, role, path, first_name, last_name, display_names, platform, details"
                " FROM reports_person WHERE report_id = %s",
                [batch.report_ids[0]],
            )

    Report.objects.filter(pk=report.pk).update(processing="waiting")
    run.run_waiting(stages=(Stage("choking", "1", choke),))


def test_a_poisonous_report_is_not_quoted(canary: Report, log: io.StringIO) -> None:
    with pytest.raises(DataError, match=CANARY), transaction.atomic():  # what PostgreSQL says of it by itself
        connection.cursor().execute("SELECT %s::inet", [CANARY])
    poison(canary)
    poison(canary, f"cannot read {CANARY}")
    first, second = Quarantine.objects.order_by("id")
    assert "SQLSTATE 23505, table reports_person, constraint person_once" in first.reason
    assert second.reason == "ValueError"
    assert "report quarantined" in log.getvalue()
    assert not names_it(log.getvalue() + first.reason + second.reason)


def test_a_fault_on_a_page_is_logged_without_the_text(
    canary: Report, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tipline.console.reports.views as views

    def fail(*_: Any) -> None:
        try:
            raise IntegrityError(f"Key (first_name)=({CANARY}) already exists.")
        except IntegrityError as error:
            raise ValueError(f"about {CANARY}") from error

    monkeypatch.setattr(views, "chain", fail)
    client = signed_in(person("IN-MH-JALGAON"))
    client.raise_request_exception = False
    answer = client.get(f"/reports/{canary.pk}/")
    assert answer.status_code == 500
    assert not names_it(answer.content.decode())
    line = next(json.loads(line) for line in log.getvalue().splitlines() if "Internal Server Error" in line)
    assert line["exception"].startswith("ValueError\n") and "IntegrityError" in line["exception"]
    assert "views.py" in line["exception"]  # where it happened is told
    assert not names_it(log.getvalue())


def test_exceptions_as_arguments_of_a_log_line_are_not_quoted(log: io.StringIO) -> None:
    import logging

    logging.getLogger("a.library").error("it failed: %s", ValueError(CANARY))
    structlog.get_logger("ours").error("it failed", exc_info=ValueError(CANARY))
    assert log.getvalue().count("ValueError") == 2
    assert not names_it(log.getvalue())


# -- what is a child's -------------------------------------------------------------------------------------------------


def test_two_sightings_of_one_child_are_seen_to_be_one(reporter: Reporter) -> None:
    report = file_documents(
        reporter, with_child(info=f"{CHILDS_HANDLE} was asked; KIRAN  deshpande of Hill Side School")
    )
    drain()
    found = chain(OPERATOR, report.pk, View(texts=True))
    childs = [i for i in found["identifiers"] if i["child"]]
    assert [(i["value"], i["masked"], i["role"]) for i in childs] == [
        ("Child 1: e-mail address withheld", True, "victim"),
        ("Child 1: handle withheld", True, "victim"),
        ("Child 1: IP address withheld", True, "victim"),
        ("Child 1: handle 2 withheld", True, "victim"),  # of the account that goes with the child's
    ]
    (text,) = [t["text"] for t in found["texts"] if t["element"] == "additionalInfo"]
    assert text == "[Child 1: handle withheld] was asked; [Child 1: name withheld] of [Child 1: particulars withheld]"
    assert found["children"] == 1 and found["masked"]
    # the reported account's own are there as ever
    assert "monsoon_kite_07" in {i["value"] for i in found["identifiers"] if not i["masked"]}
    place = next(a for a in found["attributions"] if a["masked"])
    assert (place["ip"], place["district"], place["port"]) == ("Child 1: IP address withheld", "", None)


def test_what_is_a_childs_in_one_report_is_masked_in_every_other(reporter: Reporter) -> None:
    before = factories.filed(reporter, factories.synthetic(CHILDS_HANDLE, "192.0.2.11"))
    drain()
    assert Identifier.objects.get(value=CHILDS_HANDLE, scope="pictogram").of_child is False
    file_documents(reporter, with_child())
    drain()
    after = factories.filed(
        reporter, factories.synthetic(CHILDS_HANDLE, "192.0.2.12", email="little.boat@mail.example")
    )
    drain()
    assert Identifier.objects.get(value=CHILDS_HANDLE, scope="pictogram").of_child is True
    officer = person("IN-MH-JALGAON")
    for report in (before, after):
        text = signed_in(officer).get(f"/reports/{report.pk}/").content.decode()
        assert CHILDS_HANDLE not in text and "little.boat" not in text
        assert "A child&#x27;s handle, withheld" in text
    desk = signed_in(officer).get("/desk/?tab=all").content.decode()
    assert CHILDS_HANDLE not in desk and "A child&#x27;s handle, withheld" in desk
    # and is no handle to be traced
    case = open_case(officer, [before.pk, after.pk], "Boats")
    assert not CaseHandle.objects.filter(case=case, identifier__value=CHILDS_HANDLE).exists()


def test_a_case_opened_before_masks_what_turns_out_to_be_a_childs(reporter: Reporter) -> None:
    before = factories.filed(reporter, factories.synthetic(CHILDS_HANDLE, "192.0.2.11"))
    drain()
    officer = person("IN-MH-JALGAON")
    case = open_case(officer, [before.pk], "Boats")
    assert CHILDS_HANDLE in signed_in(officer).get(f"/cases/{case.pk}/").content.decode()
    file_documents(reporter, with_child())
    drain()
    text = signed_in(officer).get(f"/cases/{case.pk}/").content.decode()
    assert CHILDS_HANDLE not in text and "A child&#x27;s handle, withheld" in text


def test_an_address_that_a_child_shares_with_somebody_reported_is_still_a_lead(reporter: Reporter) -> None:
    body = with_child().replace(b"192.0.2.70", b"192.0.2.11")
    report = file_documents(reporter, body)
    drain()
    shown = {(i["value"], i["role"]) for i in chain(OPERATOR, report.pk)["identifiers"] if i["kind"] == "ip"}
    assert shown == {("192.0.2.11", "reported"), ("Child 1: IP address withheld", "victim")}


def test_a_handle_that_contains_a_childs_name_is_traced_and_not_shown(reporter: Reporter) -> None:
    report = file_documents(reporter, with_child("kiran_fan_1"))
    drain()
    officer = person("IN-MH-JALGAON")
    case = open_case(officer, [report.pk], "Boats")
    assert CaseHandle.objects.filter(case=case).count() == 1
    for path in (f"/reports/{report.pk}/", "/desk/?tab=all", f"/cases/{case.pk}/"):
        assert "kiran_fan" not in signed_in(officer).get(path).content.decode(), path


def test_the_account_of_a_relative_stays_a_lead(reporter: Reporter) -> None:
    """A family name is replaced in texts and names, and left alone in the accounts that have to be traced."""
    report = file_documents(reporter, with_child("suresh_deshpande", info="Suresh Deshpande is an uncle"))
    drain()
    found = chain(OPERATOR, report.pk, View(texts=True))
    assert "suresh_deshpande" in {i["value"] for i in found["identifiers"]}
    assert "Suresh [Child 1: name withheld] is an uncle" in {t["text"] for t in found["texts"]}
    assert "suresh_deshpande" in signed_in(person("IN-MH-JALGAON")).get("/desk/?tab=all").content.decode()


def test_links_show_that_a_child_is_shared_and_not_which(reporter: Reporter) -> None:
    one = factories.filed(reporter, factories.synthetic("one", email="little.boat@mail.example"))
    factories.filed(reporter, factories.synthetic("two", email="little.boat@mail.example"))
    file_documents(reporter, with_child("three"))
    drain()
    (link,) = [link for link in chain(OPERATOR, one.pk)["links"] if link["kind"] == "email"]
    assert (link["value"], link["masked"]) == ("A child's e-mail address, withheld", True)


def test_free_text_is_folded_until_somebody_opens_it(reporter: Reporter) -> None:
    report = file_documents(reporter, with_child(info="a text with a nickname in it"), "nickname.png")
    drain()
    officer = person("IN-MH-JALGAON")
    client = signed_in(officer)
    assert "nickname" not in client.get(f"/reports/{report.pk}/").content.decode()
    assert "nickname" not in json.dumps(chain(OPERATOR, report.pk))
    text = client.get(f"/reports/{report.pk}/text/").content.decode()
    assert "a text with a nickname in it" in text and "nickname.png" in text
    assert "beside the mill" not in text
    assert Entry.objects.filter(action="report.texts_read", actor_id=officer.pk, object_id=str(report.pk)).count() == 1


# -- unmasking ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def report(reporter: Reporter) -> Report:
    filed = file_documents(reporter, with_child())
    drain()
    return filed


@pytest.fixture
def investigator(report: Report) -> User:
    return person("IN-MH-JALGAON", Role.INVESTIGATOR)


def ask(client: Client, report: Report, **given: str) -> Any:
    return client.post(f"/reports/{report.pk}/unmask/", {"code": WHY.code, "reason": WHY.text} | given)


def test_unmasking_lasts_ten_minutes_and_each_page_is_on_record(
    report: Report, investigator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(investigator)
    page = f"/reports/{report.pk}/"
    assert "Show the child" in client.get(page).content.decode()
    assert ask(client, report)["Location"] == page
    text = client.get(page).content.decode()
    assert CHILDS_HANDLE in text and "Kiran Deshpande" in text and "shown on this page to you, until" in text
    unmasking = Unmasking.objects.get()
    assert unmasking.until - unmasking.at == LASTS == timedelta(minutes=10)
    logged = Entry.objects.filter(
        object_id=str(report.pk), actor_label=investigator.email, action__startswith="report."
    ).order_by("id")
    assert [(e.action, e.detail) for e in logged] == [
        ("report.read", {}),
        ("report.unmasked", {"unmasking": unmasking.pk, "reason": "identify", "minutes": 10}),
        ("report.read_unmasked", {"unmasking": unmasking.pk, "reason": "identify"}),
    ]
    import tipline.reports.unmasking as services

    monkeypatch.setattr(services, "now", lambda: now() + LASTS)
    assert CHILDS_HANDLE not in client.get(page).content.decode()


def test_masking_again_is_at_once(report: Report, investigator: User) -> None:
    client = signed_in(investigator)
    ask(client, report)
    client.post(f"/reports/{report.pk}/mask/")
    assert CHILDS_HANDLE not in client.get(f"/reports/{report.pk}/").content.decode()
    assert running(investigator, Unmasking.objects.get().pk, report.pk) is None
    assert Entry.objects.filter(action="report.masked").count() == 1


def test_it_is_for_this_person_this_report_and_this_session(
    reporter: Reporter, report: Report, investigator: User
) -> None:
    other = file_documents(reporter, with_child("another"))
    drain()
    client = signed_in(investigator)
    ask(client, report)
    assert CHILDS_HANDLE not in client.get(f"/reports/{other.pk}/").content.decode()
    assert CHILDS_HANDLE not in signed_in(investigator).get(f"/reports/{report.pk}/").content.decode()
    colleague = person("IN-MH-JALGAON", Role.INVESTIGATOR)
    assert running(colleague, Unmasking.objects.get().pk, report.pk) is None
    stolen = signed_in(colleague)
    session = stolen.session
    session["unmaskings"] = {str(report.pk): Unmasking.objects.get().pk}
    session.save()
    assert CHILDS_HANDLE not in stolen.get(f"/reports/{report.pk}/").content.decode()


def test_it_needs_a_fresh_sign_in(report: Report, investigator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    supervisor = person("IN-MH-JALGAON", Role.SUPERVISOR)
    monkeypatch.setattr(
        authorise, "reverse", lambda name: "/account/confirm/" if name == "console:confirm" else f"/{name}"
    )
    for somebody, path in ((investigator, "unmask/"), (supervisor, "export/")):
        client = signed_in(somebody, fresh=False)
        answer = client.get(f"/reports/{report.pk}/{path}")
        assert answer.status_code == 302
        assert answer["Location"] == f"/account/confirm/?next=%2Freports%2F{report.pk}%2F{path.replace('/', '%2F')}"
    assert ask(signed_in(investigator, fresh=False), report)["Location"].startswith("/account/confirm/?next=")
    assert not Unmasking.objects.exists()
    assert not Entry.objects.filter(action="report.exported").exists()


@pytest.mark.parametrize("role", sorted(set(Role) - MAY[Can.UNMASK]))
def test_who_may_not_unmask_sees_that_it_is_withheld_and_no_form(report: Report, role: Role) -> None:
    client = signed_in(person("IN-MH-JALGAON", role))
    assert ask(client, report).status_code == 404
    assert client.get(f"/reports/{report.pk}/unmask/").status_code == 404
    answer = client.get(f"/reports/{report.pk}/")
    if role in MAY[Can.SEE_REPORTS]:
        text = answer.content.decode()
        assert "Withheld: identifiers and names of a child" in text and "Your role does not unmask" in text
        assert "/unmask/" not in text
    assert not Unmasking.objects.exists()


@pytest.mark.parametrize(
    ("given", "says"),
    [({"code": ""}, "Choose what the data is needed for."), ({"code": "curious"}, "Choose what the data is needed for."),
     ({"reason": "short"}, "Say why in 10 to 300 characters."), ({"reason": "x" * 301}, "Say why in 10 to 300 characters."),
     ({"reason": "to talk to Kiran and her mother"}, "Write the reason without the child&#x27;s name")],
)  # fmt: skip
def test_a_reason_is_needed_and_names_no_child(
    report: Report, investigator: User, given: dict[str, str], says: str
) -> None:
    answer = ask(signed_in(investigator), report, **given)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "Kiran" not in answer.content.decode()
    assert not Unmasking.objects.exists()


def test_the_supervisor_sees_it_and_reviews_it(report: Report, investigator: User) -> None:
    ask(signed_in(investigator), report)
    one = Unmasking.objects.get()
    supervisor = person("IN-MH-JALGAON", Role.SUPERVISOR)
    client = signed_in(supervisor)
    text = client.get("/unmaskings/").content.decode()
    assert investigator.name in text and WHY.text in text and "1 to review" in text
    client.post(f"/unmaskings/{one.pk}/review/", {"note": "Order seen"})
    text = client.get("/unmaskings/").content.decode()
    assert f"Reviewed by {supervisor.name}" in text and "Order seen" in text and "1 to review" not in text
    assert Entry.objects.get(action="unmasking.reviewed").detail == {"unmasking": one.pk}
    again = signed_in(person("IN-MH-JALGAON", Role.AUDITOR)).post(f"/unmaskings/{one.pk}/review/", follow=True)
    assert "Somebody reviewed it already" in again.content.decode()


def test_nobody_reviews_what_they_unmasked_themselves(report: Report) -> None:
    supervisor = person("IN-MH-JALGAON", Role.SUPERVISOR)
    client = signed_in(supervisor)
    ask(client, report)
    one = Unmasking.objects.get()
    assert "somebody else reviews it" in client.get("/unmaskings/").content.decode()
    assert client.post(f"/unmaskings/{one.pk}/review/").status_code == 403
    auditor = signed_in(person("IN-MH-JALGAON", Role.AUDITOR))
    assert WHY.text in auditor.get("/unmaskings/").content.decode()
    assert auditor.post(f"/unmaskings/{one.pk}/review/").status_code == 302
    assert Entry.objects.filter(action="unmasking.reviewed").count() == 1


@pytest.mark.parametrize("code", ["IN-MH-PUNE", "IN-BR-CYBER", "IN-MH-CYBER"])
def test_another_agencys_unmaskings_are_not_there(report: Report, investigator: User, code: str) -> None:
    ask(signed_in(investigator), report)
    one = Unmasking.objects.get()
    for role in MAY[Can.REVIEW_UNMASKING]:
        client = signed_in(person(code, role))
        assert WHY.text not in client.get("/unmaskings/").content.decode()
        assert client.post(f"/unmaskings/{one.pk}/review/").status_code == 404
    with acting(scope_of(person(code, Role.SUPERVISOR))):
        assert not Unmasking.objects.exists()  # nor behind the second lock


def test_what_was_unmasked_cannot_be_changed_or_removed(report: Report, investigator: User) -> None:
    ask(signed_in(investigator), report)
    for statement in ("UPDATE reports_unmasking SET reason = 'nothing'", "DELETE FROM reports_unmasking"):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(statement)


# -- export, cost ------------------------------------------------------------------------------------------------------


def test_a_cell_is_never_a_formula(reporter: Reporter) -> None:
    for handle in ("=HYPERLINK(1)", "@SUM(1)", "+1", "-2", "plain\r\n=3"):
        report = factories.filed(reporter, factories.synthetic(handle, email="x@mail.example"))
    drain()
    supervisor = signed_in(person("IN-MH-JALGAON", Role.SUPERVISOR))
    for one in Report.objects.all():
        import csv

        rows = list(
            csv.DictReader(io.StringIO(supervisor.get(f"/reports/{one.pk}/export/?format=csv").content.decode()))
        )
        assert any(row["kind"] == "handle" for row in rows)
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for row in rows for cell in row.values())
    assert report.pk


def test_masking_asks_the_database_nothing(reporter: Reporter, report: Report, investigator: User) -> None:
    plain = factories.filed(reporter, factories.synthetic("plain"))
    drain()
    client = signed_in(investigator)
    asked = []
    for one in (plain, report):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/reports/{one.pk}/").status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_the_agency_of_the_unmasking_is_the_persons(report: Report, investigator: User) -> None:
    unmask(investigator, scope_of(investigator), report.pk, WHY)
    assert Unmasking.objects.get().agency == agency("IN-MH-JALGAON")


def test_reports_that_were_read_before_are_marked_by_the_migration(reporter: Reporter) -> None:
    """The migration's statements give what reading the report anew gives."""
    import importlib

    report = file_documents(reporter, with_child())
    drain()
    after = chain(OPERATOR, report.pk)
    report.sightings.update(child=None)
    report.persons.update(child=None)
    for rows in (report.sightings, report.persons):
        rows.filter(path__contains="victim/associatedAccount").update(role="associated")  # as it was read then
    Identifier.objects.update(of_child=False)
    assert chain(OPERATOR, report.pk) != after
    migration = importlib.import_module("tipline.reports.migrations.0003_masking")
    with connection.cursor() as cursor:
        for statement in migration.MARK:
            cursor.execute(statement)
    assert chain(OPERATOR, report.pk) == after
