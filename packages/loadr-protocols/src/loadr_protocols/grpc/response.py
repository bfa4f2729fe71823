"""The outcome of a call."""

from collections.abc import Mapping
from typing import Any, Final

from loadr_core.spi import Response
from loadr_protocols.grpc.layout import UNARY_LAYOUT
from loadr_protocols.grpc.messages import MessageError, as_json

PROTO: Final = "gRPC"
"""The metric tag `proto`."""

_START: Final = UNARY_LAYOUT.index("start")
_END: Final = UNARY_LAYOUT.index("end")


class GrpcResponse(Response):
    """A call that came to its end.

    Attributes:
        messages: all answers, as they came.
        message: what the server has said of the status, for people.
    """

    __slots__ = ("_class", "_headers", "_text", "message", "messages")

    def __init__(
        self,
        row: tuple[float, ...],
        status: int,
        headers: Mapping[str, str],
        messages: list[bytes],
        message_class: type[Any],
    ) -> None:
        """Tell of a call.

        Args:
            row: the measurements.
            status: the code of gRPC.
            headers: of the response, its trailers included.
            messages: the answers.
            message_class: their class.
        """
        self.proto = PROTO
        self.row = row
        self.status = status
        self.error_kind = None
        self.error = None
        self._headers = headers
        self.messages = messages
        self.message = ""
        self._class = message_class
        self._text: bytes | None = None

    def fail(self, kind: str, message: str) -> None:
        """Say why it is a failure, where that is more than its status."""
        self.error_kind = kind
        self.error = message

    @property
    def body(self) -> bytes:
        """The last answer as JSON, made when it is first asked for; nothing where there is none."""
        if self._text is None:
            self._text = b""
            if self.messages:
                try:
                    self._text = as_json(self.messages[-1], self._class).encode()
                except MessageError as error:
                    self._text = str(error).encode()
        return self._text

    @property
    def headers(self) -> Mapping[str, str]:
        """Metadata of the response, first and trailing."""
        return self._headers

    @property
    def duration(self) -> float:
        """Seconds from the first byte sent to the last one received."""
        return self.row[_END] - self.row[_START]

    def __repr__(self) -> str:
        return f"<GrpcResponse {self.error or self.status}>"
