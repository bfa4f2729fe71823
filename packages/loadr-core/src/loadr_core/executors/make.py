"""Which executor runs a scenario."""

from loadr_config.models import ConstantVus, PerVuIterations, Scenario, SharedIterations
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
        case ConstantVus() | PerVuIterations() | SharedIterations() as config:
            schedule = closed_schedule(config, segment)
            return ClosedExecutor(program, schedule, seed=seed, clock=clock, on_abort=on_abort)
        case other:
            raise PlanRefusedError([f"scenarios.{program.name}: executor {other.executor} is not built yet"])


def vus_of(scenario: Scenario) -> int:
    """How many VU numbers a scenario takes, over all instances."""
    match scenario:
        case ConstantVus() | PerVuIterations() | SharedIterations():
            return scenario.vus
        case _:
            return 0
