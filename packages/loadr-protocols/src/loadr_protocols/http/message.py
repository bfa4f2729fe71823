"""A request's bytes: what never changes is built before the run, what does is rendered per request.

    request-line = method SP request-target SP "HTTP/1.1" CRLF
    head         = request-line "Host:" ... *( name ":" SP value CRLF ) CRLF

A rendered text that would break out of its line is refused, never sent: with it a data file could
smuggle in headers or whole requests.
"""

import re
import sys
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Final
from urllib.parse import unquote_to_bytes

from loadr_config.urls import add_query, encode_parameter, join
from loadr_core.spi import CompileError, Pieces, RenderError, RequestSpec, Scope, Text
from loadr_protocols.http.errors import RequestTooLarge
from loadr_protocols.http.url import (
    Origin,
    SplitUrl,
    UrlError,
    encode_target,
    is_absolute,
    split_url,
)

Rendered = tuple[Origin, bytes]
"""Where a request goes, and all its bytes."""

_Part = bytes | Callable[[Scope], bytes]

_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_FORBIDDEN_VALUE: Final = re.compile(r"[\r\n\x00]")
# Computed here; a plan that was recorded elsewhere often carries it along.
_COMPUTED: Final = frozenset({"content-length"})
# RFC 9110, section 8.6: methods whose meaning anticipates a body say so when there is none.
_ANTICIPATE_BODY: Final = frozenset({"POST", "PUT", "PATCH"})
_AFTER_AUTHORITY: Final = frozenset({"/", "?", "#", ""})


def is_token(text: str) -> bool:
    """Whether a text can be a method or a field's name (RFC 9110, section 5.6.2)."""
    return _TOKEN.fullmatch(text) is not None


class RequestMessage:
    """The compiled bytes of a request.

    Attributes:
        fixed: origin and bytes, where nothing changes during the run.
        closes: whether the request announces that its connection ends with it.
        has_cookies: whether it has a Cookie field of its own.
    """

    __slots__ = ("_body", "_body_may_be_empty", "_head", "_limit", "_line", "closes", "fixed", "has_cookies")

    def __init__(
        self,
        method: str,
        spec: RequestSpec,
        *,
        base_url: str | None,
        default_headers: Mapping[str, str],
        agent: str,
        max_size: int | None = None,
    ) -> None:
        """Compile a request.

        Args:
            method: of the request line.
            spec: the rest of it.
            base_url: what a relative URL is below.
            default_headers: those of the plan's defaults.
            agent: the value of User-Agent.
            max_size: the most bytes of a body.

        Raises:
            CompileError: it cannot become an HTTP request.
        """
        headers = _merged(spec, default_headers, agent)
        names = frozenset(name.lower() for name, _ in headers)
        self._line = _RequestLine(method, spec, base_url, names)
        self.has_cookies = "cookie" in names
        self.closes = any(
            name.lower() == "connection" and "close" in (value.static or "").lower()
            for name, value in headers
        )
        head = [_field(name, value) for name, value in headers]
        self._head = _joined(head)
        self._body = spec.body
        self._limit = sys.maxsize if max_size is None else max_size
        self._body_may_be_empty = spec.body is None and method not in _ANTICIPATE_BODY
        self.fixed: Rendered | None = None
        if (
            self._line.fixed is not None
            and all(isinstance(part, bytes) for part in self._head)
            and (spec.body is None or spec.body.static is not None)
        ):
            try:
                self.fixed = self.render(Scope.__new__(Scope))
            except RequestTooLarge as error:
                raise CompileError(str(error)) from error

    def render(self, scope: Scope) -> Rendered:
        """The bytes for one use.

        Raises:
            RenderError: a reference has no value, or a value would break out of its line.
            RequestTooLarge: a body is longer than the plan allows.
        """
        if self._body_may_be_empty:
            origin, parts = self._begin(scope)
            parts.append(b"\r\n")
            return origin, b"".join(parts)
        body = b"" if self._body is None else self._body.static
        if body is None:
            assert self._body is not None
            body = self._body.render(scope)
        if len(body) > self._limit:
            raise RequestTooLarge(len(body), self._limit)
        origin, parts = self._begin(scope)
        parts += (b"Content-Length: %d\r\n\r\n" % len(body), body)
        return origin, b"".join(parts)

    @property
    def streams(self) -> bool:
        """Whether the body has files that are too large to be rendered."""
        return self._body is not None and self._body.pieces is not None

    def render_head(self, scope: Scope) -> tuple[Origin, bytes, Pieces]:
        """The head for one use, and the body in pieces, for a request that `streams`. Raises as `render`."""
        assert self._body is not None
        assert self._body.pieces is not None
        pieces = self._body.pieces(scope)
        length = sum(len(piece) if isinstance(piece, bytes) else piece.size for piece in pieces)
        if length > self._limit:
            raise RequestTooLarge(length, self._limit)
        origin, parts = self._begin(scope)
        parts.append(b"Content-Length: %d\r\n\r\n" % length)
        return origin, b"".join(parts), pieces

    def _begin(self, scope: Scope) -> tuple[Origin, list[bytes]]:
        """The head up to the fields that tell of the body."""
        origin, line = self._line.fixed or self._line.render(scope)
        parts = [line]
        parts.extend(part if isinstance(part, bytes) else part(scope) for part in self._head)
        return origin, parts


class _RequestLine:
    """The request line, Host, and Authorization where the URL has `user:password@`: what the URL gives.

    Attributes:
        fixed: origin and bytes, where the URL never changes.
    """

    __slots__ = ("_base_url", "_known", "_method", "_names", "_origin", "_params", "_tail", "_url", "fixed")

    def __init__(self, method: str, spec: RequestSpec, base_url: str | None, names: frozenset[str]) -> None:
        """Compile the URL.

        Args:
            method: of the request line.
            spec: its URL and parameters.
            base_url: what a relative URL is below.
            names: the fields that the request has itself, in lower case.
        """
        self._method = method.encode("ascii") + b" "
        self._names = names
        self._base_url = base_url
        self._url = spec.url
        self._params = spec.params
        # The last scheme and authority seen and what follows from it: it seldom changes, the path does.
        self._known = ""
        self._origin = Origin("http", "", 0)
        self._tail = b""
        self.fixed: Rendered | None = None
        if spec.url.static is not None and all(value.static is not None for _, value in spec.params):
            try:
                self.fixed = self._line(spec.url.static, self._query(None))
            except UrlError as error:
                raise CompileError(f"url: {error}") from error

    def render(self, scope: Scope) -> Rendered:
        """Origin and bytes for one use. Raises `RenderError`."""
        url = self._url.render(scope)
        query = self._query(scope)
        try:
            return self._line(url, query)
        except UrlError as error:
            raise RenderError(f"url: {error}") from error

    def _absolute(self, url: str) -> str:
        return url if self._base_url is None or is_absolute(url) else join(self._base_url, url)

    def _query(self, scope: Scope | None) -> str:
        pairs = []
        for name, text in self._params:
            value = text.static
            if value is None:
                assert scope is not None
                value = text.render(scope)
            pairs.append(encode_parameter(name, value))
        return "&".join(pairs)

    def _line(self, url: str, query: str) -> Rendered:
        url = self._absolute(url)
        known = self._known
        if known and url.startswith(known) and url[len(known) : len(known) + 1] in _AFTER_AUTHORITY:
            target = url[len(known) :]
        else:
            split = split_url(url)
            target = split.target
            self._known = split.before_target
            self._origin = split.origin
            self._tail = self._tail_for(split)
        encoded = encode_target(add_query(target, query))
        return self._origin, self._method + encoded.encode("ascii") + self._tail

    def _tail_for(self, split: SplitUrl) -> bytes:
        """What follows the target: version, Host, Authorization (RFC 7617)."""
        tail = b" HTTP/1.1\r\n"
        if "host" not in self._names:
            tail += b"Host: " + split.origin.authority.encode("ascii") + b"\r\n"
        if split.userinfo is not None and "authorization" not in self._names:
            tail += b"Authorization: Basic " + b64encode(unquote_to_bytes(split.userinfo)) + b"\r\n"
        return tail


def _merged(spec: RequestSpec, defaults: Mapping[str, str], agent: str) -> list[tuple[str, Text]]:
    """All fields but Host and Content-Length; the request's own replace defaults, whatever their case."""
    own: list[tuple[str, Text]] = list(spec.headers)
    names = {name.lower() for name, _ in own}
    if (
        spec.body is not None
        and spec.body.content_type is not None
        and "content-type" not in names | {name.lower() for name in defaults}
    ):
        own.append(("Content-Type", Text.fixed(spec.body.content_type)))
        names.add("content-type")
    builtin = {"User-Agent": agent, "Accept": "*/*"}
    replaced = {name.lower() for name in defaults}
    merged = [
        (name, Text.fixed(value)) for name, value in builtin.items() if name.lower() not in replaced | names
    ]
    merged += [(name, Text.fixed(value)) for name, value in defaults.items() if name.lower() not in names]
    merged += own
    return [(name, value) for name, value in merged if name.lower() not in _COMPUTED]


def _field(name: str, value: Text) -> _Part:
    """A field line, fixed or rendered."""
    if not is_token(name):
        raise CompileError(f"{name!r} is not a header name")
    if name.lower() == "transfer-encoding":
        raise CompileError("Transfer-Encoding cannot be set", "the body is sent with its Content-Length")
    if value.static is not None:
        if _FORBIDDEN_VALUE.search(value.static):
            raise CompileError(f"header {name}: the value contains a line break")
        return f"{name}: {value.static}\r\n".encode()
    render = value.render
    prefix = f"{name}: "

    def rendered(scope: Scope) -> bytes:
        text = render(scope)
        if _FORBIDDEN_VALUE.search(text):
            raise RenderError(f"header {name}: the value contains a line break")
        return f"{prefix}{text}\r\n".encode()

    return rendered


def _joined(parts: Sequence[_Part]) -> list[_Part]:
    """The same parts, neighbouring fixed ones made one."""
    joined: list[_Part] = []
    for part in parts:
        if joined and isinstance(part, bytes) and isinstance(joined[-1], bytes):
            joined[-1] += part
        else:
            joined.append(part)
    return joined
