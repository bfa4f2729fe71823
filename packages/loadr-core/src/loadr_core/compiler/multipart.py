"""multipart/form-data bodies (RFC 7578; field and file names as the HTML standard encodes them).

body = 1*( "--" boundary CRLF
           "Content-Disposition: form-data; name=" quoted [ "; filename=" quoted ] CRLF
           [ "Content-Type: " type CRLF ] CRLF content CRLF )
       "--" boundary "--" CRLF
"""

import hashlib
import mimetypes
from collections.abc import Callable, Sequence
from pathlib import Path, PurePath
from typing import Final

from loadr_config.models import MultipartPart
from loadr_core.compiler.payloads import content_of
from loadr_core.compiler.pieces import FormPiece, joined
from loadr_core.spi.scope import Scope
from loadr_core.spi.text import FilePiece, Payload, Pieces, RenderError, Text

_CompileText = Callable[[str], Text]

# Only the table that Python brings: a plan means the same on every machine.
_TYPES: Final = mimetypes.MimeTypes(filenames=())


def multipart_payload(parts: Sequence[MultipartPart], compile_text: _CompileText, folder: Path) -> Payload:
    """A form with files; small ones are read before the run, large ones streamed.

    Raises:
        PlanRefusedError: a file cannot be read.
    """
    boundary = _boundary(parts)
    pieces: list[FormPiece] = []
    for part in parts:
        pieces += (
            b"--" + boundary + b"\r\n",
            _head(part, compile_text),
            _content(part, compile_text, folder),
        )
        pieces.append(b"\r\n")
    pieces.append(b"--" + boundary + b"--\r\n")
    content_type = f"multipart/form-data; boundary={boundary.decode()}"
    whole = joined(pieces)
    if len(whole) == 1 and isinstance(whole[0], bytes):
        return Payload.fixed(whole[0], content_type)

    def rendered(scope: Scope) -> Pieces:
        return [_checked(piece(scope), boundary) if callable(piece) else piece for piece in whole]

    if any(isinstance(piece, FilePiece) for piece in whole):
        return Payload.streamed(rendered, content_type)
    return Payload(
        None,
        lambda scope: b"".join([piece for piece in rendered(scope) if isinstance(piece, bytes)]),
        content_type,
    )


def _boundary(parts: Sequence[MultipartPart]) -> bytes:
    """A line that no content has: it follows the plan, so that every run sends the same bytes."""
    digest = hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()
    return b"loadr-" + digest.encode()


def _checked(content: bytes, boundary: bytes) -> bytes:
    if boundary in content:
        raise RenderError("multipart: a value contains the boundary between the parts")
    return content


def _head(part: MultipartPart, compile_text: _CompileText) -> FormPiece:
    disposition: list[str | _Plain] = [
        'Content-Disposition: form-data; name="',
        _Quoted(compile_text(part.name)),
        '"',
    ]
    content_type = part.content_type
    filename = part.filename
    if part.file is not None:
        filename = filename or PurePath(part.file).name
        content_type = content_type or _TYPES.guess_type(part.file)[0] or "application/octet-stream"
    if filename is not None:
        disposition += ['; filename="', _Quoted(compile_text(filename)), '"']
    if content_type is not None:
        disposition += ["\r\nContent-Type: ", _Plain(compile_text(content_type))]
    disposition.append("\r\n\r\n")
    return _text(disposition)


def _content(part: MultipartPart, compile_text: _CompileText, folder: Path) -> FormPiece:
    if part.file is not None:
        return content_of(folder / part.file)
    value = compile_text(part.value or "")
    if value.static is not None:
        return value.static.encode()
    return lambda scope: value.render(scope).encode()


class _Plain:
    """A text that stays in its line."""

    def __init__(self, text: Text) -> None:
        self.static = None if text.static is None else self.written(text.static)
        self._render = text.render

    def render(self, scope: Scope) -> str:
        """The text for a scope. Raises `RenderError`."""
        return self.written(self._render(scope))

    def written(self, text: str) -> str:
        """How the text stands on the wire."""
        return text.replace("\r", " ").replace("\n", " ")


class _Quoted(_Plain):
    """A name between quotes: the HTML standard's escapes."""

    def written(self, text: str) -> str:
        return text.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")


def _text(parts: Sequence[str | _Plain]) -> FormPiece:
    known = [part if isinstance(part, str) else part.static for part in parts]
    fixed = [text for text in known if text is not None]
    if len(fixed) == len(known):
        return "".join(fixed).encode()
    return lambda scope: "".join(
        [part if isinstance(part, str) else part.render(scope) for part in parts]
    ).encode()
