"""A plan in plain words. Pure."""

from collections.abc import Iterator
from typing import Final

from loadr_config.durations import format_duration
from loadr_config.models import TestPlan
from loadr_config.outlook import Outlook, outlook
from loadr_config.ramps import Ramp

_BARS: Final = " ▁▂▃▄▅▆▇█"
_CHART_WIDTH: Final = 40


def explained(plan: TestPlan) -> str:
    """What will run, a line a fact."""
    return "\n".join(_lines(plan))


def _lines(plan: TestPlan) -> Iterator[str]:
    futures = {name: outlook(scenario) for name, scenario in plan.scenarios.items()}
    yield plan.name or "a plan without a name"
    if plan.description:
        yield f"  {plan.description}"
    for name, scenario in plan.scenarios.items():
        yield ""
        yield f"scenario {name} ({scenario.executor})"
        yield from (f"  {line}" for line in _scenario_lines(futures[name]))
    yield ""
    yield from _whole(list(futures.values()))
    for title, names in (
        ("data", [f"{name} ({source.type}, {source.mode})" for name, source in plan.data.items()]),
        ("outputs", [output.type for output in plan.outputs]),
        ("thresholds", [f"{threshold.selector_text}: {threshold.source}" for threshold in plan.thresholds]),
    ):
        yield f"{title}: {'; '.join(names) or 'none'}"


def _scenario_lines(future: Outlook) -> Iterator[str]:
    starting = f", starting after {format_duration(future.start)}" if future.start else ""
    yield future.words + starting
    if future.ramp.duration:
        yield f"{chart(future.ramp)}  at most {future.ramp.peak:g} {future.unit}"
    yield f"iterations: {_amount(future.iterations, 'as many as the target allows')}"
    if future.requests is None:
        yield "requests: the flow decides at run time"
    elif future.iterations is None:
        yield f"requests: {future.requests:,} in each iteration"
    else:
        yield f"requests: {future.requests:,} in each iteration, {future.requests * future.iterations:,} in all"
    yield f"VUs: {_amount(future.max_vus, 'the pool sizes itself')}"


def _whole(futures: list[Outlook]) -> Iterator[str]:
    ends = [None if future.duration is None else future.start + future.duration for future in futures]
    if any(end is None for end in ends):
        yield "the run lasts until it is stopped"
    else:
        latest = max(end for end in ends if end is not None)
        graces = [end + future.grace for end, future in zip(ends, futures, strict=True) if end is not None]
        yield f"the run starts iterations for at most {format_duration(latest)}, and ends after {format_duration(max(graces))} at the latest"
    if all(future.max_vus is not None for future in futures):
        yield f"at most {sum(future.max_vus or 0 for future in futures):,} VUs at once"


def _amount(count: int | None, otherwise: str) -> str:
    return otherwise if count is None else f"at most {count:,}"


def chart(ramp: Ramp, width: int = _CHART_WIDTH) -> str:
    """A ramp as a row of bars, each the value in the middle of its part of the time."""
    peak = ramp.peak
    if not peak:
        return _BARS[0] * width
    values = (ramp.value(ramp.duration * (place + 0.5) / width) for place in range(width))
    return "".join(_BARS[min(round(value / peak * (len(_BARS) - 1)), len(_BARS) - 1)] for value in values)
