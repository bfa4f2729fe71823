"""Schedules: pure arithmetic that says when iterations may start."""

from loadr_core.schedules.arrivals import Arrivals, arrivals_of, rates_of
from loadr_core.schedules.closed import ClosedScenario, ClosedSchedule, closed_schedule
from loadr_core.schedules.pool import PoolSize
from loadr_core.schedules.slots import Slots

__all__ = [
    "Arrivals",
    "ClosedScenario",
    "ClosedSchedule",
    "PoolSize",
    "Slots",
    "arrivals_of",
    "closed_schedule",
    "rates_of",
]
