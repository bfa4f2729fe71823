"""Field compression (RFC 7541): blocks of octets to fields and back.

    field block   = *size-update *field
    indexed       = 1 index(7)                                  ; a field of a table
    inserted      = 01 name(6) value                            ; ... and from now on in the dynamic table
    size-update   = 001 limit(5)
    literal       = 0000 name(4) value / 0001 name(4) value     ; 0001: never to be put into a table
    name          = index / 0 string
    string        = huffman(1) length(7) *OCTET
    index, length = an integer with a prefix of so many bits (section 5.1)

Indices 1 to 61 are the static table, 62 is the newest field of the dynamic one. Both ends change their copy of
the dynamic table with every inserted field, so a block that was not decoded makes all later ones unreadable.

Budget: 0.3 us of CPU an indexed field, 0.8 us a literal one, 2 us more for a string of 20 octets that is new
(benchmarks/ http2); the library hpack needs 1.7 us and 5 us (ADR 29).
"""

from collections import deque
from collections.abc import Iterable
from typing import Final

from loadr_protocols.http2.errors import CompressionError, FieldsTooLarge
from loadr_protocols.http2.huffman import decode as decode_huffman
from loadr_protocols.http2.static_table import STATIC_FIELDS, STATIC_NAMES, STATIC_SIZE, STATIC_TABLE, Field

TABLE_LIMIT: Final = 4096
"""The dynamic table's size in octets unless agreed otherwise (section 6.5.2 of RFC 9113)."""

FIELD_OVERHEAD: Final = 32
"""What a field counts beside its octets (RFC 7541, section 4.1)."""

# An integer of more octets than this cannot be an index or a length here (2 ** 28).
_LONGEST_INTEGER: Final = 4
# Their values change from request to request: in the table they would only push out what repeats.
_CHANGING: Final = frozenset(
    {b":path", b"content-length", b"traceparent", b"etag", b"if-none-match", b"if-modified-since", b"range"}
)


class _Table:
    """A dynamic table: the newest field last.

    Attributes:
        revision: changes with every change of the table.
    """

    __slots__ = ("_fields", "_limit", "_size", "revision")

    def __init__(self) -> None:
        self._fields: deque[Field] = deque()
        self._size = 0
        self._limit = TABLE_LIMIT
        self.revision = 0

    def _insert(self, field: Field) -> None:
        self.revision += 1
        self._size += len(field[0]) + len(field[1]) + FIELD_OVERHEAD
        self._fields.append(field)
        if self._size > self._limit:
            self._evict()

    def _resize(self, limit: int) -> None:
        self.revision += 1
        self._limit = limit
        self._evict()

    def _evict(self) -> None:
        while self._size > self._limit:
            name, value = self._fields.popleft()
            self._size -= len(name) + len(value) + FIELD_OVERHEAD


class Decoder(_Table):
    """Decodes the blocks of one connection, in their order.

    Attributes:
        relative: whether the last block's meaning depends on the dynamic table.
        inserted: what the last block has put into the table; `None` where it has changed the table's size too.
    """

    __slots__ = ("_largest", "inserted", "relative")

    def __init__(self, largest: int) -> None:
        """Make a decoder for a connection that has just begun.

        Args:
            largest: the greatest size of a field section, names and values and `FIELD_OVERHEAD` each.
        """
        super().__init__()
        self._largest = largest
        self.relative = False
        self.inserted: list[Field] | None = []

    def decode(self, block: bytes) -> tuple[Field, ...]:
        """The fields of a block.

        Raises:
            CompressionError: the block is malformed; no other block can be decoded after it.
            FieldsTooLarge: the fields are too large; later blocks can still be decoded.
        """
        fields: list[Field] = []
        size = 0
        at = 0
        end = len(block)
        self.relative = False
        self.inserted = inserted = []
        while at < end:
            octet = block[at]
            at += 1
            if octet & 0x80:
                index = octet & 0x7F
                if index == 0x7F:
                    index, at = _integer(block, at, 0x7F)
                field = STATIC_TABLE[index] if 0 < index <= STATIC_SIZE else self._entry(index)
            elif octet & 0x40:
                field, at = self._literal(block, at, octet & 0x3F, 0x3F)
                self._insert(field)
                inserted.append(field)
            elif octet & 0x20:
                if fields:
                    raise CompressionError("the table's size changes behind a field")
                limit, at = _integer(block, at, 0x1F) if octet & 0x1F == 0x1F else (octet & 0x1F, at)
                if limit > TABLE_LIMIT:
                    raise CompressionError(f"a table of {limit} octets, {TABLE_LIMIT} are allowed")
                self._resize(limit)
                self.inserted = None
                continue
            else:
                field, at = self._literal(block, at, octet & 0x0F, 0x0F)
            size += len(field[0]) + len(field[1]) + FIELD_OVERHEAD
            # What is too large is decoded nonetheless, for the table's sake, and not kept.
            if size <= self._largest:
                fields.append(field)
        if size > self._largest:
            raise FieldsTooLarge(f"fields of {size} octets, {self._largest} are accepted")
        return tuple(fields)

    def insert_again(self, fields: Iterable[Field], octets: int) -> None:
        """Do to the table what a block did that is not decoded again.

        Args:
            fields: what it has put into the table.
            octets: their size.
        """
        self.revision += 1
        self._fields.extend(fields)
        self._size += octets
        if self._size > self._limit:
            self._evict()

    def _literal(self, block: bytes, at: int, index: int, mask: int) -> tuple[Field, int]:
        if index:
            if index == mask:
                index, at = _integer(block, at, mask)
            name = (STATIC_TABLE[index] if index <= STATIC_SIZE else self._entry(index))[0]
        else:
            name, at = _string(block, at)
        value, at = _string(block, at)
        return (name, value), at

    def _entry(self, index: int) -> Field:
        place = index - STATIC_SIZE
        if not 0 < place <= len(self._fields):
            raise CompressionError(f"no field has the index {index}")
        self.relative = True
        return self._fields[-place]


def _integer(block: bytes, at: int, prefix: int) -> tuple[int, int]:
    """An integer whose prefix is full, and where it ends."""
    value = prefix
    shift = 0
    for octet in block[at : at + _LONGEST_INTEGER]:
        at += 1
        value += (octet & 0x7F) << shift
        if octet < 0x80:
            return value, at
        shift += 7
    raise CompressionError("an integer does not end")


def _string(block: bytes, at: int) -> tuple[bytes, int]:
    """A string, and where it ends."""
    if at >= len(block):
        raise CompressionError("a block ends inside of a field")
    octet = block[at]
    at += 1
    length = octet & 0x7F
    if length == 0x7F:
        length, at = _integer(block, at, 0x7F)
    end = at + length
    if end > len(block):
        raise CompressionError("a block ends inside of a string")
    string = block[at:end]
    return (decode_huffman(string) if octet & 0x80 else string), end


class Encoder(_Table):
    """Encodes the blocks of one connection, in their order.

    Strings go out as they are: the Huffman code costs CPU for every new string and saves octets only there,
    because what repeats goes out as an index anyway.
    """

    __slots__ = ("_announce", "_inserted", "_names", "_numbers")

    def __init__(self) -> None:
        super().__init__()
        self._inserted = 0
        # By field and by name the number of its insertion, from 1; of several the last one.
        self._numbers: dict[Field, int] = {}
        self._names: dict[bytes, int] = {}
        self._announce: list[int] = []

    def limit(self, octets: int) -> None:
        """The peer's table is so large from now on; never more than `TABLE_LIMIT` of it is used."""
        octets = min(octets, TABLE_LIMIT)
        # Section 4.2: the smallest size since the last block is said before the final one.
        self._announce = [min([octets, *self._announce]), octets]
        self._resize(octets)

    def encode(self, fields: Iterable[Field]) -> bytes:
        """A block with these fields."""
        block = bytearray()
        if self._announce:
            for octets in dict.fromkeys(self._announce):
                _put_integer(block, octets, 0x20, 0x1F)
            self._announce = []
        numbers = self._numbers
        for field in fields:
            index = STATIC_FIELDS.get(field)
            if index is None:
                number = numbers.get(field)
                if number is None:
                    self._encode_literal(block, field)
                    continue
                index = self._index(number)
            _put_integer(block, index, 0x80, 0x7F)
        return bytes(block)

    def _encode_literal(self, block: bytearray, field: Field) -> None:
        name, value = field
        index = STATIC_NAMES.get(name, 0)
        if not index and name in self._names:
            index = self._index(self._names[name])
        size = len(name) + len(value) + FIELD_OVERHEAD
        # A field that takes most of the table would push out everything else.
        inserted = name not in _CHANGING and size <= self._limit // 2
        if inserted:
            _put_integer(block, index, 0x40, 0x3F)
        else:
            _put_integer(block, index, 0x00, 0x0F)
        if not index:
            _put_string(block, name)
        _put_string(block, value)
        if inserted:
            self._inserted += 1
            self._numbers[field] = self._names[name] = self._inserted
            self._insert(field)

    def _index(self, number: int) -> int:
        return STATIC_SIZE + 1 + self._inserted - number

    def _evict(self) -> None:
        while self._size > self._limit:
            number = self._inserted - len(self._fields) + 1
            field = self._fields.popleft()
            name, value = field
            self._size -= len(name) + len(value) + FIELD_OVERHEAD
            if self._numbers.get(field) == number:
                del self._numbers[field]
            if self._names.get(name) == number:
                del self._names[name]


def _put_integer(block: bytearray, value: int, pattern: int, mask: int) -> None:
    if value < mask:
        block.append(pattern | value)
        return
    block.append(pattern | mask)
    value -= mask
    while value >= 0x80:
        block.append(value & 0x7F | 0x80)
        value >>= 7
    block.append(value)


def _put_string(block: bytearray, string: bytes) -> None:
    _put_integer(block, len(string), 0x00, 0x7F)
    block += string
