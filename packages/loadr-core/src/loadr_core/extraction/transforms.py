"""`transform`: what is done to an extracted value, one operation after the other, each on text."""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import quote, unquote

from loadr_config.expressions import text_of
from loadr_config.models import Transform
from loadr_core.spi.content import ContentError

_Operation = Callable[[str], str]

_ESCAPES: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")


def compile_transforms(transforms: Sequence[Transform]) -> Callable[[Any], str]:
    """All operations as one: from a value, which is taken as text, to a text.

    The function raises `ContentError` when a value cannot be decoded.
    """
    operations = [_compile(transform) for transform in transforms]

    def apply(value: Any) -> str:
        text = text_of(value)
        for operation in operations:
            text = operation(text)
        return text

    return apply


def _compile(transform: Transform) -> _Operation:
    match transform.operation, transform.arguments:
        case "append", (str(suffix),):
            return lambda text: text + suffix
        case "prepend", (str(prefix),):
            return lambda text: prefix + text
        case "replace", (str(old), str(new)):
            return lambda text: text.replace(old, new)
        case "substring", (int(start),):
            return lambda text: text[start:]
        case "substring", (int(start), int(length)):
            return lambda text: text[start : start + length]
        case operation, _:
            return _PLAIN[operation]


def _url_encode(text: str) -> str:
    """Percent-encode all but the unreserved characters (RFC 3986, section 2.3)."""
    return quote(text, safe="")


def _url_decode(text: str) -> str:
    if _ESCAPES.search(text):
        raise ContentError("url_decode: the value has a % without two digits behind it")
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise ContentError("url_decode: the value does not become UTF-8") from None


def _base64_encode(text: str) -> str:
    return b64encode(text.encode()).decode("ascii")


def _base64_decode(text: str) -> str:
    """Both alphabets, with padding or without: a JWT has the one for URLs and none (RFC 4648, RFC 7515)."""
    standard = text.strip().rstrip("=").translate(_FROM_URLS)
    try:
        return b64decode(standard + "=" * (-len(standard) % 4), validate=True).decode()
    except (Base64Error, UnicodeEncodeError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise ContentError("base64_decode: the value does not become UTF-8") from None
        raise ContentError("base64_decode: the value is no Base64") from None


_FROM_URLS: Final = str.maketrans("-_", "+/")

_PLAIN: Final[dict[str, _Operation]] = {
    "trim": str.strip,
    "lowercase": str.lower,
    "uppercase": str.upper,
    "url_encode": _url_encode,
    "url_decode": _url_decode,
    "base64_encode": _base64_encode,
    "base64_decode": _base64_decode,
}
