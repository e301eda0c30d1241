"""The public form from the page to the desk: what becomes of a report, who gets at it, and what is nowhere."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from lxml import html

from tests import factories
from tests.factories import TESTS, agency, drain, person
from tipline.core.config import config
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.intake.public_form import codes, defence, services, tickets, views
from tipline.intake.public_form.models import Message, PublicContact, PublicReport, Side, Told
from tipline.intake.public_form.texts import LANGUAGES
from tipline.investigation.chain import View, chain
from tipline.pipeline.routing.models import Decision
from tipline.pipeline.triage.models import Score
from tipline.referrals.services import accept, forward
from tipline.reports.models import Channel, Document, Holding, Processing, Report, ReportState
from tipline.trust.accounts.models import Reporter, ReporterKind, Role
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import NOTHING, OPERATOR, acting, assume, scope_of

pytestmark = pytest.mark.django_db

ADDRESS, AGENT, REFERRER = "198.51.100.77", "CanaryBrowser/9.75", "https://referrer.example/where-i-was"
ANSWERS = {
    "danger": "yes", "about": "threat", "links": "https://pictogram.example/harbour/1\nhttps://pictogram.example/harbour/2",
    "app": "Pictogram", "account": "@Harbour_Lantern", "story": "He wrote to my friend.", "when": "last night",
    "own": "no", "name": "Asha Example", "phone": "+91 99999 00000", "email": "asha@mail.example",
}  # fmt: skip


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[None]:
    """Nobody waits, nothing is counted yet, and web processes see nothing outside of what they are told."""
    defence.forget_all()
    monkeypatch.setattr(views, "TRY_SECONDS", 0)
    yield
    assume(OPERATOR)


@pytest.fixture
def opened(db: None) -> Reporter:
    factories.standard_tree()
    return services.open_form(agency("IN-NCRB"), config(), TESTS)


class Visitor:
    """Somebody with a browser that takes three seconds and more for a form."""

    def __init__(self, address: str = ADDRESS) -> None:
        self.client = Client(
            REMOTE_ADDR=address, HTTP_USER_AGENT=AGENT, HTTP_REFERER=REFERRER, HTTP_ACCEPT_LANGUAGE="mr-IN,en;q=0.5"
        )

    def page(self, path: str = "/report/en/") -> html.HtmlElement:
        answer = self.client.get(path)
        assert answer.status_code == 200
        return html.fromstring(answer.content.decode())

    def ticket(self, path: str = "/report/en/", seconds: int = 30) -> str:
        """The ticket of a form that was opened so many seconds ago."""
        found = self.page(path).xpath("//input[@name='ticket']/@value")[0]
        ticket = tickets.read_form(found)
        assert ticket is not None
        return tickets.FormTicket(ticket.nonce, ticket.made_at - seconds, ticket.earliest - seconds).sealed()

    def send(self, path: str = "/report/en/", **more: str) -> Any:
        with_ticket = {"ticket": self.ticket(path)} if "ticket" not in more else {}
        return self.post(path, ANSWERS | with_ticket | more)

    def post(self, path: str, fields: dict[str, str]) -> Any:
        from urllib.parse import urlencode

        assume(NOTHING)
        try:
            return self.client.post(path, urlencode(fields), content_type="application/x-www-form-urlencoded")
        finally:
            assume(OPERATOR)

    def code(self, **more: str) -> str:
        answer = self.send(**more)
        assert answer.status_code == 200, errors(answer)
        return code_in(answer)

    def back(self, code: str, **more: str) -> Any:
        return self.post("/report/en/back/", {"code": code, **more})

    def act(self, came: Any, act: str, text: str = "") -> Any:
        ticket = html.fromstring(came.content.decode()).xpath("//input[@name='ticket']/@value")[0]
        return self.post("/report/en/back/", {"ticket": ticket, "act": act, "text": text})


def code_in(answer: Any) -> str:
    return str(html.fromstring(answer.content.decode()).get_element_by_id("code").text)


def errors(answer: Any) -> list[tuple[str, str]]:
    links = html.fromstring(answer.content.decode()).xpath("//*[@id='summary']//a")
    return [(link.get("href").lstrip("#"), link.text) for link in links]


def said(key: str, **values: object) -> str:
    return LANGUAGES["en"].say(key, **values)


# -- the report --------------------------------------------------------------------------------------------------------


def test_a_report_is_finished_at_once_and_goes_through_the_pipeline_to_a_persons_queue(opened: Reporter) -> None:
    Visitor().code()
    report = Report.objects.get()
    assert (report.channel, report.state, report.processing) == (
        Channel.PUBLIC,
        ReportState.FINISHED,
        Processing.WAITING,
    )
    assert (report.reporter, report.receiving_agency.code) == (opened, "IN-NCRB")
    assert report.incident_type == "Online Enticement of Children for Sexual Acts"
    assert report.escalated and report.platform == "Pictogram"
    drain()
    report.refresh_from_db()
    assert report.processing == Processing.DONE
    found = chain(OPERATOR, report.pk, View(texts=True))
    identifiers = {(i["kind"], i["value"], i["role"]) for i in found["identifiers"]}
    assert identifiers == {
        ("url", "https://pictogram.example/harbour/1", "incident"), ("url", "https://pictogram.example/harbour/2", "incident"),
        ("handle", "harbour_lantern", "reported"),
    }  # fmt: skip
    texts = {t["element"]: t["text"] for t in found["texts"]}
    assert texts["additionalInfo"] == "He wrote to my friend."
    assert texts["incidentSummary/incidentDateTimeDescription"] == "last night"
    assert found["incident"]["annotations"] == ["sextortion"]
    assert Decision.objects.get(report=report).abstained
    assert Score.objects.get(report=report, kind="priority").score >= 80
    assert Holding.objects.get(report=report, held_until=None).agency.code == "IN-NCRB"


def test_the_document_says_what_was_said_and_nothing_of_the_contact(opened: Reporter) -> None:
    Visitor().code()
    document = Document.objects.get()
    assert document.source_format == "public-form/1"
    source = json.loads(bytes(document.source or b""))
    assert source["language"] == "en" and source["account"] == "@Harbour_Lantern"
    for stored in (bytes(document.body), bytes(document.source or b"")):
        for secret in (b"Asha", b"99999", b"asha@mail.example"):
            assert secret not in stored
    contact = PublicContact.objects.get()
    assert (contact.name, contact.phone, contact.email) == ("Asha Example", "+91 99999 00000", "asha@mail.example")


def test_not_sure_stays_not_stated(opened: Reporter) -> None:
    Visitor().code(about="unsure", danger="", when="", own="", name="", phone="", email="")
    report = Report.objects.get()
    assert (report.incident_type, report.escalated, report.incident_at, report.incident_at_text) == (
        "Not stated", False, None, "",
    )  # fmt: skip
    assert not PublicContact.objects.exists()
    drain()
    assert Report.objects.get().processing == Processing.DONE


def test_a_form_sent_twice_is_one_report_with_one_code(opened: Reporter) -> None:
    visitor = Visitor()
    ticket = visitor.ticket()
    first, second = (visitor.send(ticket=ticket) for _ in range(2))
    assert code_in(first) == code_in(second)
    assert Report.objects.count() == PublicReport.objects.count() == 1
    other = visitor.send(ticket=ticket, story="Something else")
    assert other.status_code == 409
    assert errors(other) == [("send", said("error_again"))]
    assert Report.objects.count() == 1
    Report.objects.update(received_at=Report.objects.get().received_at - timedelta(minutes=16))
    late = visitor.send(ticket=ticket)
    assert late.status_code == 409
    assert code_in(first) not in late.content.decode()


def test_the_same_words_are_marked_as_a_repeat(opened: Reporter) -> None:
    visitor = Visitor()
    visitor.code()
    visitor.code(name="Somebody else")
    visitor.code(story="Other words")
    first, second, third = Report.objects.order_by("id")
    assert (first.probable_repeat_of, second.probable_repeat_of, third.probable_repeat_of) == (None, first, None)


def test_what_xml_and_postgresql_cannot_hold_does_not_stop_a_report(opened: Reporter) -> None:
    Visitor().code(story="a\x00b\x0bc\ud7ff \u202e </report> &amp; ]]>", account="\x01", name="n\x00")
    drain()
    assert Report.objects.get().processing == Processing.DONE
    texts = chain(OPERATOR, Report.objects.get().pk, View(texts=True))["texts"]
    assert {t["element"]: t["text"] for t in texts}["additionalInfo"].startswith(
        "a\ufffdb\ufffdc\ud7ff \u202e </report> &amp; ]]>"
    )
    assert PublicContact.objects.get().name == "n\ufffd"


# -- nobody is known ---------------------------------------------------------------------------------------------------


def _everything() -> str:
    """Every column of every table of this database, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {table} t")
            found += [row for (row,) in cursor.fetchall()]
            # what is kept as bytes, as the text that it may be
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND data_type = 'bytea'",
                [table],
            )
            for (column,) in cursor.fetchall():
                cursor.execute(f"SELECT encode({column}, 'escape') FROM {table} WHERE {column} IS NOT NULL")
                found += [row for (row,) in cursor.fetchall()]
    return "\n".join(found)


def test_address_agent_and_referrer_are_nowhere(opened: Reporter, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    visitor = Visitor()
    code = visitor.code()
    came = visitor.back(code)
    visitor.act(came, "add", "One more thing")
    visitor.back("ACDE-FHJK-MNPR-TWXY-2346")
    visitor.client.get("/report/nosuch/page/")
    drain()
    everything = _everything()
    assert (
        "One more thing" in everything and "pictogram.example/harbour/1" in everything
    )  # the search finds what is there
    for secret in (ADDRESS, AGENT, REFERRER, "CanaryBrowser", code, code.replace("-", "")):
        assert secret not in everything, secret
        assert secret not in caplog.text, secret
    assert "One more thing" not in caplog.text


def test_no_cookie_is_set_or_read_and_nothing_is_stored(opened: Reporter) -> None:
    officer = factories.signed_in(person("IN-NCRB"))
    for path in ("/report/", "/report/hi/", "/report/back/", "/report/assets/form.css"):
        answer = officer.get(path)
        assert answer.status_code == 200
        assert not answer.cookies
        assert answer["Cache-Control"] == "no-store"
        assert "Cookie" not in answer.get("Vary", "")
    assert officer.get("/report/")["Referrer-Policy"] == "no-referrer"


def test_the_acts_in_the_log_name_the_form_and_hold_no_text(opened: Reporter) -> None:
    visitor = Visitor()
    came = visitor.back(visitor.code())
    visitor.act(came, "add", "One more thing")
    visitor.act(came, "delete")
    entries = list(Entry.objects.filter(actor_label="public:IN-NCRB").order_by("id").values_list("action", "detail"))
    assert [action for action, _ in entries] == [
        "report.opened", "report.finished", "public_form.filed", "public_form.message_added", "public_form.contact_deleted",
    ]  # fmt: skip
    for secret in ("One more", "Asha", "harbour", ADDRESS):
        assert secret not in json.dumps([detail for _, detail in entries])


# -- what is refused, and that nothing typed is lost -------------------------------------------------------------------


def _kept(answer: Any) -> dict[str, str]:
    page = html.fromstring(answer.content.decode())
    kept = {
        e.get("name"): (e.value or "").removeprefix("\n")
        for e in page.xpath("//form//input[not(@type='radio')] | //form//textarea")
    }
    return kept | {e.get("name"): e.get("value") for e in page.xpath("//input[@type='radio'][@checked]")}


@pytest.mark.parametrize(
    ("more", "status", "expected"),
    [
        ({"links": "", "app": "", "account": "", "story": ""}, 422, [("links", said("error_where"))]),
        ({"story": "x" * 4001}, 422, [("story", said("error_long", most=4000, count=4001))]),
        ({"website": "https://spam.example"}, 422, [("website", said("error_trap"))]),
        ({"ticket": ""}, 422, [("send", said("error_old"))]),
        ({"ticket": "forged"}, 422, [("send", said("error_old"))]),
    ],
)  # fmt: skip
def test_a_refusal_says_what_to_do_and_keeps_everything(
    opened: Reporter, more: dict[str, str], status: int, expected: list[tuple[str, str]]
) -> None:
    answer = Visitor().send(**more)
    assert answer.status_code == status
    assert errors(answer) == expected
    wanted = {k: v for k, v in (ANSWERS | more).items() if k != "ticket"}
    assert {k: v for k, v in _kept(answer).items() if k in wanted and v} == {k: v for k, v in wanted.items() if v}
    assert not Report.objects.exists()
    page = html.fromstring(answer.content.decode())
    assert page.findtext(".//title") == f"{said('page_error')}: {said('page_form')}"
    for field, _ in expected:
        assert page.get_element_by_id(field) is not None


def test_a_page_that_was_open_too_long_or_too_short_is_sent_once_more(opened: Reporter) -> None:
    visitor = Visitor()
    for seconds, key in ((5 * 3600, "error_old"), (0, "error_soon")):
        late = _aged(visitor, seconds)
        answer = visitor.send(ticket=late)
        assert (answer.status_code, errors(answer)) == (422, [("send", said(key))])
        ticket = _kept(answer)["ticket"]
        again = visitor.send(ticket=ticket if key == "error_soon" else _older(ticket))
        assert again.status_code == 200
    assert Report.objects.count() == 2


def _aged(visitor: Visitor, seconds: int) -> str:
    import time

    from tipline.intake.public_form import secret

    ticket = tickets.read_form(visitor.ticket(seconds=0))
    assert ticket is not None
    text = f"form {ticket.nonce} {ticket.made_at - seconds} {ticket.earliest - seconds} 0"
    return secret.sealer().encrypt_at_time(text.encode(), int(time.time()) - seconds).decode()


def _older(sealed: str) -> str:
    ticket = tickets.read_form(sealed)
    assert ticket is not None
    return tickets.FormTicket(ticket.nonce, ticket.made_at - 30, ticket.earliest - 30).sealed()


def test_a_form_on_another_site_sends_nothing(opened: Reporter) -> None:
    visitor = Visitor()
    ticket = visitor.ticket()
    visitor.client.defaults["HTTP_SEC_FETCH_SITE"] = "cross-site"
    assert visitor.send(ticket=ticket).status_code == 422
    assert not Report.objects.exists()
    visitor.client.defaults["HTTP_SEC_FETCH_SITE"] = "same-origin"
    assert visitor.send(ticket=ticket).status_code == 200


def test_a_body_that_could_bring_a_file_is_not_read(opened: Reporter) -> None:
    visitor = Visitor()
    answer = visitor.client.post("/report/en/", ANSWERS | {"ticket": visitor.ticket()})  # multipart
    assert answer.status_code == 422
    assert not Report.objects.exists()
    assert visitor.page().xpath("//input[@type='file']") == []


def test_many_of_one_network_wait_and_none_is_turned_away(opened: Reporter) -> None:
    visitor = Visitor()
    for number in range(8):
        visitor.code(story=f"Report {number}")
    answer = visitor.send(story="The ninth")
    assert answer.status_code == 429
    assert answer["Retry-After"] == "60"
    assert errors(answer) == [("send", said("error_wait", seconds=60))]
    assert _kept(answer)["story"] == "The ninth"
    waiting = _kept(answer)["ticket"]
    assert visitor.send(ticket=waiting, story="The ninth").status_code == 429  # it did not wait
    assert Report.objects.count() == 8
    ticket = tickets.read_form(waiting)
    assert ticket is not None and ticket.waited
    after = tickets.FormTicket(ticket.nonce, ticket.made_at - 60, ticket.earliest - 60, waited=True).sealed()
    assert visitor.send(ticket=after, story="The ninth").status_code == 200
    assert Visitor("203.0.113.9").send(story="From elsewhere").status_code == 200


def test_when_many_come_from_everywhere_a_proof_of_work_need_not_wait(opened: Reporter) -> None:
    for number in range(20):
        assert Visitor(f"203.0.113.{number}").send(story=f"Report {number}").status_code == 200
    assert Visitor("203.0.113.99").send().status_code == 429
    visitor = Visitor("203.0.113.98")
    ticket = visitor.ticket()
    work = next(str(n) for n in range(10_000_000) if tickets.worked(ticket, str(n)))
    assert visitor.send(ticket=ticket, work="x" + work).status_code == 429
    assert visitor.send(ticket=ticket, work=work).status_code == 200


# -- coming back -------------------------------------------------------------------------------------------------------


def test_a_code_opens_its_report_and_tells_how_far_it_is(opened: Reporter) -> None:
    visitor = Visitor()
    code = visitor.code()
    for typed in (code, code.lower(), code.replace("-", ""), f"  {code.replace('-', ' ')} "):
        assert said("state_received") in visitor.back(typed).content.decode()
    report = Report.objects.get()
    drain()
    forward(person("IN-NCRB"), [report.pk], agency("IN-MH-CYBER"))
    assert said("state_received") in visitor.back(code).content.decode()
    accept(person("IN-MH-CYBER"), [report.pk])
    text = visitor.back(code).content.decode()
    assert said("state_looked_at") in text
    for secret in ("Maharashtra", "IN-MH", "NCRB", code):
        assert secret not in text
    services.tell(person("IN-MH-CYBER"), report.pk, "closed")
    assert said("state_closed") in visitor.back(code).content.decode()


def test_what_is_added_and_answered_goes_both_ways(opened: Reporter) -> None:
    visitor = Visitor()
    code = visitor.code()
    report = Report.objects.get()
    came = visitor.act(visitor.back(code), "add", "It happened again <b>today</b> \u202e")
    assert said("added") in came.content.decode()
    assert "&lt;b&gt;today&lt;/b&gt; ⟨U+202E⟩" in came.content.decode()
    officer = person("IN-NCRB")
    with acting(scope_of(officer)):
        services.answer(officer, report.pk, "Thank you. Are you safe?")
    text = visitor.back(code).content.decode()
    assert "Thank you. Are you safe?" in text
    assert officer.name not in text and officer.email not in text
    assert PublicReport.objects.get().told == Told.LOOKED_AT
    assert Message.objects.get(side=Side.DESK).read_at is not None
    assert Message.objects.get(side=Side.REPORTER).read_at is None


def test_contact_data_is_really_deleted(opened: Reporter) -> None:
    visitor = Visitor()
    came = visitor.back(visitor.code())
    assert said("contact_kept") in came.content.decode()
    gone = visitor.act(came, "delete")
    assert said("contact_deleted") in gone.content.decode()
    assert not PublicContact.objects.exists()
    everything = _everything()
    for secret in ("Asha Example", "+91 99999 00000", "asha@mail.example"):
        assert secret not in everything
    assert said("contact_none") in visitor.act(came, "delete").content.decode()
    assert Entry.objects.filter(action="public_form.contact_deleted").count() == 1


def test_wrong_codes_open_nothing_and_soon_no_more_are_tried(opened: Reporter) -> None:
    visitor = Visitor()
    right = visitor.code()
    for typed, key in (("", "error_code_form"), ("hello", "error_code_form"), (_mistyped(right), "error_code_typo")):
        answer = visitor.back(typed)
        assert (answer.status_code, errors(answer)) == (422, [("code", said(key))])
    for number in range(8):
        answer = visitor.back(codes.code_of(f"nobody's {number}"))
        assert (answer.status_code, errors(answer)) == (422, [("code", said("error_code_wrong"))])
    answer = visitor.back(codes.code_of("nobody's"))
    assert (answer.status_code, errors(answer)) == (429, [("code", said("error_code_many"))])
    assert visitor.back(right).status_code == 429
    assert Visitor("203.0.113.5").back(right).status_code == 200  # of another network
    assert right not in answer.content.decode()


def _mistyped(code: str) -> str:
    return ("A" if code[0] != "A" else "C") + code[1:]


def test_a_code_or_ticket_in_an_address_means_nothing(opened: Reporter) -> None:
    visitor = Visitor()
    code = visitor.code()
    answer = visitor.client.get("/report/en/back/", {"code": code})
    assert said("state_received") not in answer.content.decode()


def test_a_ticket_opens_one_report_for_half_an_hour(opened: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = Visitor()
    came = visitor.back(visitor.code())
    for forged in ("", "x", tickets.new_form().sealed(), tickets.seal_report(987654)):
        answer = visitor.post("/report/en/back/", {"ticket": forged, "act": "add", "text": "kept words"})
        assert (answer.status_code, errors(answer)) == (422, [("code", said("error_back_old"))])
        assert "kept words" in answer.content.decode()
    monkeypatch.setattr(tickets, "BACK_FOR", timedelta(seconds=-1))
    answer = visitor.act(came, "add", "kept words")
    assert (answer.status_code, errors(answer)) == (422, [("code", said("error_back_old"))])
    monkeypatch.undo()
    assert not Message.objects.exists()


def test_a_code_still_works_when_the_form_is_closed(opened: Reporter) -> None:
    visitor = Visitor()
    code = visitor.code()
    services.close_form(TESTS)
    closed = visitor.client.get("/report/en/").content.decode()
    assert said("closed_title") in closed and 'href="tel:112"' in closed
    assert "<form" not in closed
    assert visitor.post("/report/en/", ANSWERS).status_code == 503
    assert said("state_received") in visitor.back(code).content.decode()


def test_of_a_destroyed_report_a_code_tells_that_it_is_closed(opened: Reporter) -> None:
    visitor = Visitor()
    code = visitor.code()
    came = visitor.back(code)
    Report.objects.update(destroyed_at=Report.objects.get().received_at, processing=Processing.NONE)
    text = visitor.back(code).content.decode()
    assert said("state_closed") in text
    assert "<textarea" not in text
    visitor.act(came, "add", "too late")
    assert not Message.objects.exists()


# -- who gets at it ----------------------------------------------------------------------------------------------------

TABLES = ("public_form_publicreport", "public_form_publiccontact", "public_form_message")


def _rows() -> list[int]:
    with connection.cursor() as cursor:
        counts = []
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts.append(int(cursor.fetchone()[0]))
        return counts


def test_row_security_gives_it_to_the_agencies_that_hold_or_held_it_alone(opened: Reporter) -> None:
    visitor = Visitor()
    visitor.act(visitor.back(visitor.code()), "add", "One more thing")
    report = Report.objects.get()
    drain()
    forward(person("IN-NCRB"), [report.pk], agency("IN-MH-CYBER"))
    for code, role, rows in (
        ("IN-NCRB", Role.DESK_OFFICER, [1, 1, 1]), ("IN-MH-CYBER", Role.INVESTIGATOR, [1, 1, 1]),
        ("IN-BR-CYBER", Role.DESK_OFFICER, [0, 0, 0]), ("US-NCMEC", Role.ANALYST, [0, 0, 0]),
        ("IN-NCRB", Role.ADMINISTRATOR, [0, 0, 0]), ("IN-NCRB", Role.AUDITOR, [0, 0, 0]),
    ):  # fmt: skip
        with acting(scope_of(person(code, role))):
            assert _rows() == rows, (code, role)
    with acting(NOTHING):
        assert _rows() == [0, 0, 0]


def test_only_the_desk_that_holds_it_answers(opened: Reporter) -> None:
    Visitor().code()
    report = Report.objects.get()
    drain()
    forward(person("IN-NCRB"), [report.pk], agency("IN-MH-CYBER"))
    for somebody, refusal in (
        (person("IN-NCRB"), NotFoundError), (person("IN-BR-CYBER"), NotFoundError),
        (person("IN-MH-CYBER", Role.INVESTIGATOR), NotPermittedError),
    ):  # fmt: skip
        with pytest.raises(refusal), acting(scope_of(somebody)):
            services.answer(somebody, report.pk, "Hello")
    with pytest.raises(InvalidInputError):
        services.answer(person("IN-MH-CYBER"), report.pk, " ")
    assert not Message.objects.exists()


# -- opening and closing -----------------------------------------------------------------------------------------------


def test_the_form_is_open_for_one_agency_that_can_hand_down(opened: Reporter) -> None:
    assert (opened.kind, opened.username, opened.credentials.count()) == (ReporterKind.PUBLIC, "public:IN-NCRB", 0)
    assert services.open_form(agency("IN-NCRB"), config(), TESTS) == opened
    with pytest.raises(ConflictError, match="IN-NCRB: close it first"):
        services.open_form(agency("IN-MH-CYBER"), config(), TESTS)
    closed = services.close_form(TESTS)
    assert closed is not None and closed.code == "IN-NCRB"
    assert services.close_form(TESTS) is None
    with pytest.raises(InvalidInputError, match="no desk below it"):
        services.open_form(agency("IN-MH-JALGAON"), config(), TESTS)
    with pytest.raises(InvalidInputError, match="no emergency numbers for US"):
        services.open_form(agency("US-NCMEC"), config(), TESTS)
    assert services.open_form(agency("IN-NCRB"), config(), TESTS) == opened
    acts = Entry.objects.filter(action__startswith="public_form.").order_by("id").values_list("action", flat=True)
    assert list(acts) == ["public_form.opened", "public_form.closed", "public_form.opened"]
    assert Reporter.objects.filter(kind=ReporterKind.PUBLIC).count() == 1


def test_the_first_language_is_the_browsers_and_the_address_decides(opened: Reporter) -> None:
    visitor = Visitor()
    answer = visitor.client.get("/report/")
    assert (answer["Content-Language"], answer["Vary"]) == ("mr", "Accept-Language")
    assert '<html lang="mr">' in answer.content.decode()
    for code, language in LANGUAGES.items():
        page = visitor.page(f"/report/{code}/")
        assert page.get("lang") == code
        assert page.findtext(".//h1") == language.texts["form_title"]
        links = {a.get("lang"): (a.text, a.get("aria-current")) for a in page.xpath("//ul[@class='languages']//a")}
        assert links == {c: (one.language.name, "true" if c == code else None) for c, one in LANGUAGES.items()}
    assert visitor.client.get("/report/xx/")["Location"] == "/report/"
    assert visitor.client.get("/report")["Location"] == "/report/"


def test_every_page_has_the_numbers_and_the_way_out(opened: Reporter) -> None:
    visitor = Visitor()
    code = visitor.code()
    pages = [
        visitor.client.get("/report/hi/"),
        visitor.client.get("/report/mr/back/"),
        visitor.send(),
        visitor.back(code),
    ]
    for answer in pages:
        text = answer.content.decode()
        for number in ("112", "1098", "1930"):
            assert f'href="tel:{number}"' in text
        assert "cybercrime.gov.in" in text and "https://cybercrime" not in text
        (leave,) = html.fromstring(text).xpath("//a[@id='exit']")
        assert leave.get("href") == "https://www.wikipedia.org/"
        assert "noreferrer" in leave.get("rel")
        assert re.search(r"<script(?! src=\"/report/assets/form.js\")|style=|onclick", text) is None
