"""Waiting between requests, as a user would."""

from collections.abc import Callable

from loadr_config.models import ConstantThinkTime, GaussianThinkTime, ThinkTime, UniformThinkTime
from loadr_core.flow.step import Step
from loadr_core.spi.clock import Clock
from loadr_core.spi.scope import Scope


def draw_of(think_time: ThinkTime) -> Callable[[Scope], float]:
    """How long to think, in seconds; only what is random asks for the VU's generator."""
    match think_time:
        case ConstantThinkTime(duration=duration):
            return lambda _scope: duration
        case UniformThinkTime(min=low, max=high):
            return lambda scope: scope.random.uniform(low, high)
        case GaussianThinkTime(mean=mean, std_dev=deviation):
            return lambda scope: max(scope.random.gauss(mean, deviation), 0.0)


class ThinkTimeStep(Step):
    """Waits as long as its distribution says."""

    __slots__ = ("_clock", "_draw")

    def __init__(self, think_time: ThinkTime, clock: Clock) -> None:
        self._draw = draw_of(think_time)
        self._clock = clock

    @property
    def waits(self) -> bool:
        """Always."""
        return True

    async def run(self, scope: Scope) -> None:
        """Wait; an interrupted iteration stops waiting."""
        await self._clock.sleep(self._draw(scope))
