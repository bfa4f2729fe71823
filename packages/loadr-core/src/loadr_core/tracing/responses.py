"""Extractions and conditions that tell what came out."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from loadr_core.conditions import Condition
from loadr_core.extraction import Extraction
from loadr_core.extraction.chain_checks import ChainCheck
from loadr_core.extraction.lookups import MISSING
from loadr_core.flow.judging import Taking
from loadr_core.spi.content import ContentError
from loadr_core.spi.protocol import Response
from loadr_core.spi.scope import Scope
from loadr_core.spi.text import RenderError
from loadr_core.tracing.events import Judged

if TYPE_CHECKING:
    from loadr_core.tracing.trace import Trace

_MS_PER_SECOND = 1000.0


class TracedExtraction(Extraction):
    """An extraction with its trace around it.

    Args:
        trace: who is told.
        extraction: the extraction.
        check: what the value must be, or `None`.
    """

    __slots__ = ("_extraction", "_trace")

    def __init__(self, trace: "Trace", extraction: Extraction, check: ChainCheck | None) -> None:
        super().__init__(
            extraction.variable,
            lambda _response, _scope: MISSING,
            nothing="",
            default=None,
            check=check,
            reads_body=extraction.reads_body,
        )
        self._trace = trace
        self._extraction = extraction

    def take(self, response: Response, scope: Scope) -> str | None:
        """Take the value, and tell which it is or why there is none."""
        trace = self._trace
        reason = self._extraction.take(response, scope)
        detail = trace.shown(scope.variables.get(self.variable)) if reason is None else trace.mask(reason)
        trace.emit(Judged(trace.place, "extract", self.variable, reason is None, detail))
        return reason


def traced_taking(trace: "Trace", taking: Taking) -> Taking:
    """An extraction and its check that tell what came out."""
    extraction = taking.extraction
    check = extraction.check
    if check is not None:
        check = replace(check, holds=_telling_check(trace, check))
    return replace(taking, extraction=TracedExtraction(trace, extraction, check))


def _telling_check(trace: "Trace", check: ChainCheck) -> Any:
    def holds(value: Any, scope: Scope) -> bool:
        def told(*, passed: bool, detail: str) -> None:
            trace.emit(Judged(trace.place, "check", trace.mask(check.name), passed, trace.mask(detail)))

        try:
            passed = check.holds(value, scope)
        except (ContentError, RenderError) as error:
            told(passed=False, detail=str(error))
            raise
        told(passed=passed, detail="" if value is MISSING else f"it is {trace.shown(value)}")
        return passed

    return holds


def traced_condition(trace: "Trace", condition: Condition, kind: Literal["assert", "check"]) -> Condition:
    """A condition that tells whether a response satisfied it."""

    def told(*, passed: bool, detail: str) -> None:
        trace.emit(Judged(trace.place, kind, trace.mask(condition.name), passed, detail))

    def holds(response: Response, scope: Scope) -> bool:
        try:
            passed = condition.holds(response, scope)
        except (ContentError, RenderError) as error:
            told(passed=False, detail=trace.mask(str(error)))
            raise
        told(passed=passed, detail="" if passed else _seen(response))
        return passed

    return replace(condition, holds=holds)


def _seen(response: Response) -> str:
    """What a condition had before it."""
    return (
        f"the response has status {response.status}, {len(response.body):,} bytes of body, "
        f"and took {response.duration * _MS_PER_SECOND:.3g} ms"
    )
