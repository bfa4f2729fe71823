"""`retry`: steps until they succeed."""

import asyncio
from typing import Final

from loadr_core.flow.block import Block
from loadr_core.flow.step import Step
from loadr_core.flow.values import Value
from loadr_core.spi.clock import Clock
from loadr_core.spi.scope import Scope

ATTEMPT: Final = "attempt"


class RetryStep(Step):
    """Tries up to `times` times; the flow goes on also when no attempt has succeeded.

    An attempt succeeds when `until` holds after it or, without `until`, when no request in it failed.
    What aborts an iteration is no failed attempt: it ends the iteration. Failed requests of earlier
    attempts are made good when one has succeeded.
    """

    __slots__ = ("_backoff", "_block", "_clock", "_times", "_until")

    def __init__(
        self, block: Block, times: int, until: Value[bool] | None, backoff: float, clock: Clock
    ) -> None:
        self._block = block
        self._times = times
        self._until = until
        self._backoff = backoff
        self._clock = clock

    @property
    def waits(self) -> bool:
        """When an attempt does: there is always one."""
        return self._block.waits

    async def run(self, scope: Scope) -> None:
        """Run attempts."""
        steps, until = self._block.steps, self._until
        failed_before, mended_before = scope.failed_requests, scope.mended_requests
        for attempt in range(self._times):
            scope.variables[ATTEMPT] = attempt
            failed = scope.failed_requests
            for step in steps:
                await step.run(scope)
            if until(scope) if until is not None else scope.failed_requests == failed:
                scope.mended_requests = mended_before + scope.failed_requests - failed_before
                return
            if self._backoff and attempt < self._times - 1:
                await self._clock.sleep(self._backoff)
            elif not self._block.waits:
                await asyncio.sleep(0)
