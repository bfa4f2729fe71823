"""The one thing that everybody wants to know: did the run pass, and why not."""

from dataclasses import dataclass

from loadr_config.summary import NO_ITERATION, Summary
from loadr_report.quantities import percentage, plural


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the run passed, with what speaks for or against it; `caution` where it is in doubt."""

    passed: bool
    reasons: tuple[str, ...]
    caution: str = ""

    @property
    def word(self) -> str:
        """`passed` or `failed`."""
        return "passed" if self.passed else "failed"


def judge(summary: Summary) -> Verdict:
    """The verdict on a run.

    It passes where the run would return 0 without `--strict`: thresholds held, nothing ended it early, no
    script or worker failed it, and at least one iteration completed.
    """
    against = []
    if not summary.thresholds_passed:
        failed = sum(not threshold.passed for threshold in summary.thresholds)
        against.append(f"{failed} of {plural(len(summary.thresholds), 'threshold')} failed")
    if summary.aborted is not None:
        against.append(f"stopped early: {summary.aborted}")
    against.extend(summary.failed_by)
    if not any(scenario.iterations for scenario in summary.scenarios):
        against.append(NO_ITERATION)
    caution = "" if summary.health.verdict == "trusted" else "the generator is suspect"
    return Verdict(not against, tuple(against) or _for(summary), caution)


def _for(summary: Summary) -> tuple[str, ...]:
    thresholds = len(summary.thresholds)
    held = f"{plural(thresholds, 'threshold')} held" if thresholds else "no thresholds to fail"
    passes = sum(check.passes for check in summary.checks)
    total = passes + sum(check.fails for check in summary.checks)
    return (held, f"{percentage(passes / total)} of checks passed") if total else (held,)
