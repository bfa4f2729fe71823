"""The state of a run as the coordinator knows it: merged data, verdicts, progress."""

from collections.abc import Callable, Container, Iterable
from functools import partial

from loadr_config.intervals import Interval
from loadr_config.secrets import Masker
from loadr_config.summary import Health, ScenarioProgress, Snapshot, ThresholdSummary, TimelinePoint
from loadr_config.thresholds import Threshold
from loadr_core.clock import WallClock, wall_clock
from loadr_core.coordinator.evidence import gather_evidence
from loadr_core.coordinator.masking import masked_delta
from loadr_core.health import HealthMonitor
from loadr_core.metrics import Aggregator, Timeline, View
from loadr_core.metrics.intervals import IntervalBook
from loadr_core.metrics.sinks import CounterSink, RateSink
from loadr_core.progress import Progress
from loadr_core.summaries import metric_summaries
from loadr_core.thresholds import ThresholdJudge, view_of
from loadr_core.worker.messages import Report


class RunState:
    """Merges the reports of all workers.

    Args:
        thresholds: the plan's.
        masker: hides the values of secrets.
        wall: gives seconds since the epoch.
        workers: how many there are.
        live_histograms: the trends whose histograms snapshots hold.
        on_interval: is given what the load made of every second; nothing is collected when it is `None`.
        submetrics: what is kept although no threshold needs it.

    Attributes:
        elapsed: seconds since the start of the load.
        max_vus: the most VUs of each scenario.
    """

    def __init__(
        self,
        thresholds: Iterable[Threshold],
        masker: Masker | None = None,
        wall: WallClock = wall_clock,
        workers: int = 1,
        live_histograms: Container[str] = (),
        on_interval: Callable[[Interval], None] | None = None,
        submetrics: Iterable[View] = (),
    ) -> None:
        self._wall = wall
        self._on_interval = on_interval
        self._intervals = IntervalBook()
        self._live_histograms = live_histograms
        self._thresholds = tuple(thresholds)
        self._masker = masker or Masker(())
        views = dict.fromkeys([*map(view_of, self._thresholds), *submetrics])
        self.aggregator = Aggregator(views, by_instance=workers > 1)
        self.timeline = Timeline()
        self.judge = ThresholdJudge(self._thresholds)
        self.monitor = HealthMonitor(workers)
        self.elapsed = 0.0
        self.max_vus: dict[str, int] = {}
        self._latest: dict[int, Report] = {}
        self._waiting_for: set[int] = set()
        self._running: set[int] = set()
        self._silent: set[int] = set()

    def expect(self, workers: Iterable[int]) -> None:
        """The load begins: these will report."""
        self._running = set(workers)
        self._waiting_for = set(self._running)

    def apply(self, worker: int, report: Report) -> None:
        """Add a worker's report. The timeline shows the load alone, without setup and teardown."""
        self.aggregator.apply(worker, masked_delta(report.delta, self._masker))
        if report.part == "load":
            self.timeline.apply(report.delta, report.elapsed)
            if self._on_interval is not None:
                self._intervals.apply(report.delta, partial(self.aggregator.tags_of, worker))
            backlog = self._wall() - report.sent_at
            self.monitor.observe(worker, report.vitals, elapsed=report.elapsed, backlog=backlog)
        self.monitor.note_failures(report.delta.failures)
        self.elapsed = max(self.elapsed, report.elapsed)
        self._latest[worker] = report
        self._waiting_for.discard(worker)
        self._silent.discard(worker)
        self._note_most_vus()

    def retire(self, worker: int) -> None:
        """Expect no more reports of a worker."""
        self._running.discard(worker)
        self._waiting_for.discard(worker)

    @property
    def second_is_complete(self) -> bool:
        """Whether every running worker has reported since the last point, and there is time for another."""
        return not self._waiting_for and self.timeline.is_due(self.elapsed)

    def excuse_silent(self) -> bool:
        """Wait no more for those that are late, until they speak again; whether others have spoken."""
        self._silent |= self._waiting_for
        self._waiting_for.clear()
        return self.timeline.is_due(self.elapsed)

    def close_second(self) -> TimelinePoint:
        """Make the point of the running second."""
        self._waiting_for = self._running - self._silent
        active = sum(scenario.active_vus for scenario in self.scenarios())
        self.aggregator.set_gauge("vus", active)
        self.aggregator.set_gauge("vus_max", sum(self.max_vus.values()))
        if self._on_interval is not None:
            self._on_interval(self._intervals.close(self.elapsed, active))
        return self.timeline.close(self.elapsed, active)

    def close_load(self) -> None:
        """Hand over what was counted after the last second: a run's last few milliseconds."""
        if self._on_interval is not None and not self._intervals.is_empty:
            self._on_interval(self._intervals.close(self.elapsed, 0))

    def _note_most_vus(self) -> None:
        """What the workers know themselves: a scenario may be over before the first report."""
        now: dict[str, int] = {}
        for report in self._latest.values():
            for progress in report.scenarios:
                most = max(progress.most_vus, progress.active_vus)
                now[progress.scenario] = now.get(progress.scenario, 0) + most
        for name, vus in now.items():
            self.max_vus[name] = max(self.max_vus.get(name, 0), vus)

    def scenarios(self) -> list[ScenarioProgress]:
        """How far each scenario is, over all workers."""
        parts: dict[str, list[Progress]] = {}
        for report in self._latest.values():
            for progress in report.scenarios:
                parts.setdefault(progress.scenario, []).append(progress)
        return [_whole(scenario) for scenario in parts.values()]

    @property
    def started(self) -> int:
        """The iterations that have begun, as the last reports tell."""
        return sum(part.started for report in self._latest.values() for part in report.scenarios)

    def health(self) -> Health:
        """The verdict so far."""
        return self.monitor.verdict(gather_evidence(self.aggregator, self._thresholds, self.max_vus))

    def has_iterations(self) -> bool:
        """Whether an iteration has completed."""
        sink = self.aggregator.sink(View("iterations"))
        return isinstance(sink, CounterSink) and bool(sink.sum)

    def verdicts(self) -> list[ThresholdSummary]:
        """The thresholds, judged now."""
        return self.judge.judge(self.aggregator, self.elapsed)

    def snapshot(self, point: TimelinePoint, verdicts: list[ThresholdSummary]) -> Snapshot:
        """The state for live views and outputs."""
        requests = self.requests
        checks = self._rate("checks")
        scenarios = self.scenarios()
        return Snapshot(
            elapsed_secs=self.elapsed,
            point=point,
            scenarios=scenarios,
            requests=requests.total,
            failed_requests=requests.hits,
            iterations=sum(scenario.iterations for scenario in scenarios),
            checks_passed=checks.hits,
            checks_failed=checks.total - checks.hits,
            thresholds=verdicts,
            health=self.health(),
            metrics=metric_summaries(
                self.aggregator, self.elapsed, breakdowns=False, histograms=self._live_histograms
            ),
        )

    @property
    def has_several_workers(self) -> bool:
        """Whether each worker is also kept alone."""
        return self.monitor.workers > 1

    @property
    def requests(self) -> RateSink:
        """The requests of all protocols: how many failed, out of how many."""
        return self._rate("http_req_failed")

    def cpu_of(self, worker: int) -> float:
        """The share of a core that a worker used in its last second."""
        report = self._latest.get(worker)
        return 0.0 if report is None else report.vitals.cpu

    def vus_of(self, worker: int) -> int:
        """The VUs that run in a worker."""
        report = self._latest.get(worker)
        return 0 if report is None or worker not in self._running else report.active_vus

    def _rate(self, metric: str) -> RateSink:
        sink = self.aggregator.sink(View(metric))
        return sink if isinstance(sink, RateSink) else RateSink()


def _whole(parts: list[Progress]) -> ScenarioProgress:
    """All workers' parts of a scenario: as far as the one that is behind."""
    behind = min(parts, key=lambda part: part.fraction)
    return ScenarioProgress(
        name=behind.scenario,
        executor=behind.executor,
        state=behind.state,
        fraction=behind.fraction,
        active_vus=sum(part.active_vus for part in parts),
        iterations=sum(part.iterations for part in parts),
        paused=behind.paused,
    )
