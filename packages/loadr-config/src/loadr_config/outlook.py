"""What a scenario will do, as far as its plan tells: pure arithmetic, nothing runs.

`loadr explain` draws it. A figure that depends on how fast the target answers is None.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from loadr_config.durations import format_duration
from loadr_config.models import (
    ConstantArrivalRate,
    ConstantVus,
    ExternallyControlled,
    GroupStep,
    OpenScenario,
    PerVuIterations,
    RampingArrivalRate,
    RampingVus,
    RepeatStep,
    RequestStep,
    Scenario,
    SharedIterations,
    Step,
    ThinkTimeStep,
)
from loadr_config.ramps import Ramp

__all__ = ["Outlook", "outlook", "requests_of"]


@dataclass(frozen=True, slots=True)
class Outlook:
    """The future of one scenario.

    Attributes:
        words: Its schedule in a sentence without a name.
        start: Seconds from the start of the run.
        duration: Seconds for which iterations may start; None when somebody has to stop it.
        grace: Seconds that running iterations get after that.
        ramp: VUs or iterations per second over time, from its start.
        unit: What the ramp counts: `VUs` or `iterations/s`.
        max_vus: The most VUs at once; None where the pool sizes itself.
        iterations: How many start; None where that depends on the target.
        requests: Requests of one iteration; None where that depends on the flow.
    """

    words: str
    start: float
    duration: float | None
    grace: float
    ramp: Ramp
    unit: str
    max_vus: int | None
    iterations: int | None
    requests: int | None


def outlook(scenario: Scenario) -> Outlook:
    """Tell the future of a scenario."""
    words, duration, ramp, max_vus, iterations = _schedule(scenario)
    return Outlook(
        words=words,
        start=scenario.start_time,
        duration=duration,
        grace=scenario.graceful_stop,
        ramp=ramp,
        unit="iterations/s" if isinstance(scenario, OpenScenario) else "VUs",
        max_vus=max_vus,
        iterations=iterations,
        requests=requests_of(scenario.flow),
    )


def requests_of(steps: Sequence[Step]) -> int | None:
    """Count the requests of one pass through steps; None where a step decides at run time."""
    total = 0
    for step in steps:
        match step:
            case RequestStep():
                count: int | None = 1
            case ThinkTimeStep():
                count = 0
            case GroupStep(group=group):
                count = requests_of(group.steps)
            case RepeatStep(repeat=repeat):
                inner = requests_of(repeat.steps)
                count = None if inner is None else inner * repeat.times
            case _:
                count = None
        if count is None:
            return None
        total += count
    return total


def _schedule(scenario: Scenario) -> tuple[str, float | None, Ramp, int | None, int | None]:
    match scenario:
        case ConstantVus(vus=vus, duration=duration):
            words = f"{_vus(vus)} start iterations for {format_duration(duration)}"
            return words, duration, Ramp(vus, [(duration, vus)]), vus, None
        case PerVuIterations(vus=vus, iterations=each, max_duration=longest):
            words = f"{_vus(vus)} run {_iterations(each)} each, for at most {format_duration(longest)}"
            return words, longest, Ramp(vus, [(longest, vus)]), vus, vus * each
        case SharedIterations(vus=vus, iterations=shared, max_duration=longest):
            words = f"{_vus(vus)} share {_iterations(shared)}, for at most {format_duration(longest)}"
            return words, longest, Ramp(vus, [(longest, vus)]), vus, shared
        case RampingVus():
            ramp = Ramp(scenario.start_vus, [(stage.duration, stage.target) for stage in scenario.stages])
            words = f"up to {_vus(round(ramp.peak))} in {_stages(len(scenario.stages))}"
            return words, ramp.duration, ramp, round(ramp.peak), None
        case ConstantArrivalRate(rate=rate, time_unit=unit, duration=duration):
            words = f"{rate:g} iterations start every {format_duration(unit)} for {format_duration(duration)}"
            # The first start is at once, as in k6.
            starts = ceil(round(rate * duration / unit, 9))
            return words, duration, Ramp(rate / unit, [(duration, rate / unit)]), _pool(scenario), starts
        case RampingArrivalRate(time_unit=unit):
            stages = [(stage.duration, stage.target / unit) for stage in scenario.stages]
            ramp = Ramp(scenario.start_rate / unit, stages)
            words = (
                f"up to {ramp.peak * unit:g} starts every {format_duration(unit)} in {_stages(len(stages))}"
            )
            return words, ramp.duration, ramp, _pool(scenario), floor(round(ramp.total, 9))
        case ExternallyControlled(vus=vus, max_vus=most, duration=duration):
            until = "until it is stopped" if duration is None else f"for {format_duration(duration)}"
            words = f"{_vus(vus)} at the start, scaled by hand up to {most}, {until}"
            return words, duration, Ramp(vus, [(duration or 0.0, vus)]), most, None


def _pool(scenario: OpenScenario) -> int | None:
    return scenario.max_vus if scenario.max_vus is not None else scenario.pre_allocated_vus


def _vus(count: int) -> str:
    return f"{count:,} VU{'' if count == 1 else 's'}"


def _iterations(count: int) -> str:
    return f"{count:,} iteration{'' if count == 1 else 's'}"


def _stages(count: int) -> str:
    return f"{count} stage{'' if count == 1 else 's'}"
