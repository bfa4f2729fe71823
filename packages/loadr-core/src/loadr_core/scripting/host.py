"""What a VU's script may ask for."""

from collections.abc import Callable, Mapping
from typing import Final, Literal

from loadr_config.metrics import MetricKind
from loadr_core.recording.recorder import RateCell, Recorder
from loadr_core.scripting.metrics import ScriptMetrics
from loadr_core.scripting.requests import ScriptRequests
from loadr_core.spi.clock import Clock
from loadr_core.spi.protocol import Response
from loadr_core.spi.scope import Scope
from loadr_core.spi.script import ScriptHost, ScriptRequest

_MOST_CHECKS: Final = 1_000


class VuHost(ScriptHost):
    """The host of one VU's script.

    Args:
        scope: the VU.
        clock: the time.
        recorder: where checks are counted.
        tags: the scenario's tags.
        requests: sends requests.
        metrics: records values.

    Attributes:
        clock: the time.
        recorder: where everything is counted.
    """

    def __init__(
        self,
        scope: Scope,
        clock: Clock,
        recorder: Recorder,
        tags: Mapping[str, str],
        requests: ScriptRequests,
        metrics: ScriptMetrics,
    ) -> None:
        self.scope = scope
        self.clock = clock
        self.recorder = recorder
        self.tags = tags
        self._requests = requests
        self._metrics = metrics
        self._checks: dict[tuple[object, ...], RateCell] = {}

    async def request(self, request: ScriptRequest) -> Response:
        """Send a request and record it."""
        return await self._requests.send(request, self.scope, self.tags)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self.clock.sleep(seconds)

    def check(self, name: str, *, passed: bool, tags: Mapping[str, str]) -> None:
        """Count a check."""
        key = (name, *self.tags.items(), *tags.items())
        cell = self._checks.get(key)
        if cell is None:
            if len(self._checks) >= _MOST_CHECKS:
                self._checks.clear()
            cell = self.recorder.rate("checks", {"group": "", **self.tags, **tags, "check": name})
            self._checks[key] = cell
        cell.total += 1
        cell.hits += passed
        if not passed:
            self.recorder.failure("checks", "", name)

    def record(
        self,
        kind: Literal["counter", "gauge", "rate", "trend"],
        metric: str,
        value: float,
        tags: Mapping[str, str],
    ) -> None:
        """Add a value to a metric of the script's own."""
        self._metrics.record(MetricKind(kind), metric, value, {**self.tags, **tags})

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
        *given: *tuple[Scope, Clock, Recorder, Mapping[str, str], ScriptRequests, ScriptMetrics],
    ) -> None:
        super().__init__(*given)
        self._tell = tell

    def check(self, name: str, *, passed: bool, tags: Mapping[str, str]) -> None:
        """Count a check, and tell."""
        super().check(name, passed=passed, tags=tags)
        self._tell(name, passed)
