"""The verdict: what the workers report of themselves, weighed against limits.

| sign | suspect when |
| --- | --- |
| event-loop lag | a worker's p99 is above 10 ms |
| CPU | a worker uses more than 90 % of its core in more than 5 % of its seconds, two at least |
| garbage collection | it holds a worker up for more than 1 % of its time |
| silence | a worker reports nothing for more than 3 s: it hung, or its machine slept |
| starts | more than 1 % of a scenario's starts are late for the generator's own reasons |
| aggregation | it is more than 1 s behind |
| exhaustion | descriptors, ports or network buffers ran out |
| loss | a worker ended before its time |
| thresholds | one selects by a tag of which values were folded |

What the target did is no reason to distrust the generator. Where starts were dropped or had to wait
although the generator was well, a remark says so: the target, or the number of VUs, is too small for the
rate. Another one names a worker whose iterations take much longer than those of the others.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from loadr_config.summary import Health
from loadr_core.health.evidence import Evidence, SpeedFigures, StartFigures
from loadr_core.metrics.delta import FailureGain
from loadr_core.spi.exhaustion import exhaustion_of
from loadr_core.vitals import Vitals

_MAX_LAG_MS: Final = 10.0
_MAX_CPU: Final = 0.9
_MAX_BUSY_SHARE: Final = 0.05
_MAX_GC_SHARE: Final = 0.01
_MAX_SILENCE_SECONDS: Final = 3.0
_MAX_LATE_SHARE: Final = 0.01
_MAX_BACKLOG_SECONDS: Final = 1.0
# A single second says nothing yet about 5 % of a run, nor one start about 1 % of them.
_MIN_BUSY_REPORTS: Final = 2
_MIN_LATE_STARTS: Final = 2
_NEAR_LIMIT: Final = 0.95
_MIN_COMPARED: Final = 20
_SLOW_FACTOR: Final = 1.5


@dataclass(slots=True)
class _Signs:
    """What one worker has reported so far."""

    reports: int = 0
    busy_reports: int = 0
    seconds: float = 0.0
    gc_seconds: float = 0.0
    gc_longest: float = 0.0
    silence: float = 0.0
    descriptors: int = 0
    descriptor_limit: int | None = None


class HealthMonitor:
    """Collects what the workers report of themselves, and gives the verdict.

    Attributes:
        workers: how many there are; with one, reasons do not number it.
    """

    def __init__(self, workers: int = 1) -> None:
        self.workers = workers
        self._signs: dict[int, _Signs] = {}
        self._behind = 0.0
        self._lost: list[str] = []
        self._exhausted: dict[str, int] = {}

    def observe(self, worker: int, vitals: Vitals, *, elapsed: float, backlog: float) -> None:
        """Take one report of the load.

        Args:
            worker: who sent it.
            vitals: how it is doing.
            elapsed: seconds from the start of the load to the report.
            backlog: seconds between the sending of the report and its aggregation.
        """
        signs = self._signs.setdefault(worker, _Signs())
        signs.silence = max(signs.silence, elapsed - signs.seconds)
        signs.seconds = elapsed
        signs.reports += 1
        signs.busy_reports += vitals.cpu > _MAX_CPU
        signs.gc_seconds += vitals.gc_seconds
        signs.gc_longest = max(signs.gc_longest, vitals.gc_longest)
        if vitals.descriptors >= signs.descriptors:
            signs.descriptors, signs.descriptor_limit = vitals.descriptors, vitals.descriptor_limit
        self._behind = max(self._behind, backlog)

    def note_failures(self, failures: Iterable[FailureGain]) -> None:
        """Look among failures for those of the generator's own machine."""
        for failure in failures:
            if failure.category == "transport" and (words := exhaustion_of(failure.cause)) is not None:
                self._exhausted[words] = self._exhausted.get(words, 0) + failure.times

    def worker_lost(self, reason: str) -> None:
        """A worker ended before its time."""
        self._lost.append(reason)

    def verdict(self, evidence: Evidence) -> Health:
        """The verdict so far."""
        reasons = [*self._lost, *self._of_loops(evidence), *self._of_workers()]
        # Starts are dropped and late for one of two reasons, and only one of them is the target's.
        is_slow = any(_is_late(starts) for starts in evidence.starts) or bool(reasons)
        reasons.extend(
            f"{_share(starts.late, starts.started)} of the starts of scenario {starts.scenario} were more than 10 ms "
            "late: the generator is too slow for this rate"
            for starts in evidence.starts
            if _is_late(starts)
        )
        reasons.extend(
            f"{words}: {count:,} request{'' if count == 1 else 's'} failed for it"
            for words, count in self._exhausted.items()
        )
        if self._behind > _MAX_BACKLOG_SECONDS:
            reasons.append(f"aggregation was up to {self._behind:.1f} s behind")
        reasons.extend(
            f"threshold {text} selects by a tag with too many values" for text in evidence.folded_thresholds
        )
        return Health(
            verdict="suspect" if reasons else "trusted",
            reasons=reasons,
            remarks=[
                *self._near_limits(),
                *_of_speeds(evidence.speeds),
                *_of_targets(evidence.starts, is_slow=is_slow),
            ],
        )

    def _of_loops(self, evidence: Evidence) -> Iterator[str]:
        for lag in evidence.lags:
            if lag.p99_ms > _MAX_LAG_MS:
                whose = self._whose(lag.worker, "event loop")
                yield f"{whose} was late by {lag.p99_ms:.1f} ms at p99 (limit 10 ms)"

    def _of_workers(self) -> Iterator[str]:
        for worker, signs in sorted(self._signs.items()):
            name = "a worker" if self.workers == 1 else f"worker {worker}"
            if signs.busy_reports >= max(_MIN_BUSY_REPORTS, signs.reports * _MAX_BUSY_SHARE):
                yield f"{name} used more than 90 % of its core in {signs.busy_reports} of {signs.reports} seconds"
            if signs.gc_seconds > signs.seconds * _MAX_GC_SHARE:
                whose = self._whose(worker, "garbage collector")
                yield (
                    f"{whose} held it up for {_share(signs.gc_seconds, signs.seconds)} of its time, "
                    f"{signs.gc_longest * 1000:.0f} ms at once"
                )
            if signs.silence > _MAX_SILENCE_SECONDS:
                yield f"{name} said nothing for {signs.silence:.1f} s"

    def _near_limits(self) -> Iterator[str]:
        for worker, signs in sorted(self._signs.items()):
            limit = signs.descriptor_limit
            if limit is not None and signs.descriptors >= limit * _NEAR_LIMIT:
                name = "a worker" if self.workers == 1 else f"worker {worker}"
                yield f"{name} used {signs.descriptors:,} of the {limit:,} file descriptors that it may have (ulimit -n)"

    def _whose(self, worker: int, what: str) -> str:
        return f"the generator's {what}" if self.workers == 1 else f"the {what} of worker {worker}"

    def __repr__(self) -> str:
        return f"<HealthMonitor of {len(self._signs)} workers, {len(self._lost)} lost>"


def _is_late(starts: StartFigures) -> bool:
    return starts.late >= max(_MIN_LATE_STARTS, starts.started * _MAX_LATE_SHARE)


def _of_speeds(speeds: Sequence[SpeedFigures]) -> Iterator[str]:
    """A worker whose iterations take much longer than those of the others, which run the same."""
    compared = [speed for speed in speeds if speed.iterations >= _MIN_COMPARED]
    for speed in compared:
        others = [other.median_ms for other in compared if other is not speed]
        if not others:
            continue
        usual = median(others)
        if speed.median_ms > max(usual * _SLOW_FACTOR, usual + _MAX_LAG_MS):
            yield (
                f"iterations of worker {speed.worker} took {speed.median_ms:,.0f} ms (median), those of the others "
                f"{usual:,.0f} ms: look at its machine, and at its way to the target"
            )


def _of_targets(scenarios: Iterable[StartFigures], *, is_slow: bool) -> Iterator[str]:
    """What was due to the target: all VUs were waiting for its responses."""
    for starts in scenarios:
        name, most = starts.scenario, starts.most_vus
        busy = "its one VU was busy" if most == 1 else f"all {most:,} VUs were busy"
        whose = (
            "this generator, which was slow itself, may be the reason"
            if is_slow
            else "the target is too slow for this rate, or there are too few VUs"
        )
        if starts.dropped:
            due = starts.started + starts.dropped
            yield (
                f"{_share(starts.dropped, due)} of the starts of scenario {name} were dropped, "
                f"{starts.dropped:,} of {due:,}, because {busy}: {whose}"
            )
        elif starts.delay_p99_ms > _MAX_LAG_MS and not _is_late(starts):
            yield (
                f"starts of scenario {name} waited up to {starts.delay_p99_ms:,.0f} ms (p99), because {busy}: {whose}"
            )


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.1%}" if whole else "all"
