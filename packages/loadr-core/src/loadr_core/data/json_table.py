"""JSON files that are an array of objects: rows by number.

A file of up to 1 MiB is parsed at once. Of a larger one only the places of its rows are kept, and a row is
parsed when it is taken, together with its neighbours of some KB.

Budget of large files: 3 us a row in the order of the file, 12 us in any other (benchmarks/data_feed.py).
"""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NoReturn

import orjson

from loadr_config.encodings import EncodingError, encoding_of
from loadr_config.models import JsonSource
from loadr_core.data.errors import RowError, SourceError
from loadr_core.data.files import DataFile
from loadr_core.data.json_rows import find_objects
from loadr_core.data.memory_table import MemoryTable
from loadr_core.data.row_index import BLOCK, CHUNK, RowIndex, ScanError
from loadr_core.data.table import Row, Table

SMALL: Final = 1 << 20
"""Bytes of a file that is kept in memory: as Python objects it takes some ten times as much."""

_HEAD: Final = 16
_LF: Final = b"\n"
_SPACE: Final = b" \t\r\n"
_BETWEEN: Final = b"], \t\r\n"
# Integers of 19 digits or more may be what orjson rounds to a float. Every digit becomes a 0, all else a
# blank: this finds them ten times as fast as a regular expression.
_DIGITS: Final = bytes(0x30 if 0x30 <= byte <= 0x39 else 0x20 for byte in range(256))
_LONG_NUMBER: Final = b"0" * 19


def open_json(
    source: JsonSource, folder: Path, small: int = SMALL, chunk: int = CHUNK, block: int = BLOCK
) -> Table:
    """Open a JSON file.

    Args:
        source: the plan's source.
        folder: its path starts here.
        small: bytes of a file that is kept in memory.
        chunk: bytes to index at once.
        block: bytes to read at once.

    Raises:
        SourceError: the file cannot be read, is no array of objects, or has no rows.
    """
    file = DataFile(folder / source.path, source.path)
    try:
        encoding = encoding_of(file.read(0, min(_HEAD, file.size)), None)
        if file.size > small and encoding.unit == 1:
            return JsonTable(file, encoding.mark, chunk, block)
        if file.size > small:
            reason = f"is {encoding.name.upper()}: JSON above {small >> 20} MiB must be UTF-8"
            raise EncodingError(reason)  # noqa: TRY301 - told as the others are
        text = file.read(encoding.mark, file.size - encoding.mark).decode(encoding.name)
    except UnicodeDecodeError:
        raise SourceError(f'"{file.name}" is not {encoding.name.upper()}') from None
    except EncodingError as error:
        raise SourceError(f'"{file.name}" {error}') from None
    except RowError as error:
        raise SourceError(str(error)) from None
    file.close()
    return MemoryTable(_parse_all(text.encode(), file.name), file.name)


class JsonTable(Table):
    """The rows of a large JSON file.

    Args:
        file: the file; closed with the table.
        begin: where the text begins.
        chunk: bytes to index at once.
        block: bytes to read at once.

    Raises:
        SourceError: it is no array of objects, or has no rows.
    """

    def __init__(self, file: DataFile, begin: int, chunk: int, block: int) -> None:
        self._file = file
        try:
            self._index = RowIndex(find_objects(file.read, begin, file.size, chunk), file.size, block)
        except ScanError as error:
            raise SourceError(f'"{file.name}" line {error.line}: {error.message}') from None
        first = self._index.block(0)[0] if self._index.rows else file.size
        opening = file.read(begin, min(first - begin, CHUNK)).strip(_SPACE)
        if opening != b"[":
            is_empty = not opening.strip(b"[]").strip(_SPACE)
            reason = "has no rows" if is_empty else "is not an array of objects"
            raise SourceError(f'"{file.name}" {reason}')
        self._block_number = -1
        self._block: list[Any] = []

    def __len__(self) -> int:
        return self._index.rows

    def row(self, number: int) -> Row:
        """A row, numbered from 0.

        Raises:
            RowError: it is no JSON object, or the file changed.
        """
        block, within = divmod(number, self._index.every)
        if block != self._block_number:
            self._read_block(block)
        values = self._block[within]
        if not isinstance(values, dict):
            raise RowError(f"{self.place(number)}: {values}")
        row = Row(values)
        row.table = self
        row.number = number
        return row

    def _read_block(self, number: int) -> None:
        self._block_number = -1
        data = self._file.read(*self._index.block(number)).rstrip(_BETWEEN)
        expected = self._index.rows_in(number)
        try:
            rows = loads(b"[%b]" % data)
        except (ValueError, RecursionError):
            rows = []
        if len(rows) != expected or not all(isinstance(row, dict) for row in rows):
            rows = list(_parse_each(data))
        if len(rows) != expected:
            raise self._file.changed()
        self._block, self._block_number = rows, number

    def place(self, number: int) -> str:
        """The file and the line in which a row begins; only the file when it cannot be read any more."""
        block, within = divmod(number, self._index.every)
        known, line = self._index.line_before(block)
        begin, size = self._index.block(block)
        try:
            data = self._file.read(known, begin + size - known)
        except RowError:
            return self._file.name
        row_begin = begin - known + _begins(data[begin - known :])[within]
        return f"{self._file.name} line {line + data[:row_begin].count(_LF)}"

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __repr__(self) -> str:
        return f"<JsonTable {self._file.name!r} {len(self)} rows>"


def loads(data: bytes) -> Any:
    """Parse JSON; integers of any length stay what they are.

    Raises:
        ValueError: it is no JSON.
    """
    if _LONG_NUMBER in data.translate(_DIGITS):
        return json.loads(data, parse_constant=_no_constant)
    return orjson.loads(data)


def _parse_all(data: bytes, name: str) -> list[dict[str, Any]]:
    try:
        rows = loads(data)
    except json.JSONDecodeError as error:
        raise SourceError(f'"{name}" line {error.lineno}: {error.msg}') from None
    except (ValueError, RecursionError) as error:
        raise SourceError(f'"{name}" is no JSON: {error}') from None
    if not isinstance(rows, list):
        raise SourceError(f'"{name}" is not an array of objects')
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise SourceError(f'"{name}" row {number} is not an object')
    if not rows:
        raise SourceError(f'"{name}" has no rows')
    return rows


def _parse_each(data: bytes) -> Iterator[dict[str, Any] | str]:
    """The rows of a block one by one: an object, or why it is none."""
    begins = _begins(data)
    for begin, end in pairwise([*begins, len(data)]):
        try:
            row = loads(data[begin:end].rstrip(_BETWEEN))
        except (ValueError, RecursionError) as error:
            yield str(error)
        else:
            yield row


def _begins(data: bytes) -> list[int]:
    """Where the objects of a block begin."""
    array = b"[" + data
    found = find_objects(lambda offset, size: array[offset : offset + size], 0, len(array), len(array))
    return [int(offset) - 1 for offset in next(found).offsets]


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
