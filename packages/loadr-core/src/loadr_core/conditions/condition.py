"""What every compiled condition is: a name and a predicate over a response."""

from collections.abc import Callable
from dataclasses import dataclass

from loadr_core.spi.protocol import Response
from loadr_core.spi.scope import Scope

Predicate = Callable[[Response, Scope], bool]


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition.

    Attributes:
        name: the plan's, or a readable one.
        holds: whether a response satisfies it; raises `RenderError` when an operand has no value.
        reads_body: whether it looks into the response's body.
    """

    name: str
    holds: Predicate
    reads_body: bool = False
