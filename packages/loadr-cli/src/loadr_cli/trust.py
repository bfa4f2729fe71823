"""What a self-test concludes from its runs: this machine's timing error, and the rate to be trusted.

All times are milliseconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from loadr_config.summary import Aggregate, Summary

# With more of the starts dropped, the target was the bottleneck: the step says nothing of the generator.
_MOST_DROPPED: Final = 0.01


@dataclass(frozen=True, slots=True)
class Timing:
    """Measured minus true.

    Attributes:
        start_delay_med: actual minus intended start, median.
        start_delay_p99: its 99th percentile.
        service_med: response time minus the target's known delay, median; the target's own work is in it.
        service_p99: its 99th percentile.
        corrected: corrected time of the last request that a busy target kept waiting, minus what
            arithmetic gives for it.
        stall: mean corrected time of a run in which the target stalls once, minus what arithmetic gives.
    """

    start_delay_med: float
    start_delay_p99: float
    service_med: float
    service_p99: float
    corrected: float
    stall: float


@dataclass(frozen=True, slots=True)
class Slow:
    """A target that is slow on purpose, loaded by one VU with `when_busy: wait`.

    Attributes:
        length: what it takes.
        gap: between two starts that are due; shorter.
    """

    length: float
    gap: float


@dataclass(frozen=True, slots=True)
class RateStep:
    """One arrival rate that was tried.

    Attributes:
        rate: starts per second.
        start_delay_p99: 99th percentile of actual minus intended start.
        doubts: why it is not to be trusted; empty when it is.
    """

    rate: int
    start_delay_p99: float
    doubts: tuple[str, ...]


def trend(summary: Summary, metric: str) -> Aggregate:
    """A trend over all its samples; an empty one when nothing was measured."""
    found = (one.agg for one in summary.metrics if one.metric == metric and not one.tags)
    return next(found, Aggregate())


def timing_of(
    steady: Summary, busy: Summary, stalled: Summary, *, delay: float, always: Slow, once: Slow
) -> Timing:
    """The timing error.

    Args:
        steady: a run with VUs to spare, against a target that answers after `delay`.
        busy: a run against a target that is slow always.
        stalled: a run against a target that is slow once, and answers at once else.
        delay: the first target's delay.
        always: the second target.
        once: the third.
    """
    starts, service = trend(steady, "iteration_start_delay"), trend(steady, "http_req_duration")
    return Timing(
        start_delay_med=starts.med or 0.0,
        start_delay_p99=starts.p99 or 0.0,
        service_med=(service.med or 0.0) - delay,
        service_p99=(service.p99 or 0.0) - delay,
        corrected=_error_when_busy(busy, always),
        stall=_error_after_stall(stalled, once),
    )


def _error_when_busy(busy: Summary, slow: Slow) -> float:
    corrected, kept = trend(busy, "http_req_corrected_duration"), trend(busy, "http_req_duration")
    count = kept.count or 0
    # Request n is due at n gaps, and ends when n + 1 services are over.
    expected = (kept.sum or 0.0) - max(count - 1, 0) * slow.gap if count else slow.length
    return (corrected.max or 0.0) - expected


def _error_after_stall(stalled: Summary, slow: Slow) -> float:
    corrected, kept = trend(stalled, "http_req_corrected_duration"), trend(stalled, "http_req_duration")
    waited = (corrected.sum or 0.0) - (kept.sum or 0.0)
    return (waited - _waits_after_stall(slow, kept.med or 0.0)) / max(kept.count or 0, 1)


def _waits_after_stall(slow: Slow, service: float) -> float:
    """The sum of what requests wait for their start behind the slow one; each of them takes `service`.

    Request k behind it is due k gaps later, and starts when the slow one and k - 1 others are over.
    """
    count = int((slow.length - service) / (slow.gap - service)) if service < slow.gap else 0
    return count * slow.length + count * (count - 1) / 2 * service - count * (count + 1) / 2 * slow.gap


def step_of(rate: int, summary: Summary) -> RateStep:
    """Whether the numbers of a run at a rate are to be trusted."""
    doubts = list(summary.health.reasons) if summary.health.verdict == "suspect" else []
    done = sum(one.iterations for one in summary.scenarios)
    dropped = sum(one.dropped for one in summary.scenarios)
    if not done:
        doubts.append("nothing was measured")
    elif dropped > _MOST_DROPPED * (done + dropped):
        doubts.append(f"{dropped} of {done + dropped} starts were dropped: the target was too slow")
    return RateStep(rate, trend(summary, "iteration_start_delay").p99 or 0.0, tuple(doubts))


def trusted_rate(steps: Sequence[RateStep]) -> int | None:
    """The highest rate below the first doubt; `None` when the lowest is in doubt already."""
    best = None
    for step in steps:
        if step.doubts:
            break
        best = step.rate
    return best


def as_data(timing: Timing, steps: Sequence[RateStep]) -> dict[str, Any]:
    """The result as JSON has it."""
    return {
        "timing_error_ms": {name: round(getattr(timing, name), 3) for name in Timing.__slots__},
        "steps": [
            {
                "rate": step.rate,
                "start_delay_p99_ms": round(step.start_delay_p99, 3),
                "trusted": not step.doubts,
                "doubts": list(step.doubts),
            }
            for step in steps
        ],
        "trusted_rate": trusted_rate(steps),
    }


def as_text(timing: Timing, steps: Sequence[RateStep]) -> str:
    """The result for people."""
    best = trusted_rate(steps)
    lines = [
        "timing error on this machine (measured minus true)",
        f"  start delay     med {timing.start_delay_med:.2f} ms   p99 {timing.start_delay_p99:.2f} ms",
        f"  service time    med {timing.service_med:.2f} ms   p99 {timing.service_p99:.2f} ms",
        f"  corrected time  {timing.corrected:.2f} ms behind a busy target, mean {timing.stall:.2f} ms around a stall",
        "",
        "arrival rates",
    ]
    for step in steps:
        verdict = "; ".join(step.doubts) if step.doubts else "trusted"
        lines.append(f"  {step.rate:>6}/s  start delay p99 {step.start_delay_p99:.2f} ms  {verdict}")
    lines.append("")
    if best is None:
        lines.append("no rate is to be trusted on this machine as busy as it is now")
    elif steps[-1].doubts:
        lines.append(f"trust numbers up to {best} requests a second")
    else:
        lines.append(f"trust numbers up to {best} requests a second at least: no higher rate was tried")
    return "\n".join(lines)
