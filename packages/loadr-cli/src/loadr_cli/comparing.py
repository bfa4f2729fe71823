"""Comparing with kept runs: what `compare` and `run --baseline` share. NumPy is imported when runs are compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from loadr_cli.keeping import run_file
from loadr_core.exit_codes import PASSED, THRESHOLDS_FAILED
from loadr_report.store import StoredRun, read_run

if TYPE_CHECKING:
    from loadr_report.compare import Comparison

FailOn = Literal["never", "worse", "inconclusive"]
FAIL_ON: Final[tuple[FailOn, ...]] = ("never", "worse", "inconclusive")


def runs_named(words: str, store: str) -> list[StoredRun]:
    """The runs of one side of a comparison.

    Args:
        words: ids or files, commas between them.
        store: where kept runs are.

    Raises:
        ReportError: one is not there, or cannot be read.
    """
    return [read_run(run_file(word.strip(), store)) for word in words.split(",") if word.strip()]


def exit_code_of(comparison: "Comparison", fail_on: FailOn) -> int:
    """The exit code of a comparison: 99, as for a threshold, when it fails."""
    outcome = comparison.outcome.value
    failing = {"never": (), "worse": ("worse",), "inconclusive": ("worse", "inconclusive")}[fail_on]
    return THRESHOLDS_FAILED if outcome in failing else PASSED


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a comparison with the baseline says: it as text, the exit code that it asks for, and why."""

    text: str = ""
    exit_code: int = PASSED
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a run is compared with when it is over.

    Attributes:
        runs: the runs of the base.
        fail_on: the verdicts that make the run fail.
    """

    runs: Sequence[StoredRun]
    fail_on: FailOn = "worse"

    def judge(self, run: StoredRun) -> "Judgement":
        """Compare a run that is over."""
        from loadr_report.compare import compare, comparison_text  # noqa: PLC0415 - NumPy: other runs do without

        comparison = compare(self.runs, [run])
        code = exit_code_of(comparison, self.fail_on)
        named = ", ".join(one.label for one in self.runs)
        problem = f"against the baseline {named}: {comparison.outcome.value}" if code else ""
        return Judgement(comparison_text(comparison), code, problem)
