"""What the rows of a WebSocket session hold, and which metrics they feed.

A request of the plan is one row, whether it opens a session, uses one that is held, or both. What has a time
of its own is a sample beside it: the opening, the end of the session, replies, pongs.
"""

from typing import Final, NamedTuple

from loadr_core.spi import CounterColumn, RowLayout, TrendColumn


class WsRow(NamedTuple):
    """A row.

    Attributes:
        start: the moment at which the request began.
        end: the moment at which it ended; where it was over with a message on a held session, when that was read.
        sessions: how many sessions it opened: 0 or 1.
        msgs_sent: messages sent.
        msgs_received: messages received.
        sent: bytes on the wire, the handshake included; the next likewise.
        received: bytes that came.
    """

    start: float
    end: float
    sessions: int
    msgs_sent: int
    msgs_received: int
    sent: int
    received: int


WS_LAYOUT: Final = RowLayout(
    name="ws",
    columns=WsRow._fields,
    at="end",
    counters=(
        CounterColumn("ws_sessions", "sessions"),
        CounterColumn("ws_msgs_sent", "msgs_sent"),
        CounterColumn("ws_msgs_received", "msgs_received"),
        CounterColumn("data_sent", "sent"),
        CounterColumn("data_received", "received"),
    ),
    failures=("http_req_failed", "ws_req_failed"),
)


def _span(metric: str) -> RowLayout:
    """A layout of two stamps and the time between them."""
    return RowLayout(metric, ("start", "at"), "at", trends=(TrendColumn(metric, "at", "start"),))


CONNECTING: Final = _span("ws_connecting")
"""From the request's start to the open connection: lookup, TCP, TLS and handshake."""

SESSION: Final = _span("ws_session_duration")
"""From the request that opened a session to its end."""

REPLY: Final = _span("ws_reply_duration")
"""From a message to the one that answers it, where the plan says how they are matched."""

PING_PONG: Final = _span("ws_ping")
"""From a ping to its pong."""
