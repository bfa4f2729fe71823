"""What every compiled step is."""

from abc import ABC, abstractmethod

from loadr_core.spi.scope import Scope


class Step(ABC):
    """A compiled step of a flow, shared by all VUs of a scenario in a worker."""

    __slots__ = ()

    @abstractmethod
    async def run(self, scope: Scope) -> None:
        """Run for one VU.

        Raises:
            IterationAborted: the iteration is to end here.
        """


class IterationAborted(Exception):
    """A failed assert or a script ended the iteration; `reach` says how far it reaches.

    Attributes:
        reach: `iteration`, `scenario` or `test`.
        reason: for people.
    """

    def __init__(self, reach: str, reason: str) -> None:
        super().__init__(reason)
        self.reach = reach
        self.reason = reason
