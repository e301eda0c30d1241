"""A reply answers a request: one is proposed and says why, a person decides, and all of it happens or nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import factories
from tests.factories import person
from tests.integration.investigation.test_replies import HEAD, KEY, ZONE, case, line, officer, sighting, table, taken
from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.investigation.cases.models import Case, CasePerson
from tipline.investigation.cases.services import open_case
from tipline.investigation.legal.clocks.models import Clock
from tipline.investigation.process import rates, services
from tipline.investigation.process.holders import holders_of
from tipline.investigation.process.making import make
from tipline.investigation.process.models import Answer, Request, RequestEvent, RequestItem, RequestKind, RequestState
from tipline.investigation.process.services import Letter
from tipline.investigation.replies import answering
from tipline.investigation.replies.answering import Answers, awaited, guess, guess_before
from tipline.investigation.replies.applying import apply
from tipline.investigation.replies.models import Reply, ReplyState
from tipline.investigation.replies.services import Ticked, receive
from tipline.reports.models import Report
from tipline.trust.accounts.models import User
from tipline.trust.visibility import acting, scope_of

pytestmark = pytest.mark.django_db
__all__ = ["case", "officer"]
TICKED = Ticked(entries=[KEY])


def letter(ago: float = 0.01, reference: str = "DN/77") -> Letter:
    return Letter(now() - timedelta(days=ago), "email", reference)


def asked(officer: User, case: Case, kind: RequestKind = RequestKind.PRODUCTION, holder: str = "", reference: str = "JAL/1") -> Request:  # fmt: skip
    """A request to the network of the case's addresses, sent two days ago."""
    Case.objects.filter(pk=case.pk).update(opened_at=now() - timedelta(days=30))
    key = holder or next(h.key for h in holders_of(case) if h.kind == "network")
    made = make(officer, case.pk, kind, [key], again=True).requests[0]
    (request,) = services.send(officer, case.pk, {made.pk: 1}, letter(2, reference))
    return request


def answers(request: Request, **more: object) -> Answers:
    return Answers(request.pk, request.version, letter(), **more)  # type: ignore[arg-type]


def good() -> bytes:
    return table(line(sighting("monsoon_kite_07")))


def test_the_request_is_answered_with_the_reply_and_its_clock_ends(officer: User, case: Case) -> None:
    request = asked(officer, case)
    assert Clock.objects.filter(case_id=case.pk, subject=f"request:{request.pk}", ended_at=None).exists()
    reply = apply(officer, case.pk, taken(officer, case, good()).number, TICKED, answers(request))
    request.refresh_from_db()
    assert (request.state, request.answer, request.usefulness) == (RequestState.REPLIED, "full", "identified")
    assert reply.request == request and request.replied_at is not None
    assert not Clock.objects.filter(case_id=case.pk, subject=f"request:{request.pk}", ended_at=None).exists()
    event = RequestEvent.objects.get(request=request, kind="replied")
    assert (event.reference, event.person) == ("DN/77", officer)
    scope = scope_of(officer)
    with acting(scope):
        (rate,) = rates.rates_for(officer, scope).of_holder(request.holder_key)[:1]
    assert (rate.sent, rate.replied, rate.in_full, rate.useful) == (1, 1, 1, 1)
    assert [one.number for one in answering.replies_to(request)] == [reply.number]
    # twice is once: nothing is answered again
    apply(officer, case.pk, reply.number, TICKED, answers(request))
    assert RequestEvent.objects.filter(request=request, kind="replied").count() == 1


def test_none_of_them_stays_possible(officer: User, case: Case) -> None:
    request = asked(officer, case)
    reply = taken(officer, case, good())
    assert apply(officer, case.pk, reply.number, TICKED).request is None
    request.refresh_from_db()
    assert request.state == RequestState.SENT


def test_in_part_notes_what_was_told_of_and_the_rest_goes_on_waiting(officer: User, case: Case) -> None:
    request = asked(officer, case)
    apply(officer, case.pk, taken(officer, case, good()).number, TICKED, answers(request, answer="part"))
    told = sighting("monsoon_kite_07")
    items = dict(RequestItem.objects.filter(request=request).values_list("sighting_id", "answer"))
    assert items == {told.pk: Answer.FULL, sighting("paper_boat_22").pk: ""}
    (still,) = awaited(case)
    second = taken(officer, case, table(line(sighting("paper_boat_22"))), "rest.csv")
    assert guess(second, [still]).request == still
    apply(officer, case.pk, second.number, TICKED, answers(still, answer="part"))  # the officer misses something yet
    assert dict(RequestItem.objects.filter(request=request).values_list("sighting_id", "answer")) == items
    (still,) = awaited(case)
    third = taken(officer, case, table(line(sighting("paper_boat_22"), before=90)), "last.csv")
    apply(officer, case.pk, third.number, TICKED, answers(still))
    assert awaited(case) == []
    assert set(RequestItem.objects.filter(request=request).values_list("answer", flat=True)) == {Answer.FULL}
    assert [one.number for one in answering.replies_to(request)] == [1, 2, 3]


def test_a_request_of_another_case_is_no_request_of_this(officer: User, case: Case) -> None:
    provider = factories.provider("Clipwave")
    other = factories.filed(provider, factories.synthetic("river_lamp_2", "192.0.2.13"))
    factories.drain()
    foreign = asked(officer, open_case(officer, [other.pk], "Lamp"))
    reply = taken(officer, case, good())
    with pytest.raises(NotFoundError, match="no such request in this case"):
        apply(officer, case.pk, reply.number, TICKED, answers(foreign))
    with pytest.raises(InvalidInputError, match="no request"):
        receive(officer, case.pk, "x.csv", good() + b"\n", request=foreign.own_reference)
    _nothing_was_done(reply, foreign)


def test_a_request_that_was_answered_meanwhile_is_told_by_name(officer: User, case: Case) -> None:
    request = asked(officer, case)
    reply = taken(officer, case, good())
    stale = answers(request)
    colleague = person("IN-MH-JALGAON")
    services.reply(colleague, case.pk, request.pk, None, services.Reply(letter(), "full", "narrowed"))
    with pytest.raises(ConflictError, match=rf"{request.own_reference} was changed.*{colleague.name} noted"):
        apply(officer, case.pk, reply.number, TICKED, stale)
    # whoever looks again, or a script that saw no version, is told as well
    with pytest.raises(ConflictError, match=rf"{request.own_reference}: {colleague.name} noted.*nothing was used"):
        apply(officer, case.pk, reply.number, TICKED, Answers(request.pk, None, letter()))
    _nothing_was_done(reply)
    request.refresh_from_db()
    assert request.usefulness == "narrowed"
    assert guess(reply, awaited(case)).request is None


@pytest.mark.parametrize("ending", ["closed", "withdrawn"])
def test_what_is_over_takes_no_answer(officer: User, case: Case, ending: str) -> None:
    request = asked(officer, case)
    reply = taken(officer, case, good())
    if ending == "closed":
        services.close(officer, case.pk, request.pk, None)
    else:
        services.withdraw(officer, case.pk, request.pk, None, "Wrong holder")
    with pytest.raises(ConflictError, match=officer.name):
        apply(officer, case.pk, reply.number, TICKED, Answers(request.pk, None, letter()))
    _nothing_was_done(reply)


def test_a_draft_a_preservation_and_an_answer_before_its_letter_are_refused(officer: User, case: Case) -> None:
    kept = asked(officer, case, RequestKind.PRESERVATION)
    reply = taken(officer, case, good())
    with pytest.raises(InvalidInputError, match="asks to keep records"):
        apply(officer, case.pk, reply.number, TICKED, answers(kept))
    (draft,) = make(officer, case.pk, RequestKind.PRODUCTION, [kept.holder_key]).requests
    with pytest.raises(ConflictError, match="is a draft"):
        apply(officer, case.pk, reply.number, TICKED, answers(draft))
    (out,) = services.send(officer, case.pk, {draft.pk: 1}, letter(2))
    with pytest.raises(InvalidInputError, match="before the request was sent"):
        apply(officer, case.pk, reply.number, TICKED, Answers(out.pk, None, letter(5)))
    with pytest.raises(InvalidInputError, match="what the reply was good for"):
        apply(officer, case.pk, reply.number, TICKED, answers(out, usefulness=""))
    _nothing_was_done(reply)


def test_a_closed_case_takes_no_reply_and_answers_nothing(officer: User, case: Case) -> None:
    request = asked(officer, case)
    reply = taken(officer, case, good())
    Case.objects.filter(pk=case.pk).update(state="closed", closed_at=now())
    with pytest.raises(ConflictError, match="is closed"):
        apply(officer, case.pk, reply.number, TICKED, answers(request))
    _nothing_was_done(reply, request)


def _nothing_was_done(reply: Reply, *requests: Request) -> None:
    reply.refresh_from_db()
    assert reply.state == ReplyState.READY and not CasePerson.objects.exists()
    assert not Report.objects.filter(channel="reply").exists()
    for request in requests:
        request.refresh_from_db()
        assert request.state == RequestState.SENT


# -- which one is proposed ------------------------------------------------------------------------------------------------


def test_the_only_one_is_proposed_before_there_is_a_file_and_several_are_not(officer: User, case: Case) -> None:
    assert guess_before(awaited(case)).request is None
    request = asked(officer, case)
    proposed = guess_before(awaited(case))
    assert proposed.request == request and "only request" in proposed.why
    asked(officer, case, RequestKind.PRESERVATION)  # waits for a letter, not for records
    assert guess_before(awaited(case)).request == request
    asked(officer, case, RequestKind.ASSISTANCE)
    assert guess_before(awaited(case)).request is None


@pytest.mark.parametrize("where", ["name", "column", "letter"])
def test_a_reference_in_the_file_tells_which(officer: User, case: Case, where: str) -> None:
    first, second = asked(officer, case), asked(officer, case, reference="JAL/CYB/4711")
    name = second.own_reference.replace("/", "_") + ".csv" if where == "name" else "ipdr.csv"
    stated = {"name": "", "column": second.own_reference, "letter": "Your JAL/CYB/4711 of last week"}[where]
    reply = taken(
        officer, case, table(line(sighting("monsoon_kite_07")) + f",{stated}", head=HEAD + ",reference"), name
    )
    assert reply.state == ReplyState.READY, reply.reasons
    proposed = guess(reply, awaited(case))
    assert proposed.request == second and second.own_reference in proposed.why
    both = table(
        line(sighting("monsoon_kite_07")) + f",{first.own_reference}",
        line(sighting("monsoon_kite_07")) + f",{second.own_reference}",
        head=HEAD + ",reference",
    )
    assert guess(taken(officer, case, both, "both.csv"), awaited(case)).request is None


def test_who_keeps_sessions_is_a_network_and_one_of_several_is_not_guessed(officer: User, case: Case) -> None:
    platform = asked(officer, case, holder="pictogram")
    sessions = taken(officer, case, good())
    assert guess(sessions, awaited(case)).request is None
    page = factories.signed_in(officer).get(f"/cases/{case.pk}/replies/{sessions.number}/").content.decode()
    assert '<option value="" selected>Choose</option>' in page and "None is proposed" in page
    network = asked(officer, case)
    Reply.objects.filter(pk=sessions.pk).update(company=network.holder_name)
    sessions.refresh_from_db()
    proposed = guess(sessions, awaited(case))
    assert proposed.request == network and network.holder_name in proposed.why
    asked(officer, case)
    assert guess(sessions, awaited(case)).request is None
    history = b'{"account": {"screen_name": "monsoon_kite_07", "id": "7", "email": "k@mail.example"}, "logins": [{"ip": "192.0.2.77", "port": 4, "time": "2026-01-05T10:15:00Z", "event": "Login"}]}'
    login = taken(officer, case, history, "history.json")
    assert login.layout.startswith("pictogram_example") and guess(login, awaited(case)).request == platform


def test_what_was_said_when_it_was_handed_in_is_proposed(officer: User, case: Case) -> None:
    asked(officer, case)
    second = asked(officer, case)
    reply = receive(officer, case.pk, "a.csv", good(), choice=ZONE, request=str(second.number))
    proposed = guess(reply, awaited(case))
    assert proposed.request == second and "said so" in proposed.why
    services.reply(officer, case.pk, second.pk, None, services.Reply(letter(), "full", "none"))
    later = guess(reply, awaited(case))
    assert later.request is None and officer.name in later.why
    with pytest.raises(ConflictError, match=officer.name):
        receive(officer, case.pk, "b.csv", good() + b"\n", choice=ZONE, request=str(second.number))
    no = receive(officer, case.pk, "c.csv", good() + b"\n\n", choice=ZONE, request="none")
    assert guess(no, awaited(case)).request is None and no.request is None


# -- the screens and the command ------------------------------------------------------------------------------------------


def test_on_the_screens(officer: User, case: Case) -> None:
    request = asked(officer, case)
    client = factories.signed_in(officer)
    form = client.get(f"/cases/{case.pk}/replies/").content.decode()
    assert f'<option value="{request.number}" selected>' in form and "only request of this case" in form
    sent = {"file": SimpleUploadedFile("ipdr.csv", good()), "zone": "UTC", "request": str(request.number)}
    text = client.post(f"/cases/{case.pk}/replies/upload/", sent, follow=True).content.decode()
    assert "Handed in for" in text and f'<option value="{request.pk}" selected>' in text
    assert "the reply tells of 1 of 2 asked about" in text and '<option value="part" selected>' in text
    address, key = f"/cases/{case.pk}/replies/1/act/", text.split('name="entry" value="')[1].split('"')[0]
    fields = {
        "verb": "apply", "entry": [key], "file": "1", "request": str(request.pk), f"version-{request.pk}": str(request.version),
        "when": f"{now() + timedelta(hours=5, minutes=29):%Y-%m-%dT%H:%M}", "channel": "email", "reference": "DN/1", "answer": "part", "usefulness": "identified",
    }  # fmt: skip
    unsaid = client.post(address, fields | {"request": ""})
    assert unsaid.status_code == 422 and "Choose the request" in unsaid.content.decode()
    no_time = client.post(address, fields | {"when": "yesterday"})
    wrong = no_time.content.decode()
    assert no_time.status_code == 422 and 'href="#when"' in wrong and 'id="when"' in wrong
    stale = client.post(address, fields | {f"version-{request.pk}": "1"})
    assert stale.status_code == 422 and "was changed while you looked at it" in stale.content.decode()
    assert Reply.objects.get().state == ReplyState.READY
    done = client.post(address, fields, follow=True).content.decode()
    assert f"Request {request.own_reference} is answered" in done and "Answers" in done
    page = client.get(f"/cases/{case.pk}/requests/{request.pk}/").content.decode()
    assert f"/cases/{case.pk}/replies/1/" in page and "Reply 1" in page
    assert request.own_reference in client.get(f"/cases/{case.pk}/replies/").content.decode()


def test_on_the_command_line(officer: User, case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import json
    from collections.abc import Iterator
    from contextlib import contextmanager

    from typer.testing import CliRunner

    from tipline.cli import app, runtime

    @contextmanager
    def here(*, current: bool = True) -> Iterator[None]:
        yield

    monkeypatch.setattr(runtime, "_installation", here)
    first, second = asked(officer, case), asked(officer, case)
    file = tmp_path / "ipdr.csv"
    file.write_bytes(good())

    def run(*arguments: str) -> dict[str, object]:
        done = CliRunner().invoke(
            app, ["--as", officer.email, "case", "reply", *arguments, "--json"], catch_exceptions=False
        )
        assert done.exit_code == 0, done.output
        return json.loads(done.output)  # type: ignore[no-any-return]

    said = run("import", case.number, str(file), "--zone", "UTC", "--request", second.own_reference)
    assert said["request"] == said["proposed_request"] == second.own_reference
    done = run("apply", case.number, "1", "--entry", KEY, "--request", str(first.number), "--answer", "part", "--reference", "DN/9")  # fmt: skip
    assert done["state"] == "applied" and done["request"] == first.own_reference
    assert run("apply", case.number, "1", "--entry", KEY)["request"] == first.own_reference
    assert set(Request.objects.values_list("state", flat=True)) == {"replied", "sent"}
    file.write_bytes(good() + b"\n")
    run("import", case.number, str(file), "--zone", "UTC", "--request", second.own_reference)
    assert run("apply", case.number, "2", "--entry", KEY, "--request", "none")["request"] is None
