"""The schedule of the open executors: when each iteration is due, whatever became of those before.

The area under the rate counts starts. With a constant rate the first start is at once and start n at
area n; with a ramp start n is at area n + 1: both as in k6. Poisson arrivals are spaced by exponential
draws of mean 1 on the axis of the area (time rescaling: Brown et al. 2002), so that they follow any ramp.

Every instance counts all starts and does those that are its own (R10 of the accuracy requirements).
"""

from math import ceil, floor, inf, log1p
from random import Random

from loadr_config.models import ConstantArrivalRate, RampingArrivalRate
from loadr_config.ramps import Ramp
from loadr_core.segments import Turns

# Digits kept of an area before it is rounded to starts: 30 times 0.1 are 3 starts, not 4. As `explain` does.
_ROUNDED = 9


class Arrivals:
    """The starts of one instance, in order: a cursor over the schedule.

    Absolute offsets: what was late once delays nothing after it.

    Args:
        ramp: starts per second in the whole run, over seconds since the scenario's start.
        turns: which starts are this instance's.
        at_once: whether the first start is at 0.
        random: draws the gaps of Poisson arrivals; uniform ones when it is `None`.

    Attributes:
        end: seconds after which nothing is due.
        number: the number of the next start in the whole run, from 0.
        offset: seconds since the scenario's start at which it is due; infinite when nothing is left.
    """

    def __init__(self, ramp: Ramp, turns: Turns, *, at_once: bool, random: Random | None = None) -> None:
        self.end = ramp.duration
        self.number = -1
        self.offset = 0.0
        self._turns = turns
        self._random = random
        # Where start 0 is on the axis of the area.
        self._zero = 0.0 if at_once else 1.0
        self._area = 0.0
        self._ramp = ramp
        # Time and area before the running ramp.
        self._ramp_at = 0.0
        self._ramp_area = 0.0
        self._last_area = self._area_of_the_last()
        self.advance()

    def advance(self) -> None:
        """Go to the next start."""
        number = self._turns.at_or_after(self.number + 1)
        if self._random is None:
            self._area = number + self._zero
        else:
            draw = self._random.random
            for _ in range(number - self.number):
                self._area -= log1p(-draw())
        self.number = number
        self._find_offset()

    def change(self, elapsed: float, rate: float) -> None:
        """Go on with a constant rate until the end.

        Args:
            elapsed: seconds since the scenario's start.
            rate: starts per second in the whole run; 0 starts nothing.
        """
        if elapsed >= self.end:
            return
        self._ramp_area += self._ramp.area(elapsed - self._ramp_at)
        self._ramp_at = elapsed
        self._ramp = Ramp(rate, [(self.end - elapsed, rate)])
        self._last_area = self._area_of_the_last()
        self._find_offset()

    def rate(self, elapsed: float) -> float:
        """Starts per second in the whole run at a moment."""
        return self._ramp.value(elapsed - self._ramp_at)

    def _area_of_the_last(self) -> float:
        total = self._ramp_area + self._ramp.total
        if self._random is not None:
            return total
        rounded = round(total, _ROUNDED)
        return ceil(rounded) - 1.0 if not self._zero else float(floor(rounded))

    def _find_offset(self) -> None:
        if self._area > self._last_area or not self._turns.any:
            self.offset = inf
            return
        # The rounding of `_area_of_the_last` may let in what is a trifle beyond the ramp's own total.
        area = min(max(self._area - self._ramp_area, 0.0), self._ramp.total)
        moment = self._ramp.when(area)
        self.offset = inf if moment is None else self._ramp_at + moment

    def __repr__(self) -> str:
        return f"<Arrivals: start {self.number} at {self.offset:.6f} s of {self.end:g} s>"


def rates_of(config: ConstantArrivalRate | RampingArrivalRate) -> Ramp:
    """The starts per second over the seconds since the scenario's start."""
    unit = config.time_unit
    if isinstance(config, ConstantArrivalRate):
        return Ramp(config.rate / unit, [(config.duration, config.rate / unit)])
    return Ramp(config.start_rate / unit, ((stage.duration, stage.target / unit) for stage in config.stages))


def arrivals_of(
    config: ConstantArrivalRate | RampingArrivalRate, turns: Turns, random: Random | None
) -> Arrivals:
    """The starts of an instance.

    Args:
        config: the scenario.
        turns: which starts are this instance's.
        random: seeded by the run's seed and the scenario; used by Poisson arrivals.
    """
    at_once = isinstance(config, ConstantArrivalRate) and config.arrival == "uniform"
    return Arrivals(
        rates_of(config), turns, at_once=at_once, random=random if config.arrival == "poisson" else None
    )
