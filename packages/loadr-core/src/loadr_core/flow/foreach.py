"""`foreach`: steps once for every item of a list."""

import asyncio
from collections.abc import Sequence
from typing import Any

from loadr_core.flow.block import Block
from loadr_core.flow.step import Step
from loadr_core.flow.values import Value
from loadr_core.spi.scope import Scope


class ForeachStep(Step):
    """Goes through the list as it is when the step begins; variables hold the item and its number from 0."""

    __slots__ = ("_block", "_index", "_items", "_variable")

    def __init__(self, block: Block, items: Value[Sequence[Any]], variable: str, index: str) -> None:
        self._block = block
        self._items = items
        self._variable = variable
        self._index = index

    async def run(self, scope: Scope) -> None:
        """Run a turn for every item."""
        steps, patience = self._block.steps, self._block.patience
        for turn, item in enumerate(tuple(self._items(scope))):
            scope.variables[self._variable] = item
            scope.variables[self._index] = turn
            for step in steps:
                await step.run(scope)
            if turn & patience == patience:
                await asyncio.sleep(0)
