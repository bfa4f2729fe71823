"""WebSocket (RFC 6455, RFC 7692): sessions of messages, per request or held over steps.

The handler is imported when it is first asked for: the coordinator checks plans with `checks` alone.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loadr_protocols.ws.handler import WsHandler

__all__ = ["WsHandler"]


def __getattr__(name: str) -> Any:
    if name == "WsHandler":
        from loadr_protocols.ws.handler import WsHandler  # noqa: PLC0415 - what this function is for

        return WsHandler
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
