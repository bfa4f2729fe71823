"""What the row of a call holds, and which metrics it feeds."""

from typing import Final

from loadr_core.spi import CounterColumn, RowLayout, TrendColumn
from loadr_protocols.http.layout import HTTP_LAYOUT


def _layout(name: str, *counters: CounterColumn) -> RowLayout:
    return RowLayout(
        name=name,
        columns=(*HTTP_LAYOUT.columns, "msgs_sent", "msgs_received"),
        at="end",
        trends=(TrendColumn("grpc_req_duration", "end", "start"),),
        counters=(
            CounterColumn("grpc_reqs"),
            CounterColumn("http_tls_handshakes", "handshakes"),
            CounterColumn("http_tls_resumed", "resumed"),
            CounterColumn("data_sent", "bytes_sent"),
            CounterColumn("data_received", "bytes_received"),
            *counters,
        ),
        failures=("http_req_failed", "grpc_req_failed"),
    )


UNARY_LAYOUT: Final = _layout("grpc")
STREAM_LAYOUT: Final = _layout(
    "grpc stream",
    CounterColumn("grpc_streams_msgs_sent", "msgs_sent"),
    CounterColumn("grpc_streams_msgs_received", "msgs_received"),
)
