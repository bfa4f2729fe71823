"""What came of a request of a protocol that HTTP carries."""

from collections.abc import Mapping, Sequence

from loadr_core.spi import Sample
from loadr_protocols.http.response import Traceable


class CarriedResponse(Traceable):
    """An outcome, told after everything has come."""

    __slots__ = ("_body", "_headers", "further")

    def __init__(
        self,
        row: tuple[float, ...],
        *,
        status: int,
        proto: str,
        headers: Mapping[str, str],
        body: bytes,
        further: Sequence[Sample] = (),
    ) -> None:
        """Tell of a request that came to its end.

        Args:
            row: the measurements.
            status: of the protocol.
            proto: the metric tag.
            headers: of the last response.
            body: what conditions and extraction look at.
            further: redirects on the way, and what had a time of its own.
        """
        self.row = row
        self.status = status
        self.proto = proto
        self.error_kind = None
        self.error = None
        self.further = further
        self.trace_id = None
        self._headers = headers
        self._body = body

    def fail(self, kind: str, message: str) -> None:
        """Say why it is a failure all the same."""
        self.error_kind = kind
        self.error = message

    @property
    def body(self) -> bytes:
        """As it was given."""
        return self._body

    @property
    def headers(self) -> Mapping[str, str]:
        """Of the last response."""
        return self._headers

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.error or self.status}>"
