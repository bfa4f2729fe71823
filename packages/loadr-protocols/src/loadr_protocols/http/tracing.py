"""`tracing`: each request carries a W3C Trace Context, so that the target's traces can be found.

    traceparent = "00" "-" trace-id "-" parent-id "-" flags        32, 16 and 2 hexadecimal digits
    flags       = "01"                                             sampled

The response has the trace's id, so that the slowest requests can be looked up in the target's traces.

Source: W3C Trace Context, section 3.2. The hops of a redirect share a trace, as one request does.
"""

from typing import Any, Final

from loadr_core.randomness import random_hex
from loadr_core.spi import Response, Scope, Text, WrappingRequest
from loadr_protocols.http.response import Traceable


def _render(scope: Scope) -> str:
    return f"00-{scope.trace_id}-{random_hex(16)}-01"


TRACEPARENT: Final = Text("traceparent", None, _render)
"""The field's value for a request that a `TracedRequest` sends."""


class TracedRequest(WrappingRequest):
    """A request whose every use is a new trace; the one within has the field `TRACEPARENT`.

    A trace's id is not seeded: two runs with one seed are different traces.
    """

    __slots__ = ()

    async def send(self, session: Any, scope: Scope) -> Response:
        """Send it with a trace of its own. See `CompiledRequest.send`.

        The message is rendered before the first moment at which anybody else may run, so that requests
        which one VU sends at once do not get each other's traces.
        """
        trace_id = scope.trace_id = random_hex(32)
        response = await self._request.send(session, scope)
        assert isinstance(response, Traceable)
        response.trace_id = trace_id
        return response
