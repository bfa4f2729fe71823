"""`duration {max}`."""

from loadr_config.durations import format_duration
from loadr_config.models import DurationCondition
from loadr_core.conditions.condition import Condition, named
from loadr_core.templating.values import CompileText


def compile_duration(condition: DurationCondition, compile_text: CompileText) -> Condition:
    """The service time must not exceed the bound."""
    longest = condition.max
    name = named(condition, compile_text, f"duration is at most {format_duration(longest)}")
    return Condition(name, lambda response, _scope: response.duration <= longest)
