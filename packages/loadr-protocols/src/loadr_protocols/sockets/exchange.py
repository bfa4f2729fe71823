"""One exchange on one socket: what TCP and UDP have in common.

idle ── begin ──▶ busy ── enough was read ──▶ idle
                    └── failure, deadline, `abandon` ──▶ closed
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Final

from loadr_protocols.http.deadlines import NO_DEADLINE, DeadlineSweeper
from loadr_protocols.http.errors import ErrorKind, ExchangeFailed
from loadr_protocols.sockets.layout import SocketRow
from loadr_protocols.sockets.reading import Reading, TooLong

Done = tuple[SocketRow, bytes | ExchangeFailed]
"""The measurements of an exchange, and what was read or why it failed."""

_LARGEST_WAITING: Final = 1 << 20
"""Bytes that nobody has asked for yet; a peer that sends more between two exchanges is not read further."""


class Exchanging:
    """The state of a socket between and during exchanges.

    Args:
        loop: the running one.
        now: the clock.
        peer: the address, for messages.

    Attributes:
        deadline: of the exchange under way: its timeout, or the longest wait for bytes where that is sooner.
        is_open: whether an exchange can begin.
        peer: the address.
    """

    __slots__ = (
        "_connecting",
        "_future",
        "_loop",
        "_now",
        "_patience",
        "_reading",
        "_received",
        "_sent",
        "_start",
        "_timeout_at",
        "_waiting",
        "deadline",
        "is_open",
        "peer",
    )

    def __init__(self, loop: asyncio.AbstractEventLoop, now: Callable[[], float], peer: str) -> None:
        self._loop = loop
        self._now = now
        self.peer = peer
        self.deadline = NO_DEADLINE
        self.is_open = False
        self._future: asyncio.Future[Done] | None = None
        self._reading: Reading | None = None
        self._connecting = self._start = 0.0
        self._timeout_at = NO_DEADLINE
        self._patience = NO_DEADLINE
        self._sent = self._received = 0
        self._waiting = b""

    @property
    def is_busy(self) -> bool:
        """Whether an exchange is under way."""
        return self._future is not None

    async def settled(self) -> None:
        """Wait until no exchange is under way."""
        while self._future is not None:
            await asyncio.wait([self._future])

    @property
    def has_too_much(self) -> bool:
        """Whether more waits for the next exchange than should be held."""
        return len(self._waiting) > _LARGEST_WAITING

    def begin(
        self, reading: Reading, connecting: float, start: float, timeout_at: float, patience: float
    ) -> "asyncio.Future[Done]":
        """Begin an exchange, before its bytes are sent.

        Args:
            reading: knows when it is complete.
            connecting: seconds that came before.
            start: now.
            timeout_at: when it has failed.
            patience: the longest wait for bytes, seconds.
        """
        assert self._future is None, "a second exchange on a busy socket"
        self._reading = reading
        self._connecting = connecting
        self._start = start
        self._timeout_at = timeout_at
        self._patience = patience
        self.deadline = min(timeout_at, start + patience)
        self._future = self._loop.create_future()
        return self._future

    def count(self, sent: int, received: int) -> None:
        """Put bytes on the wire on the account of the exchange under way, or of the next one."""
        self._sent += sent
        self._received += received

    def take(self, data: bytes, now: float) -> bool:
        """Take bytes; tell whether the socket is still good.

        Where no exchange is under way they wait for the next one.
        """
        reading, future = self._reading, self._future
        if reading is None or future is None:
            self._waiting += data
            return True
        if self._patience != NO_DEADLINE:
            self.deadline = min(self._timeout_at, now + self._patience)
        try:
            surplus = reading.feed(data)
        except TooLong as error:
            self.finish(ExchangeFailed(ErrorKind.PROTOCOL, f"{self.peer} sent {error}"), now)
            return False
        if surplus is not None:
            self._waiting += surplus
            self.finish(reading.content, now)
        return True

    def all_sent(self, now: float) -> None:
        """The last byte of an exchange was handed to the kernel; it reads first what came before it."""
        if self._reading is not None and self._reading.wants_nothing:
            self.finish(b"", now)
        elif self._waiting:
            waiting, self._waiting = self._waiting, b""
            self.take(waiting, now)

    def at_end(self, now: float) -> None:
        """The other side sends nothing more."""
        reading = self._reading
        if reading is None:
            return
        if reading.is_complete_at_end:
            self.finish(reading.content, now)
        else:
            words = f"{self.peer} closed the connection before {reading.expects} had come"
            self.finish(ExchangeFailed(ErrorKind.CONNECTION, words), now)

    def at_deadline(self) -> None:
        """The deadline of the exchange under way is over."""
        reading = self._reading
        if reading is None:
            return
        now = self._now()
        late = self.deadline < self._timeout_at
        limit = f" within read_timeout, {self._patience:g} s" if late else ""
        words = f"timed out waiting for {reading.expects} from {self.peer}{limit}"
        self.finish(ExchangeFailed(ErrorKind.TIMEOUT, words), now)

    def finish(self, outcome: bytes | ExchangeFailed, now: float) -> None:
        """End the exchange under way, if there is one, with what was read or with a failure."""
        future = self._future
        self._future = self._reading = None
        self.deadline = NO_DEADLINE
        if future is None or future.done():
            return
        row = SocketRow(self._connecting, self._start, now, self._sent, self._received)
        self._sent = self._received = 0
        future.set_result((row, outcome))

    def drop(self, future: "asyncio.Future[Done]") -> bool:
        """Forget an exchange that nobody waits for any more; tell whether it was still under way."""
        if self._future is not future:
            return False
        self._future = self._reading = None
        self.deadline = NO_DEADLINE
        return True


class ExchangesOne(ABC):
    """What a TCP connection and a UDP socket have in common: one exchange at a time, watched by a sweeper."""

    __slots__ = ()

    _exchanging: Exchanging
    _sweeper: DeadlineSweeper

    @property
    def is_open(self) -> bool:
        """Whether an exchange can begin."""
        return self._exchanging.is_open

    @property
    def is_busy(self) -> bool:
        """Whether one is under way."""
        return self._exchanging.is_busy

    @property
    def deadline(self) -> float:
        """Of the exchange under way; read by the sweeper."""
        return self._exchanging.deadline

    async def settled(self) -> None:
        """Wait until no exchange is under way."""
        await self._exchanging.settled()

    def abandon(self, future: "asyncio.Future[Done]") -> None:
        """Nobody waits for this exchange any more: its answer must not be taken for that of the next one."""
        if self._exchanging.drop(future):
            self.abort()

    @abstractmethod
    def abort(self) -> None:
        """Let go of the socket at once."""

    @abstractmethod
    def expire(self) -> None:
        """The deadline of the exchange under way is over."""

    def _acquire(self) -> None:
        """The socket is open: watch its deadline."""
        self._exchanging.is_open = True
        self._sweeper.watch(self)

    def _release(self) -> None:
        if self._exchanging.is_open:
            self._exchanging.is_open = False
            self._sweeper.forget(self)

    def _state(self) -> str:
        return "closed" if not self._exchanging.is_open else "busy" if self.is_busy else "idle"
