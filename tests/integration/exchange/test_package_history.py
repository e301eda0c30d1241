"""A sender who rewrote its log is found by the next package: the receiver holds what the one before told."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from tests.factories import agency
from tests.integration.exchange.handing import DESK, SENDER, Handing, handing
from tests.integration.exchange.test_packages import here, members
from tipline.core.clock import now
from tipline.core.keys import signing_key
from tipline.exchange.package import format as wire
from tipline.exchange.package.history import continues, head_of
from tipline.exchange.package.models import RefusedPackage, TakenPackage
from tipline.exchange.package.reading import verify
from tipline.exchange.package.receiving import receive
from tipline.trust.audit import notes
from tipline.trust.audit.models import Entry
from tipline.trust.audit.tree import checkpoint, origin

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Handing:
    return handing(tmp_path, monkeypatch)


def told_before(other: Handing, size: int) -> None:
    """That the sender told, by an earlier package, of another log of so many entries: what it has now was made afterwards."""
    note = notes.sign(notes.Checkpoint(origin(), size, b"\x07" * 32), signing_key(other.there))
    TakenPackage.objects.create(
        uid=uuid4(), digest="0" * 64, installation="ncrb-test", key=str(other.key), from_agency=agency(SENDER), to_agency=agency(DESK),
        made_at=now(), taken_at=now(), taken_by="tests", agreement="", reports=1, new_reports=1, receipt="", checkpoint=note, log_size=size,
    )  # fmt: skip


def test_a_log_that_went_on_is_proven_to_have(other: Handing, tmp_path: Path) -> None:
    checkpoint(other.there)
    first, _ = other.pack(other.referrals[0])
    receive(other.here, None, io.BytesIO(first))
    checkpoint(other.there)
    second, _ = other.pack(other.referrals[1])
    assert [name for name in members(second) if "/custody/consistency-" in name]
    found = continues(verify(io.BytesIO(second)), head_of(verify(io.BytesIO(first))))
    assert found.proven, found.text
    receive(other.here, None, io.BytesIO(second))
    taken = Entry.objects.filter(action="package.taken").order_by("id").values_list("detail", flat=True)
    assert [one["log_continues"] for one in taken] == [False, True]
    assert TakenPackage.objects.filter(log_size__gt=0).count() == 2
    for name, body in (("first.zip", first), ("second.zip", second)):
        (tmp_path / name).write_bytes(body)
    command = [sys.executable, "-m", "tipline", "package", "verify", str(tmp_path / "second.zip"), "--after", str(tmp_path / "first.zip"), "--json"]  # fmt: skip
    said = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    assert said["log_continues"] is True


def test_a_log_without_a_checkpoint_is_taken_and_said_not_to_be_proven(other: Handing) -> None:
    receive(other.here, None, io.BytesIO(other.pack()[0]))
    assert len(here()) == 2 and Entry.objects.get(action="package.taken").detail["log_continues"] is False


@pytest.mark.parametrize("which", [0, 1])
def test_a_log_that_was_rewritten_is_refused(other: Handing, which: int) -> None:
    """Its own checkpoints and proofs agree with each other: what it told before, at an earlier or at this very size, is what betrays it."""
    sizes = []
    for referral in other.referrals:
        made = checkpoint(other.there)
        assert made is not None
        sizes.append(made.size)
        body, _ = other.pack(referral)
    told_before(other, sizes[which])
    with pytest.raises(wire.HistoryError, match=r"does not begin with|is another than the one of which it told"):
        receive(other.here, None, io.BytesIO(body))
    assert RefusedPackage.objects.get().code == "history" and not here()


def test_a_proof_that_is_left_out_is_taken_and_asked_about(other: Handing) -> None:
    """A report that is held up harms a child; that the proof was due is said to who takes it, and stands in the log."""
    made = checkpoint(other.there)
    assert made is not None
    told_before(other, made.size + 100)
    taken = receive(other.here, None, io.BytesIO(other.pack()[0]))
    assert taken.new_reports == 2 and "has no proof" in taken.warning
    assert Entry.objects.get(action="package.log_unproven").detail["why"] == taken.warning


def test_a_checkpoint_of_somebody_else_is_refused(other: Handing) -> None:
    checkpoint(other.here)  # by a key that is not the sender's
    with pytest.raises(wire.HistoryError, match="no key of the sender"):
        receive(other.here, None, io.BytesIO(other.pack()[0]))
    noted = RefusedPackage.objects.get()
    assert (noted.code, noted.claimed_sender, noted.claimed_installation) == ("history", "IN-NCRB", "ncrb-test")
    assert not here()
