"""The coordinator: starts workers, merges what they report, judges, exports."""

from loadr_core.coordinator.cores import usable_cores
from loadr_core.coordinator.member import Launch, Member
from loadr_core.coordinator.request import Observer, OutputRequest, RunRequest, RunResult
from loadr_core.coordinator.run import Run

__all__ = [
    "Launch",
    "Member",
    "Observer",
    "OutputRequest",
    "Run",
    "RunRequest",
    "RunResult",
    "usable_cores",
]
