"""When an exchange has read enough; no socket here.

    plan                          is complete with                          at the stream's end
    (nothing)                     the first bytes that come                 fails
    read_bytes: 0                 nothing, as soon as all is sent
    read_bytes: N                 N bytes                                   fails
    read_until: TEXT (or _hex)    the first place where TEXT ends           fails
    read_until_close              the end                                   is complete

What comes behind the end stays for the next exchange of the session.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar, Final, Self


class Reading(ABC):
    """Collects the bytes of one exchange.

    As nearly every exchange is complete with the first bytes that come, one that was fed nothing serves any
    number of them: `at_once` keeps nothing. Only where that is not enough a `fresh` one is fed.

    Attributes:
        size: how many bytes have been taken.
        wants_nothing: whether it is complete without a byte.
    """

    wants_nothing: ClassVar[bool] = False

    __slots__ = ("_limit", "_parts", "size")

    def __init__(self, limit: int) -> None:
        """Begin.

        Args:
            limit: the most bytes to keep.
        """
        self._limit = limit
        self._parts: list[bytes] = []
        self.size = 0

    @property
    def content(self) -> bytes:
        """What was read."""
        return self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)

    @abstractmethod
    def at_once(self, received: bytes) -> int:
        """How many of the first bytes that come complete the exchange; -1 where they do not, or are too many."""

    @abstractmethod
    def fresh(self) -> Self:
        """Another one that waits for the same, and was fed nothing."""

    @abstractmethod
    def feed(self, received: bytes) -> bytes | None:
        """Take bytes.

        Returns:
            What was left over, as a rule nothing, when they complete the exchange; `None` before that.

        Raises:
            TooLong: more bytes came than are kept.
        """

    @property
    @abstractmethod
    def expects(self) -> str:
        """What is still missing, for a message."""

    @property
    def is_complete_at_end(self) -> bool:
        """Whether the end of the stream completes it."""
        return False

    def _take(self, octets: bytes) -> None:
        self.size += len(octets)
        if self.size > self._limit:
            raise TooLong(f"more than max_response_size, {self._limit:,} bytes")
        self._parts.append(octets)


class TooLong(Exception):
    """More bytes came than are kept; the message names the limit."""


class ReadNothing(Reading):
    """No byte: complete as soon as everything is sent."""

    __slots__ = ()

    wants_nothing = True

    def at_once(self, received: bytes) -> int:
        """None."""
        del received
        return 0

    def fresh(self) -> Self:
        """See `Reading`."""
        return type(self)(self._limit)

    def feed(self, received: bytes) -> bytes | None:
        """Complete, with all bytes left over."""
        return received

    @property
    def expects(self) -> str:
        """That everything is sent."""
        return "everything to be sent"


class ReadFirst(Reading):
    """Whatever comes first."""

    __slots__ = ()

    def at_once(self, received: bytes) -> int:
        """All."""
        size = len(received)
        return size if size <= self._limit else -1

    def fresh(self) -> Self:
        """See `Reading`."""
        return type(self)(self._limit)

    def feed(self, received: bytes) -> bytes | None:
        """Complete with any bytes."""
        self._take(received)
        return b""

    @property
    def expects(self) -> str:
        """Anything."""
        return "any byte"


class ReadCount(Reading):
    """A number of bytes."""

    __slots__ = ("_count",)

    def __init__(self, limit: int, count: int) -> None:
        super().__init__(limit)
        self._count = count

    def at_once(self, received: bytes) -> int:
        """As many as were asked for."""
        count = self._count
        return count if len(received) >= count and count <= self._limit else -1

    def fresh(self) -> Self:
        """See `Reading`."""
        return type(self)(self._limit, self._count)

    def feed(self, received: bytes) -> bytes | None:
        """Complete with the last of them."""
        missing = self._count - self.size
        if len(received) < missing:
            self._take(received)
            return None
        self._take(received[:missing])
        return received[missing:]

    @property
    def expects(self) -> str:
        """How many, and how far it is."""
        return f"{self._count} bytes ({self.size} came)"


class ReadUntil(Reading):
    """Everything up to and with a delimiter."""

    __slots__ = ("_delimiter", "_tail")

    def __init__(self, limit: int, delimiter: bytes) -> None:
        super().__init__(limit)
        self._delimiter = delimiter
        # The end of what has come, in which the delimiter may have begun.
        self._tail = b""

    def at_once(self, received: bytes) -> int:
        """Those up to the end of the first delimiter."""
        at = received.find(self._delimiter)
        end = at + len(self._delimiter)
        return end if at >= 0 and end <= self._limit else -1

    def fresh(self) -> Self:
        """See `Reading`."""
        return type(self)(self._limit, self._delimiter)

    def feed(self, received: bytes) -> bytes | None:
        """Complete at the first delimiter, which may be split over any number of reads."""
        before = len(self._tail)
        seen = self._tail + received
        at = seen.find(self._delimiter)
        if at < 0:
            self._take(received)
            keep = len(self._delimiter) - 1
            self._tail = seen[-keep:] if keep else b""
            return None
        end = at + len(self._delimiter) - before
        self._take(received[:end])
        return received[end:]

    @property
    def expects(self) -> str:
        """The delimiter."""
        return f"{_shown(self._delimiter)} ({self.size} bytes came)"


class ReadToEnd(Reading):
    """Everything until the other side closes."""

    __slots__ = ()

    def at_once(self, received: bytes) -> int:
        """Never complete by bytes."""
        del received
        return -1

    def fresh(self) -> Self:
        """See `Reading`."""
        return type(self)(self._limit)

    def feed(self, received: bytes) -> bytes | None:
        """Never complete by bytes."""
        self._take(received)
        return None

    @property
    def expects(self) -> str:
        """The end."""
        return f"the end of the stream ({self.size} bytes came)"

    @property
    def is_complete_at_end(self) -> bool:
        """Yes."""
        return True


MakeReading = Callable[[], Reading]

_LONGEST_SHOWN: Final = 20


def _shown(delimiter: bytes) -> str:
    shown = delimiter[:_LONGEST_SHOWN]
    text = shown.decode("ascii") if shown.isascii() else shown.hex(" ")
    return f"the delimiter {text!r}{'...' if len(delimiter) > _LONGEST_SHOWN else ''}"
