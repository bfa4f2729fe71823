"""Texts and payloads that are known before the run, or rendered for each use.

The compiler folds everything that cannot change during a run. What is left is one callable.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final, NamedTuple

from loadr_core.spi.scope import Scope


class RenderError(Exception):
    """A template's reference has no value at run time. The request that needs it fails.

    A protocol derives from it what else it finds wrong with a request when its parts are known.

    Attributes:
        error_kind: the metric tag of the request that was not sent.
    """

    error_kind: ClassVar[str] = "extract"


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


class FilePiece(NamedTuple):
    """A file's whole content as a piece of a body, read when it is sent.

    Attributes:
        path: absolute.
        size: in bytes, as it was when the plan was compiled.
    """

    path: Path
    size: int


Pieces = Sequence[bytes | FilePiece]
"""A body in pieces, in order."""


class Value:
    """A JSON value that is fixed, or rendered from a VU's scope because texts in it are templates.

    Attributes:
        is_fixed: whether it is the same for all scopes.
        static: the value itself when it is fixed, else `None`.
        render: the value for a scope; raises `RenderError` when a reference has no value.
    """

    __slots__ = ("is_fixed", "render", "static")

    def __init__(self, static: Any, render: Callable[[Scope], Any], *, is_fixed: bool) -> None:
        self.static: Final = static
        self.render: Final = render
        self.is_fixed: Final = is_fixed

    @classmethod
    def fixed(cls, value: Any) -> "Value":
        """A value without references."""
        return cls(value, lambda _scope: value, is_fixed=True)

    def __repr__(self) -> str:
        return f"<Value {self.static!r} fixed>" if self.is_fixed else "<Value rendered>"


class Payload:
    """A request's body: bytes that are fixed, or rendered from a VU's scope.

    Attributes:
        static: the bytes when they are fixed, else `None`.
        render: the bytes for a scope; raises `RenderError` when a reference has no value. Of a body
            with large files it reads them whole.
        content_type: what to send as Content-Type unless the request names one itself.
        pieces: of a body with large files: the same in pieces, for a protocol that can stream. Else `None`.
    """

    __slots__ = ("content_type", "pieces", "render", "static")

    def __init__(
        self,
        static: bytes | None,
        render: Callable[[Scope], bytes],
        content_type: str | None,
        pieces: Callable[[Scope], Pieces] | None = None,
    ) -> None:
        self.static: Final = static
        self.render: Final = render
        self.content_type: Final = content_type
        self.pieces: Final = pieces

    @classmethod
    def fixed(cls, content: bytes, content_type: str | None = None) -> "Payload":
        """A body without references."""
        return cls(content, lambda _scope: content, content_type)

    @classmethod
    def streamed(cls, pieces: Callable[[Scope], Pieces], content_type: str | None) -> "Payload":
        """A body with files that are too large to be held in memory."""

        def render(scope: Scope) -> bytes:
            return b"".join(
                piece if isinstance(piece, bytes) else piece.path.read_bytes() for piece in pieces(scope)
            )

        return cls(None, render, content_type, pieces)

    def __repr__(self) -> str:
        state = (
            "streamed" if self.pieces else "rendered" if self.static is None else f"{len(self.static)} bytes"
        )
        return f"<Payload {self.content_type or 'untyped'} {state}>"
