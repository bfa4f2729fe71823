"""`js {expression}` and `python {expression}`."""

from loadr_config.models import JsCondition, PythonCondition
from loadr_core.conditions.condition import Condition, named
from loadr_core.templating.scripts import ScriptExpressions
from loadr_core.templating.values import CompileText


def compile_script_condition(
    condition: JsCondition | PythonCondition, compile_text: CompileText, scripts: ScriptExpressions
) -> Condition:
    """The expression's value is true in the sense of its language."""
    name = named(condition, compile_text, f"{condition.type}: {condition.expression}")
    return Condition(name, scripts.predicate(condition.type, condition.expression), reads_body=True)
