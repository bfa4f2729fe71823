"""Parquet files: rows by number, read from their row groups.

The rows of a group are compressed together, so a group is read as a whole. Groups of 64 MiB in all are kept,
but always the last one; one that takes more than 256 MiB is refused. To take rows at random from a file
with more than that means to read a group for nearly every row: write it with small groups, or as CSV.

Budget: 3 us a row in the order of the file (benchmarks/data_feed.py).
"""

from bisect import bisect_right
from collections import OrderedDict
from datetime import date, datetime, time
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

from loadr_config.extras import install_line
from loadr_config.models import ParquetSource
from loadr_core.data.errors import RowError, SourceError
from loadr_core.data.files import DataFile
from loadr_core.data.table import Row, Table

KEPT: Final = 64 << 20
LARGEST: Final = 256 << 20
_BLOCK: Final = 64


class ParquetTable(Table):
    """The rows of a Parquet file. Dates and times are ISO 8601 texts, decimals texts, bytes UTF-8 or hex.

    Args:
        source: the plan's source.
        folder: its path starts here.
        kept: bytes of groups to keep.
        largest: bytes that a group may take.

    Raises:
        SourceError: pyarrow is missing, the file cannot be read, has no rows, or a group is too large.
    """

    def __init__(self, source: ParquetSource, folder: Path, kept: int = KEPT, largest: int = LARGEST) -> None:
        try:
            import pyarrow as pa  # noqa: PLC0415 - 40 MB that only a Parquet source needs
            from pyarrow import parquet  # noqa: PLC0415
        except ImportError:
            raise SourceError(f'"{source.path}" needs pyarrow: {install_line("parquet")}') from None
        self._errors = (pa.ArrowException, OSError)
        self._kept = kept
        self._watched = DataFile(folder / source.path, source.path)
        try:
            self._file = parquet.ParquetFile(folder / source.path, memory_map=False, pre_buffer=False)
        except self._errors as error:
            raise SourceError(f'"{source.path}" is no Parquet file: {error}') from None
        metadata = self._file.metadata
        groups = [metadata.row_group(index) for index in range(metadata.num_row_groups)]
        biggest = max((group.total_byte_size for group in groups), default=0)
        if biggest > largest:
            raise SourceError(
                f'"{source.path}" has a row group of {biggest >> 20} MiB: '
                f"write it with groups of at most {largest >> 20} MiB"
            )
        self._ends: list[int] = list(accumulate(group.num_rows for group in groups))
        if not self._ends or not self._ends[-1]:
            raise SourceError(f'"{source.path}" has no rows')
        self.columns = tuple(self._file.schema_arrow.names)
        self._groups: OrderedDict[int, Any] = OrderedDict()
        self._block_begin = -1
        self._block: list[dict[str, Any]] = []
        try:
            self._read_block(0)
        except RowError as error:
            raise SourceError(str(error)) from None

    def __len__(self) -> int:
        return self._ends[-1]

    def row(self, number: int) -> Row:
        """A row, numbered from 0.

        Raises:
            RowError: its group cannot be read, or the file changed.
        """
        within = number - self._block_begin
        if self._block_begin < 0 or not 0 <= within < len(self._block):
            within = self._read_block(number)
        row = Row(self._block[within])
        row.table = self
        row.number = number
        return row

    def _read_block(self, number: int) -> int:
        """Turn some rows of a group into Python objects; where the wanted one is among them."""
        self._block_begin = -1
        group = bisect_right(self._ends, number)
        group_begin = self._ends[group - 1] if group else 0
        begin = (number - group_begin) // _BLOCK * _BLOCK
        rows = self._group(group).slice(begin, _BLOCK).to_pylist()
        self._block = [{name: _plain(value) for name, value in row.items()} for row in rows]
        self._block_begin = group_begin + begin
        return number - self._block_begin

    def _group(self, number: int) -> Any:
        table = self._groups.get(number)
        if table is not None:
            self._groups.move_to_end(number)
            return table
        self._watched.check()
        try:
            table = self._file.read_row_group(number)
        except self._errors as error:
            raise RowError(f'"{self._watched.name}" row group {number + 1} cannot be read: {error}') from None
        self._groups[number] = table
        while len(self._groups) > 1 and sum(kept.nbytes for kept in self._groups.values()) > self._kept:
            self._groups.popitem(last=False)
        return table

    def place(self, number: int) -> str:
        """The number of a row, from 1."""
        return f"{self._watched.name} row {number + 1}"

    def close(self) -> None:
        """Close the file."""
        self._groups.clear()
        self._file.close()
        self._watched.close()

    def __repr__(self) -> str:
        return f"<ParquetTable {self._watched.name!r} {len(self)} rows in {len(self._ends)} groups>"


def _plain(value: Any) -> Any:
    """A value as JSON could have it."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime() | date() | time():
            return value.isoformat()
        case bytes():
            try:
                return value.decode()
            except UnicodeDecodeError:
                return value.hex()
        case dict():
            return {str(key): _plain(member) for key, member in value.items()}
        case list() | tuple():
            return [_plain(member) for member in value]
        case _:
            return str(value)
