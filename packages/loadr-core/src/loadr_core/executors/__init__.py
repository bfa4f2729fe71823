"""Executors: they wait and apply what a schedule says."""

from loadr_core.executors.base import Executor
from loadr_core.executors.closed import ClosedExecutor
from loadr_core.executors.control import StopSignal
from loadr_core.executors.make import make_executor

__all__ = ["ClosedExecutor", "Executor", "StopSignal", "make_executor"]
