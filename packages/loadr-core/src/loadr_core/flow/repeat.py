"""`repeat`: steps a fixed number of times."""

import asyncio

from loadr_core.flow.block import Block
from loadr_core.flow.step import Step
from loadr_core.spi.scope import Scope


class RepeatStep(Step):
    """Runs its steps `times` times; a variable counts the turns from 0."""

    __slots__ = ("_block", "_counter", "_times")

    def __init__(self, block: Block, times: int, counter: str) -> None:
        self._block = block
        self._times = times
        self._counter = counter

    @property
    def waits(self) -> bool:
        """When there is a turn, and it waits."""
        return self._times > 0 and self._block.waits

    async def run(self, scope: Scope) -> None:
        """Run the turns."""
        steps, patience, counter = self._block.steps, self._block.patience, self._counter
        for turn in range(self._times):
            scope.variables[counter] = turn
            for step in steps:
                await step.run(scope)
            if turn & patience == patience:
                await asyncio.sleep(0)
