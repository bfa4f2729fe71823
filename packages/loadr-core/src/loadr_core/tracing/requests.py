"""Requests that tell how they were answered."""

from typing import TYPE_CHECKING, Any

from loadr_core.spi.protocol import CompiledRequest, Response
from loadr_core.spi.scope import Scope
from loadr_core.spi.text import RenderError
from loadr_core.spi.wrapping import WrappingRequest
from loadr_core.tracing.events import Answered

if TYPE_CHECKING:
    from loadr_core.tracing.trace import Trace


class TracedRequest(WrappingRequest):
    """A compiled request with its trace around it.

    Args:
        trace: who is told.
        request: the request.
        name: its name.
    """

    __slots__ = ("_name", "_trace")

    def __init__(self, trace: "Trace", request: CompiledRequest, name: str) -> None:
        super().__init__(request)
        self._trace = trace
        self._name = name

    async def send(self, session: Any, scope: Scope) -> Response:
        """Send it, and tell."""
        trace = self._trace
        try:
            response = await self._request.send(session, scope)
        except RenderError as error:
            problem = trace.mask(f"not sent: {error}")
            trace.emit(Answered(trace.place, trace.mask(self._name), 0, "", 0.0, 0, problem))
            raise
        trace.emit(
            Answered(
                trace.place,
                trace.mask(self._name),
                response.status,
                response.proto,
                response.duration,
                len(response.body),
                self._problem(response),
            )
        )
        return response

    def _problem(self, response: Response) -> str | None:
        if response.error_kind is not None:
            return self._trace.mask(f"{response.error_kind}: {response.error or ''}".rstrip(": "))
        return None if self.expects(response.status) else f"status {response.status} is not expected"

    def __repr__(self) -> str:
        return f"<TracedRequest {self._name}>"
