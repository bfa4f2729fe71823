"""The bytes that a plan's `socket` block sends and waits for."""

import re
from collections.abc import Callable
from typing import Final

from loadr_config.models import SocketBlock
from loadr_core.spi import RenderError, Scope, Text
from loadr_protocols.sockets.reading import (
    ReadCount,
    ReadFirst,
    Reading,
    ReadNothing,
    ReadToEnd,
    ReadUntil,
)

Octets = Callable[[Scope], bytes]
"""Bytes for one use; raises `RenderError` where a template's reference has no value."""

_SEPARATORS: Final = re.compile(r"[\s:]+")


def message_of(block: SocketBlock, compile_text: Callable[[str], Text]) -> Octets:
    """What a block sends; nothing where it only reads."""
    if block.send_hex is not None:
        return _octets(compile_text(block.send_hex), octets_of_hex)
    return _octets(compile_text(block.send_text or ""), str.encode)


def reading_of(
    block: SocketBlock, compile_text: Callable[[str], Text], limit: int
) -> Callable[[Scope], Reading]:
    """What gives the reading for a use: the same one, where it is the same for all.

    Args:
        block: says when it is complete.
        compile_text: compiles its texts.
        limit: the most bytes to keep.
    """
    if block.read_until_close:
        return _always(ReadToEnd(limit))
    if block.read_until is not None:
        return _until(compile_text(block.read_until), str.encode, limit)
    if block.read_until_hex is not None:
        return _until(compile_text(block.read_until_hex), octets_of_hex, limit)
    count = block.read_bytes
    if count is None:
        return _always(ReadFirst(limit))
    return _always(ReadCount(limit, count) if count else ReadNothing(limit))


def octets_of_hex(text: str) -> bytes:
    """The bytes that hexadecimal digits stand for; spaces, colons and a first `0x` are taken as read.

    Raises:
        RenderError: they are no pairs of hexadecimal digits.
    """
    digits = _SEPARATORS.sub("", text).removeprefix("0x").removeprefix("0X")
    try:
        return bytes.fromhex(digits)
    except ValueError:
        raise RenderError("a value in hexadecimal digits is none: expected pairs such as `0a ff`") from None


def _octets(text: Text, encode: Callable[[str], bytes]) -> Octets:
    if text.static is not None:
        fixed = encode(text.static)
        return lambda _scope: fixed
    render = text.render
    return lambda scope: encode(render(scope))


def _always(reading: Reading) -> Callable[[Scope], Reading]:
    return lambda _scope: reading


def _until(text: Text, encode: Callable[[str], bytes], limit: int) -> Callable[[Scope], Reading]:
    fixed = b"" if text.static is None else encode(text.static)
    if fixed:
        return _always(ReadUntil(limit, fixed))
    render = text.render

    def make(scope: Scope) -> Reading:
        octets = encode(render(scope))
        if not octets:
            raise RenderError("read_until is empty")
        return ReadUntil(limit, octets)

    return make
