"""Folding many rows at once with NumPy, in the workers.

Some 4,096 values become histogram counts with a handful of NumPy calls, 5 ns a value instead of the
2 us of value-by-value recording (benchmark http-closed-loop). The arithmetic gives the buckets of
`loadr_core.metrics.histogram`.
"""

from array import array
from collections.abc import Sequence
from itertools import chain
from typing import Any, Final

import numpy as np

from loadr_core.metrics.histogram import HIGHEST_US, HistogramDelta
from loadr_core.recording.fold import NOTHING, Fold, Folded, Row
from loadr_core.spi.rows import RowLayout

# Above 1023 the index is the exponent and the ten highest mantissa bits of the value as a double:
# the bits shifted right by 52 - 10, less (exponent bias 1023 + 10 - 1) * 1024.
_SINGLE_UNIT: Final = 1024.0
_MANTISSA_SHIFT: Final = 42
_INDEX_OFFSET: Final = 1032 << 10

_MICROSECONDS: Final = 1e6

Integers = np.ndarray[tuple[int], np.dtype[np.int64]]
Table = np.ndarray[tuple[int, int], np.dtype[np.float64]]


def bucket_indices(values: Any) -> Any:
    """The bucket of each value, in the shape of the values.

    Args:
        values: microseconds, all within 0 and `HIGHEST_US`; fractions go where their floor goes.
    """
    return np.where(
        values < _SINGLE_UNIT,
        values.astype(np.int64),
        (values.view(np.int64) >> _MANTISSA_SHIFT) - _INDEX_OFFSET,
    )


_NO_COUNTS: Final[Integers] = np.zeros(0, np.int64)


class BulkHistogram:
    """Counts values until they are taken; empty, it holds no memory."""

    __slots__ = ("_counts", "_max", "_min", "_sum", "_total")

    def __init__(self) -> None:
        self._counts: Integers = _NO_COUNTS
        self._total = 0
        self._sum = 0.0
        self._min = HIGHEST_US
        self._max = 0

    def count(self, indices: Integers, total: float, low: float, high: float) -> None:
        """Count values of which all is known already.

        Args:
            indices: the bucket of each, at least one.
            total: their sum, microseconds.
            low: the smallest of them.
            high: the largest.
        """
        if low == high:  # as the phases of a connection that is kept: all of them are zero
            self._grow(int(indices[0]) + 1)
            self._counts[indices[0]] += indices.size
        else:
            counts = np.bincount(indices, minlength=self._counts.size)
            counts[: self._counts.size] += self._counts
            self._counts = counts
        self._total += indices.size
        self._sum += total
        self._min = min(self._min, int(low))
        self._max = max(self._max, int(high))

    def _grow(self, size: int) -> None:
        if self._counts.size < size:
            counts = np.zeros(size, np.int64)
            counts[: self._counts.size] = self._counts
            self._counts = counts

    def take(self) -> HistogramDelta:
        """Everything counted since the last call."""
        indices = self._counts.nonzero()[0]
        delta = HistogramDelta(
            _as_array(indices),
            _as_array(self._counts[indices]),
            self._total,
            self._sum,
            self._min if self._total else 0,
            self._max,
        )
        self.__init__()  # type: ignore[misc]  # the one state that an empty histogram has
        return delta

    def __repr__(self) -> str:
        return f"<BulkHistogram of {self._total}>"


def record(histograms: Sequence[BulkHistogram], values: Table) -> None:
    """Count values of all histograms at once: with few rows a series it is the calls of NumPy that cost, not the rows.

    Those outside of the range are counted at its end.

    Args:
        histograms: at least one.
        values: microseconds, a row for each histogram, at least one column; changed in place where out of range.
    """
    lows, highs = values.min(axis=1), values.max(axis=1)
    if lows.min() < 0.0 or highs.max() > HIGHEST_US:
        np.clip(values, 0.0, float(HIGHEST_US), out=values)
        lows, highs = values.min(axis=1), values.max(axis=1)
    for histogram, *figures in zip(
        histograms,
        bucket_indices(values),
        values.sum(axis=1).tolist(),
        lows.tolist(),
        highs.tolist(),
        strict=True,
    ):
        histogram.count(*figures)


class BulkFold(Fold):
    """Folds a table of rows at once.

    Args:
        layout: of the rows.
        keep_raw: whether the rows are kept as they are, too.
    """

    def __init__(self, layout: RowLayout, *, keep_raw: bool = False) -> None:
        super().__init__(layout)
        self._histograms = [BulkHistogram() for _ in layout.trends]
        self._ends = np.array([end for end, _ in self.phases], np.intp)
        stamps = [(place, start) for place, (_, start) in enumerate(self.phases) if start is not None]
        self._since = np.array([place for place, _ in stamps], np.intp)
        self._starts = np.array([start for _, start in stamps], np.intp)
        self._sums = np.zeros(len(layout.columns))
        self._count = 0
        self._keep_raw = keep_raw
        self._raw: list[Table] = []

    def add(self, rows: Sequence[Row]) -> None:
        """See `Fold.add`."""
        width = len(self.layout.columns)
        values = chain.from_iterable(rows)
        try:
            flat = np.fromiter(values, np.float64, len(rows) * width)
        except ValueError:
            raise self.misfit() from None
        if next(values, None) is not None:
            raise self.misfit()
        table = flat.reshape(len(rows), width)
        self._count += len(rows)
        self._sums += table.sum(axis=0)
        if self._histograms:
            self._count_trends(table.T)
        if self._keep_raw:
            self._raw.append(table)

    def _count_trends(self, columns: Table) -> None:
        values = columns[self._ends]  # a copy, one trend a row
        values[self._since] -= columns[self._starts]
        values *= _MICROSECONDS
        record(self._histograms, values)

    def take(self) -> Folded:
        """See `Fold.take`."""
        if not self._count:
            return NOTHING
        trends = [histogram.take() for histogram in self._histograms]
        folded = Folded(self._count, self._sums.tolist(), trends, self._raw)
        self._count, self._raw = 0, []
        self._sums[:] = 0.0
        return folded


def _as_array(numbers: Integers) -> "array[int]":
    return array("q", numbers.astype(np.int64, copy=False).tobytes())
