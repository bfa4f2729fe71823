"""What a running VU's script asks of its run: waiting, checks, groups, metrics, execution state."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from loadr_core.spi import ScriptAbort, ScriptHost
from loadr_js.errors import ScriptStopped
from loadr_js.hosts.initial import LOG
from loadr_js.hosts.outside import refuse, refuse_abort
from loadr_js.runtime import wait_for
from loadr_js.runtime.context import DirectFunction, HostFunction
from loadr_js.runtime.outcomes import HostError

if TYPE_CHECKING:
    from loadr_js.module import JsModule

SEPARATOR: Final = "::"
_MS: Final = 1000.0
_NO_TAGS: Final[Mapping[str, str]] = MappingProxyType({})
_MOST_NUMBERS: Final = 1_000

Kind = Literal["counter", "gauge", "rate", "trend"]


class FlowHost:
    """The flow of one VU.

    Attributes:
        tags: what the script has set for all samples of the VU.
        abort: what the script wants to end; set just before its call is unwound.
        is_loaded: whether the script's top level has run: before, there is no execution to tell of.
    """

    def __init__(self, module: "JsModule", host: ScriptHost) -> None:
        self._module = module
        self._host = host
        self._now = module.context.clock.now
        self._group_starts: list[tuple[str, float]] = []
        self._checks: list[str] = []
        self._metrics: list[tuple[Kind, str]] = []
        self.tags: dict[str, str] = {}
        self.abort: ScriptAbort | None = None
        self.is_loaded = False
        self._counted = -1
        self._number = 0
        self._id_in_instance = module.number_vu(host.scope.vu)

    def functions(self) -> dict[str, HostFunction]:
        """The host functions."""
        return {
            "checks": self.check,
            "check_number": self.number_check,
            "group_enter": self.enter_group,
            "group_leave": self.leave_group,
            "metric_add": self.add,
            "metric_declare": self.declare,
            "metric_number": self.number_metric,
            "execution": self.execution,
            "options": self.options,
            "abort": self.end_test,
            "mark_failed": self.mark_failed,
            "tags_get": self.all_tags,
            "tag_set": self.set_tag,
            "var_get": self.variable,
            "vars": lambda: dict(self._host.scope.variables),
            "var_set": self.set_variable,
            "row": self.row,
            "secret": self.secret,
        }

    def direct(self) -> dict[str, DirectFunction]:
        """The host functions of the hot path."""
        return {"sleep": self.sleep, "checks": self.count, "add": self.add_number}

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

    def _own_tags(self) -> Mapping[str, str]:
        """The tags of a sample made now that has none of its own; the same empty mapping where there are none."""
        return self.sample_tags() if self.tags or self._group_starts else _NO_TAGS

    def sleep(self, seconds: float) -> None:
        """`sleep`."""
        wait_for(self._host.sleep(seconds))

    def check(self, results: list[Any], tags: Mapping[str, str] | None) -> None:
        """`check`: names and outcomes in turn, all of one call."""
        sample_tags = self.sample_tags(_texts(tags)) if tags else self._own_tags()
        for name, passed in zip(results[::2], results[1::2], strict=True):
            self._host.check(name, passed=passed, tags=sample_tags)

    def number_check(self, name: str) -> int | None:
        """The number by which the script knows a check's name from now on; `None` when there are too many."""
        if len(self._checks) >= _MOST_NUMBERS:
            return None
        self._checks.append(name)
        return len(self._checks) - 1

    def count(self, *outcomes: float) -> None:
        """`check` without tags of its own: twice the number of each name, and one more where it held."""
        tags, names, check = self._own_tags(), self._checks, self._host.check
        for outcome in outcomes:
            number = int(outcome)
            check(names[number >> 1], passed=bool(number & 1), tags=tags)

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
        self._host.record(self._kind(metric), metric, value, self.sample_tags(_texts(tags)))

    def number_metric(self, metric: str) -> int:
        """The number by which the script knows one of its metrics from now on."""
        known = (self._kind(metric), metric)
        if known not in self._metrics:
            self._metrics.append(known)
        return self._metrics.index(known)

    def add_number(self, number: float, value: float) -> None:
        """`Metric.add` without tags of its own."""
        kind, metric = self._metrics[int(number)]
        self._host.record(kind, metric, value, self._own_tags())

    def _kind(self, metric: str) -> Kind:
        kind = self._module.kinds.get(metric)
        if kind is None:
            raise HostError(f"the metric {metric!r} was not made at the script's top level")
        return cast("Kind", kind)

    def execution(self, topic: str) -> dict[str, Any]:
        """`k6/execution`: what is in scope of a topic."""
        if not self.is_loaded:
            refuse(topic)
        match topic:
            case "vu":
                return self._of_vu()
            case "instance":
                return self._of_instance()
            case _:
                return self._of_scenario()

    def _of_vu(self) -> dict[str, Any]:
        scope = self._host.scope
        return {
            "idInInstance": self._id_in_instance,
            "idInTest": scope.vu,
            "iterationInInstance": scope.iteration,
            "iterationInScenario": scope.iteration,
        }

    def _of_instance(self) -> dict[str, Any]:
        standing = self._host.instance_standing()
        return {
            "currentTestRunDuration": standing.elapsed * _MS,
            "iterationsCompleted": standing.completed,
            "iterationsInterrupted": standing.interrupted,
            "vusActive": standing.active_vus,
            "vusInitialized": standing.initialized_vus,
        }

    def _of_scenario(self) -> dict[str, Any]:
        """Nothing but an empty name in setup and teardown of a plan, which belong to none.

        Raises:
            HostError: k6 refuses to tell there.
        """
        scope, standing = self._host.scope, self._host.scenario_standing()
        if standing is None and self._module.as_script:
            refuse("scenario")
        number = self._number
        instance, instances = self._module.context.instance, self._module.context.instances
        in_test = number * instances + instance if scope.start_number is None else scope.start_number
        return {
            "name": scope.scenario,
            "executor": self._host.executor,
            "startTime": None if standing is None else int(standing.began * _MS),
            "progress": None if standing is None else standing.progress,
            "iterationInInstance": number,
            "iterationInTest": in_test,
        }

    def options(self) -> dict[str, Any]:
        """`test.options`."""
        if not self.is_loaded:
            refuse("options")
        module = self._module
        return dict(module.settings.options if module.as_script else module.options)

    def mark_failed(self, reason: str) -> None:
        """`test.fail`: the run counts as failed, and goes on."""
        if not self.is_loaded:
            refuse("fail")
        LOG.error("test marked as failed%s", f": {reason}" if reason else "")
        self._host.mark_failed(reason)

    def count_iteration(self) -> None:
        """A call begins that may be of another iteration: number it among those of its scenario here."""
        iteration = self._host.scope.iteration
        if iteration != self._counted:
            self._counted = iteration
            self._number = self._module.number_iteration(self._host.scope.scenario)

    def all_tags(self) -> dict[str, str]:
        """`vu.metrics.tags`: those of the scenario, and what the script has set."""
        scenario = self._host.scope.scenario
        given = {name: value for name, value in self._host.tags.items() if value}
        if scenario:
            given["scenario"] = scenario
        run = self._module.options.get("tags") if self._module.as_script else None
        return {**_texts(run), **given, "group": self.group, **self.tags}

    def declare(self, kind: str, name: str, is_time: bool) -> None:
        """A metric is made: as in k6 at the top level alone, where every user makes the same ones."""
        if self._module.as_script and name not in self._module.kinds:
            raise HostError(f"the metric {name!r} must be made at the script's top level", name="TypeError")
        self._module.declare(kind, name, is_time=is_time)

    def end_test(self, reason: str) -> None:
        """`test.abort`: nothing of the call runs any more."""
        if not self.is_loaded:
            refuse_abort(reason)
        LOG.error("test aborted%s", f": {reason}" if reason else "")
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

    def secret(self, name: str) -> str:
        """`k6/secrets`: a secret of the plan."""
        try:
            return self._module.context.secrets[name]
        except KeyError as error:
            known = ", ".join(self._module.context.secrets) or "none"
            raise HostError(f"the plan has no secret {name!r}: its secrets are {known}") from error

    def row(self, source: str) -> dict[str, Any]:
        """`session.data(name)`: the iteration's row."""
        try:
            return dict(self._host.scope.rows[source])
        except KeyError as error:
            raise HostError(f"there is no data source {source!r}") from error


def _texts(tags: Mapping[str, Any] | None) -> dict[str, str]:
    return {str(key): str(value) for key, value in (tags or {}).items()}
