"""The report in a real browser."""

import re

import pytest
from hdrh.histogram import HdrHistogram

from loadr_config.metrics import MetricKind
from loadr_config.summary import (
    Aggregate,
    CheckSummary,
    FailureCount,
    Failures,
    Health,
    HeatColumn,
    HeatMap,
    MetricSummary,
    ObservationSummary,
    ObservedSeries,
    ScenarioSummary,
    ThresholdSummary,
)

pytestmark = pytest.mark.system

CHARTS = ("throughput", "latency", "heat", "users", "errors", "curves")
ATTACK = "</script><img src=x onerror=alert(1)><script>alert(2)</script>\"'><svg onload=alert(3)>"


def encoded(values):
    histogram = HdrHistogram(1, 3_600_000_000, 3)
    for value in values:
        histogram.record_value(value)
    return histogram.encode().decode()


def trend(metric, scale, tags=None):
    values = [scale * (1 + (place * 37) % 100) for place in range(400)]
    agg = Aggregate(
        avg=scale / 20,
        min=scale / 1000,
        med=scale / 20,
        max=scale / 10,
        p95=scale / 11,
        p99=scale / 10,
        count=400,
    )
    return MetricSummary(
        metric=metric, kind=MetricKind.TREND, time=True, tags=tags or {}, agg=agg, histogram=encoded(values)
    )


def counter(name, total):
    return MetricSummary(
        metric="http_reqs",
        kind=MetricKind.COUNTER,
        tags={"name": name},
        agg=Aggregate(sum=total, per_second=total / 30),
    )


@pytest.fixture
def full(make_summary):
    """A summary with all that can be drawn."""

    def make(first="GET /", second="POST /orders", **changes):
        metrics = [
            *make_summary().metrics[:9],
            counter(first, 900),
            counter(second, 11_000),
            counter("GET /third", 100),
            trend("http_req_duration", 1000),
            trend("http_req_corrected_duration", 3000),
            trend("http_req_duration", 500, {"name": first}),
            trend("http_req_duration", 9000, {"name": second}),
        ]
        columns = [
            HeatColumn(elapsed_secs=second + 1.0, first=second % 3, counts=[5, 40, 7]) for second in range(30)
        ]
        points = [
            point.model_copy(update={"corrected_p99": 30.0 + point.elapsed_secs})
            for point in make_summary().timeline
        ]
        heat = HeatMap(from_ms=1.0, upto_ms=[1.25, 1.5, 1.75, 2.0, 2.5], columns=columns)
        return make_summary(
            **(
                {"metrics": metrics, "heat_map": heat, "timeline": points, "plan": "name: quickstart\n"}
                | changes
            )
        )

    return make


def test_it_opens_without_a_word_and_without_a_request(open_report, full):
    report = open_report(full())
    assert report.requested == [report.url]
    assert report.said == []
    assert report.page.title() == "quickstart: failed"


def test_every_chart_is_drawn(open_report, full):
    report = open_report(full())
    assert {chart: report.drawn(chart) > 1000 for chart in CHARTS} == dict.fromkeys(CHARTS, True)


def test_a_report_without_data_opens_as_well(open_report, make_summary):
    report = open_report(make_summary(metrics=[], timeline=[], checks=[], thresholds=[]))
    assert report.said == []
    assert report.page.locator("canvas").count() == 0


def test_a_heading_sorts_its_column_back_and_forth(open_report, full):
    report = open_report(full())
    table = report.page.get_by_role("region", name="Requests", exact=True)
    heading = table.get_by_role("columnheader", name="Count")
    heading.get_by_role("button").click()
    assert report.column("Requests", 2) == ["11,000", "900", "100"]
    assert heading.get_attribute("aria-sort") == "descending"
    heading.get_by_role("button").press("Enter")
    assert report.column("Requests", 2) == ["100", "900", "11,000"]
    table.get_by_role("columnheader", name="p95").get_by_role("button").click()
    assert report.column("Requests", 1) == ["POST /orders", "GET /", "GET /third"], "what has none is last"
    assert heading.get_attribute("aria-sort") is None
    table.get_by_role("columnheader", name="Request").get_by_role("button").click()
    assert report.column("Requests", 1) == ["GET /", "GET /third", "POST /orders"]


def background(report):
    return report.page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")


@pytest.mark.parametrize(("scheme", "other"), [("light", "Dark"), ("dark", "Light")])
def test_it_follows_the_system_and_a_button_changes_that(scheme, other, open_report, full):
    report = open_report(full(), color_scheme=scheme)
    before, line = background(report), report.colours("users")
    channels = [int(channel) for channel in re.findall(r"\d+", before)]
    assert (max(channels) < 64) == (scheme == "dark")
    report.page.get_by_role("button", name=f"Show in {other.lower()} colours").click()
    assert background(report) != before
    assert report.colours("users") != line, "charts change with the page"


@pytest.mark.parametrize("width", [320, 390, 768])
def test_a_phone_scrolls_down_only(width, open_report, full):
    summary = full(first="GET /a/very/long/name/without/any/space/" * 3, name="x" * 200)
    report = open_report(summary, viewport={"width": width, "height": 800}, device_scale_factor=2)
    assert report.page.evaluate("document.documentElement.scrollWidth") == width
    assert all(report.drawn(chart) > 1000 for chart in CHARTS)


def test_charts_follow_the_window(open_report, full):
    report = open_report(full(), viewport={"width": 1200, "height": 800})
    canvas = report.page.locator("[data-chart=throughput] canvas")
    before = canvas.bounding_box()["width"]
    report.page.set_viewport_size({"width": 600, "height": 800})
    report.page.locator("[data-chart=throughput] .plot").hover()
    assert canvas.bounding_box()["width"] != before
    assert report.page.evaluate("document.documentElement.scrollWidth") == 600


def test_paper_is_white_whole_and_says_everything(open_report, full, tmp_path):
    report = open_report(full(), color_scheme="dark")
    dark = report.colours("users")
    plan = report.page.get_by_text("name: quickstart")
    report.page.emulate_media(media="print")
    plan.wait_for(state="visible")
    assert background(report) == "rgb(255, 255, 255)"
    assert report.page.locator("nav").is_hidden()
    assert report.colours("users") != dark
    report.page.emulate_media(media="screen")
    plan.wait_for(state="hidden")
    assert report.colours("users") == dark
    paper = report.page.pdf(path=str(tmp_path / "report.pdf"), format="A4", print_background=True)
    assert paper.startswith(b"%PDF")
    assert report.said == []


def test_the_pointer_reads_values_in_all_charts_over_time(open_report, full):
    report = open_report(full())
    legend = report.page.locator("[data-chart=users] .legend")
    assert legend.inner_text().split() == ["VUs", "peak", "50"]
    report.page.locator("[data-chart=throughput] .plot").hover()
    assert re.fullmatch(r"VUs\s*\d+", legend.inner_text())


def drag(report, chart, start, end):
    """Drag over a part of a plot, from one share of its width to another."""
    plot = report.page.locator(f"[data-chart={chart}] .u-over")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    y = box["y"] + box["height"] / 2
    report.page.mouse.move(box["x"] + box["width"] * start, y)
    report.page.mouse.down()
    report.page.mouse.move(box["x"] + box["width"] * end, y, steps=4)
    report.page.mouse.up()


def picture(report, chart):
    return report.page.locator(f"[data-chart={chart}] canvas").evaluate("canvas => canvas.toDataURL()")


def test_dragging_zooms_all_charts_over_time_and_two_clicks_undo_it(open_report, full):
    report = open_report(full())
    charts = ("throughput", "heat", "errors")
    whole = [picture(report, chart) for chart in charts]
    curves = picture(report, "curves")
    drag(report, "latency", 0.2, 0.6)
    zoomed = [picture(report, chart) for chart in charts]
    assert all(before != after for before, after in zip(whole, zoomed, strict=True))
    assert picture(report, "curves") == curves, "it is over percentiles, not over time"
    report.page.locator("[data-chart=latency] .u-over").dblclick()
    assert [picture(report, chart) for chart in charts] == whole


def test_observed_metrics_share_the_cursor(open_report, full):
    observed = ObservationSummary(
        metric="target_cpu",
        name=ATTACK,
        query="q",
        unit="ratio",
        elapsed_secs=[0.0, 10.0, 20.0],
        series=[
            ObservedSeries(labels={"instance": "db-1"}, values=[0.1, 0.9, None]),
            ObservedSeries(labels={"instance": ATTACK}, values=[0.2, 0.3, 0.4]),
        ],
    )
    report = open_report(full(observations=[observed]))
    assert report.drawn("observed-0") > 1000
    legend = report.page.locator("[data-chart=observed-0] .legend")
    assert legend.inner_text().split()[:3] == ["db-1", "peak", "90%"]
    report.page.locator("[data-chart=throughput] .plot").hover()
    assert "peak" not in legend.inner_text()
    assert (report.said, report.dialogs) == ([], [])


def test_a_cell_of_the_heat_map_tells_what_it_counts(open_report, full):
    report = open_report(full())
    report.page.locator("[data-chart=heat] .u-over").hover()
    caption = report.page.locator("[data-chart=heat] figcaption").inner_text()
    assert re.search(r"00:1\d to 00:1\d, [\d.]+ms to [\d.]+ms: \d+ of 52 requests", caption)


def test_a_chart_is_read_with_the_keyboard(open_report, full):
    report = open_report(full())
    plot = report.page.locator("[data-chart=users] .plot")
    status = report.page.locator("[data-chart=users]").get_by_role("status")
    plot.focus()
    for key, said in (("Home", "00:01: VUs 5"), ("ArrowRight", "00:02: VUs 8"), ("End", "00:30: VUs 50")):
        plot.press(key)
        assert status.inner_text() == said
    plot.press("Escape")
    assert status.inner_text() == ""


def test_everything_to_be_used_is_reached_by_tab(open_report, full):
    report = open_report(full())
    reached = set()
    for _ in range(80):
        report.page.keyboard.press("Tab")
        reached.add(
            report.page.evaluate(
                "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim()"
            )
        )
    assert {"Show in dark colours", "Over time", "Logarithmic scale", "Count", "Requests"} <= reached
    assert {"The plan as it was run, without secrets", "A request to compare with"} <= reached
    assert any(label.startswith("Throughput over 00:30") for label in reached)


def test_lines_are_hidden_scaled_and_compared(open_report, full):
    report = open_report(full())
    latency = report.page.locator("[data-chart=latency]")
    whole = report.drawn("latency")
    latency.get_by_role("button", name=re.compile("^p50")).click()
    assert report.drawn("latency") < whole
    even = report.colours("curves")
    report.page.get_by_label("A request to compare with").select_option("POST /orders")
    assert report.colours("curves") != even, "another line is drawn"
    latency.get_by_role("button", name="Logarithmic scale").click()
    assert report.drawn("latency") > 1000
    assert report.said == []


def test_without_scripts_verdict_and_tables_are_read(open_report, full):
    report = open_report(full(), java_script_enabled=False)
    text = report.page.locator("body").inner_text()
    for part in ("Failed", "Suspect", "p(95)=3.456ms", "11,000", "Charts need JavaScript", "p99.9"):
        assert part in text
    assert report.page.get_by_role("button").count() == 0, "nothing that would not work is offered"


def test_hostile_names_are_letters(open_report, full):
    summary = full(
        first=ATTACK,
        name=ATTACK,
        plan=ATTACK,
        notes=[ATTACK],
        checks=[CheckSummary(name=ATTACK, passes=1, fails=1, group=ATTACK)],
        thresholds=[ThresholdSummary(metric=ATTACK, expression=ATTACK, observed=1, passed=False)],
        failures=Failures(transport=[FailureCount(cause=ATTACK, count=1, name=ATTACK)]),
        scenarios=[ScenarioSummary(name=ATTACK, executor=ATTACK, iterations=1)],
        health=Health(verdict="suspect", reasons=[ATTACK]),
    )
    report = open_report(summary)
    report.page.get_by_label("A request to compare with").select_option(ATTACK)
    report.page.locator("[data-chart=curves] .plot").hover()
    assert report.page.locator("img").count() == 0
    assert report.page.locator("script").count() == 3
    assert (report.dialogs, report.said, report.requested) == ([], [], [report.url])
    assert report.page.locator("h1").inner_text() == ATTACK


def test_the_policy_holds_even_where_escaping_would_not(open_report, full):
    report = open_report(full())
    report.page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<img src=http://127.0.0.1:1/x onerror=alert(1)>');"
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'alert(2)'}))"
    )
    report.page.locator("h1").click()
    assert report.dialogs == []
    assert len(report.said) >= 2
    assert all("Content Security Policy" in words for words in report.said)
