import re
from html.parser import HTMLParser

from loadr_config.metrics import MetricKind
from loadr_config.summary import (
    Aggregate,
    CheckSummary,
    FailureCount,
    Failures,
    Health,
    MetricSummary,
    OutputSummary,
    ScenarioSummary,
    ThresholdSummary,
    WorkerSummary,
)
from loadr_report import render_html

VOID = {"meta", "rect", "line"}
REFERENCES = {"src", "href", "srcset", "action", "xlink:href", "data", "poster", "background", "formaction"}


class Reader(HTMLParser):
    """Reads a document strictly: every element is closed in order."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open = []
        self.tags = []
        self.attributes = []
        self.texts = []
        self.headings = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "script"):
            self.texts.append(data)
        if self.open and self.open[-1] == "h2":
            self.headings.append(data)


def read(document):
    reader = Reader()
    reader.feed(document)
    reader.close()
    assert reader.open == []
    return reader


def test_the_report_is_well_formed_with_the_verdict_first(make_summary):
    reader = read(render_html(make_summary()))
    text = [part.strip() for part in reader.texts if part.strip()]
    assert text[0] == "quickstart: failed"
    assert text[3] == "quickstart"
    assert text[5:8] == ["✗", "Failed", "1 of 4 thresholds failed"]
    assert text[8:11] == ["!", "Suspect", "event-loop lag p99 is 12.4 ms, above 10 ms"]
    assert reader.headings == [
        "Thresholds",
        "Checks",
        "Over time",
        "Requests",
        "Failures",
        "Slowest requests",
        "Scenarios",
        "Metrics",
        "Notes",
    ]
    anchors = {value for name, value in reader.attributes if name == "id"}
    assert [value for name, value in reader.attributes if name == "href"] == [
        f"#{anchor}"
        for anchor in (
            "thresholds",
            "checks",
            "time",
            "requests",
            "failures",
            "slowest",
            "scenarios",
            "metrics",
            "notes",
        )
    ]
    assert {value[1:] for name, value in reader.attributes if name == "href"} < anchors


def test_the_report_refers_to_nothing_outside(make_summary):
    document = render_html(make_summary())
    reader = read(document)
    references = [(name, value) for name, value in reader.attributes if name in REFERENCES]
    assert all(name == "href" and value.startswith("#") for name, value in references)
    assert {"link", "img", "iframe", "base", "object", "embed", "form"} & set(reader.tags) == set()
    assert {"style", "onload", "onclick", "onerror"} & {name for name, _ in reader.attributes} == set()
    assert re.findall(r"url\(|@import", document) == []


def test_light_and_dark_and_paper_are_told_apart(make_summary):
    document = render_html(make_summary())
    for query in ("color-scheme: light dark", "max-width: 40rem", "@media print"):
        assert query in document


def test_every_part_that_a_summary_has_is_told(make_summary):
    text = " ".join(read(render_html(make_summary())).texts)
    for part in (
        "p(95)=3.456ms",
        "no samples",
        "order is confirmed",
        "88.00%",
        "503",
        "POST /orders",
        "http_req_waiting",
        "{name: POST /orders}",
        "basket_items",
        "constant-vus, 50 VUs for 30s",
        "event-loop lag p99 is 12.4 ms",
        "1,000 values",
        "seed 7",
        "2026-01-01 12:00:00 UTC",
    ):
        assert part in text


def test_hostile_names_stay_text(make_summary, hostile):
    metrics = [
        MetricSummary(metric=hostile, kind=MetricKind.COUNTER, agg=Aggregate(sum=1)),
        MetricSummary(
            metric="http_reqs", kind=MetricKind.COUNTER, tags={"name": hostile}, agg=Aggregate(sum=1)
        ),
    ]
    summary = make_summary(
        name=hostile,
        run_id=hostile,
        loadr_version=hostile,
        aborted=hostile,
        metrics=metrics,
        notes=[hostile],
        checks=[CheckSummary(name=hostile, passes=1, fails=1, group=hostile)],
        thresholds=[ThresholdSummary(metric=hostile, expression=hostile, observed=1, passed=False)],
        failures=Failures(exceptions=[FailureCount(cause=hostile, count=1, name=hostile * 2)]),
        scenarios=[ScenarioSummary(name=hostile, executor=hostile, description=hostile)],
        health=Health(verdict="suspect", reasons=[hostile]),
        plan=f"name: {hostile}\n",
        outputs=[OutputSummary(name=hostile, taken=2, written=1, lost=1, problem=hostile)],
    )
    document = render_html(summary)
    plain = render_html(make_summary(plan="name: a", outputs=summary.outputs))
    reader = read(document)
    assert "b" not in reader.tags
    assert reader.tags.count("script") == 3
    assert set(reader.tags) <= set(read(plain).tags)
    written, _, scripts = document.partition("<body>")[2].partition("<script")
    assert written.replace("\n", "").isprintable()
    assert "</script><b>" not in scripts
    shown = r"""</script><b>[red]x[/red]\x1b[2J\n\u202e'"&\ud800"""
    assert "".join(reader.texts).count(shown) >= 14
    assert document.encode("utf-8")


def test_dollar_signs_and_braces_in_names_are_no_template(make_summary):
    assert "$body ${title} {x}" in render_html(make_summary(name="$body ${title} {x}"))


def test_a_run_with_nothing_in_it_still_has_a_verdict(make_summary):
    summary = make_summary(
        scenarios=[],
        metrics=[],
        checks=[],
        thresholds=[],
        thresholds_passed=True,
        failures=Failures(),
        notes=[],
        timeline=[],
        health=Health(),
        exemplars=[],
        duration_secs=0.0,
        started_ms=10**18,
        ended_ms=-(10**18),
    )
    reader = read(render_html(summary))
    assert reader.headings == []
    assert "not one iteration completed" in reader.texts


def test_protocols_are_named_where_there_are_several(make_summary):
    metrics = [
        MetricSummary(metric=name, kind=MetricKind.COUNTER, tags={"name": "q"}, agg=Aggregate(sum=1))
        for name in ("http_reqs", "postgres_reqs", "ws_sessions")
    ]
    text = read(render_html(make_summary(metrics=metrics))).texts
    assert {"Protocol", "http", "postgres", "ws"} <= set(text)


def test_several_workers_have_a_table(make_summary):
    one = WorkerSummary(number=1, place="pid 7", iterations=20, requests=40, failed_requests=0)
    two = one.model_copy(update={"number": 2, "is_lost": True, "lag_p99": 0.5})
    assert "Workers" not in read(render_html(make_summary(workers=[one]))).headings
    reader = read(render_html(make_summary(workers=[one, two])))
    assert "Workers" in reader.headings
    assert {"1, pid 7", "2, pid 7, lost", "500µs"} <= set(reader.texts)


def test_remarks_stand_below_the_verdict(make_summary):
    summary = make_summary(health=Health(remarks=["the target is too slow"]))
    assert "the target is too slow" in read(render_html(summary)).texts


def test_the_plan_keeps_its_lines(make_summary):
    assert "<code>name: a\n  b: &lt;1&gt;\n</code>" in render_html(make_summary(plan="name: a\n  b: <1>\n"))


def test_groups_are_told_by_their_path(make_summary):
    checks = [CheckSummary(name="paid", passes=1, fails=0, group="::shop::basket")]
    assert "shop / basket / " in read(render_html(make_summary(checks=checks))).texts


def test_figures_are_sortable_by_value_not_by_text(make_summary):
    page = render_html(make_summary())
    assert '<td class="figure" data-value="11000">11,000</td>' in page
    assert '<td class="figure" data-value="4.4">4.4ms</td>' in page


def test_charts_are_told_to_those_who_cannot_see_them(make_summary):
    labels = [value for name, value in read(render_html(make_summary())).attributes if name == "aria-label"]
    assert "Errors over 00:30: failed requests peaks at 2.00%" in labels


def test_without_scripts_the_timeline_is_a_table(make_summary):
    reader = read(render_html(make_summary()))
    assert "noscript" in reader.tags
    assert {"Timeline as a table", "00:02", "00:30"} <= set(reader.texts)


def test_a_run_of_one_point_has_no_timeline(make_summary):
    points = make_summary().timeline[:1]
    assert "Over time" not in read(render_html(make_summary(timeline=points))).headings


def test_a_long_run_says_what_its_points_stand_for(make_summary):
    point = make_summary().timeline[0]
    points = [point.model_copy(update={"elapsed_secs": second + 1.0}) for second in range(9000)]
    page = render_html(make_summary(timeline=points))
    assert "the lowest and the highest second of 6 seconds" in page


def test_lost_samples_of_outputs_are_told(make_summary):
    outputs = [OutputSummary(name="influxdb", taken=3, written=1, lost=2, problem="the disk is full")]
    texts = read(render_html(make_summary(outputs=outputs))).texts
    assert {"Outputs", "influxdb", "the disk is full"} <= set(texts)
