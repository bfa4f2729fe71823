"""The errors of this distribution.

::

    TestingError
    ├── TargetStartError    the demo target's process did not come up
    └── MissingExtraError   a helper needs a library that is not installed
"""


class TestingError(Exception):
    """Root of everything that loadr-testing raises on purpose."""

    __test__ = False  # the name starts with "Test"; pytest must not collect it


class TargetStartError(TestingError):
    """The demo target's process ended, or stayed silent, before it told its address.

    Args:
        message: What happened, for a person.
        exit_code: The process's exit code, if it ended by itself.
    """

    def __init__(self, message: str, exit_code: int | None = None) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class MissingExtraError(TestingError):
    """A helper needs a library that is not installed.

    Args:
        library: The missing distribution, as pip knows it.
        purpose: What it would have been used for.
    """

    def __init__(self, library: str, purpose: str) -> None:
        super().__init__(f"{purpose} needs {library}: pip install {library}")
        self.library = library
