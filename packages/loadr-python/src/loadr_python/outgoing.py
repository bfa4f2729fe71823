"""A request of the plan, as a hook may change it."""

from typing import Any

from loadr_core.spi import HookedRequest


class OutgoingRequest:
    """What `before_request` is given: change `url`, `headers` and `body` in place.

    Attributes:
        name: the request's name in the metrics.
        method: of HTTP; it cannot be changed.
        url: absolute, with the query.
        headers: by their names.
        body: bytes, or `None`; a text is sent as UTF-8.
    """

    __slots__ = ("_method", "_name", "body", "headers", "url")

    def __init__(self, request: HookedRequest) -> None:
        self._name = request.name
        self._method = request.method
        self.url = request.url
        self.headers: dict[Any, Any] = dict(request.headers)
        self.body: bytes | str | None = request.body

    @property
    def name(self) -> str:
        """The request's name in the metrics."""
        return self._name

    @property
    def method(self) -> str:
        """The method."""
        return self._method

    def changed(self, request: HookedRequest) -> HookedRequest:
        """The request to send instead of `request`.

        Raises:
            TypeError: the URL, a header or the body is of a type that cannot be sent.
        """
        body = self.body.encode() if isinstance(self.body, str) else self.body
        if body is not None and not isinstance(body, bytes):
            raise TypeError(f"the body must be bytes, text or None, not {type(body).__name__}")
        if not isinstance(self.url, str):
            raise TypeError(f"the url must be text, not {type(self.url).__name__}")
        for name, value in self.headers.items():
            if not isinstance(name, str) or not isinstance(value, str):
                raise TypeError(f"the header {name!r} must be text, not {type(value).__name__}")
        return HookedRequest(request.name, request.method, self.url, tuple(self.headers.items()), body)

    def __repr__(self) -> str:
        return f"<OutgoingRequest {self.method} {self.url}>"
