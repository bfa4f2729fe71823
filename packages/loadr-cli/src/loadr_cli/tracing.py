"""A trace and exchanges as lines of text, for `run --once` and `run --http-debug`. Pure.

A line is a list of pieces; a sign says what its colour says.
"""

from collections.abc import Iterator
from typing import Final

from loadr_core.tracing.events import (
    Answered,
    Exchanged,
    Judged,
    PartBegan,
    PartEnded,
    StepBegan,
    StepEnded,
    TraceEvent,
    VariablesChanged,
)
from loadr_core.tracing.wire import ReadableExchange
from loadr_report.console.styles import BAD, GOOD, QUIET, VALUE
from loadr_report.quantities import data, duration
from loadr_report.text import visible

Line = list[tuple[str, str]]
"""Texts and their rich styles."""

_STEP: Final = "  "
_MS: Final = 1000.0
_WAITS: Final = ("think_time", "rendezvous")


def trace_lines(event: TraceEvent) -> Iterator[Line]:
    """An event as lines; some have nothing to say."""
    match event:
        case PartBegan():
            what = "scenario " if event.is_scenario else ""
            yield []
            yield [(f"{what}{visible(event.part)}", "bold")]
        case PartEnded():
            yield _part_ended(event)
        case StepBegan():
            label = f" {visible(event.label)}" if event.label else ""
            yield [(_indent(event.place), ""), (event.kind, "bold"), (label, ""), (f"  {event.place}", QUIET)]
        case StepEnded():
            yield from _step_ended(event)
        case Exchanged():
            yield from exchange_lines(event.exchange, _inner(event.place))
        case Answered():
            yield _answered(event)
        case Judged():
            yield _judged(event)
        case VariablesChanged():
            for name, value in event.changes:
                told = ("is gone", QUIET) if value is None else (f"= {visible(value)}", VALUE)
                yield [(_inner(event.place), ""), (f"variable {visible(name)} ", ""), told]


def _part_ended(event: PartEnded) -> Line:
    took = duration(event.seconds * _MS)
    if event.problem is None:
        return [("✓ ", GOOD), (f"{visible(event.part)} came to its end in {took}", "")]
    return [("✗ ", BAD), (f"{visible(event.part)} ended early, after {took}: {visible(event.problem)}", BAD)]


def _step_ended(event: StepEnded) -> Iterator[Line]:
    if event.problem is not None:
        yield [
            (_inner(event.place), ""),
            ("✗ ", BAD),
            (f"{event.kind} ends here: {visible(event.problem)}", BAD),
        ]
    elif event.kind in _WAITS:
        yield [(_inner(event.place), ""), (f"waited {duration(event.seconds * _MS)}", QUIET)]


def _answered(event: Answered) -> Line:
    where = (_inner(event.place), "")
    if event.status == 0 and event.problem is not None:
        return [where, ("✗ ", BAD), (visible(event.problem), BAD)]
    took = f" {event.proto} in {duration(event.seconds * _MS)}, {data(event.size)} of body"
    sign, style = ("✓ ", GOOD) if event.problem is None else ("✗ ", BAD)
    why = "" if event.problem is None else f": {visible(event.problem)}"
    return [where, (sign, style), (f"status {event.status}", style), (took, QUIET), (why, BAD)]


def _judged(event: Judged) -> Line:
    sign = ("✓ ", GOOD) if event.passed else ("✗ ", BAD)
    joined = " = " if event.kind == "extract" and event.passed else ": "
    told = f"{joined}{visible(event.detail)}" if event.detail else ""
    said = f"{event.kind} {visible(event.name)}"
    return [(_inner(event.place), ""), sign, (said, ""), (told, VALUE if event.passed else BAD)]


def exchange_lines(exchange: ReadableExchange, indent: str = "") -> Iterator[Line]:
    """An exchange: `>` before what went out, `<` before what came back."""
    yield [(indent, ""), ("> ", QUIET), (visible(exchange.url), VALUE)]
    for sign, head, body in (
        (">", exchange.request, exchange.request_body),
        ("<", exchange.response, exchange.response_body),
    ):
        for number, line in enumerate(head.splitlines()):
            yield [(indent, ""), (f"{sign} ", QUIET), (visible(line), "" if number == 0 else QUIET)]
        if body:
            yield [(indent, ""), (sign, QUIET)]
        for line in body.splitlines():
            yield [(indent, ""), (f"{sign} ", QUIET), (visible(line), "")]
    if exchange.error is not None:
        yield [(indent, ""), ("< ", QUIET), (visible(exchange.error), BAD)]


def _indent(place: str) -> str:
    """Deeper for each list of steps around it: `scenarios.a.flow[0].group.steps[1]` is two deep."""
    return _STEP * max(place.count("["), 1)


def _inner(place: str) -> str:
    return _indent(place) + _STEP
