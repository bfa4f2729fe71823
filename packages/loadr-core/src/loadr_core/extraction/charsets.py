"""Which charset a body is in.

In this order: a byte order mark; `charset` of Content-Type (RFC 9110, section 8.3.2); what markup
declares in its first kilobyte, `<?xml encoding="...">` or `<meta charset="...">` (XML 1.0, section
4.3.3; HTML, section 13.2.3.2); else UTF-8.
"""

import codecs
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from loadr_core.spi.content import ContentError

UTF_8: Final = "utf-8"

_PARAMETER: Final = re.compile(r';\s*charset\s*=\s*"?\s*([^\s";]+)', re.IGNORECASE)
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Codecs of Python that make text of bytes, and are no charsets.
_NO_CHARSETS: Final = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape"})
_FIRST_OF_MARKS: Final = (b"\xef", b"\xff", b"\xfe")
_DECLARED_WITHIN: Final = 1024
_DECLARATION: Final = re.compile(
    rb"""^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([a-z0-9._-]+)["']"""
    rb"""|<meta\s[^>]*?charset\s*=\s*["']?\s*([a-z0-9._-]+)"""
)


def charset_of(body: bytes, headers: Mapping[str, str]) -> str:
    """The charset as Python knows it; `utf-8-sig` where UTF-8 begins with a byte order mark.

    Raises:
        ContentError: nobody knows it.
    """
    if body[:1] in _FIRST_OF_MARKS:
        for mark, name in _MARKS:
            if body.startswith(mark):
                return name
    declared = charset_of_type(headers.get("content-type", ""))
    if declared is None:
        start = body[:_DECLARED_WITHIN]
        # Searching all JSON with the expression would cost 50 us each.
        if b"<" in start:
            declared = _declared_in(start.lower())
    return declared or UTF_8


def _declared_in(start: bytes) -> str | None:
    if b"charset" not in start and b"encoding" not in start:
        return None
    found = _DECLARATION.search(start)
    return _known((found[1] or found[2]).decode("ascii")) if found else None


@lru_cache(maxsize=256)
def charset_of_type(content_type: str) -> str | None:
    """The charset that a Content-Type names, or `None`.

    Raises:
        ContentError: nobody knows it.
    """
    found = _PARAMETER.search(content_type)
    return _known(found[1]) if found else None


def _known(name: str) -> str:
    try:
        known = codecs.lookup(name).name
        b"a".decode(known, "ignore")  # no text comes out of `zlib`
    except (LookupError, UnicodeError):
        known = ""
    if not known or known in _NO_CHARSETS:
        raise ContentError(f"the body's charset {name!r} is unknown")
    return known
