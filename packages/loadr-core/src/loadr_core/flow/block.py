"""Steps in order, and the loops' courtesy towards other tasks."""

from typing import Final

from loadr_core.flow.step import Step
from loadr_core.spi.scope import Scope

# Of a loop whose turns wait for something, every so manieth turn gives way all the same: a protocol may
# answer without waiting, from a cache.
_TURNS: Final = 64


class Block:
    """The steps of a branch or of a loop's turn.

    Attributes:
        steps: the steps; loops go through them themselves, which saves a coroutine a turn.
        waits: whether running them always lets other tasks run.
        patience: a loop gives way after a turn whose number has all bits of this set.
    """

    __slots__ = ("patience", "steps", "waits")

    def __init__(self, steps: tuple[Step, ...]) -> None:
        self.steps: Final = steps
        self.waits: Final = any(step.waits for step in steps)
        self.patience: Final = _TURNS - 1 if self.waits else 0

    async def run(self, scope: Scope) -> None:
        """Run the steps once."""
        for step in self.steps:
            await step.run(scope)

    def __repr__(self) -> str:
        return f"<Block of {len(self.steps)} steps{' that wait' if self.waits else ''}>"
