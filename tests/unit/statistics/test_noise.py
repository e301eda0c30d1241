"""Noise is drawn from the distribution that is promised, and a budget is read exactly."""

from __future__ import annotations

import math
import random
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.core.errors import InvalidInputError
from tipline.statistics.noise import discrete_laplace, epsilon_of, margin, noised

DRAWS = 20_000


def expected(x: int, scale: Fraction) -> float:
    q = math.exp(-1 / float(scale))
    return (1 - q) / (1 + q) * q ** abs(x)


@pytest.mark.parametrize("scale", [Fraction(1, 2), Fraction(1), Fraction(5, 3), Fraction(6)])
def test_the_numbers_drawn_follow_the_discrete_laplace_distribution(scale: Fraction) -> None:
    # a generator with a seed stands for the system's: the same draws in every run, so that no run fails by chance
    below = random.Random(f"tipline {scale}").randrange
    drawn = Counter(discrete_laplace(scale, below) for _ in range(DRAWS))
    cells = [x for x in range(-60, 61) if DRAWS * expected(x, scale) >= 8]
    chi_squared = sum((drawn[x] - DRAWS * expected(x, scale)) ** 2 / (DRAWS * expected(x, scale)) for x in cells)
    rest = DRAWS * (1 - sum(expected(x, scale) for x in cells))
    outside = sum(count for x, count in drawn.items() if x not in cells)
    degrees = len(cells)
    # mean of chi² is its degrees of freedom, deviation √(2·degrees): five of them is one in millions
    assert chi_squared < degrees + 5 * math.sqrt(2 * degrees)
    assert abs(outside - rest) < 5 * math.sqrt(rest + 1) + 5


def test_a_wrong_sampler_would_be_noticed() -> None:
    below = random.Random("tipline").randrange
    drawn = Counter(discrete_laplace(Fraction(2), below) for _ in range(DRAWS))
    chi_squared = sum((drawn[x] - DRAWS * expected(x, Fraction(5, 2))) ** 2 / (DRAWS * expected(x, Fraction(5, 2))) for x in range(-8, 9))  # fmt: skip
    assert chi_squared > 17 + 5 * math.sqrt(34)


def test_the_system_s_own_randomness_is_used_and_differs() -> None:
    assert len({discrete_laplace(Fraction(1000)) for _ in range(20)}) > 10


@given(value=st.integers(0, 10**6), sensitivity=st.integers(1, 20), epsilon=st.fractions(Fraction(1, 100), Fraction(10), max_denominator=100))  # fmt: skip
def test_a_published_number_is_whole_and_never_below_zero(value: int, sensitivity: int, epsilon: Fraction) -> None:
    assert noised(value, sensitivity=sensitivity, epsilon=epsilon) >= 0


def test_one_report_more_changes_how_likely_each_answer_is_by_no_more_than_is_promised() -> None:
    epsilon, sensitivity = Fraction(1, 2), 3
    scale = Fraction(sensitivity) / epsilon
    for x in range(-40, 41):
        ratio = expected(x, scale) / expected(x - sensitivity, scale)
        assert ratio <= math.exp(float(epsilon)) + 1e-12
    below = random.Random("margin").randrange
    within = sum(
        abs(discrete_laplace(scale, below)) <= margin(sensitivity=sensitivity, epsilon=epsilon) for _ in range(4000)
    )
    assert 0.94 < within / 4000 < 0.975


@pytest.mark.parametrize("text", ["", "0", "-1", "11", "nan", "inf", "1/3", "1e1", "0.0001", "one", "9" * 400])
def test_what_is_no_budget_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(InvalidInputError, match="epsilon is a number from"):
        epsilon_of(text)


def test_a_budget_is_read_exactly() -> None:
    assert epsilon_of(" 0.1 ") == Fraction(1, 10)
