"""The buckets of our histograms: HdrHistogram's for (1, 3_600_000_000, 3 significant digits). Pure.

Values are microseconds. Below 2048 each has a bucket of its own; above, every power of two is split into
1024 buckets. Source: the layout of `HdrHistogram` with a unit magnitude of 0 and 2048 sub-buckets.
"""


def bucket_bounds(index: int) -> tuple[int, int]:
    """The lowest and the highest value, in microseconds, that share a bucket."""
    if index < 2048:
        return index, index
    exponent = (index >> 10) - 1
    lowest = ((index & 1023) + 1024) << exponent
    return lowest, lowest + (1 << exponent) - 1
