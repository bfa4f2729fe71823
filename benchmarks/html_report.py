"""The HTML report of a run of 24 hours with 200 request names: time to make it, its size, time to open it."""

import argparse
import math
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from hdrh.histogram import HdrHistogram

from benchmarks.harness import clock, machine, report, tools
from benchmarks.harness.errors import BenchmarkError
from loadr_config.metrics import BUILT_IN_METRICS
from loadr_config.summary import (
    Aggregate,
    Exemplar,
    HeatColumn,
    HeatMap,
    MetricSummary,
    ScenarioSummary,
    Summary,
    TimelinePoint,
)
from loadr_report import render_html, write_summary

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HOURS = 24
NAMES = 200
RUNS = 5
QUICK_RUNS = 2
MOST_MEGABYTES = 20
MOST_SECONDS = 2.0
COLUMN_SECONDS = 256
CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
TRENDS = ("http_req_duration", "http_req_waiting", "http_req_blocked", "http_req_receiving")

# Milliseconds since the navigation began, once everything that was drawn has been shown.
SHOWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument("--hours", type=int, default=HOURS, help=f"length of the run, {HOURS} unless told")
    parser.add_argument("--names", type=int, default=NAMES, help=f"request names, {NAMES} unless told")
    parser.add_argument("--runs", type=int, help=f"times that it is opened, {RUNS} unless told")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_RUNS} times")
    parser.add_argument(
        "--gate",
        action="store_true",
        help=f"exit with 1 beyond {MOST_MEGABYTES} MB, or when it opens in more than {MOST_SECONDS:g} s",
    )


def run(arguments: argparse.Namespace) -> int:
    """Measure, print and save; the exit code."""
    runs = arguments.runs or (QUICK_RUNS if arguments.quick else RUNS)
    chromium = shutil.which("chromium")
    if chromium is None:
        raise BenchmarkError("chromium is missing: python scripts/install_system.py test")
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - of the test group, not of `bench`
    except ImportError:
        raise BenchmarkError("playwright is missing: python scripts/install.py test bench") from None
    summary = long_summary(arguments.hours, arguments.names)
    with tempfile.TemporaryDirectory() as folder:
        exported, compressed, page = (
            Path(folder) / name for name in ("summary.json", "summary.json.gz", "report.html")
        )
        write_summary(summary, exported)
        write_summary(summary, compressed)
        began = clock.now()
        page.write_text(render_html(summary), encoding="utf-8")
        rendered = clock.now() - began
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM))
            opened = [open_once(browser, page) for _ in range(runs)]
            version = browser.version
            browser.close()
        megabytes, plain, packed = (file.stat().st_size / 1e6 for file in (page, exported, compressed))
    described = machine.describe({"loadr": tools.distribution_version("loadr"), "chromium": version})
    rows = [
        ["size of the report, MB", f"{megabytes:.2f}", f"{MOST_MEGABYTES}"],
        [
            "time to open it, s",
            f"{median(opened):.2f} ({min(opened):.2f} to {max(opened):.2f})",
            f"{MOST_SECONDS:g}",
        ],
        ["time to make it, s", f"{rendered:.2f}", ""],
        ["size of the exported summary, MB", f"{plain:.1f}, as .gz {packed:.1f}", f"{MOST_MEGABYTES} as .gz"],
    ]
    print(report.markdown_table([f"{arguments.hours} h, {arguments.names} names", "measured", "limit"], rows))
    print(report.describe_machine(described))
    content = {
        "megabytes": megabytes,
        "summary_megabytes": [plain, packed],
        "opened_secs": opened,
        "rendered_secs": rendered,
    }
    print(f"saved to {report.save('html-report', described, content)}")
    holds = max(megabytes, packed) <= MOST_MEGABYTES and median(opened) <= MOST_SECONDS
    print(f"limits {'hold' if holds else 'EXCEEDED'}")
    return 1 if arguments.gate and not holds else 0


def open_once(browser: "Browser", page: Path) -> float:
    """Seconds from the start of the navigation until all charts were shown, in a browser without a cache.

    Raises:
        BenchmarkError: the page had something to say, or drew nothing.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    window = context.new_page()
    said: list[str] = []
    window.on("console", lambda message: said.append(message.text))
    window.on("pageerror", lambda error: said.append(str(error)))
    window.goto(page.resolve().as_uri())
    shown: float = window.evaluate(SHOWN)
    charts = window.locator("canvas").count()
    context.close()
    if said or charts != 6:
        raise BenchmarkError(f"the report drew {charts} of 6 charts and said {said[:3]}")
    return shown / 1000


def long_summary(hours: int, names: int) -> Summary:
    """A summary as such a run leaves it: waves over the day, noise, rare spikes."""
    dice = random.Random(7)  # noqa: S311 - the same data every time
    seconds = hours * 3600
    points = [timeline_point(second, dice) for second in range(seconds)]
    return Summary(
        name="a long day",
        run_id="20260101-000000-abcdef",
        seed=7,
        loadr_version="0",
        started_ms=1767225600000,
        ended_ms=1767225600000 + seconds * 1000,
        duration_secs=float(seconds),
        scenarios=[ScenarioSummary(name="day", executor="constant-vus", iterations=seconds)],
        metrics=list(metrics(names, seconds, dice)),
        checks=[],
        thresholds=[],
        thresholds_passed=True,
        exemplars=[exemplar(place % names, dice) for place in range(100)],
        timeline=points,
        heat_map=heat_map(seconds, dice),
    )


def timeline_point(second: int, dice: random.Random) -> TimelinePoint:
    """A second of the day."""
    wave = 1 + math.sin(second / 7000) / 2
    spike = 20.0 if dice.random() < 0.0005 else 1.0
    p50 = 8 * wave * dice.uniform(0.9, 1.1)
    figures = {
        "rps": 900 * wave * dice.uniform(0.95, 1.05) / spike,
        "iterations_ps": 300 * wave * dice.uniform(0.95, 1.05) / spike,
        "error_rate": dice.random() / 100 if spike > 1 else 0.0,
        "latency_avg": p50 * 1.3,
        "latency_p50": p50,
        "latency_p95": p50 * 3 * spike,
        "latency_p99": p50 * 6 * spike,
        "corrected_p99": p50 * 7 * spike,
    }
    short = {name: float(f"{value:.6g}") for name, value in figures.items()}  # as the engine has them
    return TimelinePoint.model_validate(
        {"elapsed_secs": second + 1.0, "active_vus": int(100 * wave), **short}
    )


def metrics(names: int, seconds: int, dice: random.Random) -> Iterator[MetricSummary]:
    """The metrics over all requests, and those of each name."""
    for place in range(-1, names):
        tags = {"name": f"GET /things/{place}/of/{place % 17}"} if place >= 0 else {}
        count = seconds * 900 // (names if tags else 1)
        for trend in TRENDS:
            yield metric(trend, tags, histogram=latencies(dice), **trend_figures(count, dice))
        yield metric("http_reqs", tags, sum=count, per_second=count / seconds)
        yield metric("http_req_failed", tags, rate=0.001, sum=count // 1000, count=count)
        if not tags:
            yield metric(
                "http_req_corrected_duration", tags, histogram=latencies(dice), **trend_figures(count, dice)
            )


def metric(name: str, tags: dict[str, str], histogram: str | None = None, **figures: float) -> MetricSummary:
    """A built-in metric."""
    known = BUILT_IN_METRICS[name]
    return MetricSummary(
        metric=name,
        kind=known.kind,
        time=known.time,
        tags=tags,
        agg=Aggregate.model_validate(figures),
        histogram=histogram,
    )


def trend_figures(count: int, dice: random.Random) -> dict[str, float]:
    """What is kept of a trend."""
    med = dice.uniform(2, 60)
    factors = {"min": 0.2, "med": 1, "avg": 1.4, "p90": 2.2, "p95": 3, "p99": 6, "p999": 11, "max": 30}
    return {name: med * factor for name, factor in factors.items()} | {"count": count, "sum": med * count}


def latencies(dice: random.Random) -> str:
    """An encoded histogram with some thousand different values, as a day fills it."""
    histogram: Any = HdrHistogram(1, 3_600_000_000, 3)
    center = dice.uniform(8, 11)
    for _ in range(3000):
        histogram.record_value(max(int(dice.lognormvariate(center, 0.7)), 1), int(dice.expovariate(1e-4)) + 1)
    encoded: bytes = histogram.encode()
    return encoded.decode("ascii")


def heat_map(seconds: int, dice: random.Random) -> HeatMap:
    """A heat map with the columns that the engine keeps of a day."""
    columns = [
        HeatColumn(
            elapsed_secs=float(min(end, seconds)),
            first=dice.randrange(3),
            counts=[
                int(90_000 * math.exp(-(((band - 15) / 6) ** 2))) + dice.randrange(50) for band in range(36)
            ],
        )
        for end in range(COLUMN_SECONDS, seconds + COLUMN_SECONDS, COLUMN_SECONDS)
    ]
    return HeatMap(from_ms=0.5, upto_ms=[0.5 * 2 ** ((band + 1) / 4) for band in range(40)], columns=columns)


def exemplar(name: int, dice: random.Random) -> Exemplar:
    """A slow request."""
    duration = dice.uniform(100, 3000)
    return Exemplar(
        name=f"GET /things/{name}/of/{name % 17}",
        duration=duration,
        at_ms=1767225600000,
        elapsed_secs=dice.uniform(0, 86400),
        phases={"blocked": 1.0, "waiting": duration - 2, "receiving": 2.0},
        tags={"status": "200"},
        vu=1,
        iteration=1,
        worker=1,
    )
