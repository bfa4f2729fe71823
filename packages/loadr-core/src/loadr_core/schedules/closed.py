"""The schedule of the closed executors: a fixed number of VUs, each starting when it is free.

Pure arithmetic over seconds since the scenario's start.
"""

from dataclasses import dataclass

from loadr_config.models import ConstantVus, PerVuIterations, SharedIterations
from loadr_core.segments import Segment


@dataclass(frozen=True, slots=True)
class ClosedSchedule:
    """When VUs may start iterations.

    Attributes:
        first_vu: the number of the first VU within the scenario, from 0.
        vus: how many VUs run here.
        end: seconds after which no iteration starts.
        grace: seconds after `end` that running iterations are given.
        each: iterations of each VU; `None` for no bound.
        shared: iterations of all VUs together; `None` for no bound.
    """

    first_vu: int
    vus: int
    end: float
    grace: float
    each: int | None = None
    shared: int | None = None

    @property
    def iterations(self) -> int | None:
        """All iterations of this instance; `None` when only time bounds them."""
        return self.shared if self.each is None else self.each * self.vus

    def fraction(self, elapsed: float, completed: int) -> float:
        """How much of the schedule is done, 0 to 1: by iterations where they bound it, else by time."""
        by_time = elapsed / self.end if self.end > 0 else 1.0
        total = self.iterations
        by_iterations = 0.0 if total is None else completed / total if total else 1.0
        return min(max(by_time if total is None else by_iterations, 0.0), 1.0)


def closed_schedule(
    config: ConstantVus | PerVuIterations | SharedIterations, segment: Segment
) -> ClosedSchedule:
    """The part of a closed scenario that an instance runs."""
    span = segment.span(config.vus)
    first, vus, grace = span.start, len(span), config.graceful_stop
    match config:
        case ConstantVus(duration=duration):
            return ClosedSchedule(first, vus, duration, grace)
        case PerVuIterations(iterations=iterations, max_duration=longest):
            return ClosedSchedule(first, vus, longest, grace, each=iterations)
        case SharedIterations(iterations=iterations, max_duration=longest):
            share = segment.share_by(iterations, config.vus)
            return ClosedSchedule(first, vus, longest, grace, shared=share)
