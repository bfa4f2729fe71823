"""Executors: they wait and apply what a schedule says."""

from loadr_core.executors.base import Executor
from loadr_core.executors.closed import ClosedExecutor
from loadr_core.executors.control import StopSignal
from loadr_core.executors.make import make_executor, make_throttle
from loadr_core.executors.open import OpenExecutor

__all__ = ["ClosedExecutor", "Executor", "OpenExecutor", "StopSignal", "make_executor", "make_throttle"]
