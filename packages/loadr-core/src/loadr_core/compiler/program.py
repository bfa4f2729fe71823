"""A scenario, compiled: what every VU of it runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from loadr_config.models import Scenario
from loadr_core.flow.step import Step
from loadr_core.numbering import VuNumbers
from loadr_core.recording.recorder import CounterCell, Recorder, RowSeries
from loadr_core.spi.protocol import ProtocolHandler
from loadr_core.spi.rows import CounterColumn, RowLayout, TrendColumn

ITERATION_LAYOUT = RowLayout(
    name="iteration",
    columns=("start", "end"),
    at="end",
    trends=(TrendColumn("iteration_duration", "end", "start"),),
    counters=(CounterColumn("iterations"),),
)


@dataclass(frozen=True, slots=True)
class ScenarioProgram:
    """A compiled scenario.

    Attributes:
        name: the scenario's name.
        config: the plan's scenario: executor and knobs.
        vus: the numbers of its VUs in the whole run.
        steps: what one iteration runs, in order.
        handlers: the protocols it uses; a VU opens one session of each, in this order.
        iterations: where complete iterations are recorded.
        interrupted: iterations cut off.
        exception: counts an exception by class and place.
    """

    name: str
    config: Scenario
    vus: VuNumbers
    steps: tuple[Step, ...]
    handlers: tuple[ProtocolHandler, ...]
    iterations: RowSeries
    interrupted: CounterCell
    exception: Callable[[str, str], None] = field(repr=False)


def exception_counter(recorder: Recorder, tags: Mapping[str, str]) -> Callable[[str, str], None]:
    """Count exceptions of a scenario's VUs by their class and the place where they arose."""

    def count(name: str, site: str) -> None:
        recorder.counter("vu_exceptions", {**tags, "exception": name, "site": site}).value += 1
        recorder.failure("exceptions", site, name)

    return count
