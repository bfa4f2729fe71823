"""What loadr itself needs for a flow, beyond the HTTP client: in this process, without a network.

A plan's scenario is compiled and run by one VU, as in a worker. Its HTTP client is replaced by one that
renders what a request would send and returns a response that is there already. So flow, templates,
extraction, conditions, and recording with its folding into histograms are in the figure; sending,
receiving and the event loop's waits are not.
"""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from benchmarks.harness import clock
from benchmarks.harness.instant import InstantProtocol, InstantRequest, InstantResponse
from loadr_config import load_plan
from loadr_core.clock import SystemClock
from loadr_core.compiler import PlanCompiler, ScenarioProgram
from loadr_core.data import DataSources
from loadr_core.meetings import LocalMeetings
from loadr_core.numbering import VuNumbers
from loadr_core.plugins import ProtocolRegistry
from loadr_core.recording import Recorder
from loadr_core.spi import CompiledRequest, ProtocolSession, RequestSpec, Response, RowLayout, Scope
from loadr_core.templating import TextCompiler
from loadr_core.vu import VirtualUser
from loadr_core.worker.tuning import loop_factory
from loadr_protocols.http.layout import HTTP_LAYOUT

BODY: Final = json.dumps(
    {"id": 1, "user": "u", "token": "abcdef0123456789", "name": "loadr", "data": "x" * 421}
).encode()
_HEADERS: Final = MappingProxyType({"content-type": "application/json"})
_PADDING: Final = (0.0,) * (len(HTTP_LAYOUT.columns) - 8)


class _Response(InstantResponse):
    __slots__ = ()

    def __init__(self, now: float) -> None:
        super().__init__("HTTP/1.1", (0.0, 0.0, 0.0, 0.0, now, now, now + 1e-4, now + 2e-4, *_PADDING))

    @property
    def body(self) -> bytes:
        return BODY

    @property
    def headers(self) -> Mapping[str, str]:
        return _HEADERS

    @property
    def duration(self) -> float:
        return 2e-4


class _Request(InstantRequest):
    def __init__(self, spec: RequestSpec) -> None:
        super().__init__(SystemClock.now)
        self._spec = spec

    @property
    def method(self) -> str:
        return self._spec.method or "GET"

    @property
    def layout(self) -> RowLayout:
        return HTTP_LAYOUT

    def expects(self, status: int) -> bool:
        return status < 400

    async def send(self, session: ProtocolSession, scope: Scope) -> Response:
        del session
        spec = self._spec
        spec.url.render(scope)
        for _, text in spec.headers:
            text.render(scope)
        if spec.body is not None:
            spec.body.render(scope)
        return _Response(self.now())


class _Handler(InstantProtocol):
    name = "http"

    def compile(self, spec: RequestSpec) -> CompiledRequest:
        return _Request(spec)


def iteration_us(plan: str, *, rounds: int, iterations: int) -> float:
    """CPU microseconds of one iteration of a plan's first scenario.

    Args:
        plan: its YAML; no request in it may fail.
        rounds: the fastest of them counts, because everything else on the machine only ever adds.
        iterations: in each round.
    """
    program, recorder = compile_plan(plan)

    async def measure() -> float:
        user = VirtualUser(program, 1, 1, SystemClock(), lambda _abort: None)
        best = float("inf")
        for number in range(rounds + 1):
            start = clock.cpu()
            moment = SystemClock.now()
            for _ in range(iterations):
                moment = await user.iterate(moment)
            delta = recorder.take_delta()
            assert not delta.failures, delta.failures
            if number:  # the first round opens series and warms caches
                best = min(best, (clock.cpu() - start) / iterations)
        return best

    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        return runner.run(measure()) * 1e6


def plan_of_script(name: str, script: str) -> str:
    """A plan that runs a script as `loadr run script.js` does; JSON is YAML."""
    document = {
        "name": name,
        "js": {"script": script},
        "plugins": [{"name": "js", "config": {"as_script": True}}],
        "scenarios": {name: {"executor": "constant-vus", "vus": 1, "duration": "1s", "exec": "default"}},
    }
    return json.dumps(document)


def compile_plan(text: str) -> tuple[ScenarioProgram, Recorder]:
    """A plan's first scenario, ready for its VUs, with requests that are answered at once."""
    plan = load_plan("journey.yaml", text=text).plan
    assert plan is not None
    recorder, time = Recorder(), SystemClock()
    data = DataSources({}, Path(), 1, {})
    compiler = PlanCompiler(
        plan,
        TextCompiler(plan.variables, {}, {}, data),
        recorder,
        time,
        ProtocolRegistry({"http": _Handler}, {"http": "http"}),
        Path(),
        data,
        LocalMeetings(time),
    )
    return compiler.compile(next(iter(plan.scenarios)), VuNumbers()), recorder
