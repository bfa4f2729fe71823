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

EXCHANGE_SLOTS: Final = (
    "_connecting",
    "_future",
    "_loop",
    "_now",
    "_patience",
    "_reading",
    "_start",
    "_sweeper",
    "_timeout_at",
    "_waiting",
    "deadline",
    "is_open",
)
"""The state of an `ExchangesOne`, to be among the slots of the classes made of it.

Two bases with slots of their own cannot be joined in one class, and an object beside the connection costs a
look-up and a call for everything that is asked of it.
"""
_NONE: Final = ()

_LARGEST_WAITING: Final = 1 << 20
"""Bytes that nobody has asked for yet; a peer that sends more between two exchanges is not read further."""


class ExchangesOne(ABC):
    """A socket that has one exchange at a time, watched by a sweeper.

    Attributes:
        deadline: of the exchange under way: its timeout, or the longest wait for bytes where that is sooner.
        is_open: whether an exchange can begin.
        peer: the address, for messages.
    """

    __slots__ = _NONE  # so named, because mypy takes an empty literal for all slots that there will ever be

    _connecting: float
    _future: "asyncio.Future[Done] | None"
    _loop: asyncio.AbstractEventLoop
    _now: Callable[[], float]
    _patience: float
    _reading: Reading | None
    _start: float
    _sweeper: DeadlineSweeper
    _timeout_at: float
    _waiting: bytes
    deadline: float
    is_open: bool
    peer: str

    def _be_idle(
        self, loop: asyncio.AbstractEventLoop, now: Callable[[], float], sweeper: DeadlineSweeper
    ) -> None:
        """Set the state of a socket that is about to be open.

        Args:
            loop: the running one.
            now: the clock.
            sweeper: watches the deadline.
        """
        self._loop = loop
        self._now = now
        self._sweeper = sweeper
        self._future = None
        self._reading = None
        self._connecting = self._start = 0.0
        self._timeout_at = self._patience = self.deadline = NO_DEADLINE
        self._waiting = b""
        self.is_open = False

    # ------------------------------------------------------------ what the owner calls

    @property
    def is_busy(self) -> bool:
        """Whether an exchange is under way."""
        return self._future is not None

    async def settled(self) -> None:
        """Wait until no exchange is under way."""
        while self._future is not None:
            await asyncio.wait([self._future])

    def abandon(self, future: "asyncio.Future[Done]") -> None:
        """Nobody waits for this exchange any more: its answer must not be taken for that of the next one."""
        if self._future is future:
            self._future = self._reading = None
            self.deadline = NO_DEADLINE
            self.abort()

    @abstractmethod
    def abort(self) -> None:
        """Let go of the socket at once."""

    @abstractmethod
    def expire(self) -> None:
        """The deadline of the exchange under way is over."""

    # ------------------------------------------------------------ the course of an exchange

    def _begin(
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
        self.deadline = timeout_at if patience == NO_DEADLINE else min(timeout_at, start + patience)
        self._future = future = self._loop.create_future()
        return future

    @abstractmethod
    def _take_counts(self) -> tuple[int, int]:
        """Bytes sent and received on the wire since the last call."""

    @property
    def _has_too_much(self) -> bool:
        """Whether more waits for the next exchange than should be held."""
        return len(self._waiting) > _LARGEST_WAITING

    def _take(self, data: bytes, now: float) -> bool:
        """Take bytes; tell whether the socket is still good.

        Where no exchange is under way they wait for the next one.
        """
        reading = self._reading
        if reading is None:
            self._waiting += data
            return True
        if not reading.size:
            end = reading.at_once(data)
            if end >= 0:
                if end < len(data):
                    self._waiting += data[end:]
                    data = data[:end]
                self._finish(data, now)
                return True
            reading = self._reading = reading.fresh()
        if self._patience != NO_DEADLINE:
            self.deadline = min(self._timeout_at, now + self._patience)
        try:
            surplus = reading.feed(data)
        except TooLong as error:
            self._finish(ExchangeFailed(ErrorKind.PROTOCOL, f"{self.peer} sent {error}"), now)
            return False
        if surplus is not None:
            self._waiting += surplus
            self._finish(reading.content, now)
        return True

    def _all_sent(self, now: float) -> None:
        """The last byte of an exchange was handed to the kernel; it reads first what came before it."""
        if self._reading is not None and self._reading.wants_nothing:
            self._finish(b"", now)
        elif self._waiting:
            waiting, self._waiting = self._waiting, b""
            if not self._take(waiting, now):
                self.abort()

    def _at_end(self, now: float) -> None:
        """The other side sends nothing more."""
        reading = self._reading
        if reading is None:
            return
        if reading.is_complete_at_end:
            self._finish(reading.content, now)
        else:
            words = f"{self.peer} closed the connection before {reading.expects} had come"
            self._finish(ExchangeFailed(ErrorKind.CONNECTION, words), now)

    def _at_deadline(self) -> None:
        """The deadline of the exchange under way is over."""
        reading = self._reading
        if reading is None:
            return
        now = self._now()
        late = self.deadline < self._timeout_at
        limit = f" within read_timeout, {self._patience:g} s" if late else ""
        words = f"timed out waiting for {reading.expects} from {self.peer}{limit}"
        self._finish(ExchangeFailed(ErrorKind.TIMEOUT, words), now)

    def _finish(self, outcome: bytes | ExchangeFailed, now: float) -> None:
        """End the exchange under way, if there is one, with what was read or with a failure."""
        future = self._future
        self._future = self._reading = None
        self.deadline = NO_DEADLINE
        if future is None or future.done():
            return
        sent, received = self._take_counts()
        future.set_result(((self._connecting, self._start, now, sent, received), outcome))

    # ------------------------------------------------------------ the socket's life

    def _acquire(self) -> None:
        """The socket is open: watch its deadline."""
        self.is_open = True
        self._sweeper.watch(self)

    def _release(self) -> None:
        if self.is_open:
            self.is_open = False
            self._sweeper.forget(self)

    def _state(self) -> str:
        return "closed" if not self.is_open else "busy" if self.is_busy else "idle"
