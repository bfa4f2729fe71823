"""Thresholds: what must hold for a run to pass.

Grammar of a selector (a key under ``thresholds``)::

    selector    = metric [ "{" pair { "," pair } "}" ]
    metric      = letter or "_", then letters, digits, "_", "-", "."
    pair        = tag ":" value            white space and one pair of quotes around both are dropped

Grammar of an expression (white space is free)::

    expression  = aggregation operator bound
    aggregation = "avg" | "min" | "max" | "med" | "p" "(" number ")" | "count" | "rate" | "value"
    operator    = "<" | "<=" | ">" | ">=" | "==" | "=" | "!="
    bound       = number | duration        a duration becomes milliseconds

The language is k6's; whether an aggregation fits the metric's kind is judged where the kinds are known.
"""

import operator as comparison
import re
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Final, Literal

from loadr_config.durations import parse_duration
from loadr_config.errors import DurationError, ThresholdError

__all__ = [
    "AGGREGATIONS_OF_KIND",
    "Aggregation",
    "Expression",
    "Operator",
    "Threshold",
    "ThresholdError",
    "parse_expression",
    "parse_selector",
    "parse_threshold",
]

Aggregation = Literal["avg", "min", "max", "med", "p", "count", "rate", "value"]
Operator = Literal["<", "<=", ">", ">=", "==", "!="]

AGGREGATIONS_OF_KIND: Final[dict[str, tuple[Aggregation, ...]]] = {
    "trend": ("avg", "min", "max", "med", "p", "count"),
    "rate": ("rate",),
    "counter": ("count", "rate"),
    "gauge": ("value", "min", "max"),
}
"""Which aggregations a metric of each kind has."""

_COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": comparison.lt,
    "<=": comparison.le,
    ">": comparison.gt,
    ">=": comparison.ge,
    "==": comparison.eq,
    "!=": comparison.ne,
}


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression.

    Attributes:
        aggregation: What is computed of the metric.
        percentile: The percentile of ``p(N)`` with 0 < N ≤ 100, else None.
        operator: How the observed value is compared with the bound.
        bound: The bound; milliseconds for a metric of times.
        is_duration: The bound was written with a unit of time.
    """

    aggregation: Aggregation
    percentile: float | None
    operator: Operator
    bound: float
    is_duration: bool = False

    def __str__(self) -> str:
        name = self.aggregation if self.percentile is None else f"p({_number(self.percentile)})"
        return f"{name}{self.operator}{_number(self.bound)}{'ms' if self.is_duration else ''}"


@dataclass(frozen=True, slots=True)
class Threshold:
    """One expression on one metric.

    Attributes:
        metric: The metric's name.
        selector: The tags that a sample must have, as written; empty for all samples.
        selector_text: The key as written, such as ``http_req_duration{scenario:main}``.
        source: The expression as written.
        aggregation: What is computed of the metric.
        percentile: The percentile of ``p(N)`` with 0 < N ≤ 100, else None.
        operator: How the observed value is compared with the bound.
        bound: The bound; milliseconds for a metric of times.
        abort_on_fail: Whether a failure stops the run at once.
        delay_abort_eval: Seconds from the start of the run before which nothing is aborted.
        is_duration: The bound was written with a unit of time.
    """

    metric: str
    selector: tuple[tuple[str, str], ...]
    selector_text: str
    source: str
    aggregation: Aggregation
    percentile: float | None
    operator: Operator
    bound: float
    abort_on_fail: bool = False
    delay_abort_eval: float = 0.0
    is_duration: bool = False

    def holds(self, observed: float) -> bool:
        """Tell whether an observed value passes."""
        return _COMPARE[self.operator](observed, self.bound)


_METRIC: Final = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
_NUMBER_TEXT: Final = r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_BARE_NUMBER: Final = re.compile(_NUMBER_TEXT)
_AGGREGATION: Final = re.compile(rf"\s*([A-Za-z_]\w*)\s*(?:\(\s*({_NUMBER_TEXT})?\s*\))?\s*", re.ASCII)
_OPERATOR: Final = re.compile(r"<=|>=|==|!=|<|>|=")
_PLAIN: Final[dict[str, Aggregation]] = {
    "avg": "avg",
    "min": "min",
    "max": "max",
    "med": "med",
    "count": "count",
    "rate": "rate",
    "value": "value",
}
_KNOWN: Final = "avg, min, max, med, p(N), count, rate, value"
_OPERATORS: Final[dict[str, Operator]] = {
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
    "==": "==",
    "=": "==",  # k6 has only "==", earlier versions of this format also "="
    "!=": "!=",
}


def parse_selector(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Parse a key under ``thresholds``.

    Returns:
        The metric's name, and the pairs of tag and value in the order written.

    Raises:
        ThresholdError: The text is no selector.
    """
    head, brace, rest = text.partition("{")
    metric = head.strip()
    if not _METRIC.fullmatch(metric):
        raise ThresholdError(f'expected a metric\'s name, got "{metric}"', 1)
    if not brace:
        return metric, ()
    if not rest.rstrip().endswith("}"):
        raise ThresholdError('the tag selector has no closing "}"', len(head) + 1)
    pairs: list[tuple[str, str]] = []
    column = len(head) + 2
    for item in rest.rstrip()[:-1].split(","):
        tag, colon, value = item.partition(":")
        tag = _unquoted(tag)
        if not colon or not tag:
            raise ThresholdError(f'expected "tag:value", got "{item.strip()}"', column)
        if tag in (known for known, _ in pairs):
            raise ThresholdError(f'the tag "{tag}" stands twice in the selector', column)
        pairs.append((tag, _unquoted(value)))
        column += len(item) + 1
    return metric, tuple(pairs)


def parse_expression(text: str) -> Expression:
    """Parse what stands under a selector, such as ``p(95)<400``.

    Raises:
        ThresholdError: The text is no expression.
    """
    head = _AGGREGATION.match(text)
    if head is None:
        raise ThresholdError(f'expected a threshold such as "p(95)<400", got "{text}"', 1)
    aggregation, percentile = _aggregation(head)
    sign = _OPERATOR.match(text, head.end())
    if sign is None:
        raise ThresholdError(
            f"expected an operator (< <= > >= == !=) after {head.group(0).strip()}", head.end() + 1
        )
    bound, is_duration = _bound(text, sign.end())
    operator = _OPERATORS[sign.group()]
    return Expression(aggregation, percentile, operator, bound, is_duration)


def parse_threshold(
    selector_text: str, source: str, *, abort_on_fail: bool = False, delay_abort_eval: float = 0.0
) -> Threshold:
    """Parse a selector and an expression into one threshold.

    Raises:
        ThresholdError: One of the two is wrong.
    """
    metric, selector = parse_selector(selector_text)
    parsed = parse_expression(source)
    return Threshold(
        metric=metric,
        selector=selector,
        selector_text=selector_text,
        source=source,
        aggregation=parsed.aggregation,
        percentile=parsed.percentile,
        operator=parsed.operator,
        bound=parsed.bound,
        abort_on_fail=abort_on_fail,
        delay_abort_eval=delay_abort_eval,
        is_duration=parsed.is_duration,
    )


def _aggregation(head: re.Match[str]) -> tuple[Aggregation, float | None]:
    name, argument = head.groups()
    column = head.start(1) + 1
    if name == "p":
        if argument is None:
            raise ThresholdError("a percentile is written p(95)", column, 'write "p(95)"')
        percentile = float(argument)
        if not 0 < percentile <= 100:
            raise ThresholdError(
                f"a percentile is above 0 and at most 100, got {argument}", head.start(2) + 1
            )
        return "p", percentile
    if "(" in head.group():
        raise ThresholdError(f"only p takes an argument, not {name}", column)
    plain = _PLAIN.get(name)
    if plain is None:
        digits = re.fullmatch(r"p(\d+(?:\.\d+)?)", name)
        hint = f'write "p({digits.group(1)})"' if digits else None
        raise ThresholdError(
            f'unknown aggregation "{name}"; there are {_KNOWN}',
            column,
            hint,
        )
    return plain, None


def _bound(text: str, position: int) -> tuple[float, bool]:
    bound = text[position:].strip()
    column = position + 1 + len(text[position:]) - len(text[position:].lstrip())
    if _BARE_NUMBER.fullmatch(bound):
        number = float(bound)
        if not isfinite(number):
            raise ThresholdError("the bound is too large", column)
        return number, False
    if bound.endswith("%") and _BARE_NUMBER.fullmatch(bound[:-1].strip()):
        share = float(bound[:-1]) / 100
        raise ThresholdError("a rate is a share, not a percentage", column, f'write "{_number(share)}"')
    try:
        return parse_duration(bound) * 1000.0, True
    except DurationError:
        raise ThresholdError(
            f'expected a number or a duration after the operator, got "{bound}"', column
        ) from None


def _unquoted(text: str) -> str:
    return text.strip().strip("\"'").strip()


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
