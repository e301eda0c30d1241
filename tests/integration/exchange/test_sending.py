"""Telling a peer: what travels, what waits and why, and peers that answer slowly, wrongly, too large or never."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from tests.exchange_peers import Elsewhere, agreed, elsewhere, national_desk, referred
from tests.factories import TESTS, agency, person
from tipline.core.clock import now
from tipline.core.config import config
from tipline.core.keys import listed_keys, signing_key
from tipline.exchange.federation import sending
from tipline.exchange.federation.models import Delivery, Link, Outgoing
from tipline.exchange.federation.payload import open_payload
from tipline.exchange.federation.queries import link, retry_now
from tipline.exchange.federation.sending import due_peers, due_rows, pause_seconds, send_to
from tipline.exchange.federation.signing import Answer, sign_answer
from tipline.exchange.federation.wire import LARGEST_ANSWER_BYTES, Answered, Batch, Status
from tipline.exchange.parties.descriptor import DescribedKey
from tipline.exchange.parties.models import Peer
from tipline.referrals.models import RecallReason
from tipline.referrals.recalling import recall
from tipline.referrals.services import forward
from tipline.trust.agencies.agreements import Bounds, end_agreement

pytestmark = pytest.mark.django_db

Reply = Callable[[BaseHTTPRequestHandler, bytes], None]


@contextmanager
def served(reply: Reply) -> Iterator[str]:
    """A server of this machine that answers every call as `reply` does."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            reply(self, self.rfile.read(int(self.headers["Content-Length"])))

        def do_GET(self) -> None:
            getattr(reply, "discovery", lambda call: plain(404)(call, b""))(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def plain(status: int, body: bytes = b"{}", **headers: str) -> Reply:
    def reply(call: BaseHTTPRequestHandler, _: bytes) -> None:
        call.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            call.send_header(name.replace("_", "-"), value)
        call.end_headers()
        call.wfile.write(body)

    return reply


def honest(there: Elsewhere, heard: list[Batch], status: str = "done", nonce: str = "") -> Reply:
    """Answers as a peer does, and keeps what it heard."""

    def reply(call: BaseHTTPRequestHandler, body: bytes) -> None:
        batch = Batch.model_validate_json(body)
        heard.append(batch)
        answers = tuple(Status(number=one.number, status=status) for one in batch.messages)  # type: ignore[arg-type]
        keys = tuple(DescribedKey(**one) for one in there.key_list())
        told = Answered(versions=(1,), keys=keys, answers=answers).model_dump_json().encode()
        answer = Answer(200)
        asked = call.headers["signature-input"].partition('nonce="')[2].partition('"')[0]
        sign_answer(signing_key(there.settings), answer, told, nonce or asked)
        plain(200, told, **dict(answer.headers))(call, body)

    return reply


@pytest.fixture
def below(tmp_path: Path) -> Elsewhere:
    return national_desk(tmp_path)


def sent(below: Elsewhere, reply: Reply) -> int:
    with served(reply) as url:
        Peer.objects.filter(pk=below.peer.pk).update(url=url)
        return send_to(config(), Peer.objects.get(pk=below.peer.pk), seconds=5)


def row() -> Outgoing:
    return Outgoing.objects.get()


def test_a_referral_is_written_for_the_peer_in_its_own_transaction(below: Elsewhere) -> None:
    referral = referred()
    assert (row().peer_id, row().kind, row().referral_id) == (below.peer.pk, "referral", referral.pk)


def test_a_peer_takes_it_once_and_it_is_done(below: Elsewhere) -> None:
    referral = referred()
    heard: list[Batch] = []
    assert sent(below, honest(below, heard)) == 1
    assert row().delivery == Delivery.DONE
    [batch] = heard
    assert batch.messages[0].hop.endswith(f":hop:{referral.pk}")
    documents = open_payload(batch.packages[0]).documents.values()
    assert any(b"monsoon_kite_07" in body for body in documents)
    assert sent(below, honest(below, heard)) == 0
    assert len(heard) == 1


def test_what_is_not_answered_is_said_again_with_the_same_number(below: Elsewhere) -> None:
    referred()
    heard: list[Batch] = []
    assert sent(below, honest(below, heard, "later")) == 0
    assert row().delivery == Delivery.WAITING
    retry_now(below.peer, TESTS)
    assert sent(below, honest(below, heard)) == 1
    assert heard[0].messages[0].number == heard[1].messages[0].number


def test_what_is_refused_is_told_and_can_go_as_a_new_message(below: Elsewhere) -> None:
    referred()
    sent(below, honest(below, [], "refused"))
    assert row().delivery == Delivery.REFUSED
    assert link(below.peer)["refused"] == 1
    assert retry_now(below.peer, TESTS, refused=True) == 1
    heard: list[Batch] = []
    assert sent(below, honest(below, heard)) == 1


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (plain(500), "answers 500"),
        (plain(401, b'{"detail": "the signature is not believed"}'), "not believed"),
        (plain(302, b"", Location="http://127.0.0.1:1/"), "answers 302"),
        (plain(200, b"{"), "no answer"),
        (plain(200, b'{"version": 1, "keys": [], "answers": []}'), "no answer"),
        (plain(200, b"x" * (LARGEST_ANSWER_BYTES + 1)), "more than"),
        (lambda call, _: call.connection.shutdown(socket.SHUT_RDWR), "cannot be reached"),
    ],
)
def test_a_peer_that_answers_wrongly_loses_nothing(below: Elsewhere, reply: Reply, said: str) -> None:
    referred()
    assert sent(below, reply) == 0
    state = Link.objects.get()
    assert said in state.error
    assert (state.failures, state.busy_until) == (1, None)
    assert state.next_at is not None and state.next_at > now()
    assert row().delivery == Delivery.WAITING


def test_an_answer_of_somebody_else_is_not_believed(below: Elsewhere, tmp_path: Path) -> None:
    referred()
    stranger = Elsewhere(elsewhere(tmp_path, "stranger", "IN-MH-CYBER").settings, "stranger", below.peer)
    assert sent(below, honest(stranger, [])) == 0
    assert "not believed" in Link.objects.get(peer=below.peer).error
    Link.objects.update(next_at=None)
    assert sent(below, honest(below, [], nonce="of-another-call")) == 0
    assert "another call" in Link.objects.get(peer=below.peer).error
    assert row().delivery == Delivery.WAITING


def test_a_peer_that_never_answers_costs_a_bounded_time(below: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    referred()
    monkeypatch.setattr(sending, "TIMES", httpx.Timeout(0.3))
    begun = time.monotonic()
    assert sent(below, lambda *_: time.sleep(3)) == 0
    assert time.monotonic() - begun < 3
    assert "in time" in Link.objects.get().error


def test_a_peer_that_drips_costs_a_bounded_time(below: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    referred()
    monkeypatch.setattr(sending, "LONGEST_CALL_SECONDS", 0.5)

    def drip(call: BaseHTTPRequestHandler, _: bytes) -> None:
        call.send_response(200)
        call.send_header("Content-Length", "100")
        call.end_headers()
        for _number in range(20):
            call.wfile.write(b" ")
            call.wfile.flush()
            time.sleep(0.1)

    assert sent(below, drip) == 0
    assert "took longer" in Link.objects.get().error


def test_a_busy_peer_is_left_alone_as_long_as_it_asks(below: Elsewhere) -> None:
    referred()
    sent(below, plain(429, Retry_After="120"))
    state = Link.objects.get()
    assert state.next_at is not None and state.next_at > now() + timedelta(seconds=110)
    assert sent(below, honest(below, [])) == 0


def test_pauses_grow_to_an_hour_and_no_further() -> None:
    assert pause_seconds(1) <= 3
    assert all(1_800 <= pause_seconds(40) <= 3_600 for _ in range(20))


def test_without_an_agreement_in_force_it_waits_with_the_reason(below: Elsewhere) -> None:
    referred()
    end_agreement(agency("US-NCMEC"), agency("IN-NCRB"), TESTS)
    heard: list[Batch] = []
    assert sent(below, honest(below, heard)) == 0
    assert heard == []
    assert "no agreement from US-NCMEC to IN-NCRB is in force" in row().why
    assert link(below.peer)["held"][0]["count"] == 1
    agreed("US-NCMEC", "IN-NCRB")
    retry_now(below.peer, TESTS)
    assert sent(below, honest(below, heard)) == 1


def test_documents_stay_at_home_where_the_agreement_names_metadata_alone(below: Elsewhere) -> None:
    referred()
    agreed("US-NCMEC", "IN-NCRB", Bounds())
    heard: list[Batch] = []
    assert sent(below, honest(below, heard)) == 1
    assert b'"documents":{}' in heard[0].packages[0]


def test_what_came_by_an_agreement_that_does_not_let_on_goes_no_further(below: Elsewhere, tmp_path: Path) -> None:
    from tipline.exchange.record.models import HopOrigin

    below_state = elsewhere(tmp_path, "maharashtra", "IN-MH-CYBER")
    referral = referred()
    HopOrigin.objects.create(referral=referral, report=referral.report, uid="urn:tipline:clearinghouse:hop:1")
    Outgoing.objects.all().delete()
    agreed("IN-NCRB", "IN-MH-CYBER")
    agreed("US-NCMEC", "IN-NCRB", Bounds(onward=False))
    from tipline.exchange.parties.services import take_desk_back

    take_desk_back(agency("IN-NCRB"), TESTS)
    forward(person("IN-NCRB"), [referral.report_id], agency("IN-MH-CYBER"))
    heard: list[Batch] = []
    assert sent(below_state, honest(below_state, heard)) == 0
    assert heard == []
    assert "does not let it go further" in Outgoing.objects.get(peer=below_state.peer, kind="referral").why


def test_order_is_kept_for_a_report_and_not_between_reports(below: Elsewhere) -> None:
    first, second = referred(), referred()
    recall(person("US-NCMEC"), [first.pk], RecallReason.WRONG_DESK)
    Outgoing.objects.filter(kind="referral", referral=first).update(next_at=now() + timedelta(minutes=4))
    due = [(one.kind, one.referral_id) for one in due_rows(below.peer, now())]
    assert due == [("referral", second.pk)]  # the recall waits for what it recalls


def test_what_was_recalled_before_it_was_sent_is_not_sent(below: Elsewhere) -> None:
    referral = referred()
    recall(person("US-NCMEC"), [referral.pk], RecallReason.WRONG_DESK)
    heard: list[Batch] = []
    sent(below, honest(below, heard))
    assert [one.kind for batch in heard for one in batch.messages] == ["recall"]


def test_keys_of_the_peer_are_followed_from_its_answers(below: Elsewhere) -> None:
    from tipline.core.keys import rotate_signing_key

    referred()
    rotate_signing_key(below.settings)
    assert sent(below, honest(below, [])) == 1
    assert below.peer.keys.filter(key=listed_keys(below.settings)[-1].key).exists()


def test_the_page_of_a_link_names_a_clock_that_is_wrong(below: Elsewhere) -> None:
    referred()
    refusal = json.dumps(
        {"detail": "the signature is not believed: the clocks differ, or it is an old one: ..."}
    ).encode()
    assert sent(below, plain(401, refusal)) == 0
    assert "the clocks differ" in link(below.peer)["error"]
    assert row().delivery == Delivery.WAITING


@pytest.mark.parametrize("ahead", [timedelta(hours=6), timedelta(days=400)])
def test_what_a_clock_that_was_ahead_put_off_goes_once_it_is_right(
    below: Elsewhere, monkeypatch: pytest.MonkeyPatch, ahead: timedelta
) -> None:
    referred()
    Outgoing.objects.update(next_at=now() + ahead)
    with monkeypatch.context() as patch:
        patch.setattr(sending, "now", lambda: now() + ahead)
        assert sent(below, plain(401)) == 0
    assert Link.objects.get().next_at > now() + ahead - timedelta(minutes=1)
    assert due_peers() == [below.peer.pk]
    assert sent(below, honest(below, [])) == 1


def test_a_sender_that_died_by_a_clock_that_was_ahead_holds_nothing_up(below: Elsewhere) -> None:
    referred()
    Link.objects.create(peer=below.peer, busy_until=now() + timedelta(hours=6))
    assert due_peers() == [below.peer.pk]
    assert sent(below, honest(below, [])) == 1


def test_a_pause_is_kept(below: Elsewhere) -> None:
    referred()
    assert sent(below, plain(503)) == 0
    assert due_peers() == []
    Link.objects.update(next_at=None)
    Outgoing.objects.update(next_at=now() + timedelta(minutes=4))
    assert due_peers() == []
