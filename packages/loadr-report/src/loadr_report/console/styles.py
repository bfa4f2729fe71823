"""The colours and marks of everything on a console; a mark carries the meaning, its colour only helps."""

from typing import Final

GOOD: Final = "green"
BAD: Final = "bold red"
DOUBTFUL: Final = "yellow"
QUIET: Final = "dim"
VALUE: Final = "cyan"


def mark(*, good: bool) -> tuple[str, str]:
    """✓ or ✗, with its style."""
    return ("✓", GOOD) if good else ("✗", BAD)
