"""What may go wrong in reading and writing results.

ReportError
├── FileReadError         the file is not there or cannot be read
├── FileWriteError        the file cannot be written
├── NotASummaryError      the file is no summary: no JSON, or fields are missing or wrong
└── SchemaTooNewError     the summary was written by a newer loadr
"""

from pathlib import Path


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
