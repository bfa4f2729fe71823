"""Values that steps ask for: what cannot be had ends the iteration, with its place in the plan."""

from collections.abc import Callable
from typing import TypeVar

from loadr_config.errors import EvaluationError
from loadr_core.flow.step import StepFailed
from loadr_core.spi.scope import Scope
from loadr_core.spi.text import RenderError

_T = TypeVar("_T")

Value = Callable[[Scope], _T]
"""A value for a scope; raises `StepFailed`."""


def value_at(place: str, get: Callable[[Scope], _T]) -> Value[_T]:
    """A value of a step, its errors told with the place where it stands in the plan."""

    def value(scope: Scope) -> _T:
        try:
            return get(scope)
        except (RenderError, EvaluationError) as error:
            raise StepFailed(place, type(error).__name__, str(error)) from error

    return value
