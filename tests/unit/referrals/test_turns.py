"""Fairness between districts: nothing waits behind more younger ones of another district than the weights allow, whoever sends how many."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tipline.referrals.queue.rules import QUEUE
from tipline.referrals.queue.turns import Turns, bound

WEIGHTS = {band.id: float(band.weight) for band in QUEUE.band if not band.urgent}
ARRIVAL = st.tuples(st.sampled_from(["Jalgaon", "Pune", "Nagpur"]), st.sampled_from(sorted(WEIGHTS)))
# what comes, and between that how many are served
HISTORY = st.lists(st.one_of(ARRIVAL, st.integers(1, 3)), min_size=5, max_size=120)


@given(HISTORY)
def test_no_report_waits_behind_unboundedly_many_younger_ones_of_another_district(
    history: list[tuple[str, str] | int],
) -> None:
    queue = Turns(WEIGHTS)
    came: dict[int, tuple[str, str, int]] = {}
    overtaken: dict[int, dict[str, int]] = {}
    number = 0

    def serve() -> None:
        first = queue.first()
        for other in queue.waiting:
            if other < first and came[other][0] != came[first][0]:
                counts = overtaken[other]
                counts[came[first][0]] = counts.get(came[first][0], 0) + 1

    for event in history:
        if isinstance(event, int):
            for _ in range(min(event, len(queue.waiting))):
                serve()
            continue
        number += 1
        before = sum((d, b) == event for _, d, b in queue.waiting.values())
        queue.come(number, *event)
        came[number], overtaken[number] = (*event, before), {}
    while queue.waiting:
        serve()
    for one, counts in overtaken.items():
        _, band, before = came[one]
        assert all(count <= bound(WEIGHTS, band, before) for count in counts.values())


@given(st.integers(1, 400))
def test_a_flood_of_one_district_lets_the_next_one_through(flood: int) -> None:
    queue = Turns(WEIGHTS)
    for number in range(flood):
        queue.come(number, "Pune", "ordinary")
    queue.come(flood, "Jalgaon", "ordinary")
    served = [queue.first() for _ in range(min(3, flood + 1))]
    assert flood in served


def test_a_line_of_four_times_the_weight_comes_four_times_as_often() -> None:
    queue = Turns(WEIGHTS)
    for number in range(100):
        queue.come(number, "Pune", "ordinary")
        queue.come(1000 + number, "Pune", "high")
    served = [queue.first() for _ in range(50)]
    assert sum(one >= 1000 for one in served) in {39, 40, 41}


def test_who_is_served_at_once_is_not_put_back_for_it() -> None:
    queue = Turns(WEIGHTS)
    for number in range(50):
        queue.come(number, "Pune", "ordinary")
        queue.first()
    queue.come(50, "Pune", "ordinary")
    queue.come(51, "Jalgaon", "ordinary")
    assert queue.first() == 50
