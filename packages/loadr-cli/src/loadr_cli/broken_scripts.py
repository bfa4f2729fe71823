"""Scripts that are run directly and cannot be loaded."""

from loadr_config import Diagnostic
from loadr_core.errors import ScriptFailedError


class BrokenScriptError(ScriptFailedError):
    """A script cannot be loaded.

    Attributes:
        diagnostic: where, and why.
    """

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic
