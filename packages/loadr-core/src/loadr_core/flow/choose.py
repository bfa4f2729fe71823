"""`random`: one of several branches, by weight, with equal chances, or in turn."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate, count

from loadr_core.flow.block import Block
from loadr_core.flow.step import Step
from loadr_core.spi.scope import Scope

Choice = Callable[[Scope], int]
"""The number of the branch to take, from 0."""


def weighted(weights: Sequence[float]) -> Choice:
    """A branch as often as its weight says; one of weight 0 never. Draws once.

    Args:
        weights: relative to each other, not all 0.
    """
    sums = list(accumulate(weights))
    total = sums[-1]
    # Rounding may take a product up to the total itself.
    last = max(number for number, weight in enumerate(weights) if weight > 0)
    return lambda scope: min(bisect_right(sums, scope.random.random() * total), last)


def uniform(branches: int) -> Choice:
    """All branches equally often. Draws once."""
    return lambda scope: min(int(scope.random.random() * branches), branches - 1)


def round_robin(branches: int, first: int) -> Choice:
    """One branch after the other, for all VUs of a scenario in this worker together.

    Args:
        branches: how many there are.
        first: which one begins: workers begin at different ones, so that few iterations in many
            workers take all branches too.
    """
    turns = count(first)
    return lambda _scope: next(turns) % branches


class ChooseStep(Step):
    """Runs the branch that is chosen."""

    __slots__ = ("_blocks", "_choose")

    def __init__(self, choose: Choice, blocks: Sequence[Block]) -> None:
        self._choose = choose
        self._blocks = tuple(blocks)

    @property
    def waits(self) -> bool:
        """When all branches do."""
        return all(block.waits for block in self._blocks)

    async def run(self, scope: Scope) -> None:
        """Choose, then run."""
        for step in self._blocks[self._choose(scope)].steps:
            await step.run(scope)
