"""How long a call may take, as its server is told. Pure.

Source: "gRPC over HTTP2", Timeout: at most eight digits and a unit.
"""

from typing import Final

_MOST_UNITS: Final = 99_999_999


def timeout_field(seconds: float) -> str:
    """The value of grpc-timeout; the client's own deadline is exact."""
    milliseconds = max(round(seconds * 1000), 1)
    if milliseconds <= _MOST_UNITS:
        return f"{milliseconds}m"
    return f"{min(round(seconds), _MOST_UNITS)}S"
