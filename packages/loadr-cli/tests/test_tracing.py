"""Events as lines."""

import io

import pytest

from loadr_cli.consoles import SteadyConsole
from loadr_cli.trace_printing import ExchangePrinter
from loadr_cli.tracing import trace_lines
from loadr_core.tracing import (
    Answered,
    Exchanged,
    Judged,
    PartBegan,
    PartEnded,
    ReadableExchange,
    StepBegan,
    StepEnded,
    VariablesChanged,
)

OUTER = "scenarios.a.flow[0]"
INNER = "scenarios.a.flow[0].group.steps[1]"
EXCHANGE = ReadableExchange("http://h/", "GET / HTTP/1.1\nHost: h", "a\nb", "HTTP/1.1 200 OK", "", 0.1, None)
FAILED = ReadableExchange("http://h/", "GET / HTTP/1.1", "", "", "", 0.1, "timeout: too long")

LINES = {
    "a scenario": (PartBegan("a", is_scenario=True), ["", "scenario a"]),
    "setup": (PartBegan("setup", is_scenario=False), ["", "setup"]),
    "the end": (PartEnded("a", 0.25, None), ["✓ a came to its end in 250ms"]),
    "an early end": (PartEnded("a", 0.25, "why"), ["✗ a ended early, after 250ms: why"]),
    "a step": (StepBegan(OUTER, "group", "g"), [f"  group g  {OUTER}"]),
    "a step without a name": (StepBegan(INNER, "js", ""), [f"    js  {INNER}"]),
    "an ended step": (StepEnded(OUTER, "group", 0.5, None), []),
    "a wait": (StepEnded(OUTER, "think_time", 0.5, None), ["    waited 500ms"]),
    "a step that ends more": (StepEnded(INNER, "js", 0.5, "why"), ["      ✗ js ends here: why"]),
    "an exchange": (
        Exchanged(OUTER, EXCHANGE),
        [
            "    > http://h/",
            "    > GET / HTTP/1.1",
            "    > Host: h",
            "    >",
            "    > a",
            "    > b",
            "    < HTTP/1.1 200 OK",
        ],
    ),
    "a failed exchange": (
        Exchanged(OUTER, FAILED),
        ["    > http://h/", "    > GET / HTTP/1.1", "    < timeout: too long"],
    ),
    "an answer": (
        Answered(OUTER, "n", 200, "HTTP/1.1", 0.001, 500, None),
        ["    ✓ status 200 HTTP/1.1 in 1ms, 500 B of body"],
    ),
    "a wrong answer": (
        Answered(OUTER, "n", 503, "HTTP/1.1", 0.001, 0, "not expected"),
        ["    ✗ status 503 HTTP/1.1 in 1ms, 0 B of body: not expected"],
    ),
    "no answer": (Answered(OUTER, "n", 0, "", 0.001, 0, "timeout"), ["    ✗ timeout"]),
    "a value": (Judged(OUTER, "extract", "id", passed=True, detail="7"), ["    ✓ extract id = 7"]),
    "no value": (
        Judged(OUTER, "extract", "id", passed=False, detail="nothing"),
        ["    ✗ extract id: nothing"],
    ),
    "a check": (
        Judged(OUTER, "check", "status is 200", passed=True, detail=""),
        ["    ✓ check status is 200"],
    ),
    "variables": (
        VariablesChanged(OUTER, (("a", "1"), ("b", None))),
        ["    variable a = 1", "    variable b is gone"],
    ),
    "a terminal's commands": (
        Judged(OUTER, "check", "\x1b[2J", passed=True, detail=""),
        ["    ✓ check \\x1b[2J"],
    ),
}


@pytest.mark.parametrize(("event", "lines"), LINES.values(), ids=LINES)
def test_lines(event, lines):
    assert ["".join(text for text, _ in line) for line in trace_lines(event)] == lines


def console(encoding="utf-8"):
    out = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    made = SteadyConsole(highlight=False)
    made.file = out
    return made, out


def test_so_many_exchanges_are_printed_and_the_end_is_told():
    made, out = console()
    printer = ExchangePrinter(made, 2)
    for _ in range(4):
        printer(EXCHANGE)
    out.seek(0)
    text = out.read()
    assert text.count("> GET / HTTP/1.1") == 2
    assert text.count("these were the first 2 exchanges") == 1
    assert repr(printer) == "<ExchangePrinter: 2 of 2>"


def test_what_a_console_cannot_show_is_written_as_an_escape():
    made, out = console("ascii")
    exchange = ReadableExchange("http://h/…", "GET / HTTP/1.1", "né", "", "", 0.1, None)
    ExchangePrinter(made, 9)(exchange)
    out.seek(0)
    assert out.read().splitlines()[0] == "> http://h/..."
