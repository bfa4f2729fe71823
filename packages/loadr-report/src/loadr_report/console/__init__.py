"""Results on a terminal: the summary at the end, the progress while a run goes on."""

from loadr_report.console.live import LiveView, progress_view
from loadr_report.console.progress import PlainProgress
from loadr_report.console.summary import render_summary

__all__ = ["LiveView", "PlainProgress", "progress_view", "render_summary"]
