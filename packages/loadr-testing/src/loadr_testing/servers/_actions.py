"""What a script can tell a connection to do, as values."""

from dataclasses import dataclass
from typing import TypeAlias

from loadr_testing.servers._gate import Gate


@dataclass(frozen=True, slots=True)
class ReadHead:
    """Read up to and including an empty line, and record it as a request."""


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """Read a head and the body it announces (Content-Length or chunked), and record both."""


@dataclass(frozen=True, slots=True)
class ReadBytes:
    """Read exactly so many bytes, and record them as a request.

    Args:
        count: How many.
    """

    count: int


@dataclass(frozen=True, slots=True)
class Send:
    """Write bytes, and wait until the operating system has them.

    Args:
        data: Written as they are.
    """

    data: bytes


@dataclass(frozen=True, slots=True)
class SendInPieces:
    """Write bytes piece by piece, each in a segment of its own where the network allows it.

    Args:
        data: All bytes.
        size: Bytes per piece; the last may be shorter.
        interval: Seconds between pieces; 0 only lets other tasks run, so a client on the same event
            loop reads each piece by itself.
    """

    data: bytes
    size: int
    interval: float = 0.0


@dataclass(frozen=True, slots=True)
class Pause:
    """Stand at a gate until the test opens it.

    Args:
        gate: Made by the test.
    """

    gate: Gate


@dataclass(frozen=True, slots=True)
class Stall:
    """Do nothing until the client leaves or the server ends."""


@dataclass(frozen=True, slots=True)
class HalfClose:
    """Send FIN, and go on reading."""


@dataclass(frozen=True, slots=True)
class Close:
    """Close in an orderly way; what a script does at its end anyhow."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Close with RST; bytes that the client has not read yet may be lost."""


Action: TypeAlias = (
    ReadHead | ReadRequest | ReadBytes | Send | SendInPieces | Pause | Stall | HalfClose | Close | Reset
)
