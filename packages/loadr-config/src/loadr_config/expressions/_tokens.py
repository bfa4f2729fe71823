"""From characters to tokens, each with its column."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from loadr_config.errors import ExpressionError, TemplateError
from loadr_config.templates import Reference, parse_reference

Kind = Literal["number", "text", "reference", "name", "sign", "end"]


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of an expression.

    Attributes:
        kind: What it is.
        text: Its characters; of a sign the one way of writing it.
        column: Where it begins, counted from 1.
        parts: Of a text in quotes, its literal pieces and references; of a reference, itself.
    """

    kind: Kind
    text: str
    column: int
    parts: tuple[str | Reference, ...] = ()


# One way of writing for each sign: JavaScript's habits are welcome.
_SIGNS: Final = {
    "===": "==",
    "!==": "!=",
    "==": "==",
    "!=": "!=",
    "<=": "<=",
    ">=": ">=",
    "&&": "and",
    "||": "or",
    "!": "not",
} | {sign: sign for sign in "<>+-*/%()[],"}

_SPACE: Final = re.compile(r"\s+")
_NUMBER: Final = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_NAME: Final = re.compile(r"[^\W\d]\w*")
_SIGN: Final = re.compile("|".join(map(re.escape, sorted(_SIGNS, key=len, reverse=True))))
_PIECE: Final = re.compile(r"[^\\$'\"]+|\\[\\'\"nrt]|\$\$\{|.", re.DOTALL)
_ESCAPES: Final = {"\\\\": "\\", "\\'": "'", '\\"': '"', "\\n": "\n", "\\r": "\r", "\\t": "\t", "$${": "${"}

_MOST_DIGITS: Final = 100


def tokens(source: str) -> Iterator[Token]:
    """Yield the tokens of an expression, the last of which is its end.

    Raises:
        ExpressionError: Something in it is no part of an expression.
    """
    position = 0
    while position < len(source):
        if space := _SPACE.match(source, position):
            position = space.end()
            continue
        token, position = _token(source, position)
        yield token
    yield Token("end", "", len(source) + 1)


def _token(source: str, start: int) -> tuple[Token, int]:
    column = start + 1
    if source.startswith("${", start):
        reference, end = _reference(source, start)
        return Token("reference", source[start:end], column, (reference,)), end
    if source[start] in "'\"":
        parts, end = _quoted(source, start)
        return Token("text", source[start:end], column, parts), end
    if number := _NUMBER.match(source, start):
        return _number(source, number), number.end()
    if name := _NAME.match(source, start):
        return Token("name", name.group(), column), name.end()
    if sign := _SIGN.match(source, start):
        return Token("sign", _SIGNS[sign.group()], column), sign.end()
    if source[start] == "=":
        raise ExpressionError('"=" sets nothing here', column, 'write "==" to compare')
    if source[start] == ".":
        raise ExpressionError('"." is no operator', column, "members are part of the reference: ${user.name}")
    raise ExpressionError(f'"{source[start]}" is no part of an expression', column)


def _number(source: str, number: re.Match[str]) -> Token:
    column = number.start() + 1
    if after := _NAME.match(source, number.end()):
        word = number.group() + after.group()
        raise ExpressionError(f'"{word}" is no number', column, f"put a text into quotes: '{word}'")
    if len(number.group()) > _MOST_DIGITS:
        raise ExpressionError(f"a number has at most {_MOST_DIGITS} digits", column)
    return Token("number", number.group(), column)


def _reference(source: str, start: int) -> tuple[Reference, int]:
    try:
        return parse_reference(source, start)
    except TemplateError as error:
        raise ExpressionError(error.message, error.column) from None


def _quoted(source: str, start: int) -> tuple[tuple[str | Reference, ...], int]:
    """Read a text in quotes; return its parts and the position after it."""
    parts: list[str | Reference] = []
    literal = ""
    position = start + 1
    while piece := _PIECE.match(source, position):
        text = piece.group()
        if text == source[start]:
            return (*parts, literal) if literal else tuple(parts), piece.end()
        if source.startswith("${", position):
            reference, position = _reference(source, position)
            parts += [literal, reference] if literal else [reference]
            literal = ""
            continue
        literal += _ESCAPES.get(text, text)
        position = piece.end()
    raise ExpressionError(f"the text has no closing {source[start]}", start + 1)
