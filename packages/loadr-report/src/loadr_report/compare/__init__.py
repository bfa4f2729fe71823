"""Comparing runs: statistics, verdicts, and how they are shown. Imports NumPy."""

from loadr_report.compare.change import Outcome
from loadr_report.compare.comparison import CONFIDENCE, FLOOR, Comparison, Row, compare
from loadr_report.compare.measures import Measure, Scale
from loadr_report.compare.page import comparison_page
from loadr_report.compare.showing import comparison_document, comparison_markdown, comparison_text

__all__ = [
    "CONFIDENCE",
    "FLOOR",
    "Comparison",
    "Measure",
    "Outcome",
    "Row",
    "Scale",
    "compare",
    "comparison_document",
    "comparison_markdown",
    "comparison_page",
    "comparison_text",
]
