"""What a row of an exchange over a socket holds, and which metrics it feeds."""

from typing import Final

from loadr_core.spi import CounterColumn, RowLayout, TrendColumn

SocketRow = tuple[float, float, float, int, int]
"""A row, as the columns of the layouts name it. No named tuple: that costs ten times as much to make."""


def _layout(protocol: str, *trends: TrendColumn) -> RowLayout:
    return RowLayout(
        name=protocol,
        columns=(
            "connecting",  # seconds that address lookup, connecting and TLS took before the exchange
            "start",  # stamp: the first byte was about to be written
            "end",  # stamp: the last byte was read, or the exchange failed
            "sent",  # bytes on the wire, TLS and its handshake included
            "received",
        ),
        at="end",
        trends=(TrendColumn(f"{protocol}_req_duration", "end", "start"), *trends),
        counters=(
            CounterColumn(f"{protocol}_reqs"),
            CounterColumn("data_sent", "sent"),
            CounterColumn("data_received", "received"),
        ),
        failures=("http_req_failed", f"{protocol}_req_failed"),
    )


TCP_LAYOUT: Final = _layout("tcp", TrendColumn("tcp_connecting", "connecting"))
UDP_LAYOUT: Final = _layout("udp")
