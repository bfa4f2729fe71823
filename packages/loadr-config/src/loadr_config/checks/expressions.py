"""Conditions in the small expression language: each mistake at its column."""

from typing import TYPE_CHECKING

from loadr_config._tree.nodes import Path
from loadr_config.checks._walk import models_in
from loadr_config.checks.context import Report
from loadr_config.errors import EvaluationError, ExpressionError
from loadr_config.models import If, Retry, TestPlan, While
from loadr_config.templates import Reference

if TYPE_CHECKING:
    from loadr_config.expressions import Getter


def check_expressions(plan: TestPlan, report: Report) -> None:
    """Report conditions with ``${…}`` that are no expressions; all others are the script engine's."""
    for path, model in models_in(plan):
        match model:
            case If() | While():
                _check(model.condition, (*path, "condition"), report)
            case Retry(until=str(until)):
                _check(until, (*path, "until"), report)
            case _:
                pass


def _check(source: str, path: Path, report: Report) -> None:
    if "${" not in source:
        return
    from loadr_config import expressions  # noqa: PLC0415 - 10 ms that most plans need not wait for

    try:
        # What is always the same is computed at once, so that a division by 0 is found here.
        expressions.compile_condition(expressions.parse(source), _without_value)
    except ExpressionError as error:
        report.error(path, error.message, suggestion=error.suggestion, offset=error.column - 1, text=source)
    except EvaluationError as error:
        report.error(path, str(error))


def _without_value(_reference: Reference) -> "Getter[object]":
    return lambda _subject: None
