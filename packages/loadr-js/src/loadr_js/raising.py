"""From our exceptions to those of the engine's contract."""

from collections.abc import Iterator
from contextlib import contextmanager

from loadr_core.spi import ScriptError
from loadr_js.errors import ScriptFailed


@contextmanager
def script_error(module: str) -> Iterator[None]:
    """Translate what a script throws.

    Args:
        module: the name of the main module, where a failure has no place of its own.

    Raises:
        ScriptError: the script failed.
    """
    try:
        yield
    except ScriptFailed as failure:
        raise told(failure, module) from failure


def told(failure: ScriptFailed, module: str) -> ScriptError:
    """A failure of a script; arguments as of `script_error`."""
    site = module if failure.place is None else str(failure.place)
    return ScriptError(failure.name or "Error", failure.reason, site)
