"""TCP and UDP: bytes out, bytes back.

The handlers are imported when they are first asked for: the coordinator checks plans with `checks` alone.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loadr_protocols.sockets.handler import TcpHandler, UdpHandler

__all__ = ["TcpHandler", "UdpHandler"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from loadr_protocols.sockets import handler  # noqa: PLC0415 - what this function is for

        return getattr(handler, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
