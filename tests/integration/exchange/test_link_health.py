"""`tipline doctor` on links: silent while they do well, a sentence for what does not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.exchange_peers import agreed, elsewhere
from tests.factories import TESTS, agency, filed, person, provider, standard_tree
from tipline.core.clock import now
from tipline.exchange.federation.health import link_warnings
from tipline.exchange.federation.models import Link, Outgoing
from tipline.exchange.parties.models import PeerKey, PeerState
from tipline.exchange.parties.services import set_state
from tipline.referrals.services import forward
from tipline.trust.agencies.agreements import end_agreement

pytestmark = pytest.mark.django_db


def test_links_are_named_with_what_is_wrong_and_what_to_do(tmp_path: Path) -> None:
    standard_tree()
    assert link_warnings(now()) == []
    agreed("US-NCMEC", "IN-NCRB")
    peer = elsewhere(tmp_path, "ncrb", "IN-NCRB").peer
    at = now()
    assert link_warnings(at) == []
    forward(person("US-NCMEC"), [filed(provider()).pk], agency("IN-NCRB"))
    assert link_warnings(at) == []
    Link.objects.create(peer=peer, failures=3, error="ncrb cannot be reached", error_at=at)
    assert link_warnings(at) == ["ncrb was told nothing in 3 attempts: ncrb cannot be reached"]
    [stale] = link_warnings(at + timedelta(days=2))
    assert stale.startswith("1 messages wait for ncrb, the first since ")
    assert "(ncrb cannot be reached)" in stale
    Link.objects.update(failures=0, error="")
    agreed("US-NCMEC", "IN-NCRB", until=(at + timedelta(days=20)).date())
    [soon] = link_warnings(at)
    assert "from US-NCMEC to IN-NCRB ends on" in soon
    end_agreement(agency("US-NCMEC"), agency("IN-NCRB"), TESTS)
    Outgoing.objects.update(why="no agreement from US-NCMEC to IN-NCRB is in force")
    [over] = link_warnings(at)
    assert "and 1 messages wait for one: `tipline agency agreement set`" in over
    agreed("US-NCMEC", "IN-NCRB")
    PeerKey.objects.update(valid_until=at + timedelta(days=10))
    [ends] = link_warnings(at)
    assert ends.startswith("the last key of ncrb ends on ")
    PeerKey.objects.update(valid_until=at - timedelta(days=1))
    assert link_warnings(at)[0].startswith("no key of ncrb is believed any more")
    set_state(peer, PeerState.SUSPENDED, "a test", TESTS)
    assert link_warnings(at) == []
