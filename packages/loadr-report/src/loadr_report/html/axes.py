"""Round numbers for the axes of charts."""

import math
from typing import Final

_TIME_STEPS: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400)


def value_ticks(top: float, most: int = 4) -> list[float]:
    """Ticks from 0 to at least `top`, in steps of 1, 2 or 5 times a power of ten.

    Args:
        top: The highest value to show; not positive for a chart of zeros.
        most: How many steps at most.
    """
    if not math.isfinite(top) or top <= 0:
        top = 1.0
    power = 10.0 ** math.floor(math.log10(top / most))
    step = next(factor * power for factor in (1, 2, 5, 10, 20) if factor * power * most >= top)
    return [step * position for position in range(math.ceil(top / step - 1e-9) + 1)]


def time_ticks(end_secs: float, most: int = 6) -> list[float]:
    """Ticks from 0 up to the end of a run, in steps that people count time in."""
    step = next((step for step in _TIME_STEPS if step * most >= end_secs), None)
    if step is None:
        step = 86400 * math.ceil(end_secs / (86400 * most))
    return [float(step * position) for position in range(int(end_secs // step) + 1)]
