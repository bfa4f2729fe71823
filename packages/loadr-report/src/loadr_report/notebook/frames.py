"""Columns of values that become a frame of pandas or Polars when somebody wants one."""

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

from loadr_report.errors import MissingLibraryError


class Frame:
    """A table.

    Args:
        columns: values of the same number, by the column's name; `None` where there is none.

    Attributes:
        columns: the same.
    """

    def __init__(self, columns: Mapping[str, Sequence[Any]]) -> None:
        self.columns = dict(columns)

    @classmethod
    def of(cls, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> "Frame":
        """A table of rows, each with a value for every name."""
        found = list(rows)
        return cls({name: [row[place] for row in found] for place, name in enumerate(names)})

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self, column: str) -> Sequence[Any]:
        """The values of a column."""
        return self.columns[column]

    def rows(self) -> list[dict[str, Any]]:
        """The rows, each with its values by name."""
        return [dict(zip(self.columns, row, strict=True)) for row in zip(*self.columns.values(), strict=True)]

    def pandas(self) -> Any:
        """A `pandas.DataFrame`.

        Raises:
            MissingLibraryError: pandas is not installed.
        """
        return _library("pandas").DataFrame(self.columns)

    def polars(self) -> Any:
        """A `polars.DataFrame`.

        Raises:
            MissingLibraryError: Polars is not installed.
        """
        # A column may begin with whole numbers and go on with fractions: all of it decides about its type.
        return _library("polars").DataFrame(self.columns, infer_schema_length=None, strict=False)

    def __repr__(self) -> str:
        return f"<Frame of {len(self)} rows: {', '.join(self.columns)}>"


def _library(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingLibraryError(name, "notebook") from error
