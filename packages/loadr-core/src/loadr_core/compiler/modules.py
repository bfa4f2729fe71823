"""The script modules of a plan in a worker: each loaded when something of the plan first asks for it."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from loadr_config.diagnostics import CodePlace
from loadr_config.models import ScriptModule, TestPlan
from loadr_core.errors import PlanRefusedError
from loadr_core.plugins import load_script_engine
from loadr_core.scripting.scripts import Scripts, open_scripts
from loadr_core.spi.clock import Clock
from loadr_core.spi.script import ScriptEngine

FindEngine = Callable[[str], type[ScriptEngine]]
"""Finds the class of an engine by its name; raises as `loadr_core.plugins.load_script_engine`."""

# A module of nothing: expressions need a script engine, but no code of its own.
_NO_MODULE: Final = ScriptModule.model_construct(script="\n")


class ScriptModules:
    """Loads modules, and knows which has what.

    Args:
        plan: the plan.
        folder: relative paths start here.
        clock: the time.
        environment: `${env.X}`.
        find_engine: finds engines; those that are installed when it is `None`.
        instance: the number of this worker among all, from 0.
        instances: how many workers there are.
        code_places: where the plan's code stands in its file, by its path in the plan.
        secrets: the plan's secrets, resolved.
    """

    def __init__(
        self,
        plan: TestPlan,
        folder: Path,
        clock: Clock,
        environment: Mapping[str, str],
        find_engine: FindEngine | None = None,
        instance: int = 0,
        instances: int = 1,
        *,
        code_places: Mapping[str, CodePlace] | None = None,
        secrets: Mapping[str, str] | None = None,
    ) -> None:
        self._plan = plan
        self._secrets = secrets or {}
        self._code_places = code_places or {}
        self._folder = folder
        self._clock = clock
        self._environment = environment
        self._find_engine = find_engine or load_script_engine
        self._instance = instance
        self._instances = instances
        self._loaded: dict[str, Scripts] = {}

    def of(self, engine: str) -> Scripts:
        """The module of an engine; one of nothing where the plan has none for it.

        Raises:
            PlanRefusedError: the engine is not installed, or its module cannot be loaded.
            ExtensionError: the engine is broken.
        """
        scripts = self._loaded.get(engine)
        if scripts is None:
            scripts = self._loaded[engine] = open_scripts(
                engine,
                self._plan.script_modules.get(engine, _NO_MODULE),
                self._find_engine(engine),
                folder=self._folder,
                clock=self._clock,
                environment=self._environment,
                options=self._plan.plugin_config(engine),
                instance=self._instance,
                instances=self._instances,
                secrets=self._secrets,
                place=self._code_places.get(f"{engine}.script"),
            )
        return scripts

    def all(self) -> list[Scripts]:
        """The plan's modules; raises as `of`."""
        return [self.of(engine) for engine in self._plan.script_modules]

    def exporting(self, function: str) -> list[Scripts]:
        """The modules that have a function; raises as `of`."""
        return _exporting(function, self.all())

    def having(self, function: str, place: str, engine: str | None = None) -> Scripts:
        """The one module that has a function.

        Args:
            function: its name.
            place: where the plan names it.
            engine: whose module must have it; any where it is `None`.

        Raises:
            PlanRefusedError: no module has it, or more than one; or as `of`.
        """
        asked = self.all() if engine is None else [self.of(engine)]
        having = _exporting(function, asked)
        if len(having) == 1:
            return having[0]
        if having:
            whose = " and ".join(scripts.name for scripts in having)
            raise PlanRefusedError([f"{place}: the modules {whose} both export {function!r}: rename one"])
        known = sorted({name for scripts in asked for name in scripts.module.exports})
        exported = ", ".join(known) or "nothing"
        raise PlanRefusedError(
            [f"{place}: the script exports no function {function!r}, it exports {exported}"]
        )

    def inherit(self, setup_data: Mapping[str, Any]) -> None:
        """Give every call into a module what its `setup` has returned."""
        for engine, scripts in self._loaded.items():
            scripts.setup_data = setup_data.get(engine)

    async def close(self) -> None:
        """Close the engines."""
        for scripts in self._loaded.values():
            await scripts.close()

    def __repr__(self) -> str:
        return f"<ScriptModules: {', '.join(self._loaded) or 'none loaded'}>"


def _exporting(function: str, modules: Iterable[Scripts]) -> list[Scripts]:
    return [scripts for scripts in modules if function in scripts.module.exports]
