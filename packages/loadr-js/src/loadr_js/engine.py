"""The entry point of JavaScript: one engine per worker."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

from loadr_config.diagnostics import Finding, Severity
from loadr_config.models import ScriptModule as PlanModule
from loadr_config.parts import PlanPart
from loadr_config.summary import Summary
from loadr_core.spi import PlanContext, ScriptContext, ScriptEngine, ScriptModule, ScriptPlan, ScriptSource
from loadr_js.checks import check_snippets
from loadr_js.direct import plan_of_script, summary_of_script
from loadr_js.module import JsModule
from loadr_js.options.settings import settings_of
from loadr_js.raising import script_error
from loadr_js.runtime import LIMITS, door, self_test

_LOG: Final = logging.getLogger(__name__)


class JsEngine(ScriptEngine):
    """Runs JavaScript and TypeScript modules in QuickJS."""

    suffixes: ClassVar[frozenset[str]] = frozenset({".js", ".mjs", ".ts", ".mts"})

    def __init__(self, context: ScriptContext) -> None:
        """Check the engine that is installed.

        Raises:
            EngineError: it is not the one that this version knows.
        """
        super().__init__(context)
        if not self_test():
            _LOG.warning("%s", LIMITS)

    def load(self, source: ScriptSource) -> ScriptModule:
        """Load a module once, to know what it exports.

        Raises:
            ScriptError: it cannot be parsed, imports what does not exist, or threw.
        """
        with script_error(source.name):
            return JsModule(self.context, source)

    @classmethod
    def check(cls, parts: Sequence[PlanPart], context: PlanContext) -> Iterator[Finding]:
        """What is wrong with the steps and expressions of a plan; see `loadr_core.spi.Checks`."""
        del context
        if door.library() is None:
            modules = (part for part in parts if isinstance(part.value, PlanModule))
            yield from (part.finding(LIMITS, severity=Severity.WARNING) for part in modules)
        yield from check_snippets(parts)

    @classmethod
    def plan_of(
        cls, file: Path, folder: Path, environment: Mapping[str, str], options: Mapping[str, Any]
    ) -> ScriptPlan:
        """The plan of a script that is run directly."""
        return plan_of_script(file, folder, environment, options)

    @classmethod
    def submetrics(cls, config: Mapping[str, Any]) -> Sequence[str]:
        """The selectors that the script's summary lists."""
        return settings_of(config).submetrics

    @classmethod
    def summarize(
        cls,
        source: ScriptSource,
        folder: Path,
        environment: Mapping[str, str],
        config: Mapping[str, Any],
        summary: Summary,
        setup_data: Any = None,
    ) -> Mapping[str, str] | None:
        """What the script's `handleSummary` makes of the summary."""
        return summary_of_script(source, folder, environment, config, summary, setup_data)
