"""A loaded script: what it exports, and what its VUs share."""

import json
import posixpath
import re
from collections.abc import Mapping
from typing import Any, Final

from loadr_core.spi import Hook, ScriptContext, ScriptError, ScriptHost, ScriptModule, ScriptSource, VuScript
from loadr_js.hosts.files import ScriptFiles
from loadr_js.hosts.grpc import GrpcHost
from loadr_js.hosts.initial import LOG, initial_direct, initial_functions, read_file
from loadr_js.hosts.shared import SharedArrays
from loadr_js.options.settings import settings_of
from loadr_js.raising import script_error
from loadr_js.runtime import Limits
from loadr_js.runtime import ScriptContext as JsContext
from loadr_js.runtime.context import HostFunction
from loadr_js.runtime.outcomes import HostError
from loadr_js.runtime.places import script_place
from loadr_js.sources import ScriptFolder, prelude
from loadr_js.sources.built_in import PLAN_GLOBALS
from loadr_js.vu_script import JsVuScript

_HOOKS: Final[dict[str, Hook]] = {"beforeRequest": "before_request", "afterRequest": "after_request"}

_MIB: Final = 1 << 20

_METRIC_NAME: Final = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)

# Places at which calls throw that are said while the run goes on; all are counted.
_MOST_LOGGED: Final = 100


class JsModule(ScriptModule):
    """A script of a plan.

    Attributes:
        exports: the functions that it exports.
        options: what it exports as `options`.
        as_script: whether it is run directly, by k6's rules, not from a plan.
    """

    def __init__(self, context: ScriptContext, source: ScriptSource) -> None:
        """Run the module's top level once.

        Raises:
            ScriptFailed: it cannot be loaded.
        """
        self.context = context
        self.main = source.name
        self.as_script = bool(context.config.get("as_script", False))
        self.limits = Limits(context.timeout, max(context.memory_limit // _MIB, 1))
        self.settings = settings_of(context.config)
        self.folder = ScriptFolder(context.folder, source.name, source.text)
        self.shared = SharedArrays()
        self.files = ScriptFiles(lambda name: read_file(self, name), self.shared, self.name_of)
        self.kinds: dict[str, str] = {}
        self.times: set[str] = set()
        self._iterations: dict[str, int] = {}
        self._vus = 0
        self._logged: set[tuple[str, str]] = set()
        self.prelude = {**prelude(), "loadr:env": _environment(context.environment)}
        exported = self.load_into(self.initial_context())
        self.exports = frozenset(exported["functions"]) - set(self.settings.skipped)
        # What is run directly has no requests but its own.
        hooks = {} if self.as_script else _HOOKS
        self.hooks = frozenset(hook for name, hook in hooks.items() if name in self.exports)
        self.options: Mapping[str, Any] = exported["options"] or {}

    def prelude_of(self, scenario: str) -> dict[str, str]:
        """What runs before the script of a scenario's VUs, which may have an environment of its own."""
        own = self.settings.scenario_environment.get(scenario)
        if not own:
            return self.prelude
        return {**self.prelude, "loadr:env": _environment({**self.context.environment, **own})}

    def initial_context(self, more: Mapping[str, HostFunction] | None = None) -> JsContext:
        """A context of no VU, in which the script's top level can run, and nothing can wait.

        Args:
            more: host functions beside those of a top level.
        """
        return JsContext(
            {**initial_functions(self), **GrpcHost(self).functions(), **(more or {})},
            self.folder.load,
            self.limits,
            self.context.clock,
            self.prelude,
            direct=initial_direct(),
        )

    def load_into(self, context: JsContext) -> dict[str, Any]:
        """Load the script into a context, after the globals that a plan's script has; what it exports."""
        if not self.as_script:
            context.load_now(PLAN_GLOBALS)
        return context.load_now(self.main)

    def declare(self, kind: str, name: str, *, is_time: bool) -> None:
        """A metric of the script's own is made.

        Raises:
            HostError: it is of another kind already.
        """
        if _METRIC_NAME.fullmatch(name) is None:
            raise HostError(
                f"{name!r} is no name of a metric: letters, digits, _, - and ., a letter or _ first"
            )
        known = self.kinds.setdefault(name, kind)
        if known != kind:
            raise HostError(f"the metric {name!r} is a {known} already")
        if is_time:
            self.times.add(name)

    def name_of(self, file: str, stack: str) -> str:
        """The name of a file in the folder.

        Args:
            file: as a script names it: from its own place, as in k6; in a plan from the plan's folder.
            stack: where it does so.
        """
        if not self.as_script or posixpath.isabs(file):
            return file
        place = script_place(stack)
        opener = self.main if place is None else place.file
        return posixpath.normpath(posixpath.join(posixpath.dirname(opener), file))

    def log_exception(self, error: ScriptError, stack: str) -> None:
        """Say what a call has thrown, the first time at each place: a summary of the script's own may not tell.

        Args:
            error: the exception.
            stack: the script's frames.
        """
        key = (error.kind, error.site)
        if key not in self._logged and len(self._logged) < _MOST_LOGGED:
            self._logged.add(key)
            frames = "".join(f"\n  {frame}" for frame in stack.splitlines() if not frame.endswith("(native)"))
            LOG.error("%s: %s%s", error.kind, error.message, frames or f"\n  at {error.site}")

    def number_vu(self, vu: int) -> int:
        """The number of a VU among those of this worker, from 1.

        Args:
            vu: its number in the whole run; setup and teardown run as VU 0.
        """
        if not vu or self.context.instances == 1:
            return vu
        self._vus += 1
        return self._vus

    def number_iteration(self, scenario: str) -> int:
        """The number of an iteration that begins, among those of its scenario in this worker, from 0."""
        number = self._iterations[scenario] = self._iterations.get(scenario, -1) + 1
        return number

    def open(self, host: ScriptHost) -> VuScript:
        """Make a VU's instance: a runtime of its own."""
        with script_error(self.main):
            return JsVuScript(self, host)

    def __repr__(self) -> str:
        return f"<JsModule {self.main}: {', '.join(sorted(self.exports))}>"


def _environment(environment: Mapping[str, str]) -> str:
    """`__ENV`, made in JavaScript before anything else runs."""
    return f"globalThis.__ENV = {json.dumps(dict(environment))};"
