"""Exceptions of a user's code, with the place in that code."""

import traceback
from pathlib import Path
from typing import Final

from loadr_core.spi import ScriptError

_OWN: Final = Path(__file__).parent


def failure(error: Exception, name: str, folder: Path, module: str | None = None) -> ScriptError:
    """What is reported of an exception.

    Args:
        error: the exception.
        name: the name of the code that was run, for messages: the module's, or that of a step.
        folder: the user's modules are inside of it.
        module: the module's name, where it is another.
    """
    if isinstance(error, SyntaxError):
        where = _shown(error.filename or name, name, folder) or name
        within = (error.lineno or 1, error.offset or 0) if where == name else None
        return ScriptError(type(error).__name__, error.msg, f"{where}:{error.lineno or 1}", within)
    site, within = name, None
    for frame in traceback.extract_tb(error.__traceback__):
        place = module if frame.filename == module else _shown(frame.filename, name, folder)
        if place is not None:
            site = f"{place}:{frame.lineno}"
            within = (frame.lineno or 1, 0) if place == name else None
    return ScriptError(type(error).__name__, str(error), site, within)


def _shown(filename: str, name: str, folder: Path) -> str | None:
    """The name of a file of the user's for messages, `None` for all other code."""
    if filename == name:
        return name
    path = Path(filename)
    inside = path.is_absolute() and path.is_relative_to(folder) and "site-packages" not in path.parts
    inside = inside and not path.is_relative_to(_OWN)
    return path.relative_to(folder).as_posix() if inside else None
