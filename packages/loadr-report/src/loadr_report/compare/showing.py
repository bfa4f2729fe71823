"""A comparison as text and as data. Pure."""

from collections.abc import Iterator
from typing import Any, Final

from loadr_report.compare.change import Outcome
from loadr_report.compare.comparison import Comparison, Row
from loadr_report.compare.measures import Scale
from loadr_report.markdown import code, escaped, table
from loadr_report.quantities import duration, per_second, percentage, plural
from loadr_report.readings import ABSENT
from loadr_report.text import aligned, visible

COLUMNS: Final = ("figure", "base", "new", "change", "interval", "verdict")
"""The headings of the cells of a row."""

_NUMBERS: Final = range(1, len(COLUMNS) - 1)
_MARKS: Final = {Outcome.WORSE: "❌", Outcome.BETTER: "✅", Outcome.SAME: "✅", Outcome.INCONCLUSIVE: "❔"}
_SCHEMA: Final = 1


def cells(row: Row) -> tuple[str, ...]:
    """A row for people, a cell for each of `COLUMNS`; the figure's name as it is."""
    interval = ABSENT
    if row.low is not None and row.high is not None:
        interval = f"{_change(row, row.low)} to {_change(row, row.high)}"
    return (
        row.measure.text,
        _value(row, row.base),
        _value(row, row.new),
        _change(row, row.change),
        interval,
        row.outcome.value + (f" ({row.reason})" if row.reason else ""),
    )


def basis(comparison: Comparison) -> str:
    """What stands behind the verdict, in a sentence."""
    return (
        f"{comparison.confidence * 100:g} % confidence over {plural(len(comparison.rows), 'figure')} together, "
        f"changes below {comparison.floor * 100:g} % count as none"
    )


def comparison_text(comparison: Comparison) -> str:
    """The comparison for a terminal."""
    return "\n".join(_text_lines(comparison)) + "\n"


def _text_lines(comparison: Comparison) -> Iterator[str]:
    yield f"base  {', '.join(visible(label) for label in comparison.base)}"
    yield f"new   {', '.join(visible(label) for label in comparison.new)}"
    yield ""
    rows = [COLUMNS, *(tuple(visible(cell) for cell in cells(row)) for row in comparison.rows)]
    yield from aligned(rows, right=_NUMBERS)
    yield ""
    for warning in comparison.warnings:
        yield f"warning: {visible(warning)}"
    yield f"{comparison.outcome.value}: {basis(comparison)}"


def comparison_markdown(comparison: Comparison) -> str:
    """The comparison for a pull request."""
    lines = [
        f"## {_MARKS[comparison.outcome]} {comparison.outcome.value}",
        "",
        f"New {_labels(comparison.new)} against base {_labels(comparison.base)}.",
        "",
        *(f"> ⚠️ {escaped(warning)}" for warning in comparison.warnings),
        *([""] if comparison.warnings else []),
        *table(COLUMNS, [_markdown_row(row) for row in comparison.rows], right=_NUMBERS),
        "",
        f"<sub>{escaped(basis(comparison))}</sub>",
    ]
    return "\n".join(lines) + "\n"


def _markdown_row(row: Row) -> tuple[str, ...]:
    figure, *numbers, verdict = cells(row)
    return code(figure), *map(escaped, numbers), f"{_MARKS[row.outcome]} {escaped(verdict)}"


def _labels(labels: tuple[str, ...]) -> str:
    return ", ".join(code(label) for label in labels)


def comparison_document(comparison: Comparison) -> dict[str, Any]:
    """The comparison as plain data for JSON: times in ms, changes as shares."""
    return {
        "schema": _SCHEMA,
        "base": list(comparison.base),
        "new": list(comparison.new),
        "verdict": comparison.outcome.value,
        "confidence": comparison.confidence,
        "floor": comparison.floor,
        "warnings": list(comparison.warnings),
        "figures": [
            {
                "metric": row.measure.metric,
                "name": row.measure.name,
                "figure": row.measure.figure,
                "more_is_better": row.measure.more_is_better,
                "base": row.base,
                "new": row.new,
                "change": row.change,
                "change_is": row.measure.scale.value,
                "low": row.low,
                "high": row.high,
                "verdict": row.outcome.value,
                "reason": row.reason,
            }
            for row in comparison.rows
        ],
    }


def _value(row: Row, value: float) -> str:
    if row.measure.percent is not None:
        return duration(value)
    return percentage(value) if row.measure.scale is Scale.ABSOLUTE else per_second(value)


def _change(row: Row, value: float) -> str:
    if row.measure.scale is Scale.ABSOLUTE:
        return f"{value * 100:+.2f} pp"
    return f"{value * 100:+.1f}%" if abs(value) < 100.0 else f"{value + 1:.3g} times"
