"""Folding rows with the standard library, in the workers of plans that make few rows.

A row of HTTP costs 1 us instead of 0.4 in bulk; NumPy's import costs 60 ms and 12 MB.
"""

from array import array
from collections import Counter
from collections.abc import Sequence
from math import fsum
from operator import sub
from typing import Final

from loadr_core.metrics.histogram import HIGHEST_US, HistogramDelta, bucket_index
from loadr_core.recording.fold import NOTHING, Fold, Folded, Row
from loadr_core.spi.rows import RowLayout

_in_microseconds: Final = (1e6).__mul__


class PlainHistogram:
    """Counts values until they are taken."""

    __slots__ = ("_counts", "_sum")

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()
        self._sum = 0.0

    def record(self, values: Sequence[float]) -> None:
        """Count values; those outside of the range are counted at its end.

        Args:
            values: microseconds, at least one.
        """
        if min(values) < 0.0 or max(values) > HIGHEST_US:
            values = [min(max(value, 0.0), float(HIGHEST_US)) for value in values]
        self._counts.update(map(int, values))
        self._sum += fsum(values)

    def take(self) -> HistogramDelta:
        """Everything counted since the last call."""
        counts, total = self._counts, self._sum
        self._counts, self._sum = Counter(), 0.0
        buckets: dict[int, int] = {}
        for value in sorted(counts):
            index = bucket_index(value)
            buckets[index] = buckets.get(index, 0) + counts[value]
        return HistogramDelta(
            array("q", buckets.keys()),
            array("q", buckets.values()),
            counts.total(),
            total,
            min(counts, default=0),
            max(counts, default=0),
        )

    def __repr__(self) -> str:
        return f"<PlainHistogram of {self._counts.total()}>"


class PlainFold(Fold):
    """Folds column by column, in C where the standard library has it."""

    def __init__(self, layout: RowLayout) -> None:
        super().__init__(layout)
        self._histograms = [PlainHistogram() for _ in layout.trends]
        self._sums = [0.0] * len(layout.columns)
        self._count = 0

    def add(self, rows: Sequence[Row]) -> None:
        """See `Fold.add`."""
        try:
            columns = tuple(zip(*rows, strict=True))
        except ValueError:
            raise self.misfit() from None
        if len(columns) != len(self._sums):
            raise self.misfit()
        self._count += len(rows)
        self._sums = list(map(sum, zip(self._sums, map(fsum, columns), strict=True)))
        for histogram, (end, start) in zip(self._histograms, self.phases, strict=True):
            seconds = columns[end] if start is None else map(sub, columns[end], columns[start])
            histogram.record(list(map(_in_microseconds, seconds)))

    def take(self) -> Folded:
        """See `Fold.take`."""
        if not self._count:
            return NOTHING
        folded = Folded(self._count, self._sums, [histogram.take() for histogram in self._histograms])
        self._count, self._sums = 0, [0.0] * len(self._sums)
        return folded
