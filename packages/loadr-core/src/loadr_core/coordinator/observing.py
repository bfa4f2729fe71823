"""Observed metrics: what the target's own monitoring saw while the load ran.

Every few seconds the whole window from the start of the load is read anew, so that what is drawn, what
the summary says and what thresholds judge are the same points, and a source that knows something late
is right in the end. The step grows with the run, so that a day costs no more than ten minutes.

A source that cannot be asked is a note in the summary, and its thresholds have no samples. It never
ends a run.
"""

import asyncio
import logging
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from loadr_config.metrics import ObservedUnit
from loadr_config.models import Observation
from loadr_config.secrets import Masker
from loadr_config.summary import ObservationSummary, ObservedSeries
from loadr_core.clock import WallClock
from loadr_core.errors import PlanRefusedError
from loadr_core.metrics import View
from loadr_core.metrics.sinks import GaugeSink
from loadr_core.plugins import load_source
from loadr_core.spi.source import ObservedValues, Source, SourceContext, SourceError, Window
from loadr_core.templating import TextCompiler, fixed_texts

_LOG: Final = logging.getLogger(__name__)

MOST_MOMENTS: Final = 600
"""What a chart on a large screen can show."""

MOST_SERIES: Final = 20
"""More lines tell nothing; thresholds see all of them."""

PERIOD_SECONDS: Final = 5.0
"""How often a source is asked."""

_PATIENCE_SECONDS: Final = 20.0
_DIGITS: Final = 9

Put = Callable[[View, GaugeSink], None]
"""Takes a view's samples, instead of those that it had."""


@dataclass(frozen=True, slots=True)
class ObservationRequest:
    """An entry of the plan's `observe`, its templates filled in.

    Attributes:
        kind: the source's entry-point name.
        metric: what it is called in thresholds and in the summary.
        name: for people.
        query: what is asked.
        unit: of its values.
        config: for the source.
        place: of the entry in the plan.
    """

    kind: str
    metric: str
    name: str
    query: str
    unit: ObservedUnit | None
    config: Mapping[str, Any]
    place: str


def observation_request(entry: Observation, texts: TextCompiler, place: str) -> ObservationRequest:
    """An entry of the plan.

    Raises:
        PlanRefusedError: a template has no value before the run; the message names its place.
    """
    config = entry.model_dump(by_alias=True, exclude={"type", "name", "as_", "unit"})
    templates = {key: value for key, value in config.items() if key != "query" and isinstance(value, str)}
    return ObservationRequest(
        entry.type,
        entry.metric,
        entry.name or entry.metric,
        entry.query,
        entry.unit,
        {**config, **fixed_texts(templates, texts, place)},
        place,
    )


def window_of(start: float, seconds: float) -> Window:
    """The moments from the start of a load to `seconds` after it, at most `MOST_MOMENTS` and one."""
    step = max(math.ceil(seconds / MOST_MOMENTS), 1)
    return Window(start, step, int(round(seconds, 3) // step) + 1)


class Observing:
    """Reads all observed metrics of a run.

    Args:
        requests: the entries of the plan.
        views: what thresholds look at.
        put: takes what they look at.
        masker: hides the values of secrets.

    Raises:
        PlanRefusedError: a source is not installed, or cannot work.
        ExtensionError: one is broken.
    """

    def __init__(
        self, requests: Iterable[ObservationRequest], views: Iterable[View], put: Put, masker: Masker
    ) -> None:
        self._put = put
        self._masker = masker
        self._views = tuple(views)
        self._observed = [_Observed(request, _source_of(request)) for request in requests]

    async def follow(self, start: float, wall: WallClock) -> None:
        """Keep thresholds up to date while the load runs; ends by being cancelled.

        Args:
            start: of the load, seconds since the epoch.
            wall: gives the same of now.
        """
        while self._observed:
            await asyncio.sleep(PERIOD_SECONDS)
            await self._read(window_of(start, max(wall() - start, 0.0)))

    async def conclude(self, start: float, seconds: float) -> list[ObservationSummary]:
        """Read for the last time.

        Args:
            start: of the load, seconds since the epoch.
            seconds: how long it took.

        Returns:
            What was seen, in the plan's order.
        """
        await self._read(window_of(start, seconds))
        return [observed.summary for observed in self._observed]

    async def _read(self, window: Window) -> None:
        await asyncio.gather(*(self._read_one(observed, window) for observed in self._observed))

    async def _read_one(self, observed: "_Observed", window: Window) -> None:
        request = observed.request
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                series = await observed.source.read(window)
        except TimeoutError:
            problem = f"no answer within {_PATIENCE_SECONDS:.0f} s"
        except SourceError as error:
            problem = str(error)
        except Exception as error:  # noqa: BLE001 - a source's bug must not end a run
            problem = f"a bug in the source: {type(error).__name__}: {error}"
        else:
            observed.summary = observation_summary(request, window, series)
            for view in (View(request.metric), *self._views):
                if view.metric == request.metric and (sink := gauge_of(series, view)) is not None:
                    self._put(view, sink)
            return
        problem = self._masker.mask(problem)
        if problem != observed.summary.problem:
            _LOG.warning("observed %s: %s", request.metric, problem)
        observed.summary = observed.summary.model_copy(update={"problem": problem})


class _Observed:
    def __init__(self, request: ObservationRequest, source: Source) -> None:
        self.request = request
        self.source = source
        self.summary = observation_summary(request, Window(0.0, 1, 1), [])


def _source_of(request: ObservationRequest) -> Source:
    try:
        return load_source(request.kind)(SourceContext(request.config))
    except SourceError as error:
        raise PlanRefusedError([f"{request.place}: {error}"]) from error


def observation_summary(
    request: ObservationRequest, window: Window, series: Sequence[ObservedValues]
) -> ObservationSummary:
    """What was seen in a window. Pure."""
    kept = [one for one in series if any(value is not None for value in one.values)]
    problem = ""
    if not kept:
        problem = "the query gave nothing in the time of the run"
    elif len(kept) > MOST_SERIES:
        problem = f"{len(kept)} series, of which {MOST_SERIES} are kept: let the query aggregate them"
    return ObservationSummary(
        metric=request.metric,
        name=request.name,
        query=request.query,
        unit=request.unit,
        elapsed_secs=[float(window.step * index) for index in range(window.count)] if kept else [],
        series=[
            ObservedSeries(labels=dict(one.labels), values=[_rounded(value) for value in one.values])
            for one in kept[:MOST_SERIES]
        ],
        problem=problem,
    )


def gauge_of(series: Iterable[ObservedValues], view: View) -> GaugeSink | None:
    """All values of the series whose labels contain a view's selector, the latest one last. Pure.

    Of several series the last value is the largest that there is at the last moment with any.
    """
    gauge = GaugeSink()
    columns = [one.values for one in series if view.selector_matches(one.labels)]
    for moment in zip(*columns, strict=True):
        values = [value for value in moment if value is not None]
        if values:
            gauge.add(max(values), min(values), max(values))
    return None if gauge.last is None else gauge


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{_DIGITS}g}")
