"""Folding rows: from tuples on the hot path to what a second gained.

There are two ways that give the same. `bulk` needs NumPy and is the cheaper one where rows are many; `plain` needs
nothing, for plans whose rows are too few to pay for NumPy's import (docs/adr/0039).
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from loadr_core.errors import ExtensionError
from loadr_core.metrics.histogram import HistogramDelta
from loadr_core.spi.rows import RowLayout

if TYPE_CHECKING:
    import numpy as np

Row = tuple[float, ...]


class Folded(NamedTuple):
    """What rows came to.

    Attributes:
        total: how many they were.
        sums: the sum of each column.
        trends: the values of each trend of their layout.
        raw: the rows themselves, where they are kept.
    """

    total: int
    sums: Sequence[float]
    trends: Sequence[HistogramDelta]
    raw: "Sequence[np.ndarray[tuple[int, int], np.dtype[np.float64]]]" = ()


NOTHING: Final = Folded(0, (), ())


class Fold(ABC):
    """Folds rows of one layout until they are taken.

    Attributes:
        phases: for each trend the places of its end and its start in a row.
    """

    def __init__(self, layout: RowLayout) -> None:
        self.layout = layout
        self.phases = tuple(
            (layout.index(trend.end), None if trend.start is None else layout.index(trend.start))
            for trend in layout.trends
        )

    @abstractmethod
    def add(self, rows: Sequence[Row]) -> None:
        """Fold rows, at least one.

        Raises:
            ExtensionError: a row does not fit the layout: the protocol's bug.
        """

    @abstractmethod
    def take(self) -> Folded:
        """What was folded since the last call."""

    def misfit(self) -> ExtensionError:
        """What to raise for a row that does not fit."""
        return ExtensionError(
            f"protocol {self.layout.name!r} made rows that are not {len(self.layout.columns)} wide"
        )
