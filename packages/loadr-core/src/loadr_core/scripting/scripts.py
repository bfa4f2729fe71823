"""The script module of a plan in a worker, and what a scenario does with it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from loadr_config.diagnostics import CodePlace
from loadr_config.models import JsModule, ScriptModule
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
    ScriptSource,
    VuScript,
)
from loadr_core.spi.script import ScriptModule as LoadedModule
from loadr_core.spi.standing import NO_RUN, Standing

INLINE: Final = "script"
"""The name of a module whose code stands in the plan."""

_INLINE_SITE: Final = re.compile(rf"{INLINE}:(?P<line>\d+)(?::(?P<column>\d+))?")


class Scripts:
    """A loaded module and its engine.

    Attributes:
        name: the engine's name, which is the plan's key of the module.
        module: the module.
        setup_data: what the script's setup has returned; every call gets it.

    Args:
        name: see above.
        engine: the engine.
        source: the module's code.
        place: where that stands in the plan's file; `None` where it has a file of its own.
    """

    def __init__(
        self, name: str, engine: ScriptEngine, source: ScriptSource, place: CodePlace | None = None
    ) -> None:
        self.name = name
        self._place = place
        self._engine = engine
        self.setup_data: Any = None
        try:
            self.module: LoadedModule = engine.load(source)
        except ScriptError as error:
            raise PlanRefusedError([f"{name}: {error}"]) from error

    def site_of(self, error: ScriptError) -> str:
        """Where an exception of the module arose: in the plan's file where the code stands there."""
        found = None if self._place is None else _INLINE_SITE.fullmatch(error.site)
        if self._place is None or found is None:
            return error.site
        return self._place.at(int(found["line"]), int(found["column"] or 0))

    async def close(self) -> None:
        """Close the engine."""
        await self._engine.close()

    def __repr__(self) -> str:
        return f"<Scripts: {', '.join(sorted(self.module.exports))}>"


def open_scripts(
    name: str,
    config: ScriptModule,
    engine: type[ScriptEngine],
    *,
    folder: Path,
    clock: Clock,
    environment: Mapping[str, str],
    options: Mapping[str, Any],
    instance: int = 0,
    instances: int = 1,
    secrets: Mapping[str, str] | None = None,
    place: CodePlace | None = None,
) -> Scripts:
    """Load a plan's module.

    Args:
        name: the engine's name.
        config: the plan's module.
        engine: the class of its engine.
        folder: relative paths start here.
        clock: the time.
        environment: `${env.X}`.
        options: the plan's `plugins[].config` for the engine.
        instance: the number of this worker among all, from 0.
        instances: how many workers there are.
        secrets: the plan's secrets, resolved.
        place: where the module's code stands in the plan's file.

    Raises:
        PlanRefusedError: it cannot be read or loaded.
    """
    context = script_context(config, folder=folder, clock=clock, environment=environment, options=options)
    context = replace(context, instance=instance, instances=instances, secrets=secrets or {})
    return Scripts(name, engine(context), module_source(name, config, folder), place)


def script_context(
    config: ScriptModule,
    *,
    folder: Path,
    clock: Clock,
    environment: Mapping[str, str],
    options: Mapping[str, Any],
) -> ScriptContext:
    """What an engine is made with, for a plan's module; a module has limits where its language can keep them."""
    limits: dict[str, Any] = {}
    if isinstance(config, JsModule):
        limits = {"timeout": config.timeout, "memory_limit": config.memory_limit_mb << 20}
    return ScriptContext(clock, folder, environment, config=options, **limits)


def module_source(name: str, config: ScriptModule, folder: Path) -> ScriptSource:
    """The code of a plan's module.

    Raises:
        PlanRefusedError: its file cannot be read.
    """
    if config.file is None:
        return ScriptSource(config.script or "", INLINE)
    try:
        return ScriptSource((folder / config.file).read_text(encoding="utf-8"), config.file)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise PlanRefusedError([f"{name}.file: {config.file}: {reason}"]) from error


@dataclass(frozen=True, slots=True)
class ScenarioScripts:
    """What the VUs of a scenario need to have a script each, of one engine.

    Attributes:
        scripts: the module.
        clock: the time.
        recorder: where checks are counted.
        tags: the scenario's tags.
        requests: sends requests.
        metrics: records values.
        mark_failed: is told why a script wants the run to count as failed.
        tell: is told of the script's checks, or `None`.
        executor: the scenario's executor.
        standing: who knows where the run stands.
    """

    scripts: Scripts
    clock: Clock
    recorder: Recorder
    tags: Mapping[str, str]
    requests: ScriptRequests
    metrics: ScriptMetrics
    mark_failed: Callable[[str], None]
    tell: Callable[[str, bool], None] | None = None
    executor: str = ""
    standing: Standing = NO_RUN

    @property
    def name(self) -> str:
        """The engine's name."""
        return self.scripts.name

    def open(self, scope: Scope) -> VuScript:
        """Make a VU's script.

        Raises:
            ScriptError: the module's top level failed.
        """
        given = (
            scope,
            self.clock,
            self.recorder,
            self.tags,
            self.requests,
            self.metrics,
            self.mark_failed,
        )
        host = VuHost(*given) if self.tell is None else TellingHost(self.tell, *given)
        host.executor = self.executor
        host.standing = self.standing
        return self.scripts.module.open(host)
