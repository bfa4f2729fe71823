"""Quantiles of Student's t distribution, for whole degrees of freedom. Pure.

Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4: with
theta = arctan(t / sqrt(df)), the probability of |T| <= t is

    df = 1:       2 theta / pi
    df odd > 1:   2/pi (theta + sin theta (cos theta + 2/3 cos^3 theta + ... + (2*4...(df-3))/(3*5...(df-2)) cos^(df-2) theta))
    df even:      sin theta (1 + 1/2 cos^2 theta + 1*3/(2*4) cos^4 theta + ... + (1*3...(df-3))/(2*4...(df-2)) cos^(df-2) theta)
"""

from functools import lru_cache
from math import atan, cos, pi, sin, sqrt
from statistics import NormalDist
from typing import Final

_NEARLY_NORMAL: Final = (
    400  # from here on the normal quantile is less than 0.5 % off at any level that we use
)


def within(t: float, df: int) -> float:
    """The probability that a t-distributed value lies between -t and t.

    Args:
        t: not negative.
        df: degrees of freedom, at least 1.
    """
    theta = atan(t / sqrt(df))
    sine, cosine = sin(theta), cos(theta)
    is_odd = df % 2 == 1
    term = cosine if is_odd else 1.0
    total = term if df > 1 else 0.0
    for k in range(3 if is_odd else 2, df - 1, 2):
        term *= (k - 1) / k * cosine * cosine
        total += term
    return 2.0 / pi * (theta + sine * total) if is_odd else sine * total


@lru_cache(maxsize=256)
def two_sided_quantile(level: float, df: int) -> float:
    """The t for which |T| <= t has a probability.

    Args:
        level: the probability, between 0 and 1.
        df: degrees of freedom, at least 1.
    """
    if df >= _NEARLY_NORMAL:
        return NormalDist().inv_cdf(0.5 + level / 2.0)
    low, high = 0.0, 1.0
    while within(high, df) < level:
        high *= 2.0
    for _ in range(60):
        middle = (low + high) / 2.0
        if within(middle, df) < level:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0
