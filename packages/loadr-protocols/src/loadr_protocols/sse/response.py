"""The outcome of a stream: the last response, as the plan sees it."""

from collections.abc import Mapping, Sequence
from typing import Final

from loadr_core.spi import Response, Sample
from loadr_protocols.sse.layout import SSE_LAYOUT

_START: Final = SSE_LAYOUT.index("start")
_END: Final = SSE_LAYOUT.index("end")


class SseResponse(Response):
    """What a stream has shown, or why it did not."""

    __slots__ = ("_body", "_headers", "further")

    def __init__(
        self,
        row: tuple[float, ...],
        *,
        status: int,
        proto: str,
        headers: Mapping[str, str],
        body: bytes,
        further: Sequence[Sample],
    ) -> None:
        """Tell of a stream that came to its end.

        Args:
            row: the measurements.
            status: of the last response.
            proto: the metric tag.
            headers: of the last response.
            body: the data of the last event, or the body of a response that is no stream.
            further: redirects on the way, and the times of events.
        """
        self.row = row
        self.status = status
        self.proto = proto
        self.error_kind = None
        self.error = None
        self.further = further
        self._headers = headers
        self._body = body

    def fail(self, kind: str, message: str) -> None:
        """Say why it is a failure all the same."""
        self.error_kind = kind
        self.error = message

    @property
    def body(self) -> bytes:
        """The data of the last event."""
        return self._body

    @property
    def headers(self) -> Mapping[str, str]:
        """Of the last response."""
        return self._headers

    @property
    def duration(self) -> float:
        """Seconds from the first byte sent to the end of listening."""
        return self.row[_END] - self.row[_START]

    def __repr__(self) -> str:
        return f"<SseResponse {self.error or self.status}>"
