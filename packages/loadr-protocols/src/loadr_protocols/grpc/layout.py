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

# Of scripts, which open and close their channels themselves.
_CALL_COLUMNS: Final = ("start", "end", "bytes_sent", "bytes_received")
_BYTES: Final = (CounterColumn("data_sent", "bytes_sent"), CounterColumn("data_received", "bytes_received"))


def _of_scripts(
    name: str, *counters: CounterColumn, lasts: bool = False, failures: tuple[str, ...] = ()
) -> RowLayout:
    return RowLayout(
        name=name,
        columns=_CALL_COLUMNS,
        at="end",
        trends=(TrendColumn("grpc_req_duration", "end", "start"),) if lasts else (),
        counters=(*counters, *_BYTES),
        failures=failures,
    )


CHANNEL_LAYOUT: Final = _of_scripts("grpc channel")
"""Of connecting, which is no call."""

CALL_LAYOUT: Final = _of_scripts(
    "grpc call", CounterColumn("grpc_reqs"), lasts=True, failures=("http_req_failed", "grpc_req_failed")
)
"""Of a call with one message and one answer."""

OPENING_LAYOUT: Final = _of_scripts(
    "grpc opening", CounterColumn("grpc_streams"), failures=("http_req_failed",)
)
"""Of the beginning of a call whose messages come one by one."""

ENDING_LAYOUT: Final = _of_scripts(
    "grpc ending", CounterColumn("grpc_reqs"), lasts=True, failures=("grpc_req_failed",)
)
"""Of its end."""
