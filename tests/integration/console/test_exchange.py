"""Links, agreements and packages on screen: who sees them, what each act does, and what goes wrong is said by name."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.exchange_peers import elsewhere
from tests.factories import TESTS, agency, person, signed_in
from tests.integration.exchange.handing import DESK, SENDER, Handing, agree, handing
from tipline.core.clock import now
from tipline.core.config import config, load_config
from tipline.core.keys import listed_keys, signing_key
from tipline.exchange.federation.models import Delivery, Link, Outgoing
from tipline.exchange.federation.watching import endings, watch
from tipline.exchange.package.models import RefusedPackage, SentPackage, TakenPackage
from tipline.exchange.parties.descriptor import DescribedKey, Descriptor, sign, spoken
from tipline.exchange.parties.models import LinkAlert, Peer, PeerKey, PeerState, RemoteDesk
from tipline.referrals.models import Referral
from tipline.trust.accounts.models import Role, User
from tipline.trust.agencies.agreements import end_agreement, set_agreement, terms_in_force
from tipline.trust.agencies.models import Agreement, AgreementProposal
from tipline.trust.audit.models import Entry

pytestmark = pytest.mark.django_db
TOOLS = Path(__file__).parents[3] / "tools"


def text_of(user: User, path: str, status: int = 200) -> str:
    answer = signed_in(user).get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def send(user: User, path: str, *, status: int = 200, **form: Any) -> str:
    """Send a form, and follow where it leads."""
    answer = signed_in(user).post(path, form, follow=True)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def upload(body: bytes, name: str = "file") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body)


def logged(action: str, who: User | None = None) -> int:
    rows = Entry.objects.filter(action=action)
    return rows.filter(actor_id=who.pk).count() if who else rows.count()


@pytest.fixture
def chief() -> User:
    """An administrator at the top of the tree, who manages links."""
    factories.standard_tree()
    return person("US-NCMEC", Role.ADMINISTRATOR)


def descriptor(folder: Path, name: str = "maharashtra", url: str = "https://mh.example") -> bytes:
    settings = load_config({"TIPLINE_DATA_DIR": str(folder / name)})
    key = signing_key(settings)
    lines = tuple(
        DescribedKey(
            name=one.name,
            key=one.key,
            valid_from=one.valid_from,
            valid_until=one.valid_until,
            endorsement=one.endorsement,
        )
        for one in listed_keys(settings)
    )
    return sign(Descriptor(name=name, url=url, keys=lines, made_at=now()), key).model_dump_json().encode()


class TestLinks:
    def test_two_people_take_up_with_an_installation(self, chief: User, tmp_path: Path) -> None:
        body = descriptor(tmp_path)
        page = send(chief, "/links/add/", descriptor=upload(body))
        peer = Peer.objects.get()
        heard = spoken(peer.fingerprint)
        assert "Not compared yet" in page and "another administrator" in page and heard not in page
        path = f"/links/peers/{peer.name}/act/"
        assert "Another person than the one who added it" in send(
            chief, path, status=422, verb="confirm", fingerprint=heard
        )
        second = person("US-NCMEC", Role.ADMINISTRATOR)
        wrong = send(second, path, status=422, verb="confirm", fingerprint=heard[:-1] + "x")
        assert "That is not the fingerprint" in wrong and heard not in wrong
        assert "maharashtra is active" in send(second, path, verb="confirm", fingerprint=heard)
        assert Peer.objects.get().state == PeerState.ACTIVE and logged("peer.confirmed", second) == 1

    def test_a_descriptor_that_is_none_or_altered_is_refused_by_name(self, chief: User, tmp_path: Path) -> None:
        assert "choose the descriptor" in send(chief, "/links/add/", status=422).lower()
        altered = descriptor(tmp_path).replace(b"mh.example", b"xx.example")
        assert "it was altered" in send(chief, "/links/add/", status=422, descriptor=upload(altered))
        assert "no descriptor" in send(chief, "/links/add/", status=422, descriptor=upload(b"\x00PK"))
        assert not Peer.objects.exists()

    def test_it_is_suspended_resumed_and_ended_with_a_reason(self, chief: User, tmp_path: Path) -> None:
        peer = elsewhere(tmp_path, "maharashtra", "IN-MH-CYBER").peer
        path = f"/links/peers/{peer.name}/act/"
        assert "characters why" in send(chief, path, status=422, verb="suspend", why=" ")
        for verb, state in (("suspend", "suspended"), ("resume", "active"), ("end", "ended")):
            assert f"because {verb}" in send(chief, path, verb=verb, why=f"because {verb}")
            assert Peer.objects.get().state == state and logged(f"peer.{state}", chief) == 1
        assert "choose what to do" in send(chief, path, status=422, verb="destroy").lower()

    def test_agencies_are_placed_and_taken_back_and_a_key_is_revoked(self, chief: User, tmp_path: Path) -> None:
        peer = elsewhere(tmp_path, "maharashtra", "IN-MH-CYBER").peer
        path = f"/links/peers/{peer.name}/act/"
        assert "IN-GJ-CYBER" in send(chief, path, verb="place", agency="in-gj-cyber")
        assert "by its code" in send(chief, path, status=422, verb="place", agency="XX")
        send(chief, path, verb="back", agency="IN-MH-CYBER")
        assert list(RemoteDesk.objects.values_list("agency__code", flat=True)) == ["IN-GJ-CYBER"]
        key = PeerKey.objects.get().key
        assert "Nothing that this key signs" in send(chief, path, verb="revoke", key=key, revoke_why="It was stolen")
        assert PeerKey.objects.get().revoked_why == "It was stolen"

    def test_the_own_descriptor_is_downloaded(self, chief: User) -> None:
        answer = signed_in(chief).get("/links/descriptor.json")
        assert answer["Content-Disposition"].startswith("attachment") and b'"tipline-peer/1"' in answer.content
        assert logged("peer.described", chief) == 1

    def test_an_administrator_below_and_other_roles_manage_none(self, chief: User, tmp_path: Path) -> None:
        elsewhere(tmp_path, "maharashtra", "IN-MH-CYBER")
        below = person("IN-NCRB", Role.ADMINISTRATOR)
        for somebody in (below, *(person("US-NCMEC", role) for role in Role if role != Role.ADMINISTRATOR)):
            path = "/links/peers/maharashtra/act/"
            assert signed_in(somebody).post(path, {"verb": "suspend", "why": "x"}).status_code == 403
            assert signed_in(somebody).get("/links/descriptor.json").status_code == 403
        assert text_of(below, "/links/", 403) and "Exchange" not in text_of(below, "/people/")
        assert Peer.objects.get().state == PeerState.ACTIVE


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Handing:
    """Referrals of the national desk, which works elsewhere; and, as seen from there, of the state desk's."""
    return handing(tmp_path, monkeypatch)


@pytest.fixture
def waiting(other: Handing) -> Handing:
    """Seen from the national desk: what it referred to the state desk waits, since the agreement ended."""
    RemoteDesk.objects.all().delete()
    RemoteDesk.objects.create(agency=agency(DESK), peer=other.peer, since=now())
    for hop in Referral.objects.filter(pk__in=other.referrals):
        Outgoing.objects.create(
            peer=other.peer, kind="referral", referral=hop, report_id=hop.report_id, at=now() - timedelta(days=2), next_at=now(),
            why="no agreement from IN-NCRB to IN-MH-CYBER is in force",
        )  # fmt: skip
    return other


class TestWhatWaits:
    def test_who_manages_links_sees_counts_and_no_report(self, waiting: Handing) -> None:
        chief, hop = person("US-NCMEC", Role.ADMINISTRATOR), Referral.objects.get(pk=waiting.referrals[0])
        page = text_of(chief, f"/links/peers/{waiting.peer.name}/")
        assert "no agreement from IN-NCRB" in page and f"/reports/{hop.report_id}/" not in page
        assert "2" in text_of(chief, "/links/").split("Held</th>", 1)[1]

    def test_a_desk_sees_what_waits_of_its_own_reports_and_the_way_to_them(self, waiting: Handing) -> None:
        hop = Referral.objects.get(pk=waiting.referrals[0])
        page = text_of(person(SENDER, Role.SUPERVISOR), f"/links/peers/{waiting.peer.name}/")
        assert f"/reports/{hop.report_id}/" in page and "Suspend" not in page
        stranger = text_of(person("IN-BR-CYBER", Role.SUPERVISOR), f"/links/peers/{waiting.peer.name}/")
        assert "no agreement from" not in stranger and f"/reports/{hop.report_id}/" not in stranger

    def test_it_is_tried_at_once_and_what_was_refused_goes_again(self, waiting: Handing) -> None:
        chief, path = person("US-NCMEC", Role.ADMINISTRATOR), f"/links/peers/{waiting.peer.name}/act/"
        later = now() + timedelta(hours=1)
        Outgoing.objects.update(next_at=later)
        assert "2 messages tried at once" in send(chief, path, verb="try")
        assert not Outgoing.objects.filter(next_at=later).exists()
        Outgoing.objects.update(delivery=Delivery.REFUSED, ended_at=now())
        assert "2 messages tried at once" in send(chief, path, verb="again")
        assert Outgoing.objects.filter(delivery=Delivery.WAITING).count() == 2

    def test_an_agreement_that_ended_is_loud_and_counts_what_it_holds(self, waiting: Handing) -> None:
        assert endings() == []
        end_agreement(agency(SENDER), agency(DESK), TESTS)
        Agreement.objects.filter(from_agency=agency(SENDER), to_agency=agency(DESK)).update(until=now().date())
        [one] = endings()
        assert (one.from_code, one.to_code, one.held, one.ended) == (SENDER, DESK, 2, True)
        supervisor = person(SENDER, Role.SUPERVISOR)
        for path in ("/desk/", "/links/", "/packages/", "/agreements/"):
            assert "2 referrals wait" in text_of(supervisor, path), path
        assert "2 referrals wait" in text_of(person("US-NCMEC", Role.ADMINISTRATOR), "/links/")
        assert "referrals wait" not in text_of(person("IN-BR-CYBER", Role.SUPERVISOR), "/desk/")

    def test_one_that_ends_soon_is_told_thirty_days_before(self, waiting: Handing) -> None:
        for days, told in ((31, False), (30, True), (1, True)):
            Agreement.objects.filter(from_agency=agency(SENDER), to_agency=agency(DESK)).update(
                until=now().date() + timedelta(days=days)
            )
            assert (f"Ends in {days} day" in text_of(person(SENDER, Role.SUPERVISOR), "/desk/")) == told


class TestAlerts:
    def test_what_fails_and_waits_is_raised_once_and_ends_when_it_is_mended(self, waiting: Handing) -> None:
        Peer.objects.update(confirmed_at=now() - timedelta(days=3))
        Link.objects.create(peer=waiting.peer, failures=9, error="cannot be reached", error_at=now())
        end_agreement(agency(SENDER), agency(DESK), TESTS)
        Agreement.objects.filter(from_agency=agency(SENDER), to_agency=agency(DESK)).update(until=now().date())
        assert watch() == watch() == 3
        assert sorted(LinkAlert.objects.values_list("kind", "count")) == [
            ("agreement", 2),
            ("failing", 2),
            ("waiting", 2),
        ]
        chief = person("US-NCMEC", Role.ADMINISTRATOR)
        assert "3<span" in text_of(chief, "/people/").split("Exchange", 1)[1][:80]
        failing = LinkAlert.objects.get(kind="failing")
        page = send(chief, f"/links/alerts/{failing.pk}/seen/")
        assert "Seen, with your name" in page and f"seen by {chief.name}" in page
        assert "somebody has looked" in send(chief, f"/links/alerts/{failing.pk}/seen/").lower()
        Link.objects.update(failures=0, last_success_at=now())
        Outgoing.objects.update(delivery=Delivery.DONE, ended_at=now())
        assert watch() == 0 and not LinkAlert.objects.filter(ended_at=None).exists()

    def test_a_call_signed_by_a_revoked_key_is_refused_and_raised(self, chief: User, tmp_path: Path) -> None:
        there = elsewhere(tmp_path, "maharashtra", "IN-MH-CYBER")
        PeerKey.objects.update(revoked_at=now(), revoked_why="stolen")
        told = there.message("state", there.hop(1), act="receive")
        assert there.post(there.batch(told)).status_code == 401
        assert LinkAlert.objects.get().kind == "revoked_key"
        stranger = elsewhere(tmp_path, "bihar", "IN-BR-CYBER")
        stranger.name = "maharashtra"  # says that it is another
        assert stranger.post(stranger.batch(told)).status_code == 401
        assert LinkAlert.objects.get().count == 1


class TestPackages:
    def test_a_desk_hands_over_and_takes_the_receipt_in(self, waiting: Handing, tmp_path: Path) -> None:
        supervisor = person(SENDER, Role.SUPERVISOR)
        page = text_of(supervisor, f"/packages/new/?to={DESK}&choose=all")
        assert "MHA/NCRB/2026/1" in page and page.count(" checked>") >= 2
        form = {"to": DESK, "referral": waiting.referrals, "encrypt": "no", "language": "mr", "note": "Please hurry"}
        answer = signed_in(supervisor).post("/packages/new/", form)
        assert answer["Content-Disposition"].endswith('.zip"') and answer.content.startswith(b"PK")
        file = tmp_path / "p.zip"
        file.write_bytes(answer.content)
        key = str(signing_key(config()).public)
        command = [sys.executable, str(TOOLS / "verify_package.py"), str(file), "--key", key]
        assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.startswith("PROVEN")
        sent = SentPackage.objects.get()
        assert (sent.reports, sent.made_by, logged("package.made", supervisor)) == (2, supervisor.email, 1)
        assert "Waits for a receipt" in text_of(supervisor, "/packages/")
        assert str(sent.uid) not in text_of(person("IN-BR-CYBER", Role.SUPERVISOR), "/packages/")
        refused = send(supervisor, "/packages/receipt/", status=422, receipt=upload(b"{}"))
        assert (
            "no receipt of a package" in refused
            and "choose" in send(supervisor, "/packages/receipt/", status=422).lower()
        )

    def test_what_it_cannot_hand_over_is_said(self, waiting: Handing) -> None:
        supervisor = person(SENDER, Role.SUPERVISOR)
        nothing = send(supervisor, "/packages/new/", status=422, to=DESK)
        assert "Choose between 1 and" in nothing
        form = {"to": DESK, "referral": waiting.referrals}
        assert "is no age public key" in send(
            supervisor, "/packages/new/", status=422, encrypt="other", encrypt_to="ssh-rsa", **form
        )
        end_agreement(agency(SENDER), agency(DESK), TESTS)
        Agreement.objects.update(until=now().date())
        assert "No agreement is in force" in send(supervisor, "/packages/new/", status=422, **form)
        assert signed_in(person(SENDER)).post("/packages/new/", form).status_code == 403  # moves reports, exports none
        elsewhere_ = person("IN-BR-CYBER", Role.SUPERVISOR)
        assert signed_in(elsewhere_).post("/packages/new/", form).status_code == 404
        assert not SentPackage.objects.exists()

    def test_a_package_is_looked_at_and_then_taken(self, other: Handing) -> None:
        body, made = other.pack()
        officer, path = person(DESK), "/packages/receive/"
        looked = send(officer, path, verb="look", package=upload(body))
        assert looked.count(">Passed<") == 6 and "MHA/NCRB/2026/1" in looked and not TakenPackage.objects.exists()
        digest = looked.split('name="digest" value="')[1].split('"')[0]
        altered = body[:-1] + bytes([body[-1] ^ 1])
        assert "another file" in send(officer, path, status=422, verb="take", digest=digest, package=upload(altered))
        done = send(officer, path, verb="take", digest=digest, package=upload(body))
        assert "is taken in" in done and TakenPackage.objects.get().taken_by == officer.email
        receipt = f"/packages/taken/{made.uid}/receipt.json"
        assert made.digest.encode() in signed_in(officer).get(receipt).content
        assert text_of(person("IN-BR-CYBER"), receipt, 404)
        again = send(officer, path, verb="look", package=upload(body))
        assert "It was taken in" in again
        assert "was taken before" in send(officer, path, verb="take", digest=digest, package=upload(body))

    def test_what_is_refused_is_refused_by_name_at_its_check(self, other: Handing) -> None:
        body, _ = other.pack()
        officer, path = person(DESK), "/packages/receive/"
        assert "not-a-package" in send(officer, path, status=422, verb="look", package=upload(b"no zip"))
        assert (
            "it is encrypted"
            in send(officer, path, status=422, verb="look", package=upload(b"age-encryption.org/v1\n")).lower()
        )
        assert "choose the package" in send(officer, path, status=422, verb="look").lower()
        strange = send(person("IN-BR-CYBER"), path, status=422, verb="look", package=upload(body))
        assert "wrong-addressee" in strange and strange.count(">Passed<") == 2 and strange.count(">Not looked at<") == 3
        PeerKey.objects.update(revoked_at=now(), revoked_why="stolen")
        revoked = send(officer, path, status=422, verb="look", package=upload(body))
        assert "revoked-key" in revoked and "stolen" in revoked
        assert {"revoked-key", "not-a-package"} <= set(RefusedPackage.objects.values_list("code", flat=True))
        assert LinkAlert.objects.get().subject == f"revoked-key, brought by {DESK}"
        mine = text_of(officer, "/packages/?tab=refused")
        assert "revoked-key" in mine and "wrong-addressee" not in mine

    def test_pages_ask_few_questions_and_no_more_for_more_rows(self, waiting: Handing) -> None:
        supervisor = person(SENDER, Role.SUPERVISOR)
        paths = ("/packages/", f"/packages/new/?to={DESK}", "/agreements/", f"/agreements/{SENDER}/{DESK}/", "/links/", "/desk/",
                 f"/links/peers/{waiting.peer.name}/")  # fmt: skip

        def asked() -> dict[str, int]:
            found = {}
            for path in paths:
                client = signed_in(supervisor)
                for _ in range(2):
                    with CaptureQueriesContext(connection) as queries:
                        assert client.get(path).status_code == 200
                found[path] = sum(
                    not q["sql"].startswith(("SAVEPOINT", "RELEASE", "SELECT set_config")) for q in queries
                )
            return found

        signed_in(supervisor).post("/packages/new/", {"to": DESK, "referral": waiting.referrals[:1], "encrypt": "no"})
        few = asked()
        signed_in(supervisor).post("/packages/new/", {"to": DESK, "referral": waiting.referrals, "encrypt": "no"})
        agree()
        agree("document")
        Outgoing.objects.all().update(delivery=Delivery.REFUSED, ended_at=now(), why="late: it was accepted")
        many = asked()
        assert {path: (few[path], many[path]) for path in paths if many[path] > few[path]} == {}
        assert max(many.values()) <= 12, many


GIVEN = {"from": "IN-MH-CYBER", "to": "in-mh-jalgaon", "reference": "MoU 4 of 2026", "since": "2026-01-05", "data": ["metadata"], "reason": "It begins"}  # fmt: skip


class TestAgreements:
    @pytest.fixture
    def supervisor(self) -> User:
        factories.standard_tree()
        Agreement.objects.all().delete()
        return person("IN-MH-CYBER", Role.SUPERVISOR)

    def test_one_proposes_and_another_approves(self, supervisor: User) -> None:
        page = send(
            supervisor, "/agreements/new/", **GIVEN, law="IT Act", purposes="investigation\nrescue", retention_days="90"
        )
        assert "Waits for a second person" in page and "Withdraw" in page and not Agreement.objects.exists()
        proposal = AgreementProposal.objects.get()
        path = f"/agreements/proposals/{proposal.pk}/"
        assert "another person than the one who proposed it" in send(supervisor, path, verb="approved").lower()
        second = person("IN-MH-CYBER", Role.SUPERVISOR)
        assert "MoU 4 of 2026" in send(second, path, verb="approved")
        made = Agreement.objects.get()
        assert (made.from_agency.code, made.to_agency.code, made.law, made.purposes, made.retention_days, made.onward, made.set_by) == (
            "IN-MH-CYBER", "IN-MH-JALGAON", "IT Act", ["investigation", "rescue"], 90, False, second.email,
        )  # fmt: skip
        assert "is approved already" in send(second, path, verb="refused", why="x")
        assert [logged(f"agency.agreement_{act}", second) for act in ("proposed", "approved", "set")] == [0, 1, 1]

    def test_it_ends_by_two_people_as_well(self, supervisor: User) -> None:
        set_agreement(agency("IN-MH-CYBER"), agency("IN-MH-JALGAON"), "Order 1", TESTS)
        of_two, gone = "/agreements/IN-MH-CYBER/IN-MH-JALGAON/", (now().date() - timedelta(days=2)).isoformat()
        assert "what was sent before" in send(supervisor, f"{of_two}end/", until=gone, reason="x")
        send(supervisor, f"{of_two}end/", until=now().date().isoformat(), reason="It is over")
        assert "waits already" in send(supervisor, f"{of_two}end/", until="2099-01-01", reason="x")
        second, [proposal] = person("IN-MH-CYBER", Role.SUPERVISOR), AgreementProposal.objects.all()
        assert terms_in_force(proposal.from_agency_id, proposal.to_agency_id, now().date())
        send(second, f"/agreements/proposals/{proposal.pk}/", verb="approved")
        assert terms_in_force(proposal.from_agency_id, proposal.to_agency_id, now().date()) is None
        assert "It is over" in text_of(person("IN-MH-JALGAON"), of_two)

    def test_it_is_refused_with_a_reason_or_withdrawn_by_who_made_it(self, supervisor: User) -> None:
        second = person("IN-MH-CYBER", Role.SUPERVISOR)
        for who, other_, verb in ((second, supervisor, "refused"), (supervisor, second, "withdrawn")):
            send(supervisor, "/agreements/new/", **GIVEN)
            path = f"/agreements/proposals/{AgreementProposal.objects.get(verdict='open').pk}/"
            send(other_, path, verb=verb, why="No")
            assert "characters why" in send(second, path, verb="refused")
            send(who, path, verb=verb, why="No")
            assert not AgreementProposal.objects.filter(verdict="open").exists()
        assert not Agreement.objects.exists()

    @pytest.mark.parametrize(
        ("form", "field"),
        [({"to": ""}, "to"), ({"to": "XX"}, "to"), ({"to": "IN-MH-CYBER"}, "to"), ({"reference": " "}, "reference"), ({"since": "today"}, "since"),
         ({"until": "2020-01-01"}, "until"), ({"retention_days": "ever"}, "retention_days"), ({"reason": ""}, "reason"), ({"from": "IN-NCRB"}, "from"),
         ({"data": ["document"]}, "reference")],
    )  # fmt: skip
    def test_what_is_wrong_is_said_at_its_field(self, supervisor: User, form: dict[str, Any], field: str) -> None:
        assert f'href="#{field}"' in send(supervisor, "/agreements/new/", status=422, **(GIVEN | form))
        assert not AgreementProposal.objects.exists()

    def test_a_renewal_begins_with_the_present_terms(self, supervisor: User) -> None:
        set_agreement(agency("IN-MH-CYBER"), agency("IN-MH-JALGAON"), "Order 1", TESTS, until=date(2099, 1, 1))
        page = text_of(supervisor, "/agreements/new/?from=IN-MH-CYBER&to=IN-MH-JALGAON")
        assert 'value="Order 1"' in page and "Ends" not in text_of(supervisor, "/agreements/").split("Within this")[0]

    def test_a_desk_sees_its_own_and_nobody_decides_for_another(self, supervisor: User) -> None:
        set_agreement(agency("IN-MH-CYBER"), agency("IN-MH-JALGAON"), "Order 1", TESTS)
        send(supervisor, "/agreements/new/", **GIVEN)
        stranger = person("IN-BR-CYBER", Role.SUPERVISOR)
        assert "Order 1" not in text_of(stranger, "/agreements/") and "MoU 4" not in text_of(stranger, "/agreements/")
        assert text_of(stranger, "/agreements/IN-MH-CYBER/IN-MH-JALGAON/", 404)
        path = f"/agreements/proposals/{AgreementProposal.objects.get().pk}/"
        receiver = person("IN-MH-JALGAON", Role.SUPERVISOR)
        assert [signed_in(one).post(path, {"verb": "approved"}).status_code for one in (stranger, receiver)] == [
            404,
            404,
        ]
        assert signed_in(person("IN-MH-CYBER")).post(path, {"verb": "approved"}).status_code == 403


def test_metrics_tell_of_links_and_packages(waiting: Handing) -> None:
    from django.test import Client

    RefusedPackage.objects.create(digest="0" * 64, code="altered", message="x", at=now(), by="x")
    text = Client().get("/metrics", headers={"Host": "localhost"}).content.decode()
    peer = waiting.peer.name
    for line in (f'tipline_link_waiting{{peer="{peer}"}} 2.0', f'tipline_link_held{{peer="{peer}"}} 2.0', f'tipline_link_failures{{peer="{peer}"}} 0.0',
                 f'tipline_link_refused{{peer="{peer}"}} 0.0', 'tipline_packages{what="sent"} 0.0', 'tipline_packages_refused{code="altered"} 1.0'):  # fmt: skip
        assert line in text, line
