"""The scalar types of the plan: how YAML's values become texts, numbers, durations and templates."""

from dataclasses import dataclass
from math import isfinite
from typing import Annotated, Any, Final

from loadr_config import templates
from loadr_config._modelling import AfterValidator, BeforeValidator, Field, Strict, WithJsonSchema
from loadr_config.durations import parse_duration
from loadr_config.errors import DurationError, TemplateError
from loadr_config.models._base import mistake


class IntegerText(int):
    """An integer together with how it was written, where the two differ (``007``, ``0x1F``)."""

    text: str


class FloatText(float):
    """A number together with how it was written, where the two differ (``1.10``, ``1e3``)."""

    text: str


@dataclass(frozen=True, slots=True)
class TemplateMarker:
    """Marks a type whose strings are templates; found by walking the models' fields."""


TEMPLATE: Final = TemplateMarker()


@dataclass(frozen=True, slots=True)
class VerbatimMarker:
    """Marks a type whose strings may have a ``${`` of their own: code, regular expressions."""


VERBATIM: Final = VerbatimMarker()


def kind_of(value: Any) -> str:
    """Name a YAML value's kind for a message."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(getattr(value, "text", value))
        case str():
            return f'"{value}"' if len(value) <= 40 else f'"{value[:40]}…"'
        case dict():
            return "a map"
        case list() | tuple():
            return "a list"
        case _:
            return type(value).__name__


def text_of(value: Any) -> str:
    """Turn a scalar into its text: where a text is meant, ``200`` is "200" and ``007`` is "007"."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(getattr(value, "text", value))
    raise mistake(f"expected text, got {kind_of(value)}")


def checked_template(text: str, below: tuple[str | int, ...] = ()) -> str:
    """Check a template's syntax and return it unchanged.

    Args:
        text: The template.
        below: Where it stands below the value that is being validated.
    """
    if "${" in text:
        try:
            templates.parse(text)
        except TemplateError as error:
            raise mistake(error.message, offset=error.column - 1, of=text, below=below) from None
    return text


def json_value(value: Any) -> Any:
    """Turn a YAML tree into a JSON value of plain types, with the syntax of its templates checked."""
    return _json_value(value, ())


def _json_value(value: Any, below: tuple[str | int, ...]) -> Any:
    match value:
        case str():
            return checked_template(value, below)
        case None | bool():
            return value
        case int():
            return int(value)
        case float():
            if not isfinite(value):
                raise mistake("JSON has no infinity and no not-a-number", below=below)
            return float(value)
        case dict():
            return {key: _json_value(member, (*below, key)) for key, member in value.items()}
        case list() | tuple():
            return [_json_value(item, (*below, index)) for index, item in enumerate(value)]
        case _:
            raise mistake(f"expected a JSON value, got {kind_of(value)}", below=below)


def any_value(value: Any) -> Any:
    """Turn a YAML tree into plain types; nothing in it is a template."""
    match value:
        case bool():
            return value
        case int():
            return int(value)
        case float():
            return float(value)
        case dict():
            return {key: any_value(member) for key, member in value.items()}
        case list() | tuple():
            return [any_value(item) for item in value]
        case _:
            return value


def row_value(value: Any) -> Any:
    """Turn a value of a row into plain types; a number that is not written as numbers are stays text."""
    text = getattr(value, "text", None)
    return any_value(value) if text is None else str(text)


def _duration(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise mistake(f"expected a duration such as 300ms, 2s or 1h30m, got {kind_of(value)}")
    try:
        return parse_duration(value)
    except DurationError as error:
        raise mistake(str(error)) from None


def _positive_duration(seconds: float) -> float:
    if seconds <= 0:
        raise mistake("the duration must be longer than 0")
    return seconds


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise mistake(f"expected a number, got {kind_of(value)}")
    return float(value)


def _regex(text: str) -> str:
    import regex  # noqa: PLC0415 - 20 ms that a plan without regular expressions need not wait for

    try:
        regex.compile(text)
    except (regex.error, RecursionError, OverflowError, ValueError) as error:
        reason = getattr(error, "msg", None) or "it is too large"
        place = getattr(error, "pos", None) or 0
        raise mistake(f"is no regular expression: {reason}", offset=place, of=text) from None
    return text


def _regex_template(text: str) -> str:
    return checked_template(text) if "${" in text else _regex(text)


_NUMBER = r"([0-9]+(\.[0-9]*)?|\.[0-9]+)"
_UNIT = "(ns|us|[µμ]s|ms|s|sec|seconds?|m|min|minutes?|h|d|w)"
DURATION_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "string", "pattern": rf"^\s*({_NUMBER}\s*|({_NUMBER}\s*{_UNIT}\s*)+)$"},
        {"type": "number", "minimum": 0},
    ],
    "examples": ["300ms", "2s", "1h30m"],
}
TEXT_SCHEMA: dict[str, Any] = {"type": ["string", "number", "boolean"]}

Text = Annotated[str, BeforeValidator(text_of), WithJsonSchema(TEXT_SCHEMA)]
"""Text; a number or boolean is taken as it was written."""

Name = Annotated[str, BeforeValidator(text_of), Field(min_length=1), WithJsonSchema(TEXT_SCHEMA)]
"""Text that is not empty."""

Code = Annotated[str, BeforeValidator(text_of), Field(min_length=1), WithJsonSchema(TEXT_SCHEMA), VERBATIM]
"""Code of a script engine; it is not empty."""

TemplateText = Annotated[
    str, BeforeValidator(text_of), AfterValidator(checked_template), WithJsonSchema(TEXT_SCHEMA), TEMPLATE
]
"""Text in which ``${…}`` is replaced at run time."""

Regex = Annotated[
    str, BeforeValidator(text_of), AfterValidator(_regex), WithJsonSchema({"type": "string"}), VERBATIM
]
"""A regular expression of the `regex` module, which knows all that `re` knows."""

RegexTemplate = Annotated[
    str,
    BeforeValidator(text_of),
    AfterValidator(_regex_template),
    WithJsonSchema({"type": "string"}),
    TEMPLATE,
]
"""A regular expression; it is checked, unless a template has yet to complete it."""

TemplateValue = Annotated[Any, BeforeValidator(json_value), TEMPLATE]
"""A JSON value whose string leaves are templates."""

PlainValue = Annotated[Any, BeforeValidator(any_value)]
"""Any YAML value, for somebody else to judge."""

RowValue = Annotated[Any, BeforeValidator(row_value)]
"""Any YAML value; ``007`` and ``1.10`` are text, as in a CSV file."""

Duration = Annotated[float, BeforeValidator(_duration), WithJsonSchema(DURATION_SCHEMA)]
"""Seconds, not negative."""

PositiveDuration = Annotated[
    float, BeforeValidator(_duration), AfterValidator(_positive_duration), WithJsonSchema(DURATION_SCHEMA)
]
"""Seconds, more than 0."""

Integer = Annotated[int, Strict()]
"""An integer, written as one."""

Count = Annotated[int, Strict(), Field(ge=1)]
"""An integer from 1."""

CountOrZero = Annotated[int, Strict(), Field(ge=0)]
"""An integer from 0."""

Number = Annotated[float, BeforeValidator(_number), WithJsonSchema({"type": "number"})]
"""A finite number."""

NumberOrZero = Annotated[
    float, BeforeValidator(_number), Field(ge=0), WithJsonSchema({"type": "number", "minimum": 0})
]
"""A finite number from 0."""

PositiveNumber = Annotated[
    float, BeforeValidator(_number), Field(gt=0), WithJsonSchema({"type": "number", "exclusiveMinimum": 0})
]
"""A finite number above 0."""

Flag = Annotated[bool, Strict()]
"""true or false."""
