"""One request, as the endpoints see it."""

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Request:
    """A request read completely.

    Args:
        method: As sent.
        target: The request target as sent, undecoded.
        version: ``"1.1"`` or ``"1.0"``.
        headers: Names and values as sent, in order.
        body: The body without its transfer coding.
        keep_alive: Whether the client lets the connection live on (RFC 9112, 9.3).
    """

    method: str
    target: str
    version: str = "1.1"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    keep_alive: bool = True

    @property
    def path(self) -> str:
        """The path of the target, undecoded; also of an absolute-form target."""
        if self.target.startswith("/"):
            return self.target.partition("?")[0]
        return urlsplit(self.target).path or "/"

    @property
    def query(self) -> str:
        """The query of the target without its question mark, undecoded."""
        return self.target.partition("?")[2]

    def header(self, name: str) -> str | None:
        """Find the first header of a name.

        Args:
            name: In lower case.
        """
        for key, value in self.headers:
            if key.lower() == name:
                return value
        return None
