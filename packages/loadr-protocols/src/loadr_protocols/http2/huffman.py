"""The Huffman code of HPACK (RFC 7541, section 5.2 and appendix B), decoding only.

The code is canonical: codes of one length are consecutive, in the order of their symbols, so the lengths
alone define it. Decoding walks the code's tree a whole octet at a time: a step is a node and an octet, and
leads to the symbols that end inside the octet and the next node. Steps are made when first taken; there
are 65,536 at most.

Budget: 0.1 us of CPU an octet, 0.1 us for a short string that was decoded before (benchmarks/ http2).
"""

from functools import lru_cache
from typing import Final

from loadr_protocols.http2.errors import CompressionError

_END_OF_STRING: Final = 256
_ROOT: Final = 0
# Longer strings seldom repeat, and would make the memory of known ones large.
_SHORT: Final = 64
_KNOWN: Final = 2048

# fmt: off
LENGTHS: Final = (
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28,
    28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6,
    6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
    7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6,
    6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22,
    20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23,
    22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22,
    23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
    19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22,
    25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
)
"""The code's length in bits, by symbol; the last symbol is the end of a string, which is never sent."""
# fmt: on


def decode(coded: bytes) -> bytes:
    """Decode a string.

    Raises:
        CompressionError: it is not coded as the code says.
    """
    return _known(coded) if len(coded) <= _SHORT else _walk(coded)


def _walk(coded: bytes) -> bytes:
    node = _ROOT
    steps = _steps
    decoded = []
    for octet in coded:
        at = node << 8 | octet
        step = steps.get(at)
        if step is None:
            step = steps[at] = _step(node, octet)
        symbols, node = step
        decoded.append(symbols)
    if node not in _padding:
        raise CompressionError("a Huffman-coded string ends inside of a symbol")
    return b"".join(decoded)


_known: Final = lru_cache(_KNOWN)(_walk)


def _make_tree() -> list[list[int]]:
    """The inner nodes: each has the next node for a 0 and for a 1, a leaf is the symbol's complement."""
    tree = [[0, 0]]
    code = 0
    length = 0
    for symbol in sorted(range(len(LENGTHS)), key=lambda symbol: (LENGTHS[symbol], symbol)):
        code <<= LENGTHS[symbol] - length
        length = LENGTHS[symbol]
        node = _ROOT
        for place in range(length - 1, 0, -1):
            bit = code >> place & 1
            if not tree[node][bit]:
                tree.append([0, 0])
                tree[node][bit] = len(tree) - 1
            node = tree[node][bit]
        tree[node][code & 1] = ~symbol
        code += 1
    return tree


_tree: Final = _make_tree()
_steps: Final[dict[int, tuple[bytes, int]]] = {}


def _make_padding() -> frozenset[int]:
    """The nodes at which a string may end: at most seven bits, all set, behind its last symbol."""
    nodes = [_ROOT]
    for _ in range(7):
        nodes.append(_tree[nodes[-1]][1])
    return frozenset(nodes)


_padding: Final = _make_padding()


def _step(node: int, octet: int) -> tuple[bytes, int]:
    symbols = bytearray()
    for place in range(7, -1, -1):
        node = _tree[node][octet >> place & 1]
        if node < 0:
            if ~node == _END_OF_STRING:
                raise CompressionError("a Huffman-coded string contains the end-of-string symbol")
            symbols.append(~node)
            node = _ROOT
    return bytes(symbols), node
