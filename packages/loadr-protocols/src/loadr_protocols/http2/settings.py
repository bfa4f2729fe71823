"""What the two ends of a connection tell each other once (RFC 9113, section 6.5)."""

import struct
from collections.abc import Iterator
from typing import Final

HEADER_TABLE_SIZE: Final = 0x1
ENABLE_PUSH: Final = 0x2
MAX_CONCURRENT_STREAMS: Final = 0x3
INITIAL_WINDOW_SIZE: Final = 0x4
MAX_FRAME_SIZE: Final = 0x5
MAX_HEADER_LIST_SIZE: Final = 0x6

SMALLEST_FRAME_LIMIT: Final = 16_384
LARGEST_FRAME_LIMIT: Final = 2**24 - 1
DEFAULT_WINDOW: Final = 65_535
LARGEST_WINDOW: Final = 2**31 - 1

OCTETS: Final = 6
"""Of one setting."""

_ONE: Final = struct.Struct(">HI")


def encode_settings(values: dict[int, int]) -> bytes:
    """The payload of a SETTINGS frame."""
    return b"".join(_ONE.pack(setting, value) for setting, value in values.items())


def decode_settings(payload: bytes) -> Iterator[tuple[int, int]]:
    """The settings of a payload whose length is a multiple of six, in their order; unknown ones among them."""
    return _ONE.iter_unpack(payload)


class PeerSettings:
    """What the server accepts.

    Attributes:
        max_concurrent_streams: how many requests may be under way at once. 100 until the server has said
            something: the least that section 6.5.2 recommends to it.
        initial_window: octets of a request's body that may be sent before the server asks for more.
        max_frame_size: the longest payload of a frame.
        max_header_list_size: the largest field section, as the server advises; `None` without advice.
    """

    __slots__ = ("initial_window", "max_concurrent_streams", "max_frame_size", "max_header_list_size")

    BEFORE_TOLD: Final = 100
    UNLIMITED: Final = 2**32 - 1

    def __init__(self) -> None:
        self.max_concurrent_streams = self.BEFORE_TOLD
        self.initial_window = DEFAULT_WINDOW
        self.max_frame_size = SMALLEST_FRAME_LIMIT
        self.max_header_list_size: int | None = None

    def __repr__(self) -> str:
        return f"<PeerSettings {self.max_concurrent_streams} streams, windows of {self.initial_window}>"
