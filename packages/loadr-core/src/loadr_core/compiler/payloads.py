"""From a plan's body to a `Payload`."""

from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from loadr_core.errors import PlanRefusedError
from loadr_core.spi.text import FilePiece, Payload, Text
from loadr_core.templating.values import CompileText

LARGEST_IN_MEMORY: Final = 1024 * 1024
"""Bytes of a file that is read once, before the run; a larger one is streamed from disk each time."""


def text_payload(text: Text) -> Payload:
    """A body that is a string, sent as UTF-8 without a content type."""
    if text.static is not None:
        return Payload.fixed(text.static.encode())
    return Payload(None, lambda scope: text.render(scope).encode(), None)


def form_payload(fields: dict[str, str], compile_text: CompileText) -> Payload:
    """A URL-encoded form."""
    content_type = "application/x-www-form-urlencoded"
    texts = {name: compile_text(value) for name, value in fields.items()}
    fixed = {name: text.static for name, text in texts.items() if text.static is not None}
    if len(fixed) == len(texts):
        return Payload.fixed(urlencode(fixed).encode(), content_type)
    return Payload(
        None,
        lambda scope: urlencode({name: text.render(scope) for name, text in texts.items()}).encode(),
        content_type,
    )


def file_payload(path: Path) -> Payload:
    """The content of a file as it is, without a content type."""
    piece = content_of(path)
    if isinstance(piece, bytes):
        return Payload.fixed(piece)
    return Payload.streamed(lambda _scope: (piece,), None)


def content_of(path: Path) -> bytes | FilePiece:
    """A file's content, read once where it is small, else to be streamed.

    Raises:
        PlanRefusedError: it cannot be read.
    """
    try:
        size = path.stat().st_size
        if size <= LARGEST_IN_MEMORY:
            return path.read_bytes()
        with path.open("rb"):
            return FilePiece(path.absolute(), size)
    except OSError as error:
        raise PlanRefusedError([f"body: cannot read {path}: {error.strerror}"]) from error
