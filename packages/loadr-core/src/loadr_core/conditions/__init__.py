"""Conditions: one small file a type."""

from loadr_core.conditions.compile import compile_condition
from loadr_core.conditions.condition import Condition

__all__ = ["Condition", "compile_condition"]
