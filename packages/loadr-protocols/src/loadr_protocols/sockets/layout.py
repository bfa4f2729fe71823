"""What a row of an exchange over a socket holds, and which metrics it feeds."""

from typing import Final, NamedTuple

from loadr_core.spi import CounterColumn, RowLayout, TrendColumn


class SocketRow(NamedTuple):
    """A row.

    Attributes:
        connecting: seconds that address lookup, connecting and TLS took before the exchange.
        start: the moment at which the first byte was about to be written.
        end: the moment at which the last byte was read, or the exchange failed.
        sent: bytes on the wire, TLS and its handshake included; the next likewise.
        received: bytes that came.
    """

    connecting: float
    start: float
    end: float
    sent: int
    received: int


def _layout(protocol: str, *trends: TrendColumn) -> RowLayout:
    return RowLayout(
        name=protocol,
        columns=SocketRow._fields,
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
