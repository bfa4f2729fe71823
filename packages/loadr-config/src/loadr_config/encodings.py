"""Text encodings of data files: which are known, and which one a file has.

A file is read from the middle, and its quotes and line breaks are found in its bytes. That rules out
encodings with a state (UTF-7, ISO-2022) and those whose characters hide ASCII bytes:

==============================================  ==================================================
encodings                                       why they can be used
==============================================  ==================================================
UTF-8; every one with a byte per character      an ASCII byte is always that ASCII character
  whose lower half is ASCII (latin-1, cp1252)
UTF-16                                          the same for its units of two bytes
GBK, GB 18030, Big5, Shift JIS, EUC, and        the bytes below ``0`` are always ASCII characters, so
  the code pages that extend them               the delimiter has to be one of those
==============================================  ==================================================

A byte order mark decides, where there is one; without it and without the plan's word a file is UTF-8.
"""

import codecs
from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["Encoding", "EncodingError", "encoding_of", "known_encoding"]

_ASCII: Final = bytes(range(128))
_MULTI_BYTE: Final = frozenset(
    {
        "big5",
        "big5hkscs",
        "cp932",
        "cp949",
        "cp950",
        "euc_jis_2004",
        "euc_jisx0213",
        "euc_jp",
        "euc_kr",
        "gb18030",
        "gb2312",
        "gbk",
        "shift_jis",
        "shift_jis_2004",
        "shift_jisx0213",
    }
)
_UTF_16: Final = {"utf-16-le": "<", "utf-16-be": ">"}
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class EncodingError(ValueError):
    """A file is not in the encoding that is asked for."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a file's bytes become text.

    Attributes:
        name: Python's codec for any part of the file.
        mark: Bytes of the byte order mark, to be skipped.
        unit: Bytes of a code unit: 2 for UTF-16, else 1.
        order: The order of a unit's bytes, ``<`` or ``>``.
    """

    name: str = "utf-8"
    mark: int = 0
    unit: Literal[1, 2] = 1
    order: Literal["<", ">"] = "<"


def known_encoding(name: str) -> str | None:
    """Return the name of a codec that can be used for data files, or None."""
    try:
        codec = codecs.lookup(name.strip()).name
        if codec in {"utf-8", "utf-8-sig"}:
            return "utf-8"
        if codec in {"utf-16", *_UTF_16} or codec in _MULTI_BYTE:
            return codec
        every = bytes(range(256)).decode(codec, "replace")
    except (LookupError, UnicodeError, ValueError, TypeError):
        return None
    has_state = codec.startswith("iso2022")
    return codec if len(every) == 256 and every[:128].encode() == _ASCII and not has_state else None


def allows_delimiter(codec: str, delimiter: str) -> bool:
    """Tell whether a character can stand between the values of a file in an encoding."""
    if codec in _MULTI_BYTE:
        return delimiter < "0"
    try:
        delimiter.encode(codec)
    except UnicodeError:
        return False
    return True


def encoding_of(head: bytes, asked: str | None) -> Encoding:
    """Tell the encoding of a file by its first bytes.

    Args:
        head: The first four bytes, or all when there are less; more of them tell more.
        asked: What the plan says, as `known_encoding` returns it; None where it says nothing.

    Raises:
        EncodingError: The byte order mark says something else, or the file is probably UTF-16.
    """
    mark, marked = next(((mark, name) for mark, name in _MARKS if head.startswith(mark)), (b"", None))
    if marked == "utf-32":
        raise EncodingError("is UTF-32; save it as UTF-8")
    if marked is not None and asked not in {None, marked, marked.removesuffix("-le").removesuffix("-be")}:
        raise EncodingError(f'begins with the byte order mark of {marked}, but "encoding" says {asked}')
    name = marked or asked or "utf-8"
    if name == "utf-16":
        name = "utf-16-le"  # what Windows writes; RFC 2781 would have it the other way round
    if name in _UTF_16:
        return Encoding(name, len(mark), 2, "<" if name == "utf-16-le" else ">")
    if asked is None and (guess := _zeros(head)) is not None:
        raise EncodingError(f"has a zero byte in each of its first characters; set encoding: {guess}")
    return Encoding(name, len(mark))


def _zeros(head: bytes) -> str | None:
    """Name the UTF-16 that the first bytes look like: four ASCII characters of it, or two."""
    part = head[: len(head) // 2 * 2][:8]
    if len(part) < 4:
        return None
    even, odd = part[::2], part[1::2]
    if not any(odd) and all(even):
        return "utf-16-le"
    return "utf-16-be" if not any(even) and all(odd) else None
