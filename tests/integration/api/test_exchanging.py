"""Between institutions by programs: packages that arrive once, links that only their keepers touch, webhooks that are told again."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.factories import agency, bearer, person
from tests.integration.exchange.handing import CHILDS_NAME, DESK, NAME, SENDER, Handing, handing
from tipline.api import exchanging
from tipline.core.clock import now
from tipline.core.keys import signing_key
from tipline.exchange.package.models import RefusedPackage, SentPackage, TakenPackage
from tipline.exchange.package.reading import verify
from tipline.exchange.package.receipts import write_receipt
from tipline.exchange.parties.descriptor import fingerprint
from tipline.exchange.parties.models import Peer, PeerKey, PeerState, RemoteDesk
from tipline.exchange.parties.ourselves import describe
from tipline.exchange.record.model import Party
from tipline.exchange.webhooks import services as webhooks
from tipline.exchange.webhooks.models import Delivery
from tipline.referrals.models import Referral
from tipline.reports.models import Channel, Report
from tipline.trust.accounts import tokens
from tipline.trust.accounts.models import Role, User
from tipline.trust.audit.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens.forget_all()
    factories.without_rates(monkeypatch)


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Handing:
    made = handing(tmp_path, monkeypatch)
    monkeypatch.setattr(exchanging, "config", lambda: made.here)
    return made


class Program:
    """A program with a token of somebody."""

    def __init__(self, of: User, *scopes: str) -> None:
        self.headers = bearer(factories.token(of, *scopes))

    def get(self, path: str, status: int = 200) -> Any:
        answer = Client().get(f"/api/v1/{path}", **self.headers)  # type: ignore[arg-type]
        assert answer.status_code == status, answer.content
        return answer

    def post(self, path: str, body: dict[str, Any] | bytes, status: int = 200, **more: str) -> Any:
        form = "application/octet-stream" if isinstance(body, bytes) else "application/json"
        sent = body if isinstance(body, bytes) else json.dumps(body)
        answer = Client().post(f"/api/v1/{path}", sent, form, **self.headers, **more)  # type: ignore[arg-type]
        assert answer.status_code == status, answer.content
        return answer


class TestPackages:
    def test_one_is_looked_at_taken_once_and_its_receipt_given(self, other: Handing) -> None:
        program = Program(person(DESK), "packages:read", "packages:write")
        body, made = other.pack()
        said = program.post("packages/verify", body).json()
        assert (said["uid"], said["from_agency"], said["to_agency"], said["reports"]) == (made.uid, SENDER, DESK, 2)
        assert not TakenPackage.objects.exists()
        first, again = (program.post("packages/receive", body).json() for _ in range(2))
        assert (first["new_reports"], first["again"], again["again"]) == (2, False, True)
        assert first["receipt"] == again["receipt"]
        assert Report.objects.filter(channel=Channel.PACKAGE).count() == 2
        (row,) = program.get("packages/taken").json()["items"]
        assert (row["uid"], row["reports"]) == (made.uid, 2)
        assert program.get(f"packages/taken/{made.uid}/receipt").content.decode() == first["receipt"]
        assert CHILDS_NAME not in json.dumps([said, first, row])

    def test_one_that_was_altered_or_is_none_is_refused_by_its_code_and_noted(self, other: Handing) -> None:
        program = Program(person(DESK))
        body, _ = other.pack()
        broken = bytearray(body)
        broken[len(body) // 2] ^= 1
        for bad in (bytes(broken), b"PK\x05\x06" + bytes(18), b"no zip", b""):
            refused = program.post("packages/receive", bad, status=422).json()
            assert refused["code"] and refused["detail"]
        assert RefusedPackage.objects.count() == 4 and not TakenPackage.objects.exists()
        rows = program.get("packages/refused").json()["items"]
        assert [one["id"] for one in rows] == sorted(one["id"] for one in rows) and len(rows) == 4
        assert program.post("packages/verify", b"no zip", status=422).json()["code"] == rows[2]["code"]

    def test_a_large_one_is_refused_before_it_is_kept(self, other: Handing, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(exchanging, "LARGEST_PACKAGE", 1000)
        refused = Program(person(DESK)).post("packages/receive", bytes(1001), status=422).json()
        assert refused["code"] == "too-large" and "1,000 bytes" in refused["detail"]

    def test_it_is_for_the_addressed_desk_alone(self, other: Handing) -> None:
        body, made = other.pack()
        stranger = Program(person("IN-BR-CYBER"))
        assert stranger.post("packages/verify", body, status=422).json()["code"] == "wrong-addressee"
        stranger.post("packages/receive", body, status=422)
        Program(person(DESK)).post("packages/receive", body)
        assert stranger.get("packages/taken").json()["items"] == []
        stranger.get(f"packages/taken/{made.uid}/receipt", status=404)

    def test_a_desk_hands_over_and_takes_the_receipt_back(
        self, other: Handing, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # from the desk here to one that works elsewhere, which takes it with the keys of there
        RemoteDesk.objects.all().delete()
        RemoteDesk.objects.create(agency=agency(DESK), peer=other.peer, since=now())
        sender = person(SENDER, Role.SUPERVISOR)
        program = Program(sender)
        asked = {"referrals": other.referrals}
        assert "no key to encrypt to" in program.post("packages", asked, status=422).json()["detail"]
        answer = program.post("packages", {**asked, "encrypt": False})
        assert answer["Content-Type"] == "application/octet-stream" and answer["Cache-Control"] == "no-store"

        found = verify(io.BytesIO(answer.content), None, now())
        assert (found.meta.uid, found.digest) == (answer["Package-Uid"], answer["Package-Digest"])
        (row,) = program.get("packages/sent").json()["items"]
        assert (row["uid"], row["received_at"], row["encrypted"]) == (answer["Package-Uid"], None, False)
        assert Entry.objects.get(action="package.made").actor_label == sender.email

        whole = found.record
        laid = [
            {"report": one.uid, "hop": hop, "state": "new"} for one, hop in zip(whole.reports, whole.hops, strict=True)
        ]
        receipt = write_receipt(row["uid"], row["digest"], now(), Party(agency=DESK, name="x", installation=NAME), laid, signing_key(other.there))  # fmt: skip
        taken = program.post("packages/receipts", {"receipt": receipt.decode()}).json()
        assert (taken["number"], taken["count"]) == (row["uid"], 2)
        assert SentPackage.objects.get().received_at
        altered = receipt.decode().replace(row["digest"], "0" * 64)
        assert "altered" in program.post("packages/receipts", {"receipt": altered}, status=422).json()["detail"]

    def test_whoever_may_not_export_hands_nothing_over(self, other: Handing) -> None:
        Program(person(SENDER, Role.DESK_OFFICER)).post("packages", {"referrals": other.referrals}, status=403)
        Program(person("IN-BR-CYBER", Role.SUPERVISOR)).post("packages", {"referrals": other.referrals}, status=404)
        assert not SentPackage.objects.exists() and Referral.objects.exists()


class TestLinks:
    def test_their_keeper_reads_suspends_resumes_and_tries_again(self, other: Handing) -> None:
        keeper = Program(person("US-NCMEC", Role.ADMINISTRATOR))
        (row,) = keeper.get("links").json()
        assert (row["name"], row["state"], row["waiting"]) == (NAME, "active", row["waiting"])
        whole = keeper.get(f"links/{NAME}")
        assert whole.json()["agencies"] == [SENDER] and [one["state"] for one in whole.json()["keys"]] == ["in use"]
        done = keeper.post(f"links/{NAME}/suspend", {"why": "their server moves"}, HTTP_IF_MATCH=whole["ETag"]).json()
        assert (done["done"], done["number"]) == ("suspended", NAME)
        keeper.post(f"links/{NAME}/suspend", {"why": "again"}, status=412, HTTP_IF_MATCH=whole["ETag"])
        keeper.post(f"links/{NAME}/suspend", {"why": "again"}, status=409)
        keeper.post(f"links/{NAME}/suspend", {"why": " "}, status=422)
        keeper.post(f"links/{NAME}/resume", {})
        assert keeper.post(f"links/{NAME}/retry", {"refused": True}).json()["count"] == 0
        key = PeerKey.objects.get()
        keeper.post(f"links/{NAME}/keys/revoke", {"key": key.key, "why": "lost"})
        assert PeerKey.objects.get().revoked_at
        keeper.get("links/none-such", status=404)
        assert set(Entry.objects.filter(object_type="peer").values_list("action", flat=True)) >= {
            "peer.suspended", "peer.active", "peer.retried", "peer.key_revoked", "peer.read", "peer.listed",
        }  # fmt: skip

    def test_they_are_nobody_elses(self, other: Handing) -> None:
        person("US-NCMEC", Role.ADMINISTRATOR)
        below = Program(person(DESK, Role.ADMINISTRATOR))
        below.get("links", status=404)
        below.get("descriptor", status=404)
        below.post(f"links/{NAME}/suspend", {"why": "no"}, status=403)
        Program(person(DESK, Role.SUPERVISOR)).get("links", status=403)
        assert Peer.objects.get().state == PeerState.ACTIVE

    def test_a_descriptor_only_invites_and_a_known_one_is_told(
        self, other: Handing, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        keeper = Program(person("US-NCMEC", Role.ADMINISTRATOR))
        own = keeper.get("descriptor").json()
        assert own["format"] == "tipline-peer/1"
        assert "very installation" in keeper.post("links", {"descriptor": json.dumps(own)}, status=422).json()["detail"]
        RemoteDesk.objects.all().delete()
        Peer.objects.all().delete()
        with monkeypatch.context() as patched:
            patched.setattr("tipline.exchange.parties.ourselves.our_name", lambda: NAME)
            theirs = describe(other.there)
        made = keeper.post("links", {"descriptor": theirs.model_dump_json()}).json()
        assert (made["done"], made["number"]) == ("invited", NAME)
        peer = Peer.objects.get()
        assert peer.fingerprint == fingerprint(NAME, [theirs.keys[-1].key]) and peer.confirmed_at is None
        keeper.post(f"links/{NAME}/resume", {}, status=409)  # no program says that somebody compared it
        altered = {**json.loads(theirs.model_dump_json()), "url": "https://elsewhere.example"}
        assert "altered" in keeper.post("links", {"descriptor": json.dumps(altered)}, status=422).json()["detail"]

    def test_agreements_are_read_by_every_token(self, other: Handing) -> None:
        rows = Program(person("IN-MH-PUNE", Role.AUDITOR), "log:read").get("agreements?limit=200").json()["items"]
        mine = next(one for one in rows if (one["from_agency"], one["to_agency"], one["until"]) == (SENDER, DESK, None))
        assert mine["reference"] == "MHA/NCRB/2026/1" and mine["data"] == ["document", "metadata"]


class TestWebhooks:
    def test_how_they_do_is_read_and_what_was_told_is_told_again(self, tmp_path: Path) -> None:
        factories.standard_tree()
        administrator = person("IN-MH-JALGAON", Role.ADMINISTRATOR)
        made = webhooks.subscribe(administrator, "https://desk.example/hook", ["case.opened"]).subscription
        for leaf in range(3):
            Delivery.objects.create(
                subscription=made, leaf=leaf, kind="case.opened", object_type="case", object_id=str(leaf + 1), at=now(),
                next_at=now(), delivered_at=now(), status=204, attempts=1,
            )  # fmt: skip
        program = Program(administrator)
        (row,) = program.get("webhooks").json()
        assert row["url"] == "https://desk.example/hook" and "whsec_" not in json.dumps(row)
        first = program.get(f"webhooks/{made.pk}/deliveries?limit=2").json()
        rest = program.get(f"webhooks/{made.pk}/deliveries?limit=2&after={first['next']}").json()
        assert [one["message_id"] for one in (*first["items"], *rest["items"])] == ["evt_0", "evt_1", "evt_2"]
        again = first["items"][1]
        program.post(f"webhooks/{made.pk}/deliveries/{again['id']}/replay", {})
        waits = [one["id"] for one in program.get(f"webhooks/{made.pk}/deliveries").json()["items"] if one["next_at"]]
        assert waits == [again["id"]]
        assert (
            program.post(f"webhooks/{made.pk}/replay", {"since": now().replace(hour=0, minute=0).isoformat()}).json()[
                "count"
            ]
            >= 1
        )
        tag = program.get(f"webhooks/{made.pk}")["ETag"]
        program.post(f"webhooks/{made.pk}/test", {}, HTTP_IF_MATCH=tag)
        program.post(f"webhooks/{made.pk}/test", {}, status=412, HTTP_IF_MATCH=tag)  # one more waits
        elsewhere = Program(person("IN-MH-PUNE", Role.ADMINISTRATOR))
        elsewhere.get(f"webhooks/{made.pk}/deliveries", status=404)
        elsewhere.post(f"webhooks/{made.pk}/deliveries/{again['id']}/replay", {}, status=404)
