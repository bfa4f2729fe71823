"""One request's stream: what has come, when, and whether it is enough. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from loadr_protocols.sse.parser import Event, EventParser


@dataclass(frozen=True, slots=True)
class StopRule:
    """When a stream has shown enough; without any rule it ends with the server's end.

    Attributes:
        events: after so many.
        until: at an event of this type, or with this in its data.
        duration: so many seconds after it was opened.
    """

    events: int | None = None
    until: str | None = None
    duration: float | None = None

    @property
    def is_given(self) -> bool:
        """Whether the stream has to come to one of these ends."""
        return self.events is not None or self.until is not None

    def is_met_by(self, event: Event, number: int) -> bool:
        """Whether an event is the last one; `number` counts it and all before."""
        if self.events is not None and number >= self.events:
            return True
        return self.until is not None and (event.type == self.until or self.until in event.data)

    def __str__(self) -> str:
        ends = []
        if self.events is not None:
            ends.append(f"{self.events} events")
        if self.until is not None:
            ends.append(f"an event with {self.until!r}")
        return " or ".join(ends) or "the end of the stream"


class EventStream:
    """The events of one request, over all connections that it takes.

    Attributes:
        rule: when it is over.
        stamps: when each event came, seconds of the clock.
        last: the last event, or `None`.
        is_satisfied: whether the rule is met; what comes then is not looked at.
        opened: when the head of the stream came, 0 before that.
        parser: knows where to go on after a reconnection.
    """

    __slots__ = ("_now", "is_satisfied", "last", "opened", "parser", "rule", "stamps")

    def __init__(self, rule: StopRule, limit: int, now: Callable[[], float]) -> None:
        """Wait for the first event.

        Args:
            rule: when it is over.
            limit: the most bytes of one event.
            now: the clock.
        """
        self._now = now
        self.rule = rule
        self.parser = EventParser(limit)
        self.stamps: list[float] = []
        self.last: Event | None = None
        self.is_satisfied = False
        self.opened = 0.0

    def open(self) -> None:
        """A connection's head has come: it is an event stream."""
        if not self.opened:
            self.opened = self._now()
        self.parser.begin_again()

    def feed(self, octets: bytes) -> None:
        """Take bytes of the body.

        Raises:
            EventTooLong: an event is longer than the limit.
        """
        now = self._now()
        for event in self.parser.feed(octets):
            if self.is_satisfied:
                return
            self.stamps.append(now)
            self.last = event
            self.is_satisfied = self.rule.is_met_by(event, len(self.stamps))

    def __repr__(self) -> str:
        return f"<EventStream {len(self.stamps)} events{', satisfied' if self.is_satisfied else ''}>"
