"""From our exceptions to those of the engine's contract."""

from collections.abc import Iterator
from contextlib import contextmanager

from loadr_core.spi import ScriptError
from loadr_js.errors import ScriptFailed
from loadr_js.runtime.places import snippet_place
from loadr_js.snippets import Snippet


@contextmanager
def script_error(module: str, snippet: Snippet | None = None) -> Iterator[None]:
    """Translate what a script throws.

    Args:
        module: the name of the main module, where a failure has no place of its own.
        snippet: the code of a plan that was run.

    Raises:
        ScriptError: the script failed.
    """
    try:
        yield
    except ScriptFailed as failure:
        raise told(failure, module, snippet) from failure


def told(failure: ScriptFailed, module: str, snippet: Snippet | None = None) -> ScriptError:
    """A failure of a script; arguments as of `script_error`."""
    name, reason = failure.name or "Error", failure.reason
    line, column = (0, 0) if snippet is None else snippet_place(failure.stack)
    if snippet is not None and line:
        # On its first line a snippet stands behind the head of its function, which the engine may mean as well.
        column = max(column - len(snippet.prefix), 1) if line == 1 else column
        return ScriptError(name, reason, f"{snippet.name}:{line}:{column}", (line, column))
    site = module if failure.place is None else str(failure.place)
    return ScriptError(name, reason, site)
