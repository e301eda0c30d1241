"""Peers: descriptors are read strictly, compared by two people, and followed by endorsements; a revoked key is believed in nothing."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.factories import TESTS, agency, person, standard_tree
from tipline.core.clock import now
from tipline.core.config import Config, load_config
from tipline.core.errors import ConflictError, InvalidInputError
from tipline.core.keys import listed_keys, rotate_signing_key, signing_key
from tipline.exchange.parties.descriptor import Descriptor, check_url, read_descriptor, spoken
from tipline.exchange.parties.models import Peer, PeerKey, PeerState
from tipline.exchange.parties.ourselves import describe, our_name, set_our_name
from tipline.exchange.parties.queries import believed_keys, lets, peer_of
from tipline.exchange.parties.services import (
    add_peer,
    confirm_peer,
    place_desk,
    revoke_key,
    set_state,
)
from tipline.exchange.record.model import DataKind
from tipline.trust.accounts.models import Role
from tipline.trust.agencies.agreements import Bounds, set_agreement, terms_in_force
from tipline.trust.agencies.models import AgreedData

pytestmark = pytest.mark.django_db


@pytest.fixture
def there(tmp_path: Path) -> Config:
    """The other installation's files: its keys are its own."""
    return load_config({"TIPLINE_DATA_DIR": str(tmp_path / "there")})


def described(settings: Config, name: str = "jalgaon", url: str = "https://tipline.jalgaon.example") -> Descriptor:
    """What another installation would hand out, under its own name."""
    from tipline.exchange.parties.descriptor import sign

    ours = describe(settings).model_copy(update={"name": name, "url": url})
    return sign(ours, signing_key(settings))


def added(settings: Config) -> Peer:
    return add_peer(described(settings), "clearinghouse", TESTS)


def test_a_descriptor_is_read_back_as_it_was_written(there: Config) -> None:
    standard_tree()
    written = described(there)
    assert read_descriptor(written.model_dump_json().encode()) == written
    assert {desk.code for desk in written.agencies} >= {"IN-MH-JALGAON"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "other"}, "not signed by its key in use"),
        ({"url": "http://tipline.jalgaon.example"}, "must be https"),
        ({"url": "https://user@tipline.example"}, "has a user"),
        ({"url": "ftp://tipline.example"}, "no https"),
        ({"age_recipient": "age1nothing"}, "age recipient"),
        ({"keys": []}, "keys"),
        ({"more": 1}, "more"),
    ],
)
def test_an_altered_descriptor_is_refused_and_says_why(there: Config, change: dict[str, object], said: str) -> None:
    raw = json.dumps(json.loads(described(there).model_dump_json()) | change).encode()
    with pytest.raises(InvalidInputError, match=said):
        read_descriptor(raw)


def test_http_is_for_addresses_of_this_machine_and_not_for_names_of_it() -> None:
    check_url("http://127.0.0.1:8830")
    with pytest.raises(InvalidInputError):
        check_url("http://localhost:8830")  # a name server decides what that is


def test_nothing_is_exchanged_before_another_person_compared_the_fingerprint(there: Config) -> None:
    standard_tree()
    first, second = (person("IN-NCRB", Role.ADMINISTRATOR) for _ in range(2))
    peer = add_peer(described(there), "clearinghouse", first.actor)
    assert peer.state == PeerState.INVITED
    with pytest.raises(ConflictError, match="another person"):
        confirm_peer(peer, spoken(peer.fingerprint), first.actor)
    with pytest.raises(InvalidInputError, match="not the fingerprint"):
        confirm_peer(peer, spoken("0" * 64), second.actor)
    confirm_peer(peer, spoken(peer.fingerprint).upper(), second.actor)
    assert Peer.objects.get().state == PeerState.ACTIVE


def test_a_new_key_is_followed_from_the_one_that_vouches_for_it(there: Config) -> None:
    peer = added(there)
    rotate_signing_key(there)
    add_peer(described(there), "clearinghouse", TESTS)
    old, new = (line.public for line in listed_keys(there))
    assert [key.raw for key in believed_keys(peer, now())] == [new.raw]
    assert PeerKey.objects.get(key=str(new)).endorsed
    assert PeerKey.objects.get(key=str(old)).valid_until is not None


def test_a_key_for_which_nobody_vouches_is_refused(there: Config) -> None:
    added(there)
    (there.secrets_dir / "signing" / f"{listed_keys(there)[0].name}.key").unlink()
    rotate_signing_key(there)  # the old one is lost: it vouches for nothing
    with pytest.raises(ConflictError, match="none of them vouches"):
        add_peer(described(there), "clearinghouse", TESTS)


def test_a_revoked_key_is_believed_in_nothing_and_vouches_for_nothing(there: Config) -> None:
    peer = added(there)
    revoke_key(peer, str(signing_key(there).public), "the machine was stolen", TESTS)
    assert believed_keys(peer, now()) == []
    rotate_signing_key(there)
    with pytest.raises(ConflictError):
        add_peer(described(there), "clearinghouse", TESTS)
    set_state(peer, PeerState.ENDED, "its keys were stolen", TESTS)
    assert add_peer(described(there), "clearinghouse", TESTS).state == PeerState.INVITED


def test_a_key_of_another_peer_is_nobody_elses(there: Config) -> None:
    added(there)
    with pytest.raises(ConflictError, match="one installation, one name"):
        add_peer(described(there, "imposter"), "clearinghouse", TESTS)


def test_an_installation_keeps_the_name_by_which_peers_know_it(there: Config) -> None:
    assert our_name()  # by its log, before anybody gave it a name
    set_our_name("clearinghouse", "https://c.example", TESTS)
    assert our_name() == "clearinghouse"
    added(there)
    with pytest.raises(ConflictError, match="its name stays"):
        set_our_name("other", "", TESTS)


def test_terms_say_what_may_travel_and_until_when(there: Config) -> None:
    standard_tree()
    above, below = agency("US-NCMEC"), agency("IN-NCRB")
    today = date(2030, 1, 1)
    bounds = Bounds("fictional act", ("investigation",), frozenset({"metadata", "document"}), 365, onward=False)
    set_agreement(above, below, "MoU 7", TESTS, since=today, until=today + timedelta(days=10), bounds=bounds)
    found = terms_in_force(above.pk, below.pk, today)
    assert found is not None
    assert (found.law, found.retention_days, found.onward) == ("fictional act", 365, False)
    assert lets(found, DataKind.DOCUMENT)
    assert not lets(found, DataKind.EVIDENCE)
    assert terms_in_force(below.pk, above.pk, today) is None


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        (Bounds(data=frozenset({"metadata", "films"})), "no kind of data"),
        (Bounds(data=frozenset({"document"})), "always has its record"),
        (Bounds(data=frozenset()), "one or more"),
        (Bounds(retention_days=0), "above 0"),
        (Bounds(purposes=("",)), "purposes"),
    ],
)
def test_bounds_that_are_none_are_refused(bounds: Bounds, said: str) -> None:
    standard_tree()
    with pytest.raises(InvalidInputError, match=said):
        set_agreement(agency("US-NCMEC"), agency("IN-NCRB"), "MoU 7", TESTS, bounds=bounds)


def test_the_words_of_agreements_and_of_the_record_are_the_same() -> None:
    assert {one.value for one in AgreedData} == {one.value for one in DataKind}


def test_a_desk_is_placed_at_a_peer(there: Config) -> None:
    standard_tree()
    place_desk(agency("IN-MH-JALGAON"), added(there), TESTS)
    found = peer_of(agency("IN-MH-JALGAON").pk)
    assert found is not None and found.name == "jalgaon"
    assert peer_of(agency("IN-NCRB").pk) is None
    assert "IN-MH-JALGAON" not in {desk.code for desk in describe(there).agencies}
