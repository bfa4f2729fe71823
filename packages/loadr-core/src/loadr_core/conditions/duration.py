"""`duration {max}`."""

from loadr_config.durations import format_duration
from loadr_config.models import DurationCondition
from loadr_core.conditions.condition import Condition


def compile_duration(condition: DurationCondition) -> Condition:
    """The service time must not exceed the bound."""
    longest = condition.max
    name = condition.name or f"duration is at most {format_duration(longest)}"
    return Condition(name, lambda response, _scope: response.duration <= longest)
