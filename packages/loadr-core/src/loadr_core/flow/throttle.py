"""Waiting for a turn to send: a bound on the requests of a whole scenario."""

from typing import Protocol

from loadr_core.flow.step import Step
from loadr_core.spi.scope import Scope


class Throttle(Protocol):
    """Lets one request through per slot."""

    async def wait(self) -> bool:
        """Wait for a turn; False when there is nothing to wait for any more."""
        ...


class ThrottleStep(Step):
    """Stands before every request of a scenario with a `throttle`; the wait is part of no request's time."""

    __slots__ = ("_throttle",)

    def __init__(self, throttle: Throttle) -> None:
        self._throttle = throttle

    async def run(self, scope: Scope) -> None:
        """Wait; an interrupted iteration stops waiting and takes no turn."""
        del scope
        await self._throttle.wait()
