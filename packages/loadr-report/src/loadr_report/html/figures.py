"""Where charts are drawn, and what stands there for those who do not see them: words and tables."""

from collections.abc import Sequence
from statistics import fmean
from typing import Final

from loadr_config.summary import Summary, TimelinePoint
from loadr_report import quantities
from loadr_report.html import cells
from loadr_report.html.drawing import CORRECTED, SERVICE, Named, whole_distributions
from loadr_report.html.markup import Child, Markup, element
from loadr_report.html.observed import observed_panels
from loadr_report.html.panels import panels
from loadr_report.html.thinning import Batches
from loadr_report.readings import Unit

_ROWS: Final = 20
_PERCENTS: Final = (50.0, 75.0, 90.0, 95.0, 99.0, 99.9, 99.99)


def over_time(summary: Summary) -> Markup | None:
    """The charts over the time of the run, and the same as a table."""
    points = summary.timeline
    drawn = panels(points)
    if not drawn:
        return None
    length = quantities.elapsed(points[-1].elapsed_secs)
    figures = [
        _chart(panel.key, panel.title, f"{panel.title} over {length}: {panel.peaks(points)}")
        for panel in drawn
    ]
    if summary.heat_map is not None and len(summary.heat_map.columns) > 1:
        spread = f"How latencies were spread over {length}; the percentiles are in the table below"
        figures.insert(2, _chart("heat", "Latency heat map", spread, style="chart wide"))
    figures += [
        _chart(panel.key, panel.title, panel.described, remark=panel.remark)
        for panel in observed_panels(summary)
    ]
    size = Batches.of(points).size
    note = f"Each pair of points is the lowest and the highest second of {size} seconds." if size > 1 else ""
    return element(
        "div",
        element("p", note, class_="quiet above") if note else None,
        _without_script(),
        element("div", *figures, class_="charts"),
        _time_table(points),
    )


def distribution(summary: Summary) -> Markup | None:
    """The curve over the percentile beside its figures."""
    whole = whole_distributions(summary)
    if not whole:
        return None
    words = "; ".join(
        f"{label}: median {quantities.duration(values.percentile(50))}, "
        f"p99 {quantities.duration(values.percentile(99))}"
        for label, values in whole
    )
    return element(
        "div",
        _chart("curves", "Latency by percentile", words),
        element("div", _percentiles(whole), _not_of_all(whole)),
        class_="distribution",
    )


def _chart(key: str, title: str, described: str, style: str = "chart", remark: str = "") -> Markup:
    """A figure that the page's script fills; without it there is nothing to be seen but the title."""
    return element(
        "figure",
        element(
            "figcaption", element("h3", title), element("p", remark, class_="doubtful") if remark else None
        ),
        element("div", class_="plot", role="img", aria_label=described, tabindex="0"),
        class_=style,
        data_chart=key,
    )


def _without_script() -> Markup:
    words = "Charts need JavaScript. Their figures are in the tables."
    return element("noscript", element("p", words, class_="quiet"))


def _percentiles(whole: Sequence[Named]) -> Markup | None:
    rows = [
        cells.row(
            element("th", f"p{percent:g}", scope="row"),
            *(_percentile(values.total, percent, values.percentile(percent)) for _, values in whole),
        )
        for percent in _PERCENTS
    ]
    rows.append(
        cells.row(
            element("th", "max", scope="row"),
            *(cells.figure(quantities.duration(values.highest[-1])) for _, values in whole),
        )
    )
    rows.append(
        cells.row(
            element("th", "samples", scope="row"),
            *(cells.figure(f"{values.total:,}") for _, values in whole),
            style="quiet",
        )
    )
    return cells.table("Percentiles", ("", *(f"#{label}" for label, _ in whole)), rows)


def _not_of_all(whole: Sequence[Named]) -> Markup | None:
    """Corrected times are known of scenarios with arrival rates alone: beside others they are of fewer requests."""
    totals = {label: values.total for label, values in whole}
    if totals.get(CORRECTED, 0) in (0, totals.get(SERVICE)):
        return None
    words = "Corrected times are of scenarios with arrival rates alone, from the intended start."
    return element("p", words, class_="quiet remark")


def _percentile(total: int, percent: float, value: float) -> Markup:
    """A percentile that fewer than ten values lie above is an accident: it is shown in grey."""
    beyond = total * (1 - percent / 100)
    return cells.figure(quantities.duration(value), style="quiet" if beyond < 10 else "")


def _time_table(points: Sequence[TimelinePoint]) -> Markup:
    """The run in at most `_ROWS` rows: the mean of throughput, the worst second of all else."""
    size = -(-len(points) // _ROWS)
    rows = [_time_row(points[start : start + size]) for start in range(0, len(points), size)]
    headings = ("Up to", "#Requests/s", "#Most VUs", "#Errors", "#p50", "#p95", "#p99")
    note = "Of each row the mean of throughput, and the worst second of all else." if size > 1 else ""
    return element(
        "details",
        element("summary", "Timeline as a table"),
        element("p", note, class_="quiet") if note else None,
        cells.table("Timeline", headings, rows),
    )


def _time_row(part: Sequence[TimelinePoint]) -> Markup:
    worst: list[Child] = []
    for field in ("latency_p50", "latency_p95", "latency_p99"):
        present = [value for point in part if (value := getattr(point, field)) is not None]
        worst.append(cells.figure(Unit.TIME.text(max(present, default=None))))
    return cells.row(
        element("th", quantities.elapsed(part[-1].elapsed_secs), scope="row"),
        cells.figure(quantities.number(fmean(point.rps for point in part))),
        cells.figure(f"{max(point.active_vus for point in part):,}"),
        cells.figure(quantities.percentage(max(point.error_rate for point in part))),
        *worst,
    )
