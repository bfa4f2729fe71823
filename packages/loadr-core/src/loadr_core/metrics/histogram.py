"""HDR histograms recorded in bulk.

The bucket layout is HdrHistogram's for (1, 3_600_000_000, 3 significant digits): values in
microseconds up to one hour. Values below 2048 have a bucket each; above, every power of two is
split into 1024 buckets. Counts, percentiles and the encoding equal those of value-by-value
recording with the `hdrhistogram` package; the tests hold both against each other.

The count array grows with the highest value seen: a fast target costs some kilobytes, an hour 188.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from hdrh.histogram import HdrHistogram

LOWEST_US: Final = 1
HIGHEST_US: Final = 3_600_000_000
SIGNIFICANT_DIGITS: Final = 3

# Above 1023 the index is the exponent and the ten highest mantissa bits of the value as a double:
# the bits shifted right by 52 - 10, less (exponent bias 1023 + 10 - 1) * 1024.
_SINGLE_UNIT: Final = 1024.0
_MANTISSA_SHIFT: Final = 42
_INDEX_OFFSET: Final = 1032 << 10

Floats = np.ndarray[tuple[int], np.dtype[np.float64]]
Integers = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class HistogramDelta:
    """What a histogram gained: sparse counts, and the exact sum and extremes behind them.

    Attributes:
        indices: bucket indices with a count, ascending.
        counts: the count of each.
        total: the number of values.
        sum: their sum in microseconds.
        min: the smallest, whole microseconds.
        max: the largest, whole microseconds.
    """

    indices: Integers
    counts: Integers
    total: int
    sum: float
    min: int
    max: int


def bucket_indices(values: Floats) -> Integers:
    """The bucket of each value.

    Args:
        values: microseconds, all within 0 and `HIGHEST_US`; fractions go where their floor goes.
    """
    return np.where(
        values < _SINGLE_UNIT,
        values.astype(np.int64),
        (values.view(np.int64) >> _MANTISSA_SHIFT) - _INDEX_OFFSET,
    )


def bucket_bounds(index: int) -> tuple[int, int]:
    """The lowest and the highest value, in microseconds, that share a bucket."""
    if index < 2048:
        return index, index
    exponent = (index >> 10) - 1
    lowest = ((index & 1023) + 1024) << exponent
    return lowest, lowest + (1 << exponent) - 1


class Histogram:
    """A histogram of times in microseconds.

    Attributes:
        total: the number of values.
        sum: their exact sum, microseconds.
        min: the smallest value in whole microseconds; 0 when empty.
        max: the largest value in whole microseconds; 0 when empty.
    """

    __slots__ = ("_counts", "_min", "max", "sum", "total")

    def __init__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self._counts: Integers = np.zeros(0, np.int64)
        self.total = 0
        self.sum = 0.0
        self._min = HIGHEST_US
        self.max = 0

    @property
    def min(self) -> int:
        """The smallest value in whole microseconds; 0 when empty."""
        return self._min if self.total else 0

    def record(self, values: Floats) -> None:
        """Count values; those outside of the range are counted at its end.

        Args:
            values: microseconds, contiguous float64; changed in place where out of range.
        """
        if not values.size:
            return
        low = values.min()
        high = values.max()
        if low < 0.0 or high > HIGHEST_US:
            np.clip(values, 0.0, float(HIGHEST_US), out=values)
            low = values.min()
            high = values.max()
        counts = np.bincount(bucket_indices(values))
        self._reserve(counts.size)
        self._counts[: counts.size] += counts
        self._gain(values.size, float(values.sum()), int(low), int(high))

    def add(self, delta: HistogramDelta) -> None:
        """Add what another histogram gained."""
        if not delta.total:
            return
        self._reserve(int(delta.indices[-1]) + 1)
        self._counts[delta.indices] += delta.counts
        self._gain(delta.total, delta.sum, delta.min, delta.max)

    def merge(self, other: "Histogram") -> None:
        """Add all of another histogram."""
        self.add(other.snapshot())

    def snapshot(self) -> HistogramDelta:
        """Everything counted so far, in sparse form."""
        indices = np.flatnonzero(self._counts)
        return HistogramDelta(indices, self._counts[indices], self.total, self.sum, self.min, self.max)

    def take(self) -> HistogramDelta:
        """Everything counted so far; the histogram is empty afterwards and its memory free."""
        delta = self.snapshot()
        self._clear()
        return delta

    def percentile(self, percent: float) -> int:
        """The value, in microseconds, that `percent` per cent of all values do not exceed.

        As HdrHistogram: the highest value of the first bucket at which the running count reaches
        `percent / 100 * total`, rounded half up, at least one; 0 for an empty histogram.
        """
        if not self.total:
            return 0
        wanted = max(int(min(percent, 100.0) / 100.0 * self.total + 0.5), 1)
        index = int(np.searchsorted(np.cumsum(self._counts), wanted))
        lowest, highest = bucket_bounds(index)
        return highest if percent else lowest

    def mean(self) -> float:
        """The exact mean in microseconds; 0 for an empty histogram."""
        return self.sum / self.total if self.total else 0.0

    def encode(self) -> str:
        """The HDR V2 encoding, base64; any HdrHistogram tool reads it."""
        encoded: bytes = self._as_hdr().encode()
        return encoded.decode("ascii")

    def _as_hdr(self) -> "HdrHistogram":
        # Loaded here because only a run that writes its histograms needs it.
        from hdrh.histogram import HdrHistogram  # noqa: PLC0415

        hdr: Any = HdrHistogram(LOWEST_US, HIGHEST_US, SIGNIFICANT_DIGITS)
        view = np.frombuffer(hdr.counts, np.uint64)
        view[: self._counts.size] = self._counts.astype(np.uint64)
        hdr.total_count = self.total
        if self.total:
            hdr.min_value = self._min
            hdr.max_value = self.max
        return hdr

    def _reserve(self, length: int) -> None:
        if length > self._counts.size:
            grown = np.zeros(length, np.int64)
            grown[: self._counts.size] = self._counts
            self._counts = grown

    def _gain(self, total: int, total_sum: float, low: int, high: int) -> None:
        self.total += total
        self.sum += total_sum
        self._min = min(self._min, low)
        self.max = max(self.max, high)

    def __repr__(self) -> str:
        return f"<Histogram of {self.total}: min={self.min} max={self.max} us>"
