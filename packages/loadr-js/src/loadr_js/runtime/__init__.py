"""One QuickJS runtime: limits, modules, calls that park, errors with their place."""

from loadr_js.runtime.context import Limits, ScriptContext
from loadr_js.runtime.door import self_test
from loadr_js.runtime.greenlets import Signal, wait_for
from loadr_js.runtime.plain import LIMITS

__all__ = ["LIMITS", "Limits", "ScriptContext", "Signal", "self_test", "wait_for"]
