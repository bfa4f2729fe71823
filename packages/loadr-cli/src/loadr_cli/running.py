"""Running a plan and showing its result: what `run` and `demo` share."""

import asyncio
import signal
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from loadr_cli.assignments import split_assignment
from loadr_cli.comparing import Baseline, Judgement
from loadr_cli.failures import INTERRUPTED, tell
from loadr_cli.keeping import Keeping
from loadr_cli.printing import put
from loadr_cli.scripts import show_script_summary, submetrics_of
from loadr_cli.serving import Steering, controllable, how_to_go_on
from loadr_config.diagnostics import CodePlace
from loadr_config.models import TestPlan
from loadr_config.summary import Summary
from loadr_core.coordinator import OutputRequest, Run, RunRequest, RunResult, usable_cores
from loadr_core.errors import ScriptFailedError
from loadr_core.exit_codes import first_of
from loadr_core.fleet import FleetSize, fleet_size
from loadr_core.randomness import draw_seed
from loadr_core.setup_data import OncePart
from loadr_core.tracing import ReadableExchange, WireDebug
from loadr_report import ReportError, write_summary, write_text
from loadr_report.progress import NoProgress, ProgressView
from loadr_report.quantities import plural
from loadr_report.store import RunRecorder, StoredRun, intervals_of

if TYPE_CHECKING:
    from loadr_cli.consoles import SteadyConsole

_FILE_NOT_WRITTEN: Final = 1
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
_INTERRUPT_NOTES: Final = (
    "stopping: running iterations finish; interrupt again to end at once",
    "ending at once",
)

# What the value of `--output NAME=VALUE` means to the outputs that the format names.
_VALUE_KEYS: Final = {
    "json": ("path",),
    "csv": ("path",),
    "parquet": ("path",),
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
        junit: where the JUnit XML goes.
        markdown: where the Markdown goes.
    """

    quiet: bool = False
    color: bool = True
    summary_export: Path | None = None
    html: Path | None = None
    junit: Path | None = None
    markdown: Path | None = None

    def console(self, *, stderr: bool) -> "SteadyConsole":
        """A console for progress (standard error) or results (standard output)."""
        from loadr_cli.consoles import SteadyConsole  # noqa: PLC0415 - rich, which a quiet run has no use for

        return SteadyConsole(stderr=stderr, no_color=None if self.color else True, highlight=False)

    @property
    def live_histograms(self) -> tuple[str, ...]:
        """Trends of which the progress view needs the histogram."""
        return ()

    def view(self, console: "SteadyConsole | None", title: str) -> ProgressView:
        """What shows the run while it goes on; nothing does without a console."""
        if console is None or self.quiet:
            return NoProgress()
        from loadr_report.console import progress_view  # noqa: PLC0415 - as above

        return progress_view(console, title=title, histograms=self.live_histograms)

    def render(self, summary: Summary) -> None:
        """Put the summary on standard output."""
        from loadr_report.console import render_summary  # noqa: PLC0415 - as above

        render_summary(summary, self.console(stderr=False))

    def show(self, summary: Summary) -> None:
        """Show the summary on standard output."""
        if self.quiet:
            return
        try:
            self.render(summary)
        except OSError as error:
            # The device is full, say: the files are written, and the exit code still tells the outcome.
            tell(f"the summary cannot be shown: {error.strerror or error}")

    def write(self, summary: Summary) -> list[ReportError]:
        """Write the files that were asked for; what went wrong, one a file."""
        problems = []
        files = (
            (self.summary_export, write_summary),
            (self.html, _write_html),
            (self.junit, _write_junit),
            (self.markdown, _write_markdown),
        )
        for path, write in files:
            if path is None:
                continue
            try:
                write(summary, path)
            except ReportError as error:
                problems.append(error)
        return problems


def _write_html(summary: Summary, path: Path) -> None:
    from loadr_report import render_html  # noqa: PLC0415 - what renders is loaded when it is asked for

    write_text(render_html(summary), path)


def _write_junit(summary: Summary, path: Path) -> None:
    from loadr_report import render_junit  # noqa: PLC0415 - as above

    write_text(render_junit(summary), path)


def _write_markdown(summary: Summary, path: Path) -> None:
    from loadr_report import render_markdown  # noqa: PLC0415 - as above

    write_text(render_markdown(summary), path)


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
    workers: int | None,
    seed: int | None,
    tags: Mapping[str, str],
    outputs: Sequence[OutputRequest],
    presentation: Presentation,
    steering: Steering | None = None,
    strict: bool = False,
    wire: WireDebug | None = None,
    skipped: frozenset[OncePart] = frozenset(),
    code_places: Mapping[str, CodePlace] | None = None,
    keeping: Keeping | None = None,
    baseline: Baseline | None = None,
) -> int:
    """Run a plan, write its result, show it, and say what went wrong.

    Args:
        plan: the plan, overrides applied.
        folder: relative paths start here.
        environment: `${env.X}`.
        workers: how many worker processes; as many as the plan needs when it is `None`.
        seed: drawn when it is `None`.
        tags: tags of every sample.
        outputs: outputs beside the plan's own.
        presentation: how the run is shown.
        steering: how it is controlled while it goes on.
        strict: whether a run that is suspect, or a threshold without samples, counts as not passed.
        wire: which exchanges are shown; none when it is `None`.
        skipped: parts that do not run.
        code_places: where the plan's code stands in its file.
        keeping: where the run is kept; nowhere when it is `None`.
        baseline: what it is compared with; nothing when it is `None`.

    Returns:
        The exit code.

    Raises:
        LoadrError: the plan cannot be run.
        OutputError: an output cannot be opened.
        SecretError: a secret has no value.
    """
    steering, keeping = steering or Steering(), keeping or Keeping()
    size = _fleet_size(plan, workers)
    request = RunRequest(
        plan=plan,
        folder=folder,
        environment=environment,
        seed=draw_seed() if seed is None else seed,
        tags=tags,
        outputs=outputs,
        workers=size.workers,
        paused=steering.paused,
        strict=strict,
        live_histograms=frozenset(presentation.live_histograms),
        wire=wire,
        submetrics=submetrics_of(plan),
        skipped=skipped,
        code_places=code_places or {},
    )
    console = None if presentation.quiet and wire is None else presentation.console(stderr=True)
    with presentation.view(console, plan.name or "") as view:
        printer = None if console is None or wire is None else _printer(console, wire)
        recorder = None if keeping.store is None and baseline is None else RunRecorder()
        on_interval = None if recorder is None else recorder.add
        run = Run(request, view, on_exchange=printer, on_interval=on_interval)
        said = [_headline(run.run_id, request.seed, size)]
        said.extend(how_to_go_on(plan, run.run_id, paused=steering.paused))
        result = asyncio.run(_execute(run, steering, said, None if presentation.quiet else console))
    exit_code, judgement = result.exit_code, Judgement()
    if recorder is not None:
        intervals = recorder.file()
        if baseline is not None:
            stored = StoredRun(run.run_id, result.summary, tuple(intervals_of(intervals)))
            judgement = baseline.judge(stored)
            exit_code = first_of(exit_code, judgement.exit_code)
        keeping.keep(intervals, result.summary, exit_code, folder)
    unwritten = presentation.write(result.summary)
    try:
        is_shown, unwritten_by_scripts = show_script_summary(
            plan, folder, environment, result.summary, result.setup_data
        )
        unwritten += unwritten_by_scripts
    except ScriptFailedError as failure:  # nobody loses a result because of that
        is_shown, exit_code = False, first_of(exit_code, failure.exit_code)
        tell(str(failure))
    if is_shown and exit_code:  # the script's own summary need not say why
        summary = result.summary
        for reason in dict.fromkeys((summary.aborted, *summary.failed_by, *summary.notes)):
            if reason:
                tell(reason)
    if not is_shown:
        presentation.show(result.summary)
    if judgement.text and not presentation.quiet:
        put(f"\n{judgement.text}".rstrip("\n"))
    if judgement.problem:
        tell(judgement.problem)
    for problem in result.problems:
        tell(problem)
    for doubt in result.doubts:
        tell(f"--strict: {doubt}")
    for error in unwritten:
        tell(str(error), error.hint)
    return _FILE_NOT_WRITTEN if unwritten and exit_code != INTERRUPTED else exit_code


def _printer(console: "SteadyConsole", wire: WireDebug) -> Callable[[ReadableExchange], None]:
    from loadr_cli.trace_printing import ExchangePrinter  # noqa: PLC0415 - rich; few runs print exchanges

    return ExchangePrinter(console, wire.most)


def _fleet_size(plan: TestPlan, workers: int | None) -> FleetSize:
    cores = usable_cores()
    if workers is None:
        return fleet_size(plan, cores)
    more = f", more than the {cores} usable cores" if workers > cores else ""
    return FleetSize(workers, f"as asked for{more}")


def _headline(run_id: str, seed: int, size: FleetSize) -> str:
    return f"run {run_id}, seed {seed}, {plural(size.workers, 'worker')}: {size.reason}"


async def _execute(
    run: Run, steering: Steering, said: Sequence[str], console: "SteadyConsole | None"
) -> RunResult:
    """Run under the eyes of signals and control.

    Args:
        run: the run.
        steering: how it is controlled.
        said: what the user has to know of it.
        console: where to say so; nowhere when it is `None`.
    """
    loop = asyncio.get_running_loop()
    interrupts = 0

    def on_signal(number: int) -> None:
        nonlocal interrupts
        interrupts += 1
        if console is not None:
            console.print(_INTERRUPT_NOTES[min(interrupts, len(_INTERRUPT_NOTES)) - 1])
        run.interrupt(f"stopped by {signal.Signals(number).name}")
        if interrupts > 1:
            # An output may hang at its end: the third signal does what it does to any program.
            _give_back_signals(loop)

    for number in _SIGNALS:
        if sys.platform == "win32":
            signal.signal(number, lambda number, _frame: loop.call_soon_threadsafe(on_signal, number))
        else:
            loop.add_signal_handler(number, on_signal, number)
    async with controllable(run, steering) as words:
        if console is not None:
            for line in (*said, *words):
                console.print(line, markup=False, soft_wrap=True)
        return await run.execute()


def _give_back_signals(loop: asyncio.AbstractEventLoop) -> None:
    for number in _SIGNALS:
        if sys.platform == "win32":
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        else:
            loop.remove_signal_handler(number)
