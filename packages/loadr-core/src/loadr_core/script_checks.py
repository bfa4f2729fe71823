"""What a script engine says about a plan's module before the run, by loading it once.

It is for engines that do not answer themselves (`TellsExports`): a sandboxed language can be loaded
without harm, and the engine's own limits of time and memory hold.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from loadr_config.diagnostics import Finding, Place, offset_of
from loadr_config.parts import PlanPart
from loadr_core.clock import SystemClock
from loadr_core.scripting.scripts import INLINE, script_context
from loadr_core.spi.checks import PlanContext, code_of
from loadr_core.spi.script import ScriptEngine, ScriptError, ScriptSource

if TYPE_CHECKING:
    from loadr_config.models import ScriptModule

_SITE: Final = re.compile(r"(?P<file>.*?)(?::(?P<line>\d+))?(?::(?P<column>\d+))?")


def exports_by_loading(
    engine: type[ScriptEngine], part: PlanPart, context: PlanContext, environment: Mapping[str, str]
) -> frozenset[str] | Finding | None:
    """Load a module: the functions that it exports, or why it cannot be loaded.

    Args:
        engine: the engine's class.
        part: the plan's module, a `ScriptModule`.
        context: what surrounds it.
        environment: `${env.X}`.

    Returns:
        `None` where the module's code cannot be had, which is told elsewhere.
    """
    module: ScriptModule = part.value
    text = code_of(module, context)
    if text is None:
        return None
    surroundings = script_context(
        module, folder=context.folder, clock=SystemClock(), environment=environment, options=context.config
    )
    try:
        return engine(surroundings).load(ScriptSource(text, module.file or INLINE)).exports
    except ScriptError as error:
        return _failed(part, text, error, context)


def _failed(part: PlanPart, text: str, error: ScriptError, context: PlanContext) -> Finding:
    """Say where a module failed: in its file, or inside of the plan."""
    module: ScriptModule = part.value
    message = f"the script cannot be loaded: {error.kind}: {error.message}"
    site = _SITE.fullmatch(error.site)
    line = int(site["line"] or 0) if site else 0
    column = int(site["column"] or 1) if site else 1
    if site is None or not line:
        return part.finding(message)
    if module.file is None:
        offset = min(offset_of(text, line, column), len(text))
        return Finding((*part.path, "script"), message, offset=offset, text=text)
    lines = text.split("\n")
    is_own = site["file"] == module.file and line <= len(lines)
    place = Place(str(context.folder / site["file"]), line, column, lines[line - 1] if is_own else None)
    return part.finding(message, below=("file",), place=place)
