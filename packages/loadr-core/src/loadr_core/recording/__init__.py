"""Recording in the workers: rows and cells on the hot path, folded in bulk with NumPy."""

from loadr_core.recording.bulk import BulkHistogram
from loadr_core.recording.recorder import FLUSH_ROWS, CounterCell, RateCell, Recorder, RowSeries

__all__ = ["FLUSH_ROWS", "BulkHistogram", "CounterCell", "RateCell", "Recorder", "RowSeries"]
