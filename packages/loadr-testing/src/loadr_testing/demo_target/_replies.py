"""What an endpoint decides to answer, as values; nothing here writes."""

import enum
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

Headers: TypeAlias = tuple[tuple[str, str], ...]


class Ending(enum.Enum):
    """What becomes of the connection after a reply."""

    KEEP = "keep"
    CLOSE = "close"
    RESET = "reset"
    STALL = "stall"


@dataclass(frozen=True, slots=True)
class Response:
    """An ordinary answer with its body at hand.

    Args:
        body: Sent with its Content-Length.
        status: 200 to 599.
        content_type: Left out if empty.
        headers: Further headers.
        delay: Seconds to wait before the first byte.
    """

    body: bytes = b""
    status: int = 200
    content_type: str = "application/json"
    headers: Headers = ()
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer whose body is made while it is sent.

    Args:
        pieces: The body; drawn only as fast as the client reads.
        length: Sum of the pieces in bytes, sent as Content-Length; `None`: chunked, a chunk a piece.
        interval: Seconds between head, pieces and pieces.
        content_type: Of the body.
    """

    pieces: Iterable[bytes]
    length: int | None = None
    interval: float = 0.0
    content_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes that need not be an answer at all.

    Args:
        pieces: Written as they are.
        ending: What happens to the connection then.
        interval: Seconds between pieces.
    """

    pieces: tuple[bytes, ...]
    ending: Ending
    interval: float = 0.0


Reply: TypeAlias = Response | Stream | Raw


def json_response(value: Any, status: int = 200, headers: Headers = (), delay: float = 0.0) -> Response:
    """Answer with a value as JSON."""
    return Response(json.dumps(value).encode(), status, headers=headers, delay=delay)


def error_response(status: int, message: str, headers: Headers = ()) -> Response:
    """Answer that something is wrong, in the one form that all endpoints use."""
    return json_response({"error": message}, status, headers)
