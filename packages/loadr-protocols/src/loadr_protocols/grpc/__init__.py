"""gRPC over the HTTP/2 client: calls of all four shapes, their messages written as JSON.

The handler is imported when it is first asked for: the coordinator checks plans with `checks` alone.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loadr_protocols.grpc.handler import GrpcHandler

__all__ = ["GrpcHandler"]


def __getattr__(name: str) -> Any:
    if name == "GrpcHandler":
        from loadr_protocols.grpc.handler import GrpcHandler  # noqa: PLC0415 - what this function is for

        return GrpcHandler
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
