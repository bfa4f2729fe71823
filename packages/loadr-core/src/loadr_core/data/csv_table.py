"""CSV files: rows by number, read from the disk when they are taken.

Budget: 2.5 us a row in the order of the file, 11 us in any other, of which four are the system calls that
read its block (benchmarks/data_feed.py).
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from loadr_config.encodings import Encoding, EncodingError, encoding_of, known_encoding
from loadr_config.models import CsvSource
from loadr_core.data.csv_rows import CsvRows
from loadr_core.data.errors import RowError, SourceError
from loadr_core.data.files import DataFile
from loadr_core.data.row_index import BLOCK, CHUNK, MAX_ROW, RowIndex, ScanError
from loadr_core.data.table import Row, Table

_HEAD: Final = 16
# What stands for bytes that could not be decoded (PEP 383); UTF-16 has no such thing.
_UNDECODED: Final = re.compile("[\udc80-\udcff]")
_REPLACED: Final = re.compile("\ufffd")


class CsvTable(Table):
    """The rows of a CSV file. All values are text.

    Args:
        source: the plan's source.
        folder: its path starts here.
        chunk: bytes to index at once.
        block: bytes to read at once.

    Raises:
        SourceError: the file cannot be read, is no CSV, or has no rows.
    """

    is_text = True

    def __init__(self, source: CsvSource, folder: Path, chunk: int = CHUNK, block: int = BLOCK) -> None:
        # The default, 128 KiB a value, is a limit of the process and not of the format.
        csv.field_size_limit(MAX_ROW)
        self._name = source.path
        self._delimiter = source.delimiter
        self._file = DataFile(folder / source.path, source.path)
        try:
            self._encoding = self._find_encoding(source)
            self._index = self._make_index(chunk, block)
            self._block_number = -1
            self._block: Sequence[str | list[str]] = ()
            self._damage: re.Pattern[str] | None = None
            self._first = 1 if source.has_header else 0
            self._columns = self.columns = self._read_columns(has_header=source.has_header)
        except (SourceError, RowError) as error:
            self._file.close()
            raise SourceError(str(error)) from None

    def _find_encoding(self, source: CsvSource) -> Encoding:
        asked = None if source.encoding is None else known_encoding(source.encoding)
        try:
            return encoding_of(self._file.read(0, min(_HEAD, self._file.size)), asked)
        except EncodingError as error:
            raise SourceError(f'"{self._name}" {error}') from None

    def _make_index(self, chunk: int, block: int) -> RowIndex:
        encoding = self._encoding
        rows = CsvRows(self._delimiter.encode(encoding.name), encoding.unit, encoding.order)
        end = self._file.size
        try:
            return RowIndex(rows.find(self._file.read, encoding.mark, end, chunk), end, block)
        except ScanError as error:
            raise SourceError(f'"{self._name}" line {error.line}: {error.message}') from None

    def _read_columns(self, *, has_header: bool) -> tuple[str, ...]:
        if not self._index.rows:
            raise SourceError(f'"{self._name}" has no rows')
        values = self._values(0)
        if not has_header:
            return tuple(f"col{index}" for index in range(len(values)))
        names = tuple(name.strip() for name in values)
        for name in names:
            if names.count(name) > 1:
                raise SourceError(f'"{self._name}" has the column "{name}" twice')
        if self._index.rows == 1:
            raise SourceError(f'"{self._name}" has a header but no rows')
        return names

    def __len__(self) -> int:
        return self._index.rows - self._first

    def row(self, number: int) -> Row:
        """A row, numbered from 0 without the header.

        Raises:
            RowError: it has too many or too few values, is not in the file's encoding, or the file changed.
        """
        values = self._values(number + self._first)
        columns = self._columns
        if len(values) != len(columns):
            raise RowError(
                f"{self.place(number)}: {_counted(values, 'value')} for {_counted(columns, 'column')}"
            )
        row = Row(zip(columns, values, strict=False))
        row.table = self
        row.number = number
        return row

    def _values(self, number: int) -> list[str]:
        """The values of a row, numbered with the header."""
        block, within = divmod(number, self._index.every)
        if block != self._block_number:
            self._read_block(block)
        values = self._block[within]
        if isinstance(values, str):
            values = values.split(self._delimiter)
        if self._damage is not None and any(map(self._damage.search, values)):
            raise RowError(f"{self._place(number)}: not {self._encoding.name}; set the encoding of the file")
        return values

    def _read_block(self, number: int) -> None:
        """Read a block and keep it: the next row is in it as a rule."""
        self._block_number = -1
        text, self._damage = self._decoded(number)
        # Without quotes a row is a line and its values are what is between delimiters.
        rows = list(self._parsed(text)) if '"' in text else _lines(text)
        if len(rows) != self._index.rows_in(number):
            raise self._file.changed()
        self._block, self._block_number = rows, number

    def _decoded(self, number: int) -> tuple[str, re.Pattern[str] | None]:
        """The text of a block, and what in it stands for bytes that are no text."""
        data = self._file.read(*self._index.block(number))
        try:
            return data.decode(self._encoding.name), None
        except UnicodeDecodeError:
            # Only the rows that hold these bytes are broken, not their neighbours.
            by_byte = self._encoding.unit == 1
            errors = "surrogateescape" if by_byte else "replace"
            return data.decode(self._encoding.name, errors), _UNDECODED if by_byte else _REPLACED

    def _parsed(self, text: str) -> Iterator[list[str]]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=self._delimiter)
        return (values for values in reader if values)

    def place(self, number: int) -> str:
        """The file and the line in which a row begins; only the file when it cannot be read any more."""
        return self._place(number + self._first)

    def _place(self, number: int) -> str:
        block, within = divmod(number, self._index.every)
        offset, line = self._index.line_before(block)
        begin, _ = self._index.block(block)
        try:
            before = self._file.read(offset, begin - offset).decode(self._encoding.name, "replace")
            text, _ = self._decoded(block)
        except RowError:
            return self._name
        line += before.count("\n") + before.count("\r") - before.count("\r\n")
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=self._delimiter)
        passed = 0
        for values in reader:
            if values and not within:
                break
            within -= bool(values)
            passed = reader.line_num
        return f"{self._name} line {line + passed}"

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __repr__(self) -> str:
        return f"<CsvTable {self._name!r} {len(self)} rows>"


def _lines(text: str) -> list[str]:
    """The lines of a text without quotes that are not blank."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return [line for line in lines if line] if "\n\n" in text else lines


def _counted(things: Sequence[str], name: str) -> str:
    return f"{len(things)} {name}{'' if len(things) == 1 else 's'}"
