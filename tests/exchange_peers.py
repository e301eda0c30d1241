"""A peer for tests: an installation of which there are only keys and a name; it signs calls and answers as a real one does."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from django.test import Client

from tests.factories import TESTS, agency, filed, person, provider, standard_tree, synthetic
from tipline.core.clock import now
from tipline.core.config import Config, load_config
from tipline.core.keys import listed_keys, signing_key
from tipline.demo.synthetic import report_xml
from tipline.exchange.federation.signing import Call, sign_call
from tipline.exchange.federation.wire import messages_path
from tipline.exchange.parties.descriptor import DescribedKey, Descriptor, sign, spoken
from tipline.exchange.parties.models import Peer
from tipline.exchange.parties.ourselves import our_name
from tipline.exchange.parties.services import add_peer, confirm_peer, place_desk
from tipline.referrals.models import Referral
from tipline.referrals.services import forward
from tipline.trust.agencies.agreements import Bounds, set_agreement

BOTH = Bounds(data=frozenset({"metadata", "document"}))


@dataclass
class Elsewhere:
    """Another installation: its files, its name, its place among the peers here."""

    settings: Config
    name: str
    peer: Peer
    numbers: Any = field(default_factory=lambda: count(1))

    def key_list(self) -> list[dict[str, str]]:
        return [DescribedKey(**_line(one)).model_dump() for one in listed_keys(self.settings)]

    def post(self, body: bytes, **headers: str) -> Any:
        """A call that it signs now."""
        call = Call("POST", f"http://testserver{messages_path(1)}", {})
        sign_call(signing_key(self.settings), call, body, us=self.name, them=our_name())
        return send(body, dict(call.headers) | headers)

    def tell(self, *messages: dict[str, Any], packages: tuple[bytes, ...] = ()) -> list[dict[str, Any]]:
        """Messages in one call; what each was answered."""
        answer = self.post(self.batch(*messages, packages=packages))
        assert answer.status_code == 200, answer.content
        found: list[dict[str, Any]] = answer.json()["answers"]
        return found

    def batch(self, *messages: dict[str, Any], packages: tuple[bytes, ...] = ()) -> bytes:
        return json.dumps(
            {
                "version": 1, "versions": [1], "keys": self.key_list(), "messages": list(messages),
                "packages": [base64.b64encode(one).decode() for one in packages],
            }
        ).encode()  # fmt: skip

    def message(self, kind: str, hop: str, **more: Any) -> dict[str, Any]:
        return {"number": next(self.numbers), "kind": kind, "hop": hop, "at": now().isoformat(), **more}

    def hop(self, number: int) -> str:
        return f"urn:tipline:{self.name}:hop:{number}"

    def package(self, *numbers: int, sender: str = "US-NCMEC", receiver: str = "IN-NCRB") -> bytes:
        """Reports of these numbers there, each with the hop of the same number."""
        reports, documents = [], {}
        for number in numbers:
            body = report_xml(synthetic(f"handle_{number}", files=0))
            path = f"data/documents/{number}.xml"
            documents[path] = base64.b64encode(body).decode()
            reports.append(_report(self, number, sender, receiver, body, path))
        at = datetime.now(UTC)
        record = {
            "uid": f"00000000-0000-4000-8000-{numbers[0]:012}", "made_at": at.isoformat(),
            "expires_at": (at + timedelta(days=30)).isoformat(),
            "sender": {"agency": sender, "name": sender, "installation": self.name},
            "receiver": {"agency": receiver, "name": receiver, "installation": our_name()},
            "terms": {"reference": "MoU 7", "data": ["metadata", "document"]},
            "hops": [self.hop(number) for number in numbers], "reports": reports,
        }  # fmt: skip
        return json.dumps({"record": record, "documents": documents}).encode()


def _line(one: Any) -> dict[str, str]:
    return {name: getattr(one, name) for name in ("name", "key", "valid_from", "valid_until", "endorsement")}


def _report(there: Elsewhere, number: int, sender: str, receiver: str, body: bytes, path: str) -> dict[str, Any]:
    at = datetime.now(UTC).isoformat()
    return {
        "uid": f"urn:tipline:{there.name}:report:{number}", "reporter": "Pictogram", "receiving_agency": sender,
        "channel": "door", "state": "finished", "version": 1, "received_at": at, "finished_at": at,
        "incident_type": "Child Sex Tourism", "incident_at": at, "incident_at_text": at, "platform": "Pictogram",
        "documents": [
            {"kind": "report", "sha256": hashlib.sha256(body).hexdigest(), "content_type": "text/xml", "received_at": at, "path": path}
        ],
        "hops": [{"uid": there.hop(number), "from_agency": sender, "to_agency": receiver, "state": "sent", "at": at}],
    }  # fmt: skip


def elsewhere(folder: Path, name: str, code: str, url: str = "https://peer.example") -> Elsewhere:
    """An installation where one agency of the tree works, compared and active."""
    settings = load_config({"TIPLINE_DATA_DIR": str(folder / name)})
    key = signing_key(settings)
    described = Descriptor(
        name=name, url=url, keys=tuple(DescribedKey(**_line(one)) for one in listed_keys(settings)), made_at=now()
    )
    peer = add_peer(sign(described, key), our_name(), TESTS)
    confirm_peer(peer, spoken(peer.fingerprint), TESTS)
    place_desk(agency(code), peer, TESTS)
    return Elsewhere(settings, name, Peer.objects.get(pk=peer.pk))


def agreed(above: str, below: str, bounds: Bounds = BOTH, until: date | None = None) -> None:
    """An agreement by which documents may travel."""
    set_agreement(agency(above), agency(below), "MoU 7", TESTS, bounds=bounds, until=until)


def send(body: bytes, headers: dict[str, str], path: str = messages_path(1)) -> Any:
    """A call as it comes in."""
    return Client().post(path, body, content_type="application/json", headers=headers)


def national_desk(folder: Path) -> Elsewhere:
    """The national desk, in an installation of its own; this one is the clearinghouse's."""
    standard_tree()
    agreed("US-NCMEC", "IN-NCRB")
    return elsewhere(folder, "ncrb", "IN-NCRB")


def referred() -> Referral:
    """A report that the clearinghouse sent there."""
    report = filed(provider())
    forward(person("US-NCMEC"), [report.pk], agency("IN-NCRB"))
    return Referral.objects.get(report=report)
