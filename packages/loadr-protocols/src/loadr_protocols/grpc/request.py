"""A compiled call: an HTTP/2 request whose body and response are messages.

A plan says all messages of a call before it is made, so all four shapes are one request and one response.
"""

from collections.abc import Mapping
from typing import Final

from loadr_core.spi import CompiledRequest, RowLayout, Scope
from loadr_protocols.grpc.descriptors import Method
from loadr_protocols.grpc.framing import FramingError, decode_messages
from loadr_protocols.grpc.layout import STREAM_LAYOUT, UNARY_LAYOUT
from loadr_protocols.grpc.response import GrpcResponse
from loadr_protocols.grpc.status import Code, ending_of
from loadr_protocols.http.errors import ErrorKind
from loadr_protocols.http.request import HttpRequest
from loadr_protocols.http.response import TimedResponse
from loadr_protocols.http.session import HttpSession

_BOOKED: Final = {ErrorKind.TIMEOUT.value: Code.DEADLINE_EXCEEDED}


class GrpcRequest(CompiledRequest):
    """A call of a plan, shared by all VUs."""

    __slots__ = ("_layout", "_limit", "_method", "_request", "_sends", "_shared")

    def __init__(
        self, request: HttpRequest, method: Method, *, sends: int, limit: int, shared: HttpSession | None
    ) -> None:
        """Join what the handler has compiled.

        Args:
            request: the call on the wire.
            method: what is called.
            sends: how many messages are sent.
            limit: the most bytes of one answer.
            shared: the connections of all VUs, where they share them.
        """
        self._request = request
        self._method = method
        self._layout = STREAM_LAYOUT if method.streams else UNARY_LAYOUT
        self._sends = sends
        self._limit = limit
        self._shared = shared

    @property
    def method(self) -> str:
        """Always POST on the wire."""
        return self._request.method

    @property
    def layout(self) -> RowLayout:
        """Of unary calls or of streams."""
        return self._layout

    def expects(self, status: int) -> bool:
        """Whether a call with this code has succeeded."""
        return status == Code.OK

    async def send(self, session: HttpSession, scope: Scope) -> GrpcResponse:
        """Call. See `CompiledRequest.send`."""
        response = await self._request.send(self._shared or session, scope)
        assert isinstance(response, TimedResponse)
        kind = response.error_kind
        if kind is not None:
            code = _BOOKED.get(kind, Code.UNAVAILABLE)
            failed = self._outcome(response, code, response.headers, [])
            failed.fail(kind, response.error or kind)
            return failed
        trailers = response.trailers
        ending = ending_of(response.status, response.headers, trailers)
        headers = {**response.headers, **trailers} if trailers else response.headers
        problem = None
        messages: list[bytes] = []
        try:
            messages = decode_messages(response.body, headers.get("grpc-encoding"), self._limit)
        except FramingError as error:
            problem = str(error) if response.status == 200 else None
        done = self._outcome(response, ending.code, headers, messages)
        done.message = ending.message
        if problem is None and ending.code == Code.OK and not messages and not self._method.server_streams:
            problem = "the call has succeeded without an answer"
        if problem is not None or (not ending.is_told and response.status == 200):
            done.fail(ErrorKind.PROTOCOL.value, f"gRPC: {problem or ending.message}")
        return done

    def _outcome(
        self, response: TimedResponse, code: int, headers: Mapping[str, str], messages: list[bytes]
    ) -> GrpcResponse:
        return GrpcResponse(
            (*response.row, self._sends, len(messages)),
            status=code,
            headers=headers,
            messages=messages,
            message_class=self._method.response,
        )

    def __repr__(self) -> str:
        return f"<GrpcRequest {self._method.path}>"
