"""What became of handed-over reports, as a signed file: taken once, from whom and for whom it says, or refused by name."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.exchange_peers import Elsewhere, agreed, elsewhere
from tests.factories import TESTS, agency, filed, person, provider, standard_tree
from tipline.core.clock import now
from tipline.core.config import config
from tipline.core.errors import ConflictError
from tipline.core.keys import signing_key
from tipline.exchange.federation.models import Delivery, Outgoing
from tipline.exchange.package.format import PackageError
from tipline.exchange.package.models import RefusedPackage, TakenReturn
from tipline.exchange.package.returns import (
    ANSWER_FORMAT,
    FORMAT,
    Return,
    ReturnAnswer,
    make_return,
    take_answer,
    take_return,
)
from tipline.exchange.package.statements import read_statement, write_statement
from tipline.exchange.parties.ourselves import our_name
from tipline.exchange.parties.services import revoke_key
from tipline.investigation.outcomes.models import ReportOutcome
from tipline.referrals.models import Referral, ReferralState
from tipline.referrals.services import accept, forward

pytestmark = pytest.mark.django_db


@pytest.fixture
def below(tmp_path: Path) -> Elsewhere:
    """The national desk, which is reached by stick alone; this installation is the clearinghouse's."""
    standard_tree()
    agreed("US-NCMEC", "IN-NCRB")
    return elsewhere(tmp_path, "ncrb", "IN-NCRB", url="")


@pytest.fixture
def hop(below: Elsewhere) -> Referral:
    report = filed(provider())
    forward(person("US-NCMEC"), [report.pk], agency("IN-NCRB"))
    return Referral.objects.get(report=report)


def returned(below: Elsewhere, hop: Referral, **more: Any) -> bytes:
    """A return of the national desk: that it accepted the report, and an outcome."""
    name = f"urn:tipline:{our_name()}:hop:{hop.pk}"
    outcome = {
        "uid": "urn:tipline:ncrb:outcome:4", "agency": "IN-NCRB", "kind": "arrest", "number": 1, "on": "2026-11-05",
        "recorded_at": now().isoformat(),
    }  # fmt: skip
    said = {
        "uid": str(uuid4()), "made_at": now().isoformat(), "sender": below.name, "receiver": our_name(), "keys": below.key_list(),
        "messages": [
            below.message("state", name, act="accept"), below.message("outcome", name, act="record", outcome=outcome),
        ],
        **more,
    }  # fmt: skip
    body, _ = write_statement(Return.model_validate_json(json.dumps(said)), FORMAT, signing_key(below.settings))
    return body


def test_a_return_has_its_effect_once_and_one_answer(below: Elsewhere, hop: Referral) -> None:
    body = returned(below, hop)
    taken = take_return(config(), body, TESTS)
    again = take_return(config(), body, TESTS)
    assert (taken.messages, taken.again, again.again) == (2, False, True)
    assert taken.answer == again.answer
    hop.refresh_from_db()
    assert hop.state == ReferralState.ACCEPTED
    assert ReportOutcome.objects.get().said_by == "IN-NCRB"
    text, key = read_statement(taken.answer, ANSWER_FORMAT)
    assert key == signing_key(config()).public
    assert [one.status for one in ReturnAnswer.model_validate_json(text).answers] == ["done", "done"]


def altered(body: bytes) -> bytes:
    return body.replace(b"accept", b"refuse")


@pytest.mark.parametrize(
    ("code", "more", "change"),
    [
        ("altered", {}, altered),
        ("not-a-package", {}, lambda body: body[:-40]),
        ("not-a-package", {}, lambda _: b"PK\x03\x04"),
        ("wrong-addressee", {"receiver": "somebody-else"}, None),
        ("unknown-signer", {"sender": "nobody"}, None),
        ("expired", {"made_at": (now() + timedelta(days=2)).isoformat()}, None),
    ],
)
def test_what_is_wrong_with_a_return_is_named_and_noted(
    below: Elsewhere, hop: Referral, code: str, more: dict[str, Any], change: Any
) -> None:
    body = returned(below, hop, **more)
    with pytest.raises(PackageError) as found:
        take_return(config(), change(body) if change else body, TESTS)
    assert found.value.code == code
    assert RefusedPackage.objects.get().code == code
    hop.refresh_from_db()
    assert hop.state == ReferralState.SENT
    assert not TakenReturn.objects.exists()


def test_a_name_that_was_taken_with_another_content_is_a_replay(below: Elsewhere, hop: Referral) -> None:
    name = str(uuid4())
    take_return(config(), returned(below, hop, uid=name), TESTS)
    with pytest.raises(PackageError) as found:
        take_return(config(), returned(below, hop, uid=name), TESTS)
    assert found.value.code == "replayed"


def test_a_revoked_key_signs_no_return_and_no_answer(below: Elsewhere, hop: Referral) -> None:
    body = returned(below, hop)
    revoke_key(below.peer, str(signing_key(below.settings).public), "stolen", TESTS)
    with pytest.raises(PackageError) as found:
        take_return(config(), body, TESTS)
    assert found.value.code == "revoked-key"


def test_a_return_hands_no_reports_over(below: Elsewhere, hop: Referral) -> None:
    body = returned(below, hop, messages=[below.message("referral", below.hop(1), package=0)])
    with pytest.raises(PackageError, match="come as packages"):
        take_return(config(), body, TESTS)


def test_what_waits_goes_on_a_stick_until_its_answer_is_here(tmp_path: Path) -> None:
    standard_tree()
    agreed("US-NCMEC", "IN-NCRB")
    above = elsewhere(tmp_path, "clearinghouse", "US-NCMEC", url="")
    with pytest.raises(ConflictError, match="nothing waits"):
        make_return(config(), "clearinghouse", TESTS)
    above.tell(above.message("referral", above.hop(1), package=0), packages=(above.package(1),))
    accept(person("IN-NCRB"), [Referral.objects.get().report_id])
    made, again = (make_return(config(), "clearinghouse", TESTS) for _ in range(2))
    said, key = read_statement(made.body, FORMAT)
    told = Return.model_validate_json(said)
    assert key == signing_key(config()).public
    assert [(one.kind, one.act, one.hop) for one in told.messages] == [("state", "accept", above.hop(1))]
    assert (again.messages, again.uid == made.uid) == (1, False)  # nothing is lost with a stick

    def answered(**more: Any) -> bytes:
        answer = {
            "uid": made.uid, "made_at": now().isoformat(), "sender": above.name, "receiver": our_name(), "keys": above.key_list(),
            "digest": made.digest, "answers": [{"number": told.messages[0].number, "status": "done"}], **more,
        }  # fmt: skip
        body, _ = write_statement(
            ReturnAnswer.model_validate_json(json.dumps(answer)), ANSWER_FORMAT, signing_key(above.settings)
        )
        return body

    with pytest.raises(PackageError, match="not for this installation"):
        take_answer(answered(receiver="other"), TESTS)
    with pytest.raises(PackageError, match="altered"):
        take_answer(answered().replace(b"done", b"late"), TESTS)
    assert Outgoing.objects.get().delivery == Delivery.WAITING
    assert take_answer(answered(), TESTS) == ("clearinghouse", {"done": 1, "refused": 0, "later": 0})
    assert take_answer(answered(), TESTS)[1]["done"] == 0
    assert Outgoing.objects.get().delivery == Delivery.DONE
