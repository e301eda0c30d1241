"""Token buckets: how often something may happen, counted in this process.

Each web process counts for itself, so N processes allow N times as much; what is bounded here is a flood, not a quota.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable

MOST_KEYS = 10_000


class Buckets:
    """One bucket a key, each full at first. What was not used for longest is forgotten when there are too many keys.

    Parameters
    ----------
    per_second
        how fast a bucket fills again.
    burst
        how much it holds.
    """

    def __init__(self, per_second: float, burst: float) -> None:
        self._per_second = per_second
        self._burst = burst
        self._levels: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: Hashable) -> float:
        """Take one, if there is one. Returns 0.0 then, and otherwise the seconds until there is."""
        return self._look(key, takes=True)

    def wait(self, key: Hashable) -> float:
        """The seconds until there is one to take, without taking it."""
        return self._look(key, takes=False)

    def _look(self, key: Hashable, *, takes: bool) -> float:
        now = time.monotonic()
        with self._lock:
            level, at = self._levels.get(key, (self._burst, now))
            level = min(self._burst, level + (now - at) * self._per_second)
            enough = level >= 1
            if takes:
                self._levels[key] = (level - 1 if enough else level, now)
                self._levels.move_to_end(key)
                while len(self._levels) > MOST_KEYS:
                    self._levels.popitem(last=False)
            return 0.0 if enough else (1 - level) / self._per_second

    def forget_all(self) -> None:
        """Fill every bucket (tests)."""
        with self._lock:
            self._levels.clear()
