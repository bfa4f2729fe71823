"""Adding up what the series of a run gain, for outputs that send totals instead of samples."""

from loadr_outputs.series.output import SeriesOutput
from loadr_outputs.series.state import Reading, SeriesState, Window
from loadr_outputs.series.table import SeriesTable

__all__ = ["Reading", "SeriesOutput", "SeriesState", "SeriesTable", "Window"]
