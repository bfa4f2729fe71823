"""Our own JavaScript: the modules that scripts import by name, and what runs before them."""

from functools import cache
from importlib.resources import files
from typing import Final

# A module's file is its name with dots: k6/http is k6.http.js.
_MODULES: Final = (
    "k6",
    "k6/crypto",
    "k6/data",
    "k6/encoding",
    "k6/execution",
    "k6/experimental/csv",
    "k6/experimental/fs",
    "k6/experimental/websockets",
    "k6/html",
    "k6/http",
    "k6/metrics",
    "k6/net/grpc",
    "k6/secrets",
    "k6/timers",
    "k6/websockets",
    "k6/ws",
    "loadr/blob",
    "loadr/gjson",
    "loadr/plan",
    "loadr/sockets",
)

PLAN_GLOBALS: Final = "loadr/plan"
"""The module that gives a plan's script its globals; it is loaded before the script's own."""

ELSEWHERE: Final = {
    "k6/browser": "loadr has no browser: it loads protocols, and an HTTP plan can load a page's `embedded` resources",
    "k6/experimental/browser": "loadr has no browser: it loads protocols",
    "k6/experimental/grpc": "it is k6/net/grpc now",
    "k6/experimental/redis": "loadr does not speak the protocol of Redis",
    "k6/experimental/streams": "loadr has no streams: a response's body is read as a whole",
    "k6/experimental/timers": "its functions are globals now",
    "k6/experimental/tracing": "k6 has taken it out; a plan has `tracing` under defaults.http",
    "k6/experimental/webcrypto": "it is the global `crypto` now",
}
"""Modules of k6 that are not here, and what to do instead."""

EXTENSIONS: Final = "k6/x/"
"""How the names of modules begin that somebody has built into a k6 of his own."""


@cache
def built_in_modules() -> dict[str, str]:
    """The sources by name."""
    folder = files("loadr_js") / "modules"
    return {name: (folder / f"{name.replace('/', '.')}.js").read_text(encoding="utf-8") for name in _MODULES}


@cache
def prelude() -> dict[str, str]:
    """What runs in every context before the script, by the file name that stacks show."""
    return {"loadr:globals": (files("loadr_js") / "prelude" / "globals.js").read_text(encoding="utf-8")}


@cache
def late(part: str) -> str:
    """What is evaluated in a context when its script first asks for one of the part's names."""
    return (files("loadr_js") / "late" / f"{part}.js").read_text(encoding="utf-8")
