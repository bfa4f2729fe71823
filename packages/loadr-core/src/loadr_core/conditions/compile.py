"""From the plan's condition to the compiled one."""

from collections.abc import Callable

from loadr_config.models import BodyContainsCondition, DurationCondition, StatusCondition
from loadr_config.models import Condition as PlanCondition
from loadr_core.conditions.body import compile_body_contains
from loadr_core.conditions.condition import Condition
from loadr_core.conditions.duration import compile_duration
from loadr_core.conditions.status import compile_status
from loadr_core.errors import PlanRefusedError
from loadr_core.spi.text import Text


def compile_condition(condition: PlanCondition, compile_text: Callable[[str], Text]) -> Condition:
    """Compile a condition of an `assert` or `checks` list.

    Raises:
        PlanRefusedError: a type that this version cannot evaluate (`support.py` names it before).
    """
    match condition:
        case StatusCondition():
            return compile_status(condition, compile_text)
        case BodyContainsCondition():
            return compile_body_contains(condition, compile_text(condition.value))
        case DurationCondition():
            return compile_duration(condition)
        case _:
            raise PlanRefusedError([f"condition {condition.type!r} cannot be evaluated by this version"])
