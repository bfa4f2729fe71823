"""Schedules: pure arithmetic that says when iterations may start."""

from loadr_core.schedules.closed import ClosedSchedule, closed_schedule

__all__ = ["ClosedSchedule", "closed_schedule"]
