"""What can be wrong with a data source: before the run, and with one row during it.

SourceError     the user's mistake, found before the run; a `PlanRefusedError` is made of it
RowError        a row that is taken cannot be used: a `RenderError`, so that the request that needs it fails

Both name the file, and the line where there is one.
"""

from loadr_core.spi.text import RenderError


class SourceError(Exception):
    """A data source cannot be used; the message names the file."""


class RowError(RenderError):
    """A row cannot be used; the message names its place."""
