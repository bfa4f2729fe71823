"""Exchanges as they went over the wire: what a protocol shows to somebody who looks for a mistake."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WireExchange:
    """One request and what came back.

    Attributes:
        url: where it went.
        request_head: request line and fields, a line each.
        request_body: as sent; of one that is read while it is sent, nothing.
        response_head: status line and fields; empty where no response came.
        response_body: without content codings, where they can be taken off.
        seconds: from the first byte sent to the last one received.
        error: what went wrong, or `None`.
    """

    url: str
    request_head: str
    request_body: bytes
    response_head: str
    response_body: bytes
    seconds: float
    error: str | None = None


WireTap = Callable[[WireExchange], None]
"""Told of every exchange, on the event loop. A protocol that knows one shows it all it does, also redirects."""
