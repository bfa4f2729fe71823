"""From an expression's text to its tree: one method for each rule of the grammar."""

import re
from typing import Final, cast

from loadr_config._validation.suggestions import did_you_mean
from loadr_config.errors import ExpressionError
from loadr_config.expressions._functions import FUNCTIONS, MATCHES
from loadr_config.expressions._syntax import (
    Arithmetic,
    Call,
    Compare,
    Comparison,
    Constant,
    Expression,
    Items,
    Logic,
    Negative,
    Not,
    Sign,
    Text,
)
from loadr_config.expressions._tokens import Token, tokens

_CONSTANTS: Final = {"true": Constant(True), "false": Constant(False), "null": Constant(None)}
_COMPARISONS: Final = frozenset({"==", "!=", "<", "<=", ">", ">="})
_WORDS: Final = frozenset({"and", "or", "not", "in"})

_LONGEST: Final = 10_000
_DEEPEST: Final = 40


def parse(source: str) -> Expression:
    """Parse an expression of the grammar in the package's docstring.

    Args:
        source: What stands in the plan.

    Raises:
        ExpressionError: It is none; with the column of the mistake.
    """
    if len(source) > _LONGEST:
        raise ExpressionError(f"an expression has at most {_LONGEST:,} characters", _LONGEST + 1)
    return _Parser(source).parse()


class _Parser:
    def __init__(self, source: str) -> None:
        self._tokens = list(tokens(source))
        self._position = 0
        self._depth = 0

    def parse(self) -> Expression:
        expression = self._disjunction()
        if self._next.kind != "end":
            raise self._unexpected()
        return expression

    @property
    def _next(self) -> Token:
        return self._tokens[self._position]

    def _take(self) -> Token:
        token = self._next
        self._position += 1
        return token

    def _is(self, *signs: str) -> bool:
        """Whether the next token is one of some signs, or one of the words that are like signs."""
        token = self._next
        return token.text in signs and (token.kind == "sign" or token.text in _WORDS)

    def _skip(self, sign: str) -> bool:
        if self._is(sign):
            self._position += 1
            return True
        return False

    # ------------------------------------------------------------ the rules, the loosest first

    def _disjunction(self) -> Expression:
        operands = [self._conjunction()]
        while self._skip("or"):
            operands.append(self._conjunction())
        return operands[0] if len(operands) == 1 else Logic("or", tuple(operands))

    def _conjunction(self) -> Expression:
        operands = [self._negation()]
        while self._skip("and"):
            operands.append(self._negation())
        return operands[0] if len(operands) == 1 else Logic("and", tuple(operands))

    def _negation(self) -> Expression:
        opposite = False
        while self._skip("not"):
            opposite = not opposite
        operand = self._comparison()
        return Not(operand) if opposite else operand

    def _comparison(self) -> Expression:
        left = self._sum()
        operator = self._operator()
        if operator is None:
            return left
        compared = Compare(operator, left, self._sum())
        column = self._next.column
        if self._operator() is not None:
            raise ExpressionError("comparisons cannot be chained", column, "write “a < b and b < c”")
        return compared

    def _operator(self) -> Comparison | None:
        if self._is(*_COMPARISONS, "in"):
            return cast("Comparison", self._take().text)
        if self._is("not") and self._tokens[self._position + 1].text == "in":
            self._position += 2
            return "not in"
        return None

    def _sum(self) -> Expression:
        first = self._product()
        rest: list[tuple[Sign, Expression]] = []
        while self._is("+", "-"):
            rest.append((cast("Sign", self._take().text), self._product()))
        return Arithmetic(first, tuple(rest)) if rest else first

    def _product(self) -> Expression:
        first = self._unary()
        rest: list[tuple[Sign, Expression]] = []
        while self._is("*", "/", "%"):
            rest.append((cast("Sign", self._take().text), self._unary()))
        return Arithmetic(first, tuple(rest)) if rest else first

    def _unary(self) -> Expression:
        opposite = False
        while self._skip("-"):
            opposite = not opposite
        value = self._value()
        return Negative(value) if opposite else value

    def _value(self) -> Expression:
        token = self._next
        if token.kind == "name" and token.text not in _WORDS:
            return self._named()
        if self._is("(", "["):
            return self._nested()
        if token.kind not in {"number", "text", "reference"}:
            raise self._unexpected()
        self._position += 1
        match token.kind:
            case "number":
                return Constant(int(token.text) if token.text.isdigit() else float(token.text))
            case "text":
                return Text(token.parts)
            case _:
                return cast("Expression", token.parts[0])

    def _nested(self) -> Expression:
        opening = self._take()
        self._deeper(opening)
        if opening.text == "(":
            inner = self._disjunction()
            self._close(")", opening)
        else:
            inner = Items(self._list_until("]", opening))
        self._depth -= 1
        return inner

    def _named(self) -> Expression:
        """A name: a constant, or a function with its arguments."""
        name = self._take()
        if not self._is("("):
            if name.text in _CONSTANTS:
                return _CONSTANTS[name.text]
            raise _unknown(name)
        function = FUNCTIONS.get(name.text)
        if function is None:
            known = did_you_mean(name.text, FUNCTIONS) or f"there are {', '.join(FUNCTIONS)}"
            raise ExpressionError(f'there is no function "{name.text}"', name.column, known)
        opening = self._take()
        self._deeper(opening)
        columns: list[int] = []
        arguments = self._list_until(")", opening, columns)
        self._depth -= 1
        if len(arguments) != function.parameters:
            wanted = f"{function.parameters} argument{'s' if function.parameters > 1 else ''}"
            raise ExpressionError(
                f'"{name.text}" takes {wanted}, got {len(arguments)}', name.column, f"write {function.form}"
            )
        if name.text == MATCHES:
            _check_regex(arguments[1], columns[1])
        return Call(name.text, arguments)

    def _list_until(
        self, closing: str, opening: Token, columns: list[int] | None = None
    ) -> tuple[Expression, ...]:
        """Read expressions with commas between them; note where each begins."""
        found: list[Expression] = []
        while not self._is(closing):
            if columns is not None:
                columns.append(self._next.column)
            found.append(self._disjunction())
            if not self._skip(","):
                break
        self._close(closing, opening)
        return tuple(found)

    # ------------------------------------------------------------ mistakes

    def _deeper(self, token: Token) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ExpressionError(f"brackets are nested more than {_DEEPEST} deep", token.column)

    def _close(self, closing: str, opening: Token) -> None:
        if not self._skip(closing):
            if self._next.kind == "end":
                raise ExpressionError(f'"{opening.text}" has no closing "{closing}"', opening.column)
            raise self._unexpected()

    def _unexpected(self) -> ExpressionError:
        token = self._next
        if token.kind == "end":
            return ExpressionError("the expression ends where a value should follow", token.column)
        if token.kind == "name" and token.text not in {*_WORDS, *_CONSTANTS, *FUNCTIONS}:
            return _unknown(token)
        return ExpressionError(f"{_shown(token)} is not expected here", token.column)


def _shown(token: Token) -> str:
    return token.text if token.kind == "text" else f'"{token.text}"'


def _unknown(name: Token) -> ExpressionError:
    if name.text.lower() in {*_WORDS, *_CONSTANTS}:
        hint = f'write "{name.text.lower()}"'
    else:
        hint = f"a text is written '{name.text}', a variable ${{{name.text}}}"
    return ExpressionError(f'"{name.text}" is no value', name.column, hint)


def _check_regex(pattern: Expression, column: int) -> None:
    if not isinstance(pattern, Text) or any(not isinstance(part, str) for part in pattern.parts):
        raise ExpressionError("the regular expression must be a text without references", column)
    try:
        re.compile("".join(cast("tuple[str, ...]", pattern.parts)))
    except (re.error, RecursionError, OverflowError) as error:
        reason = getattr(error, "msg", error)
        raise ExpressionError(f"the text is no regular expression: {reason}", column) from None
