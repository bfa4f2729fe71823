"""How latencies were spread over the time of a run, in bounded room: the data of a heat map.

A column is what one interval's histogram counted, in bands of a quarter of an octave. Bands end where
buckets of the histogram end, so no count is split or guessed. When there are too many columns, two
neighbours become one: their counts are added, and nothing is averaged.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from loadr_config.buckets import bucket_bounds
from loadr_config.summary import HeatColumn, HeatMap
from loadr_core.metrics.histogram import Histogram

_MOST_COLUMNS: Final = 600
"""Twice what a chart on a large screen has pixels to tell apart; some 40 KB of JSON."""

_PER_OCTAVE: Final = 4
_BITS: Final = _PER_OCTAVE.bit_length() - 1
_US_PER_MS: Final = 1000.0


def band_of(value: int) -> int:
    """The band of a value in whole microseconds: four for each power of two, of equal width; 0 is in the first."""
    octave = max(value, 1).bit_length() - 1
    return octave * _PER_OCTAVE + ((max(value, 1) << _BITS) >> octave & (_PER_OCTAVE - 1))


def band_end(band: int) -> float:
    """The value in microseconds at which a band ends; it does not belong to the band."""
    octave, part = divmod(band, _PER_OCTAVE)
    return float(1 << octave) * (1 + (part + 1) / _PER_OCTAVE)


class HeatBook:
    """Collects the intervals of a run, and makes them fewer as they become many."""

    def __init__(self, most: int = _MOST_COLUMNS) -> None:
        self._most = most
        self._columns: list[tuple[float, dict[int, int]]] = []
        self._intervals_a_column = 1
        self._intervals_in_last = 0

    def add(self, ended_at: float, latencies: Histogram) -> None:
        """Add an interval that is over.

        Args:
            ended_at: its end, seconds from the start of the run.
            latencies: what was counted in it.
        """
        if self._columns and self._intervals_in_last < self._intervals_a_column:
            _, counts = self._columns.pop()
            self._intervals_in_last += 1
        else:
            counts, self._intervals_in_last = {}, 1
        self._columns.append((ended_at, _sum((counts, _bands(latencies)))))
        if len(self._columns) > self._most:
            self._halve()

    def _halve(self) -> None:
        kept = self._columns
        pairs = [kept[start : start + 2] for start in range(0, len(kept), 2)]
        self._columns = [(pair[-1][0], _sum(counts for _, counts in pair)) for pair in pairs]
        if len(kept) % 2 == 0:
            self._intervals_in_last += self._intervals_a_column
        self._intervals_a_column *= 2

    def heat_map(self, ended_at: float, latencies: Histogram) -> HeatMap | None:
        """The map up to now.

        Args:
            ended_at: the end of the interval that has not been added yet.
            latencies: what was counted in it.

        Returns:
            The map; `None` where nothing was counted.
        """
        columns = [*self._columns, (ended_at, _bands(latencies))]
        used = {band for _, counts in columns for band in counts}
        if not used:
            return None
        lowest, highest = min(used), max(used)
        return HeatMap(
            from_ms=0.0 if lowest == 0 else band_end(lowest - 1) / _US_PER_MS,
            upto_ms=[band_end(band) / _US_PER_MS for band in range(lowest, highest + 1)],
            columns=[_column(end, counts, lowest) for end, counts in columns],
        )


def _column(ended_at: float, counts: Mapping[int, int], lowest: int) -> HeatColumn:
    if not counts:
        return HeatColumn(elapsed_secs=round(ended_at, 3), first=0, counts=[])
    first, last = min(counts), max(counts)
    return HeatColumn(
        elapsed_secs=round(ended_at, 3),
        first=first - lowest,
        counts=[counts.get(band, 0) for band in range(first, last + 1)],
    )


def _bands(latencies: Histogram) -> dict[int, int]:
    counts: dict[int, int] = {}
    gained = latencies.snapshot()
    for index, count in zip(gained.indices, gained.counts, strict=True):
        band = band_of(bucket_bounds(index)[0])
        counts[band] = counts.get(band, 0) + count
    return counts


def _sum(parts: Iterable[Mapping[int, int]]) -> dict[int, int]:
    total: dict[int, int] = {}
    for counts in parts:
        for band, count in counts.items():
            total[band] = total.get(band, 0) + count
    return total
