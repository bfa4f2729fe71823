"""What the rows of a stream hold, and which metrics they feed.

A stream is one row. Its first event, the gaps between events and their rate are samples beside it, because
a stream has any number of them.
"""

from typing import Final

from loadr_core.spi import CounterColumn, RowLayout, TrendColumn
from loadr_protocols.http.layout import HTTP_LAYOUT

SSE_LAYOUT: Final = RowLayout(
    name="sse",
    columns=(*HTTP_LAYOUT.columns, "events"),
    at="end",
    trends=(
        TrendColumn("sse_req_duration", "end", "start"),
        TrendColumn("plugin_req_duration", "end", "start"),
    ),
    counters=(
        CounterColumn("sse_reqs"),
        CounterColumn("plugin_reqs"),
        CounterColumn("sse_events", "events"),
        CounterColumn("http_tls_handshakes", "handshakes"),
        CounterColumn("http_tls_resumed", "resumed"),
        CounterColumn("data_sent", "bytes_sent"),
        CounterColumn("data_received", "bytes_received"),
    ),
    failures=("http_req_failed", "sse_req_failed"),
)

FIRST_EVENT_LAYOUT: Final = RowLayout(
    name="sse first event",
    columns=("start", "at"),  # stamps: the request was about to be sent; its first event had come
    at="at",
    trends=(TrendColumn("sse_first_event", "at", "start"),),
)

GAP_LAYOUT: Final = RowLayout(
    name="sse gap",
    columns=("before", "at"),  # stamps of two events, one after the other
    at="at",
    trends=(TrendColumn("sse_event_gap", "at", "before"),),
)

RATE_LAYOUT: Final = RowLayout(
    name="sse rate",
    columns=("rate", "at"),  # events per second from the first to the last one; the stamp of the last one
    at="at",
    trends=(TrendColumn("sse_event_rate", "rate", time=False),),
)
