"""Token buckets: how often something may happen, counted in this process.

Each web process counts for itself, so N processes allow N times as much; what is bounded here is a flood, not a quota.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

MOST_KEYS = 10_000


@dataclass(frozen=True, slots=True)
class Rate:
    """How fast a bucket fills again, and how much it holds."""

    per_second: float
    burst: float

    def __str__(self) -> str:
        """In words, for whoever it limits."""
        return f"{self.per_second:g} a second, {self.burst:g} at once"


class Buckets:
    """One bucket a key, each full at first. What was not used for longest is forgotten when there are too many keys.

    Parameters
    ----------
    per_second
        how fast a bucket fills again.
    burst
        how much it holds. A key may bring a rate of its own with each call; a change counts from that call on.
    """

    def __init__(self, per_second: float, burst: float) -> None:
        self._rate = Rate(per_second, burst)
        self._levels: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: Hashable, rate: Rate | None = None) -> float:
        """Take one, if there is one. Returns 0.0 then, and otherwise the seconds until there is."""
        return self._look(key, rate or self._rate, takes=True)

    def wait(self, key: Hashable) -> float:
        """The seconds until there is one to take, without taking it."""
        return self._look(key, self._rate, takes=False)

    def _look(self, key: Hashable, rate: Rate, *, takes: bool) -> float:
        now = time.monotonic()
        with self._lock:
            level, at = self._levels.get(key, (rate.burst, now))
            level = min(rate.burst, level + (now - at) * rate.per_second)
            enough = level >= 1
            if takes:
                self._levels[key] = (level - 1 if enough else level, now)
                self._levels.move_to_end(key)
                while len(self._levels) > MOST_KEYS:
                    self._levels.popitem(last=False)
            return 0.0 if enough else (1 - level) / rate.per_second

    def forget_all(self) -> None:
        """Fill every bucket (tests)."""
        with self._lock:
            self._levels.clear()
