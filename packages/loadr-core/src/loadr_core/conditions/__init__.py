"""Conditions: one small file a type."""

from loadr_core.conditions.compile import compile_condition
from loadr_core.conditions.condition import Condition
from loadr_core.conditions.plugin import MakeAssertion

__all__ = ["Condition", "MakeAssertion", "compile_condition"]
