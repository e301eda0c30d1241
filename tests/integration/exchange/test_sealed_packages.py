"""Sealed evidence in a package: as ciphertext, when two persons said so, to a custodian to whom it is sealed already, and otherwise never."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest
from django.db import IntegrityError, transaction
from typer.testing import CliRunner

from tests.factories import noise_png, person
from tests.integration.exchange.handing import DESK, SENDER, Handing, agree, handing
from tests.integration.exchange.test_packages import here, members, zipped
from tests.integration.trust.test_matrix import runner
from tipline.cli import app as commands
from tipline.core.clock import now
from tipline.core.config import Evidence
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError, TransientError
from tipline.core.keys import signing_key
from tipline.core.storage import open_store
from tipline.core.storage.directory import DirectoryStore
from tipline.exchange.package import format as wire
from tipline.exchange.package import keeping
from tipline.exchange.package.models import RefusedPackage, SealedRelease, SentPackage, TakenPackage
from tipline.exchange.package.reading import verify
from tipline.exchange.package.receiving import receive
from tipline.exchange.package.releases import decide, propose
from tipline.exchange.package.sending import Handed, hand_over
from tipline.exchange.record import collecting
from tipline.referrals.models import Referral
from tipline.reports.evidence import open_intake
from tipline.reports.models import Report, ReportedFile
from tipline.reports.sealed import note_seals
from tipline.trust.accounts.models import Role, User
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import OPERATOR, scope_of

pytestmark = pytest.mark.django_db
__all__ = ["runner"]
WHY = "order 12/2026 of the Special Court"


@dataclass
class Sealing:
    """The two sides, the receiver's custodian, and two people of the sending desk."""

    other: Handing
    custodian: pyrage.x25519.Identity
    analyst: User
    supervisor: User

    @property
    def key(self) -> str:
        return str(self.custodian.to_public())

    def propose(self, referral: int = 0, **changed: object) -> SealedRelease:
        given: dict[str, object] = {"person": self.analyst, "custodian": self.key, "reason": WHY} | changed
        someone: User = given.pop("person")  # type: ignore[assignment]
        return propose(someone, scope_of(someone), referral or self.other.referrals[0], **given)  # type: ignore[arg-type]

    def release(self) -> SealedRelease:
        made = self.propose()
        return decide(self.supervisor, scope_of(self.supervisor), made.pk, approve=True)

    def pack(self, *, sealed: bool = True) -> tuple[bytes, Handed]:
        out = io.BytesIO()
        with self.other.monkeypatch.context() as patched:
            patched.setattr(collecting, "our_name", lambda: "ncrb-test")
            made = hand_over(self.other.there, OPERATOR, None, self.other.referrals, out, sealed=sealed)
        return out.getvalue(), made


@pytest.fixture
def sealing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sealing:
    """Every reported file of the sender is sealed to its own custodian and the receiver's."""
    other = handing(tmp_path, monkeypatch)
    custodian, own = (pyrage.x25519.Identity.generate() for _ in range(2))
    both = (str(own.to_public()), str(custodian.to_public()))
    other.there = replace(other.there, evidence=Evidence.SEAL, evidence_recipients=both)
    other.here = replace(other.here, evidence=Evidence.SEAL, evidence_recipients=both[1:])
    agree("document", "evidence")
    seals = {}
    for row in ReportedFile.objects.filter(report__referrals__in=other.referrals):
        intake = open_intake(other.there)
        intake.write(noise_png(1))
        seal = intake.close().seal
        assert seal is not None
        seals[row.pk] = seal
    note_seals(seals)
    return Sealing(other, custodian, person(SENDER, Role.ANALYST), person(SENDER, Role.SUPERVISOR))


def kept() -> list[ReportedFile]:
    return list(ReportedFile.objects.filter(report__in=here()).exclude(storage_key=""))


class TestTravelling:
    def test_the_receivers_custodian_opens_what_came_and_nobody_between(self, sealing: Sealing) -> None:
        release = sealing.release()
        body, made = sealing.pack()
        read = verify(io.BytesIO(body), [sealing.other.key], now())
        (file,) = [one for report in read.record.reports for one in report.files if one.sealed]
        assert file.sealed is not None and "evidence" in read.meta.data
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            (name,) = [name for name in archive.namelist() if "/data/sealed/" in name]
            assert name.endswith(file.sealed.path)
            assert archive.read(name).startswith(b"age-encryption.org/v1\n")
            assert not any(noise_png(1) in archive.read(name) for name in archive.namelist())
        taken = receive(sealing.other.here, None, io.BytesIO(body))
        assert taken.new_reports == 2
        (row,) = kept()
        assert (row.sealed_sha256, row.sealed_bytes, row.sealed_to) == (file.sealed.sha256, file.sealed.size_bytes, list(file.sealed.to))  # fmt: skip
        assert row.sha256 == file.sha256
        store = open_store(sealing.other.here)
        ciphertext = io.BytesIO()
        assert store.carry(row.storage_key, ciphertext) == row.sealed_sha256
        assert pyrage.decrypt(ciphertext.getvalue(), [sealing.custodian]) == noise_png(1)
        release.refresh_from_db()
        assert (release.state, str(release.package and release.package.uid)) == ("carried", made.uid)
        written = set(Entry.objects.filter(action__startswith="evidence.").values_list("action", flat=True))
        assert written == {f"evidence.{what}" for what in ("release_proposed", "release_approved", "carried", "kept")}

    def test_twice_is_once(self, sealing: Sealing) -> None:
        sealing.release()
        body, _ = sealing.pack()
        receive(sealing.other.here, None, io.BytesIO(body))
        assert receive(sealing.other.here, None, io.BytesIO(body)).again
        # and by another package
        sealing.release()
        receive(sealing.other.here, None, io.BytesIO(sealing.pack()[0]))
        assert len(kept()) == 1
        assert len(list(open_store(sealing.other.here).stored())) == 1

    def test_comes_after_the_report(self, sealing: Sealing) -> None:
        receive(sealing.other.here, None, io.BytesIO(sealing.pack(sealed=False)[0]))
        assert not kept()
        sealing.release()
        assert receive(sealing.other.here, None, io.BytesIO(sealing.pack()[0])).new_reports == 0
        assert len(kept()) == 1

    def test_does_not_unless_it_is_asked_for(self, sealing: Sealing) -> None:
        sealing.release()
        body, _ = sealing.pack(sealed=False)
        assert not [name for name in members(body) if "/sealed/" in name]
        assert "evidence" not in verify(io.BytesIO(body)).meta.data

    def test_by_the_commands(self, sealing: Sealing, runner: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
        monkeypatch.setattr("tipline.core.config.config", lambda: sealing.other.there)
        hop, out = str(sealing.other.referrals[0]), tmp_path / "p.zip"
        ask = ["package", "sealed", "propose", hop, "--custodian", sealing.key, "--reason", WHY]
        assert isinstance(runner.invoke(commands, ask).exception, InvalidInputError), "the operator is no person"
        done = runner.invoke(commands, ["--as", sealing.analyst.email, *ask])
        assert done.exit_code == 0, done.exception
        number = done.output.split()[1].rstrip(":")
        export = ["package", "export", hop, "-o", str(out), "--sealed"]
        assert isinstance(runner.invoke(commands, export).exception, ConflictError)
        done = runner.invoke(commands, ["--as", sealing.supervisor.email, "package", "sealed", "approve", number])
        assert done.exit_code == 0, done.exception
        listed = runner.invoke(commands, ["--as", sealing.supervisor.email, "package", "sealed", "list"]).output
        assert sealing.analyst.email in listed and WHY in listed
        done = runner.invoke(commands, export)
        assert done.exit_code == 0, done.exception
        assert verify(io.BytesIO(out.read_bytes())).meta.reports == 1


class TestTwoPersons:
    def test_whoever_proposes_does_not_approve(self, sealing: Sealing) -> None:
        made = sealing.propose(person=sealing.supervisor)
        with pytest.raises(NotPermittedError, match="another person"):
            decide(sealing.supervisor, scope_of(sealing.supervisor), made.pk, approve=True)
        with pytest.raises(IntegrityError, match="sealedrelease_two_persons"), transaction.atomic():
            SealedRelease.objects.update(state="approved", decided_at=now(), decided_by=sealing.supervisor)
        with pytest.raises(ConflictError, match="no sealed evidence of these referrals is released"):
            sealing.pack()
        assert not SentPackage.objects.exists()

    @pytest.mark.parametrize("role", [Role.DESK_OFFICER, Role.INVESTIGATOR, Role.AUDITOR, Role.ADMINISTRATOR])
    def test_other_roles_neither_propose_nor_approve(self, sealing: Sealing, role: Role) -> None:
        somebody = person(SENDER, role)
        with pytest.raises(NotPermittedError):
            sealing.propose(person=somebody)
        made = sealing.propose()
        with pytest.raises((NotPermittedError, NotFoundError)):
            decide(somebody, scope_of(somebody), made.pk, approve=True)

    def test_another_desk_finds_nothing(self, sealing: Sealing) -> None:
        made = sealing.propose()
        for code in (DESK, "US-NCMEC", "IN-MH-PUNE"):
            stranger = person(code, Role.SUPERVISOR)
            with pytest.raises(NotFoundError):
                sealing.propose(person=stranger)
            with pytest.raises(NotFoundError):
                decide(stranger, scope_of(stranger), made.pk, approve=True)

    def test_is_good_once_and_for_a_week(self, sealing: Sealing) -> None:
        sealing.release()
        sealing.pack()
        with pytest.raises(ConflictError, match="no sealed evidence"):
            sealing.pack()
        made = sealing.propose()
        with pytest.raises(ConflictError, match="proposed already"):
            sealing.propose()
        SealedRelease.objects.filter(pk=made.pk).update(proposed_at=now() - timedelta(days=8))
        with pytest.raises(ConflictError, match="more than 7 days ago"):
            decide(sealing.supervisor, scope_of(sealing.supervisor), made.pk, approve=True)
        decide(sealing.supervisor, scope_of(sealing.supervisor), made.pk, approve=False)
        with pytest.raises(ConflictError, match="is decided"):
            decide(sealing.supervisor, scope_of(sealing.supervisor), made.pk, approve=True)


class TestNotSent:
    def test_without_a_reason(self, sealing: Sealing) -> None:
        with pytest.raises(InvalidInputError, match="say why"):
            sealing.propose(reason="  because ")

    def test_to_whom_it_is_not_sealed(self, sealing: Sealing) -> None:
        stranger = str(pyrage.x25519.Identity.generate().to_public())
        with pytest.raises(ConflictError, match="Nobody here can open it"):
            sealing.propose(custodian=stranger)

    def test_where_the_agreement_does_not_let_it(self, sealing: Sealing) -> None:
        agree("document")
        with pytest.raises(ConflictError, match="no agreement lets sealed evidence travel"):
            sealing.propose()
        agree("document", "evidence")
        sealing.release()
        agree("document")
        with pytest.raises(ConflictError, match="no agreement lets sealed evidence travel"):
            sealing.pack()

    def test_what_is_not_sealed(self, sealing: Sealing) -> None:
        ReportedFile.objects.update(storage_key="")
        with pytest.raises(ConflictError, match="has no sealed file"):
            sealing.propose()

    def test_other_files_than_were_looked_at(self, sealing: Sealing) -> None:
        sealing.release()
        ReportedFile.objects.update(sealed_sha256="0" * 64)
        with pytest.raises(ConflictError, match="are others than when this was proposed"):
            sealing.pack()

    def test_what_is_in_the_store_in_place_of_the_seal(self, sealing: Sealing) -> None:
        sealing.release()
        row = ReportedFile.objects.get(report=Referral.objects.get(pk=sealing.other.referrals[0]).report)
        store = open_store(sealing.other.there)
        assert isinstance(store, DirectoryStore)
        path = store._root / row.storage_key
        sealed = path.read_bytes()
        path.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
        with pytest.raises(ConflictError, match="not in the store as it was sealed"):
            sealing.pack()
        path.write_bytes(noise_png(1))
        with pytest.raises(wire.SealError, match="no age file"):
            sealing.pack()
        path.unlink()
        with pytest.raises(ConflictError, match="not in the store"):
            sealing.pack()
        assert not SentPackage.objects.exists()


class TestNotTaken:
    def refused(self, sealing: Sealing, body: bytes, code: str) -> None:
        before = Report.objects.count()
        with pytest.raises(wire.PackageError) as caught:
            receive(sealing.other.here, None, io.BytesIO(body))
        assert caught.value.code == code, caught.value
        assert RefusedPackage.objects.latest("id").code == code
        assert Report.objects.count() == before and not TakenPackage.objects.exists()
        assert not list(open_store(sealing.other.here).stored())

    def test_where_our_agreement_does_not_let_it(self, sealing: Sealing) -> None:
        sealing.release()
        body, _ = sealing.pack()
        agree("document")
        self.refused(sealing, body, "no-agreement")

    def test_what_no_custodian_of_ours_opens(self, sealing: Sealing) -> None:
        sealing.release()
        body, _ = sealing.pack()
        for installation in (
            replace(sealing.other.here, evidence_recipients=(str(pyrage.x25519.Identity.generate().to_public()),)),
            replace(sealing.other.here, evidence=Evidence.DISCARD, evidence_recipients=()),
        ):
            sealing.other.here = installation
            self.refused(sealing, body, "sealed")

    def test_what_is_not_sealed_at_all(self, sealing: Sealing) -> None:
        """By a sender who signs it nevertheless."""
        sealing.release()
        body, _ = sealing.pack()
        self.refused(sealing, self.with_copy(sealing, body, noise_png(1)), "sealed")
        password = pyrage.passphrase.encrypt(noise_png(1), "a password")
        self.refused(sealing, self.with_copy(sealing, body, password), "sealed")
        one_key = pyrage.encrypt(noise_png(1), [sealing.custodian.to_public()])
        self.refused(sealing, self.with_copy(sealing, body, one_key), "sealed")

    def with_copy(self, sealing: Sealing, body: bytes, copy: bytes) -> bytes:
        """The same package with something else where the sealed copy stood, named and signed as if it were one."""
        import hashlib

        from tipline.exchange.package.sealing import sealed_path
        from tipline.exchange.record.model import canonical
        from tipline.exchange.record.model import read as read_record

        files = {name.partition("/")[2]: one for name, one in members(body).items()}
        record = read_record(files[wire.RECORD])
        old = next(name for name in files if name.startswith("data/sealed/"))
        digest = hashlib.sha256(copy).hexdigest()
        reports = []
        for report in record.reports:
            changed = [
                one.model_copy(update={"sealed": one.sealed.model_copy(update={"path": sealed_path(digest), "sha256": digest, "size_bytes": len(copy)})})
                if one.sealed else one for one in report.files
            ]  # fmt: skip
            reports.append(report.model_copy(update={"files": tuple(changed)}))
        del files[old]
        files[sealed_path(digest)] = copy
        files[wire.RECORD] = canonical(record.model_copy(update={"reports": tuple(reports)}))
        meta = wire.Meta.model_validate_json(files[wire.META])
        files[wire.META] = canonical(meta.model_copy(update={"record_sha256": hashlib.sha256(files[wire.RECORD]).hexdigest()}))  # type: ignore[arg-type]  # fmt: skip
        payload = {name: one for name, one in files.items() if name.startswith("data/")}
        for kind, path in wire.MANIFESTS.items():
            lines = [f"{hashlib.new(kind, one).hexdigest()}  {name}\n" for name, one in sorted(payload.items())]
            files[path] = "".join(lines).encode()
        tags = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(wire.TAG_FILES)]
        files[wire.TAG_MANIFEST] = "".join(tags).encode()
        files[wire.SIGNATURE] = signing_key(sealing.other.there).sign(files[wire.TAG_MANIFEST])
        return zipped({f"{wire.base_of(meta.uid)}/{name}": one for name, one in files.items()})

    def test_when_the_store_fails_nothing_is_there(self, sealing: Sealing, monkeypatch: pytest.MonkeyPatch) -> None:
        sealing.release()
        body, _ = sealing.pack()

        def full(*_: object) -> None:
            raise TransientError("the evidence store cannot be written: no space")

        before = Report.objects.count()
        with monkeypatch.context() as patched, pytest.raises(TransientError), transaction.atomic():
            patched.setattr(keeping, "note_seals", full)  # after the bytes are in the store
            receive(sealing.other.here, None, io.BytesIO(body))
        assert Report.objects.count() == before and not list(open_store(sealing.other.here).stored())
        assert receive(sealing.other.here, None, io.BytesIO(body)).new_reports == 2
        (row,) = kept()
        assert open_store(sealing.other.here).sha256(row.storage_key) == row.sealed_sha256
