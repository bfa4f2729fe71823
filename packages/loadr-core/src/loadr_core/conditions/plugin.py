"""`plugin {plugin, ...}`: a condition that a plugin judges."""

from collections.abc import Callable

from loadr_config.models import PluginCondition
from loadr_core.conditions.condition import Condition, named
from loadr_core.extraction.content import content_of
from loadr_core.extraction.sources.plugin import guarded
from loadr_core.spi.extraction import Assertion
from loadr_core.templating.values import CompileText

MakeAssertion = Callable[[PluginCondition], Assertion]
"""Makes the object of a plugin for its place in the plan."""


def compile_plugin(
    condition: PluginCondition, compile_text: CompileText, make_assertion: MakeAssertion
) -> Condition:
    """Raises `CompileError` for wrong options, `PlanRefusedError` where the plugin is not installed."""
    assertion = make_assertion(condition)
    judge = guarded(condition.plugin, assertion.holds)
    return Condition(
        named(condition, compile_text, assertion.name),
        lambda response, scope: judge(response, content_of(response), scope),
        reads_body=assertion.reads_body,
    )
