"""Against floods, with nobody's help and nobody's address: buckets in this process's memory.

What counts as one place is a keyed hash of its network, under a key that is made at the start and anew each day (UTC) and is
written nowhere. A whole town may share one address (carrier-grade NAT), so nobody is turned away by it: they wait, and
whatever they typed is kept.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import secrets
import threading
from datetime import date

from tipline.core.addresses import neighbourhood
from tipline.core.clock import now
from tipline.core.limits import Buckets

_ANYBODY = "anybody"
# Reports without a proof of work, from everywhere, before those that follow wait a little.
busy = Buckets(per_second=0.2, burst=20)
# Reports of one network before those that follow wait; and before they wait long.
near = Buckets(per_second=1 / 60, burst=8)
crowd = Buckets(per_second=1 / 60, burst=60)
# Wrong codes of one network, and from everywhere.
tries = Buckets(per_second=1 / 60, burst=8)
all_tries = Buckets(per_second=1, burst=60)
# Messages to one report.
messages = Buckets(per_second=1 / 60, burst=20)
WAIT_SECONDS = 20
LONGER_SECONDS = 60


class _Key:
    """The key of today."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._day, self._key = date.min, b""

    def today(self) -> bytes:
        with self._lock:
            if self._day != now().date():
                self._day, self._key = now().date(), secrets.token_bytes(32)
            return self._key


_key = _Key()


def network_of(address: str) -> bytes:
    """What stands for a network today, in this process. The address cannot be told from it once the key is gone."""
    return hmac.digest(_key.today(), neighbourhood(address).encode(), hashlib.sha256)


def seconds_to_wait(network: bytes, *, waited: bool, worked: bool) -> int:
    """How long a report has to wait before it is taken; 0: not at all.

    Parameters
    ----------
    waited
        it waited already because it was told to.
    worked
        it brings a proof of work.
    """
    if wait := crowd.take(network):
        return max(LONGER_SECONDS, math.ceil(wait))
    if waited:
        return 0
    if near.take(network):
        return LONGER_SECONDS
    return WAIT_SECONDS if not worked and busy.take(_ANYBODY) else 0


def may_try(network: bytes) -> bool:
    """Whether a code may be tried. Right ones are not counted: a town that shares an address may have many."""
    return not tries.wait(network) and not all_tries.wait(_ANYBODY)


def was_wrong(network: bytes) -> None:
    """Count a code that nobody has."""
    tries.take(network)
    all_tries.take(_ANYBODY)


def forget_all() -> None:
    """Begin anew (tests)."""
    for buckets in (busy, near, crowd, tries, all_tries, messages):
        buckets.forget_all()
