"""HTTP Basic credentials: argon2 in the store, microseconds a request.

A pair that was right is remembered for a minute under a keyed digest, never as text. So a provider that is switched off, or
whose password changed, is refused a minute later at the latest (docs/reference/http.md).
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from functools import lru_cache

from argon2.exceptions import InvalidHashError, VerificationError

from tipline.trust.accounts.models import Reporter
from tipline.trust.accounts.services import PROVIDER_HASHER

REMEMBER_SECONDS = 60
MOST_REMEMBERED = 4096
LONGEST_HEADER = 2048

_key = secrets.token_bytes(32)
_remembered: OrderedDict[bytes, tuple[float, Reporter]] = OrderedDict()
_lock = threading.Lock()
# argon2 takes 64 MiB a check: this bounds what a flood of wrong passwords can take
_checks = threading.BoundedSemaphore(2)


def reporter_of(authorization: str) -> Reporter | None:
    """The provider that an Authorization header names, or None. An unknown username takes as long as a wrong password."""
    pair = _basic(authorization)
    if pair is None:
        return None
    mark = hmac.digest(_key, pair, "sha256")
    now = time.monotonic()
    with _lock:
        known = _remembered.get(mark)
        if known and known[0] > now:
            return known[1]
    username, _, password = pair.decode("utf-8", "replace").partition(":")
    reporter = Reporter.objects.filter(username=username, active=True).first() if "\0" not in username else None
    with _checks:
        if not _verify(reporter.password_hash if reporter else _nobody(), password) or reporter is None:
            return None
    with _lock:
        _remembered[mark] = (now + REMEMBER_SECONDS, reporter)
        _remembered.move_to_end(mark)
        while len(_remembered) > MOST_REMEMBERED:
            _remembered.popitem(last=False)
    return reporter


def forget_all() -> None:
    """Forget every remembered pair (tests, and a rotation that must bite at once)."""
    with _lock:
        _remembered.clear()


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
