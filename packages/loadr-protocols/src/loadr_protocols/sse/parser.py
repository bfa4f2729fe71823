"""Events in a stream of bytes; no socket here.

    stream  = [ BOM ] *event
    event   = *( comment / field ) end-of-line
    comment = ":" *any-char end-of-line
    field   = name [ ":" [ SP ] value ] end-of-line        ; data, event, id, retry; others are ignored
    end-of-line = CRLF / LF / CR

Source: the HTML standard, section 9.2.6 (interpreting an event stream).
"""

from typing import Final, NamedTuple

_BOM: Final = b"\xef\xbb\xbf"


class Event(NamedTuple):
    """One event.

    Attributes:
        type: `message` where the stream does not say it.
        data: its lines joined with line feeds.
    """

    type: str
    data: str


class EventTooLong(Exception):
    """An event is longer than what is kept; the message names the limit."""


class EventParser:
    """Makes events of bytes, however they are split.

    Attributes:
        last_id: the id of the last event that had one, for Last-Event-ID; empty where there is none.
        retry: seconds that the stream asks to wait before a reconnection, or `None`.
    """

    __slots__ = (
        "_at_start",
        "_data",
        "_id",
        "_limit",
        "_rest",
        "_size",
        "_skips_lf",
        "_type",
        "last_id",
        "retry",
    )

    def __init__(self, limit: int) -> None:
        """Wait for the first event.

        Args:
            limit: the most bytes of one event.
        """
        self._limit = limit
        self._rest = b""
        self._at_start = True
        self._skips_lf = False
        self._data: list[str] = []
        self._type = ""
        self._id = ""
        self._size = 0
        self.last_id = ""
        self.retry: float | None = None

    def feed(self, received: bytes) -> list[Event]:
        """Take bytes; the events that they complete.

        Raises:
            EventTooLong: an event is longer than the limit.
        """
        data = self._rest + received if self._rest else received
        if self._at_start:
            if len(data) < len(_BOM) and _BOM.startswith(data):
                self._rest = data
                return []
            data = data.removeprefix(_BOM)
            self._at_start = False
        if self._skips_lf and data:
            data = data.removeprefix(b"\n")
            self._skips_lf = False
        if b"\r" in data:
            # A CR that ends the bytes may be the first half of a CRLF.
            self._skips_lf = data.endswith(b"\r")
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *lines, self._rest = data.split(b"\n")
        events = [event for line in lines if (event := self._line(line)) is not None]
        if self._size + len(self._rest) > self._limit:
            raise self._too_long()
        return events

    def begin_again(self) -> None:
        """A new connection goes on with the stream: what was not complete is forgotten."""
        self._rest = b""
        self._at_start = True
        self._skips_lf = False
        self._forget()

    def _line(self, line: bytes) -> Event | None:
        if not line:
            return self._dispatch()
        self._size += len(line)
        if self._size > self._limit:
            raise self._too_long()
        name, colon, octets = line.partition(b":")
        if colon and octets[:1] == b" ":
            octets = octets[1:]
        match name:
            case b"data":
                self._data.append(octets.decode("utf-8", "replace"))
            case b"event":
                self._type = octets.decode("utf-8", "replace")
            case b"id" if b"\x00" not in octets:
                self._id = octets.decode("utf-8", "replace")
            case b"retry" if octets.isdigit() and len(octets) < 10:
                self.retry = int(octets) / 1000
        return None

    def _dispatch(self) -> Event | None:
        self.last_id = self._id
        event = Event(self._type or "message", "\n".join(self._data)) if self._data else None
        self._forget()
        return event

    def _forget(self) -> None:
        self._data = []
        self._type = ""
        self._size = 0
        self._id = self.last_id

    def _too_long(self) -> EventTooLong:
        return EventTooLong(f"an event is longer than max_response_size, {self._limit:,} bytes")
