"""The run over time: throughput, latency, VUs, errors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from loadr_config.summary import TimelinePoint
from loadr_report import quantities
from loadr_report.html.charts import Series, chart
from loadr_report.html.markup import Markup, element

_MOST_POINTS: Final = 600  # about one for each pixel of a chart; more only make the file large

_Pick = Callable[[TimelinePoint], float | None]


def timeline(points: Sequence[TimelinePoint]) -> Markup | None:
    """The charts of a run; nothing for a run too short to have a line."""
    if len(points) < 2:
        return None
    batches = _Batches.of(points)
    charts = (
        chart(
            "Throughput",
            batches.secs,
            [
                Series("requests", "first", batches.means(lambda point: point.rps)),
                Series("iterations", "second", batches.means(lambda point: point.iterations_ps)),
            ],
            quantities.per_second,
        ),
        chart(
            "Latency",
            batches.secs,
            [
                Series("p99", "third", batches.worst(lambda point: point.latency_p99)),
                Series("p95", "second", batches.worst(lambda point: point.latency_p95)),
                Series("p50", "first", batches.worst(lambda point: point.latency_p50)),
            ],
            quantities.duration,
        ),
        chart(
            "Active VUs",
            batches.secs,
            [Series("VUs", "first", batches.worst(lambda point: point.active_vus))],
            quantities.number,
        ),
        chart(
            "Error rate",
            batches.secs,
            [Series("failed requests", "bad", batches.worst(lambda point: point.error_rate))],
            _percent,
            floor=0.01,
        ),
    )
    note = None
    if batches.size > 1:
        text = f"Each point stands for {batches.size} seconds: the mean of throughput, the worst second of all else."
        note = element("p", text, class_="quiet")
    return element("section", element("h2", "Timeline"), note, element("div", *charts, class_="charts"))


@dataclass(frozen=True, slots=True)
class _Batches:
    """The points of a timeline, `size` at a time."""

    size: int
    parts: tuple[Sequence[TimelinePoint], ...]

    @classmethod
    def of(cls, points: Sequence[TimelinePoint]) -> "_Batches":
        """As few points a batch as keep within `_MOST_POINTS` batches."""
        size = -(-len(points) // _MOST_POINTS)
        return cls(size, tuple(points[start : start + size] for start in range(0, len(points), size)))

    @property
    def secs(self) -> list[float]:
        """Where each batch ends."""
        return [part[-1].elapsed_secs for part in self.parts]

    def means(self, pick: _Pick) -> list[float | None]:
        """The mean of each batch, for amounts per second."""
        return [fmean(present) if present else None for present in self._present(pick)]

    def worst(self, pick: _Pick) -> list[float | None]:
        """The highest of each batch: percentiles are never averaged, and no peak may vanish."""
        return [max(present, default=None) for present in self._present(pick)]

    def _present(self, pick: _Pick) -> list[list[float]]:
        return [[value for point in part if (value := pick(point)) is not None] for part in self.parts]


def _percent(ratio: float) -> str:
    """A percentage without needless zeros, for an axis."""
    return f"{ratio * 100:.3g}%"
