"""Reading the places out of a QuickJS stack. Pure.

A frame of the engine's stack is `    at NAME (FILE:LINE:COLUMN)` or `    at FILE:LINE:COLUMN`; a syntax
error's only frame is that of the wrong token.
"""

import re
from collections.abc import Iterator
from typing import Final

from loadr_js.errors import Place

_FRAME: Final = re.compile(r"^\s*at (?:.*?\()?((?:[^\s():]|:(?!\d))+):(\d+)(?::(\d+))?\)?\s*$", re.MULTILINE)

# How the engine calls code without a file.
_SNIPPET: Final = "<input>"

GLUE_PREFIX: Final = "loadr:"
"""The file names of our own JavaScript begin with it."""


def places_of(stack: str) -> Iterator[Place]:
    """All places of a stack, the innermost first."""
    for frame in _FRAME.finditer(stack):
        yield Place(frame[1], int(frame[2]), int(frame[3] or 0))


def script_place(stack: str) -> Place | None:
    """The innermost place that is the user's, not ours."""
    return next((place for place in places_of(stack) if not is_ours(place.file)), None)


def snippet_place(stack: str) -> tuple[int, int]:
    """Line and column in the code of a plan that was run; zeros where the innermost place is in a module."""
    for place in places_of(stack):
        if place.file == _SNIPPET:
            return place.line, place.column
        if not is_ours(place.file):
            break
    return 0, 0


def script_stack(stack: str) -> str:
    """The stack without our own frames."""
    frames = [line.strip() for line in stack.splitlines() if line.strip()]
    return "\n".join(frame for frame in frames if GLUE_PREFIX not in frame)


def is_ours(file: str) -> bool:
    """Whether a file is one of ours: modules have names without a suffix: `k6/http`, `loadr/plan`.

    A user's may lie in a folder of such a name.
    """
    if file.startswith((GLUE_PREFIX, "<")) or file in ("k6", "native"):
        return True
    return file.startswith(("k6/", "loadr/")) and "." not in file.rpartition("/")[2]
