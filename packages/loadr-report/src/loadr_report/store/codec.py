"""Intervals as bytes and back. Pure.

Grammar, version 1 (`varint`: unsigned LEB128, as in DWARF 5, 7.6; `double`: IEEE 754, little-endian):

    file    = magic varint(length of header) header { varint(length of record) record }
    magic   = "LDRI1"
    header  = JSON {"series": [[metric, name, kind], ...]}; a series is numbered by its place
    record  = varint(microseconds that it lasted) varint(active VUs) varint(number of series) { series }
    series  = varint(its number) ( trend | rate | counter )
    trend   = varint(sum of its values in microseconds) varint(number of buckets) { varint(gap) varint(count) }
    rate    = varint(hits) varint(total)
    counter = double

A gap is the distance of a bucket's index from the one before it, or from -1. Records follow each other in
time; the first begins with the load.
"""

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from struct import Struct
from typing import Final

from loadr_config.intervals import Interval, RateCounts, SeriesKey, TrendCounts
from loadr_config.metrics import MetricKind

_MAGIC: Final = b"LDRI1"
_DOUBLE: Final = Struct("<d")
_US: Final = 1e6


class CorruptError(ValueError):
    """The bytes are not what the grammar says."""


class SeriesTable:
    """Numbers series in the order in which they are first seen."""

    def __init__(self, keys: Iterable[SeriesKey] = ()) -> None:
        self._numbers: dict[SeriesKey, int] = {key: number for number, key in enumerate(keys)}

    def number(self, key: SeriesKey) -> int:
        """The number of a series."""
        return self._numbers.setdefault(key, len(self._numbers))

    @property
    def keys(self) -> tuple[SeriesKey, ...]:
        """All series, by number."""
        return tuple(self._numbers)


def record_of(interval: Interval, table: SeriesTable) -> bytes:
    """An interval as a record; series that are new get their numbers."""
    record = bytearray()
    _put(record, round(interval.seconds * _US))
    _put(record, max(interval.active_vus, 0))
    _put(record, len(interval.series))
    for key, value in interval.series.items():
        _put(record, table.number(key))
        match value:
            case TrendCounts():
                _put(record, max(round(value.sum), 0))
                _put(record, len(value.indices))
                before = -1
                for index, count in zip(value.indices, value.counts, strict=True):
                    _put(record, index - before)
                    _put(record, count)
                    before = index
            case RateCounts():
                _put(record, value.hits)
                _put(record, value.total)
            case _:
                record += _DOUBLE.pack(value)
    return bytes(record)


def interval_of(record: bytes, keys: Sequence[SeriesKey], started_at: float) -> Interval:
    """The interval behind a record.

    Args:
        record: its bytes.
        keys: the series by number.
        started_at: seconds from the start of the load to its begin.

    Raises:
        CorruptError: it does not follow the grammar.
    """
    try:
        reader = _Reader(record)
        seconds, active_vus = reader.varint() / _US, reader.varint()
        series = dict(_series(reader, keys) for _ in range(reader.varint()))
    except (IndexError, ValueError) as error:
        raise CorruptError(f"a record of intervals is broken: {error}") from error
    if not reader.is_at_end:
        raise CorruptError("a record of intervals is longer than it says")
    return Interval(started_at + seconds, seconds, active_vus, series)


def file_of(records: Iterable[bytes], table: SeriesTable) -> bytes:
    """The whole file."""
    series = [[key.metric, key.name, key.kind.value] for key in table.keys]
    header = json.dumps({"series": series}, separators=(",", ":")).encode()
    file = bytearray(_MAGIC)
    _put(file, len(header))
    file += header
    for record in records:
        _put(file, len(record))
        file += record
    return bytes(file)


def intervals_of(file: bytes) -> Iterator[Interval]:
    """The intervals of a file, one after the other.

    Raises:
        CorruptError: it does not follow the grammar.
    """
    if not file.startswith(_MAGIC):
        raise CorruptError("these are no intervals that this loadr reads")
    reader = _Reader(file, len(_MAGIC))
    try:
        header = json.loads(reader.bytes(reader.varint()))
        keys = [SeriesKey(metric, name, MetricKind(kind)) for metric, name, kind in header["series"]]
        started_at = 0.0
        while not reader.is_at_end:
            interval = interval_of(reader.bytes(reader.varint()), keys, started_at)
            started_at = interval.ended_at
            yield interval
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise CorruptError(f"the intervals are broken: {error}") from error


def added(first: Interval, second: Interval) -> Interval:
    """Two neighbours as one interval; both must be given in their order."""
    series: dict[SeriesKey, TrendCounts | RateCounts | float] = dict(first.series)
    for key, value in second.series.items():
        series[key] = _sum(series[key], value) if key in series else value
    return Interval(second.ended_at, first.seconds + second.seconds, second.active_vus, series)


def _sum(
    first: TrendCounts | RateCounts | float, second: TrendCounts | RateCounts | float
) -> TrendCounts | RateCounts | float:
    match first, second:
        case TrendCounts(), TrendCounts():
            counts: dict[int, int] = dict(zip(first.indices, first.counts, strict=True))
            for index, count in zip(second.indices, second.counts, strict=True):
                counts[index] = counts.get(index, 0) + count
            indices = array("q", sorted(counts))
            return TrendCounts(
                indices, array("q", (counts[index] for index in indices)), first.sum + second.sum
            )
        case RateCounts(), RateCounts():
            return RateCounts(first.hits + second.hits, first.total + second.total)
        case ((int() | float()), (int() | float())):
            return first + second
        case _:
            raise TypeError("a series has one kind")


def _series(
    reader: "_Reader", keys: Sequence[SeriesKey]
) -> tuple[SeriesKey, TrendCounts | RateCounts | float]:
    key = keys[reader.varint()]
    match key.kind:
        case MetricKind.TREND:
            total = float(reader.varint())
            length = reader.varint()
            indices, counts, index = array("q"), array("q"), -1
            for _ in range(length):
                index += reader.varint()
                indices.append(index)
                counts.append(reader.varint())
            return key, TrendCounts(indices, counts, total)
        case MetricKind.RATE:
            return key, RateCounts(reader.varint(), reader.varint())
        case _:
            return key, float(_DOUBLE.unpack(reader.bytes(_DOUBLE.size))[0])


def _put(target: bytearray, value: int) -> None:
    while value > 127:
        target.append(value & 127 | 128)
        value >>= 7
    target.append(value)


class _Reader:
    """Reads from the front; beyond the end is an `IndexError`."""

    __slots__ = ("_at", "_data")

    def __init__(self, data: bytes, at: int = 0) -> None:
        self._data = data
        self._at = at

    @property
    def is_at_end(self) -> bool:
        return self._at >= len(self._data)

    def varint(self) -> int:
        value = shift = 0
        data, at = self._data, self._at
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            if byte < 128:
                break
            shift += 7
        self._at = at
        return value

    def bytes(self, length: int) -> bytes:
        found = self._data[self._at : self._at + length]
        if len(found) < length:
            raise IndexError("it ends too early")
        self._at += length
        return found
