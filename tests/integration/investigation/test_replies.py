"""Replies: taken in, understood, matched, used; and what is wrong with one stops it whole."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from tests import factories
from tests.factories import agency, drain, person
from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.investigation.cases.models import Case, CaseHandle, CasePerson, CaseReport, PersonEvidence, Standing
from tipline.investigation.cases.services import open_case
from tipline.investigation.replies import services
from tipline.investigation.replies.applying import apply
from tipline.investigation.replies.files.rows import MediaError, RefusedFileError
from tipline.investigation.replies.models import (
    Reply,
    ReplyFile,
    ReplyFinding,
    ReplyMapping,
    ReplyRow,
    ReplyState,
    Verdict,
)
from tipline.investigation.replies.queries import Entry as Entry_
from tipline.investigation.replies.queries import entries_of, findings_of, new_handles_of
from tipline.investigation.replies.services import Choice, Ticked
from tipline.pipeline.routing.models import Decision
from tipline.referrals.counts import counts_of
from tipline.referrals.models import Referral
from tipline.reports.models import Channel, Report, Sighting
from tipline.reports.queries import visible_reports
from tipline.trust.accounts.models import Reporter, ReporterKind, Role, User
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import acting, scope_of

pytestmark = pytest.mark.django_db

HEAD = "public_ip,public_port,start_time,end_time,subscriber_id,name,msisdn"
KEY = Entry_(subscriber="s-1", said={}, line=1).key
ZONE = Choice(zone="UTC")


@pytest.fixture
def officer(tmp_path: Path) -> User:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    return person("IN-MH-JALGAON")


@pytest.fixture
def case(officer: User) -> Case:
    """Two handles, one of each report, that used two addresses on port 50112 three days ago."""
    provider = factories.provider()
    reports = [
        factories.filed(provider, factories.synthetic("monsoon_kite_07", "192.0.2.11")),
        factories.filed(provider, factories.synthetic("paper_boat_22", "192.0.2.12")),
    ]
    drain()
    return open_case(officer, [report.pk for report in reports], "Kite")


def sighting(handle: str) -> Sighting:
    """The use of an address in the report of a handle."""
    report = Sighting.objects.filter(identifier__value=handle).values_list("report_id", flat=True)[0]
    return Sighting.objects.get(report_id=report, ip__isnull=False)


def line(of: Sighting, subscriber: str = "S-1", name: str = "A. Patil (fictional)", *, ports: str = "", before: int = 60, after: int = 60) -> str:  # fmt: skip
    """A session around the use of an address, in UTC."""
    assert of.at is not None
    begun, ended = of.at - timedelta(seconds=before), of.at + timedelta(seconds=after)
    return (
        f"{of.ip},{ports or of.port},{begun:%d/%m/%Y %H:%M:%S},{ended:%d/%m/%Y %H:%M:%S},{subscriber},{name},9820000001"
    )


def table(*lines: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *lines, ""]).encode()


def taken(officer: User, case: Case, body: bytes, name: str = "ipdr.csv", choice: Choice = ZONE) -> Reply:
    reply = services.receive(officer, case.pk, name, body, company="Deccan Net (example)", choice=choice)
    return services.read(reply.pk)


def test_one_subscriber_behind_two_handles_becomes_one_person_with_evidence_for_both(officer: User, case: Case) -> None:
    first, second = sighting("monsoon_kite_07"), sighting("paper_boat_22")
    reply = taken(
        officer, case, table(line(first), line(second), line(second, "S-9", "Somebody else", ports="2000-2999"))
    )
    assert (reply.state, reply.kind, reply.row_count, reply.faulty_count) == (ReplyState.READY, "ipdr", 3, 0)
    assert reply.layout == "generic_ipdr 1"
    found = findings_of(reply)
    assert [(one.verdict, one.why, one.subscribers) for one in found] == [(Verdict.MATCHED, "exact", 1)] * 2
    (entry,) = entries_of(reply)
    assert {h.identifier.value for h in entry.handles} == {"monsoon_kite_07", "paper_boat_22"}
    assert not CasePerson.objects.exists()

    apply(officer, case.pk, reply.number, Ticked(entries=[entry.key]))
    (holder,) = CasePerson.objects.filter(case=case)
    assert holder.name == "A. Patil (fictional)" and holder.standing == Standing.ACCOUNT_HOLDER
    evidence = PersonEvidence.objects.filter(person=holder)
    assert {e.handle.identifier.value for e in evidence if e.handle} == {"monsoon_kite_07", "paper_boat_22"}
    assert all(e.kind == "provider_reply" and e.source.startswith("reply 1 (") and "line" in e.source for e in evidence)
    assert any("192.0.2.11 port 50112" in e.text and "matching 1" in e.text for e in evidence)
    # twice is once
    again = apply(officer, case.pk, reply.number, Ticked(entries=[entry.key]))
    assert (
        CasePerson.objects.count(),
        PersonEvidence.objects.count(),
        Report.objects.filter(channel="reply").count(),
    ) == (1, 2, 1)
    assert again.report_id == Report.objects.get(channel="reply").pk
    assert Entry.objects.filter(action="reply.applied").count() == 1


def test_what_is_used_runs_through_the_pipeline_and_stays_with_its_agency(officer: User, case: Case) -> None:
    before = _counted(officer)
    reply = taken(officer, case, table(line(sighting("monsoon_kite_07"))))
    reply = apply(officer, case.pk, reply.number, Ticked(entries=[KEY]))
    assert drain().quarantined == 0
    report = Report.objects.get(pk=reply.report_id)
    assert report.channel == Channel.REPLY and report.receiving_agency == agency("IN-MH-JALGAON")
    assert report.reporter.kind == ReporterKind.REPLY and report.processing == "done"
    assert set(Sighting.objects.filter(report=report).values_list("identifier__value", flat=True)) == {"+919820000001"}
    decision = Decision.objects.get(report=report)
    assert not decision.abstained and decision.agency == agency("IN-MH-JALGAON")
    assert "sent to nobody" in decision.reasons[0]["text"]
    assert not Referral.objects.filter(report=report).exists()
    assert [h.agency.code for h in report.holdings.all()] == ["IN-MH-JALGAON"]
    link = CaseReport.objects.get(report=report)
    assert link.case == case and link.referral is None
    # the desks that the case's reports came by see nothing of it
    for code in ("IN-MH-CYBER", "IN-NCRB", "US-NCMEC", "IN-MH-PUNE"):
        scope = scope_of(person(code, Role.SUPERVISOR))
        with acting(scope):
            assert not visible_reports(scope).filter(pk=report.pk).exists(), code
            assert not Report.objects.filter(pk=report.pk).exists(), code
            assert not Reply.objects.exists() and not ReplyRow.objects.exists() and not ReplyFile.objects.exists(), code
    # and it is none of the reports that are counted, nor one that lies on the desk
    assert _counted(officer) == before


def _counted(officer: User) -> object:
    scope = scope_of(officer)
    with acting(scope):
        return counts_of(scope, "IN-MH-JALGAON", suppressed=False), factories.piles(officer.agency.code)


def test_without_a_port_it_cannot_be_told_and_several_are_never_chosen_from(officer: User, case: Case) -> None:
    first, second = sighting("monsoon_kite_07"), sighting("paper_boat_22")
    Sighting.objects.filter(pk=first.pk).update(port=None)
    reply = taken(
        officer, case,
        table(
            line(first, "S-1", ports="1024-2047"), line(first, "S-2", ports="2048-4095"),
            line(second, "S-3"), line(second, "S-4", ports="50000-50200", before=10),
        ),
    )  # fmt: skip
    found = {one.sighting_id: one for one in findings_of(reply)}
    assert (found[first.pk].verdict, found[first.pk].why, found[first.pk].subscribers) == (
        Verdict.CANNOT_TELL,
        "no-port",
        2,
    )
    assert "2 subscribers" in found[first.pk].label
    assert (found[second.pk].verdict, found[second.pk].subscribers, found[second.pk].row) == (
        Verdict.AMBIGUOUS,
        2,
        None,
    )
    assert entries_of(reply) == []


@pytest.mark.parametrize(
    ("before", "after", "verdict", "why", "seconds"),
    [(60, 60, "matched", "exact", 0), (600, -4, "matched", "seconds", 4), (600, -45, "matched", "skew", 45),
     (-30, 600, "matched", "skew", -30), (600, -61, "outside", "outside", 61), (-61, 600, "outside", "outside", -61)],
)  # fmt: skip
def test_the_tolerance_is_stated_and_kept(officer: User, case: Case, before: int, after: int, verdict: str, why: str, seconds: int) -> None:  # fmt: skip
    reply = taken(officer, case, table(line(sighting("monsoon_kite_07"), before=before, after=after)))
    (found,) = findings_of(reply)
    assert (found.verdict, found.why, found.seconds) == (verdict, why, seconds)
    assert (found.row is not None) == (verdict == "matched")


def test_another_port_of_the_same_address_is_somebody_else(officer: User, case: Case) -> None:
    reply = taken(officer, case, table(line(sighting("monsoon_kite_07"), ports="1000-1999")))
    assert findings_of(reply) == []


def test_another_cases_answer_is_quarantined_until_a_person_decides(officer: User, case: Case) -> None:
    reply = taken(
        officer, case, table("198.51.100.200,4000,05/01/2026 10:00:00,05/01/2026 11:00:00,S-1,Somebody,9820000009")
    )
    assert reply.state == ReplyState.QUARANTINED
    assert "another case" in reply.reasons[0]["text"]
    with pytest.raises(ConflictError, match="In quarantine"):
        apply(officer, case.pk, 1, Ticked(entries=[KEY]))
    with pytest.raises(InvalidInputError, match="write why"):
        services.release(officer, case.pk, 1, " ")
    assert services.release(officer, case.pk, 1, "The company answered for a second address").state == ReplyState.READY
    with pytest.raises(ConflictError):
        services.release(officer, case.pk, 1, "again")
    assert services.reject(officer, case.pk, 1, "Not ours").state == ReplyState.REJECTED
    with pytest.raises(ConflictError):
        apply(officer, case.pk, 1, Ticked(entries=[KEY]))
    assert not CasePerson.objects.exists() and not Report.objects.filter(channel="reply").exists()


def test_a_reply_that_names_another_case_is_quarantined(officer: User, case: Case) -> None:
    reply = taken(
        officer, case,
        table(line(sighting("monsoon_kite_07")) + ",IN-MH-PUNE/2026/0003", head=HEAD + ",reference"),
    )  # fmt: skip
    assert reply.state == ReplyState.QUARANTINED
    assert "IN-MH-PUNE/2026/0003" in reply.reasons[0]["text"]
    own = taken(
        officer, case, table(line(sighting("monsoon_kite_07")) + f",{case.number}", head=HEAD + ",reference"), "own.csv"
    )
    assert own.state == ReplyState.READY


REFERENCE = HEAD + ",reference"


def test_numbers_of_own_schemes_are_recognised_whosever_they_are(officer: User, case: Case) -> None:
    """The number of another case is found by its agency's scheme, in the heading, a reference or the file's name; one's own is not."""
    from tipline.investigation.cases.numbering import set_scheme

    set_scheme(person("IN-MH-PUNE", Role.SUPERVISOR), agency("IN-MH-PUNE"), "Cyb-Pune {number}/{year2}")
    set_scheme(person("IN-MH-JALGAON", Role.SUPERVISOR), agency("IN-MH-JALGAON"), "{number}/{year}")
    row = line(sighting("monsoon_kite_07"))
    other = "Cyb-Pune 12/26"
    named = [
        taken(officer, case, table(f"{row},your letter {other} of May", head=REFERENCE), "a.csv"),
        taken(officer, case, f"Answer to cyb-pune 12/26\n{HEAD}\n{row}\n".encode(), "b.csv"),
        taken(officer, case, table(f"{row},17/2026", head=REFERENCE), "c.csv"),
    ]
    for reply, number in zip(named, (other, "cyb-pune 12/26", "17/2026"), strict=True):
        assert reply.state == ReplyState.QUARANTINED, reply.name
        assert f"names case {number}, and this is case {case.number}" in reply.reasons[0]["text"]
    # a day and a month is no number of a case, nor is our own, nor one of a request of ours
    for name, words in (("d", "from 01/05/2026 to 17/2026"), ("e", case.number), ("f", f"{case.number}/R1")):
        reply = taken(officer, case, table(f"{row},{words}", head=REFERENCE), f"{name}.csv")
        assert reply.state == ReplyState.READY, reply.reasons


def test_a_number_of_an_older_scheme_of_the_same_desk_is_recognised(officer: User, case: Case) -> None:
    provider = factories.provider("Clipwave")
    other = factories.filed(provider, factories.synthetic("river_lamp_2", "192.0.2.13"))
    drain()
    second = open_case(officer, [other.pk], "Lamp")
    Case.objects.filter(pk=second.pk).update(number="OLD 9 of 26")
    row = line(sighting("monsoon_kite_07"))
    reply = taken(officer, case, table(f"{row},see OLD 9 of 26", head=REFERENCE))
    assert reply.state == ReplyState.QUARANTINED and "OLD 9 of 26" in reply.reasons[0]["text"]
    assert taken(officer, case, table(f"{row},see OLD 9 of 265", head=REFERENCE), "b.csv").state == ReplyState.READY


def test_texts_of_every_sort_come_back_as_they_were(officer: User, case: Case) -> None:
    row = line(sighting("monsoon_kite_07"), subscriber='"S,{1}\\"', name="A \\ B {x}, NULL नाम")
    quoted = row.replace('"S,{1}\\"', '"""S,{1}\\"""').replace("A \\ B {x}, NULL नाम", '"A \\ B {x}, NULL नाम"')
    reply = taken(officer, case, table(quoted, quoted.replace("50112", "x\\{"), "fe80::1%{9},1,2,3,4,5,6"))
    found = list(ReplyRow.objects.filter(reply=reply).order_by("line"))
    assert found[0].subscriber == '"s,{1}\\"' and found[0].said["name"] == "A \\ B {x}, NULL नाम"
    assert "'x\\{'" in found[1].problem.replace("\\\\", "\\") and found[1].ip == "192.0.2.11"
    assert "not one IP address" in found[2].problem


def test_a_column_that_the_layout_does_not_know_is_loud(officer: User, case: Case) -> None:
    reply = taken(officer, case, table(line(sighting("monsoon_kite_07")) + ",x", head=HEAD + ",surprise"))
    assert reply.state == ReplyState.QUARANTINED
    assert reply.reasons == [{"line": 0, "column": "surprise", "text": "the layout generic_ipdr 1 does not know this column: the company may have changed what it sends"}]  # fmt: skip


def test_rows_that_cannot_be_understood_stand_with_their_reason_and_are_not_used(officer: User, case: Case) -> None:
    good = line(sighting("monsoon_kite_07"))
    reply = taken(
        officer, case,
        table(good, good.replace("192.0.2.11", "192.0.2.0/24"), good.replace("50112", "99999"), "192.0.2.11,1,31/02/2026 10:00:00,,S-1,x,1", good + ",more"),
    )  # fmt: skip
    assert (reply.state, reply.row_count, reply.faulty_count) == (ReplyState.READY, 5, 4)
    problems = dict(ReplyRow.objects.exclude(problem="").values_list("line", "problem"))
    assert "not one IP address" in problems[3] and "65535" in problems[4] and "no time that there was" in problems[5]
    assert "8 cells" in problems[6]
    assert len(findings_of(reply)) == 1


def test_no_zone_and_no_order_of_day_and_month_is_asked_and_never_guessed(officer: User, case: Case) -> None:
    body = table(line(sighting("monsoon_kite_07")))
    reply = taken(officer, case, body, choice=Choice())
    assert reply.state == ReplyState.UNMAPPED and "time zone" in reply.reasons[0]["text"]
    assert not ReplyRow.objects.exists()
    reply = services.read_again(officer, case.pk, reply.number, Choice(zone="Asia/Kolkata"))
    assert reply.state == ReplyState.READY
    assert findings_of(reply) == []  # five and a half hours off
    with pytest.raises(ConflictError):
        services.read_again(officer, case.pk, reply.number, ZONE)
    with pytest.raises(InvalidInputError, match="no time zone"):
        services.receive(officer, case.pk, "x.csv", body + b"\n", choice=Choice(zone="Asia/Nowhere"))


def test_unknown_columns_are_named_once_and_known_the_next_time(officer: User, case: Case) -> None:
    of = sighting("monsoon_kite_07")
    assert of.at is not None
    head = "Adresse;Port;Von;Bis;Kunde;Tarif"
    row = f"{of.ip};{of.port};{of.at - timedelta(minutes=1):%Y-%m-%d %H:%M:%S};{of.at + timedelta(minutes=1):%Y-%m-%d %H:%M:%S};K-1;gold"
    reply = taken(officer, case, table(row, head=head), "antwort.csv")
    assert reply.state == ReplyState.UNMAPPED and reply.heading == head.split(";")
    assert reply.sample[0]["cells"][0] == "192.0.2.11"
    named = {"Adresse": "ip", "Port": "port", "Von": "start", "Bis": "end", "Kunde": "subscriber", "Tarif": ""}
    with pytest.raises(InvalidInputError, match="needs a column for"):
        services.say(officer, case.pk, 1, kind="ipdr", columns={"Adresse": "ip"}, zone="UTC")
    with pytest.raises(InvalidInputError, match="cannot both be"):
        services.say(officer, case.pk, 1, kind="ipdr", columns=named | {"Tarif": "ip"}, zone="UTC")
    reply = services.say(officer, case.pk, 1, kind="ipdr", columns=named, zone="UTC")
    assert reply.state == ReplyState.READY and len(findings_of(reply)) == 1
    assert ReplyMapping.objects.get().version == 1
    later = taken(officer, case, table(row.replace("K-1", "K-2"), head=head), "antwort2.csv", Choice())
    assert later.state == ReplyState.READY and later.layout.startswith("mapping ")


def test_a_login_history_becomes_sightings_that_run_through_the_pipeline(officer: User, case: Case) -> None:
    body = json.dumps(
        {
            "request": {"reference": case.number},
            "account": {"screen_name": "monsoon_kite_07", "id": "77001", "email": "kite@mail.example", "name": "Kite", "phone": "+12025550123"},
            "logins": [
                {"ip": "192.0.2.77", "port": 40001, "time": "2026-01-05T10:15:00+05:30", "event": "Login"},
                {"ip": "2001:db8:1::5", "port": 40002, "time": "2026-01-06T10:15:00Z", "event": "Upload"},
            ],
        }
    ).encode()  # fmt: skip
    reply = taken(officer, case, body, "history.json", Choice())
    assert (reply.state, reply.kind) == (ReplyState.READY, "login-history"), reply.reasons
    (entry,) = entries_of(reply)
    assert [h.identifier.value for h in entry.handles] == ["monsoon_kite_07"]
    assert new_handles_of(reply, [entry]) == []
    reply = apply(officer, case.pk, 1, Ticked(entries=[entry.key]))
    drain()
    seen = Sighting.objects.filter(report_id=reply.report_id)
    assert {str(s.ip) for s in seen if s.ip} == {"192.0.2.77", "2001:db8:1::5"}
    use = seen.get(ip="192.0.2.77")
    assert use.at and use.at.isoformat() == "2026-01-05T04:45:00+00:00" and use.port == 40001
    assert use.attribution.abstained in {True, False}  # it was attributed
    # and an IPDR is matched with the new use too
    ipdr = taken(
        officer,
        case,
        table("192.0.2.77,40001,05/01/2026 04:00:00,05/01/2026 05:00:00,S-5,B. Rao (fictional),9820000005"),
    )
    assert [one.sighting_id for one in findings_of(ipdr)] == [use.pk]


def test_a_new_account_becomes_a_handle_only_when_it_is_ticked(officer: User, case: Case) -> None:
    body = b"subscriber_id,subscriber_name,email,handle\nC-1,A. Patil (fictional),monsoon_kite_07@mail.example,second_kite\n"
    reply = taken(officer, case, body, "subscribers.csv")
    (entry,) = entries_of(reply)
    (new,) = new_handles_of(reply, [entry])
    with pytest.raises(InvalidInputError, match="go through the pipeline"):
        apply(officer, case.pk, 1, Ticked(entries=[entry.key], handles=[new.key], file=False))
    apply(officer, case.pk, 1, Ticked(entries=[entry.key], handles=[new.key]))
    drain()
    handle = CaseHandle.objects.get(case=case, identifier__value="second_kite")
    assert Sighting.objects.filter(identifier=handle.identifier, report=handle.report).exists()


def test_a_childs_identifiers_are_withheld(officer: User, case: Case) -> None:
    from tipline.pipeline.extraction.kinds import normal
    from tipline.reports.models import Identifier, IdentifierKind

    secret = normal(IdentifierKind.PHONE, "+919820000007")
    assert secret is not None
    Identifier.objects.create(
        kind=secret.kind, scope=secret.scope, value=secret.value, digest=secret.digest, first_seen_at=now(), last_seen_at=now(), of_child=True
    )  # fmt: skip
    body = b"subscriber_id,subscriber_name,email,msisdn\nC-1,A. Patil (fictional),monsoon_kite_07@mail.example,9820000007\n"
    reply = taken(officer, case, body, "subscribers.csv")
    (entry,) = entries_of(reply)
    assert "9820000007" not in str(entry.particulars) and "withheld" in str(entry.particulars)
    reply = apply(officer, case.pk, 1, Ticked(entries=[entry.key]))
    assert "9820000007" not in str(list(PersonEvidence.objects.values_list("text"))) + str(
        CasePerson.objects.get().details
    )
    assert b"9820000007" not in bytes(Report.objects.get(pk=reply.report_id).documents.get().body)


def test_the_same_file_twice_is_told_and_a_closed_case_takes_nothing(officer: User, case: Case) -> None:
    body = table(line(sighting("monsoon_kite_07")))
    taken(officer, case, body)
    with pytest.raises(ConflictError, match="reply 1"):
        services.receive(officer, case.pk, "again.csv", body)
    with pytest.raises(NotFoundError):
        services.receive(person("IN-MH-PUNE"), case.pk, "x.csv", body)
    with pytest.raises(NotPermittedError):
        services.receive(person("IN-MH-JALGAON", Role.ANALYST), case.pk, "x.csv", body + b"\n")
    Case.objects.filter(pk=case.pk).update(state="closed", closed_at=now())
    with pytest.raises(ConflictError, match="closed"):
        services.receive(officer, case.pk, "x.csv", body + b"\n")


def test_the_file_is_kept_as_it_came_before_it_is_read(officer: User, case: Case) -> None:
    body = b"\xef\xbb\xbfa,b\r\n1,\x00\r\n"
    with pytest.raises(RefusedFileError):
        services.receive(officer, case.pk, "x.csv", body)  # NUL: no text
    broken = b'a,b\r\n1,"not closed\r\n'
    reply = services.receive(officer, case.pk, "../../etc/x.csv", broken)
    assert reply.state == ReplyState.RECEIVED and reply.name == "x.csv"
    assert bytes(ReplyFile.objects.get(reply=reply).body) == broken
    reply = services.read(reply.pk)
    assert reply.state == ReplyState.REFUSED and "quotation mark" in reply.reasons[0]["text"]
    assert not ReplyRow.objects.exists()


def test_media_is_neither_read_nor_kept(officer: User, case: Case) -> None:
    from tipline.demo.synthetic import noise_png

    for name, body in (
        ("a.png", noise_png(1)),
        ("a.csv", noise_png(2)),
        ("a.mp4", b"\0\0\0\x18ftypmp42"),
        ("photo.jpg", b"a,b\n1,2\n"),
    ):
        with pytest.raises(MediaError):
            services.receive(officer, case.pk, name, body)
    assert not Reply.objects.exists() and not ReplyFile.objects.exists()
    assert Entry.objects.filter(action="reply.turned_away").count() == 4


def test_when_it_fails_in_the_middle_nothing_of_it_is_there(
    officer: User, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = taken(officer, case, table(line(sighting("monsoon_kite_07"))))

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("pulled the plug")

    monkeypatch.setattr("tipline.investigation.replies.applying.add_account_holder", broken)
    with pytest.raises(RuntimeError):
        apply(officer, case.pk, 1, Ticked(entries=[KEY]))
    reply.refresh_from_db()
    assert reply.state == ReplyState.READY
    assert not Report.objects.filter(channel="reply").exists() and not CasePerson.objects.exists()
    assert not Reporter.objects.filter(kind=ReporterKind.REPLY).exists()
    monkeypatch.setattr("tipline.investigation.replies.understanding.matching.find", broken)
    second = taken(officer, case, table(line(sighting("paper_boat_22"))), "second.csv")
    assert second.state == ReplyState.REFUSED and "the software failed" in second.reasons[0]["text"]
    assert not ReplyRow.objects.filter(reply=second).exists()


def test_findings_are_the_newest_ones_and_the_index_serves_them(officer: User, case: Case) -> None:
    of = sighting("monsoon_kite_07")
    others = [
        f"192.0.2.{n % 200 + 20},{n % 60000 + 1024},05/01/2026 10:00:00,05/01/2026 11:00:00,S-{n},x,1"
        for n in range(3000)
    ]
    reply = taken(officer, case, table(line(of), *others))
    from tipline.investigation.replies import matching

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE replies_replyrow")
        matching.find(reply)
        cursor.execute("EXPLAIN " + matching._FIND, matching.parameters(reply, matching.tolerance()))
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "replyrow_session" in plan, plan
    assert ReplyFinding.objects.filter(reply=reply).count() == 1
