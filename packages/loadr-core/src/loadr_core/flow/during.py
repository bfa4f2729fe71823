"""`during`: steps again and again for a time."""

import asyncio
from itertools import count

from loadr_core.flow.block import Block
from loadr_core.flow.step import Step
from loadr_core.spi.clock import Clock
from loadr_core.spi.scope import Scope


class DuringStep(Step):
    """Starts turns until its time is over; a turn that has begun runs to its end."""

    __slots__ = ("_block", "_clock", "_counter", "_seconds")

    def __init__(self, block: Block, seconds: float, counter: str, clock: Clock) -> None:
        self._block = block
        self._seconds = seconds
        self._counter = counter
        self._clock = clock

    async def run(self, scope: Scope) -> None:
        """Run the turns."""
        steps, patience, counter = self._block.steps, self._block.patience, self._counter
        now = self._clock.now
        end = now() + self._seconds
        for turn in count():
            if now() >= end:
                return
            scope.variables[counter] = turn
            for step in steps:
                await step.run(scope)
            if turn & patience == patience:
                await asyncio.sleep(0)
