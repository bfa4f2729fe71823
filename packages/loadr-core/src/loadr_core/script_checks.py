"""What a script engine says about a plan's module before the run, by loading it once.

It is for engines that do not answer themselves (`TellsExports`): a sandboxed language can be loaded
without harm, and the engine's own limits of time and memory hold.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from loadr_config.diagnostics import Finding, Place
from loadr_config.models import JsModule, TestPlan
from loadr_config.parts import PlanPart, unknown_functions
from loadr_core.clock import SystemClock
from loadr_core.spi.checks import PlanContext
from loadr_core.spi.script import ScriptContext, ScriptEngine, ScriptError, ScriptSource

_INLINE: Final = "script"
_SITE: Final = re.compile(r"(?P<file>.*?)(?::(?P<line>\d+))?(?::(?P<column>\d+))?")


def check_by_loading(
    engine: type[ScriptEngine],
    part: PlanPart,
    context: PlanContext,
    environment: Mapping[str, str],
    plan: TestPlan,
) -> Iterator[Finding]:
    """Load a module, and compare the functions that the plan names with its exports.

    Args:
        engine: the engine's class.
        part: the plan's module, a `JsModule`.
        context: what surrounds it.
        environment: `${env.X}`.
        plan: where functions are named.
    """
    module: JsModule = part.value
    text = _text_of(module, context)
    if text is None:
        return
    limit = module.memory_limit_mb << 20
    surroundings = ScriptContext(
        SystemClock(), context.folder, environment, module.timeout, limit, context.config
    )
    try:
        exports = engine(surroundings).load(ScriptSource(text, module.file or _INLINE)).exports
    except ScriptError as error:
        yield _failed(part, text, error, context)
        return
    yield from unknown_functions(plan, exports)


def _text_of(module: JsModule, context: PlanContext) -> str | None:
    """The module's code; `None` where it cannot be had, which is told elsewhere."""
    if module.file is None:
        return module.script
    if not context.check_files:
        return None
    try:
        return (context.folder / module.file).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None


def _failed(part: PlanPart, text: str, error: ScriptError, context: PlanContext) -> Finding:
    """Say where a module failed: in its file, or inside of the plan."""
    module: JsModule = part.value
    message = f"the script cannot be loaded: {error.kind}: {error.message}"
    site = _SITE.fullmatch(error.site)
    line = int(site["line"] or 0) if site else 0
    column = int(site["column"] or 1) if site else 1
    lines = text.split("\n")
    if site is None or not line:
        return part.finding(message)
    if module.file is None:
        offset = sum(len(above) + 1 for above in lines[: line - 1]) + column - 1
        return Finding((*part.path, "script"), message, offset=min(offset, len(text)), text=text)
    is_own = site["file"] == module.file and line <= len(lines)
    place = Place(str(context.folder / site["file"]), line, column, lines[line - 1] if is_own else None)
    return part.finding(message, below=("file",), place=place)
