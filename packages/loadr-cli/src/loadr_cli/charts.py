"""Small charts of text. Pure."""

from typing import Final

from loadr_config.ramps import Ramp

BLOCKS: Final = " ▁▂▃▄▅▆▇█"
ASCII: Final = " .:-=+*#@"
"""For terminals that know no blocks."""

WIDTH: Final = 40


def chart(ramp: Ramp, *, start: float, until: float, bars: str = BLOCKS, width: int = WIDTH) -> str:
    """Draw a ramp as a row of bars: each the largest value within its part of the time.

    Args:
        ramp: What is drawn; the top bar is its peak.
        start: Seconds at which it begins.
        until: Seconds at the right end of the row; the left end is 0.
        bars: Characters from nothing to everything.
        width: How many there are.
    """
    step = until / width
    return "".join(
        _bar(_largest(ramp, step * place - start, step * (place + 1) - start), ramp.peak, bars)
        for place in range(width)
    )


def _largest(ramp: Ramp, left: float, right: float) -> float:
    """The largest value between two moments: of a line at one of its ends."""
    left, right = max(left, 0.0), min(right, ramp.duration)
    if left >= right:
        return 0.0
    touched = [piece for piece in ramp.pieces if piece.start < right and piece.end > left]
    return max(
        max(piece.value(max(left - piece.start, 0.0)), piece.value(min(right, piece.end) - piece.start))
        for piece in touched
    )


def _bar(value: float, peak: float, bars: str) -> str:
    if value <= 0 or peak <= 0:
        return bars[0]
    # The least value still shows.
    return bars[max(round(value / peak * (len(bars) - 1)), 1)]
