"""Steps that tell when they begin and end."""

import asyncio
from typing import TYPE_CHECKING

from loadr_core.flow.step import IterationAborted, Step, StepFailed
from loadr_core.spi.scope import Scope
from loadr_core.tracing.events import StepBegan, StepEnded

if TYPE_CHECKING:
    from loadr_core.tracing.trace import Trace


class TracedStep(Step):
    """A step with its trace around it.

    Args:
        trace: who is told.
        step: the step.
        place: where it stands in the plan.
        kind: its key there.
        label: what tells it from others of its kind.
    """

    __slots__ = ("_kind", "_label", "_place", "_step", "_trace")

    def __init__(self, trace: "Trace", step: Step, place: str, kind: str, label: str) -> None:
        self._trace = trace
        self._step = step
        self._place = place
        self._kind = kind
        self._label = label

    @property
    def waits(self) -> bool:
        """As the step says."""
        return self._step.waits

    async def run(self, scope: Scope) -> object:
        """Run the step; whatever it raises goes on."""
        trace = self._trace
        problem: str | None = None
        with trace.at(self._place):
            trace.emit(StepBegan(self._place, self._kind, trace.mask(self._label)))
            trace.look_at(scope)  # a loop has set its counter
            began = trace.now()
            try:
                return await self._step.run(scope)
            except asyncio.CancelledError:
                problem = "cut off"
                raise
            except (IterationAborted, StepFailed) as ending:
                problem = str(ending)
                raise
            except Exception as error:
                problem = f"{type(error).__name__}: {error}"
                raise
            finally:
                trace.look_at(scope)
                if problem is not None:
                    trace.end_early(problem)
                    problem = trace.mask(problem)
                trace.emit(StepEnded(self._place, self._kind, trace.now() - began, problem))

    def __repr__(self) -> str:
        return f"<TracedStep {self._kind} at {self._place}>"
