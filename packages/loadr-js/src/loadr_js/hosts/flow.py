"""What a running VU's script asks of its run: waiting, checks, groups, metrics, execution state."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from loadr_core.spi import ScriptAbort, ScriptHost
from loadr_js.errors import ScriptStopped
from loadr_js.runtime import wait_for
from loadr_js.runtime.context import HostError, HostFunction

if TYPE_CHECKING:
    from loadr_js.module import JsModule

SEPARATOR: Final = "::"
_MS: Final = 1000.0

Kind = Literal["counter", "gauge", "rate", "trend"]


class FlowHost:
    """The flow of one VU.

    Attributes:
        groups: the path of the running group, empty outside.
        tags: what the script has set for all samples of the VU.
        abort: what the script wants to end; set just before its call is unwound.
    """

    def __init__(self, module: "JsModule", host: ScriptHost) -> None:
        self._module = module
        self._host = host
        self._now = module.context.clock.now
        self._group_starts: list[tuple[str, float]] = []
        self.tags: dict[str, str] = {}
        self.abort: ScriptAbort | None = None

    def functions(self) -> dict[str, HostFunction]:
        """The host functions."""
        return {
            "sleep": self.sleep,
            "checks": self.check,
            "group_enter": self.enter_group,
            "group_leave": self.leave_group,
            "metric_add": self.add,
            "execution": self.execution,
            "options": lambda: dict(self._module.options),
            "abort": self.end_test,
            "mark_failed": self.end_test,
            "tags_get": lambda: {**self.tags, "scenario": self._host.scope.scenario},
            "tag_set": self.set_tag,
            "var_get": self.variable,
            "vars": lambda: dict(self._host.scope.variables),
            "var_set": self.set_variable,
            "row": self.row,
        }

    def begin(self) -> None:
        """A call begins: nothing is left of an interrupted one."""
        self._group_starts.clear()
        self.abort = None

    @property
    def group(self) -> str:
        """The path of the running group."""
        return self._group_starts[-1][0] if self._group_starts else self._host.tags.get("group", "")

    def sample_tags(self, own: Mapping[str, str] | None = None) -> dict[str, str]:
        """The tags of a sample made now."""
        inside = {"group": self.group} if self._group_starts else {}
        return {**self.tags, **inside, **(own or {})}

    def sleep(self, seconds: float) -> None:
        """`sleep`."""
        wait_for(self._host.sleep(seconds))

    def check(self, results: list[Any], tags: Mapping[str, str] | None) -> None:
        """`check`: names and outcomes in turn, all of one call."""
        sample_tags = self.sample_tags(_texts(tags)) if tags or self.tags or self._group_starts else {}
        for name, passed in zip(results[::2], results[1::2], strict=True):
            self._host.check(name, passed=passed, tags=sample_tags)

    def enter_group(self, name: str) -> None:
        """A group begins."""
        self._group_starts.append((f"{self.group}{SEPARATOR}{name}", self._now()))

    def leave_group(self) -> None:
        """A group ends; its time is recorded."""
        if self._group_starts:
            path, start = self._group_starts.pop()
            tags = {**self.tags, "group": path}
            self._host.record("trend", "group_duration", (self._now() - start) * _MS, tags)

    def add(self, metric: str, value: float, tags: Mapping[str, str] | None) -> None:
        """`Metric.add`."""
        kind = self._module.kinds.get(metric)
        if kind is None:
            raise HostError(f"the metric {metric!r} was not made at the script's top level")
        self._host.record(cast("Kind", kind), metric, value, self.sample_tags(_texts(tags)))

    def execution(self, topic: str) -> dict[str, Any]:
        """`k6/execution`."""
        scope = self._host.scope
        if topic == "vu":
            return {
                "idInInstance": scope.vu,
                "idInTest": scope.vu,
                "iterationInInstance": scope.iteration,
                "iterationInScenario": scope.iteration,
            }
        return {
            "name": scope.scenario,
            "iterationInInstance": scope.iteration,
            "iterationInTest": scope.iteration,
        }

    def end_test(self, reason: str) -> None:
        """`test.abort`: nothing of the call runs any more."""
        self.abort = ScriptAbort("test", reason or "aborted by the script")
        raise ScriptStopped

    def set_tag(self, key: str, value: str | None) -> None:
        """`vu.tags`."""
        if value is None:
            self.tags.pop(key, None)
        else:
            self.tags[key] = value

    def variable(self, name: str) -> Any:
        """`session.vars.x`."""
        return self._host.scope.variables.get(name)

    def set_variable(self, name: str, value: Any) -> None:
        """`session.vars.x = …`."""
        if value is None:
            self._host.scope.variables.pop(name, None)
        else:
            self._host.scope.variables[name] = value

    def row(self, source: str) -> dict[str, Any]:
        """`session.data(name)`: the iteration's row."""
        try:
            return dict(self._host.scope.rows[source])
        except KeyError as error:
            raise HostError(f"there is no data source {source!r}") from error


def _texts(tags: Mapping[str, Any] | None) -> dict[str, str]:
    return {str(key): str(value) for key, value in (tags or {}).items()}
