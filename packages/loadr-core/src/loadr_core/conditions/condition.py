"""What every compiled condition is: a name and a predicate over a response."""

from collections.abc import Callable
from dataclasses import dataclass

from loadr_config.models import Condition as PlanCondition
from loadr_core.spi.protocol import Response
from loadr_core.spi.scope import Scope
from loadr_core.templating.values import CompileText

Predicate = Callable[[Response, Scope], bool]


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition.

    Attributes:
        name: the plan's, or a readable one.
        holds: whether a response satisfies it; raises `RenderError` when an operand has no value, and
            `ContentError` when the body is not what the condition takes it for. Then it does not hold.
        reads_body: whether it looks into the response's body.
    """

    name: str
    holds: Predicate
    reads_body: bool = False


def named(condition: PlanCondition, compile_text: CompileText, readable: str) -> str:
    """A condition's name: a tag of its samples, so what is not known before the run stays as written."""
    if condition.name is None:
        return readable
    static = compile_text(condition.name).static
    return condition.name if static is None else static


def all_of(predicates: list[Predicate]) -> Predicate:
    """The predicate that holds where all of them do."""
    if len(predicates) == 1:
        return predicates[0]
    return lambda response, scope: all(holds(response, scope) for holds in predicates)
