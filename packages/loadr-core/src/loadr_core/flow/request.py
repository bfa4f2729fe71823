"""The request step: send, judge, record.

Budget beyond the protocol's own cost: 3 us CPU per request with one status check, together with
the VU loop (benchmarks/ http-closed-loop).
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

from loadr_core.flow.corrected import Corrections
from loadr_core.flow.further import FurtherSamples
from loadr_core.flow.judging import Check, Judges
from loadr_core.flow.step import IterationAborted, Step
from loadr_core.metrics.durations import ALL_REQUESTS
from loadr_core.metrics.exemplars import Origin
from loadr_core.recording.recorder import FLUSH_ROWS, Recorder, RowSeries
from loadr_core.spi.content import ContentError
from loadr_core.spi.protocol import CompiledRequest, Response
from loadr_core.spi.rows import RowLayout, unjudged
from loadr_core.spi.scope import Scope
from loadr_core.spi.text import RenderError, Text

# What steps record under: (status, proto, error kind, method where it is not the step's own, rendered
# values of the templated tags).
_Outcome = tuple[Any, ...]

# A cache of series, which the recorder bounds itself; templated tags could fill it without end.
_MAX_OUTCOMES: Final = 10_000


class RequestStep(Step):
    """Sends one request and records its outcome.

    Args:
        request: the compiled request.
        session: the index of its protocol's session in `Scope.sessions`.
        name: the request's name.
        tags: the tags known before the run.
        templated_tags: tags to render for each request.
        checks: conditions that only count.
        judge: extracts and asserts, or `None` where the plan does neither.
        recorder: where the series are opened.
        remembers: whether an expression of the plan's script may look at the response later.
        on_schedule: whether iterations start on a schedule, so that response times are corrected.
        url: where it goes, where its name does not tell it; else `None`.
        is_judged: whether it counts as failed or not.
    """

    __slots__ = (
        "_checks",
        "_corrections",
        "_further",
        "_is_judged",
        "_judge",
        "_name",
        "_recorder",
        "_remembers",
        "_request",
        "_series",
        "_session",
        "_tags",
        "_templated_tags",
        "_url",
    )

    def __init__(
        self,
        request: CompiledRequest,
        session: int,
        *,
        name: str,
        tags: Mapping[str, str],
        templated_tags: Mapping[str, Text],
        checks: Sequence[Check],
        judge: Judges | None,
        recorder: Recorder,
        on_schedule: bool = False,
        remembers: bool = False,
        url: Text | None = None,
        is_judged: bool = True,
    ) -> None:
        self._url = url
        self._is_judged = is_judged
        self._request = request
        self._remembers = remembers
        self._session = session
        self._name = name
        self._tags = {**tags, "method": request.method}
        self._templated_tags = dict(templated_tags)
        # Taken apart, which saves two look-ups and a frame for each check of each response.
        self._checks = tuple((check.condition.holds, check.cell, check) for check in checks)
        self._judge = judge
        self._recorder = recorder
        self._series: dict[_Outcome, RowSeries] = {}
        self._further: FurtherSamples | None = None
        self._corrections = Corrections() if on_schedule else None

    @property
    def waits(self) -> bool:
        """For the response, as a rule."""
        return True

    async def run(self, scope: Scope) -> Response | None:
        """Send, judge, record.

        Returns:
            The response; `None` when the request could not be made, as a value for it was missing.

        Raises:
            IterationAborted: a failed assertion, or a failed check of an extraction, says so.
        """
        try:
            response = await self._request.send(scope.sessions[self._session], scope)
        except RenderError as error:
            self._record_unsent(error, scope)
            scope.failed_requests += 1
            scope.last_failure = f"request {self._name!r} was not sent: {error}"
            await asyncio.sleep(0)
            return None
        if self._remembers:
            scope.last_response = response
        error_kind = response.error_kind
        abort: IterationAborted | None = None
        if self._judge is not None:
            error_kind, abort = self._judge.judge(response, scope)
        outcome: _Outcome = (response.status, response.proto, error_kind, response.method)
        if self._templated_tags:
            outcome += tuple(_rendered(text, scope) for text in self._templated_tags.values())
        row = response.row
        if self._corrections is None:
            if response.further:
                self._record_further(response, outcome[4:], scope, 0.0)
        else:
            row = self._corrected(response, outcome[4:], scope, self._corrections)
        series = self._series.get(outcome)
        if series is None or series.failed:
            series = self._open_series(outcome, response)
            if series.failed:
                scope.failed_requests += 1
                scope.last_failure = f"request {self._name!r} failed: {_cause(response, error_kind)}"
        rows = series.rows
        rows.append(row)
        if row[series.end] - row[series.start] > series.slowest.bar:
            series.keep(row, self._origin(response, scope))
        if len(rows) >= FLUSH_ROWS:
            series.flush()
        for holds, cell, check in self._checks:
            if cell is None:
                cell = check.cell_in(scope)  # noqa: PLW2901 - a value known only now
            cell.total += 1
            try:
                if holds(response, scope):
                    cell.hits += 1
                    continue
                reason = check.condition.name
            except (ContentError, RenderError) as error:
                reason = f"{check.condition.name} ({error})"
            self._recorder.failure("checks", self._name, reason)
        if abort is not None:
            raise abort
        return response

    def _origin(self, response: Response, scope: Scope) -> Origin:
        url = "" if self._url is None else self._url.render(scope)
        return Origin(scope.vu, scope.key, response.trace_id or "", url)

    def _corrected(
        self, response: Response, rendered: tuple[str, ...], scope: Scope, corrections: Corrections
    ) -> tuple[float, ...]:
        """The row with what the iteration's late start adds; records what the response took beside it."""
        delay, scope.start_delay = scope.start_delay, 0.0
        if response.further:
            delay = self._record_further(response, rendered, scope, delay)
        return corrections.of(self._layout_of(response)).row(response.row, delay)

    def _record_further(
        self, response: Response, rendered: tuple[str, ...], scope: Scope, delay: float
    ) -> float:
        """Record the exchanges that a response took beside its own.

        Args:
            response: the response.
            rendered: the templated tags.
            scope: the VU.
            delay: what the iteration's late start adds to the first exchange.

        Returns:
            The part of `delay` that is left for the response's own exchange.
        """
        tags = dict(zip(self._templated_tags, rendered, strict=True))
        began = self._corrections and self._corrections.of(self._layout_of(response)).began(response.row)
        for sample in response.further:
            delay = self.further.record(sample, tags, scope, delay, before=began or 0.0)
        return delay

    @property
    def further(self) -> FurtherSamples:
        """Records what happens beside the responses' own exchanges."""
        if self._further is None:
            self._further = FurtherSamples(
                self._request,
                self._name,
                self._tags,
                self._recorder,
                self._corrections,
                is_judged=self._is_judged,
            )
        return self._further

    def _layout_of(self, response: Response) -> RowLayout:
        return response.layout or self._request.layout

    def _open_series(self, outcome: _Outcome, response: Response) -> RowSeries:
        """The series of an outcome; counts the cause when it is a failure."""
        status, proto, error_kind, method, *rendered = outcome
        expected = response.error_kind is None and self._request.expects(status)
        if response.error_kind is not None:
            cause = f"{response.error_kind}: {response.error}" if response.error else response.error_kind
            self._recorder.failure("transport", self._name, cause)
        elif not expected and self._is_judged:
            self._recorder.failure("status", self._name, str(status))
        series = self._series.get(outcome)
        if series is None:
            tags = {
                **self._tags,
                **dict(zip(self._templated_tags, rendered, strict=True)),
                "status": str(status),
                "proto": proto,
                "error_kind": error_kind or "",
            }
            if self._is_judged:
                tags["expected_response"] = str(expected).lower()
            if method is not None:
                tags["method"] = method
            failed = (not expected and self._is_judged) or error_kind is not None
            layout = self._layout_of(response)
            if not self._is_judged:
                layout = unjudged(layout)
            if self._corrections is not None:
                layout = self._corrections.of(layout).layout
            series = self._recorder.rows(layout, tags, failed=failed)
            if len(self._series) >= _MAX_OUTCOMES:
                self._series.clear()
            self._series[outcome] = series
        return series

    def _record_unsent(self, error: RenderError, scope: Scope) -> None:
        """A request that could not be made counts as failed; it has no time that could be measured."""
        self._recorder.failure("transport", self._name, f"{error.error_kind}: {error}")
        if not self._is_judged:
            return
        self._recorder.unsent += ALL_REQUESTS in self._request.layout.failures
        rendered = {key: _rendered(text, scope) for key, text in self._templated_tags.items()}
        tags = {**self._tags, **rendered, "error_kind": error.error_kind, "expected_response": "false"}
        for metric in self._request.layout.failures:
            cell = self._recorder.rate(metric, tags)
            cell.hits += 1
            cell.total += 1


def _cause(response: Response, error_kind: str | None) -> str:
    if response.error_kind is not None:
        return response.error or response.error_kind
    return f"status {response.status}" if error_kind is None else f"{error_kind}, status {response.status}"


def _rendered(text: Text, scope: Scope) -> str:
    try:
        return text.render(scope)
    except RenderError:
        return ""
