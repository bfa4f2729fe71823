"""Compressed messages: the extension permessage-deflate (RFC 7692), the client's side. Pure."""

import re
import zlib
from dataclasses import dataclass
from typing import Final

from loadr_protocols.ws.frames import WsError

OFFER: Final = "permessage-deflate; client_max_window_bits"
"""What a client offers that takes every answer."""

_TAIL: Final = b"\x00\x00\xff\xff"
_PARAMETER: Final = re.compile(r'\s*([A-Za-z_]+)\s*(?:=\s*"?([0-9]+)"?\s*)?')
_BITS: Final = range(8, 16)


@dataclass(frozen=True, slots=True)
class DeflateParameters:
    """What client and server have agreed on.

    Attributes:
        server_keeps_context: whether a message of the server refers to those before it.
        client_keeps_context: the same for those of the client.
        client_bits: the base-2 logarithm of the client's window.
    """

    server_keeps_context: bool = True
    client_keeps_context: bool = True
    client_bits: int = 15


def parse_parameters(answer: str) -> DeflateParameters:
    """Read the server's answer to `OFFER`, without the extension's name.

    Raises:
        WsError: it is none that RFC 7692 allows.
    """
    found: dict[str, str | None] = {}
    for text in filter(str.strip, answer.split(";")):
        match = _PARAMETER.fullmatch(text)
        if match is None or match[1] in found:
            raise WsError(
                1010, f"the server's answer for permessage-deflate cannot be read: {text.strip()!r}"
            )
        found[match[1]] = match[2]
    bits = _window(found.pop("client_max_window_bits", "15"))
    _window(found.pop("server_max_window_bits", "15"))
    server_keeps = "server_no_context_takeover" not in found
    client_keeps = "client_no_context_takeover" not in found
    unknown = set(found) - {"server_no_context_takeover", "client_no_context_takeover"}
    if unknown:
        raise WsError(
            1010, f"the server answers permessage-deflate with {min(unknown)!r}, which was not offered"
        )
    return DeflateParameters(server_keeps, client_keeps, bits)


def _window(text: str | None) -> int:
    bits = int(text or "0")
    if bits not in _BITS:
        raise WsError(1010, f"the server answers permessage-deflate with a window of {bits} bits")
    return bits


class Deflate:
    """The compression of one connection."""

    __slots__ = ("_compressor", "_decompressor", "_limit", "_parameters")

    def __init__(self, parameters: DeflateParameters, limit: int) -> None:
        """Begin.

        Args:
            parameters: what was agreed on.
            limit: the most bytes of one message, decompressed.
        """
        self._parameters = parameters
        self._limit = limit
        self._compressor = self._new_compressor()
        self._decompressor = zlib.decompressobj(-15)

    def _new_compressor(self) -> "zlib._Compress":
        # zlib knows no raw stream with a window of 8 bits; one of 9 refers no farther than a message of 256 bytes.
        bits = max(self._parameters.client_bits, 9)
        return zlib.compressobj(wbits=-bits)

    def compress(self, message: bytes) -> bytes:
        """A message for a frame with RSV1."""
        compressor = self._compressor
        compressed = compressor.compress(message) + compressor.flush(zlib.Z_SYNC_FLUSH)
        if not self._parameters.client_keeps_context:
            self._compressor = self._new_compressor()
        return compressed.removesuffix(_TAIL) or b"\x00"

    def decompress(self, compressed: bytes) -> bytes:
        """A message from its frames' payloads.

        Raises:
            WsError: they are damaged, or grow beyond the limit.
        """
        decompressor = self._decompressor
        try:
            message = decompressor.decompress(compressed + _TAIL, self._limit + 1)
        except zlib.error as error:
            raise WsError(1007, "a compressed message is damaged") from error
        if len(message) > self._limit:
            raise WsError(1009, f"a message is longer than max_response_size, {self._limit:,} bytes")
        if not self._parameters.server_keeps_context or decompressor.eof:
            self._decompressor = zlib.decompressobj(-15)
        return message
