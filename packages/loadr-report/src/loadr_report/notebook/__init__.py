"""A run as an object to explore, with frames of pandas and Polars."""

from loadr_report.notebook.frames import Frame
from loadr_report.notebook.loaded import LoadedRun, load_run

__all__ = ["Frame", "LoadedRun", "load_run"]
