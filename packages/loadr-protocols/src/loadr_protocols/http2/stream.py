"""One request and its response, as the connection sees them."""

from collections import deque
from typing import Final

UNKNOWN_LENGTH: Final = -1


class Stream:
    """What is known of a stream that is not closed.

    Attributes:
        number: odd, from 1.
        bodiless: whether its method is HEAD: a length in the response then announces nothing.
        responded: whether the final response has begun.
        interims: how many 1xx responses have come.
        missing: octets of the response's body that are still to come; `UNKNOWN_LENGTH` where nothing says so.
        receivable: octets that the server may still send.
        sendable: octets that the server still takes; negative after it has made its windows smaller.
        pending: parts of the body that wait for the server's windows; `None` before the first part.
        ends: whether the request is whole with what is pending.
    """

    __slots__ = (
        "bodiless",
        "ends",
        "interims",
        "missing",
        "number",
        "pending",
        "receivable",
        "responded",
        "sendable",
    )

    def __init__(self, number: int, receivable: int, sendable: int, *, bodiless: bool, ends: bool) -> None:
        self.number = number
        self.bodiless = bodiless
        self.responded = False
        self.interims = 0
        self.missing = UNKNOWN_LENGTH
        self.receivable = receivable
        self.sendable = sendable
        self.pending: deque[memoryview] | None = None
        self.ends = ends

    def hold(self, part: bytes) -> "deque[memoryview]":
        """Put a part of the body behind what is pending."""
        pending = self.pending
        if pending is None:
            pending = self.pending = deque()
        pending.append(memoryview(part))
        return pending

    @property
    def began(self) -> bool:
        """Whether anything of the response has come."""
        return self.responded or self.interims > 0

    @property
    def is_sent(self) -> bool:
        """Whether the request has left as a whole."""
        return self.ends and not self.pending

    def __repr__(self) -> str:
        state = "receiving" if self.responded else "waiting"
        return f"<Stream {self.number} {state}{'' if self.is_sent else ', sending'}>"
