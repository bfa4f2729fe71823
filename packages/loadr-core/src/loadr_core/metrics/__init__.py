"""Measuring: rows and cells in the workers, deltas between, views in the coordinator."""

from loadr_core.metrics.aggregator import Aggregator, View
from loadr_core.metrics.delta import Delta
from loadr_core.metrics.histogram import Histogram
from loadr_core.metrics.recorder import FLUSH_ROWS, CounterCell, RateCell, Recorder, RowSeries
from loadr_core.metrics.tags import TagBudget
from loadr_core.metrics.timeline import Timeline

__all__ = [
    "FLUSH_ROWS",
    "Aggregator",
    "CounterCell",
    "Delta",
    "Histogram",
    "RateCell",
    "Recorder",
    "RowSeries",
    "TagBudget",
    "Timeline",
    "View",
]
