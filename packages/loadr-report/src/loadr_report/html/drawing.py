"""All that the page's script draws, as data."""

from collections.abc import Sequence
from typing import Any, Final

from loadr_config.metrics import BUILT_IN_METRICS
from loadr_config.summary import HeatMap, Summary
from loadr_report.arrangement import request_rows
from loadr_report.distribution import Distribution
from loadr_report.html.observed import observed_panels
from loadr_report.html.panels import panel_data, panels, rounded
from loadr_report.html.percentile_curve import curve, places
from loadr_report.html.thinning import Batches
from loadr_report.text import visible

CORRECTED: Final = "corrected"
SERVICE: Final = "service time"
_MOST_REQUESTS: Final = 200
"""Curves beyond those of the most frequent requests would only make the file large."""

Named = tuple[str, Distribution]


def drawing(summary: Summary) -> dict[str, Any]:
    """The data of all charts of a report; a chart without data is not in it."""
    data: dict[str, Any] = {}
    drawn = panels(summary.timeline)
    if drawn:
        batches = Batches.of(summary.timeline)
        data["secs"] = batches.secs
        data["panels"] = {
            **{panel.key: panel_data(panel, batches) for panel in drawn},
            **{panel.key: panel.data for panel in observed_panels(summary)},
        }
    if summary.heat_map is not None and len(summary.heat_map.columns) > 1:
        data["heat"] = _heat(summary.heat_map)
    if whole := whole_distributions(summary):
        data["curves"] = _curves(whole, request_distributions(summary))
    return data


def whole_distributions(summary: Summary) -> list[Named]:
    """The distributions over all requests: the time of service, and what users felt where that is known."""
    found = []
    for metric in summary.metrics:
        label = _whole_label(metric.metric)
        if label and not metric.tags and metric.agg.count and (values := Distribution.of(metric)):
            found.append((label, values))
    return sorted(found, key=lambda named: named[0] == CORRECTED)  # beside what it is compared with


def _whole_label(metric: str) -> str | None:
    """What the trend over all requests of a protocol is called here."""
    match metric.removesuffix("_duration"):
        case "http_req":
            return SERVICE
        case "http_req_corrected":
            return CORRECTED
        case protocol if protocol.endswith("_req") and metric in BUILT_IN_METRICS:
            return f"{protocol.removesuffix('_req')} {SERVICE}"
        case _:
            return None


def request_distributions(summary: Summary) -> list[Named]:
    """The distribution of each request name, the most frequent first; none where there is but one name."""
    rows = [row for row in request_rows(summary) if row.duration is not None]
    if len(rows) < 2:
        return []
    rows.sort(key=lambda row: -(row.duration.agg.count or 0) if row.duration else 0)
    return [
        (row.name, values)
        for row in rows[:_MOST_REQUESTS]
        if row.duration is not None and (values := Distribution.of(row.duration))
    ]


def _curves(whole: Sequence[Named], requests: Sequence[Named]) -> dict[str, Any]:
    at = places([values.total for _, values in (*whole, *requests)])

    def drawn(named: Sequence[Named]) -> list[dict[str, Any]]:
        return [{"label": visible(label), "values": rounded(curve(values, at))} for label, values in named]

    return {"at": rounded_places(at), "whole": drawn(whole), "requests": drawn(requests)}


def rounded_places(at: Sequence[float]) -> list[float]:
    """Places told apart by six digits."""
    return [float(f"{place:.6g}") for place in at]


def _heat(heat: HeatMap) -> dict[str, Any]:
    return {
        "from": heat.from_ms,
        "upto": heat.upto_ms,
        "ends": [column.elapsed_secs for column in heat.columns],
        "columns": [[column.first, *column.counts] for column in heat.columns],
    }
