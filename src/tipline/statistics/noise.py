"""Noise for numbers that are published: the discrete Laplace distribution, drawn exactly.

The sampler is that of Canonne, Kamath and Steinke, "The Discrete Gaussian for Differential Privacy" (2020), algorithms 1 and 2: whole
numbers and fractions throughout, and randomness of the operating system (`secrets`), since floating point gives the hidden number away
(Mironov 2012). A number that changes by at most `sensitivity` when one report is taken away, and gets noise of scale
sensitivity ÷ epsilon, is epsilon-differentially private.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from fractions import Fraction
from math import exp

from tipline.core.errors import InvalidInputError

SMALLEST_EPSILON, LARGEST_EPSILON = Fraction(1, 100), Fraction(10)
Below = Callable[[int], int]  # a whole number from 0 to less than this one, all equally likely


def epsilon_of(text: str) -> Fraction:
    """The privacy budget that somebody wrote, exactly.

    Raises
    ------
    InvalidInputError
        when it is no number between 0.01 and 10.
    """
    try:
        found = Fraction(text.strip()) if len(text) <= 12 and "/" not in text and "e" not in text.lower() else None
    except (ValueError, ZeroDivisionError):
        found = None
    if found is None or not SMALLEST_EPSILON <= found <= LARGEST_EPSILON:
        raise InvalidInputError("epsilon is a number from 0.01 to 10, such as 1 or 0.5")
    return found


def _bernoulli_exp(gamma: Fraction, below: Below) -> bool:
    """True with probability exp(-gamma), gamma ≥ 0 (algorithm 1)."""
    while gamma > 1:
        if not _bernoulli_exp(Fraction(1), below):
            return False
        gamma -= 1
    count = 1
    while below(gamma.denominator * count) < gamma.numerator:
        count += 1
    return count % 2 == 1


def discrete_laplace(scale: Fraction, below: Below = secrets.randbelow) -> int:
    """A whole number x with probability proportional to exp(-|x| ÷ scale) (algorithm 2).

    Parameters
    ----------
    scale
        above zero.
    """
    if scale <= 0:
        raise ValueError("the scale of noise is above zero")
    t, s = scale.numerator, scale.denominator
    while True:
        start = below(t)
        if not _bernoulli_exp(Fraction(start, t), below):
            continue
        whole = 0
        while _bernoulli_exp(Fraction(1), below):
            whole += 1
        size = (start + t * whole) // s
        if below(2) == 0:
            return size
        if size:  # zero has one sign, or it would come twice as often
            return -size


def noised(value: int, *, sensitivity: int, epsilon: Fraction) -> int:
    """A count with noise on it, never below zero: what is done to a private number afterwards costs no privacy."""
    return max(0, value + discrete_laplace(Fraction(sensitivity) / epsilon))


def margin(*, sensitivity: int, epsilon: Fraction) -> int:
    """How far a number with this noise lies from the true one, at most, in 95 cases of a hundred. Exact to one.

    P(|X| > m) = 2 q^(m+1) ÷ (1 + q) with q = exp(-epsilon ÷ sensitivity).
    """
    q = exp(-float(epsilon) / sensitivity)
    m = 0
    while 2 * q ** (m + 1) / (1 + q) > 0.05:
        m += 1
    return m
