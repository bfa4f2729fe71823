"""The response to what is no request: k6 goes on where a script asks for what cannot be."""

from collections.abc import Mapping

from loadr_core.spi import Response


class MistakenResponse(Response):
    """Neither sent nor counted.

    Args:
        message: what is wrong with the request.
    """

    __slots__ = ()

    def __init__(self, message: str) -> None:
        self.status = 0
        self.proto = ""
        self.error_kind = "mistake"
        self.error = message
        self.row = ()

    @property
    def body(self) -> bytes:
        """Nothing."""
        return b""

    @property
    def headers(self) -> Mapping[str, str]:
        """None."""
        return {}

    @property
    def duration(self) -> float:
        """None."""
        return 0.0
