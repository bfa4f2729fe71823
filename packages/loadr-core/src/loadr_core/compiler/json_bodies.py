"""JSON bodies: everything but the rendered leaves is bytes before the run.

Budget: 0.3 us for a body with one rendered text (benchmarks/ journey; `json.dumps` of the whole
document took 3 us).
"""

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

import orjson

from loadr_config.models import GraphqlBlock
from loadr_core.compiler.pieces import Piece, joined
from loadr_core.spi.text import Payload
from loadr_core.templating.values import CompileText, is_one_reference, value_in

CONTENT_TYPE: Final = "application/json"

# How a text that may be a JSON value begins; all others are texts without trying.
_MAY_BE_JSON: Final = frozenset('\t\n\r -0123456789{["tfn')


def json_payload(value: Any, compile_text: CompileText) -> Payload:
    """A JSON body; its string leaves are templates.

    A leaf that is one reference only becomes the JSON value that its text is: `"${n}"` with n = 7
    becomes 7; `007` is no JSON number and stays text.
    """
    return _payload(_pieces(value, compile_text))


def graphql_payload(block: GraphqlBlock, compile_text: CompileText) -> Payload:
    """An operation as GraphQL-over-HTTP sends it: query and name are texts, variables as in a JSON body."""
    pieces = [b'{"query":', _text(block.query, compile_text)]
    if block.operation_name is not None:
        pieces += [b',"operationName":', _text(block.operation_name, compile_text)]
    if block.variables:
        pieces += [b',"variables":', *_pieces(block.variables, compile_text)]
    return _payload(iter([*pieces, b"}"]))


def _payload(made: Iterator[Piece]) -> Payload:
    pieces = joined(made)
    if all(isinstance(piece, bytes) for piece in pieces):
        return Payload.fixed(b"".join(pieces), CONTENT_TYPE)  # type: ignore[arg-type]
    return Payload(
        None,
        lambda scope: b"".join([piece if isinstance(piece, bytes) else piece(scope) for piece in pieces]),
        CONTENT_TYPE,
    )


def _pieces(value: Any, compile_text: CompileText) -> Iterator[Piece]:
    match value:
        case str():
            yield _leaf(value, compile_text)
        case dict():
            for number, (key, member) in enumerate(value.items()):
                yield (b"{" if number == 0 else b",") + orjson.dumps(key) + b":"
                yield from _pieces(member, compile_text)
            yield b"}" if value else b"{}"
        case list() | tuple():
            for number, item in enumerate(value):
                yield b"[" if number == 0 else b","
                yield from _pieces(item, compile_text)
            yield b"]" if value else b"[]"
        case _:
            yield _json(value)


def _leaf(source: str, compile_text: CompileText) -> Piece:
    return _text(source, compile_text, _typed if is_one_reference(source) else orjson.dumps)


def _text(source: str, compile_text: CompileText, write: Callable[[str], bytes] = orjson.dumps) -> Piece:
    text = compile_text(source)
    if text.static is not None:
        return write(text.static)
    render = text.render
    return lambda scope: write(render(scope))


def _typed(text: str) -> bytes:
    """The JSON value that a text is, or the text itself."""
    if text[:1] in _MAY_BE_JSON:
        return _json(value_in(text))
    return orjson.dumps(text)


def _json(value: Any) -> bytes:
    # Not orjson: its integers have 64 bits at most.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
