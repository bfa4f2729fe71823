"""The built-in metrics: their names, kinds and units.

The names are k6's where k6 has them, so that dashboards carry over. A series is a metric together
with a set of tags; this module knows metrics only.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

ObservedUnit = Literal["ratio", "percent", "bytes", "count", "seconds"]
"""The unit of an observed metric's values."""


class MetricKind(StrEnum):
    """What a metric keeps of its samples."""

    COUNTER = "counter"  # the sum
    GAUGE = "gauge"  # the last value, the smallest and the largest
    RATE = "rate"  # hits out of a total
    TREND = "trend"  # a histogram


@dataclass(frozen=True, slots=True)
class MetricDefinition:
    """A metric's name, kind and, for a trend, whether its values are times in milliseconds."""

    name: str
    kind: MetricKind
    description: str
    time: bool = False


def _counter(name: str, description: str) -> MetricDefinition:
    return MetricDefinition(name, MetricKind.COUNTER, description)


def _gauge(name: str, description: str) -> MetricDefinition:
    return MetricDefinition(name, MetricKind.GAUGE, description)


def _rate(name: str, description: str) -> MetricDefinition:
    return MetricDefinition(name, MetricKind.RATE, description)


def _time(name: str, description: str) -> MetricDefinition:
    return MetricDefinition(name, MetricKind.TREND, description, time=True)


_CORE = (
    _counter("iterations", "iterations that ran to their end"),
    _time("iteration_duration", "time of a whole iteration"),
    _counter("dropped_iterations", "starts that found no free VU"),
    _counter("interrupted_iterations", "iterations cut off after the grace time"),
    _gauge("vus", "VUs that are running"),
    _gauge("vus_max", "VUs that were made"),
    _rate("checks", "checks that passed"),
    _time("group_duration", "time of a whole group"),
    _counter("vu_exceptions", "errors raised inside a VU"),
    _counter("data_sent", "bytes sent"),
    _counter("data_received", "bytes received"),
)

_OPEN_MODEL = (
    _time("iteration_start_delay", "actual minus intended start of an iteration"),
    _time("http_req_corrected_duration", "response time from the intended start"),
)

_HTTP = (
    _counter("http_reqs", "HTTP requests"),
    _time("http_req_duration", "sending + waiting + receiving"),
    _time("http_req_blocked", "waiting for a connection, with making it"),
    _time("http_req_looking_up", "resolving the host name"),
    _time("http_req_connecting", "making the TCP connection"),
    _time("http_req_tls_handshaking", "the TLS handshake"),
    _time("http_req_sending", "writing the request"),
    _time("http_req_waiting", "from the request's last byte to the response's first"),
    _time("http_req_receiving", "from the response's first byte to its last"),
    _counter("http_cache_hits", "responses from a VU's own cache, which are no requests"),
    _counter("http_tls_handshakes", "TLS handshakes of HTTP connections"),
    _counter("http_tls_resumed", "TLS handshakes that resumed an earlier session"),
    _rate("http_req_failed", "requests of any protocol that failed"),
)

_WEBSOCKET = (
    _time("ws_connecting", "making the WebSocket connection"),
    _time("ws_session_duration", "life of a WebSocket session"),
    _counter("ws_sessions", "WebSocket sessions"),
    _counter("ws_msgs_sent", "WebSocket messages sent"),
    _counter("ws_msgs_received", "WebSocket messages received"),
    _time("ws_reply_duration", "from a WebSocket message to the one that answers it"),
    _time("ws_ping", "from a WebSocket ping to its pong"),
)

_OTHER_PROTOCOLS = (
    *(
        metric
        for protocol in ("graphql", "grpc", "tcp", "udp", "sse", "postgres", "plugin")
        for metric in (
            _counter(f"{protocol}_reqs", f"{protocol} requests"),
            _time(f"{protocol}_req_duration", f"time of a {protocol} request"),
            _rate(f"{protocol}_req_failed", f"{protocol} requests that failed"),
        )
    ),
    _time("tcp_connecting", "looking up, connecting and the TLS handshake of a TCP request"),
    _rate("ws_req_failed", "WebSocket sessions that failed"),
    _counter("grpc_streams", "gRPC streams that scripts have begun"),
    _counter("grpc_streams_msgs_sent", "gRPC stream messages sent"),
    _counter("grpc_streams_msgs_received", "gRPC stream messages received"),
    _counter("sse_events", "server-sent events received"),
    _time("sse_first_event", "from the sending of a request to the first event of its stream"),
    _time("sse_event_gap", "time between two events of a stream"),
    MetricDefinition(
        "sse_event_rate", MetricKind.TREND, "events per second of a stream, from its first to its last"
    ),
)

_GENERATOR = (
    _time("loadr_loop_lag", "how late the generator's event loop ran a timer"),
    _gauge("loadr_cpu", "CPU of a worker process, 0 to 1"),
    _counter("loadr_late_starts", "open-model starts more than 10 ms late for the generator's own reasons"),
)

BUILT_IN_METRICS: Final[dict[str, MetricDefinition]] = {
    metric.name: metric
    for metric in (*_CORE, *_OPEN_MODEL, *_HTTP, *_WEBSOCKET, *_OTHER_PROTOCOLS, *_GENERATOR)
}
"""Every built-in metric by name, in the order in which a summary shows them."""
