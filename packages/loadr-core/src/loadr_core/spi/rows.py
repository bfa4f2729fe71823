"""How a request's measurements become metrics.

A protocol measures each request as one **row**: a tuple of floats, in the order of its layout's
columns. Recording a row is one `list.append`; some thousand rows are turned into histogram counts
at once, by the arithmetic that the layout declares. No metric name is touched per request.
"""

from dataclasses import dataclass, replace
from functools import cache


@dataclass(frozen=True, slots=True)
class TrendColumn:
    """A trend: column `end`, less column `start` where one is named. Columns are in seconds.

    A trend whose values are no times has `time` false, and counts a plain number as so many milliseconds.
    """

    metric: str
    end: str
    start: str | None = None
    time: bool = True


@dataclass(frozen=True, slots=True)
class CounterColumn:
    """A counter: the sum of a column, or the number of rows where no column is named."""

    metric: str
    column: str | None = None


@dataclass(frozen=True, slots=True)
class RowLayout:
    """The meaning of a protocol's rows.

    Attributes:
        name: for messages, unique among the layouts of a run.
        columns: what each place of a row holds. Stamps are seconds of `Clock.now`, durations are
            seconds, everything else is a plain number.
        at: the column that holds the stamp at which the row was complete.
        trends: the time trends that a row feeds.
        counters: the counters that a row feeds.
        failures: the rates in which a row counts as failed or not.
    """

    name: str
    columns: tuple[str, ...]
    at: str
    trends: tuple[TrendColumn, ...] = ()
    counters: tuple[CounterColumn, ...] = ()
    failures: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a layout that names a column which it does not have.

        Raises:
            ValueError: with the unknown names.
        """
        used = {self.at}
        used.update(trend.end for trend in self.trends)
        used.update(trend.start for trend in self.trends if trend.start is not None)
        used.update(counter.column for counter in self.counters if counter.column is not None)
        unknown = sorted(used - set(self.columns))
        if unknown:
            raise ValueError(f"row layout {self.name!r} has no column {', '.join(unknown)}")

    def index(self, column: str) -> int:
        """The place of a column in a row."""
        return self.columns.index(column)


@cache
def unjudged(layout: RowLayout) -> RowLayout:
    """The layout of rows that count neither as failed nor as not failed; the same object for the same layout."""
    return replace(layout, name=f"{layout.name}, not judged", failures=())


def request_layout(protocol: str) -> RowLayout:
    """The layout of a protocol that measures only a request's start, end and bytes.

    Rows are `(start, end, bytes sent, bytes received)`; they feed `<protocol>_reqs`,
    `<protocol>_req_duration`, `<protocol>_req_failed`, and what all protocols share.
    """
    return RowLayout(
        name=protocol,
        columns=("start", "end", "sent", "received"),
        at="end",
        trends=(
            TrendColumn(f"{protocol}_req_duration", "end", "start"),
            TrendColumn("plugin_req_duration", "end", "start"),
        ),
        counters=(
            CounterColumn(f"{protocol}_reqs"),
            CounterColumn("plugin_reqs"),
            CounterColumn("data_sent", "sent"),
            CounterColumn("data_received", "received"),
        ),
        failures=tuple(dict.fromkeys(("http_req_failed", f"{protocol}_req_failed"))),
    )
