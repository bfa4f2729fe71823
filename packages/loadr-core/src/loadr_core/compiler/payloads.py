"""From a plan's body to a `Payload`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from loadr_core.errors import PlanRefusedError
from loadr_core.spi.scope import Scope
from loadr_core.spi.text import FilePiece, Payload, Text

LARGEST_IN_MEMORY: Final = 1024 * 1024
"""Bytes of a file that is read once, before the run; a larger one is streamed from disk each time."""

_CompileText = Callable[[str], Text]
_Leaf = Callable[[Scope], Any]


def text_payload(text: Text) -> Payload:
    """A body that is a string, sent as UTF-8 without a content type."""
    if text.static is not None:
        return Payload.fixed(text.static.encode())
    return Payload(None, lambda scope: text.render(scope).encode(), None)


def json_payload(value: Any, compile_text: _CompileText) -> Payload:
    """A JSON body; its string leaves are templates.

    A leaf that is one reference only becomes the JSON value that its text is: `"${n}"` with n = 7
    becomes 7; `007` is no JSON number and stays text.
    """
    build, static = _json_leaf(value, compile_text)
    if static:
        return Payload.fixed(_dump(build(_NO_SCOPE)), "application/json")
    return Payload(None, lambda scope: _dump(build(scope)), "application/json")


def form_payload(fields: dict[str, str], compile_text: _CompileText) -> Payload:
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


# Static trees never look at it.
_NO_SCOPE: Any = None


def _dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _json_leaf(value: Any, compile_text: _CompileText) -> tuple[_Leaf, bool]:
    """How to build a value, and whether it is the same for all scopes."""
    if isinstance(value, str):
        text = compile_text(value)
        if text.static is not None:
            literal = _as_json(text.static) if _is_one_reference(value) else text.static
            return lambda _scope: literal, True
        if _is_one_reference(value):
            return lambda scope: _as_json(text.render(scope)), False
        return text.render, False
    if isinstance(value, dict):
        members = {key: _json_leaf(member, compile_text) for key, member in value.items()}
        static = all(fixed for _, fixed in members.values())
        return lambda scope: {key: build(scope) for key, (build, _) in members.items()}, static
    if isinstance(value, list):
        items = [_json_leaf(item, compile_text) for item in value]
        static = all(fixed for _, fixed in items)
        return lambda scope: [build(scope) for build, _ in items], static
    return lambda _scope: value, True


def _is_one_reference(source: str) -> bool:
    return source.startswith("${") and source.endswith("}") and source.count("${") == 1


def _as_json(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except ValueError:
        return text


def _no_constant(name: str) -> Any:
    """`NaN` and `Infinity` are Python's, not JSON's."""
    raise ValueError(name)
