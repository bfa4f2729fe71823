"""What a run tells of itself while it goes on. Pure."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from loadr_config.summary import Health, ScenarioProgress

Phase = Literal["starting", "paused", "setup", "running", "stopping", "teardown", "over"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class WorkerStatus(_Part):
    """One worker or agent."""

    number: int
    place: str  # for people, such as its process id
    is_present: bool
    is_lost: bool = False
    cpu: float  # share of a core in the last second
    active_vus: int


class RunStatus(_Part):
    """A run at one moment."""

    run_id: str
    name: str
    phase: Phase
    elapsed_secs: float  # of the load
    reason: str | None = None  # why it is ending early
    requests: int
    failed_requests: int
    iterations: int
    scenarios: list[ScenarioProgress]
    workers: list[WorkerStatus]
    health: Health
