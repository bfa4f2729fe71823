"""What a VU's script may ask for."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final, Literal

from loadr_config.metrics import MetricKind
from loadr_core.recording.recorder import RateCell, Recorder
from loadr_core.scripting.metrics import ScriptMetrics
from loadr_core.scripting.requests import ScriptRequests
from loadr_core.spi.clock import Clock
from loadr_core.spi.protocol import Response
from loadr_core.spi.scope import Scope
from loadr_core.spi.script import ScriptHost, ScriptRequest
from loadr_core.spi.standing import NO_RUN, InstanceStanding, ScenarioStanding, Standing

_MOST_CHECKS: Final = 1_000
_MOST_VALUES: Final = 1_000


class VuHost(ScriptHost):
    """The host of one VU's script.

    Args:
        scope: the VU.
        clock: the time.
        recorder: where checks are counted.
        tags: the scenario's tags.
        requests: sends requests.
        metrics: records values.
        mark_failed: is told why the run is to count as failed.

    Attributes:
        clock: the time.
        recorder: where everything is counted.
        standing: who knows where the run stands.
    """

    standing: Standing = NO_RUN

    def __init__(
        self,
        scope: Scope,
        clock: Clock,
        recorder: Recorder,
        tags: Mapping[str, str],
        requests: ScriptRequests,
        metrics: ScriptMetrics,
        mark_failed: Callable[[str], None],
    ) -> None:
        self.scope = scope
        self.clock = clock
        self.recorder = recorder
        self.tags = tags
        self._requests = requests
        self._metrics = metrics
        self._mark_failed = mark_failed
        self._checks: dict[tuple[object, ...], RateCell] = {}
        self._values: dict[tuple[object, ...], Callable[[float], None]] = {}
        # Samples without tags of their own, under the tags of the running step: the commonest by far.
        self._plain_tags: Mapping[str, str] | None = None
        self._plain_checks: dict[str, RateCell] = {}
        self._plain_values: dict[tuple[str, str], Callable[[float], None]] = {}

    def request(self, request: ScriptRequest) -> Coroutine[Any, Any, Response]:
        """Send a request and record it."""
        return self._requests.send(request, self.scope, self.tags)

    def open(self, request: ScriptRequest) -> Coroutine[Any, Any, Response]:
        """Open a conversation and record it."""
        return self._requests.send(request, self.scope, self.tags, opens=True)

    def sleep(self, seconds: float) -> Coroutine[Any, Any, None]:
        """Wait."""
        return self.clock.sleep(seconds)

    def check(self, name: str, *, passed: bool, tags: Mapping[str, str]) -> None:
        """Count a check."""
        cell = self._plain_checks.get(name) if not tags and self.tags is self._plain_tags else None
        if cell is None:
            cell = self._check_cell(name, tags)
        cell.total += 1
        cell.hits += passed
        if not passed:
            self.recorder.failure("checks", "", name)

    def mark_failed(self, reason: str) -> None:
        """Let the run count as failed."""
        self._mark_failed(reason)

    def instance_standing(self) -> InstanceStanding:
        """What this worker has done so far."""
        return self.standing.instance_standing()

    def scenario_standing(self) -> ScenarioStanding | None:
        """How far the VU's scenario is."""
        return self.standing.scenario_standing(self.scope.scenario)

    def record(
        self,
        kind: Literal["counter", "gauge", "rate", "trend"],
        metric: str,
        value: float,
        tags: Mapping[str, str],
    ) -> None:
        """Add a value to a metric of the script's own."""
        is_plain = not tags and self.tags is self._plain_tags
        add = self._plain_values.get((kind, metric)) if is_plain else None
        if add is None:
            add = self._value_adder(kind, metric, tags)
        add(value)

    def _check_cell(self, name: str, tags: Mapping[str, str]) -> RateCell:
        key = (name, *self.tags.items(), *tags.items())
        cell = self._checks.get(key)
        if cell is None:
            if len(self._checks) >= _MOST_CHECKS:
                self._checks.clear()
            cell = self.recorder.rate("checks", {"group": "", **self.tags, **tags, "check": name})
            self._checks[key] = cell
        if self._is_plain(tags, len(self._plain_checks)):
            self._plain_checks[name] = cell
        return cell

    def _value_adder(
        self, kind: Literal["counter", "gauge", "rate", "trend"], metric: str, tags: Mapping[str, str]
    ) -> Callable[[float], None]:
        key = (kind, metric, *self.tags.items(), *tags.items())
        add = self._values.get(key)
        if add is None:
            if len(self._values) >= _MOST_VALUES:
                self._values.clear()
            add = self._metrics.adder(MetricKind(kind), metric, {**self.tags, **tags})
            self._values[key] = add
        if self._is_plain(tags, len(self._plain_values)):
            self._plain_values[kind, metric] = add
        return add

    def _is_plain(self, tags: Mapping[str, str], known: int) -> bool:
        """Whether a sample is one of the commonest; what is known of others is forgotten when the step changes."""
        if tags or known >= _MOST_CHECKS:
            return False
        if self.tags is not self._plain_tags:
            self._plain_tags = self.tags
            self._plain_checks.clear()
            self._plain_values.clear()
        return True

    def __repr__(self) -> str:
        return f"<VuHost of VU {self.scope.vu} in {self.scope.scenario}>"


class TellingHost(VuHost):
    """A host whose checks are told to somebody as well.

    Args:
        tell: gets a check's name, and whether it held.
        given: as of `VuHost`.
    """

    def __init__(
        self,
        tell: Callable[[str, bool], None],
        *given: *tuple[
            Scope, Clock, Recorder, Mapping[str, str], ScriptRequests, ScriptMetrics, Callable[[str], None]
        ],
    ) -> None:
        super().__init__(*given)
        self._tell = tell

    def check(self, name: str, *, passed: bool, tags: Mapping[str, str]) -> None:
        """Count a check, and tell."""
        super().check(name, passed=passed, tags=tags)
        self._tell(name, passed)
