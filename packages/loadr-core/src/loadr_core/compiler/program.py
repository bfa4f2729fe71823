"""A scenario, compiled: what every VU of it runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from loadr_config.models import Scenario
from loadr_core.compiler.starts import Starts
from loadr_core.data import DataSources
from loadr_core.flow.step import Step
from loadr_core.numbering import VuNumbers
from loadr_core.recording.recorder import CounterCell, Recorder, RowSeries
from loadr_core.scripting import ScenarioScripts
from loadr_core.setup_data import OncePart
from loadr_core.spi.protocol import ProtocolHandler
from loadr_core.spi.rows import CounterColumn, RowLayout, TrendColumn

ITERATION_LAYOUT = RowLayout(
    name="iteration",
    columns=("start", "end"),
    at="end",
    trends=(TrendColumn("iteration_duration", "end", "start"),),
    counters=(CounterColumn("iterations"),),
)


class CountException(Protocol):
    """Counts an exception."""

    def __call__(self, name: str, site: str, reason: str = "") -> None:
        """Count one.

        Args:
            name: its class.
            site: where it arose.
            reason: for the failure breakdown; empty where the class says it all.
        """


@dataclass(frozen=True, slots=True)
class ScenarioProgram:
    """A compiled scenario.

    Attributes:
        name: the scenario's name.
        config: the plan's scenario: executor and knobs.
        vus: the numbers of its VUs in the whole run.
        steps: what one iteration runs, in order.
        handlers: the protocols it uses; a VU opens one session of each, in this order.
        data: what its VUs take rows from.
        iterations: where complete iterations are recorded.
        interrupted: iterations cut off.
        exception: counts an exception by class, place and reason.
        starts: where starts are recorded, in open models; else `None`.
        scripts: what a VU needs to have its scripts, one for each engine that the scenario uses.
        on_start: called once before a VU's first iteration, or `None`.
        on_stop: called once after its last one, or `None`.
        warned: the keys of which a failure was logged already; all are counted.
        variables: what every VU has from its start on; filled when the plan's setup is over.
    """

    name: str
    config: Scenario
    vus: VuNumbers
    steps: tuple[Step, ...]
    handlers: tuple[ProtocolHandler, ...]
    data: DataSources
    iterations: RowSeries
    interrupted: CounterCell
    exception: CountException = field(repr=False)
    starts: Starts | None = None
    scripts: tuple[ScenarioScripts, ...] = ()
    on_start: Step | None = None
    on_stop: Step | None = None
    warned: set[str] = field(default_factory=set, repr=False)
    variables: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class OnceProgram:
    """The steps of a part that runs once in the whole fleet, compiled.

    Attributes:
        part: which.
        steps: what it runs, in order.
        handlers: the protocols it uses; it opens one session of each, in this order.
        data: what it takes rows from.
        scripts: what it needs to have its scripts, one for each engine that has a part in it.
    """

    part: OncePart
    steps: tuple[Step, ...]
    handlers: tuple[ProtocolHandler, ...]
    data: DataSources
    scripts: tuple[ScenarioScripts, ...] = ()


def exception_counter(recorder: Recorder, tags: Mapping[str, str]) -> CountException:
    """Count exceptions of a scenario's VUs by their class and the place where they arose."""

    def count(name: str, site: str, reason: str = "") -> None:
        recorder.counter("vu_exceptions", {**tags, "exception": name, "site": site}).value += 1
        recorder.failure("exceptions", site, f"{name}: {reason}" if reason else name)

    return count
