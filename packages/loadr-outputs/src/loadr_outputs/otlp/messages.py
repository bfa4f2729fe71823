"""Series as OTLP metrics, cumulative, with the official protobuf messages. Pure.

=======  =====================================================================
counter  Sum, monotonic, double
rate     two Sums, `NAME.hits` and `NAME.trials`
gauge    Gauge
trend    ExponentialHistogram of scale 5, with sum, min and max
=======  =====================================================================

Names are loadr's with the unit in `unit` (`ms` for times, as loadr shows them). Cumulative figures make
a lost export good with the next one. Source: OpenTelemetry protocol 1.x, `metrics.proto`.
"""

from collections.abc import Mapping
from typing import Any

from loadr_config.metrics import MetricKind
from loadr_outputs.network import require
from loadr_outputs.series import Reading, SeriesState
from loadr_outputs.series.exponential import SCALE, Buckets, exponential

_NS = 1_000_000_000


class ExportRequests:
    """Makes the body of an export.

    Args:
        resource: attributes of the run.
        version: loadr's.
        started: seconds since the epoch at which the figures began.

    Raises:
        OutputError: the protobuf messages are not installed.
    """

    def __init__(self, resource: Mapping[str, str], version: str) -> None:
        self._service = require(
            "opentelemetry.proto.collector.metrics.v1.metrics_service_pb2", "the output otlp"
        )
        self._metrics = require("opentelemetry.proto.metrics.v1.metrics_pb2", "the output otlp")
        self._resource = dict(resource)
        self._version = version
        self._started = 0

    def request(self, readings: "list[Reading]") -> Any:
        """The message for some readings, in the order of their time."""
        request = self._service.ExportMetricsServiceRequest()
        described = request.resource_metrics.add()
        _attributes(described.resource.attributes, self._resource)
        scope = described.scope_metrics.add()
        scope.scope.name, scope.scope.version = "loadr", self._version
        for reading in readings:
            self._started = self._started or int(reading.window.start * _NS)
            at = int(reading.window.end * _NS)
            metrics: dict[str, Any] = {}
            for state in reading.series:
                self._add(scope, metrics, state, at)
        return request

    def _add(self, scope: Any, metrics: dict[str, Any], state: SeriesState, at: int) -> None:
        match state.kind:
            case MetricKind.COUNTER:
                self._sum(scope, metrics, state.metric, state, state.sum, at)
            case MetricKind.RATE:
                self._sum(scope, metrics, f"{state.metric}.hits", state, state.sum, at)
                self._sum(scope, metrics, f"{state.metric}.trials", state, state.count, at)
            case MetricKind.GAUGE:
                point = _metric(scope, metrics, state.metric).gauge.data_points.add(
                    time_unix_nano=at, as_double=state.last
                )
                _attributes(point.attributes, state.tags)
            case MetricKind.TREND:
                self._histogram(scope, metrics, state, at)

    def _sum(
        self, scope: Any, metrics: dict[str, Any], name: str, state: SeriesState, value: float, at: int
    ) -> None:
        total = _metric(scope, metrics, name).sum
        total.is_monotonic = True
        total.aggregation_temporality = self._metrics.AGGREGATION_TEMPORALITY_CUMULATIVE
        point = total.data_points.add(
            start_time_unix_nano=self._started, time_unix_nano=at, as_double=float(value)
        )
        _attributes(point.attributes, state.tags)

    def _histogram(self, scope: Any, metrics: dict[str, Any], state: SeriesState, at: int) -> None:
        metric = _metric(scope, metrics, state.metric)
        metric.unit = "ms" if state.time else ""
        histogram = metric.exponential_histogram
        histogram.aggregation_temporality = self._metrics.AGGREGATION_TEMPORALITY_CUMULATIVE
        point = histogram.data_points.add(
            start_time_unix_nano=self._started,
            time_unix_nano=at,
            count=state.count,
            sum=state.sum,
            min=state.min,
            max=state.max,
            scale=SCALE,
        )
        _fill(point, exponential(state.buckets))
        _attributes(point.attributes, state.tags)


def _metric(scope: Any, metrics: dict[str, Any], name: str) -> Any:
    """The metric of a name within one reading; its series are its data points."""
    if name not in metrics:
        metrics[name] = scope.metrics.add(name=name)
    return metrics[name]


def _fill(point: Any, buckets: Buckets) -> None:
    point.zero_count = buckets.zeros
    if buckets.counts:
        first, last = next(iter(buckets.counts)), next(reversed(buckets.counts))
        point.positive.offset = first - 1  # OpenTelemetry names a bucket by its lower bound
        point.positive.bucket_counts.extend(buckets.counts.get(index, 0) for index in range(first, last + 1))


def _attributes(attributes: Any, tags: Mapping[str, str]) -> None:
    for key, value in tags.items():
        attributes.add(key=key).value.string_value = value
