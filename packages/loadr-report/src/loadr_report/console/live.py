"""The live view of a run on a terminal.

A frame costs 10 ms (measured, 20 by 6 cells), so it is drawn when a snapshot comes, once a second, in
the coordinator process; rich's own refresh thread stays off.
"""

from collections.abc import Sequence
from types import TracebackType
from typing import Final, Self

from rich.cells import cell_len
from rich.console import Console
from rich.live import Live
from rich.text import Text

from loadr_config.summary import ScenarioProgress, Snapshot
from loadr_report.console._bars import bar_lines
from loadr_report.console._history import History
from loadr_report.console._sheet import Piece, Sheet, padded
from loadr_report.console.figures import check_share, clamped, error_share, generator_figures, latencies
from loadr_report.console.progress import PlainProgress
from loadr_report.console.styles import BAD, DOUBTFUL, GOOD, QUIET, VALUE, mark
from loadr_report.observations import MetricKinds, observed_text
from loadr_report.progress import ProgressView
from loadr_report.quantities import elapsed, number, plural
from loadr_report.text import visible

__all__ = ["LiveView", "PlainProgress", "progress_view"]

_NAME_WIDTH: Final = 24
_BAR_WIDTH: Final = 20
_STATE_STYLES: Final = {"waiting": QUIET, "running": GOOD, "stopping": DOUBTFUL, "done": QUIET}


def progress_view(console: Console, *, title: str = "", histograms: Sequence[str] = ()) -> ProgressView:
    """The view that suits a console: a live one on a terminal, plain lines elsewhere.

    Args:
        console: Where it is shown.
        title: The name of the run.
        histograms: Trends; a live view draws the first of which snapshots hold the histogram.
    """
    if console.is_terminal and not console.is_dumb_terminal:
        return LiveView(console, title, histograms)
    return PlainProgress(console)


class LiveView(ProgressView):
    """A few lines at the bottom of the terminal, drawn anew with each snapshot, gone at the end."""

    def __init__(self, console: Console, title: str = "", histograms: Sequence[str] = ()) -> None:
        """Takes the terminal to draw on.

        Args:
            console: The terminal.
            title: The name of the run.
            histograms: Trends; the first of which snapshots hold the histogram is drawn.
        """
        self._sheet = Sheet(console)
        self._histograms = tuple(histograms)
        self._title = title
        self._elapsed_secs = 0.0
        self._history = History()
        self._live = Live(console=console, auto_refresh=False, transient=True)

    def __repr__(self) -> str:
        return f"LiveView({self._title!r} at {elapsed(self._elapsed_secs)})"

    def __enter__(self) -> Self:
        """Takes the lower end of the terminal; what is printed meanwhile appears above it."""
        self._live.start()
        return self

    def update(self, snapshot: Snapshot) -> None:
        """Draws a frame."""
        self._elapsed_secs = snapshot.elapsed_secs
        self._history.add(snapshot.point)
        self._live.update(self._frame(snapshot), refresh=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Clears the frame and gives the terminal back."""
        self._live.stop()

    def _frame(self, snapshot: Snapshot) -> Text:
        lines: list[tuple[Piece, ...]] = [
            ((visible(self._title), "bold"), "  " if self._title else "", elapsed(snapshot.elapsed_secs)),
            *_scenario_lines(snapshot.scenarios),
            _load_line(snapshot),
            (("  latency  ", QUIET), (latencies(snapshot.point), VALUE)),
            _outcome_line(snapshot),
            *self._history.lines(self._sheet.width),
            *_threshold_lines(snapshot),
            *self._histogram_lines(snapshot),
            *_health_lines(snapshot),
        ]
        frame = Text("\n", no_wrap=True, overflow="ellipsis").join(self._sheet.text(line) for line in lines)
        frame.no_wrap, frame.overflow = True, "ellipsis"
        return frame

    def _histogram_lines(self, snapshot: Snapshot) -> list[tuple[Piece, ...]]:
        held = {metric.metric: metric for metric in snapshot.metrics if metric.histogram is not None}
        chosen = next((held[name] for name in self._histograms if name in held), None)
        return [] if chosen is None else [("",), *bar_lines(chosen, self._sheet.width)]


def _scenario_lines(scenarios: list[ScenarioProgress]) -> list[tuple[Piece, ...]]:
    width = max((cell_len(visible(scenario.name)) for scenario in scenarios), default=0)
    return [_scenario_line(scenario, min(width, _NAME_WIDTH)) for scenario in scenarios]


def _scenario_line(scenario: ScenarioProgress, name_width: int) -> tuple[Piece, ...]:
    fraction = clamped(scenario.fraction)
    filled = int(fraction * _BAR_WIDTH)
    return (
        "  ",
        padded(shortened(visible(scenario.name), name_width), name_width),
        "  ",
        ("━" * filled, GOOD),
        ("─" * (_BAR_WIDTH - filled), QUIET),
        f" {fraction:4.0%}  ",
        _state(scenario),
        f"  {plural(scenario.active_vus, 'VU')}",
        (f"  {plural(scenario.iterations, 'iteration')}", QUIET),
    )


def _state(scenario: ScenarioProgress) -> Piece:
    if scenario.paused and scenario.state != "done":
        return (f"{'paused':<8}", DOUBTFUL)
    return (f"{scenario.state:<8}", _STATE_STYLES[scenario.state])


def _load_line(snapshot: Snapshot) -> tuple[Piece, ...]:
    point = snapshot.point
    return (
        ("  load     ", QUIET),
        (f"{number(point.rps)} req/s", VALUE),
        f"  {number(point.iterations_ps)} iterations/s  {plural(point.active_vus, 'VU')}",
        (f"  {plural(snapshot.requests, 'request')} so far", QUIET),
    )


def _outcome_line(snapshot: Snapshot) -> tuple[Piece, ...]:
    failed, missed = snapshot.failed_requests, snapshot.checks_failed
    pieces: tuple[Piece, ...] = (
        ("  errors   ", QUIET),
        (error_share(snapshot), BAD if failed else GOOD),
        (f"  {failed:,} of {snapshot.requests:,}", QUIET),
    )
    if snapshot.checks_passed + missed:
        pieces += (
            "  checks ",
            (check_share(snapshot), BAD if missed else GOOD),
            (f"  {missed:,} missed", QUIET),
        )
    return pieces


def _threshold_lines(snapshot: Snapshot) -> list[tuple[Piece, ...]]:
    kinds = MetricKinds(snapshot.metrics)
    return [
        (
            "  ",
            mark(good=threshold.passed),
            f" {visible(threshold.metric)}: {visible(threshold.expression)}",
            (f"  {observed_text(threshold, kinds)}", QUIET if threshold.passed else BAD),
        )
        for threshold in snapshot.thresholds
    ]


def _health_lines(snapshot: Snapshot) -> list[tuple[Piece, ...]]:
    health = snapshot.health
    trusted = health.verdict == "trusted"
    reasons = "; ".join(visible(reason) for reason in health.reasons)
    lines: list[tuple[Piece, ...]] = [
        (
            ("  generator  ", QUIET),
            (health.verdict, GOOD if trusted else DOUBTFUL),
            f": {reasons}" if reasons else "",
            (f"  {generator_figures(snapshot)}", QUIET),
        )
    ]
    lines.extend((("  · ", DOUBTFUL), visible(remark)) for remark in health.remarks)
    return lines


def shortened(text: str, width: int) -> str:
    """The text cut to a width in terminal cells, with an ellipsis where something is missing."""
    if cell_len(text) <= width:
        return text
    while cell_len(text) > width - 1:
        text = text[:-1]
    return f"{text}…"
