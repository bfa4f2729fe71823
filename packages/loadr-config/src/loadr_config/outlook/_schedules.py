"""One scenario: its schedule, and how many iterations and requests come of it."""

from dataclasses import dataclass
from math import ceil, floor

from loadr_config.durations import format_duration
from loadr_config.models import (
    ConstantArrivalRate,
    ConstantVus,
    ExternallyControlled,
    OpenScenario,
    PerVuIterations,
    RampingArrivalRate,
    RampingVus,
    Scenario,
    SharedIterations,
    ThinkTime,
)
from loadr_config.outlook._counts import MANY, Count, bounded
from loadr_config.outlook._flows import ANY, requests_of, shortest_pause
from loadr_config.ramps import Ramp

_ROUNDED = 9
"""Digits kept of a product before it is rounded up or down: 30 times 0.1 are 3 starts, not 4."""


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
        iterations: How many start, if no `max_duration` cuts them off.
        requests: Requests of one iteration.
        pause: Seconds that an iteration waits at least.
        is_random: The number of iterations is only the expected one.
    """

    words: str
    start: float
    duration: float | None
    grace: float
    ramp: Ramp
    unit: str
    max_vus: int | None
    iterations: Count
    requests: Count
    pause: float
    is_random: bool = False

    @property
    def all_requests(self) -> Count:
        """The requests of all iterations."""
        return self.iterations * self.requests


@dataclass(frozen=True, slots=True)
class _Schedule:
    words: str
    duration: float | None
    ramp: Ramp
    max_vus: int | None
    iterations: Count


def outlook(scenario: Scenario, think_time: ThinkTime | None = None) -> Outlook:
    """Tell the future of a scenario.

    Args:
        scenario: The scenario.
        think_time: The plan's `defaults.think_time`.
    """
    pause = shortest_pause(scenario.flow, scenario.think_time or think_time)
    schedule = _schedule(scenario, pause)
    requests = requests_of(scenario.flow)
    return Outlook(
        words=schedule.words,
        start=scenario.start_time,
        duration=schedule.duration,
        grace=scenario.graceful_stop,
        ramp=schedule.ramp,
        unit="iterations/s" if isinstance(scenario, OpenScenario) else "VUs",
        max_vus=schedule.max_vus,
        iterations=schedule.iterations,
        # What a function of the script sends is known to nobody.
        requests=requests if scenario.exec is None else requests + ANY,
        pause=pause,
        is_random=isinstance(scenario, OpenScenario) and scenario.arrival == "poisson",
    )


def _schedule(scenario: Scenario, pause: float) -> _Schedule:
    match scenario:
        case ConstantVus(vus=vus, duration=duration):
            words = f"{_vus(vus)} start iterations for {format_duration(duration)}"
            ramp = _flat(vus, duration)
            return _Schedule(words, duration, ramp, bounded(vus), _until_time_is_over(scenario, ramp, pause))
        case RampingVus():
            stages = [(stage.duration, bounded(stage.target)) for stage in scenario.stages]
            ramp = Ramp(bounded(scenario.start_vus), stages)
            most = round(ramp.peak)
            words = f"up to {_vus(most)} in {_stages(len(stages))}"
            return _Schedule(words, ramp.duration, ramp, most, _until_time_is_over(scenario, ramp, pause))
        case PerVuIterations(vus=vus, iterations=each, max_duration=longest):
            words = f"{_vus(vus)} run {_iterations(each)} each, for at most {format_duration(longest)}"
            return _Schedule(words, longest, _flat(vus, longest), bounded(vus), Count.exactly(vus * each))
        case SharedIterations(vus=vus, iterations=shared, max_duration=longest):
            words = f"{_vus(vus)} share {_iterations(shared)}, for at most {format_duration(longest)}"
            return _Schedule(words, longest, _flat(vus, longest), bounded(vus), Count.exactly(shared))
        case ExternallyControlled(vus=vus, max_vus=most, duration=duration):
            until = "until it is stopped" if duration is None else f"for {format_duration(duration)}"
            words = f"{_vus(vus)} at the start, scaled by hand up to {_number(most)}, {until}"
            return _Schedule(words, duration, _flat(vus, duration or 0.0), bounded(most), ANY)
        case ConstantArrivalRate() | RampingArrivalRate():
            return _open(scenario)


def _open(scenario: ConstantArrivalRate | RampingArrivalRate) -> _Schedule:
    unit = scenario.time_unit
    pool = scenario.max_vus if scenario.max_vus is not None else scenario.pre_allocated_vus or None
    every = "second" if unit == 1 else format_duration(unit)
    if isinstance(scenario, ConstantArrivalRate):
        ramp = _flat(scenario.rate / unit, scenario.duration)
        words = f"{scenario.rate:g} iterations start every {every} for {format_duration(scenario.duration)}"
        # The first start is at once, as in k6.
        starts = ceil(round(min(ramp.total, MANY), _ROUNDED))
    else:
        stages = [(stage.duration, min(stage.target / unit, MANY)) for stage in scenario.stages]
        ramp = Ramp(min(scenario.start_rate / unit, MANY), stages)
        words = f"up to {ramp.peak * unit:g} iterations start every {every} in {_stages(len(stages))}"
        starts = floor(round(min(ramp.total, MANY), _ROUNDED))
    most = None if pool is None else bounded(pool)
    # None runs without a VU that is free at its time: how many are dropped is the target's affair.
    return _Schedule(words, ramp.duration, ramp, most, Count.exactly(starts))


def _until_time_is_over(scenario: ConstantVus | RampingVus, ramp: Ramp, pause: float) -> Count:
    """Bound the iterations of VUs that start one after the other until a time.

    A VU that is there for L seconds starts at most L / pause + 1 iterations, and a ramp upwards brings it
    once. Pacing bounds the starts of the whole scenario.
    """
    bounds = []
    if pause > 0:
        if isinstance(scenario, ConstantVus):
            bounds.append(bounded(scenario.vus) * ceil(round(min(scenario.duration / pause, MANY), _ROUNDED)))
        else:
            bounds.append(bounded(_vu_seconds(ramp) / pause + _arrivals(ramp)))
    if scenario.pacing is not None:
        paced = scenario.pacing.iterations_per_second * ramp.duration
        bounds.append(ceil(round(min(paced, MANY), _ROUNDED)))
    return Count(0, bounded(min(bounds)) if bounds else None)


def _vu_seconds(ramp: Ramp) -> float:
    """The time of all VUs together; they are whole, so half a VU is missing upwards and too much downwards.

    See `loadr_config.ramps.integer_steps`: each change comes at the end of its part of the stage.
    """
    return ramp.total + sum(
        piece.duration / 2 if piece.last < piece.first else -piece.duration / 2
        for piece in ramp.pieces
        if piece.last != piece.first
    )


def _arrivals(ramp: Ramp) -> float:
    """How many VUs come in all, those counted again that had left."""
    rises = (piece.last - piece.first for piece in ramp.pieces)
    return ramp.pieces[0].first + sum(rise for rise in rises if rise > 0)


def _flat(value: float, duration: float) -> Ramp:
    height = min(value, MANY)
    return Ramp(height, [(duration, height)])


def _number(count: int) -> str:
    return f"{count:,}" if count < MANY else "countless"


def _vus(count: int) -> str:
    return f"{_number(count)} VU{'' if count == 1 else 's'}"


def _iterations(count: int) -> str:
    return f"{_number(count)} iteration{'' if count == 1 else 's'}"


def _stages(count: int) -> str:
    return f"{count} stage{'' if count == 1 else 's'}"
