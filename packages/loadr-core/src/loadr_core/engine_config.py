"""What an engine is told: plain values that travel to a worker."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from loadr_config.diagnostics import CodePlace
from loadr_config.models import TestPlan
from loadr_core.segments import Segment
from loadr_core.tracing.wire import WireDebug


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """What a run is, for one instance of it.

    Attributes:
        plan: the validated plan, overrides applied.
        folder: relative paths start here.
        seed: the run's seed.
        segment: which part of the run this instance does.
        environment: `${env.X}`.
        variables: the plan's variables, resolved.
        secrets: the plan's secrets, resolved.
        wire: which exchanges somebody wants to see; none when it is `None`.
        code_places: where the plan's code stands in its file, by its path in the plan.
    """

    plan: TestPlan
    folder: Path
    seed: int
    segment: Segment = field(default_factory=Segment)
    environment: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    wire: WireDebug | None = None
    code_places: Mapping[str, CodePlace] = field(default_factory=dict, repr=False)
