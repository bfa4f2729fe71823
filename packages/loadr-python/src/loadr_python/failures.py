"""Exceptions of a user's code, with the place in that code."""

import traceback
from pathlib import Path
from typing import Final

from loadr_core.spi import ScriptError

_OWN: Final = Path(__file__).parent


def failure(error: Exception, name: str, folder: Path) -> ScriptError:
    """What is reported of an exception.

    Args:
        error: the exception.
        name: the module's name, for messages.
        folder: the user's modules are inside of it.
    """
    if isinstance(error, SyntaxError):
        where = _shown(error.filename or name, name, folder) or name
        return ScriptError(type(error).__name__, error.msg, f"{where}:{error.lineno or 1}")
    site = name
    for frame in traceback.extract_tb(error.__traceback__):
        place = _shown(frame.filename, name, folder)
        if place is not None:
            site = f"{place}:{frame.lineno}"
    return ScriptError(type(error).__name__, str(error), site)


def _shown(filename: str, name: str, folder: Path) -> str | None:
    """The name of a file of the user's for messages, `None` for all other code."""
    if filename == name:
        return name
    path = Path(filename)
    inside = path.is_absolute() and path.is_relative_to(folder) and "site-packages" not in path.parts
    inside = inside and not path.is_relative_to(_OWN)
    return path.relative_to(folder).as_posix() if inside else None
