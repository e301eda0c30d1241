"""HTTP Basic credentials: argon2 in the store, microseconds a request.

A pair that was right is remembered for a minute under a keyed digest, never as text, and no longer than the password is valid.
So a provider that is switched off, or whose password was revoked, is refused a minute later at the latest (docs/reference/http.md).

Nobody is locked out: that would let a stranger silence a provider. Whoever goes on sending wrong pairs for one name from one
address is checked one at a time, behind all others who do so, and is refused unchecked when that takes too long.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache

from argon2.exceptions import InvalidHashError, VerificationError

from tipline.core.addresses import neighbourhood
from tipline.core.clock import now as utc_now
from tipline.core.limits import Buckets
from tipline.trust.accounts.models import Reporter, ReporterCredential
from tipline.trust.accounts.providers import (
    MOST_CHECKED,
    MOST_VALID,
    PROVIDER_HASHER,
    note_use,
    sandbox_credentials,
    valid_credentials,
)

REMEMBER_SECONDS = 60
MOST_REMEMBERED = 4096
LONGEST_HEADER = 2048


@dataclass(frozen=True, slots=True)
class Known:
    """A provider whose password was right, and whether that password opens the sandbox alone."""

    reporter: Reporter
    sandbox: bool


_key = secrets.token_bytes(32)
_remembered: OrderedDict[bytes, tuple[float, Known]] = OrderedDict()
_lock = threading.Lock()
# argon2 takes 64 MiB a check: this bounds what a flood of wrong passwords can take
_checks = threading.BoundedSemaphore(2)
# wrong pairs of one name from one address: a client with an old password tries a few times a minute
_wrong = Buckets(per_second=0.2, burst=10)
# whoever is over that waits here, so that one of the two checks above stays free for everybody else
_slow = threading.BoundedSemaphore(1)
SLOW_SECONDS = 1.0


def identify(authorization: str, address: str = "") -> Known | None:
    """Who an Authorization header names, or None. An unknown username takes as long as a wrong password."""
    pair = _basic(authorization)
    if pair is None:
        return None
    mark = hmac.digest(_key, pair, "sha256")
    with _lock:
        known = _remembered.get(mark)
        if known and known[0] > time.monotonic():
            return known[1]
    username, _, password = pair.decode("utf-8", "replace").partition(":")
    source = (username, neighbourhood(address))
    slow = _wrong.wait(source) > 0
    if slow and not _slow.acquire(timeout=SLOW_SECONDS):
        return None
    try:
        credential = _credential(username, password)
    finally:
        if slow:
            _slow.release()
    if credential is None:
        _wrong.take(source)
        return None
    note_use(credential)
    return _remember(mark, credential)


def _credential(username: str, password: str) -> ReporterCredential | None:
    """The valid password of an active provider that this is. A miss always costs `MOST_CHECKED` checks."""
    reporter = Reporter.objects.filter(username=username, active=True).first() if "\0" not in username else None
    valid = [*valid_credentials(reporter)[:MOST_VALID], *sandbox_credentials(reporter)[:1]] if reporter else []
    with _checks:
        for credential in valid:
            if _verify(credential.password_hash, password):
                return credential
        for _ in range(MOST_CHECKED - len(valid)):
            _verify(_nobody(), password)
    return None


def _remember(mark: bytes, credential: ReporterCredential) -> Known:
    known = Known(credential.reporter, credential.sandbox)
    seconds = float(REMEMBER_SECONDS)
    if credential.valid_until is not None:
        seconds = min(seconds, (credential.valid_until - utc_now()).total_seconds())
    with _lock:
        _remembered[mark] = (time.monotonic() + seconds, known)
        _remembered.move_to_end(mark)
        while len(_remembered) > MOST_REMEMBERED:
            _remembered.popitem(last=False)
    return known


def forget_all() -> None:
    """Forget every remembered pair, right or wrong (tests)."""
    with _lock:
        _remembered.clear()
    _wrong.forget_all()


def _basic(authorization: str) -> bytes | None:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic" or len(encoded) > LONGEST_HEADER:
        return None
    try:
        pair = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
    return pair if b":" in pair else None


def _verify(password_hash: str, password: str) -> bool:
    try:
        return PROVIDER_HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash that no password fits, as costly as a real one."""
    return PROVIDER_HASHER.hash(secrets.token_urlsafe(32))
