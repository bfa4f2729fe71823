"""A request around another one: it says what that one says, where it has nothing of its own to say."""

from loadr_core.spi.protocol import CompiledRequest
from loadr_core.spi.rows import RowLayout


class WrappingRequest(CompiledRequest):
    """A request whose `send` does something before, after or around another one's.

    Args:
        request: the other one.
    """

    __slots__ = ("_request",)

    def __init__(self, request: CompiledRequest) -> None:
        self._request = request

    @property
    def method(self) -> str:
        """The method on the wire."""
        return self._request.method

    @property
    def layout(self) -> RowLayout:
        """As of the request within."""
        return self._request.layout

    def expects(self, status: int) -> bool:
        """Whether a status is a success."""
        return self._request.expects(status)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._request!r}>"
