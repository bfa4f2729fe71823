"""`loadr run --once`: one iteration of each scenario, told step by step."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from loadr_cli.consoles import SteadyConsole
from loadr_cli.failures import INTERRUPTED, tell
from loadr_cli.trace_printing import print_line
from loadr_cli.tracing import trace_lines
from loadr_config.diagnostics import CodePlace
from loadr_config.models import TestPlan
from loadr_core.coordinator import RunRequest
from loadr_core.randomness import draw_seed
from loadr_core.rehearsal import rehearse
from loadr_core.setup_data import OncePart
from loadr_core.tracing import TraceEvent, WireDebug
from loadr_report.console.styles import QUIET


def run_once(
    plan: TestPlan,
    *,
    folder: Path,
    environment: Mapping[str, str],
    seed: int | None,
    tags: Mapping[str, str],
    wire: WireDebug | None,
    color: bool,
    quiet: bool,
    skipped: frozenset[OncePart] = frozenset(),
    code_places: Mapping[str, CodePlace] | None = None,
) -> int:
    """Rehearse a plan; the trace goes to standard output.

    Args:
        plan: the plan.
        folder: relative paths start here.
        environment: `${env.X}`.
        seed: drawn when it is `None`.
        tags: tags of every sample; templates may ask for them.
        wire: how much of the exchanges is shown; heads when it is `None`.
        color: whether colours are wanted.
        quiet: whether nothing is told but the exit code.
        skipped: parts that do not run.
        code_places: where the plan's code stands in its file.

    Returns:
        The exit code.

    Raises:
        LoadrError: the plan cannot be run.
        SecretError: a secret has no value.
    """
    request = RunRequest(
        plan=plan,
        folder=folder,
        environment=environment,
        seed=draw_seed() if seed is None else seed,
        tags=tags,
        wire=wire,
        skipped=skipped,
        code_places=code_places or {},
    )
    console = SteadyConsole(no_color=None if color else True, highlight=False)
    if not quiet:
        print_line(console, [(f"one iteration of each scenario, seed {request.seed}", QUIET)])

    def emit(event: TraceEvent) -> None:
        if not quiet:
            for line in trace_lines(event):
                print_line(console, line)

    try:
        return asyncio.run(rehearse(request, emit))
    except KeyboardInterrupt:
        tell("interrupted")
        return INTERRUPTED
