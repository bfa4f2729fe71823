"""What becomes of a response: values taken from it, and whether it makes its request a failed one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from loadr_core.conditions import Condition
from loadr_core.extraction import Extraction
from loadr_core.extraction.lookups import MISSING
from loadr_core.flow.cells import GroupedCells
from loadr_core.flow.step import IterationAborted
from loadr_core.recording.recorder import RateCell, Recorder
from loadr_core.spi.content import ContentError
from loadr_core.spi.protocol import Response
from loadr_core.spi.scope import Scope
from loadr_core.spi.text import RenderError

Verdict = tuple[str | None, IterationAborted | None]
"""The request's error kind, and what ends with it."""

_REACH: Final = {"abort_iteration": "iteration", "abort_scenario": "scenario", "abort_test": "test"}


@dataclass(frozen=True, slots=True)
class Check:
    """A condition that only counts: in `cell` or, where that is `None`, in one of `cells`."""

    condition: Condition
    cell: RateCell | None
    cells: GroupedCells | None = None

    def cell_in(self, scope: Scope) -> RateCell:
        """Where it counts for the group that a scope is in."""
        cell = self.cell if self.cells is None else self.cells.of(scope)
        assert cell is not None
        return cell


@dataclass(frozen=True, slots=True)
class Assertion:
    """A condition that fails the request; `on_failure` may end more than that."""

    condition: Condition
    on_failure: str


@dataclass(frozen=True, slots=True)
class Taking:
    """An extraction; its check, where it has one, counts in `cell` or in one of `cells`."""

    extraction: Extraction
    cell: RateCell | None = None
    cells: GroupedCells | None = None


class Judges(Protocol):
    """Tells what a request counts as, once its response is there."""

    def judge(self, response: Response, scope: Scope) -> Verdict:
        """The request's error kind, and what ends with it."""
        ...


class Judge:
    """Takes values from responses and judges them: extractions first, so that conditions can use them.

    Args:
        name: the request's name.
        takings: what is taken, in order.
        assertions: what must hold.
        recorder: where causes of failures are counted.
    """

    __slots__ = ("_assertions", "_name", "_recorder", "_takings")

    def __init__(
        self,
        name: str,
        takings: Sequence[Taking],
        assertions: Sequence[Assertion],
        recorder: Recorder,
    ) -> None:
        self._name = name
        self._takings = tuple(takings)
        self._assertions = tuple(assertions)
        self._recorder = recorder

    def judge(self, response: Response, scope: Scope) -> Verdict:
        """Set the variables; tell what the request counts as. The first reason wins and is kept."""
        verdict: Verdict = (response.error_kind, None)
        for taking in self._takings:
            reason = taking.extraction.take(response, scope)
            if reason is not None:
                # Where no response came the transport's cause says it all.
                if response.error_kind is None:
                    self._count(f"extract: {taking.extraction.variable}: {reason}")
                verdict = (verdict[0] or "extract", verdict[1])
            cell = taking.cell if taking.cells is None else taking.cells.of(scope)
            if cell is not None:
                verdict = self._check(taking.extraction, cell, scope, verdict)
        for assertion in self._assertions:
            reason = shortfall(assertion.condition, response, scope)
            if reason is not None:
                self._count(f"assert: {reason}")
                verdict = self._failed("assert", reason, assertion.on_failure, verdict)
        return verdict

    def _check(self, extraction: Extraction, cell: RateCell, scope: Scope, verdict: Verdict) -> Verdict:
        check = extraction.check
        assert check is not None
        cell.total += 1
        reason = check.name
        try:
            if check.holds(scope.variables.get(extraction.variable, MISSING), scope):
                cell.hits += 1
                return verdict
        except (ContentError, RenderError) as error:
            reason = f"{check.name} ({error})"
        self._count(reason)
        return self._failed("extract", reason, check.on_failure, verdict)

    def _failed(self, kind: str, reason: str, on_failure: str, verdict: Verdict) -> Verdict:
        error_kind, abort = verdict
        if abort is None and on_failure in _REACH:
            what = "assert" if kind == "assert" else "check of an extraction"
            abort = IterationAborted(_REACH[on_failure], f"{what} failed in {self._name!r}: {reason}")
        return error_kind or kind, abort

    def _count(self, cause: str) -> None:
        self._recorder.failure("checks", self._name, cause)


def shortfall(condition: Condition, response: Response, scope: Scope) -> str | None:
    """Why a response falls short of a condition, or `None` when it satisfies it."""
    try:
        return None if condition.holds(response, scope) else condition.name
    except (ContentError, RenderError) as error:
        return f"{condition.name} ({error})"
