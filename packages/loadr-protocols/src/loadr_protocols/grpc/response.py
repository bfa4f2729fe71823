"""The outcome of a call."""

from collections.abc import Mapping
from typing import Any, Final

from loadr_protocols.grpc.layout import UNARY_LAYOUT
from loadr_protocols.grpc.messages import MessageError, as_json
from loadr_protocols.grpc.status import name_of
from loadr_protocols.http.carried import CarriedResponse

PROTO: Final = "gRPC"
"""The metric tag `proto`."""

_START: Final = UNARY_LAYOUT.index("start")
_END: Final = UNARY_LAYOUT.index("end")


class GrpcResponse(CarriedResponse):
    """A call that came to its end; its headers are the metadata of the response, first and trailing.

    Attributes:
        messages: all answers, as they came.
        message: what the server has said of the status, for people.
    """

    __slots__ = ("_class", "_text", "message", "messages")

    def __init__(
        self,
        row: tuple[float, ...],
        *,
        status: int,
        headers: Mapping[str, str],
        messages: list[bytes],
        message_class: type[Any],
    ) -> None:
        """Tell of a call.

        Args:
            row: the measurements.
            status: the code of gRPC.
            headers: metadata.
            messages: the answers.
            message_class: their class.
        """
        super().__init__(row, status=status, proto=PROTO, headers=headers, body=b"")
        self.messages = messages
        self.message = ""
        self._class = message_class
        self._text: bytes | None = None

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
    def duration(self) -> float:
        """Seconds from the first byte sent to the last one received."""
        return self.row[_END] - self.row[_START]

    def __repr__(self) -> str:
        return f"<GrpcResponse {self.error or name_of(self.status)}>"
