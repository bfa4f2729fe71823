"""Server-sent events over HTTP/1.1, fit for long streams and for those of language models.

The handler is imported when it is first asked for: the coordinator checks plans with `checks` alone.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loadr_protocols.sse.handler import SseHandler

__all__ = ["SseHandler"]


def __getattr__(name: str) -> Any:
    if name == "SseHandler":
        from loadr_protocols.sse.handler import SseHandler  # noqa: PLC0415 - what this function is for

        return SseHandler
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
