"""Token buckets."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.core import limits
from tipline.core.limits import Buckets, Rate


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    at = [100.0]
    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: at[0]))
    return at


def test_a_bucket_gives_its_burst_and_then_what_flows_in(clock: list[float]) -> None:
    buckets = Buckets(per_second=0.5, burst=3)
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 2]
    assert buckets.take("b") == 0  # each key has its own
    clock[0] += 1
    assert (buckets.wait("a"), buckets.take("a")) == (1, 1)
    clock[0] += 1
    assert (buckets.wait("a"), buckets.take("a"), buckets.wait("a")) == (0, 0, 2)


@given(st.lists(st.floats(0, 10), max_size=60))
def test_never_more_than_the_burst_and_the_flow(pauses: list[float]) -> None:
    at, given_out = [0.0], 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: at[0]))
        buckets = Buckets(per_second=0.5, burst=3)
        for pause in pauses:
            at[0] += pause
            given_out += buckets.take("a") == 0
            assert given_out <= 3 + at[0] * 0.5 + 1e-6


def test_a_flood_of_keys_takes_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_KEYS", 10)
    buckets = Buckets(per_second=0.001, burst=1)
    for key in range(50):
        buckets.take(key)
    assert len(buckets._levels) == 10
    assert buckets.take(49) > 0


def test_a_key_brings_a_rate_of_its_own_and_a_change_of_it_counts_at_once(clock: list[float]) -> None:
    buckets = Buckets(per_second=1, burst=1)
    fast = Rate(per_second=10, burst=20)
    assert [buckets.take("a", fast) for _ in range(21)] == [0.0] * 20 + [0.1]
    assert [buckets.take("b"), buckets.take("b")] == [0, 1]
    clock[0] += 10
    slow = Rate(per_second=0.5, burst=2)  # what flowed in at the old rate is more than the new bucket holds
    assert [buckets.take("a", slow) for _ in range(3)] == [0, 0, 2]
