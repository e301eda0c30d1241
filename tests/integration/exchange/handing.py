"""Two installations in one database: reports lie at the clearinghouse's side under another name, and are handed to a desk of this one."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import factories
from tests.factories import agency, drain
from tests.integration.reports.test_masking import file_documents, with_child
from tipline.core.clock import now
from tipline.core.config import Config, load_config
from tipline.core.keys import VerifyingKey, signing_key
from tipline.exchange.package.sending import Handed, hand_over
from tipline.exchange.parties.models import Peer, PeerKey, PeerState, RemoteDesk
from tipline.exchange.record import collecting
from tipline.referrals.models import LIVE, Referral
from tipline.trust.agencies.agreements import Bounds, set_agreement
from tipline.trust.visibility import OPERATOR

SENDER, DESK = "IN-NCRB", "IN-MH-CYBER"
NAME = "ncrb-test"
CHILDS_NAME = "Kiran Deshpande"


@dataclass
class Handing:
    """The other side: its keys, its referrals that lie on our desk, and what it hands over."""

    there: Config
    here: Config
    peer: Peer
    referrals: list[int]
    monkeypatch: pytest.MonkeyPatch

    @property
    def key(self) -> VerifyingKey:
        return signing_key(self.there).public

    def pack(self, *referrals: int, encrypt_to: str | None = None) -> tuple[bytes, Handed]:
        """A package of these, or of all."""
        out = io.BytesIO()
        with self.monkeypatch.context() as patched:
            patched.setattr(collecting, "our_name", lambda: NAME)
            made = hand_over(self.there, OPERATOR, None, list(referrals) or self.referrals, out, encrypt_to=encrypt_to)
        return out.getvalue(), made


def agree(*data: str) -> None:
    """An agreement between the two that lets these kinds of data travel."""
    set_agreement(
        agency(SENDER), agency(DESK), "MHA/NCRB/2026/1", factories.TESTS, bounds=Bounds(data=frozenset({"metadata", *data}))
    )  # fmt: skip


def handing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reports: int = 2) -> Handing:
    """Reports that name a child, on the desk of the state, sent by the national desk, which works elsewhere."""
    there, here = (load_config({"TIPLINE_DATA_DIR": str(tmp_path / name)}) for name in ("there", "here"))
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", SENDER)
    provider = factories.provider()
    for number in range(reports):
        file_documents(provider, with_child(info=f"{CHILDS_NAME} was asked {number}"))
    drain()
    key = signing_key(there).public
    peer = Peer.objects.create(
        name=NAME, state=PeerState.ACTIVE, state_at=now(), fingerprint="0" * 64, added_at=now(), added_by="tests",
        confirmed_at=now(), confirmed_by="tests",
    )  # fmt: skip
    PeerKey.objects.create(peer=peer, key=str(key), valid_from=now(), added_at=now())
    RemoteDesk.objects.create(agency=agency(SENDER), peer=peer, since=now())
    agree("document")
    live = Referral.objects.filter(to_agency=agency(DESK), state__in=LIVE).order_by("id")
    return Handing(there, here, peer, list(live.values_list("id", flat=True)), monkeypatch)
