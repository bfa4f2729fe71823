"""Bodies as pieces: what is known before the run stands between what is rendered."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from loadr_core.spi.scope import Scope
from loadr_core.spi.text import FilePiece

Piece = bytes | Callable[[Scope], bytes]
FormPiece = Piece | FilePiece

_AnyPiece = TypeVar("_AnyPiece", Piece, FormPiece)


def joined(pieces: Iterable[_AnyPiece]) -> list[_AnyPiece]:
    """The same pieces, neighbouring fixed ones made one."""
    made: list[_AnyPiece] = []
    for piece in pieces:
        last = made[-1] if made else None
        if isinstance(piece, bytes) and isinstance(last, bytes):
            made[-1] = last + piece
        else:
            made.append(piece)
    return made
