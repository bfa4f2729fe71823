"""From the plan's condition to the compiled one."""

from loadr_config.models import (
    BodyContainsCondition,
    BodyMatchesCondition,
    DurationCondition,
    HeaderCondition,
    JsCondition,
    JsonpathCondition,
    PluginCondition,
    PythonCondition,
    SizeCondition,
    StatusCondition,
    XpathCondition,
)
from loadr_config.models import Condition as PlanCondition
from loadr_core.conditions.body import compile_body_contains, compile_body_matches, compile_size
from loadr_core.conditions.condition import Condition
from loadr_core.conditions.duration import compile_duration
from loadr_core.conditions.header import compile_header
from loadr_core.conditions.plugin import MakeAssertion, compile_plugin
from loadr_core.conditions.script import compile_script_condition
from loadr_core.conditions.status import compile_status
from loadr_core.templating.scripts import ScriptExpressions
from loadr_core.templating.values import CompileText


def compile_condition(
    condition: PlanCondition,
    compile_text: CompileText,
    make_assertion: MakeAssertion,
    scripts: ScriptExpressions,
) -> Condition:
    """Compile a condition of an `assert` or `checks` list.

    Raises:
        CompileError: an expression or an option is wrong, or its library is not installed.
        PlanRefusedError: a plugin is not installed.
    """
    match condition:
        case StatusCondition():
            return compile_status(condition, compile_text)
        case BodyContainsCondition():
            return compile_body_contains(condition, compile_text)
        case BodyMatchesCondition():
            return compile_body_matches(condition, compile_text)
        case JsonpathCondition():
            from loadr_core.conditions.values import compile_jsonpath_condition  # noqa: PLC0415 - 20 modules

            return compile_jsonpath_condition(condition, compile_text)
        case XpathCondition():
            from loadr_core.conditions.values import compile_xpath_condition  # noqa: PLC0415 - as above

            return compile_xpath_condition(condition, compile_text)
        case DurationCondition():
            return compile_duration(condition, compile_text)
        case SizeCondition():
            return compile_size(condition, compile_text)
        case HeaderCondition():
            return compile_header(condition, compile_text)
        case PluginCondition():
            return compile_plugin(condition, compile_text, make_assertion)
        case JsCondition() | PythonCondition():
            return compile_script_condition(condition, compile_text, scripts)
