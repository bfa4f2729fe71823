"""Which files are scripts. Apart from running them, so that a plan need not wait for the imports of that."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

# By the engine's entry-point name; nothing is imported for a plan.
_ENGINES: Final[Mapping[str, str]] = {
    **dict.fromkeys((".js", ".mjs", ".ts", ".mts"), "js"),
    ".py": "python",
}


def engine_of(name: str) -> str | None:
    """The name of the engine that runs a file; `None` for a plan."""
    return _ENGINES.get(Path(name).suffix)
