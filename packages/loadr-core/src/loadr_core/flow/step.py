"""What every compiled step is."""

from abc import ABC, abstractmethod

from loadr_core.spi.scope import Scope


class Step(ABC):
    """A compiled step of a flow, shared by all VUs of a scenario in a worker."""

    __slots__ = ()

    @property
    def waits(self) -> bool:
        """Whether running it always lets other tasks run; a loop over steps that do not gives way itself."""
        return False

    @abstractmethod
    async def run(self, scope: Scope) -> object:
        """Run for one VU. A flow has no use for what it returns.

        Raises:
            IterationAborted: the iteration is to end here.
            StepFailed: it cannot be run.
        """


class StepFailed(Exception):
    """A step cannot be run because of a value in it, and no request is there to fail; the iteration ends.

    Attributes:
        place: where the value stands in the plan.
        kind: what is counted: the class of the mistake.
        reason: for people.
    """

    def __init__(self, place: str, kind: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.kind = kind
        self.reason = reason


class IterationAborted(Exception):
    """Something ended the iteration before its last step; `reach` says how far it reaches.

    Attributes:
        reach: `iteration`, `vu`, `scenario` or `test`.
        reason: for people.
    """

    def __init__(self, reach: str, reason: str) -> None:
        super().__init__(reason)
        self.reach = reach
        self.reason = reason


class VuEnded(IterationAborted):
    """There is nothing left to do for this VU, as when a data source with `on_eof: stop` has no row left.

    The iteration that found this out is no iteration: it is not counted. The executor starts none again on
    this VU and makes no VU in its place. With reach `scenario` none would find anything to do.
    """

    def __init__(self, reason: str, *, whole_scenario: bool = False) -> None:
        super().__init__("scenario" if whole_scenario else "vu", reason)
