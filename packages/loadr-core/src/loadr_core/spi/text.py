"""Texts and payloads that are known before the run, or rendered for each use.

The compiler folds everything that cannot change during a run. What is left is one callable.
"""

from collections.abc import Callable
from typing import Final

from loadr_core.spi.scope import Scope


class RenderError(Exception):
    """A template's reference has no value at run time. The request that needs it fails."""


class Text:
    """A string that is fixed, or rendered from a VU's scope.

    Attributes:
        source: the text as the plan has it; the metric name of an unnamed request.
        static: the text itself when it is fixed, else `None`.
        render: the text for a scope; raises `RenderError` when a reference has no value.
    """

    __slots__ = ("render", "source", "static")

    def __init__(self, source: str, static: str | None, render: Callable[[Scope], str]) -> None:
        self.source: Final = source
        self.static: Final = static
        self.render: Final = render

    @classmethod
    def fixed(cls, text: str) -> "Text":
        """A text without references."""
        return cls(text, text, lambda _scope: text)

    def __repr__(self) -> str:
        return f"<Text {self.source!r}{'' if self.static is None else ' fixed'}>"


class Payload:
    """A request's body: bytes that are fixed, or rendered from a VU's scope.

    Attributes:
        static: the bytes when they are fixed, else `None`.
        render: the bytes for a scope; raises `RenderError` when a reference has no value.
        content_type: what to send as Content-Type unless the request names one itself.
    """

    __slots__ = ("content_type", "render", "static")

    def __init__(
        self, static: bytes | None, render: Callable[[Scope], bytes], content_type: str | None
    ) -> None:
        self.static: Final = static
        self.render: Final = render
        self.content_type: Final = content_type

    @classmethod
    def fixed(cls, content: bytes, content_type: str | None = None) -> "Payload":
        """A body without references."""
        return cls(content, lambda _scope: content, content_type)

    def __repr__(self) -> str:
        state = "rendered" if self.static is None else f"{len(self.static)} bytes"
        return f"<Payload {self.content_type or 'untyped'} {state}>"
