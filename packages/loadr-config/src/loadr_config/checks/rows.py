"""The columns of data sources, as far as they can be known before the run."""

import csv
import json
from pathlib import Path
from typing import Final

from loadr_config.checks.context import CheckContext
from loadr_config.models import CsvSource, DataSource, InlineSource, JsonSource

_MAX_JSON: Final = 64_000_000
"""Larger files are not parsed for a check; the run says what is wrong with them."""


class RowsError(Exception):
    """A data file is not what its source says."""


def columns_of(source: DataSource, context: CheckContext) -> frozenset[str] | None:
    """Return the names of a source's columns, or None when they cannot be known."""
    if isinstance(source, InlineSource):
        return frozenset(column for row in source.rows for column in row)
    if not context.check_files:
        return None
    try:
        return columns_in_file(source, context.folder)
    except RowsError:
        return None


def columns_in_file(source: CsvSource | JsonSource, folder: Path) -> frozenset[str] | None:
    """Return the names of a file's columns.

    Raises:
        RowsError: The file cannot be read, or is not what the source says.
    """
    file = folder / source.path
    try:
        if isinstance(source, CsvSource):
            return _csv_columns(file, source)
        return _json_columns(file)
    except UnicodeDecodeError:
        raise RowsError(f'"{source.path}" is not UTF-8') from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise RowsError(f'"{source.path}" cannot be read: {reason}') from None


def _csv_columns(file: Path, source: CsvSource) -> frozenset[str]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        try:
            first = next(csv.reader(stream, delimiter=source.delimiter), None)
        except csv.Error as error:
            raise RowsError(f'"{source.path}" is no CSV: {error}') from None
    if not first:
        raise RowsError(f'"{source.path}" has no rows')
    return frozenset(first if source.has_header else (f"col{index}" for index in range(len(first))))


def _json_columns(file: Path) -> frozenset[str] | None:
    if file.stat().st_size > _MAX_JSON:
        return None
    try:
        rows = json.loads(file.read_bytes())
    except RecursionError:
        raise RowsError(f'"{file.name}" is nested too deeply') from None
    except json.JSONDecodeError as error:
        raise RowsError(f'"{file.name}" is no JSON: {error}') from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RowsError(f'"{file.name}" is not an array of objects')
    if not rows:
        raise RowsError(f'"{file.name}" has no rows')
    return frozenset(column for row in rows for column in row)
