"""What can go wrong with scripts.

JsError                     everything below
├── ScriptFailed            an exception of the script, or one of its limits; with its place
├── ScriptSyntaxError       a module cannot be parsed, or imports what does not exist
└── EngineError             the installed engine is not the one that this version knows

`ScriptStopped` is no error: the iteration was cancelled, and the script's frames have been unwound.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a script; line and column count from 1, 0 where they are not known."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        numbers = [str(number) for number in (self.line, self.column) if number]
        return ":".join([self.file, *numbers])


class JsError(Exception):
    """The root."""


class ScriptFailed(JsError):
    """The script threw something, or went beyond a limit.

    Attributes:
        name: the exception's class, such as `TypeError`; `Interrupted` beyond the time limit.
        reason: its message.
        place: the first place of the script on its stack; `None` when there is none.
        stack: the script's stack, a line a frame.
    """

    def __init__(self, name: str, reason: str, place: Place | None = None, stack: str = "") -> None:
        super().__init__(f"{name}: {reason}" if name else reason)
        self.name = name
        self.reason = reason
        self.place = place
        self.stack = stack

    def __str__(self) -> str:
        words = f"{self.name}: {self.reason}" if self.name else self.reason
        return words if self.place is None else f"{words} ({self.place})"


class ScriptSyntaxError(ScriptFailed):
    """A module cannot be parsed, or imports what does not exist."""


class EngineError(JsError):
    """The installed engine is not the one that this version knows."""


class ScriptStopped(BaseException):
    """The call was cancelled; raised inside host calls to unwind the script, which cannot catch it."""
