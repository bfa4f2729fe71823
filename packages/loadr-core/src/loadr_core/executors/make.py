"""Which executor runs a scenario."""

from loadr_config.models import ConstantArrivalRate, RampingArrivalRate, Scenario
from loadr_core.compiler.program import ScenarioProgram
from loadr_core.executors.base import Executor
from loadr_core.executors.closed import ClosedExecutor
from loadr_core.executors.open import OpenExecutor
from loadr_core.executors.turnstile import Turnstile
from loadr_core.numbering import planned_vus
from loadr_core.randomness import generator
from loadr_core.schedules import PoolSize, Slots, arrivals_of, closed_schedule
from loadr_core.segments import Segment
from loadr_core.spi.clock import Clock
from loadr_core.vu import OnAbort


def make_throttle(config: Scenario, segment: Segment, clock: Clock) -> Turnstile | None:
    """What lets the requests of a scenario through, if it has a bound on them."""
    return (
        None
        if config.throttle is None
        else _turnstile(config.throttle.requests_per_second, config, segment, clock)
    )


def make_executor(
    program: ScenarioProgram,
    segment: Segment,
    *,
    throttle: Turnstile | None = None,
    seed: int,
    clock: Clock,
    on_abort: OnAbort,
) -> Executor:
    """The executor of a compiled scenario.

    Args:
        program: the compiled scenario.
        segment: which part of it is run here.
        throttle: what lets its requests through; the executor opens and closes it.
        seed: the run's seed.
        clock: the time.
        on_abort: called when an iteration ends more than itself.
    """
    match program.config:
        case ConstantArrivalRate() | RampingArrivalRate() as config:
            return OpenExecutor(
                program,
                arrivals_of(
                    config, segment.turns(planned_vus(config)), generator(seed, program.name, "arrivals")
                ),
                PoolSize(config, segment),
                segment,
                throttle=throttle,
                seed=seed,
                clock=clock,
                on_abort=on_abort,
            )
        case closed:
            schedule = closed_schedule(closed, segment)
            pacer = None
            if closed.pacing is not None:
                pacer = _turnstile(closed.pacing.iterations_per_second, closed, segment, clock)
            return ClosedExecutor(
                program, schedule, pacer=pacer, throttle=throttle, seed=seed, clock=clock, on_abort=on_abort
            )


def _turnstile(rate: float, config: Scenario, segment: Segment, clock: Clock) -> Turnstile:
    return Turnstile(Slots(rate, segment.turns(max(planned_vus(config), 1))), clock)
