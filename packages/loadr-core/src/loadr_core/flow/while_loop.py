"""`while`: steps as long as a condition holds."""

import asyncio

from loadr_core.flow.block import Block
from loadr_core.flow.step import Step
from loadr_core.flow.values import Value
from loadr_core.spi.scope import Scope


class WhileStep(Step):
    """Looks at its condition before every turn; ends after `most_turns` whatever it says."""

    __slots__ = ("_block", "_condition", "_most_turns")

    def __init__(self, block: Block, condition: Value[bool], most_turns: int) -> None:
        self._block = block
        self._condition = condition
        self._most_turns = most_turns

    async def run(self, scope: Scope) -> None:
        """Run the turns."""
        steps, patience, condition = self._block.steps, self._block.patience, self._condition
        for turn in range(self._most_turns):
            if not condition(scope):
                return
            for step in steps:
                await step.run(scope)
            if turn & patience == patience:
                await asyncio.sleep(0)
