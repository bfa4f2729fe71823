"""A distribution as horizontal bars."""

from typing import Final

from loadr_config.summary import MetricSummary
from loadr_report.console._sheet import Piece
from loadr_report.console.styles import GOOD, QUIET
from loadr_report.distribution import Distribution
from loadr_report.quantities import compact, duration, percentage

_MOST_BARS: Final = 12
_WIDEST_BAR: Final = 40
_NARROWEST_BAR: Final = 8
_COUNT_WIDTH: Final = 7
_SHARE_WIDTH: Final = 9


def bar_lines(metric: MetricSummary, width: int) -> list[tuple[Piece, ...]]:
    """A line for each bar of a trend's histogram: bound, bar, count, share.

    Args:
        metric: the trend; nothing comes out where it has no histogram.
        width: the columns that there are.
    """
    distribution = Distribution.of(metric)
    if distribution is None or not distribution.total:
        return []
    bars = distribution.bars(_MOST_BARS)
    labels = [duration(bar.upto) for bar in bars]
    label_width = max(map(len, labels))
    room = width - label_width - _COUNT_WIDTH - _SHARE_WIDTH - len("  ≤   ")
    longest = max(_NARROWEST_BAR, min(_WIDEST_BAR, room))
    most, total = max(bar.count for bar in bars), distribution.total
    lines: list[tuple[Piece, ...]] = []
    for bar, label in zip(bars, labels, strict=True):
        drawn = _drawn(bar.count, most, longest)
        lines.append(
            (
                (f"  ≤ {label:>{label_width}}  ", QUIET),
                (f"{drawn:<{longest}}", GOOD),
                f"{compact(bar.count):>{_COUNT_WIDTH}}",
                (f"{percentage(bar.count / total):>{_SHARE_WIDTH}}", QUIET),
            )
        )
    return lines


def _drawn(count: int, most: int, longest: int) -> str:
    """A bar; of what is too little for one, a line is seen."""
    return "█" * round(count / most * longest) or ("▏" if count else "")
