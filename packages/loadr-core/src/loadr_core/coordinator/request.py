"""What a caller wants to run, and what comes out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from loadr_config.diagnostics import CodePlace
from loadr_config.models import TestPlan
from loadr_config.summary import Snapshot, Summary
from loadr_core.setup_data import OncePart
from loadr_core.tracing.wire import WireDebug


@dataclass(frozen=True, slots=True)
class OutputRequest:
    """An output to open: its entry-point name and its configuration."""

    name: str
    config: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RunRequest:
    """A run.

    Attributes:
        plan: the validated plan, overrides applied.
        folder: relative paths start here.
        environment: `${env.X}`.
        seed: drawn by the caller when the user gave none.
        tags: tags of every sample (`--tag`), beside the plan's `defaults.tags`.
        outputs: outputs beside the plan's own.
        workers: how many worker processes generate the load.
        paused: whether it waits for a resume before setup and load begin.
        strict: whether a run that is suspect, or a threshold without samples, counts as not passed.
        live_histograms: the trends whose histograms the observer gets with every snapshot.
        wire: which exchanges are shown while it goes on; none when it is `None`.
        code_places: where the plan's code stands in its file, by its path in the plan.
        skipped: parts that do not run, whatever the plan and its scripts have for them.
        submetrics: selectors, as those of thresholds, that the summary lists although no threshold needs them.
    """

    plan: TestPlan
    folder: Path
    environment: Mapping[str, str]
    seed: int
    tags: Mapping[str, str] = field(default_factory=dict)
    outputs: Sequence[OutputRequest] = ()
    workers: int = 1
    paused: bool = False
    strict: bool = False
    live_histograms: frozenset[str] = frozenset()
    wire: WireDebug | None = None
    submetrics: tuple[str, ...] = ()
    skipped: frozenset[OncePart] = frozenset()
    code_places: Mapping[str, CodePlace] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class RunResult:
    """The outcome of a run.

    Attributes:
        summary: everything measured.
        exit_code: as metrics.md has them.
        problems: why the exit code is 1, for people; they are among the summary's notes as well.
        doubts: why a strict run is not taken for passed.
        setup_data: what the `setup` of each script has returned, by engine; it may hold secrets.
    """

    summary: Summary
    exit_code: int
    problems: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    setup_data: Mapping[str, Any] = field(default_factory=dict, repr=False)


class Observer(Protocol):
    """Sees the run once a second; draws, never decides."""

    def update(self, snapshot: Snapshot) -> None:
        """Called on the coordinator's loop."""
        ...
