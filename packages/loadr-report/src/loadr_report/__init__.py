"""Reading, writing and rendering the results of loadr runs.

`loadr_report.console` draws on terminals and imports rich; nothing here does. What renders is imported at its
first use: a run that writes no report does not need it.
"""

from typing import TYPE_CHECKING, Any

from loadr_report.errors import (
    AmbiguousRunError,
    FileReadError,
    FileWriteError,
    MissingLibraryError,
    NotARunError,
    NotASummaryError,
    ReportError,
    SchemaTooNewError,
    UnknownRunError,
)
from loadr_report.files import read_summary, summary_text, write_summary, write_text
from loadr_report.verdict import Verdict, judge

if TYPE_CHECKING:
    from loadr_report.html import render_html
    from loadr_report.junit import render_junit
    from loadr_report.markdown import render_markdown
    from loadr_report.notebook import Frame, LoadedRun, load_run

__all__ = [
    "AmbiguousRunError",
    "FileReadError",
    "FileWriteError",
    "Frame",
    "LoadedRun",
    "MissingLibraryError",
    "NotARunError",
    "NotASummaryError",
    "ReportError",
    "SchemaTooNewError",
    "UnknownRunError",
    "Verdict",
    "judge",
    "load_run",
    "read_summary",
    "render_html",
    "render_junit",
    "render_markdown",
    "summary_text",
    "write_summary",
    "write_text",
]

_AT_FIRST_USE = {
    "Frame": "loadr_report.notebook",
    "LoadedRun": "loadr_report.notebook",
    "load_run": "loadr_report.notebook",
    "render_html": "loadr_report.html",
    "render_junit": "loadr_report.junit",
    "render_markdown": "loadr_report.markdown",
}


def __getattr__(name: str) -> Any:
    """Import what renders when it is asked for (PEP 562)."""
    module = _AT_FIRST_USE.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    value = globals()[name] = getattr(import_module(module), name)
    return value
