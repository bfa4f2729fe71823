"""One row for each request name, with where its latencies lie."""

import math
from collections.abc import Sequence
from typing import Final

from loadr_config.summary import Aggregate, Summary
from loadr_report.arrangement import RequestRow, request_rows
from loadr_report.html import cells
from loadr_report.html.markup import Child, Markup, element
from loadr_report.readings import ABSENT, TREND_COLUMNS, Unit, reading, trend_cells

_TREND: Final = ("avg", "med", "p95", "p99", "max")
_LEAST_MS: Final = 0.001


def requests(summary: Summary) -> Markup | None:
    """The table; readers may sort it."""
    listed = request_rows(summary)
    several = len({row.protocol for row in listed}) > 1
    scale = _Scale.of([row.duration.agg for row in listed if row.duration])
    headings = (
        "Request",
        *(("Protocol",) if several else ()),
        "#Count",
        "#Rate",
        "#Failed",
        *(f"#{column}" for column in _TREND),
        "Spread",
    )
    rows = [_request(row, scale, several=several) for row in listed]
    return cells.table("Requests", headings, rows, style="sortable" if len(rows) > 1 else None)


def _request(row: RequestRow, scale: "_Scale", *, several: bool) -> Markup:
    requests = row.requests.agg if row.requests else None
    count, per_second = (*reading(row.requests), ABSENT)[:2] if row.requests else (ABSENT, ABSENT)
    failed = row.failed.agg.rate if row.failed else None
    trend = row.duration.agg if row.duration else Aggregate()
    shown = dict(zip(TREND_COLUMNS, trend_cells(row.duration), strict=True)) if row.duration else {}
    made: list[Child] = [
        cells.text(row.name),
        cells.text(row.protocol, style="kind") if several else None,
        cells.figure(count, requests.sum if requests else None),
        cells.figure(per_second, requests.per_second if requests else None),
        cells.figure(Unit.RATIO.text(failed), failed, style="bad" if failed else ""),
        *(cells.figure(shown.get(column, ABSENT), getattr(trend, column)) for column in _TREND),
        element("td", scale.drawn(trend), class_="spread", data_value=cells.sortable(trend.med)),
    ]
    return cells.row(*made)


class _Scale:
    """One logarithmic scale for the spreads of all requests, 0 to 100 from the least to the largest."""

    def __init__(self, least: float, largest: float) -> None:
        self._low = math.log(max(least, _LEAST_MS))
        self._width = max(math.log(max(largest, _LEAST_MS)) - self._low, 1e-9)

    @classmethod
    def of(cls, trends: Sequence[Aggregate]) -> "_Scale":
        """A scale that all of them fit on."""
        ends = [end for trend in trends for end in (trend.min, trend.max) if end is not None]
        return cls(min(ends, default=_LEAST_MS), max(ends, default=1.0))

    def drawn(self, trend: Aggregate) -> Markup | None:
        """A thin line from the least to the largest, a thick one from median to p95, a tick at p99."""
        if trend.min is None or trend.med is None or trend.p95 is None or trend.max is None:
            return None
        parts = [self._line(trend.min, trend.max, "range"), self._line(trend.med, trend.p95, "body")]
        if trend.p99 is not None:
            place = self._place(trend.p99)
            parts.append(element("line", x1=place, x2=place, y1="1", y2="9", class_="tick"))
        return cells.strip(*parts)

    def _line(self, start: float, end: float, style: str) -> Markup:
        return element("line", x1=self._place(start), x2=self._place(end), y1="5", y2="5", class_=style)

    def _place(self, value: float) -> str:
        return f"{(math.log(max(value, _LEAST_MS)) - self._low) / self._width * 100:.1f}"
