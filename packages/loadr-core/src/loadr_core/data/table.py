"""Rows by number: what every kind of data source is to those who take rows from it."""

from abc import ABC, abstractmethod
from typing import Any

from loadr_core.data.errors import RowError


class Row(dict[str, Any]):
    """The values of a row by column; shared by all who took it, so nobody writes to it.

    Attributes:
        table: where it comes from.
        number: which one it is there, from 0.
    """

    __slots__ = ("number", "table")

    table: "Table"
    number: int

    def __missing__(self, column: str) -> Any:
        raise RowError(f'{self.table.place(self.number)} has no "{column}"')


class BrokenRow(dict[str, Any]):
    """A row that cannot be used: every value of it is the reason."""

    __slots__ = ("_reason",)

    def __init__(self, reason: str) -> None:
        super().__init__()
        self._reason = reason

    def __missing__(self, column: str) -> Any:
        raise RowError(self._reason)


class Table(ABC):
    """Rows that can be taken in any order.

    Attributes:
        columns: their names where all rows have the same, else `None`.
        is_text: whether every value is text by its nature: it has no members.
    """

    columns: tuple[str, ...] | None = None
    is_text: bool = False

    @abstractmethod
    def __len__(self) -> int:
        """How many rows there are."""

    @abstractmethod
    def row(self, number: int) -> Row:
        """A row, numbered from 0.

        Raises:
            RowError: it cannot be used; the message names its place.
        """

    @abstractmethod
    def place(self, number: int) -> str:
        """Where a row is, for people: file and line."""

    def close(self) -> None:
        """Let go of files; nothing is taken any more."""
        return
