"""A conversation without a network: the test is the peer."""

from collections import deque
from collections.abc import Callable
from typing import Any

from loadr_core.spi import Arrival, Connection, Recording, RowLayout, Sample, TrendColumn

LIKE = Sample((), 200, "FAKE/1", "GET", expected=True)

LIFE = RowLayout("fake_life", ("start", "at"), "at", trends=(TrendColumn("fake_life", "at", "start"),))
"""From the opening of a conversation to its end."""


class FakeConnection(Connection):
    """A conversation that a test holds the other end of; it counts `fake_msgs_sent` and `fake_msgs_received`.

    Attributes:
        sent: (kind, data) of everything that was sent.
        closings: (code, reason) of each closing.
        aborted: how often it was let go.
        recording: what the engine has given it.
    """

    recording: Recording

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._opened = now()
        self._arrivals: deque[Arrival] = deque()
        self._wake: Callable[[], None] = lambda: None
        self._ended = False
        self.sent: list[tuple[str, Any]] = []
        self.closings: list[tuple[int | None, str]] = []
        self.aborted = 0

    def arrive(self, kind: str, data: Any = None) -> None:
        """Let something come; `closed` and `failed` are the last."""
        self._arrivals.append(Arrival(kind, data, self._now()))
        self._wake()

    @property
    def is_open(self) -> bool:
        """Until either side has closed."""
        return not self._ended and not self.closings

    def record_in(self, recording: Recording) -> None:
        """Keep it."""
        self.recording = recording

    def listen(self, wake: Callable[[], None]) -> None:
        """Call it for each arrival."""
        self._wake = wake
        if self._arrivals:
            wake()

    def next(self) -> Arrival | None:
        """What came next."""
        if not self._arrivals:
            return None
        arrival = self._arrivals.popleft()
        if arrival.kind in {"closed", "failed"}:
            self._end()
        else:
            self.recording.counter("fake_msgs_received", LIKE).value += 1
        return arrival

    def send(self, kind: str, data: Any) -> None:
        """Remember it."""
        if not self.is_open:
            raise ConnectionError("the conversation has ended")
        self.sent.append((kind, data))
        self.recording.counter("fake_msgs_sent", LIKE).value += 1

    def close(self, code: int | None = None, reason: str = "") -> None:
        """Remember it, the first time."""
        if self.is_open:
            self.closings.append((code, reason))

    def abort(self) -> None:
        """Let go of it."""
        self.aborted += 1
        self._end()

    def _end(self) -> None:
        if not self._ended:
            self._ended = True
            row = (self._opened, self._now())
            self.recording.sample(Sample(row, 200, "FAKE/1", "GET", expected=True, layout=LIFE))
