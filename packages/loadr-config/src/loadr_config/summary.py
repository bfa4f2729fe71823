"""The summary of a run: the model behind `--summary-export`, schema version 1.

Times of trends are milliseconds. The model is plain data: the engine fills it, reports read it.
"""

from typing import Any, Final, Literal

from loadr_config._modelling import BaseModel, ConfigDict, Field
from loadr_config.metrics import MetricKind, ObservedUnit

SCHEMA_VERSION: Final = 1


class _Part(BaseModel):
    """Every part of a summary; keys that a newer version added are kept out of the way."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class Aggregate(_Part):
    """What is kept of a series; a field that its kind does not have is left out.

    Trend: avg, min, med, max, p90, p95, p99, p999, sum, count. Counter: sum, per_second.
    Rate: rate (0 to 1), sum (hits), count (total). Gauge: last, min, max.
    """

    avg: float | None = None
    min: float | None = None
    med: float | None = None
    max: float | None = None
    p90: float | None = None
    p95: float | None = None
    p99: float | None = None
    p999: float | None = None
    sum: float | None = None
    count: int | None = None
    rate: float | None = None
    per_second: float | None = None
    last: float | None = None


class MetricSummary(_Part):
    """One metric over all its samples (empty `tags`), over a threshold's selector, or over a request name."""

    metric: str
    kind: MetricKind
    time: bool = False
    tags: dict[str, str] = Field(default_factory=dict)
    agg: Aggregate
    histogram: str | None = None  # base64 of the HDR V2 encoding, values in microseconds


class CheckSummary(_Part):
    """How often a check held."""

    name: str
    passes: int
    fails: int
    group: str = ""


class ThresholdSummary(_Part):
    """A threshold and what was observed; `observed` is in the metric's unit."""

    metric: str
    expression: str
    observed: float | None = None
    passed: bool
    no_samples: bool = False
    aborted: bool = False


class ScenarioSummary(_Part):
    """What a scenario did."""

    name: str
    executor: str
    description: str = ""
    iterations: int = 0
    dropped: int = 0
    interrupted: int = 0
    max_vus: int = 0


class Health(_Part):
    """Whether the generator itself can be trusted."""

    verdict: Literal["trusted", "suspect"] = "trusted"
    reasons: list[str] = Field(default_factory=list)
    remarks: list[str] = Field(default_factory=list)  # no reason for distrust, but to be known


class WorkerSummary(_Part):
    """One worker or agent, seen alone."""

    number: int
    place: str  # for people, such as its process id
    iterations: int
    requests: int
    failed_requests: int
    iteration_med: float | None = None  # ms
    iteration_p95: float | None = None  # ms
    lag_p99: float | None = None  # ms, of its event loop
    cpu_max: float = 0.0  # share of a core
    is_lost: bool = False


class FailureCount(_Part):
    """A cause of failure and how often it was seen."""

    cause: str
    count: int
    name: str = ""  # the request's or check's name, where there is one


class Failures(_Part):
    """Failures by cause, the most frequent first."""

    status: list[FailureCount] = Field(default_factory=list)
    transport: list[FailureCount] = Field(default_factory=list)
    checks: list[FailureCount] = Field(default_factory=list)
    exceptions: list[FailureCount] = Field(default_factory=list)


class Exemplar(_Part):
    """One of the slowest requests: some of each request name, the slowest first."""

    name: str  # the request's
    duration: float  # ms, as its protocol's request duration
    at_ms: int  # when it was complete, since the epoch
    elapsed_secs: float | None = None  # the same since the start of the load; left out before it
    phases: dict[str, float] = Field(default_factory=dict)  # ms by name, such as `waiting`
    tags: dict[str, str] = Field(default_factory=dict)  # all but the name, such as `status` and `scenario`
    vu: int
    iteration: int  # from 0; the number of its start where iterations start on a schedule
    worker: int
    url: str | None = None  # where its name does not tell it
    trace_id: str | None = None  # with `tracing`: where it can be found in the target's traces


class ObservedSeries(_Part):
    """A series of an observed metric: a value for each moment, `None` where there was none."""

    labels: dict[str, str] = Field(default_factory=dict)
    values: list[float | None]


class ObservationSummary(_Part):
    """A metric that the target's own monitoring has, over the time of the load.

    All series have their values at the same moments. Under its name it is in `metrics` too: a gauge with the
    smallest and the largest of all values, and the largest of the last ones.
    """

    metric: str  # its name in thresholds and in `metrics`
    name: str  # for people
    query: str
    unit: ObservedUnit | None = None
    elapsed_secs: list[float] = Field(default_factory=list)  # the moments, as in the timeline
    series: list[ObservedSeries] = Field(default_factory=list)
    problem: str = ""  # why there is nothing, or not everything


class Book(_Part):
    """An account that has to balance: what was made is the sum of its parts."""

    what: Literal["iterations", "requests"]
    made: int  # as the workers counted it where it began
    parts: dict[str, int]  # as it was added up

    @property
    def missing(self) -> int:
        """What was made and is in no part; negative where parts were counted twice."""
        return self.made - sum(self.parts.values())


class OutputSummary(_Part):
    """What became of the samples that an output was given: `taken` is `written` plus `lost`."""

    name: str
    taken: int
    written: int
    lost: int
    problem: str = ""  # why some were lost


class TimelinePoint(_Part):
    """A second of the run, or some seconds where it is long; latencies in ms, left out where there was no sample.

    It begins where the point before it ends: after an hour points are 4 s long, after four hours 16 s, and so on.
    """

    elapsed_secs: float
    rps: float
    iterations_ps: float
    active_vus: int
    error_rate: float
    latency_avg: float | None = None
    latency_p50: float | None = None
    latency_p95: float | None = None
    latency_p99: float | None = None
    corrected_p99: float | None = None  # of `http_req_corrected_duration`, with arrival rates


class HeatColumn(_Part):
    """An interval of a heat map; it begins where the column before it ends."""

    elapsed_secs: float  # its end
    first: int  # the band that the first count is of
    counts: list[int]  # requests in that band and the ones above it


class HeatMap(_Part):
    """How the latencies of all requests were spread over the time of the run.

    Band 0 begins at `from_ms`; band i ends below `upto_ms[i]`, where the next one begins.
    """

    from_ms: float
    upto_ms: list[float]
    columns: list[HeatColumn]


NO_ITERATION: Final = "not one iteration completed"
"""What is said of a run that measured nothing, which has not passed."""


class Summary(_Part):
    """The whole result of a run."""

    schema_version: int = Field(default=SCHEMA_VERSION, alias="schema")
    name: str
    run_id: str
    seed: int
    loadr_version: str
    started_ms: int
    ended_ms: int
    duration_secs: float
    scenarios: list[ScenarioSummary]
    metrics: list[MetricSummary]
    checks: list[CheckSummary]
    thresholds: list[ThresholdSummary]
    groups: list[str] = Field(
        default_factory=list
    )  # paths of the groups that came to an end, as `::cart::pay`
    thresholds_passed: bool
    aborted: str | None = None  # why the run ended early
    failed_by: list[str] = Field(
        default_factory=list
    )  # what else failed it: a script's word, its teardown, a lost worker
    health: Health = Field(default_factory=Health)
    workers: list[WorkerSummary] = Field(default_factory=list)
    failures: Failures = Field(default_factory=Failures)
    exemplars: list[Exemplar] = Field(default_factory=list)  # the slowest requests
    timeline: list[TimelinePoint] = Field(default_factory=list)
    heat_map: HeatMap | None = None
    plan: str = ""  # what was run, as YAML, without the values of secrets
    observations: list[ObservationSummary] = Field(default_factory=list)  # what the target's monitoring saw
    books: list[Book] = Field(default_factory=list)
    outputs: list[OutputSummary] = Field(default_factory=list)
    notes: list[str] = Field(default_factory=list)  # what a reader must know, such as folded tag values

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True, populate_by_name=True)

    def as_json(self) -> dict[str, Any]:
        """The document that `--summary-export` writes: schema names, absent values left out."""
        document: dict[str, Any] = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        document["aborted"] = self.aborted
        return document


class ScenarioProgress(_Part):
    """How far a scenario is."""

    name: str
    executor: str
    fraction: float  # 0 to 1
    active_vus: int
    iterations: int
    state: Literal["waiting", "running", "stopping", "done"]
    paused: bool = False  # by whoever controls the run


class Snapshot(_Part):
    """The state of a run at one moment: what live views draw and outputs get once a second."""

    elapsed_secs: float
    point: TimelinePoint  # the last second
    scenarios: list[ScenarioProgress]
    requests: int
    failed_requests: int
    iterations: int
    checks_passed: int
    checks_failed: int
    thresholds: list[ThresholdSummary]
    health: Health
    metrics: list[MetricSummary] = Field(default_factory=list)  # totals so far, one per metric
