"""The HTML report: one file that stands for itself, offline, on a phone, on paper."""

from loadr_report.html.page import render_html

__all__ = ["render_html"]
