"""Samples of exchanges that a request took beside its own: redirects, challenges, a page's resources."""

from collections.abc import Mapping
from typing import Final

from loadr_core.flow.corrected import Corrections
from loadr_core.metrics.exemplars import Origin
from loadr_core.recording.recorder import FLUSH_ROWS, Recorder, RowSeries
from loadr_core.spi.protocol import CompiledRequest, Sample
from loadr_core.spi.rows import unjudged
from loadr_core.spi.scope import Scope

# A cache of series, which the recorder bounds itself.
_MOST_SERIES: Final = 10_000


class FurtherSamples:
    """Records what a request step's responses took beside their own exchange.

    Args:
        request: the compiled request.
        name: the request's name, for the breakdown of failures.
        tags: the step's tags known before the run.
        recorder: where the series are opened.
        corrections: where iterations start on a schedule, how rows are corrected; else `None`.
        is_judged: whether exchanges count as failed or not.
    """

    __slots__ = ("_corrections", "_is_judged", "_name", "_recorder", "_request", "_series", "_tags")

    def __init__(
        self,
        request: CompiledRequest,
        name: str,
        tags: Mapping[str, str],
        recorder: Recorder,
        corrections: Corrections | None = None,
        *,
        is_judged: bool = True,
    ) -> None:
        self._corrections = corrections
        self._is_judged = is_judged
        self._request = request
        self._name = name
        self._tags = tags
        self._recorder = recorder
        self._series: dict[tuple[object, ...], RowSeries] = {}

    def record(
        self,
        sample: Sample,
        rendered: Mapping[str, str],
        scope: Scope,
        delay: float = 0.0,
        *,
        before: float = 0.0,
    ) -> float:
        """Record one sample.

        Args:
            sample: what was measured.
            rendered: the step's templated tags, as they are for this response.
            scope: the VU that took it.
            delay: what the iteration's late start adds to the first exchange.
            before: when the response's own exchange began: earlier ones come before it.

        Returns:
            The part of `delay` that this was not the first exchange for.
        """
        expected = sample.error_kind is None and (
            not self._is_judged
            or (self._request.expects(sample.status) if sample.expected is None else sample.expected)
        )
        if not expected:
            self._count_failure(sample)
        key = (
            sample.status,
            sample.proto,
            sample.method,
            sample.error_kind,
            expected,
            sample.name,
            sample.layout,
            *rendered.values(),
        )
        series = self._series.get(key)
        if series is None:
            if len(self._series) >= _MOST_SERIES:
                self._series.clear()
            series = self._series[key] = self._open(sample, rendered, expected=expected)
        row = sample.row
        if self._corrections is not None:
            correction = self._corrections.of(sample.layout or self._request.layout)
            is_first = correction.began(row) < before
            row = correction.row(row, delay if is_first else 0.0)
            delay = 0.0 if is_first else delay
        series.rows.append(row)
        if row[series.end] - row[series.start] > series.slowest.bar:
            series.keep(row, Origin(scope.vu, scope.key, url=sample.name or ""))
        if len(series.rows) >= FLUSH_ROWS:
            series.flush()
        return delay

    def tags_of(
        self, sample: Sample, rendered: Mapping[str, str], *, expected: bool = True
    ) -> dict[str, str]:
        """The tags of a sample; the arguments are those of `record`."""
        tags = {
            **self._tags,
            **rendered,
            "method": sample.method,
            "status": str(sample.status),
            "proto": sample.proto,
            "error_kind": sample.error_kind or "",
        }
        if self._is_judged:
            tags["expected_response"] = str(expected).lower()
        if sample.name is not None:
            tags["name"] = self._recorder.request_name(sample.name)
        return tags

    def _open(self, sample: Sample, rendered: Mapping[str, str], *, expected: bool) -> RowSeries:
        tags = self.tags_of(sample, rendered, expected=expected)
        layout = sample.layout or self._request.layout
        if not self._is_judged:
            layout = unjudged(layout)
        if self._corrections is not None:
            layout = self._corrections.of(layout).layout
        return self._recorder.rows(layout, tags, failed=not expected)

    def _count_failure(self, sample: Sample) -> None:
        name = self._recorder.request_name(sample.name) if sample.name else self._name
        if sample.error_kind is None:
            self._recorder.failure("status", name, str(sample.status))
        else:
            cause = f"{sample.error_kind}: {sample.error}" if sample.error else sample.error_kind
            self._recorder.failure("transport", name, cause)
