import pytest

from loadr_core.extraction.charsets import charset_of
from loadr_core.spi import ContentError


@pytest.mark.parametrize(
    ("body", "content_type", "charset"),
    [
        (b"", "", "utf-8"),
        (b"{}", "application/json", "utf-8"),
        (b"x", "text/plain; charset=UTF-8", "utf-8"),
        (b"x", 'text/plain;charset="latin-1"', "iso8859-1"),
        (b"x", "text/plain; a=b ; Charset = windows-1252 ", "cp1252"),
        (b"x", "text/plain; xcharset=latin-1", "utf-8"),
        (b"\xef\xbb\xbfx", "text/plain; charset=latin-1", "utf-8-sig"),
        (b"\xff\xfex\x00", "", "utf-16"),
        (b"\xfe\xff\x00x", "", "utf-16"),
        (b"\xefx", "", "utf-8"),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?><a/>', "application/xml", "iso8859-1"),
        (b"\n <?xml version='1.0' encoding='utf-8'?><a/>", "", "utf-8"),
        (b'<html><head><META CHARSET="shift_jis">', "text/html", "shift_jis"),
        (b"<meta http-equiv=content-type content='text/html; charset=koi8-r'>", "", "koi8-r"),
        (b'<meta charset="koi8-r">', "text/html; charset=utf-8", "utf-8"),
        (b" " * 1020 + b"<meta charset=koi8-r>", "text/html", "utf-8"),
        (b"<a>encoding=koi8-r charset=koi8-r</a>", "text/html", "utf-8"),
    ],
)
def test_the_charset_of_a_body(body, content_type, charset):
    assert charset_of(body, {"content-type": content_type} if content_type else {}) == charset


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b"x", "text/plain; charset=klingon"), (b'<meta charset="klingon">', "text/html")],
)
def test_an_unknown_one_is_named(body, content_type):
    with pytest.raises(ContentError, match="the body's charset 'klingon' is unknown"):
        charset_of(body, {"content-type": content_type})


@pytest.mark.parametrize(
    "name",
    [
        "hex",
        "base64",
        "rot13",
        "zlib",
        "undefined",
        "idna",
        "punycode",
        "unicode_escape",
        "raw_unicode_escape",
    ],
)
def test_what_is_no_charset_but_a_codec_of_python_is_unknown_too(name):
    with pytest.raises(ContentError, match="is unknown"):
        charset_of(b"x", {"content-type": f"text/plain; charset={name}"})
