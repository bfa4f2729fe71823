"""Reading, writing and rendering the results of loadr runs.

`loadr_report.console` draws on terminals and imports rich; nothing here does.
"""

from loadr_report.errors import (
    AmbiguousRunError,
    FileReadError,
    FileWriteError,
    NotARunError,
    NotASummaryError,
    ReportError,
    SchemaTooNewError,
    UnknownRunError,
)
from loadr_report.files import read_summary, summary_text, write_summary, write_text
from loadr_report.html import render_html
from loadr_report.junit import render_junit
from loadr_report.markdown import render_markdown
from loadr_report.verdict import Verdict, judge

__all__ = [
    "AmbiguousRunError",
    "FileReadError",
    "FileWriteError",
    "NotARunError",
    "NotASummaryError",
    "ReportError",
    "SchemaTooNewError",
    "UnknownRunError",
    "Verdict",
    "judge",
    "read_summary",
    "render_html",
    "render_junit",
    "render_markdown",
    "summary_text",
    "write_summary",
    "write_text",
]
