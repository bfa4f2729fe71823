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
    ScenarioSummary,
    ThresholdSummary,
    WorkerSummary,
)
from loadr_report import render_html

VOID = {"meta", "path"}
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
        if self.open and self.open[-1] != "style":
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
    assert text[:4] == ["quickstart: failed", "quickstart", "✗ Failed", "1 of 4 thresholds failed"]
    assert reader.headings == [
        "Thresholds",
        "Checks",
        "Failures",
        "Timeline",
        "Requests",
        "Metrics",
        "Scenarios",
        "Generator",
        "Notes",
    ]


def test_the_report_refers_to_nothing_outside(make_summary):
    document = render_html(make_summary())
    reader = read(document)
    assert {name for name, _ in reader.attributes} & REFERENCES == set()
    assert {"link", "script", "img", "iframe", "base", "object"} & set(reader.tags) == set()
    assert re.findall(r"url\(|@import|https?:", document) == []
    assert (
        "content",
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'",
    ) in reader.attributes


def test_light_and_dark_and_paper_are_told_apart(make_summary):
    document = render_html(make_summary())
    for query in ("prefers-color-scheme: dark", "max-width: 40rem", "@media print"):
        assert query in document


def test_every_part_that_a_summary_has_is_told(make_summary):
    text = " ".join(read(render_html(make_summary())).texts)
    for part in (
        "p(95)=3.456ms",
        "no samples",
        "buy / order is confirmed",
        "88.00%",
        "503",
        "POST /orders",
        "http_req_waiting",
        "{name: POST /orders}",
        "basket_items",
        "constant-vus, 50 VUs for 30s",
        "suspect",
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
    )
    document = render_html(summary)
    plain = render_html(make_summary())
    reader = read(document)
    assert {"b", "script"} & set(reader.tags) == set()
    assert set(reader.tags) <= set(read(plain).tags)
    assert document.replace("\n", "").isprintable()
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
        duration_secs=0.0,
        started_ms=10**18,
        ended_ms=-(10**18),
    )
    reader = read(render_html(summary))
    assert reader.headings == ["Generator"]
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
