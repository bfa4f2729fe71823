"""The columns of data sources, as far as they can be known before the run.

A large file is not read for a check: of a CSV file its first MiB is looked at, of a JSON file above 8 MiB how
it begins, of a Parquet file its first bytes.
"""

import codecs
import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from loadr_config.checks.context import CheckContext
from loadr_config.encodings import EncodingError, encoding_of, known_encoding
from loadr_config.models import CsvSource, DataSource, InlineSource, JsonSource, ParquetSource

_HEAD: Final = 1 << 20
_WHOLE_JSON: Final = 8 << 20
_PARQUET: Final = b"PAR1"


class RowsError(Exception):
    """A data file is not what its source says."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What is known of a file's columns.

    Attributes:
        names: Their names; None when there may be others.
        warnings: Rows that will fail those who take them, with their lines.
    """

    names: frozenset[str] | None
    warnings: tuple[str, ...] = ()


def columns_of(source: DataSource, context: CheckContext) -> frozenset[str] | None:
    """Return the names of a source's columns, or None when they cannot be known."""
    if isinstance(source, InlineSource):
        return frozenset(column for row in source.rows for column in row)
    if not context.check_files:
        return None
    try:
        return columns_in_file(source, context.folder).names
    except RowsError:
        return None


def columns_in_file(source: CsvSource | JsonSource | ParquetSource, folder: Path) -> Columns:
    """Return what is known of a file's columns.

    Raises:
        RowsError: The file cannot be read, or is not what the source says.
    """
    file = folder / source.path
    try:
        with file.open("rb") as stream:
            head = stream.read(_WHOLE_JSON + 1 if isinstance(source, JsonSource) else _HEAD + 1)
        if isinstance(source, ParquetSource):
            return _parquet_columns(head, source.path)
        if head.startswith(_PARQUET):
            raise RowsError(f'"{source.path}" is a Parquet file: type: parquet')
        if isinstance(source, CsvSource):
            return _csv_columns(head, source)
        return _json_columns(head, source)
    except EncodingError as error:
        raise RowsError(f'"{source.path}" {error}') from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise RowsError(f'"{source.path}" cannot be read: {reason}') from None


def _parquet_columns(head: bytes, name: str) -> Columns:
    if not head.startswith(_PARQUET):
        raise RowsError(f'"{name}" is no Parquet file')
    return Columns(None)


def _csv_columns(head: bytes, source: CsvSource) -> Columns:
    """Look at the rows of the first MiB; the last of them may be cut off."""
    is_whole = len(head) <= _HEAD
    text = _text(
        head, None if source.encoding is None else known_encoding(source.encoding), source.path, is_whole
    )
    # The default, 128 KiB a value, is a limit of the process and not of the format.
    csv.field_size_limit(max(csv.field_size_limit(), _HEAD))
    rows = _csv_rows(text, source.delimiter)
    if not is_whole and len(rows) > 1:
        rows.pop()
    if not rows:
        raise RowsError(f'"{source.path}" has no rows')
    _, first = rows[0]
    if not source.has_header:
        names = [f"col{index}" for index in range(len(first))]
    else:
        names = [name.strip() for name in first]
        if is_whole and len(rows) == 1:
            raise RowsError(f'"{source.path}" has a header but no rows')
        for name in names:
            if names.count(name) > 1:
                raise RowsError(f'"{source.path}" has the column "{name}" twice')
    ragged = [(line, len(row)) for line, row in rows if len(row) != len(first)]
    return Columns(frozenset(names), tuple(_ragged(source.path, ragged, len(first))))


def _csv_rows(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Return the rows with the lines in which they begin."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows = []
    line = 1
    for row in reader:
        if row:
            rows.append((line, row))
        line = reader.line_num + 1
    return rows


def _ragged(name: str, rows: list[tuple[int, int]], columns: int) -> list[str]:
    """Tell of the first row with too many or too few values, and how many others there are."""
    if not rows:
        return []
    line, values = rows[0]
    others = f", and {_counted(len(rows) - 1, 'other row')} like it" if len(rows) > 1 else ""
    return [f'"{name}" line {line}: {_counted(values, "value")} for {_counted(columns, "column")}{others}']


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _text(head: bytes, asked: str | None, name: str, is_whole: bool) -> str:
    encoding = encoding_of(head[:16], asked)
    data = head[encoding.mark :]
    try:
        return codecs.getincrementaldecoder(encoding.name)().decode(data, is_whole)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise RowsError(f'"{name}" line {line} is not {encoding.name.upper()}; set "encoding"') from None


def _json_columns(head: bytes, source: JsonSource) -> Columns:
    is_whole = len(head) <= _WHOLE_JSON
    encoding = encoding_of(head[:16], None)
    try:
        if not is_whole:
            start = head[encoding.mark : _HEAD].decode(encoding.name, "ignore").lstrip()
            if not (start.startswith("[") and start[1:].lstrip().startswith("{")):
                raise RowsError(f'"{source.path}" is not an array of objects')
            return Columns(None)
        rows = json.loads(head[encoding.mark :].decode(encoding.name))
    except UnicodeDecodeError:
        raise RowsError(f'"{source.path}" is not {encoding.name.upper()}') from None
    except RecursionError:
        raise RowsError(f'"{source.path}" is nested too deeply') from None
    except json.JSONDecodeError as error:
        raise RowsError(f'"{source.path}" is no JSON: {error}') from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RowsError(f'"{source.path}" is not an array of objects')
    if not rows:
        raise RowsError(f'"{source.path}" has no rows')
    return Columns(frozenset(column for row in rows for column in row))
