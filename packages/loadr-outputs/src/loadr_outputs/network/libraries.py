"""Libraries that only some outputs need."""

from importlib import import_module
from types import ModuleType

from loadr_core.spi import OutputError


def require(module: str, output: str, extra: str = "outputs") -> ModuleType:
    """Import a module of an optional library.

    Raises:
        OutputError: it is not installed; names the way out.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise OutputError(
            f"{output} needs {error.name or module}, which is not installed: pip install 'loadr[{extra}]'"
        ) from error
