"""Results on a terminal: the summary at the end, the progress while a run goes on."""

from loadr_report.console.live import LiveView, progress_view
from loadr_report.console.progress import NoProgress, PlainProgress, ProgressView
from loadr_report.console.summary import render_summary

__all__ = ["LiveView", "NoProgress", "PlainProgress", "ProgressView", "progress_view", "render_summary"]
