"""Where the objects of a JSON array begin, found in whole chunks at once.

The array is not parsed, only its brackets are counted: outside of strings `{` and `[` go one level down,
`}` and `]` one level up, and a row is an object one level below the array. A string ends at a quote with
an even number of backslashes before it (RFC 8259, 7). What stands in a row, and what between two rows, is
judged by the parser when they are taken.

Budget: 4 s per GB (benchmarks/data_feed.py).
"""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loadr_core.data.row_index import CHUNK, MAX_ROW, Found, Positions, ScanError

_QUOTE: Final = 34
_BACKSLASH: Final = 92
_LF: Final = 10
_BRACE: Final = 0x7B
# Brackets and braces differ in one bit only: 0x5B and 0x7B open, 0x5D and 0x7D close.
_EITHER: Final = 0xDF
_OPENS: Final = 0x5B
_CLOSES: Final = 0x5D
_SPACE: Final = b" \t\r\n"
_HEAD: Final = 4096

Bytes = NDArray[np.uint8]
Flags = NDArray[np.bool_]


def find_objects(
    read: Callable[[int, int], bytes], begin: int, end: int, chunk: int = CHUNK
) -> Iterator[Found]:
    """Find the objects of a file that is an array.

    Args:
        read: gives exactly so many bytes at an offset.
        begin: where the text begins, behind a byte order mark.
        end: where it ends.
        chunk: bytes to look at at once.

    Raises:
        ScanError: the array holds other arrays, does not end, or is not all; or a row is too long.
    """
    if not read(begin, min(_HEAD, end - begin)).lstrip(_SPACE).startswith(b"["):
        raise ScanError(1, "not an array of objects")
    in_string = depth = 0
    ended = False
    row_line = line = 1
    row_begin = offset = begin
    size = chunk
    while offset < end:
        data = read(offset, min(size, end - offset))
        if offset + len(data) < end and data.endswith(b"\\"):
            # Whether a quote that follows ends its string depends on all backslashes before it.
            data = data.rstrip(b"\\")
            if not data:
                size *= 2
                _check_row(offset + size - row_begin, row_line)
                continue
        size = chunk
        units = np.frombuffer(data, np.uint8)
        quotes = _quotes(units, data)
        marks = _brackets(units, quotes, in_string)
        in_string = (in_string + len(quotes)) & 1
        opens = units[marks] & _EITHER == _OPENS
        depths = depth + np.cumsum(np.where(opens, 1, -1))
        rows = marks[opens & (depths == 2)]
        breaks = np.flatnonzero(units == _LF) + offset
        found = Found(rows + offset, breaks, line, offset + len(data))
        _check_objects(units, rows, found)
        yield found
        if ended or (depths == 0).any():
            last = -1 if ended else int(marks[np.argmax(depths == 0)])
            rest = data[last + 1 :].lstrip(_SPACE)
            if rest:
                place = np.array([found.end - len(rest)])
                raise ScanError(int(found.lines_of(place)[0]), "something stands behind the array")
            ended = True
        if len(rows):
            row_begin = int(found.offsets[-1])
            row_line = int(found.lines_of(found.offsets[-1:])[0])
        if len(depths):
            depth = int(depths[-1])
        line += len(breaks)
        offset = found.end
        _check_row(0 if ended else offset - row_begin, row_line)
    if not ended:
        raise ScanError(row_line, "the array does not end; its last row begins here")


def _quotes(units: Bytes, data: bytes) -> Positions:
    """The quotes that begin or end a string."""
    quotes = np.flatnonzero(units == _QUOTE)
    if b'\\"' not in data:
        return quotes
    slashes = np.flatnonzero(units == _BACKSLASH)
    lasts = np.flatnonzero(np.diff(slashes, append=-2) != 1)
    odd = np.diff(lasts, prepend=-1) & 1 == 1
    escaped = slashes[lasts[odd]] + 1
    if not len(escaped):
        return quotes
    nearest = np.minimum(np.searchsorted(escaped, quotes), len(escaped) - 1)
    is_real: Flags = escaped[nearest] != quotes
    return quotes[is_real]


def _brackets(units: Bytes, quotes: Positions, in_string: int) -> Positions:
    """The brackets and braces outside of strings."""
    kinds = units & _EITHER
    marks = np.flatnonzero((kinds == _OPENS) | (kinds == _CLOSES))
    is_outside: Flags = (np.searchsorted(quotes, marks) + in_string) & 1 == 0
    return marks[is_outside]


def _check_objects(units: Bytes, rows: Positions, found: Found) -> None:
    others = np.flatnonzero(units[rows] != _BRACE)
    if len(others):
        place = found.offsets[others[:1]]
        raise ScanError(int(found.lines_of(place)[0]), "an array in the array: rows are objects")


def _check_row(length: int, line: int) -> None:
    if length > MAX_ROW:
        raise ScanError(line, f"no row ends within {MAX_ROW >> 20} MiB of the one that begins here")
