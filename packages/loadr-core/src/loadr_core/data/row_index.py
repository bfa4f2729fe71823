"""Where rows begin in a file: every n-th of them, so that the index of a large file is small.

A block is the n rows from one entry to the next, 1 KB or so; for files above 2 GB blocks grow, so that there
are about two million of them and the index takes 17 MB at most. To reach a row its block is read. Line
numbers are only for messages: one for each 64 blocks, the rest is counted when somebody asks.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

CHUNK: Final = 1 << 20
"""Bytes to look at at once while rows are sought: temporary arrays take some ten times as much."""
BLOCK: Final = 1024
"""Bytes of a block: what is read to reach one of its rows."""
MAX_ROW: Final = 16 << 20
"""Bytes of a row; what is longer is a quote or a bracket that was never closed."""
_MAX_BLOCKS: Final = 1 << 21
_BLOCKS_PER_LINE: Final = 64

Positions = NDArray[np.int64]


class ScanError(Exception):
    """A text cannot be divided into rows.

    Attributes:
        line: the line where the trouble begins, from 1.
        message: what is wrong there.
    """

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass(frozen=True, slots=True)
class Found:
    """Rows that begin in one part of a file.

    Attributes:
        offsets: where they begin, in bytes from the start of the file.
        breaks: where the part's lines end, in the same measure.
        line: the number of the line that the part begins in, from 1.
        end: where the part ends.
    """

    offsets: Positions
    breaks: Positions
    line: int
    end: int

    def lines_of(self, offsets: Positions) -> Positions:
        """The numbers of the lines in which offsets of this part lie."""
        return np.searchsorted(self.breaks, offsets) + self.line


class RowIndex:
    """The blocks of a file.

    Args:
        found: the file's rows, part by part.
        end: where the text ends, in bytes from the start of the file.
        block: how many bytes a block should have.

    Attributes:
        rows: how many rows there are.
        every: rows of a block, judged by those of the first part; the last block may have less.
    """

    def __init__(self, found: Iterable[Found], end: int, block: int = BLOCK) -> None:
        self._block = max(block, end // _MAX_BLOCKS)
        self.rows = 0
        self.every = 0
        self._end = end
        self._offsets = array("q")
        self._lines = array("q")
        for part in found:
            self._add(part)

    def _add(self, part: Found) -> None:
        offsets = part.offsets
        if not len(offsets):
            return
        if not self.every:
            spread = (part.end - int(offsets[0])) / len(offsets)
            self.every = max(round(self._block / spread), 1)
        blocks = offsets[-self.rows % self.every :: self.every]
        counted = blocks[-len(self._offsets) % _BLOCKS_PER_LINE :: _BLOCKS_PER_LINE]
        self._offsets.frombytes(blocks.astype(np.int64).tobytes())
        self._lines.frombytes(part.lines_of(counted).astype(np.int64).tobytes())
        self.rows += len(offsets)

    def block(self, number: int) -> tuple[int, int]:
        """Where a block lies: offset and size in bytes."""
        offsets = self._offsets
        begin = offsets[number]
        return begin, (offsets[number + 1] if number + 1 < len(offsets) else self._end) - begin

    def rows_in(self, number: int) -> int:
        """How many rows a block has."""
        return min(self.every, self.rows - number * self.every)

    def line_before(self, number: int) -> tuple[int, int]:
        """The nearest block from here backwards of which the line is known: its offset and line, from 1."""
        known = number // _BLOCKS_PER_LINE
        return self._offsets[known * _BLOCKS_PER_LINE], self._lines[known]

    def __repr__(self) -> str:
        return f"<RowIndex {self.rows} rows in {len(self._offsets)} blocks>"
