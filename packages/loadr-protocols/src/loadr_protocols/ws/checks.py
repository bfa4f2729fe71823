"""What of a plan only WebSocket can judge: what HTTP says of the handshake, and the messages."""

from collections.abc import Iterator, Sequence

from loadr_config.models import Request
from loadr_core.spi import Finding, PlanContext, PlanPart
from loadr_protocols.http.carrying import as_http, outlasting
from loadr_protocols.http.checks import check_http


class WsChecks:
    """The ability `Checks` by itself, for who needs no client."""

    @classmethod
    def check(cls, parts: Sequence[PlanPart], context: PlanContext) -> Iterator[Finding]:
        """Judge the plan's requests before the run."""
        yield from check_http(as_http(parts, "ws"), context)
        for part in parts:
            if isinstance(part.value, Request):
                yield from _session(part, part.value, context)


def _session(part: PlanPart, request: Request, context: PlanContext) -> Iterator[Finding]:
    if request.method not in {None, "GET"}:
        yield part.finding("a WebSocket handshake is a GET", below=("method",))
    if request.body is not None:
        hint = 'put messages into "ws.send"'
        yield part.finding("a WebSocket request has no body", below=("body",), on_key=True, suggestion=hint)
    block = request.ws
    if block is None:
        hint = "say there what is sent and awaited, as in `ws: {send: [hello]}`"
        yield part.finding('a WebSocket request needs a block "ws"', below=("url",), suggestion=hint)
        return
    yield from outlasting(part, "session", block.session_duration, ("ws", "session_duration"), context)
    if block.close and block.session is None:
        message = '"close" has no effect without "session": a session without a name ends with its request'
        yield part.finding(message, below=("ws", "close"), on_key=True)
