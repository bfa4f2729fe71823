"""From a tree to closures: what is known before the run is computed here.

Budget: a comparison of a variable with a constant takes well under 1 us.
"""

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import isfinite
from typing import Any, Final, TypeVar

from loadr_config.errors import EvaluationError
from loadr_config.expressions._functions import FUNCTIONS, MATCHES
from loadr_config.expressions._syntax import (
    Arithmetic,
    Call,
    Compare,
    Constant,
    Expression,
    Items,
    Logic,
    Negative,
    Not,
    Sign,
    Text,
)
from loadr_config.expressions._values import (
    equal,
    equal_texts,
    holds,
    is_in,
    kind_of,
    number_of,
    order,
    text_of,
)
from loadr_config.templates import Reference

_S = TypeVar("_S")

Getter = Callable[[_S], Any]
"""The value of an expression, for whatever a lookup looks into."""

Lookup = Callable[[Reference], Getter[_S]]
"""Makes the getter of a reference; it gives None where there is no value."""

Search = Callable[[str], bool]
"""Whether a regular expression is found in a text."""

_NUMBERS: Final = (int, float)
_EXACT: Final = 2**53
_MOST_BITS: Final = 4096


def compile_expression(
    expression: Expression, lookup: Lookup[_S], search: Callable[[str], Search] | None = None
) -> Getter[_S]:
    """Compile an expression.

    Args:
        expression: What `parse` gave.
        lookup: Resolves its references.
        search: Compiles a regular expression; by default Python's, which has no time limit.

    Returns:
        The value for a subject; raises `EvaluationError` for what cannot be computed.

    Raises:
        EvaluationError: A part that is always the same cannot be computed.
    """
    return _Compiler(lookup, search or _python_search).compile(expression).get


def compile_condition(
    expression: Expression, lookup: Lookup[_S], search: Callable[[str], Search] | None = None
) -> Callable[[_S], bool]:
    """The same as `compile_expression`, for whether the condition holds."""
    return _Compiler(lookup, search or _python_search).condition(expression)


@dataclass(frozen=True, slots=True)
class _Code:
    """A compiled part.

    Attributes:
        get: Its value.
        is_fixed: Whether it is always the same.
        is_quoted: Whether it is a text in quotes, which is never a number.
        is_logical: Whether it is true or false, always.
    """

    get: Callable[[Any], Any]
    is_fixed: bool = False
    is_quoted: bool = False
    is_logical: bool = False

    @property
    def value(self) -> Any:
        """The value of a fixed part."""
        return self.get(None)


def _fixed(value: Any, *, is_quoted: bool = False) -> _Code:
    return _Code(lambda _: value, is_fixed=True, is_quoted=is_quoted, is_logical=isinstance(value, bool))


def _folded(code: _Code, parts: Sequence[_Code]) -> _Code:
    """A part whose own parts are fixed is fixed."""
    if all(part.is_fixed for part in parts):
        return _fixed(code.value, is_quoted=code.is_quoted)
    return code


class _Compiler:
    def __init__(self, lookup: Callable[[Reference], Any], search: Callable[[str], Search]) -> None:
        self._lookup = lookup
        self._search = search

    def condition(self, expression: Expression) -> Callable[[Any], bool]:
        code = self.compile(expression)
        get = code.get
        return get if code.is_logical else lambda subject: holds(get(subject))

    def compile(self, expression: Expression) -> _Code:
        match expression:
            case Constant(value=value):
                return _fixed(value)
            case Reference():
                return _Code(self._lookup(expression))
            case Text(parts=parts):
                return self._text(parts)
            case Items(items=items):
                codes = [self.compile(item) for item in items]
                gets = [code.get for code in codes]
                return _folded(_Code(lambda subject: [get(subject) for get in gets]), codes)
            case Call(function=name, arguments=arguments):
                return self._call(name, arguments)
            case Not(operand=operand):
                true = self.condition(operand)
                return _Code(lambda subject: not true(subject), is_logical=True)
            case Negative(operand=operand):
                code = self.compile(operand)
                get = code.get
                return _folded(_Code(lambda subject: -_operand("-", get(subject))), [code])
            case Logic(word=word, operands=operands):
                return _logic(word, [self.condition(each) for each in operands])
            case Compare(operator=sign, left=left, right=right):
                return self._compare(sign, left, right)
            case Arithmetic(first=first, rest=rest):
                code = self.compile(first)
                for step, operand in rest:
                    code = _arithmetic(step, code, self.compile(operand))
                return code

    def _text(self, parts: Sequence[str | Reference]) -> _Code:
        if all(isinstance(part, str) for part in parts):
            return _fixed("".join(map(str, parts)), is_quoted=True)
        pieces = [part if isinstance(part, str) else self._lookup(part) for part in parts]

        def render(subject: Any) -> str:
            return "".join([piece if isinstance(piece, str) else _shown(piece(subject)) for piece in pieces])

        return _Code(render, is_quoted=True)

    def _call(self, name: str, arguments: Sequence[Expression]) -> _Code:
        function = FUNCTIONS[name].apply
        codes = [self.compile(argument) for argument in arguments]
        if name == MATCHES:
            codes[1] = _fixed(self._search(codes[1].value))
        is_logical = name in {"contains", "starts_with", "ends_with", MATCHES}
        first = codes[0].get
        if len(codes) == 1:
            code = _Code(lambda subject: function(first(subject)), is_logical=is_logical)
        else:
            second = codes[1].get
            code = _Code(lambda subject: function(first(subject), second(subject)), is_logical=is_logical)
        return _folded(code, codes)

    def _compare(self, sign: str, left: Expression, right: Expression) -> _Code:
        if sign in {"in", "not in"}:
            code = self._membership(left, right)
        else:
            code = _comparison(sign, self.compile(left), self.compile(right))
        if sign in {"!=", "not in"}:
            equal_ = code.get
            return _Code(lambda subject: not equal_(subject), is_logical=True)
        return code

    def _membership(self, left: Expression, right: Expression) -> _Code:
        """A list that stands in the expression is compared item by item: each may be in quotes."""
        value = self.compile(left)
        if isinstance(right, Items):
            return _logic("or", [_comparison("==", value, self.compile(item)).get for item in right.items])
        get, container = value.get, self.compile(right).get
        as_texts = value.is_quoted
        return _Code(
            lambda subject: is_in(get(subject), container(subject), as_texts=as_texts), is_logical=True
        )


def _logic(word: str, conditions: Sequence[Callable[[Any], bool]]) -> _Code:
    if len(conditions) == 2:
        first, second = conditions
        if word == "and":
            return _Code(lambda subject: first(subject) and second(subject), is_logical=True)
        return _Code(lambda subject: first(subject) or second(subject), is_logical=True)
    together = all if word == "and" else any
    return _Code(lambda subject: together(true(subject) for true in conditions), is_logical=True)


# What an order of -1, 0 or 1 must be.
_ORDERS: Final[dict[str, frozenset[int | None]]] = {
    "<": frozenset({-1}),
    "<=": frozenset({-1, 0}),
    ">": frozenset({1}),
    ">=": frozenset({0, 1}),
}
_DIRECT: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
}


def _comparison(sign: str, left: _Code, right: _Code) -> _Code:
    """One of == < <= > >=, for != the same as for ==."""
    sign = "==" if sign == "!=" else sign
    get, other = left.get, right.get
    as_texts = left.is_quoted or right.is_quoted
    slow: Callable[[Any, Any], bool]
    if sign == "==":
        slow = equal_texts if as_texts else equal
    else:
        slow = partial(_in_order, _ORDERS[sign], as_texts=as_texts)
    if right.is_fixed and type(right.value) in _NUMBERS and not as_texts:
        # A counter and a number: the shape of most conditions.
        bound, direct = right.value, _DIRECT[sign]

        def against_number(subject: Any) -> bool:
            value = get(subject)
            return direct(value, bound) if type(value) is int else slow(value, bound)

        return _Code(against_number, is_logical=True)
    return _Code(lambda subject: slow(get(subject), other(subject)), is_logical=True)


def _in_order(wanted: frozenset[int | None], left: Any, right: Any, *, as_texts: bool) -> bool:
    return order(left, right, as_texts=as_texts) in wanted


def _arithmetic(sign: Sign, left: _Code, right: _Code) -> _Code:
    get, other = left.get, right.get
    if sign == "+" and (left.is_quoted or right.is_quoted):
        join = _Code(lambda subject: _shown(get(subject)) + _shown(other(subject)), is_quoted=True)
        return _folded(join, [left, right])
    if sign == "+":
        return _folded(_Code(lambda subject: _add(get(subject), other(subject))), [left, right])
    compute = _COMPUTE[sign]
    return _folded(
        _Code(lambda subject: _computed(sign, compute, get(subject), other(subject))), [left, right]
    )


_COMPUTE: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
}


def _add(left: Any, right: Any) -> Any:
    """The sum of two numbers; of texts that are no numbers, one after the other."""
    if left is not None and right is not None and (number_of(left) is None or number_of(right) is None):
        return _shown(left) + _shown(right)
    return _computed("+", operator.add, left, right)


def _computed(sign: str, compute: Callable[[Any, Any], Any], left: Any, right: Any) -> float:
    first, second = _operand(sign, left), _operand(sign, right)
    try:
        result: float = compute(first, second)
    except ZeroDivisionError:
        raise EvaluationError("there is no division by 0") from None
    except OverflowError:
        raise EvaluationError(f"the result of {sign} is too large") from None
    if isinstance(result, int):
        if result.bit_length() > _MOST_BITS:
            raise EvaluationError(f"the result of {sign} is too large")
        return result
    if not isfinite(result):
        raise EvaluationError(f"the result of {sign} is too large")
    # 6 / 2 is 3, so that it is "3" where a text is wanted.
    return int(result) if result.is_integer() and abs(result) < _EXACT else result


def _operand(sign: str, value: Any) -> float:
    number = number_of(value)
    if number is None:
        raise EvaluationError(f"{sign} needs numbers, got {kind_of(value)}")
    return number


def _shown(value: Any) -> str:
    return "" if value is None else text_of(value)


def _python_search(pattern: str) -> Search:
    compiled = re.compile(pattern)
    return lambda text: compiled.search(text) is not None
