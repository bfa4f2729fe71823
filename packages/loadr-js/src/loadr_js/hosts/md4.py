"""MD4 (RFC 1320), which OpenSSL 3 has given up and k6 has not. Pure; for test data, never for safety."""

import struct
from collections.abc import Callable
from typing import Final

_MASK: Final = 0xFFFFFFFF
_BLOCK: Final = 64

_Mix = Callable[[int, int, int], int]

# Of each round: how it mixes, what it adds, its rotations, and the order of the words.
_ROUNDS: Final[tuple[tuple[_Mix, int, tuple[int, ...], tuple[int, ...]], ...]] = (
    (lambda x, y, z: x & y | ~x & z, 0, (3, 7, 11, 19), tuple(range(16))),
    (
        lambda x, y, z: x & y | x & z | y & z,
        0x5A827999,
        (3, 5, 9, 13),
        (0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15),
    ),
    (
        lambda x, y, z: x ^ y ^ z,
        0x6ED9EBA1,
        (3, 9, 11, 15),
        (0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15),
    ),
)


class Md4:
    """A hash as `hashlib` has them.

    Args:
        content: the first bytes.
    """

    name: Final = "md4"
    digest_size: Final = 16
    block_size: Final = _BLOCK

    def __init__(self, content: bytes = b"") -> None:
        self._content = bytearray(content)

    def update(self, content: bytes) -> None:
        """Take more bytes."""
        self._content += content

    def copy(self) -> "Md4":
        """The same so far."""
        return Md4(bytes(self._content))

    def digest(self) -> bytes:
        """The hash of all bytes so far."""
        length = len(self._content)
        padding = b"\x80" + bytes((55 - length) % _BLOCK) + struct.pack("<Q", 8 * length)
        content = bytes(self._content) + padding
        state = (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476)
        for at in range(0, len(content), _BLOCK):
            state = _mixed(state, struct.unpack_from("<16I", content, at))
        return struct.pack("<4I", *state)

    def hexdigest(self) -> str:
        """The same in hexadecimal."""
        return self.digest().hex()

    def __repr__(self) -> str:
        return f"<Md4 of {len(self._content)} bytes>"


def _mixed(state: tuple[int, int, int, int], words: tuple[int, ...]) -> tuple[int, int, int, int]:
    a, b, c, d = state
    for mix, constant, rotations, order in _ROUNDS:
        for step, index in enumerate(order):
            total = (a + mix(b, c, d) + words[index] + constant) & _MASK
            turn = rotations[step % 4]
            a, b, c, d = d, (total << turn | total >> (32 - turn)) & _MASK, b, c
    return (
        (state[0] + a) & _MASK,
        (state[1] + b) & _MASK,
        (state[2] + c) & _MASK,
        (state[3] + d) & _MASK,
    )
