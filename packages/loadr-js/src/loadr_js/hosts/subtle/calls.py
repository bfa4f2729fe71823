"""The host function of `crypto.subtle`."""

from collections.abc import Callable
from random import Random
from typing import Any

from loadr_js.runtime.context import HostFunction

Generator = Callable[[], Random]


def subtle_functions(generator: Generator) -> dict[str, HostFunction]:
    """The function of one VU: `subtle(operation, …)`.

    Args:
        generator: the VU's seeded generator, for keys that are nothing but random bytes.
    """

    def subtle(operation: str, *arguments: Any) -> Any:
        from loadr_js.hosts.subtle.operations import OPERATIONS  # noqa: PLC0415 - 30 ms, for scripts that ask

        return OPERATIONS[operation](generator, *arguments)

    return {"subtle": subtle}
