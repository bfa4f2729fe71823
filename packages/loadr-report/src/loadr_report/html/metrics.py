"""All metrics that have samples, in groups."""

from collections.abc import Sequence

from loadr_config.metrics import MetricKind
from loadr_config.summary import MetricSummary, Summary
from loadr_report.arrangement import metric_groups
from loadr_report.html import cells
from loadr_report.html.markup import Markup, element
from loadr_report.quantities import plural
from loadr_report.readings import TREND_COLUMNS, reading, trend_cells


def metrics(summary: Summary) -> Markup | None:
    """The table."""
    groups = []
    listed = 0
    for group in metric_groups(summary):
        listed += len(group.rows)
        rows = [cells.row(element("th", group.title, scope="rowgroup", colspan=str(1 + len(TREND_COLUMNS))))]
        for row in group.rows:
            rows.append(cells.row(cells.text(row.total.metric), *_readings(row.total)))
            for part in row.selected:
                tags = ", ".join(f"{tag}: {value}" for tag, value in part.tags.items())
                rows.append(cells.row(cells.text(f"{{{tags}}}", style="name inner"), *_readings(part)))
        groups.append(element("tbody", *rows))
    if not groups:
        return None
    return element(
        "details",
        element("summary", f"All {plural(listed, 'metric')} over the whole run"),
        cells.bodies("Metrics", ("Metric", *(f"#{column}" for column in TREND_COLUMNS)), groups),
        class_="printed",
    )


def _readings(metric: MetricSummary) -> Sequence[Markup]:
    if metric.kind is MetricKind.TREND:
        return [cells.figure(cell) for cell in trend_cells(metric)]
    first, *others = reading(metric)
    text = element("strong", first), *(element("span", f" {other}", class_="quiet") for other in others)
    return [element("td", *text, colspan=str(len(TREND_COLUMNS)), class_="reading")]
