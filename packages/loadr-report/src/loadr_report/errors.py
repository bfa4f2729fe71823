"""What may go wrong in reading and writing results.

ReportError
├── FileReadError         the file is not there or cannot be read
├── FileWriteError        the file cannot be written
├── NotASummaryError      the file is no summary: no JSON, or fields are missing or wrong
├── NotARunError          the file is no stored run, or broken
├── UnknownRunError       the store has no such run
├── AmbiguousRunError     the store has several runs that may be meant
└── SchemaTooNewError     the summary was written by a newer loadr
"""

from pathlib import Path
from typing import Final

_RUNS_NAMED: Final = 5


class ReportError(Exception):
    """The root: something about a result file that the user can see to.

    Attributes:
        path: The file it is about.
        hint: What the user may do, or an empty text.
        exit_code: What the command returns when it ends with this error.
    """

    exit_code = 1

    def __init__(self, path: Path, message: str, hint: str = "") -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.hint = hint


class FileReadError(ReportError):
    """The file is not there, is no file, or may not be read."""


class FileWriteError(ReportError):
    """The file cannot be written: no such folder, no right, no room."""


class NotASummaryError(ReportError):
    """The file is no summary; `problems` lists what is wrong, one field each, where that is known."""

    def __init__(self, path: Path, message: str, problems: tuple[str, ...] = ()) -> None:
        super().__init__(path, message, "loadr run --summary-export FILE writes a summary")
        self.problems = problems


class NotARunError(ReportError):
    """The file is no stored run, or it is broken."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(path, f"not a stored run: {problem}")


class UnknownRunError(ReportError):
    """The store has no run of that name."""

    def __init__(self, folder: Path, words: str, runs: int) -> None:
        super().__init__(
            folder, f"none of the runs kept here ({runs}) is {words!r}", "`loadr runs list` shows them"
        )
        self.words = words


class AmbiguousRunError(ReportError):
    """Several runs may be meant."""

    def __init__(self, folder: Path, words: str, found: tuple[str, ...]) -> None:
        named = ", ".join(found[:_RUNS_NAMED]) + (", …" if len(found) > _RUNS_NAMED else "")
        super().__init__(folder, f"{words!r} may be {len(found)} runs: {named}", "write more of the id")
        self.found = found


class SchemaTooNewError(ReportError):
    """The summary's schema is newer than what this loadr reads."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            path,
            f"schema {found} is newer than {known}, the newest that is known here",
            "upgrade loadr-report",
        )
        self.found = found
        self.known = known


class MissingLibraryError(ImportError):
    """A library that only a part of the package needs is not installed."""

    def __init__(self, library: str, extra: str) -> None:
        super().__init__(f"{library} is not installed: pip install 'loadr[{extra}]'", name=library)
