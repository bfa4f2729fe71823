"""Exponential buckets, as native histograms of Prometheus and of OpenTelemetry have them. Pure.

Bucket `i` of scale `s` holds the values in `(base**(i-1), base**i]` with `base = 2**(2**-s)`; that is
Prometheus' numbering, OpenTelemetry's is one less. At scale 5 a bucket is 2.2 % wide. Values of zero
have a bucket of their own.

Sources: Prometheus native histograms specification; OpenTelemetry data model, ExponentialHistogram.
"""

from collections.abc import Mapping
from math import ceil, log2
from typing import Final, NamedTuple

SCALE: Final = 5

# A value this near to a bound lies on it: the logarithm is inexact in its last bits.
_ON_BOUND: Final = 1e-9


class Buckets(NamedTuple):
    """Counts by bucket.

    Attributes:
        zeros: how many values are zero.
        counts: the others by their bucket's number, ascending.
    """

    zeros: int
    counts: dict[int, int]


def exponential(values: Mapping[float, int], divisor: float = 1.0) -> Buckets:
    """Sort values into buckets.

    Args:
        values: counts by value, none negative.
        divisor: of each value: 1000 makes seconds of milliseconds.
    """
    zeros = 0
    counts: dict[int, int] = {}
    for value, count in values.items():
        if value <= 0.0:
            zeros += count
        else:
            index = ceil(log2(value / divisor) * (1 << SCALE) - _ON_BOUND)
            counts[index] = counts.get(index, 0) + count
    return Buckets(zeros, dict(sorted(counts.items())))
