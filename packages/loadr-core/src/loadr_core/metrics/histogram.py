"""HDR histograms that merge exactly.

The bucket layout is HdrHistogram's for (1, 3_600_000_000, 3 significant digits): values in
microseconds up to one hour. Values below 2048 have a bucket each; above, every power of two is
split into 1024 buckets. Counts, percentiles and the encoding equal those of value-by-value
recording with the `hdrhistogram` package; the tests hold both against each other.

Workers record in bulk (`loadr_core.recording`); here, in the coordinator, what they gained is added
up. Nothing but the standard library is needed for it: the coordinator never loads NumPy, which
would cost it 17 MB. The counts grow with the highest value seen: some kilobytes for a fast target,
188 for an hour.
"""

from array import array
from bisect import bisect_left
from functools import cache
from itertools import accumulate, compress
from typing import Any, Final, NamedTuple

from loadr_config.buckets import bucket_bounds

LOWEST_US: Final = 1
HIGHEST_US: Final = 3_600_000_000
SIGNIFICANT_DIGITS: Final = 3


@cache
def _encoder() -> Any:
    """The one empty histogram that encodes all others: each takes 0.4 MB, and forms a cycle with its encoder.

    Loaded here because only a run that writes its histograms needs it.
    """
    from hdrh.histogram import HdrHistogram  # noqa: PLC0415

    return HdrHistogram(LOWEST_US, HIGHEST_US, SIGNIFICANT_DIGITS)


class HistogramDelta(NamedTuple):
    """What a histogram gained: sparse counts, and the exact sum and extremes behind them.

    A tuple, because some thousands of them cross a pipe every second: a dataclass takes twelve times as long
    to pickle.

    Attributes:
        indices: bucket indices with a count, ascending; 64-bit integers.
        counts: the count of each; 64-bit integers.
        total: the number of values.
        sum: their sum in microseconds.
        min: the smallest, whole microseconds.
        max: the largest, whole microseconds.
    """

    indices: "array[int]"
    counts: "array[int]"
    total: int
    sum: float
    min: int
    max: int


def bucket_index(value: int) -> int:
    """The bucket of a value in whole microseconds, within 0 and `HIGHEST_US`."""
    exponent = max(value.bit_length() - 11, 0)
    return (exponent << 10) + (value >> exponent)


class Histogram:
    """A histogram of times in microseconds.

    Attributes:
        total: the number of values.
        sum: their exact sum, microseconds.
        max: the largest value in whole microseconds; 0 when empty.
    """

    __slots__ = ("_counts", "_min", "max", "sum", "total")

    def __init__(self) -> None:
        self._counts: list[int] = []  # an array would make an integer anew for each look
        self.total = 0
        self.sum = 0.0
        self._min = HIGHEST_US
        self.max = 0

    @property
    def min(self) -> int:
        """The smallest value in whole microseconds; 0 when empty."""
        return self._min if self.total else 0

    def add(self, delta: HistogramDelta) -> None:
        """Add what another histogram gained."""
        if not delta.total:
            return
        counts = self._counts
        missing = delta.indices[-1] + 1 - len(counts)
        if missing > 0:
            counts.extend([0] * missing)
        for index, count in zip(delta.indices, delta.counts, strict=True):
            counts[index] += count
        self.total += delta.total
        self.sum += delta.sum
        self._min = min(self._min, delta.min)
        self.max = max(self.max, delta.max)

    def merge(self, other: "Histogram") -> None:
        """Add all of another histogram."""
        self.add(other.snapshot())

    def snapshot(self) -> HistogramDelta:
        """Everything counted so far, in sparse form."""
        indices = array("q", compress(range(len(self._counts)), self._counts))
        counts = array("q", (self._counts[index] for index in indices))
        return HistogramDelta(indices, counts, self.total, self.sum, self.min, self.max)

    def percentiles(self, *percents: float) -> list[int]:
        """For each per cent, the value in microseconds that so many of all values do not exceed.

        As HdrHistogram: the highest value of the first bucket at which the running count reaches
        `percent / 100 * total`, rounded half up, at least one; 0 for an empty histogram.
        """
        if not self.total:
            return [0] * len(percents)
        running = list(accumulate(self._counts))
        return [self._value_at(percent, running) for percent in percents]

    def percentile(self, percent: float) -> int:
        """One of `percentiles`."""
        return self.percentiles(percent)[0]

    def mean(self) -> float:
        """The exact mean in microseconds; 0 for an empty histogram."""
        return self.sum / self.total if self.total else 0.0

    def encode(self) -> str:
        """The HDR V2 encoding, base64; any HdrHistogram tool reads it."""
        hdr, own = _encoder(), self.snapshot()
        for index, count in zip(own.indices, own.counts, strict=True):
            hdr.counts[index] = count
        hdr.total_count, hdr.max_value = self.total, self.max
        encoded: bytes = hdr.encode()
        for index in own.indices:
            hdr.counts[index] = 0
        return encoded.decode("ascii")

    def _value_at(self, percent: float, running: list[int]) -> int:
        wanted = max(int(min(percent, 100.0) / 100.0 * self.total + 0.5), 1)
        lowest, highest = bucket_bounds(bisect_left(running, wanted))
        return highest if percent else lowest

    def __repr__(self) -> str:
        return f"<Histogram of {self.total}: min={self.min} max={self.max} us>"
