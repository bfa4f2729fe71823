"""The host functions of `crypto.subtle`, and the JavaScript that calls them."""

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from loadr_js.runtime.context import HostFunction

Generator = Callable[[], Random]


def subtle_functions(generator: Generator) -> dict[str, HostFunction]:
    """The functions of one VU: `subtle(operation, …)`, and the JavaScript that calls it.

    Args:
        generator: the VU's seeded generator, for keys that are nothing but random bytes.
    """

    def subtle(operation: str, *arguments: Any) -> Any:
        from loadr_js.hosts.subtle.operations import OPERATIONS  # noqa: PLC0415 - 30 ms, for scripts that ask

        return OPERATIONS[operation](generator, *arguments)

    return {"subtle": subtle, "subtle_source": _source}


@cache
def _source() -> str:
    return (files("loadr_js") / "late" / "subtle.js").read_text(encoding="utf-8")
