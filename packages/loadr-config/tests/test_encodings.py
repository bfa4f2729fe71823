import codecs

import pytest

from loadr_config.encodings import (
    Encoding,
    EncodingError,
    allows_delimiter,
    encoding_of,
    known_encoding,
)

TEXT = 'a,"é"\r\n'


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("utf-8", "utf-8"),
        ("UTF8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("UTF-16", "utf-16"),
        ("utf-16be", "utf-16-be"),
        ("Latin-1", "iso8859-1"),
        (" cp1252 ", "cp1252"),
        ("ascii", "ascii"),
        ("GBK", "gbk"),
        ("shift-jis", "shift_jis"),
        ("utf-32", None),
        ("utf-7", None),
        ("iso2022_jp", None),
        ("cp037", None),
        ("rot13", None),
        ("base64", None),
        ("nonsense", None),
        ("a\0b", None),
        ("", None),
    ],
    ids=str,
)
def test_which_encodings_can_be_used(name, codec):
    assert known_encoding(name) == codec


@pytest.mark.parametrize(
    ("content", "asked", "expected"),
    [
        (TEXT.encode(), None, Encoding()),
        (b"", None, Encoding()),
        (codecs.BOM_UTF8 + TEXT.encode(), None, Encoding(mark=3)),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8", Encoding(mark=3)),
        (TEXT.encode("utf-16"), None, Encoding("utf-16-le", 2, 2, "<")),
        (TEXT.encode("utf-16"), "utf-16", Encoding("utf-16-le", 2, 2, "<")),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), None, Encoding("utf-16-be", 2, 2, ">")),
        (TEXT.encode("utf-16-be"), "utf-16-be", Encoding("utf-16-be", 0, 2, ">")),
        (TEXT.encode("utf-16-le"), "utf-16", Encoding("utf-16-le", 0, 2, "<")),
        (TEXT.encode("latin-1"), "iso8859-1", Encoding("iso8859-1")),
        (b"a\0b\0", "utf-8", Encoding()),
        (b"a\0bc", None, Encoding()),
    ],
    ids=str,
)
def test_the_mark_decides_then_the_plan(content, asked, expected):
    assert encoding_of(content[:16], asked) == expected


@pytest.mark.parametrize(
    ("content", "asked", "message"),
    [
        (TEXT.encode("utf-32"), None, "is UTF-32"),
        (codecs.BOM_UTF8, "iso8859-1", "byte order mark of utf-8"),
        (TEXT.encode("utf-16"), "utf-16-be", "byte order mark of utf-16-le"),
        (TEXT.encode("utf-16-le"), None, "set encoding: utf-16-le"),
        ("ab".encode("utf-16-be"), None, "set encoding: utf-16-be"),
    ],
    ids=str,
)
def test_what_contradicts_itself_is_refused(content, asked, message):
    with pytest.raises(EncodingError, match=message):
        encoding_of(content[:16], asked)


@pytest.mark.parametrize(
    ("codec", "delimiter", "allowed"),
    [
        ("utf-8", "€", True),
        ("iso8859-1", "€", False),
        ("ascii", "§", False),
        ("gbk", ",", True),
        ("gbk", "|", False),
    ],
    ids=str,
)
def test_a_delimiter_must_be_told_from_all_else(codec, delimiter, allowed):
    assert allows_delimiter(codec, delimiter) is allowed
