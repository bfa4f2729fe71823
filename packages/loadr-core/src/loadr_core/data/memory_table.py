"""Rows that are kept in memory: those of the plan itself, and of small files."""

from collections.abc import Sequence
from typing import Any

from loadr_core.data.table import Row, Table


class MemoryTable(Table):
    """Rows in a list.

    Args:
        rows: the rows.
        name: what to call them: `name row N`.
    """

    def __init__(self, rows: Sequence[dict[str, Any]], name: str) -> None:
        self._name = name
        self._rows = [self._row(number, values) for number, values in enumerate(rows)]

    def _row(self, number: int, values: dict[str, Any]) -> Row:
        row = Row(values)
        row.table = self
        row.number = number
        return row

    def __len__(self) -> int:
        return len(self._rows)

    def row(self, number: int) -> Row:
        """A row, numbered from 0."""
        return self._rows[number]

    def place(self, number: int) -> str:
        """The number of a row, from 1."""
        return f"{self._name} row {number + 1}"

    def __repr__(self) -> str:
        return f"<MemoryTable {self._name!r} {len(self)} rows>"
