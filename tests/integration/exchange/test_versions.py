"""Versions of the wire: the highest that both sides speak is spoken, what is upgraded is learnt without descriptors, and with none in common all waits."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.exchange_peers import Elsewhere, agreed, elsewhere, national_desk, referred, send
from tests.factories import TESTS, standard_tree
from tests.integration.exchange.test_sending import plain, served
from tipline.core.config import config
from tipline.core.keys import signing_key
from tipline.exchange.federation.models import Delivery, Incoming, Link, Outgoing
from tipline.exchange.federation.queries import retry_now
from tipline.exchange.federation.sending import send_to
from tipline.exchange.federation.signing import VERSIONS_TAG, Answer, Call, sign_answer, sign_call
from tipline.exchange.federation.wire import (
    FORMS,
    Answered,
    Batch,
    Form,
    Message,
    Spoken,
    Status,
    messages_path,
)
from tipline.exchange.parties.descriptor import WIRE_VERSIONS, DescribedKey
from tipline.exchange.parties.models import Peer
from tipline.exchange.parties.ourselves import our_name

pytestmark = pytest.mark.django_db

_PARTS = tuple(Message.model_fields)


def _packed(head: object, *bodies: bytes) -> bytes:
    text = json.dumps(head).encode()
    return zlib.compress(b"".join(len(one).to_bytes(4, "big") + one for one in (text, *bodies)), 1)


def _unpacked(raw: bytes) -> list[bytes]:
    try:
        whole = zlib.decompressobj().decompress(raw, 64 * 1024 * 1024)
    except zlib.error as error:
        raise ValueError("it is not compressed") from error
    found = []
    while whole:
        size = int.from_bytes(whole[:4], "big")
        found.append(whole[4 : 4 + size])
        whole = whole[4 + size :]
    return found


def _write(batch: Batch) -> bytes:
    rows = [[one.model_dump(mode="json")[name] for name in _PARTS] for one in batch.messages]
    return _packed([list(batch.versions), [one.model_dump() for one in batch.keys], rows], *batch.packages)


def _read(raw: bytes) -> Batch:
    head, *packages = _unpacked(raw)
    versions, keys, rows = json.loads(head)
    return Batch(
        version=2, versions=versions, keys=keys, messages=tuple(Message(**dict(zip(_PARTS, row, strict=True))) for row in rows)
    ).model_copy(update={"packages": tuple(packages)})  # fmt: skip


# Columns in place of objects, bytes in place of base64, and all of it compressed: nothing of version 1 reads it.
SECOND = Form(
    kinds=FORMS[1].kinds,
    write=_write,
    read=_read,
    write_answer=lambda answer: _packed(answer.model_dump(mode="json")),
    read_answer=lambda raw: Answered.model_validate_json(_unpacked(raw)[0]),
)


@pytest.fixture
def second(monkeypatch: pytest.MonkeyPatch) -> None:
    """This installation speaks 1 and 2."""
    monkeypatch.setitem(FORMS, 2, SECOND)


def there_speaking(there: Elsewhere, forms: dict[int, Form], heard: list[int]) -> Callable[..., None]:
    """A peer that takes calls of these versions, and tells them with each answer."""

    def reply(call: BaseHTTPRequestHandler, body: bytes) -> None:
        version = int(call.path.split("/")[2].removeprefix("v"))
        if version not in forms:
            return plain(404)(call, body)
        heard.append(version)
        batch = forms[version].read(body)
        answers = tuple(Status(number=one.number, status="done") for one in batch.messages)
        told = forms[version].write_answer(
            Answered(version=version, versions=tuple(forms), keys=_keys(there), answers=answers)
        )
        answer = Answer(200)
        nonce = call.headers["signature-input"].partition('nonce="')[2].partition('"')[0]
        sign_answer(signing_key(there.settings), answer, told, nonce)
        return plain(200, told, **dict(answer.headers))(call, body)

    def discovery(call: BaseHTTPRequestHandler) -> None:
        body = Spoken(versions=tuple(forms), keys=_keys(there)).model_dump_json().encode()
        answer = Answer(200)
        sign_answer(signing_key(there.settings), answer, body, call.headers["tipline-nonce"], tag=VERSIONS_TAG)
        plain(200, body, **dict(answer.headers))(call, b"")

    reply.discovery = discovery  # type: ignore[attr-defined]
    return reply


def _keys(there: Elsewhere) -> tuple[DescribedKey, ...]:
    return tuple(DescribedKey(**one) for one in there.key_list())


@pytest.fixture
def below(tmp_path: Path) -> Elsewhere:
    return national_desk(tmp_path)


def told(below: Elsewhere, forms: dict[int, Form]) -> list[int]:
    """Send what is due to a peer that speaks these; the versions of the calls that it took."""
    heard: list[int] = []
    with served(there_speaking(below, forms, heard)) as url:
        Peer.objects.filter(pk=below.peer.pk).update(url=url)
        retry_now(below.peer, TESTS)
        send_to(config(), Peer.objects.get(pk=below.peer.pk), seconds=5)
    return heard


def versions_of(below: Elsewhere) -> list[int]:
    return list(Peer.objects.get(pk=below.peer.pk).versions)


def test_the_descriptor_tells_the_versions_that_are_spoken() -> None:
    assert tuple(FORMS) == WIRE_VERSIONS


@pytest.mark.usefixtures("second")
def test_one_that_speaks_both_talks_to_one_that_speaks_the_first_in_the_first(below: Elsewhere) -> None:
    referred()
    assert told(below, {1: FORMS[1]}) == [1]
    assert Outgoing.objects.get().delivery == Delivery.DONE


@pytest.mark.usefixtures("second")
def test_an_upgrade_is_learnt_from_the_answer_and_spoken_from_then_on(below: Elsewhere) -> None:
    referred()
    assert told(below, {1: FORMS[1], 2: SECOND}) == [1]
    assert versions_of(below) == [1, 2]
    referred()
    assert told(below, {1: FORMS[1], 2: SECOND}) == [2]
    assert set(Outgoing.objects.values_list("delivery", flat=True)) == {Delivery.DONE}


@pytest.mark.usefixtures("second")
def test_one_that_went_back_to_the_first_is_asked_and_nothing_is_lost(below: Elsewhere) -> None:
    Peer.objects.filter(pk=below.peer.pk).update(versions=[1, 2])
    referred()
    assert told(below, {1: FORMS[1]}) == [1]
    assert versions_of(below) == [1]
    assert Outgoing.objects.get().delivery == Delivery.DONE


def test_with_none_in_common_all_waits_aloud_until_one_is_upgraded(
    below: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    referred()
    Peer.objects.filter(pk=below.peer.pk).update(versions=[2])
    assert told(below, {2: SECOND}) == []
    link = Link.objects.get()
    assert "speaks versions 2 of the wire and this installation 1, none in common" in link.error
    assert link.failures == 1
    assert Outgoing.objects.get().delivery == Delivery.WAITING
    monkeypatch.setitem(FORMS, 2, SECOND)  # this side is upgraded
    assert told(below, {2: SECOND}) == [2]
    assert Outgoing.objects.get().delivery == Delivery.DONE


def test_the_other_sides_upgrade_is_found_out_by_asking(below: Elsewhere) -> None:
    referred()
    Peer.objects.filter(pk=below.peer.pk).update(versions=[3])
    assert told(below, {1: FORMS[1], 3: SECOND}) == [1]
    assert versions_of(below) == [1, 3]


def test_versions_that_somebody_else_tells_are_not_believed(below: Elsewhere, tmp_path: Path) -> None:
    referred()
    Peer.objects.filter(pk=below.peer.pk).update(versions=[2])
    stranger = Elsewhere(elsewhere(tmp_path, "stranger", "IN-MH-CYBER").settings, "stranger", below.peer)
    assert told(stranger, {1: FORMS[1]}) == []
    assert "not believed" in Link.objects.get(peer=below.peer).error
    assert versions_of(below) == [2]


def test_what_a_version_cannot_tell_waits_with_the_reason(below: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    first, other = referred(), referred()
    Outgoing.objects.filter(referral=first).update(kind="progress")
    monkeypatch.setitem(FORMS, 1, replace(FORMS[1], kinds=FORMS[1].kinds - {"progress"}))
    assert told(below, {1: FORMS[1]}) == [1]
    waits = Outgoing.objects.get(referral=first)
    assert (waits.delivery, waits.why) == ("waiting", "ncrb speaks version 1 of the wire, which does not tell this")
    assert Outgoing.objects.get(referral=other).delivery == Delivery.DONE


@pytest.fixture
def above(tmp_path: Path) -> Elsewhere:
    standard_tree()
    agreed("US-NCMEC", "IN-NCRB")
    return elsewhere(tmp_path, "clearinghouse", "US-NCMEC")


def called(above: Elsewhere, body: bytes, version: int) -> object:
    call = Call("POST", f"http://testserver{messages_path(version)}", {})
    sign_call(signing_key(above.settings), call, body, us=above.name, them=our_name())
    return send(body, dict(call.headers), messages_path(version))


def batch(above: Elsewhere, number: int, version: int) -> Batch:
    return Batch.model_construct(
        version=version, versions=(1, 2), keys=_keys(above), packages=(above.package(number),),
        messages=(Message(**above.message("referral", above.hop(number), package=0)),),
    )  # fmt: skip


@pytest.mark.usefixtures("second")
def test_a_call_is_answered_in_the_version_that_it_names(above: Elsewhere) -> None:
    for number, version in ((1, 1), (2, 2)):
        answer = called(above, FORMS[version].write(batch(above, number, version)), version)
        found = FORMS[version].read_answer(answer.content)  # type: ignore[attr-defined]
        assert (found.version, found.versions) == (version, (1, 2))
        assert [one.status for one in found.answers] == ["done"]
    assert Incoming.objects.count() == 2
    assert versions_of(above) == [1, 2]  # the call told them


@pytest.mark.usefixtures("second")
def test_a_call_at_the_address_of_another_version_is_refused(above: Elsewhere) -> None:
    body = FORMS[1].write(batch(above, 1, 1))
    assert called(above, body, 2).status_code == 422  # type: ignore[attr-defined]
    assert called(above, FORMS[1].write(batch(above, 1, 2)), 1).status_code == 422  # type: ignore[attr-defined]
    assert called(above, body, 7).status_code == 404  # type: ignore[attr-defined]
    nonsense = FORMS[1].write(batch(above, 1, 1).model_copy(update={"versions": (10**9,)}))
    assert called(above, nonsense, 1).status_code == 422  # type: ignore[attr-defined]
    assert Incoming.objects.count() == 0


def test_anybody_may_ask_which_versions_are_spoken_and_who_asks_with_a_nonce_gets_it_signed() -> None:
    from django.test import Client

    plainly = Client().get("/federation/v1/")
    assert plainly.json()["versions"] == [1]
    assert "signature" not in plainly.headers
    assert "signature" in Client().get("/federation/v1/", headers={"tipline-nonce": "a" * 32}).headers
    assert "signature" not in Client().get("/federation/v1/", headers={"tipline-nonce": "a b\n"}).headers
