"""Series as points of InfluxDB. Pure.

A series is a measurement with k6's name; a point stands for one interval. Fields by kind:

=======  ================================================================================
counter  ``value``: the increment
rate     ``value``: share of hits, ``hits``, ``total``
gauge    ``value``: the last, ``min``, ``max``
trend    ``value``: the mean, ``count``, ``sum``, ``min``, ``max``, ``med``, ``p90``, ``p95``, ``p99``
=======  ================================================================================

Percentiles are those of the interval, in ms for times; they cannot be averaged over intervals.
"""

from collections.abc import Mapping
from typing import Any, Final

from loadr_config.metrics import MetricKind
from loadr_outputs.series import Reading, SeriesState

_QUANTILES: Final = {"med": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}
_NS: Final = 1_000_000_000


def fields_of(state: SeriesState) -> dict[str, float | int]:
    """The fields of a point."""
    match state.kind:
        case MetricKind.COUNTER:
            return {"value": state.sum}
        case MetricKind.RATE:
            share = state.sum / state.count if state.count else 0.0
            return {"value": share, "hits": int(state.sum), "total": state.count}
        case MetricKind.GAUGE:
            return {"value": state.last, "min": state.min, "max": state.max}
        case MetricKind.TREND:
            quantiles = zip(_QUANTILES, state.quantiles(_QUANTILES.values()), strict=True)
            return {
                "value": state.sum / state.count,
                "count": state.count,
                "sum": state.sum,
                "min": state.min,
                "max": state.max,
                **dict(quantiles),
            }


def points_of(reading: Reading, extra_tags: Mapping[str, str], point_class: Any) -> list[Any]:
    """A reading as points of the client library; their time is the interval's end.

    Args:
        reading: the series.
        extra_tags: tags of every point.
        point_class: `influxdb_client.Point`.
    """
    at = int(reading.window.end * _NS)
    return [
        point_class.from_dict(
            {
                "measurement": state.metric,
                "tags": {**state.tags, **extra_tags},
                "fields": fields_of(state),
                "time": at,
            }
        )
        for state in reading.series
    ]
