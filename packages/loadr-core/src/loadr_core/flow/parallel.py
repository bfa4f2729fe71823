"""`parallel`: branches that run at once inside one iteration."""

import asyncio
from collections.abc import Sequence

from loadr_core.flow.block import Block
from loadr_core.flow.step import IterationAborted, Step
from loadr_core.spi.scope import Scope


class ParallelStep(Step):
    """Runs its branches at once and goes on when all have ended.

    Each branch has its own copy of the variables; afterwards, or when the iteration ends here, they are
    merged back in the order of the branches. What ends one branch ends the others at once: an abort, an
    interruption, an extension's bug. An abort wins over a bug, the first abort over later ones.
    """

    __slots__ = ("_branches",)

    def __init__(self, branches: Sequence[Block]) -> None:
        self._branches = tuple(branches)

    @property
    def waits(self) -> bool:
        """Always: for its branches' tasks."""
        return True

    async def run(self, scope: Scope) -> None:
        """Run the branches."""
        scopes = scope.fork(len(self._branches))
        try:
            async with asyncio.TaskGroup() as group:
                for block, branch in zip(self._branches, scopes, strict=True):
                    group.create_task(block.run(branch))
        except BaseExceptionGroup as errors:
            raise _first(errors) from None
        finally:
            scope.join(scopes)


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first abort, else the first error; nested parallel steps have unpacked theirs already."""
    aborts = (error for error in errors.exceptions if isinstance(error, IterationAborted))
    return next(aborts, errors.exceptions[0])
