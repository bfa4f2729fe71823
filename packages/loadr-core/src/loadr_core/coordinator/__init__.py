"""The coordinator: starts workers, merges what they report, judges, exports."""

from loadr_core.coordinator.request import Observer, OutputRequest, RunRequest, RunResult
from loadr_core.coordinator.run import Run

__all__ = ["Observer", "OutputRequest", "Run", "RunRequest", "RunResult"]
