"""A plan in plain words. Pure."""

from collections.abc import Iterator
from typing import Final

from loadr_cli.charts import BLOCKS, chart
from loadr_config.durations import format_duration
from loadr_config.models import DataSource, Output, PluginOutput, Scenario, TestPlan
from loadr_config.outlook import MANY, Count, Outlook, PlanOutlook, plan_outlook
from loadr_report.text import aligned

_HEAD: Final = ("scenario", "executor", "from", "until", "VUs", "iterations", "requests")


def explained(plan: TestPlan, bars: str = BLOCKS) -> str:
    """Say what will run: a table, each scenario in words with its schedule, and what else belongs to it."""
    return "\n".join(_lines(plan, plan_outlook(plan), bars))


def _lines(plan: TestPlan, whole: PlanOutlook, bars: str) -> Iterator[str]:
    yield plan.name or "a plan without a name"
    if plan.description:
        yield from (f"  {line}" for line in plan.description.strip().splitlines())
    yield ""
    yield from aligned([_HEAD, *_rows(plan, whole)])
    axis = _axis(whole)
    for name, scenario in plan.scenarios.items():
        yield ""
        yield f"{name}:"
        yield from (f"  {line}" for line in _scenario_lines(scenario, whole.scenarios[name], axis, bars))
    yield ""
    yield _lasting(whole)
    if plan.setup or plan.teardown:
        yield "the setup runs before it, the teardown after it: their time comes on top"
    for title, entries in (
        ("data", [_source(name, source) for name, source in plan.data.items()]),
        ("outputs", [_output(output) for output in plan.outputs]),
        ("thresholds", [f"{threshold.selector_text}: {threshold.source}" for threshold in plan.thresholds]),
    ):
        yield ""
        yield f"{title}:" if entries else f"{title}: none"
        yield from (f"  {entry}" for entry in entries)


def _rows(plan: TestPlan, whole: PlanOutlook) -> Iterator[tuple[str, ...]]:
    for name, scenario in plan.scenarios.items():
        future = whole.scenarios[name]
        end = None if future.duration is None else future.start + future.duration
        yield (
            name,
            scenario.executor,
            format_duration(future.start),
            "stopped" if end is None else format_duration(end),
            _vus(future.max_vus),
            _count(future.iterations, about=future.is_random),
            _count(future.all_requests, about=future.is_random),
        )
    if len(whole.scenarios) > 1:
        until = "stopped" if whole.duration is None else format_duration(whole.duration)
        about = any(future.is_random for future in whole.scenarios.values())
        counts = (_count(whole.iterations, about=about), _count(whole.requests, about=about))
        yield ("together", "", "0s", until, _vus(whole.max_vus), *counts)


def _scenario_lines(scenario: Scenario, future: Outlook, axis: float, bars: str) -> Iterator[str]:
    after = f", starting after {format_duration(future.start)}" if future.start else ""
    yield future.words + after
    if future.ramp.duration:
        drawn = chart(future.ramp, start=future.start, until=axis, bars=bars)
        yield f"0s |{drawn}| {format_duration(axis)}, the highest is {_rounded(future.ramp.peak)} {future.unit}"
    yield f"each iteration sends {_requests(future.requests)}"
    if future.pause:
        yield f"and waits at least {_seconds(future.pause)}"
    if scenario.pacing is not None:
        yield f"pacing: {scenario.pacing.iterations_per_second:g} iterations start per second"
    if scenario.throttle is not None:
        yield f"throttle: at most {scenario.throttle.requests_per_second:g} requests per second"
    if scenario.exec is not None:
        yield f"the script's function {scenario.exec} runs in each iteration"


def _lasting(whole: PlanOutlook) -> str:
    if whole.duration is None or whole.longest is None:
        return "the run lasts until it is stopped"
    return (
        f"iterations start for at most {_seconds(whole.duration)}, "
        f"and the last one ends after {_seconds(whole.longest)} at the latest"
    )


def _axis(whole: PlanOutlook) -> float:
    """The right end of all charts: the same for all, so that what runs at once stands above each other."""
    return max(future.start + future.ramp.duration for future in whole.scenarios.values())


def _count(count: Count, *, about: bool = False) -> str:
    if count.most is None:
        return "until the time is over" if not count.least else f"at least {_number(count.least)}"
    if not count.is_exact:
        bounds = f"at most {_number(count.most)}"
        return bounds if not count.least else f"{_number(count.least)} to {_number(count.most)}"
    return f"about {_number(count.most)}" if about and count.most else _number(count.most)


def _requests(count: Count) -> str:
    if count.most is None:
        return f"at least {_plural(count.least)}" if count.least else "as many requests as its steps decide"
    if count.is_exact:
        return _plural(count.most) if count.most else "no request"
    return f"{_number(count.least)} to {_plural(count.most)}"


def _plural(count: int) -> str:
    return f"{_number(count)} request{'' if count == 1 else 's'}"


def _number(count: int) -> str:
    return f"{count:,}" if count < MANY else "countless"


def _rounded(value: float) -> str:
    return f"{value:,.6g}" if value < MANY else "countless"


def _vus(count: int | None) -> str:
    return "as needed" if count is None else _number(count)


def _seconds(seconds: float) -> str:
    return format_duration(round(seconds, 3))


def _source(name: str, source: DataSource) -> str:
    place = "in the plan" if source.type == "inline" else source.path
    return f"{name}: {source.type}, {place}, {source.pick}, {source.mode}, at its end {source.on_eof}"


def _output(output: Output) -> str:
    return f"plugin {output.name}" if isinstance(output, PluginOutput) else output.type
