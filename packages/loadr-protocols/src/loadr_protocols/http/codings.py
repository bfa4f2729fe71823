"""Content codings (RFC 9110, section 8.4): gzip and deflate always, br and zstd where they are installed.

A body may grow to a thousand times its size. Decoding stops at a limit, with what it needed until then.
"""

import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any, Final

from loadr_protocols.http.errors import UndecodableBody

MOST_CODINGS: Final = 4
"""How many codings may lie on top of each other; more are an attack."""

_STEP: Final = 256 * 1024
_ALIASES: Final = {"x-gzip": "gzip", "x-deflate": "deflate"}
# RFC 8878, section 3.1.1.1.2, and RFC 9659: a window beyond 8 MB is not for content codings.
_ZSTD_WINDOW_LOG: Final = 23


@cache
def accept_encoding() -> str:
    """The value of Accept-Encoding: what can be decoded here."""
    found = ["gzip", "deflate"]
    if find_spec("brotli") is not None:
        found.append("br")
    if _zstd_module() is not None:
        found.append("zstd")
    return ", ".join(found)


def decoded(body: bytes, codings: Sequence[str], limit: int) -> bytes:
    """A body without its content codings; unknown ones are left as they are, as browsers do.

    Args:
        body: as received.
        codings: the values of Content-Encoding, in the order in which they were applied.
        limit: the most bytes of any stage.

    Raises:
        UndecodableBody: it is damaged, too large, or its decoder is not installed.
    """
    names = [name.strip().lower() for value in codings for name in value.split(",")]
    names = [_ALIASES.get(name, name) for name in names if name not in {"", "identity"}]
    if len(names) > MOST_CODINGS:
        raise UndecodableBody(f"the body has {len(names)} content codings on top of each other")
    if not body:
        return body
    for name in reversed(names):
        decode = _DECODERS.get(name)
        if decode is None:
            return body
        body = _collected(name, decode(body), limit)
    return body


def _collected(name: str, pieces: Iterator[bytes], limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise UndecodableBody(f"the {name} body grows beyond max_response_size, {limit:,} bytes")
        parts.append(piece)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _inflated(body: bytes, window: int, name: str) -> Iterator[bytes]:
    rest = body
    while rest:
        inflater = zlib.decompressobj(window)
        while not inflater.eof:
            try:
                piece = inflater.decompress(rest, _STEP)
            except zlib.error as error:
                raise UndecodableBody(f"the {name} body is damaged: {error}") from error
            rest = inflater.unconsumed_tail
            if piece:
                yield piece
            elif not rest and not inflater.eof:
                raise UndecodableBody(f"the {name} body ends too early")
        rest = inflater.unused_data
        if name != "gzip" or not rest.startswith(b"\x1f\x8b"):
            return  # what follows the last member is padding


def _gzip(body: bytes) -> Iterator[bytes]:
    """One or more members (RFC 1952, section 2.2)."""
    return _inflated(body, 16 + zlib.MAX_WBITS, "gzip")


def _deflate(body: bytes) -> Iterator[bytes]:
    """A zlib stream, or the bare DEFLATE stream that some servers send (RFC 9110, section 8.4.1.2)."""
    wrapped = body[0] & 0x0F == 8 and int.from_bytes(body[:2]) % 31 == 0
    return _inflated(body, zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS, "deflate")


def _brotli(body: bytes) -> Iterator[bytes]:
    try:
        import brotli  # noqa: PLC0415 - an extra
    except ImportError:
        raise _not_installed("br") from None
    decoder = brotli.Decompressor()
    rest = body
    try:
        while not decoder.is_finished():
            piece = decoder.process(rest, output_buffer_limit=_STEP)
            rest = b""
            if piece:
                yield piece
            elif not decoder.is_finished() and decoder.can_accept_more_data():
                raise UndecodableBody("the br body ends too early")
    except brotli.error as error:
        raise UndecodableBody("the br body is damaged") from error


def _zstandard(body: bytes) -> Iterator[bytes]:
    module = _zstd_module()
    if module is None:
        raise _not_installed("zstd")
    zstd: Any = __import__(module, fromlist=["ZstdDecompressor"])
    rest = body
    try:
        while rest:
            decoder = zstd.ZstdDecompressor(
                options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG}
            )
            while not decoder.eof:
                piece = decoder.decompress(rest, _STEP)
                rest = b""
                if piece:
                    yield piece
                elif decoder.needs_input:
                    raise UndecodableBody("the zstd body ends too early")
            rest = decoder.unused_data
    except zstd.ZstdError as error:
        raise UndecodableBody(f"the zstd body is damaged: {error}") from error


def _not_installed(name: str) -> UndecodableBody:
    return UndecodableBody(f"the body is {name}, which cannot be decoded: pip install 'loadr[compression]'")


@cache
def _zstd_module() -> str | None:
    """Python brings it from 3.14 on, where it was built with libzstd; before, a backport has the same names."""
    if sys.version_info >= (3, 14) and find_spec("_zstd"):
        return "compression.zstd"
    return "backports.zstd" if find_spec("backports") and find_spec("backports.zstd") else None


_DECODERS: Final[dict[str, Callable[[bytes], Iterator[bytes]]]] = {
    "gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstandard,
}
