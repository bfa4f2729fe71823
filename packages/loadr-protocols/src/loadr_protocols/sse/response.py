"""The outcome of a stream."""

from typing import Final

from loadr_protocols.http.carried import CarriedResponse
from loadr_protocols.sse.layout import SSE_LAYOUT

_START: Final = SSE_LAYOUT.index("start")
_END: Final = SSE_LAYOUT.index("end")


class SseResponse(CarriedResponse):
    """What a stream has shown, or why it did not; its body is the data of the last event."""

    __slots__ = ()

    @property
    def duration(self) -> float:
        """Seconds from the first byte sent to the end of listening."""
        return self.row[_END] - self.row[_START]
