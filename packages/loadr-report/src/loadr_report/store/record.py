"""What a stored run is known by: its plan, its seed, the code and the machine it ran on."""

import hashlib
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from loadr_config.summary import Summary

_HASH_LENGTH = 16


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class Revision(_Part):
    """The state of the git repository that the plan is in."""

    commit: str
    branch: str = ""  # empty where HEAD is detached
    is_dirty: bool = False  # tracked files were changed


class Machine(_Part):
    """What generated the load."""

    host: str = ""
    system: str = ""
    architecture: str = ""
    processor: str = ""
    cores: int = 0
    python: str = ""


class RunRecord(_Part):
    """A line of `loadr runs list`, and what `loadr compare` checks before it compares."""

    schema_version: int = Field(default=1, alias="schema")
    run_id: str
    name: str
    started_ms: int
    duration_secs: float
    plan_hash: str
    seed: int
    loadr_version: str
    exit_code: int
    aborted: str | None = None
    health: Literal["trusted", "suspect"]
    requests: int
    requests_ps: float
    p95: float | None = None  # ms, of the requests of the protocol that made most of them
    revision: Revision | None = None
    machine: Machine = Field(default_factory=Machine)

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True, populate_by_name=True)


def record_of(summary: Summary, *, exit_code: int, revision: Revision | None, machine: Machine) -> RunRecord:
    """The record of a run that is over."""
    totals = [metric for metric in summary.metrics if not metric.tags]
    failed = next((metric.agg for metric in totals if metric.metric == "http_req_failed"), None)
    requests = (failed.count or 0) if failed is not None else 0
    durations = [
        metric.agg for metric in totals if metric.metric.endswith("_req_duration") and metric.agg.count
    ]
    longest = max(durations, key=lambda agg: agg.count or 0, default=None)
    return RunRecord(
        run_id=summary.run_id,
        name=summary.name,
        started_ms=summary.started_ms,
        duration_secs=summary.duration_secs,
        plan_hash=plan_hash(summary.plan),
        seed=summary.seed,
        loadr_version=summary.loadr_version,
        exit_code=exit_code,
        aborted=summary.aborted,
        health=summary.health.verdict,
        requests=requests,
        requests_ps=requests / summary.duration_secs if summary.duration_secs > 0 else 0.0,
        p95=None if longest is None else longest.p95,
        revision=revision,
        machine=machine,
    )


def plan_hash(plan: str) -> str:
    """Names a plan as it was run, overlays and overrides applied; credentials have no part in it.

    Args:
        plan: the summary's; of one from elsewhere it may be empty, and so is the hash then.
    """
    return hashlib.sha256(plan.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_LENGTH] if plan else ""
