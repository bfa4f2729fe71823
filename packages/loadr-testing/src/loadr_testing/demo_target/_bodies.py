"""Endpoints with large, chunked and slow bodies."""

from collections.abc import Iterator

from loadr_testing.demo_target._replies import Stream
from loadr_testing.demo_target._routing import Router, Visit, bounded_integer

_PATTERN = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-\n"
_PIECE_BYTES = 65_536
_BYTES_LIMIT = 1_000_000_000
_CHUNKS_LIMIT = 10_000
_CHUNK_BYTES_LIMIT = 1_048_576
_INTERVAL_LIMIT_MS = 60_000


def add_bodies(router: Router) -> None:
    """Register the endpoints of this module."""
    router.add("GET", "/bytes/{n}", _bytes)
    router.add("GET", "/chunked/{chunks}", _chunked)
    router.add("GET", "/drip", _drip)


def content(length: int) -> bytes:
    """The first bytes of the endless pattern that all bodies here are made of.

    Args:
        length: How many bytes.
    """
    return (_PATTERN * (length // len(_PATTERN) + 1))[:length]


def _bytes(visit: Visit) -> Stream:
    length = bounded_integer("n", visit.captured, 0, _BYTES_LIMIT)
    return Stream(_pieces(length), length=length)


def _pieces(length: int) -> Iterator[bytes]:
    # The piece is a multiple of the pattern, so that the pieces together are one content.
    piece = content(min(length, _PIECE_BYTES))
    for start in range(0, length, _PIECE_BYTES):
        yield piece[: length - start]


def _chunked(visit: Visit) -> Stream:
    chunks = bounded_integer("chunks", visit.captured, 0, _CHUNKS_LIMIT)
    piece = content(visit.integer("size", default=100, low=1, high=_CHUNK_BYTES_LIMIT))
    return Stream(piece for _ in range(chunks))


def _drip(visit: Visit) -> Stream:
    chunks = visit.integer("chunks", default=5, low=0, high=_CHUNKS_LIMIT)
    piece = content(visit.integer("size", default=16, low=1, high=_CHUNK_BYTES_LIMIT))
    interval = visit.number("interval_ms", default=100, low=0, high=_INTERVAL_LIMIT_MS) / 1000
    return Stream((piece for _ in range(chunks)), interval=interval)
