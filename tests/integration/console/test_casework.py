"""The pages on which a case is worked: what they do, what they refuse, and that the wrong person gets nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from tests.factories import person, signed_in
from tests.integration.investigation.casework import DESK, SIBLING, Work, holder, ranked, worked
from tipline.core.clock import now
from tipline.investigation.cases import diary, todo
from tipline.investigation.cases.models import CaseHandle, CasePerson, EvidenceKind, Standing
from tipline.investigation.cases.persons import Evidence, add_account_holder
from tipline.investigation.cases.records import CaseTask, CaseTransfer, DiaryEntry, NumberScheme, StandingProposal
from tipline.investigation.cases.services import open_case
from tipline.trust.accounts.models import Rank, Role, User

pytestmark = pytest.mark.django_db
PAGES = ("", "diary/", "persons/", "tasks/", "registration/", "links/", "close/")


@pytest.fixture
def work(tmp_path: Path) -> Work:
    return worked(tmp_path)


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return str(answer.content.decode())


def sent(client: Client, path: str, status: int = 200, **given: object) -> str:
    answer = client.post(path, given, follow=True)
    assert answer.status_code == status, answer.content.decode()[:3000]
    return str(answer.content.decode())


def test_every_page_opens_for_those_on_the_case_and_for_nobody_else(work: Work) -> None:
    holder(work)
    for who in (work.supervisor, work.one, person(DESK, Role.ANALYST)):
        client = signed_in(who)
        for name in PAGES:
            text = page(client, f"/cases/{work.case.pk}/{name}")
            assert not {"suspect", "guilty", "accused"} & set(text.casefold().split())
    for who in (
        person(DESK, Role.INVESTIGATOR), person(SIBLING, Role.SUPERVISOR), person("IN-MH-CYBER", Role.SUPERVISOR),
        person(DESK, Role.ADMINISTRATOR), person(DESK, Role.AUDITOR),
    ):  # fmt: skip
        client = signed_in(who)
        for name in PAGES:
            page(client, f"/cases/{work.case.pk}/{name}", 404)
            assert client.post(f"/cases/{work.case.pk}/{name}", {"act": "write", "text": "x"}).status_code in {404, 405}
    assert not DiaryEntry.objects.filter(text="x").exists()


def test_an_analyst_reads_and_is_offered_no_form(work: Work) -> None:
    client = signed_in(person(DESK, Role.ANALYST))
    assert "Write the entry" not in page(client, f"/cases/{work.case.pk}/diary/")
    assert client.post(f"/cases/{work.case.pk}/diary/", {"act": "write", "text": "No"}).status_code == 403
    assert "Close the case</button>" not in page(client, f"/cases/{work.case.pk}/close/")


def test_the_diary_on_the_screen(work: Work) -> None:
    client, path = signed_in(work.one), f"/cases/{work.case.pk}/diary/"
    assert "There is a problem" in sent(client, path, 422, act="write", text=" ")
    text = sent(client, path, act="write", text="<b>Called</b> \u202ethe network", happened_at="2026-01-05T10:15")
    assert "&lt;b&gt;Called" in text and "⟨U+202E⟩" in text and "\u202e" not in text
    entry = DiaryEntry.objects.get(by_software=False)
    assert entry.happened_at.isoformat() == "2026-01-05T04:45:00+00:00"
    assert "Correct entry" in page(client, f"{path}?correct={entry.number}")
    text = sent(client, path, act="correct", entry=entry.number, correction="Called at eleven")
    assert f"Corrected by entry {entry.number + 1}" in text and "<s>" in text and "Written by the software" in text
    assert "corrected already" in sent(client, path, 422, act="correct", entry=entry.number, correction="Again")
    answer = client.get(f"/cases/{work.case.pk}/diary.pdf")
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")


def test_tasks_on_the_screen_and_my_tasks(work: Work) -> None:
    client, path = signed_in(work.one), f"/cases/{work.case.pk}/tasks/"
    sent(client, path, act="add", title="Ask the network", assignee=work.two.email, due="2026-01-01")
    task = CaseTask.objects.get()
    mine = page(signed_in(work.two), "/tasks/")
    assert "Ask the network" in mine and "Overdue" in mine
    assert "Ask the network" not in page(client, "/tasks/")
    assert "1 task is overdue" in page(client, f"/cases/{work.case.pk}/")
    todo.give_task(work.two, work.case.pk, task.pk, work.one, None)
    stale = sent(client, path, 422, act="end", task=task.pk, seen=0, state="done")
    assert "since you opened this page" in stale
    sent(client, path, act="end", task=task.pk, seen=1, state="done", note="Answered")
    other = person(DESK, Role.INVESTIGATOR)
    assert "There is a problem" in sent(client, path, 422, act="add", title="No", assignee=other.email)


def test_two_officers_make_a_person_of_interest_on_the_screen(work: Work) -> None:
    one, two, path = signed_in(work.one), signed_in(work.two), f"/cases/{work.case.pk}/persons/"
    handle = CaseHandle.objects.get(case=work.case)
    given = {"kind": "provider_reply", "says": "The line is theirs", "source": "reply 1", "handle": handle.pk}
    sent(one, path, act="add", name="Meera Example", **given)
    of = CasePerson.objects.get()
    refused = sent(one, path, 422, act="propose", person=of.pk, relies=[of.evidence.get().pk], words="Look")
    assert "who pays for a line, not who used it" in refused
    sent(one, path, act="evidence", person=of.pk, kind="device", says="Signed in", source="exhibit 1")
    every = list(of.evidence.values_list("pk", flat=True))
    text = sent(one, path, act="propose", person=of.pk, relies=every, words="Both agree")
    assert "Another officer, who added none of this evidence" in text
    proposal = StandingProposal.objects.get()
    own = sent(one, path, 422, act="decide", proposal=proposal.pk, decision="confirm", words="Yes")
    assert "Your own proposal is decided by another officer" in own
    sent(two, path, act="decide", proposal=proposal.pk, decision="confirm", words="I looked at both")
    of.refresh_from_db()
    assert of.standing == Standing.PERSON_OF_INTEREST
    overview = page(two, f"/cases/{work.case.pk}/")
    assert "Meera Example" in overview and "Person of interest, by reply of a provider" in overview
    text = sent(two, path, act="withdraw", evidence=every[1], why="Another telephone")
    assert "stands as account holder" in text and "Another telephone" in text


def test_registration_on_the_screen(work: Work) -> None:
    client, path = signed_in(work.supervisor), f"/cases/{work.case.pk}/registration/"
    warned = sent(client, path, 422, act="officer", officer=work.one.email)
    assert "IT Act 2000 s.78" in warned and "2026-11-24" in warned
    sent(client, path, act="officer", officer=work.one.email, nevertheless="The Inspector is on leave")
    overview = page(client, f"/cases/{work.case.pk}/")
    assert "IT Act 2000 s.78" in overview and "The Inspector is on leave" in overview
    given = {"fir_number": "0117/2026", "registered_at": "2026-01-05T10:15", "station": "Jalgaon City"}
    sent(client, path, act="fir", zero_fir="1", **given)
    assert "has FIR 0117/2026" in sent(client, path, 422, act="fir", **given)
    overview = page(client, f"/cases/{work.case.pk}/")
    assert "0117/2026" in overview and "Zero FIR: hand the case" in overview
    stale = sent(client, path, 422, act="section", section="IN-POCSO-15", seen=0)
    assert "since you opened this form" in stale
    sent(client, path, act="section", section="IN-POCSO-15")
    sent(client, path, act="withdraw-section", section="IN-POCSO-15", section_why="Not storage")
    assert "Not storage" in page(client, path)


def test_the_overview_without_a_warning_for_an_inspector(work: Work) -> None:
    ranked(work.one, Rank.INSPECTOR)
    client = signed_in(work.supervisor)
    sent(client, f"/cases/{work.case.pk}/registration/", act="officer", officer=work.one.email)
    assert "s.78" not in page(client, f"/cases/{work.case.pk}/")


def test_links_reports_and_moves_on_the_screen(work: Work) -> None:
    client, path = signed_in(work.supervisor), f"/cases/{work.case.pk}/links/"
    sent(client, path, act="reports", reports=f"{work.reports[1].pk}")
    other = open_case(work.supervisor, [work.reports[2].pk], "Another title")
    sent(client, path, act="move", report=work.reports[1].pk, to_case=other.number, move_why="Same telephone")
    sent(
        client, path, act="link", other_case=other.number, link_kind="same_person", link_why="Same telephone", told="1"
    )
    assert "Another title" in page(client, path)
    seen = page(signed_in(work.one), path)
    assert "Another title" not in seen and other.number not in seen and f"A case of {DESK}" in seen
    assert "no case of that number" in sent(client, path, 422, act="link", other_case="999999", link_kind="related")


def test_closing_and_transfer_on_the_screen(work: Work) -> None:
    client, path = signed_in(work.supervisor), f"/cases/{work.case.pk}/close/"
    todo.add_task(work.one, work.case.pk, todo.Task("Ask the network"))
    assert "task to do: Ask the network" in page(client, path)
    assert "till pending" in sent(client, path, 422, act="close", reason="untraced", close_text="No log")
    sent(client, path, act="close", reason="untraced", close_text="No log was left", despite="1")
    assert "Nobody could be traced" in page(client, path)
    sent(client, path, act="reopen", reopen_text="A log turned up")
    sent(client, path, act="offer", to=SIBLING, transfer_reason="The line is in Pune")
    made = CaseTransfer.objects.get()
    pune = signed_in(person(SIBLING, Role.SUPERVISOR))
    assert "1 case offered to your agency" in page(pune, "/cases/")
    assert "The line is in Pune" in page(pune, f"/cases/transfers/{made.pk}/")
    page(signed_in(person("IN-BR-CYBER", Role.SUPERVISOR)), f"/cases/transfers/{made.pk}/", 404)
    page(pune, f"/cases/{work.case.pk}/", 404)
    sent(pune, f"/cases/transfers/{made.pk}/", 422, decision="refuse", answer=" ")
    assert "The case is yours" in sent(pune, f"/cases/transfers/{made.pk}/", decision="accept")
    page(client, f"/cases/{work.case.pk}/", 404)
    assert "Transferred" in page(client, "/cases/transfers/")
    again = sent(pune, f"/cases/transfers/{made.pk}/", 422, decision="accept")
    assert "answered already" in again


def test_the_list_is_filtered(work: Work) -> None:
    other = open_case(work.supervisor, [work.reports[1].pk], "Another title")
    ranked(work.one, Rank.INSPECTOR)
    client = signed_in(work.supervisor)
    sent(client, f"/cases/{work.case.pk}/registration/", act="officer", officer=work.one.email)
    text = page(client, f"/cases/?officer={work.one.pk}")
    assert "Kite" in text and other.title not in text
    assert other.title in page(client, "/cases/?state=open")
    assert "No case fits" in page(client, "/cases/?state=closed")
    assert "No case fits" in page(client, "/cases/?mine=1")
    assert "Kite" in page(signed_in(work.one), "/cases/?mine=1")


def test_a_scheme_and_a_rank_on_the_screen(work: Work) -> None:
    client = signed_in(work.supervisor)
    path = f"/agencies/{DESK}/case-numbers/"
    assert "{number} once" in sent(client, path, 422, pattern="{year}")
    sent(client, path, pattern="CR-{number}/{year2}")
    assert NumberScheme.objects.get().pattern == "CR-{number}/{year2}"
    page(signed_in(person(SIBLING, Role.SUPERVISOR)), path, 404)
    administrator: User = person(DESK, Role.ADMINISTRATOR)
    sent(signed_in(administrator), f"/people/{work.one.pk}/act/", verb="rank", rank="inspector")
    work.one.refresh_from_db()
    assert work.one.rank == Rank.INSPECTOR


def test_how_many_queries_a_page_takes_does_not_grow_with_what_is_on_it(work: Work) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(work.supervisor)

    def queries(name: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            page(client, f"/cases/{work.case.pk}/{name}")
        return len(caught)

    def more() -> None:
        handle = CaseHandle.objects.get(case=work.case)
        for number in range(5):
            pieces = [Evidence(kind, f"Text {number}", "Source", handle) for kind in EvidenceKind]
            add_account_holder(work.one, work.case.pk, f"Person {number}", pieces)
            diary.write(work.one, work.case.pk, f"Entry {number}")
            todo.add_task(work.one, work.case.pk, todo.Task(f"Task {number}", work.one, now().date()))

    more()
    before = {name: queries(name) for name in PAGES}
    more()
    assert {name: queries(name) for name in PAGES} == before
