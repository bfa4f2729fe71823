"""HTTP/1.1 and HTTP/2: the load-generating client.

The handler is imported when it is first asked for: the coordinator checks plans with `checks` alone, which
costs it 10 MB less.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loadr_protocols.http.handler import HttpHandler

__all__ = ["HttpHandler"]


def __getattr__(name: str) -> Any:
    if name == "HttpHandler":
        from loadr_protocols.http.handler import HttpHandler  # noqa: PLC0415 - what this function is for

        return HttpHandler
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
