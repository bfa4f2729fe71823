"""Which executor runs a scenario."""

from loadr_config.models import ConstantArrivalRate, RampingArrivalRate
from loadr_core.compiler.program import ScenarioProgram
from loadr_core.errors import PlanRefusedError
from loadr_core.executors.base import Executor
from loadr_core.executors.closed import ClosedExecutor
from loadr_core.schedules import closed_schedule
from loadr_core.segments import Segment
from loadr_core.spi.clock import Clock
from loadr_core.vu import OnAbort


def make_executor(
    program: ScenarioProgram, segment: Segment, *, seed: int, clock: Clock, on_abort: OnAbort
) -> Executor:
    """The executor of a compiled scenario.

    Raises:
        PlanRefusedError: this version does not have it.
    """
    match program.config:
        case ConstantArrivalRate() | RampingArrivalRate() as other:
            raise PlanRefusedError([f"scenarios.{program.name}: executor {other.executor} is not built yet"])
        case closed:
            schedule = closed_schedule(closed, segment)
            return ClosedExecutor(program, schedule, seed=seed, clock=clock, on_abort=on_abort)
