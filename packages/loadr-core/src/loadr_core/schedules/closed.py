"""The schedule of the closed executors: how many VUs loop at a time, and what bounds their iterations.

Pure arithmetic over seconds since the scenario's start.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf

from loadr_config.models import (
    ConstantVus,
    ExternallyControlled,
    PerVuIterations,
    RampingVus,
    SharedIterations,
)
from loadr_config.ramps import Ramp, integer_steps
from loadr_core.segments import Segment

Steps = Iterator[tuple[float, int]]

ClosedScenario = ConstantVus | RampingVus | PerVuIterations | SharedIterations | ExternallyControlled


@dataclass(frozen=True, slots=True)
class ClosedSchedule:
    """When VUs may start iterations, in one instance.

    Attributes:
        segment: which VUs of the scenario are here: its stripe.
        steps: the moments at which the number of VUs changes, and the new number in the whole run; the
            first is at 0, all lie before `end`.
        end: seconds after which no iteration starts; infinite until somebody stops it.
        grace: seconds after `end` that running iterations are given.
        grace_down: seconds that the iteration of a VU is given when the number of VUs goes down.
        most: the largest number of VUs in the whole run that it can be scaled to; `None` for no bound.
        each: iterations of each VU; `None` for no bound.
        shared: iterations of all VUs of this instance together; `None` for no bound.
    """

    segment: Segment
    steps: Callable[[], Steps]
    end: float
    grace: float
    grace_down: float = inf
    most: int | None = None
    each: int | None = None
    shared: int | None = None

    @property
    def is_bounded(self) -> bool:
        """Whether a number of iterations ends it."""
        return self.each is not None or self.shared is not None

    @property
    def first_vus(self) -> int:
        """The number of VUs at the start, in the whole run."""
        return next(self.steps())[1]

    def vus(self, total: int) -> int:
        """How many VUs run here when `total` run in all."""
        return len(self.segment.stripe(total))

    @property
    def iterations(self) -> int | None:
        """All iterations of this instance; `None` when only time bounds them."""
        return self.shared if self.each is None else self.each * self.vus(self.first_vus)

    def fraction(self, elapsed: float, completed: int) -> float:
        """How much of the schedule is done, 0 to 1: by iterations where they bound it, else by time."""
        by_time = elapsed / self.end if self.end > 0 else 1.0
        total = self.iterations
        by_iterations = 0.0 if total is None else completed / total if total else 1.0
        return min(max(by_time if total is None else by_iterations, 0.0), 1.0)


def closed_schedule(config: ClosedScenario, segment: Segment) -> ClosedSchedule:
    """The part of a closed scenario that an instance runs."""
    grace = config.graceful_stop
    match config:
        case ConstantVus(vus=vus, duration=duration):
            return ClosedSchedule(segment, _constant(vus), duration, grace)
        case RampingVus():
            ramp = Ramp(config.start_vus, ((stage.duration, stage.target) for stage in config.stages))
            return ClosedSchedule(
                segment,
                lambda: _ramping(config.start_vus, ramp),
                ramp.duration,
                grace,
                grace_down=config.graceful_ramp_down,
            )
        case ExternallyControlled(vus=vus, max_vus=most, duration=limit):
            end = inf if limit is None else limit
            return ClosedSchedule(segment, _constant(vus), end, grace, most=most)
        case PerVuIterations(vus=vus, iterations=iterations, max_duration=longest):
            return ClosedSchedule(segment, _constant(vus), longest, grace, each=iterations)
        case SharedIterations(vus=vus, iterations=iterations, max_duration=longest):
            share = segment.turns(vus).below(iterations)
            return ClosedSchedule(segment, _constant(vus), longest, grace, shared=share)


def _constant(vus: int) -> Callable[[], Steps]:
    return lambda: iter(((0.0, vus),))


def _ramping(start: int, ramp: Ramp) -> Steps:
    yield 0.0, start
    # What changes at the very end changes nothing: from there on no iteration starts.
    yield from (step for step in integer_steps(ramp) if step[0] < ramp.duration)
