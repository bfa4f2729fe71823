"""What a row of an HTTP request holds, and which metrics it feeds."""

from collections.abc import Sequence
from typing import Final

from loadr_core.spi import CounterColumn, RowLayout, TrendColumn

HTTP_LAYOUT: Final = RowLayout(
    name="http",
    columns=(
        "blocked",  # from the step's start to the start of sending, seconds
        "looking_up",  # address lookup, seconds; the next two likewise
        "connecting",
        "tls",
        "handshakes",  # of TLS: 0 or 1
        "resumed",  # of those the ones that resumed a session
        "start",  # stamp: the first byte is about to be written
        "sent",  # stamp: the last byte was handed to the kernel
        "first",  # stamp: the first byte of the response was read
        "end",  # stamp: the last byte of the response was read, or the request failed
        "bytes_sent",  # on the wire, TLS and its handshake included
        "bytes_received",
    ),
    at="end",
    trends=(
        TrendColumn("http_req_blocked", "blocked"),
        TrendColumn("http_req_looking_up", "looking_up"),
        TrendColumn("http_req_connecting", "connecting"),
        TrendColumn("http_req_tls_handshaking", "tls"),
        TrendColumn("http_req_sending", "sent", "start"),
        TrendColumn("http_req_waiting", "first", "sent"),
        TrendColumn("http_req_receiving", "end", "first"),
        TrendColumn("http_req_duration", "end", "start"),
    ),
    counters=(
        CounterColumn("http_reqs"),
        CounterColumn("http_tls_handshakes", "handshakes"),
        CounterColumn("http_tls_resumed", "resumed"),
        CounterColumn("data_sent", "bytes_sent"),
        CounterColumn("data_received", "bytes_received"),
    ),
    failures=("http_req_failed",),
)

Opening = tuple[float, float, float, float, int, int]
"""The first six columns: what had to happen before the request could be sent."""

Exchange = tuple[float, float, float, float, int, int]
"""The other columns: the exchange itself."""

NOTHING_OPENED: Final[Opening] = (0.0, 0.0, 0.0, 0.0, 0, 0)
"""A kept-alive connection was at hand."""


def timings(row: Sequence[float]) -> dict[str, float]:
    """A row's phases in seconds, by the names that scripts know; none for a row of another layout."""
    if len(row) != len(HTTP_LAYOUT.columns):
        return {}
    return {
        trend.metric.removeprefix("http_req_"): row[end] - (0.0 if start is None else row[start])
        for trend, end, start in _PHASES
    }


_PHASES: Final = [
    (
        trend,
        HTTP_LAYOUT.index(trend.end),
        None if trend.start is None else HTTP_LAYOUT.index(trend.start),
    )
    for trend in HTTP_LAYOUT.trends
]
