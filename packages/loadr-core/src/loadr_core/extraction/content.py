"""A response's body, decoded and parsed at most once.

Budget: 0.5 us for the first look at a response, 0.1 us for each further one, beyond what orjson,
the codec or the parser need (benchmarks/ extraction).
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson

from loadr_core.extraction.charsets import UTF_8, charset_of
from loadr_core.extraction.markup import parse_html, parse_tree
from loadr_core.spi.content import Content, ContentError
from loadr_core.spi.protocol import Response

# A body is looked at on the event loop, and everything else waits: 32 MB of JSON hold it up for 0.9 s.
MOST_BYTES: Final = 32_000_000

_UNREAD: Final = object()


class ResponseContent(Content):
    """The content of one response.

    A failure is kept like a result: of five checks on a body that is not JSON one tries to parse it.

    Args:
        body: as the protocol gives it.
        headers: keys in lower case.
    """

    __slots__ = ("_body", "_charset", "_headers", "_html", "_json", "_text", "_tree")

    def __init__(self, body: bytes, headers: Mapping[str, str]) -> None:
        # No reference to the response, which keeps this: a cycle would outlive its last use.
        self._body = body
        self._headers = headers
        self._charset: str | None = None
        self._text: Any = _UNREAD
        self._json: Any = _UNREAD
        self._html: Any = _UNREAD
        self._tree: Any = _UNREAD

    @property
    def charset(self) -> str:
        """The body's charset. Raises `ContentError`."""
        charset = self._charset
        if charset is None:
            charset = self._charset = charset_of(self._body, self._headers)
        return charset

    @property
    def text(self) -> str:
        """See `Content.text`."""
        text = self._text
        if text is _UNREAD:
            try:
                text = self._text = self._decode()
            except ContentError as error:
                text = self._text = error
        if text.__class__ is ContentError:
            raise ContentError(text.reason)
        return text  # type: ignore[no-any-return]

    @property
    def json(self) -> Any:
        """See `Content.json`."""
        value = self._json
        if value is _UNREAD:
            body = self._body
            try:
                if len(body) > MOST_BYTES:
                    raise _too_large()
                value = self._json = orjson.loads(body)
            except orjson.JSONDecodeError as error:
                value = self._json = _attempt(self._parse_again, error)
            except ContentError as error:
                value = self._json = error
        if value.__class__ is ContentError:
            raise ContentError(value.reason)
        return value

    @property
    def html(self) -> Any:
        """The body as selectolax's tree. Raises `ContentError`."""
        if self._html is _UNREAD:
            self._html = _attempt(lambda: parse_html(self._utf_8()))
        return _result(self._html)

    @property
    def tree(self) -> Any:
        """The body as lxml's tree of XML or HTML. Raises `ContentError`."""
        if self._tree is _UNREAD:
            content_type = self._headers.get("content-type", "")
            self._tree = _attempt(lambda: parse_tree(self._utf_8(), content_type))
        return _result(self._tree)

    def _decode(self) -> str:
        body = self._body
        if len(body) > MOST_BYTES:
            raise _too_large()
        charset = self.charset
        try:
            return body.decode(charset)
        except UnicodeError:
            raise ContentError(f"the body is not {_shown(charset)}") from None

    def _utf_8(self) -> bytes:
        """The body for parsers of markup: UTF-8 that is proven to be."""
        text = self.text
        return self._body if self.charset == UTF_8 else text.encode()

    def _parse_again(self, error: orjson.JSONDecodeError) -> Any:
        """RFC 8259 knows UTF-8 without a byte order mark only, but servers send others too."""
        if self.charset != UTF_8:
            try:
                return orjson.loads(self.text)
            except orjson.JSONDecodeError as other:
                error = other
        raise ContentError(self._why_no_json(error))

    def _why_no_json(self, error: orjson.JSONDecodeError) -> str:
        start = self._body[:256].lstrip()
        if not start:
            return "the body is empty"
        if start.startswith(b"<"):
            return "the body is not JSON but markup"
        # Raises when the bytes are the trouble.
        text = self.text
        if error.pos >= len(text):
            return "the body is JSON that was cut off"
        return f"the body is not JSON: {error.msg.split(':')[0]}"

    def __repr__(self) -> str:
        names = ("text", "json", "html", "tree")
        read = [name for name in names if getattr(self, f"_{name}") is not _UNREAD]
        return f"<ResponseContent {len(self._body)} bytes, read as {', '.join(read) or 'nothing'}>"


def content_of(response: Response) -> ResponseContent:
    """The one content of a response."""
    content = getattr(response, "content", None)
    if content is None:
        content = ResponseContent(response.body, response.headers)
        response.content = content
    return content


def _attempt(read: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return read(*arguments)
    except ContentError as error:
        return error


def _result(outcome: Any) -> Any:
    # A new error each time: a raised one collects the frames that it has passed.
    if outcome.__class__ is ContentError:
        raise ContentError(outcome.reason)
    return outcome


def _too_large() -> ContentError:
    return ContentError(f"the body is larger than {MOST_BYTES // 1_000_000} MB, which nothing is taken from")


def _shown(charset: str) -> str:
    return "valid UTF-8" if charset.startswith(UTF_8) else f"in its charset {charset}"
