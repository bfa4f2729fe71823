"""What holds for several instances together, worker processes or remote agents. Pure.

Nothing here knows how an instance is reached: a pipe today, a network for agents.
"""

from loadr_core.fleet.barrier import Barrier
from loadr_core.fleet.commands import ControlCommand, KillLoad, Pause, Resume, Scale, StopLoad
from loadr_core.fleet.ending import Cause, Ending
from loadr_core.fleet.sizing import FleetSize, fleet_size, most_requests_in_a_second

__all__ = [
    "Barrier",
    "Cause",
    "ControlCommand",
    "Ending",
    "FleetSize",
    "KillLoad",
    "Pause",
    "Resume",
    "Scale",
    "StopLoad",
    "fleet_size",
    "most_requests_in_a_second",
]
