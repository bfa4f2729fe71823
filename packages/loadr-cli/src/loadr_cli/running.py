"""Running a plan and showing its result: what `run` and `demo` share."""

import asyncio
import signal
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from loadr_cli.assignments import split_assignment
from loadr_config.models import TestPlan
from loadr_config.summary import Summary
from loadr_core.coordinator import OutputRequest, Run, RunRequest, RunResult
from loadr_core.randomness import draw_seed
from loadr_report import render_html, write_summary, write_text
from loadr_report.console import ProgressView, progress_view, render_summary

# What the value of `--output NAME=VALUE` means to the outputs that the format names.
_VALUE_KEYS = {
    "json": ("path",),
    "csv": ("path",),
    "prometheus": ("listen",),
    "influxdb": ("url", "database"),
    "otlp": ("endpoint",),
    "statsd": ("address",),
}


@dataclass(frozen=True, slots=True)
class Presentation:
    """How a run is shown, and where its result is written.

    Attributes:
        quiet: neither progress nor summary.
        color: whether colours are wanted; NO_COLOR and a pipe turn them off as well.
        summary_export: where the summary's JSON goes.
        html: where the HTML report goes.
    """

    quiet: bool = False
    color: bool = True
    summary_export: Path | None = None
    html: Path | None = None

    def console(self, *, stderr: bool) -> Console:
        """A console for progress (standard error) or results (standard output)."""
        return Console(stderr=stderr, no_color=None if self.color else True, highlight=False)

    def write(self, summary: Summary) -> None:
        """Write the files that were asked for, then show the summary.

        Raises:
            ReportError: a file cannot be written.
        """
        if not self.quiet:
            render_summary(summary, self.console(stderr=False))
        if self.summary_export is not None:
            write_summary(summary, self.summary_export)
        if self.html is not None:
            write_text(render_html(summary), self.html)


def output_requests(texts: Iterable[str]) -> list[OutputRequest]:
    """The outputs that `--output` names."""
    requests = []
    for text in texts:
        name, value = split_assignment(text, "--output")
        keys = _VALUE_KEYS.get(name, ("value",))
        requests.append(OutputRequest(name, dict(zip(keys, value.split(",", len(keys) - 1), strict=False))))
    return requests


def run_plan(
    plan: TestPlan,
    *,
    folder: Path,
    environment: Mapping[str, str],
    seed: int | None,
    tags: Mapping[str, str],
    outputs: Sequence[OutputRequest],
    presentation: Presentation,
) -> int:
    """Run a plan and show its result.

    Returns:
        The exit code.

    Raises:
        LoadrError: the plan cannot be run.
        OutputError: an output cannot be opened.
        ReportError: a file cannot be written.
    """
    request = RunRequest(
        plan=plan,
        folder=folder,
        environment=environment,
        seed=draw_seed() if seed is None else seed,
        tags=tags,
        outputs=outputs,
    )
    console = presentation.console(stderr=True)
    with progress_view(console, title=plan.name or "", quiet=presentation.quiet) as view:
        result = asyncio.run(_execute(request, view))
    presentation.write(result.summary)
    return result.exit_code


async def _execute(request: RunRequest, view: ProgressView) -> RunResult:
    run = Run(request, view)
    loop = asyncio.get_running_loop()

    def on_signal(number: int) -> None:
        run.interrupt(f"stopped by {signal.Signals(number).name}")

    for number in (signal.SIGINT, signal.SIGTERM):
        if sys.platform == "win32":
            signal.signal(number, lambda number, _frame: loop.call_soon_threadsafe(on_signal, number))
        else:
            loop.add_signal_handler(number, on_signal, number)
    return await run.execute()
