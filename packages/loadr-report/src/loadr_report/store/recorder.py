"""Collecting the intervals of a run in bounded room. Pure.

Intervals are kept as bytes while a run goes on. When they grow beyond the limit, neighbours become one,
a few pairs at a time, so that no second of the run has to wait for it; later intervals are then as long
as the ones that were joined. Counts are added, nothing is averaged: percentiles stay exact.

    done ◀── joined two by two ── waiting ...        open (sealed after `span` seconds)
"""

from collections.abc import Sequence
from typing import Final

from loadr_config.intervals import Interval, SeriesKey
from loadr_report.store.codec import SeriesTable, added, file_of, interval_of, record_of

LIMIT: Final = 10 << 20
"""Bytes after which intervals become longer.

The file is that at most, before it is compressed; the summary of a day, whose timeline is most of it, takes
up to 8.4 MB beside it.
"""

_BYTES_AT_ONCE: Final = 32_000  # what is joined after an interval: some 10 ms
_SHORTEST_SECONDS: Final = 0.5


class RunRecorder:
    """Takes the intervals of a run.

    Args:
        limit: bytes after which intervals become longer.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._table = SeriesTable()
        self._done: list[bytes] = []
        self._waiting: list[bytes] = []
        self._joined = 0  # of those that wait
        self._latest: list[bytes] = []
        self._size = 0
        self._span = 1
        self._open: Interval | None = None
        self._in_open = 0

    def add(self, interval: Interval) -> None:
        """Take the next interval of the run; a run's last few milliseconds go to the one before."""
        if self._open is not None and (self._in_open < self._span or interval.seconds < _SHORTEST_SECONDS):
            self._open = added(self._open, interval)
        else:
            self._seal()
            self._open = interval
        self._in_open += 1
        self._thin()

    def file(self) -> bytes:
        """All intervals in the stored form; the run is over."""
        self._seal()
        return file_of([*self._done, *self._waiting[self._joined :], *self._latest], self._table)

    def _seal(self) -> None:
        if self._open is not None:
            record = record_of(self._open, self._table)
            self._latest.append(record)
            self._size += len(record)
        self._open = None
        self._in_open = 0

    def _thin(self) -> None:
        """Join a few pairs; begin to when there is too much."""
        if self._joined >= len(self._waiting):
            if self._size <= self._limit:
                return
            self._span *= 2
            self._waiting, self._done, self._latest = [*self._done, *self._latest], [], []
            self._joined = 0
        keys = self._table.keys
        seen = 0
        while seen < _BYTES_AT_ONCE and self._joined < len(self._waiting):
            pair = self._waiting[self._joined : self._joined + 2]
            self._done.append(self._join(pair, keys))
            self._joined += len(pair)
            read = sum(len(record) for record in pair)
            seen += read
            self._size += len(self._done[-1]) - read

    def _join(self, pair: Sequence[bytes], keys: Sequence[SeriesKey]) -> bytes:
        if len(pair) == 1:
            return pair[0]
        first = interval_of(pair[0], keys, 0.0)
        return record_of(added(first, interval_of(pair[1], keys, first.ended_at)), self._table)

    def __repr__(self) -> str:
        records = len(self._done) + len(self._waiting) - self._joined + len(self._latest)
        return f"<RunRecorder of {records} intervals, {self._size} bytes, span {self._span}>"
