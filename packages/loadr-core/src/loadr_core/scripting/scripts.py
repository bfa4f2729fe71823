"""The script module of a plan in a worker, and what a scenario does with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from loadr_config.models import JsModule
from loadr_core.errors import PlanRefusedError
from loadr_core.recording.recorder import Recorder
from loadr_core.scripting.host import TellingHost, VuHost
from loadr_core.scripting.metrics import ScriptMetrics
from loadr_core.scripting.requests import ScriptRequests
from loadr_core.spi.clock import Clock
from loadr_core.spi.scope import Scope
from loadr_core.spi.script import (
    ScriptContext,
    ScriptEngine,
    ScriptError,
    ScriptModule,
    ScriptSource,
    VuScript,
)

ENGINE: Final = "js"
"""The key of a plan that has a module, and the name of the engine that runs it."""

_INLINE: Final = "script"


class Scripts:
    """A loaded module and its engine.

    Attributes:
        module: the module.
        setup_data: what the script's setup has returned; every call gets it.
    """

    def __init__(self, engine: ScriptEngine, source: ScriptSource) -> None:
        self._engine = engine
        self.setup_data: Any = None
        try:
            self.module: ScriptModule = engine.load(source)
        except ScriptError as error:
            raise PlanRefusedError([f"{ENGINE}: {error}"]) from error

    def require(self, function: str, place: str) -> str:
        """A function that the module has to have.

        Raises:
            PlanRefusedError: it has not.
        """
        if function not in self.module.exports:
            known = ", ".join(sorted(self.module.exports)) or "nothing"
            raise PlanRefusedError(
                [f"{place}: the script exports no function {function!r}, it exports {known}"]
            )
        return function

    async def close(self) -> None:
        """Close the engine."""
        await self._engine.close()

    def __repr__(self) -> str:
        return f"<Scripts: {', '.join(sorted(self.module.exports))}>"


def open_scripts(
    config: JsModule,
    engine: type[ScriptEngine],
    *,
    folder: Path,
    clock: Clock,
    environment: Mapping[str, str],
    options: Mapping[str, Any],
) -> Scripts:
    """Load a plan's module.

    Args:
        config: the plan's `js`.
        engine: the class of its engine.
        folder: relative paths start here.
        clock: the time.
        environment: `${env.X}`.
        options: the plan's `plugins[].config` for the engine.

    Raises:
        PlanRefusedError: it cannot be read or loaded.
    """
    context = ScriptContext(clock, folder, environment, config.timeout, config.memory_limit_mb << 20, options)
    return Scripts(engine(context), module_source(config, folder))


def module_source(config: JsModule, folder: Path) -> ScriptSource:
    """The code of a plan's module.

    Raises:
        PlanRefusedError: its file cannot be read.
    """
    if config.file is None:
        return ScriptSource(config.script or "", _INLINE)
    try:
        return ScriptSource((folder / config.file).read_text(encoding="utf-8"), config.file)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise PlanRefusedError([f"{ENGINE}.file: {config.file}: {reason}"]) from error


@dataclass(frozen=True, slots=True)
class ScenarioScripts:
    """What the VUs of a scenario need to have a script each.

    Attributes:
        scripts: the module.
        clock: the time.
        recorder: where checks are counted.
        tags: the scenario's tags.
        requests: sends requests.
        metrics: records values.
        tell: is told of the script's checks, or `None`.
    """

    scripts: Scripts
    clock: Clock
    recorder: Recorder
    tags: Mapping[str, str]
    requests: ScriptRequests
    metrics: ScriptMetrics
    tell: Callable[[str, bool], None] | None = None

    def open(self, scope: Scope) -> VuScript:
        """Make a VU's script.

        Raises:
            ScriptError: the module's top level failed.
        """
        given = (scope, self.clock, self.recorder, self.tags, self.requests, self.metrics)
        host = VuHost(*given) if self.tell is None else TellingHost(self.tell, *given)
        return self.scripts.module.open(host)
