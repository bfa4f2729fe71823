"""The syntax tree: what a parsed expression consists of."""

from dataclasses import dataclass
from typing import Literal

from loadr_config.templates import Reference

Comparison = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in"]
Sign = Literal["+", "-", "*", "/", "%"]


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, true, false or null."""

    value: float | bool | None


@dataclass(frozen=True, slots=True)
class Text:
    """A text in quotes: literal pieces and references, in order."""

    parts: tuple[str | Reference, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function applied to values.

    Attributes:
        function: A name of the table of functions.
        arguments: As many as it takes.
    """

    function: str
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Negative:
    """A number with its sign changed."""

    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Logic:
    """Two or more conditions of which all or any must hold; those not needed are not looked at."""

    word: Literal["and", "or"]
    operands: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """Two values compared."""

    operator: Comparison
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A value to which others are applied, from left to right."""

    first: "Expression"
    rest: tuple[tuple[Sign, "Expression"], ...]


Expression = Constant | Text | Reference | Items | Call | Not | Negative | Logic | Compare | Arithmetic
