"""A referral as a file: it arrives once, whole, signed and acknowledged, and nothing else is taken for it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import bagit
import jsonschema
import pypdfium2
import pytest

from tests.factories import agency, drain, person
from tests.integration.exchange.handing import CHILDS_NAME, DESK, SENDER, Handing, agree, handing
from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.core.keys import rotate_signing_key, signing_key
from tipline.exchange.package import format as wire
from tipline.exchange.package.models import RefusedPackage, SentPackage, TakenPackage
from tipline.exchange.package.reading import verify
from tipline.exchange.package.receiving import receive
from tipline.exchange.package.sending import hand_over, take_receipt
from tipline.exchange.parties.models import Peer, PeerKey, PeerState, RemoteDesk
from tipline.exchange.record.models import HopOrigin, ReportOrigin
from tipline.referrals.models import Referral, ReferralState, ReturnReason
from tipline.referrals.services import accept, return_up
from tipline.reports.models import Channel, Document, Holding, Identifier, Report, ReportedFile, Sighting
from tipline.trust.accounts.models import Role
from tipline.trust.agencies.agreements import end_agreement
from tipline.trust.audit.models import Entry
from tipline.trust.audit.tree import checkpoint
from tipline.trust.visibility import OPERATOR, scope_of

pytestmark = pytest.mark.django_db
TOOLS = Path(__file__).parents[3] / "tools"


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Handing:
    return handing(tmp_path, monkeypatch)


def unpacked(body: bytes, folder: Path) -> Path:
    """As a person would unpack it. The test's own package: nothing hostile in it."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        archive.extractall(folder)
        return folder / archive.namelist()[0].partition("/")[0]


def here() -> list[Report]:
    """What came by packages."""
    return list(Report.objects.filter(channel=Channel.PACKAGE).order_by("id"))


class TestAPackage:
    def test_is_a_bag_that_common_tools_check(self, other: Handing, tmp_path: Path) -> None:
        checkpoint(other.there)
        body, made = other.pack()
        bag = unpacked(body, tmp_path / "out")
        assert bagit.Bag(str(bag)).is_valid()
        subprocess.run(
            ["sha256sum", "--quiet", "-c", "tagmanifest-sha256.txt", "manifest-sha256.txt"], cwd=bag, check=True
        )
        subprocess.run(["sha512sum", "--quiet", "-c", "manifest-sha512.txt"], cwd=bag, check=True)
        command = "openssl pkeyutl -verify -pubin -inkey signer.pem -rawin -in tagmanifest-sha256.txt -sigfile signature.ed25519"
        said = subprocess.run(command.split(), cwd=bag, check=True, capture_output=True, text=True)
        assert "Verified Successfully" in said.stdout
        record = json.loads((bag / "data/record.json").read_text())
        jsonschema.Draft202012Validator(json.loads((bag / "data/schema/referral-1.json").read_text())).validate(record)
        assert record["uid"] == made.uid
        pages = pypdfium2.PdfDocument(bag / "data/summary.pdf")
        assert len(pages) >= 2

    def test_is_checked_by_the_script(self, other: Handing, tmp_path: Path) -> None:
        body, made = other.pack()
        file = tmp_path / "p.zip"
        file.write_bytes(body)

        def check(*more: str) -> subprocess.CompletedProcess[str]:
            command = [sys.executable, str(TOOLS / "verify_package.py"), str(file), *more]
            return subprocess.run(command, capture_output=True, text=True, check=False)

        good = check("--key", str(other.key))
        assert good.returncode == 0 and made.digest in good.stdout and good.stdout.startswith("PROVEN")
        assert check().stdout.startswith("CONSISTENT WITH ITSELF")
        assert check("--key", str(signing_key(other.here).public)).returncode == 1
        altered = bytearray(body)
        altered[len(altered) // 2] ^= 1
        file.write_bytes(bytes(altered))
        assert check("--key", str(other.key)).returncode in {1, 2}

    def test_has_its_custody_with_proofs(self, other: Handing, tmp_path: Path) -> None:
        checkpoint(other.there)
        body, _ = other.pack()
        bag = unpacked(body, tmp_path / "out")
        index = json.loads((bag / "data/custody/index.json").read_text())
        assert index["proofs"]
        for number in index["proofs"]:
            proof = bag / f"data/custody/entry-{number}.json"
            subprocess.run(
                [sys.executable, str(TOOLS / "verify_audit.py"), str(proof)], check=True, capture_output=True
            )

    def test_names_no_child_but_in_the_document(self, other: Handing) -> None:
        body, _ = other.pack()
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            naming = {name for name in archive.namelist() if CHILDS_NAME.encode() in archive.read(name)}
            text = "".join(
                page.get_textpage().get_text_bounded()
                for page in pypdfium2.PdfDocument(
                    next(archive.read(n) for n in archive.namelist() if n.endswith(".pdf"))
                )
            )
        assert naming and all("/documents/" in name for name in naming)
        assert CHILDS_NAME not in text
        agree()  # metadata alone
        body, _ = other.pack()
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            assert not [name for name in archive.namelist() if CHILDS_NAME.encode() in archive.read(name)]

    def test_is_the_same_for_the_same_parts(self, other: Handing) -> None:
        from tipline.core.keys import listed_keys
        from tipline.exchange.package.writing import write

        body, _ = other.pack()
        record = verify(io.BytesIO(body)).record.model_copy(update={"terms": verify(io.BytesIO(body)).record.terms})
        plain = record.model_copy(
            update={"reports": tuple(r.model_copy(update={"documents": ()}) for r in record.reports)}
        )
        made = []
        for _ in range(2):
            out = io.BytesIO()
            write(plain, [], listed_keys(other.there), signing_key(other.there), out, nonce="0" * 32)
            made.append(out.getvalue())
        assert made[0] == made[1]

    def test_encrypted_is_opened_by_the_receivers_key_alone(self, other: Handing) -> None:
        import pyrage

        identity = pyrage.x25519.Identity.generate()
        body, made = other.pack(encrypt_to=str(identity.to_public()))
        assert made.encrypted and not body.startswith(b"PK")
        assert verify(io.BytesIO(pyrage.decrypt(body, [identity])), [other.key]).digest == made.digest
        with pytest.raises(InvalidInputError, match="age public key"):
            other.pack(encrypt_to="not a key")


class TestHandingOver:
    def test_needs_an_agreement(self, other: Handing) -> None:
        end_agreement(agency(SENDER), agency(DESK), person(SENDER).actor)
        with pytest.raises(ConflictError, match="no agreement is in force"):
            other.pack()
        assert not SentPackage.objects.exists()

    def test_is_for_the_desk_that_sent_them_and_its_roles(self, other: Handing) -> None:
        out = io.BytesIO()
        for role, code, error in (
            (Role.DESK_OFFICER, SENDER, NotPermittedError),
            (Role.STATISTICIAN, SENDER, NotPermittedError),
            (Role.SUPERVISOR, DESK, NotFoundError),
            (Role.SUPERVISOR, "IN-MH-PUNE", NotFoundError),
        ):
            somebody = person(code, role)
            with pytest.raises(error):
                hand_over(other.there, scope_of(somebody), somebody, other.referrals, out)
        analyst = person(SENDER, Role.ANALYST)
        made = hand_over(other.there, scope_of(analyst), analyst, other.referrals, out)
        assert made.reports == 2
        assert Entry.objects.filter(action="package.made", object_id=made.uid, actor_label=analyst.email).exists()
        assert Entry.objects.filter(action="referral.packed").count() == 2


class TestTaking:
    def test_makes_the_reports_at_the_desk(self, other: Handing) -> None:
        body, made = other.pack()
        taken = receive(other.here, None, io.BytesIO(body))
        assert (taken.reports, taken.new_reports, taken.again) == (2, 2, False)
        drain()
        found = here()
        sent = Report.objects.filter(referrals__in=other.referrals).order_by("id")
        assert [one.document_sha256 for one in found] == [one.document_sha256 for one in sent]
        for one, was in zip(found, sent, strict=True):
            assert one.processing == "done"
            hop = Referral.objects.get(report=one)
            assert (hop.from_agency.code, hop.to_agency.code, hop.state) == (SENDER, DESK, ReferralState.SENT)
            assert Holding.objects.get(report=one, held_until=None).agency.code == DESK
            mine, theirs = (
                set(Sighting.objects.filter(report=r).values_list("identifier_id", "role")) for r in (one, was)
            )
            assert mine == theirs
            hashes = [
                set(ReportedFile.objects.filter(report=r).values_list("md5", "sha1", "sha256")) for r in (one, was)
            ]
            assert hashes[0] == hashes[1] and hashes[0]
        officer = person(DESK)
        assert [r.state for r in accept(officer, [found[0].pk])] == [ReferralState.ACCEPTED]
        return_up(officer, [found[1].pk], ReturnReason.NOT_OUR_PLACE)
        assert Holding.objects.get(report=found[1], held_until=None).agency.code == SENDER
        assert SentPackage.objects.get().digest == made.digest

    def test_without_the_document_reads_the_record(self, other: Handing) -> None:
        agree()
        body, _ = other.pack()
        assert receive(other.here, None, io.BytesIO(body)).new_reports == 2
        drain()
        one, was = here()[0], Report.objects.filter(referrals__in=other.referrals).order_by("id").first()
        assert one.processing == "done" and was is not None
        mine, theirs = (
            set(Sighting.objects.filter(report=r, child=None).exclude(role="reporter").values_list("identifier__kind", "identifier__value"))
            for r in (one, was)
        )  # fmt: skip
        assert mine and mine <= theirs, mine - theirs
        assert {kind for kind, _ in mine} >= {"handle", "email", "ip"}
        assert not Identifier.objects.filter(value__contains="withheld").exists()
        assert ReportedFile.objects.filter(report=one).count() == ReportedFile.objects.filter(report=was).count()
        assert one.persons.exclude(child=None).exists()
        assert Document.objects.filter(report=one, source_format__startswith="tipline-json/").exists()

    def test_goes_on_down_from_there(self, other: Handing) -> None:
        from tests import factories

        factories.forwarding(DESK)
        body, _ = other.pack()
        receive(other.here, None, io.BytesIO(body))
        drain()
        ways = [[hop.to_agency.code for hop in Referral.objects.filter(report=one).order_by("id")] for one in here()]
        assert ways == [[DESK, "IN-MH-JALGAON"]] * 2

    def test_twice_is_once(self, other: Handing) -> None:
        body, _ = other.pack()
        first, second = (receive(other.here, None, io.BytesIO(body)) for _ in range(2))
        assert second.again and first.receipt == second.receipt
        assert len(here()) == 2 and Referral.objects.filter(report__in=here()).count() == 2

    def test_the_same_report_by_two_packages_is_one(self, other: Handing) -> None:
        first, second = other.pack(other.referrals[0])[0], other.pack()[0]
        assert receive(other.here, None, io.BytesIO(first)).new_reports == 1
        taken = receive(other.here, None, io.BytesIO(second))
        assert (taken.reports, taken.new_reports) == (2, 1)
        assert len(here()) == 2 and ReportOrigin.objects.count() == 2 and HopOrigin.objects.count() == 2

    def test_is_for_the_addressed_desk(self, other: Handing) -> None:
        body, _ = other.pack()
        with pytest.raises(wire.AddresseeError):
            receive(other.here, person("IN-MH-JALGAON"), io.BytesIO(body))
        with pytest.raises(NotPermittedError):
            receive(other.here, person(DESK, Role.STATISTICIAN), io.BytesIO(body))
        assert receive(other.here, person(DESK), io.BytesIO(body)).new_reports == 2


class TestReceipts:
    def receiver(self, other: Handing) -> None:
        """Our desk as the sender knows it: it works in an installation with our key."""
        peer = Peer.objects.create(
            name="mh-test", state=PeerState.ACTIVE, state_at=now(), fingerprint="1" * 64, added_at=now(), added_by="tests",
            confirmed_at=now(), confirmed_by="tests",
        )  # fmt: skip
        PeerKey.objects.create(
            peer=peer, key=str(signing_key(other.here).public), valid_from=now() - timedelta(hours=1), added_at=now()
        )
        RemoteDesk.objects.create(agency=agency(DESK), peer=peer, since=now())

    def test_comes_back_and_marks_the_referrals(self, other: Handing) -> None:
        body, _ = other.pack()
        receipt = receive(other.here, None, io.BytesIO(body)).receipt
        self.receiver(other)
        for _ in range(2):
            sent = take_receipt(OPERATOR, person(SENDER).actor, receipt)
            assert sent.received_at is not None
        states = Referral.objects.filter(pk__in=other.referrals).values_list("state", flat=True)
        assert set(states) == {ReferralState.RECEIVED}
        assert Entry.objects.filter(action="package.receipt_taken").count() == 1

    def test_altered_or_by_a_stranger_is_refused(self, other: Handing) -> None:
        body, _ = other.pack()
        receipt = receive(other.here, None, io.BytesIO(body)).receipt
        with pytest.raises(InvalidInputError, match="no key of the installation"):
            take_receipt(OPERATOR, person(SENDER).actor, receipt)
        self.receiver(other)
        with pytest.raises(InvalidInputError):
            take_receipt(OPERATOR, person(SENDER).actor, receipt.replace(b"new", b"NEW"))
        with pytest.raises(InvalidInputError, match="no receipt"):
            take_receipt(OPERATOR, person(SENDER).actor, b"{}")
        with pytest.raises(NotFoundError):
            take_receipt(scope_of(person("IN-MH-PUNE", Role.SUPERVISOR)), person("IN-MH-PUNE").actor, receipt)


class TestRefusals:
    """Each has its name, is noted and logged, and leaves nothing behind."""

    def refused(self, other: Handing, body: bytes, code: str) -> None:
        before = (Report.objects.count(), Referral.objects.count())
        with pytest.raises(wire.PackageError) as caught:
            receive(other.here, None, io.BytesIO(body))
        assert caught.value.code == code, caught.value
        noted = RefusedPackage.objects.latest("id")
        assert (noted.code, noted.message) == (code, str(caught.value)[:500])
        assert Entry.objects.filter(action="package.refused", detail__code=code).exists()
        assert (Report.objects.count(), Referral.objects.count()) == before and not TakenPackage.objects.exists()

    def test_altered(self, other: Handing) -> None:
        body, _ = other.pack()
        self.refused(other, rewritten(body, {"data/tables/reports.csv": b"report\n"}), "altered")

    def test_expired(self, other: Handing, monkeypatch: pytest.MonkeyPatch) -> None:
        from tipline.exchange.package import receiving

        body, _ = other.pack()
        monkeypatch.setattr(receiving, "now", lambda: now() + timedelta(days=31))
        self.refused(other, body, "expired")

    def test_no_peer(self, other: Handing) -> None:
        body, _ = other.pack()
        Peer.objects.filter(pk=other.peer.pk).update(state=PeerState.SUSPENDED)
        self.refused(other, body, "unknown-signer")

    def test_unknown_signer(self, other: Handing) -> None:
        PeerKey.objects.update(key=str(signing_key(other.here).public))
        self.refused(other, other.pack()[0], "unknown-signer")

    def test_revoked_key(self, other: Handing) -> None:
        body, _ = other.pack()
        PeerKey.objects.update(revoked_at=now(), revoked_why="stolen")
        self.refused(other, body, "revoked-key")

    def test_a_key_vouched_for_by_a_revoked_one(self, other: Handing) -> None:
        PeerKey.objects.update(revoked_at=now(), revoked_why="stolen")
        rotate_signing_key(other.there)
        self.refused(other, other.pack()[0], "unknown-signer")

    def test_no_agreement(self, other: Handing) -> None:
        body, _ = other.pack()
        end_agreement(agency(SENDER), agency(DESK), person(SENDER).actor)
        self.refused(other, body, "no-agreement")

    def test_more_than_the_agreement_lets_travel(self, other: Handing) -> None:
        body, _ = other.pack()
        agree()
        self.refused(other, body, "no-agreement")

    def test_another_content_under_the_same_name(self, other: Handing) -> None:
        body, made = other.pack()
        receive(other.here, None, io.BytesIO(body))
        from tipline.exchange.package.reading import open_package

        opened = open_package(io.BytesIO(body))
        assert opened.digest == made.digest
        other_one = resigned(other, body)
        with pytest.raises(wire.ReplayedError):
            receive(other.here, None, io.BytesIO(other_one))
        assert RefusedPackage.objects.get().code == "replayed"
        assert len(here()) == 2


def test_a_key_that_followed_is_believed(other: Handing) -> None:
    rotate_signing_key(other.there)
    assert receive(other.here, None, io.BytesIO(other.pack()[0])).new_reports == 2


def members(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def rewritten(body: bytes, changes: dict[str, bytes]) -> bytes:
    """The same package with some files of another content."""
    files = members(body)
    base = next(iter(files)).partition("/")[0]
    return zipped(files | {f"{base}/{name}": changed for name, changed in changes.items()})


def resigned(other: Handing, body: bytes) -> bytes:
    """The same hand-over with another README, signed by the sender: what a careless or hostile sender could make."""
    import hashlib

    files = members(body)
    base = next(iter(files)).partition("/")[0]
    files[f"{base}/README.txt"] += b"another\n"
    tags = {name: files[f"{base}/{name}"] for name in wire.TAG_FILES}
    manifest = "".join(f"{hashlib.sha256(tags[n]).hexdigest()}  {n}\n" for n in sorted(tags)).encode()
    files[f"{base}/{wire.TAG_MANIFEST}"] = manifest
    files[f"{base}/{wire.SIGNATURE}"] = signing_key(other.there).sign(manifest)
    return zipped(files)
