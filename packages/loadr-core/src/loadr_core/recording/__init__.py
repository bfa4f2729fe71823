"""Recording in the workers: rows and cells on the hot path, folded some thousand at once."""

from loadr_core.recording.recorder import FLUSH_ROWS, CounterCell, RateCell, Recorder, RowSeries

__all__ = ["FLUSH_ROWS", "CounterCell", "RateCell", "Recorder", "RowSeries"]
