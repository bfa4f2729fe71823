"""What can be wrong with an expression before a run.

CompileError                 of the extension surface
├── ExpressionError          the user's mistake: it is not what its key takes it for
└── LibraryMissingError      the expression may be right; what evaluates it is not installed
"""

from loadr_core.spi.protocol import CompileError


class ExpressionError(CompileError):
    """An expression is wrong.

    Attributes:
        offset: characters from its start to the mistake, where that is known.
    """

    def __init__(self, message: str, hint: str = "", *, offset: int | None = None) -> None:
        super().__init__(message, hint)
        self.offset = offset


class LibraryMissingError(CompileError):
    """A library of an extra is not installed; the hint is the line to type."""
