"""A run's progress where the output is no terminal: a plain line now and then."""

from rich.console import Console

from loadr_config.summary import Snapshot
from loadr_report.console._sheet import Sheet
from loadr_report.console.figures import check_share, error_share, latencies, overall_fraction
from loadr_report.progress import ProgressView
from loadr_report.quantities import elapsed, number, plural


class PlainProgress(ProgressView):
    """One line every few seconds of run time, where the output is no terminal."""

    def __init__(self, console: Console, interval_secs: float = 5.0) -> None:
        """Takes the console to print on.

        Args:
            console: Where the lines go.
            interval_secs: Run time between two lines, by the snapshots' own `elapsed_secs`.
        """
        self._sheet = Sheet(console)
        self._interval_secs = interval_secs
        self._due_secs = interval_secs

    def __repr__(self) -> str:
        return f"PlainProgress(next line at {self._due_secs:g}s)"

    def update(self, snapshot: Snapshot) -> None:
        """Prints a line if the interval is over."""
        if snapshot.elapsed_secs < self._due_secs:
            return
        self._due_secs = (snapshot.elapsed_secs // self._interval_secs + 1) * self._interval_secs
        point = snapshot.point
        parts = [
            elapsed(snapshot.elapsed_secs),
            f"{overall_fraction(snapshot):.0%}",
            plural(point.active_vus, "VU"),
            f"{number(point.rps)} req/s",
            latencies(point),
            f"errors {error_share(snapshot)}",
        ]
        if snapshot.checks_passed + snapshot.checks_failed:
            parts.append(f"checks {check_share(snapshot)}")
        failing = sum(not threshold.passed for threshold in snapshot.thresholds)
        if failing:
            parts.append(f"{plural(failing, 'threshold')} failing")
        if snapshot.health.verdict != "trusted":
            parts.append("generator suspect")
        self._sheet.long_line("  ".join(parts))
