"""Calls (CDR) compared with the uses of a case's accounts: by number and time, several are never chosen from, and what fits nothing is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests import factories
from tests.factories import drain
from tests.integration.investigation.test_replies import KEY, ZONE, officer, sighting
from tests.integration.investigation.test_replies import line as session
from tests.integration.investigation.test_replies import table as sessions
from tipline.core.errors import InvalidInputError
from tipline.investigation.cases.models import Case, CasePerson, PersonEvidence
from tipline.investigation.cases.services import open_case
from tipline.investigation.replies import calls, services
from tipline.investigation.replies.applying import apply
from tipline.investigation.replies.models import Reply, ReplyRow, ReplyState, Verdict
from tipline.investigation.replies.queries import entries_of, findings_of
from tipline.investigation.replies.services import Ticked
from tipline.reports.models import Identifier, Sighting
from tipline.trust.accounts.models import User

__all__ = ["officer"]

pytestmark = pytest.mark.django_db
HEAD = "msisdn,other_number,call_type,start_time,duration_seconds,cell_id,imei"
KITE, BOAT, STRANGER = "+919820000001", "+919820000002", "9820000099"


@pytest.fixture
def case(officer: User) -> Case:
    """Two accounts with a telephone number each, as their reports name it, used three days ago."""
    provider = factories.provider()
    made = [
        replace(factories.synthetic("monsoon_kite_07", "192.0.2.11"), phone="+91 98200 00001"),
        replace(factories.synthetic("paper_boat_22", "192.0.2.12"), phone=BOAT),
    ]
    reports = [factories.filed(provider, one) for one in made]
    drain()
    return open_case(officer, [report.pk for report in reports], "Kite")


def call(of: Sighting, number: str, *, begins: int = -30, lasts: str = "60", peer: str = STRANGER, cell: str = "404-20-1-7") -> str:  # fmt: skip
    """A call that begins so many seconds after the use of an account."""
    assert of.at is not None
    return f"{number},{peer},OUT,{of.at + timedelta(seconds=begins):%d/%m/%Y %H:%M:%S},{lasts},{cell},350000000000001"


def taken(officer: User, case: Case, *lines: str, name: str = "cdr.csv", head: str = HEAD) -> Reply:
    body = "\n".join([head, *lines, ""]).encode()
    kept = services.receive(officer, case.pk, name, body, company="Deccan Net (example)", choice=ZONE)
    return services.read(kept.pk)


def test_a_call_of_the_accounts_number_near_its_use(officer: User, case: Case) -> None:
    kite = sighting("monsoon_kite_07")
    reply = taken(officer, case, call(kite, "9820000001"), call(kite, STRANGER))
    assert (reply.state, reply.kind, reply.rule_version) == (ReplyState.READY, "cdr", "1"), reply.reasons
    (found,) = findings_of(reply)
    assert (found.verdict, found.why, found.seconds, found.sighting_id) == (Verdict.MATCHED, "during", 0, kite.pk)
    assert found.rule == "calls 1" and "in this call" in found.sentence and found.row is not None
    assert found.row.subscriber == KITE and found.row.said["cell"] == "404-20-1-7"
    (entry,) = entries_of(reply)
    assert {h.identifier.value for h in entry.handles} == {"monsoon_kite_07"}
    apply(officer, case.pk, reply.number, Ticked(entries=[entry.key]))
    texts = list(PersonEvidence.objects.values_list("text", flat=True))
    assert any("by whom is not said" in text and "cell 404-20-1-7" in text and "calls 1" in text for text in texts)
    assert CasePerson.objects.get().standing == "account_holder"


@pytest.mark.parametrize(
    ("begins", "lasts", "verdict", "why", "seconds"),
    [(-30, "60", "matched", "during", 0), (-90, "00:01:00", "matched", "minute", 30), (-360, "1:00", "matched", "minutes", 300),
     (300, "5", "matched", "minutes", -300), (301, "5", "outside", "far", -301), (-361, "60", "outside", "far", 301),
     (7200, "60", "outside", "no-call", None)],
)  # fmt: skip
def test_the_tolerance_is_stated_and_kept(officer: User, case: Case, begins: int, lasts: str, verdict: str, why: str, seconds: int | None) -> None:  # fmt: skip
    reply = taken(officer, case, call(sighting("monsoon_kite_07"), KITE, begins=begins, lasts=lasts))
    (found,) = findings_of(reply)
    assert (found.verdict, found.why, found.seconds) == (verdict, why, seconds)
    assert (found.row is not None) == (verdict == "matched")


def test_calls_of_two_numbers_of_one_account_are_not_chosen_from(officer: User, case: Case) -> None:
    kite, boat = sighting("monsoon_kite_07"), sighting("paper_boat_22")
    # both numbers are the first account's
    Sighting.objects.filter(identifier__value=BOAT).update(report=kite.report, person=kite.person, position=900)
    reply = taken(officer, case, call(kite, KITE), call(kite, BOAT), call(boat, STRANGER))
    (found,) = findings_of(reply)
    assert (found.verdict, found.subscribers, found.row) == (Verdict.AMBIGUOUS, 2, None)
    assert found.label == "2 of its numbers fit" and "none is chosen" in found.sentence


def test_who_is_called_is_told_and_ties_nobody(officer: User, case: Case) -> None:
    kite = sighting("monsoon_kite_07")
    reply = taken(officer, case, call(kite, STRANGER, peer="00919820000001"), call(kite, STRANGER, peer="121"))  # fmt: skip
    assert reply.state == ReplyState.READY and findings_of(reply) == [] and entries_of(reply) == []
    lines = calls.lines_of(reply)
    (contact,) = lines.contacts
    assert (contact.line, contact.number, contact.calls, contact.known) == ("+919820000099", KITE, 1, False)
    assert (lines.known, set(lines.missing), lines.others) == ((), {KITE, BOAT}, 1)
    assert set(ReplyRow.objects.values_list("peer", flat=True)) == {KITE, "121"}


def test_what_is_of_no_number_of_the_case_is_quarantined(officer: User, case: Case) -> None:
    reply = taken(officer, case, call(sighting("monsoon_kite_07"), STRANGER))
    assert reply.state == ReplyState.QUARANTINED and "another case" in reply.reasons[0]["text"]


def test_the_number_of_an_account_holder_counts_once_evidence_ties_it(officer: User, case: Case) -> None:
    kite = sighting("monsoon_kite_07")
    Sighting.objects.filter(identifier__value__in=[KITE, BOAT]).delete()
    ipdr = services.receive(officer, case.pk, "ipdr.csv", sessions(session(kite)), choice=ZONE)
    services.read(ipdr.pk)
    before = taken(officer, case, call(kite, KITE))
    assert before.state == ReplyState.QUARANTINED  # nobody says yet whose number it is
    apply(officer, case.pk, 1, Ticked(entries=[KEY]))
    reply = taken(officer, case, call(kite, KITE), call(kite, KITE, begins=4000), name="again.csv")
    (found,) = findings_of(reply)
    assert (found.verdict, found.sighting_id) == (Verdict.MATCHED, kite.pk)
    assert calls.lines_of(reply).known == (KITE,)


def test_a_childs_number_is_compared_with_nothing(officer: User, case: Case) -> None:
    Identifier.objects.filter(value=KITE).update(of_child=True)
    reply = taken(officer, case, call(sighting("monsoon_kite_07"), KITE), call(sighting("paper_boat_22"), BOAT, peer=KITE))  # fmt: skip
    assert [one.row.subscriber for one in findings_of(reply) if one.row] == [BOAT]
    assert calls.lines_of(reply).contacts == () and KITE not in calls.lines_of(reply).missing
    stranger = Identifier.objects.filter(value=KITE).update(of_child=False)
    Identifier.objects.filter(value=BOAT).update(of_child=True)
    assert stranger == 1
    (contact,) = calls.lines_of(reply).contacts
    assert contact.line.startswith("withheld")


def test_rows_that_are_no_calls_stand_with_their_reason(officer: User, case: Case) -> None:
    kite = sighting("monsoon_kite_07")
    good = call(kite, KITE)
    reply = taken(officer, case, good, call(kite, KITE, lasts="long"), call(kite, KITE, lasts="999999"), good.replace(KITE, ""))  # fmt: skip
    problems = dict(ReplyRow.objects.exclude(problem="").values_list("line", "problem"))
    assert reply.faulty_count == 3
    assert "no duration" in problems[3] and "no duration" in problems[4] and "no subscriber" in problems[5]


def test_on_the_page(officer: User, case: Case) -> None:
    kite = sighting("monsoon_kite_07")
    taken(officer, case, call(kite, KITE), call(kite, STRANGER, peer=BOAT))
    text = factories.signed_in(officer).get(f"/cases/{case.pk}/replies/1/").content.decode()
    for words in ("Uses of accounts beside calls", "A call of its number at that time", "within 300 s before", "and not by whom", "404-20-1-7", "of which it says nothing: +919820000002", "these tie nobody", "+919820000099"):  # fmt: skip
        assert words in text, words
    assert "Sightings of this case beside" not in text


def test_a_call_is_no_answer_to_who_used_an_address(officer: User, case: Case) -> None:
    from tests.integration.investigation.test_reply_answers import answers, asked

    request = asked(officer, case)
    reply = taken(officer, case, call(sighting("monsoon_kite_07"), KITE))
    (entry,) = entries_of(reply)
    text = factories.signed_in(officer).get(f"/cases/{case.pk}/replies/1/").content.decode()
    assert "the reply tells of 0 of 2 asked about" in text and '<option value="part" selected>' in text
    apply(
        officer,
        case.pk,
        reply.number,
        Ticked(entries=[entry.key]),
        answers(request, answer="part", usefulness="narrowed"),
    )
    assert set(request.items.values_list("answer", flat=True)) == {""}


def test_times_without_a_zone_are_asked_for(officer: User, case: Case) -> None:
    body = "\n".join([HEAD, call(sighting("monsoon_kite_07"), KITE), ""]).encode()
    reply = services.read(services.receive(officer, case.pk, "cdr.csv", body).pk)
    assert reply.state == ReplyState.UNMAPPED and "time zone" in reply.reasons[0]["text"]
    with pytest.raises(InvalidInputError, match="Telephone number"):
        services.say(officer, case.pk, 1, kind="cdr", columns={"cell_id": "cell"})
