"""Webhooks: told of what is the agency's, of nothing else, and of nothing in it; signed; never lost; and no way into this network."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest

from tests import factories
from tests.factories import drain, person, signed_in
from tipline.core.clock import now
from tipline.core.config import config
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.exchange.webhooks import delivering, sending, services
from tipline.exchange.webhooks.events import EVENTS
from tipline.exchange.webhooks.models import Delivery, Subscription
from tipline.exchange.webhooks.tasks import deliver
from tipline.investigation.cases.services import open_case
from tipline.reports.models import Report
from tipline.trust.accounts.models import Role, User
from tipline.trust.audit.models import Entry

sys.path.insert(0, str(Path(__file__).parents[3] / "clients" / "python"))
from tipline_client import WebhookError, verified

pytestmark = pytest.mark.django_db


@dataclass
class Desk:
    """A server of an agency, on this machine."""

    url: str
    answer: int = 200
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def kinds(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.got]


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            desk.got.append((dict(self.headers), body))
            self.send_response(desk.answer)
            if desk.answer == 302:
                self.send_header("Location", f"{desk.url}elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    desk = Desk(f"http://127.0.0.1:{server.server_port}/hook")
    listed = replace(config(), webhook_networks=(ip_network("127.0.0.0/8"),))
    monkeypatch.setattr(sending, "config", lambda: listed)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield desk
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def tree(tmp_path: Any) -> None:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")


@pytest.fixture
def administrator(tree: None) -> User:
    return person("IN-MH-JALGAON", Role.ADMINISTRATOR)


def arrived(handle: str = "kite_one") -> Report:
    report = factories.filed(factories.provider(handle.capitalize()), factories.synthetic(handle))
    drain()
    return report


def due_now() -> None:
    Delivery.objects.filter(delivered_at=None).update(next_at=Delivery.objects.earliest("id").at)


def test_an_arrival_and_a_case_are_told_by_number_and_signed(administrator: User, listening: Desk) -> None:
    made = services.subscribe(administrator, listening.url, EVENTS)
    report = arrived()
    case = open_case(person("IN-MH-JALGAON"), [report.pk], "Kites over Jalgaon")
    deliver(0)
    assert {"report.processed", "referral.forwarded", "referral.accepted", "case.opened"} <= set(listening.kinds)
    for headers, body in listening.got:
        told = json.loads(body)
        assert set(told) == {"type", "timestamp", "data"} and set(told["data"]) == {"object", "id"}
        assert told["data"]["id"] in {report.pk, case.pk}
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        key = base64.b64decode(made.secret.removeprefix("whsec_"))
        wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{wanted}"
    everything = b"".join(body for _, body in listening.got).decode()
    assert "kite" not in everything.lower() and case.number not in everything
    before = len(listening.got)
    deliver(0)
    assert len(listening.got) == before  # each once
    assert made.secret not in str(list(Subscription.objects.values()))


def test_nothing_is_told_of_what_another_agency_holds(tree: None, listening: Desk) -> None:
    services.subscribe(person("IN-MH-PUNE", Role.ADMINISTRATOR), listening.url, EVENTS)
    above = services.subscribe(person("IN-MH-CYBER", Role.ADMINISTRATOR), listening.url, EVENTS).subscription
    report = arrived()
    open_case(person("IN-MH-JALGAON"), [report.pk], "Kites")
    deliver(0)
    told = set(Delivery.objects.values_list("subscription_id", "kind"))
    # the desk above had the report: it hears that it went down and was accepted, and nothing of the case
    assert told == {(above.pk, f"re{kind}") for kind in ("port.processed", "ferral.forwarded", "ferral.accepted")}


def test_what_is_not_taken_is_told_later_and_nothing_is_lost(administrator: User, listening: Desk) -> None:
    services.subscribe(administrator, listening.url, ["report.processed"])
    listening.answer = 500
    arrived("kite_one")
    arrived("kite_two")
    deliver(0)
    assert len(listening.got) == 1  # one try for an address that fails
    found = Subscription.objects.get()
    assert (found.last_error, found.active) == ("it answered 500", True) and found.failing_since
    listening.answer = 204
    deliver(0)
    assert len(listening.got) == 1  # not before its pause is over
    due_now()
    deliver(0)
    first, again = listening.got[0][0]["webhook-id"], listening.got[1][0]["webhook-id"]
    assert first == again and len(listening.got) == 3
    assert Subscription.objects.get().failing_since is None


@pytest.mark.parametrize("how", ["for five days", "gone"])
def test_one_that_fails_too_long_is_switched_off_and_told_what_it_missed(
    how: str, administrator: User, listening: Desk
) -> None:
    services.subscribe(administrator, listening.url, ["report.processed"])
    listening.answer = 410 if how == "gone" else 500
    arrived("kite_one")
    deliver(0)
    if how == "for five days":
        assert Subscription.objects.get().active
        Subscription.objects.update(failing_since=Subscription.objects.get().created_at - timedelta(days=5))
        due_now()
        deliver(0)
    found = Subscription.objects.get()
    assert not found.active and found.disabled_at
    assert Entry.objects.get(action="webhook.disabled").object_id == str(found.pk)
    assert services.failing(administrator).count() == 1
    page = signed_in(administrator).get("/webhooks/").content.decode()
    assert "Switched off" in page
    listening.got.clear()
    arrived("kite_two")  # while it is off
    deliver(0)
    assert listening.got == []
    listening.answer = 200
    assert services.replay(administrator, found.pk) == 1
    deliver(0)
    assert listening.kinds == ["report.processed", "report.processed"]
    assert services.failing(administrator).count() == 0


def test_what_was_told_can_be_told_again_and_a_test_goes_out(administrator: User, listening: Desk) -> None:
    made = services.subscribe(administrator, listening.url, ["report.processed"]).subscription
    arrived()
    deliver(0)
    assert services.replay(administrator, made.pk, made.created_at) == 1
    services.test(administrator, made.pk)
    deliver(0)
    assert listening.kinds == ["report.processed", "report.processed", "webhook.test"]
    assert listening.got[0][0]["webhook-id"] == listening.got[1][0]["webhook-id"]
    delivering.forget()
    assert Delivery.objects.count() == 2


def test_one_event_is_told_again_with_the_same_id(administrator: User, listening: Desk) -> None:
    made = services.subscribe(administrator, listening.url, ["report.processed"]).subscription
    arrived("kite_one")
    arrived("kite_two")
    deliver(0)
    first = Delivery.objects.earliest("id")
    services.replay_one(administrator, made.pk, first.pk)
    deliver(0)
    assert [headers["webhook-id"] for headers, _ in listening.got][2:] == [first.message_id]
    for of, number in ((administrator, 987654), (person("IN-MH-PUNE", Role.ADMINISTRATOR), first.pk)):
        with pytest.raises(NotFoundError):
            services.replay_one(of, made.pk, number)
    Subscription.objects.update(active=False)
    with pytest.raises(ConflictError, match="switched off"):
        services.replay_one(administrator, made.pk, first.pk)


def test_a_new_secret_signs_beside_the_one_before_for_a_day(
    administrator: User, listening: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = services.subscribe(administrator, listening.url, ["report.processed"])
    new = services.rotate(administrator, old.subscription.pk)
    assert new.secret != old.secret
    arrived("kite_one")
    deliver(0)
    headers, body = listening.got[-1]
    for secret in (old.secret, new.secret):  # by the verifier that the client brings
        assert verified(secret, headers, body)["type"] == "report.processed"
    with pytest.raises(WebhookError, match="signature"):
        verified(services.make_secret(), headers, body)
    Subscription.objects.update(old_secret_until=now())
    services.replay_one(administrator, old.subscription.pk, Delivery.objects.get().pk)
    deliver(0)
    headers, body = listening.got[-1]
    assert verified(new.secret, headers, body)
    with pytest.raises(WebhookError, match="signature"):
        verified(old.secret, headers, body)
    delivering.forget()
    assert Subscription.objects.get().old_secret == ""
    assert [e.object_id for e in Entry.objects.filter(action="webhook.secret_rotated")] == [str(old.subscription.pk)]
    page = signed_in(administrator).post(f"/webhooks/{old.subscription.pk}/act/", {"verb": "rotate"})
    assert "whsec_" in page.content.decode() and "secret before" in page.content.decode()


def test_who_answers_slowly_delays_nobody_else_and_who_drips_is_left(
    tree: None, listening: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "LONGEST_CALL_SECONDS", 1.0)
    let_go = threading.Event()
    calls: list[str] = []
    really = delivering.post

    def post(url: str, body: bytes, headers: dict[str, str]) -> int:
        calls.append(url)
        if "slow" in url:
            let_go.wait(20)  # as a server that never ends its headers
        return really(url, body, headers)

    monkeypatch.setattr(delivering, "post", post)
    slow = services.subscribe(
        person("IN-MH-JALGAON", Role.ADMINISTRATOR), listening.url + "/slow", ["report.processed"]
    )
    quick = services.subscribe(
        person("IN-MH-CYBER", Role.ADMINISTRATOR), listening.url + "/quick", ["report.processed"]
    )
    for number in range(3):
        arrived(f"kite_{number}")
    began = time.monotonic()
    deliver(0)
    took = time.monotonic() - began
    let_go.set()
    assert Delivery.objects.filter(subscription=quick.subscription, delivered_at__isnull=False).count() == 3
    assert calls.count(listening.url + "/slow") == 1 and took < 10
    late = Subscription.objects.get(pk=slow.subscription.pk)
    assert late.last_error == "it took longer than 1 s to answer" and late.failing_since
    assert Delivery.objects.filter(subscription=slow.subscription, delivered_at=None).count() == 3


def test_a_long_line_of_one_leaves_room_for_the_others(
    tree: None, listening: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "SENT_AT_ONCE", 2)
    first, second = (
        services.subscribe(person(code, Role.ADMINISTRATOR), listening.url, ["report.processed"]).subscription
        for code in ("IN-MH-JALGAON", "IN-MH-CYBER")
    )
    for number in range(5):
        Delivery.objects.create(
            subscription=first, leaf=10_000 + number, kind="report.processed", object_type="report", object_id="1", at=now(), next_at=now()
        )  # fmt: skip
    Delivery.objects.create(
        subscription=second, leaf=20_000, kind="report.processed", object_type="report", object_id="1", at=now(), next_at=now()
    )  # fmt: skip
    assert delivering.deliver() == 3
    ids = [headers["webhook-id"] for headers, _ in listening.got if headers["webhook-id"].startswith("evt_100")]
    assert ids == ["evt_10000", "evt_10001"]  # in their order
    assert Delivery.objects.get(subscription=second).delivered_at


def test_a_redirect_is_not_followed(administrator: User, listening: Desk) -> None:
    services.subscribe(administrator, listening.url, ["report.processed"])
    listening.answer = 302
    arrived()
    deliver(0)
    assert len(listening.got) == 1 and Subscription.objects.get().last_error == "it answered 302"


INSIDE = [
    "127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1", "172.16.0.1", "100.64.0.1", "0.0.0.0", "::1", "fe80::1",  # noqa: S104 - addresses that are refused
    "fd00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "224.0.0.1", "255.255.255.255",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_nothing_inside_is_reached(address: str, administrator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not sending.allowed(ip_address(address), ())
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(InvalidInputError, match="TIPLINE_WEBHOOK_NETWORKS"):
        services.subscribe(administrator, f"https://{host}/hook", EVENTS)
    # nor by a name that leads there, even when one of its addresses is outside
    answers = [(0, 0, 0, "", ("8.8.8.8", 443)), (0, 0, 0, "", (address, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    with pytest.raises(sending.NotDeliveredError, match="into this network"):
        sending.post("https://desk.example/hook", b"{}", {})


def test_the_connection_goes_to_the_address_that_was_checked(listening: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    known = socket.getaddrinfo

    def once(host: Any, *more: Any, **named: Any) -> Any:
        asked.append(host)
        if host == "desk.example":
            assert asked.count(host) == 1, "the name is asked once"
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))]
        return known(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", once)
    port = listening.url.rpartition(":")[2].partition("/")[0]
    assert sending.post(f"http://desk.example:{port}/hook", b"{}", {}) == 200
    assert listening.got[0][0]["Host"] == f"desk.example:{port}"


@pytest.mark.parametrize(
    "url",
    [
        "", "desk.example", "ftp://desk.example/", "http://desk.example/", "https://a:b@desk.example/", "https://desk.example/#x",
        "https://desk.example:99999/", "https://", "https://[::1", "https://d\u0435sk.example/", "https://desk.example/\n", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(url: str, administrator: User) -> None:
    if url.endswith("\n"):
        url = "https://desk.example/ a"
    with pytest.raises(InvalidInputError, match="url"):
        services.subscribe(administrator, url, EVENTS)


def test_only_administrators_of_the_agency_and_only_known_events(administrator: User) -> None:
    made = services.subscribe(administrator, "https://desk.example/hook", ["case.opened"]).subscription
    with pytest.raises(InvalidInputError, match="events"):
        services.subscribe(administrator, "https://desk.example/hook", ["report.unmasked"])
    with pytest.raises(NotPermittedError):
        services.subscribe(person("IN-MH-JALGAON", Role.SUPERVISOR), "https://desk.example/hook", EVENTS)
    with pytest.raises(NotFoundError):
        services.end(person("IN-MH-PUNE", Role.ADMINISTRATOR), made.pk)


def test_the_screens(administrator: User) -> None:
    client = signed_in(administrator)
    assert "Nothing is told" in client.get("/webhooks/").content.decode()
    wrong = client.post("/webhooks/new/", {"url": "http://desk.example/", "event": ["case.opened"]})
    assert wrong.status_code == 422 and "url-error" in wrong.content.decode()
    made = client.post("/webhooks/new/", {"url": "https://desk.example/hook", "event": ["case.opened"]})
    assert "whsec_" in made.content.decode()
    page = client.get("/webhooks/").content.decode()
    assert "https://desk.example/hook" in page and "whsec_" not in page
    found = Subscription.objects.get()
    for verb in ("test", "again", "replay", "nonsense", "end"):
        assert client.post(f"/webhooks/{found.pk}/act/", {"verb": verb}).status_code == 302
    assert "Nothing is told" in client.get("/webhooks/").content.decode()
