"""Where the rows of a CSV file begin, found in whole chunks at once.

Exactly the rows that Python's `csv` module reads (its default dialect, lines ended by LF, CRLF or CR):

state       at a quote                                              at a line break
----------  ------------------------------------------------------  ----------------
outside     after a delimiter or line break: opens; else a letter   the row ends
inside      closes, unless another one follows: a doubled quote     part of the value

Quotes that stand together are one run. An even run changes nothing: it is an empty value, or doubled
quotes. An odd run inside closes; an odd run outside opens where a value may begin, else its quotes are
letters. So the state after a run is how many value-beginning runs there were since the last other one,
modulo two, which is a difference of running sums: no loop over quotes, rows or bytes.

Budget: 1 s per GB without quotes, 4 s with five quoted values a row (benchmarks/data_feed.py).
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loadr_core.data.row_index import CHUNK, MAX_ROW, Found, Positions, ScanError

_LF: Final = 10
_CR: Final = 13
_QUOTE: Final = 34

Units = NDArray[Any]
Flags = NDArray[np.bool_]


class CsvRows:
    """Divides the text of a CSV file into rows.

    Args:
        delimiter: what stands between values, encoded.
        unit: bytes of a code unit: 1 or 2.
        order: the order of a unit's bytes.
    """

    def __init__(self, delimiter: bytes, unit: int = 1, order: str = "<") -> None:
        self._type = np.dtype(f"{order}u{unit}")
        self._delimiter = np.frombuffer(delimiter, self._type)

    def find(
        self, read: Callable[[int, int], bytes], begin: int, end: int, chunk: int = CHUNK
    ) -> Iterator[Found]:
        """Find the rows of a file.

        Args:
            read: gives exactly so many bytes at an offset.
            begin: where the text begins, behind a byte order mark.
            end: where it ends.
            chunk: bytes to look at at once.

        Raises:
            ScanError: a quote is never closed, a row is too long, or the text ends within a code unit.
        """
        unit = self._type.itemsize
        if (end - begin) % unit:
            raise ScanError(1, "the file ends within a character")
        before = np.full(len(self._delimiter), _LF, self._type)
        inside, at_row = False, True
        row_line = line = 1
        row_begin = offset = begin
        size = chunk
        while offset < end:
            data = read(offset, min(size, end - offset))
            units = np.frombuffer(data, self._type)
            if offset + len(data) < end:
                units = units[: _usable(units)]
                if not len(units):
                    size *= 2
                    _check_row(offset + size - row_begin, row_line, inside=inside)
                    continue
            size = chunk
            breaks = self._breaks(units)
            ends = breaks
            if _holds_quote(data):
                runs, states = self._quote_states(units, before, inside=inside)
                ends, inside = _outside(breaks, runs, states, inside)
            elif inside:
                ends = breaks[:0]
            starts = ends + 1
            if at_row:
                starts = np.concatenate(([0], starts))
            at_row = bool(len(starts)) and int(starts[-1]) == len(units)
            if at_row:
                starts = starts[:-1]
            first = units[starts]
            rows = starts[(first != _LF) & (first != _CR)]
            following = offset + len(units) * unit
            yield Found(rows * unit + offset, breaks * unit + offset, line, following)
            if len(ends):
                row_begin = offset + (int(ends[-1]) + 1) * unit
                row_line = line + int(np.searchsorted(breaks, ends[-1])) + 1
            line += len(breaks)
            before = np.concatenate((before, units[-len(before) :]))[-len(before) :]
            offset = following
            _check_row(offset - row_begin, row_line, inside=inside)
        if inside:
            raise ScanError(row_line, "a quote is never closed in the row that begins here")

    def _breaks(self, units: Units) -> Positions:
        """The last unit of every line break. CR before LF is a part of it; alone it is one of its own."""
        feeds = np.flatnonzero(units == _LF)
        returns = np.flatnonzero(units == _CR)
        if not len(returns):
            return feeds
        # A CR that ends the units ends the text: `_usable` sees to that.
        following = units[np.minimum(returns + 1, len(units) - 1)]
        alone = returns[following != _LF]
        return np.sort(np.concatenate((feeds, alone))) if len(alone) else feeds

    def _quote_states(self, units: Units, before: Units, *, inside: bool) -> tuple[Positions, Flags]:
        """The first quotes of odd runs, and whether a quoted value is open after each of them."""
        quotes = np.flatnonzero(units == _QUOTE)
        if not len(quotes):
            return quotes, np.zeros(0, np.bool_)
        firsts = np.flatnonzero(np.diff(quotes, prepend=-2) != 1)
        odd = np.diff(firsts, append=len(quotes)) & 1 == 1
        runs = quotes[firsts[odd]]
        begins = self._begins_value(units, before, runs)
        # Openings so far, less those up to the last run that could not open.
        openings: Positions = np.cumsum(begins) + int(inside)
        settled: Positions = np.maximum.accumulate(np.where(begins, 0, openings))
        return runs, ((openings - settled) & 1).astype(np.bool_)

    def _begins_value(self, units: Units, before: Units, runs: Positions) -> Flags:
        """Whether a value may begin there: behind a delimiter or a line break."""
        width = len(before)
        known = np.concatenate((before, units))
        previous = known[runs + (width - 1)]
        begins: Flags = np.ones(len(runs), np.bool_)
        for index, part in enumerate(self._delimiter):
            begins &= known[runs + index] == part
        begins[(previous == _LF) | (previous == _CR)] = True
        return begins


def _usable(units: Units) -> int:
    """How many units can be judged without those that follow: no CR and no run of quotes at the end."""
    count = len(units)
    if units[-1] == _CR:
        return count - 1
    while count and units[count - 1] == _QUOTE:
        count -= 1
    return count


def _holds_quote(data: bytes) -> bool:
    return b'"' in data


def _outside(breaks: Positions, runs: Positions, states: Flags, inside: bool) -> tuple[Positions, bool]:
    """The line breaks that end rows, and whether a quoted value is open at the end."""
    known = np.concatenate(([inside], states))
    open_there = known[np.searchsorted(runs, breaks)]
    return breaks[~open_there], bool(known[-1])


def _check_row(length: int, line: int, *, inside: bool) -> None:
    if length > MAX_ROW:
        reason = "a quote is not closed" if inside else "no line ends"
        raise ScanError(line, f"{reason} within {MAX_ROW >> 20} MiB of the row that begins here")
